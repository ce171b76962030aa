"""What is kept from people who are still to say their own, by the queue they are asked in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pilothouse.domain.score import Score, values
from pilothouse.edge.access import Caller
from pilothouse.edge.services import Services
from pilothouse.query.answers import SessionView, TraceView
from pilothouse.store.relational import annotation_reviews, score_configs
from pilothouse.store.relational.database import Database

Sums = Mapping[str, dict[str, float | str]]
"""What the scores of traces or sessions come to, by id and by name."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees of scores: not those that others gave in a blind queue to an item that they
    may still be asked about."""

    database: Database
    project_id: str
    user_id: str = ""
    """Empty: whoever has a link, which may be anybody."""
    sees_all: bool = False

    def scores(self, given: Sequence[Score]) -> list[Score]:
        queues = {each.queue_id for each in given if self._may_hide(each)}
        if not queues:
            return list(given)
        with self.database.read() as db:
            blind = {
                each.id
                for each in annotation_reviews.blind_for(db, self.project_id, self.user_id)
                if each.id in queues
            }
            if not blind:
                return list(given)
            subjects = {_subject(each) for each in given if each.queue_id in blind}
            unsaid = annotation_reviews.unsaid(db, sorted(blind), self.user_id, sorted(subjects))
        return [
            each
            for each in given
            if not self._may_hide(each) or (each.queue_id, _subject(each)) not in unsaid
        ]

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
            queues = annotation_reviews.blind_for(db, self.project_id, self.user_id)
            if not queues:
                return
            ids = [each.id for each in queues]
            unsaid = annotation_reviews.unsaid(db, ids, self.user_id, list(sums))
            if of_sessions:
                open_yet = annotation_reviews.with_unsaid_traces(db, ids, self.user_id)
                unsaid |= {(queue_id, id) for queue_id in open_yet for id in sums}
            asked = {id for queue in queues for id in queue.score_config_ids}
            configs = score_configs.by_id(db, self.project_id, asked)
        of_queue = {queue.id: queue.score_config_ids for queue in queues}
        for queue_id, subject_id in unsaid:
            for config_id in of_queue[queue_id]:
                if config_id in configs and subject_id in sums:
                    sums[subject_id].pop(configs[config_id].name, None)

    def _may_hide(self, score: Score) -> bool:
        return not self.sees_all and bool(score.queue_id) and score.author_id != self.user_id


def sight(caller: Caller, services: Services) -> Sight:
    """Programs see all."""
    return Sight(services.database, caller.project_id, caller.user_id, sees_all=not caller.user_id)


def _subject(score: Score) -> str:
    return score.span_id or score.session_id or score.trace_id
