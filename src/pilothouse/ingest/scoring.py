"""Writes scores. A score that is sent again under its id changes the one that is there: what it was
given for, and when, stay as they were."""

from collections import defaultdict
from collections.abc import Sequence

from pilothouse.domain.scope import Scope
from pilothouse.domain.score import Score
from pilothouse.ingest.batch import Refusals
from pilothouse.store.api import AnalyticReader, AnalyticWriter

_STAY = ("timestamp", "trace_id", "span_id", "session_id", "experiment_id", "environment")
_KEEP_WHEN_UNTOLD = ("comment", "config_id", "queue_id", "author_id", "metadata")


class Scoring:
    """Its `write` belongs behind a group commit."""

    def __init__(self, reader: AnalyticReader, writer: AnalyticWriter) -> None:
        self._reader = reader
        self._writer = writer

    def write(self, scores: Sequence[Score]) -> Refusals[Score]:
        wanted: dict[str, list[str]] = defaultdict(list)
        for score in scores:
            wanted[score.project_id].append(score.score_id)
        known = {
            (project_id, score.score_id): score
            for project_id, ids in wanted.items()
            for score in self._reader.scores_by_id(Scope(project_id), ids)
        }
        for score in scores:
            key = (score.project_id, score.score_id)
            if key in known:
                _continue(score, known[key])
            known[key] = score
        return self._writer.write(scores)

    def replace(self, scores: Sequence[Score], revision: int) -> str:
        """Store scores of one project as they are told, a comment that was taken away included; only
        when and in what environment each was first given stays. Gives the engine's word if it
        refuses."""
        ids = [score.score_id for score in scores]
        scope = Scope(scores[0].project_id)
        known = {each.score_id: each for each in self._reader.scores_by_id(scope, ids)}
        for score in scores:
            score.revision = revision
            if before := known.get(score.score_id):
                score.timestamp, score.environment = before.timestamp, before.environment
                score.revision = max(revision, before.revision + 1)
        refused = self._writer.write(scores)
        return refused[0][1] if refused else ""


def _continue(score: Score, known: Score) -> None:
    for field in _STAY:
        setattr(score, field, getattr(known, field))
    for field in _KEEP_WHEN_UNTOLD:
        if not getattr(score, field):
            setattr(score, field, getattr(known, field))
    score.revision = max(score.revision, known.revision + 1)
