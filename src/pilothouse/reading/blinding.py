"""What is kept from people who are still to say their own, by the queue they are asked in."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from sqlalchemy import Connection

from pilothouse.domain.errors import Forbidden
from pilothouse.domain.review import Comment, Queue
from pilothouse.domain.score import Score, values
from pilothouse.query.answers import SessionView, TraceView
from pilothouse.query.filters import And, Filter, Match, Not, Or, equal, every
from pilothouse.store.relational import annotation_reviews, score_configs
from pilothouse.store.relational.database import Database

_MOST_OPEN = 5_000
"""Items that a question can leave out one by one."""
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

    def comments(self, given: Sequence[Comment]) -> list[Comment]:
        """What others said of an item in words is kept back as their scores are."""
        others = [each for each in given if each.author_id != self.user_id]
        if self.sees_all or not others:
            return list(given)
        with self.database.read() as db:
            ids = [each.id for each in self._blind(db)]
            about = {id for each in others for id in (each.subject_id, each.trace_id) if id}
            unsaid = annotation_reviews.unsaid(db, ids, self.user_id, sorted(about)) if ids else ()
        open_yet = {id for _, id in unsaid}
        return [
            each
            for each in given
            if each.author_id == self.user_id or not open_yet & {each.subject_id, each.trace_id}
        ]

    def narrowed(self, filter: Filter | None) -> Filter | None:
        """Where a filter asks for scores that may not be seen of some things yet, these things are
        left out: that they fit, or do not, would tell. Raises Forbidden where they are too many."""
        asked = _asked_for(filter)
        if self.sees_all or not asked:
            return filter
        return every(filter, *(_without(trace, session) for _, trace, session in self._open(asked)))

    def without_open(self, filter: Filter | None) -> Filter | None:
        """For figures that scores are among: without everything that is open to this person."""
        if self.sees_all:
            return filter
        return every(filter, *(_without(trace, session) for _, trace, session in self._open()))

    @property
    def holds_back(self) -> bool:
        """Is anything left out by `without_open`?"""
        return not self.sees_all and bool(self._open())

    def of_scores(self, filter: Filter | None) -> Filter | None:
        """For charts of scores: without those that may not be seen yet."""
        if self.sees_all:
            return filter
        return every(
            filter,
            *(
                Not(And((Match("name", equal(*sorted(names))), _about(trace, session))))
                for names, trace, session in self._open()
            ),
        )

    def _open(self, asked: Set[str] | None = None) -> list[tuple[set[str], list[str], list[str]]]:
        """By queue the names that it asks for, among those asked about, with the traces and the
        sessions that are open to this person."""
        with self.database.read() as db:
            queues = self._blind(db)
            if not queues:
                return []
            names = self._names(db, queues)
            wanted = [id for id, own in names.items() if asked is None or asked & own]
            found = annotation_reviews.all_unsaid(db, wanted, self.user_id, _MOST_OPEN + 1)
        if len(found) > _MOST_OPEN:
            raise Forbidden(
                "too many items of blind queues are open to you: scores that these ask for cannot"
                " be counted, or filtered by, until you have looked at more of them"
            )
        return [
            (
                names[id],
                sorted({trace for queue, trace, _ in found if queue == id and trace}),
                sorted({session for queue, _, session in found if queue == id and session}),
            )
            for id in wanted
            if any(queue == id for queue, _, _ in found)
        ]

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


def _asked_for(filter: Filter | None) -> set[str]:
    """Names of the scores that a filter asks for."""
    match filter:
        case None:
            return set()
        case Match("score", _, key):
            return {key}
        case Match():
            return set()
        case Not(of):
            return _asked_for(of)
        case And(of) | Or(of):
            return {name for each in of for name in _asked_for(each)}


def _about(traces: Sequence[str], sessions: Sequence[str]) -> Filter:
    told = [("trace", traces), ("session", sessions)]
    matches = tuple(Match(field, equal(*ids)) for field, ids in told if ids)
    return matches[0] if len(matches) == 1 else Or(matches)


def _without(traces: Sequence[str], sessions: Sequence[str]) -> Filter:
    return Not(_about(traces, sessions))


def _subjects(score: Score) -> list[str]:
    """What it is about, and the trace that a span is of."""
    return [id for id in (score.span_id, score.session_id, score.trace_id) if id]
