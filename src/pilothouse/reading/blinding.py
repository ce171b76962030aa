"""What is kept from people who are still to say their own, by the queue they are asked in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from pilothouse.domain.review import Queue
from pilothouse.domain.score import Score, values
from pilothouse.query.answers import SessionView, TraceView
from pilothouse.store.relational import annotation_reviews, score_configs
from pilothouse.store.relational.database import Database

Sums = Mapping[str, dict[str, float | str]]
"""What the scores of traces or sessions come to, by id and by name."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees of scores. Of an item of a blind queue that they may still be asked about:
    nothing that others gave in the queue, and none of the scores that it asks for by name, such as a
    judge's. Who has seen one repeats it."""

    database: Database
    project_id: str
    user_id: str = ""
    """Empty: whoever has a link, which may be anybody."""
    sees_all: bool = False

    def scores(self, given: Sequence[Score]) -> list[Score]:
        others = [each for each in given if each.author_id != self.user_id or not each.author_id]
        if self.sees_all or not others:
            return list(given)
        with self.database.read() as db:
            queues = self._blind(db)
            if not queues:
                return list(given)
            about = {id for each in others for id in _subjects(each)}
            ids = [each.id for each in queues]
            unsaid = annotation_reviews.unsaid(db, ids, self.user_id, sorted(about))
            names = self._names(db, queues) if unsaid else {}

        def hides(score: Score) -> bool:
            return any(
                (queue.id, id) in unsaid
                and (score.queue_id == queue.id or score.name in names[queue.id])
                for queue in queues
                for id in _subjects(score)
            )

        hidden = {each.score_id for each in others if hides(each)}
        return [each for each in given if each.score_id not in hidden]

    def trace(self, view: TraceView) -> TraceView:
        seen = self.scores(view.scores)
        if len(seen) < len(view.scores):
            view.scores, view.trace.scores = seen, values(seen)
        return view

    def session(self, view: SessionView) -> SessionView:
        view.scores = self.scores(view.scores)
        self.hide_in({each.trace.head.trace_id: each.trace.scores for each in view.turns})
        self.hide_in({view.session.session_id: view.session.scores}, of_sessions=True)
        return view

    def hide_in(self, sums: Sums, *, of_sessions: bool = False) -> None:
        """Takes out of sums what may not be seen: by name, as they do not tell who said what. A
        session sums up its traces, so there the names of a queue go as long as a trace or span in
        it is open to this person."""
        if self.sees_all or not any(sums.values()):
            return
        with self.database.read() as db:
            queues = self._blind(db)
            if not queues:
                return
            ids = [each.id for each in queues]
            unsaid = annotation_reviews.unsaid(db, ids, self.user_id, list(sums))
            if of_sessions:
                open_yet = annotation_reviews.with_unsaid_traces(db, ids, self.user_id)
                unsaid |= {(queue_id, id) for queue_id in open_yet for id in sums}
            names = self._names(db, queues)
        for queue_id, subject_id in unsaid:
            for name in names[queue_id]:
                if subject_id in sums:
                    sums[subject_id].pop(name, None)

    def _blind(self, db: Connection) -> list[Queue]:
        return annotation_reviews.blind_for(db, self.project_id, self.user_id)

    def _names(self, db: Connection, queues: Sequence[Queue]) -> dict[str, set[str]]:
        """By queue what the scores are called that it asks for."""
        asked = {id for queue in queues for id in queue.score_config_ids}
        configs = score_configs.by_id(db, self.project_id, asked)
        return {
            queue.id: {configs[id].name for id in queue.score_config_ids if id in configs}
            for queue in queues
        }


def _subjects(score: Score) -> list[str]:
    """What it is about, and the trace that a span is of."""
    return [id for id in (score.span_id, score.session_id, score.trace_id) if id]
