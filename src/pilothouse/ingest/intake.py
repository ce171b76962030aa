"""The way in, for every protocol: what comes translated is durable when this returns."""

import asyncio
import contextlib
import dataclasses
from collections.abc import Sequence
from concurrent.futures import Executor

import structlog

from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest, Unavailable
from pilothouse.domain.outcome import Dropped, Reason, Rejected
from pilothouse.domain.scope import Scope
from pilothouse.domain.score import Score
from pilothouse.domain.span import Span
from pilothouse.ingest import losses
from pilothouse.ingest.batch import BatchLimits, GroupCommit
from pilothouse.ingest.deleting import Deleting
from pilothouse.ingest.halves import Half
from pilothouse.ingest.joining import Joining
from pilothouse.ingest.limits import ItemLimits
from pilothouse.ingest.marking import Marking
from pilothouse.ingest.outcomes import Arrival, Outcomes
from pilothouse.ingest.recent_traces import RecentTraces
from pilothouse.ingest.scoring import Scoring
from pilothouse.ingest.steps import PricesOf, Step, of_each, pipeline
from pilothouse.media.library import Library
from pilothouse.store.api import AnalyticReader, AnalyticWriter, Blobs
from pilothouse.store.relational.database import Database
from pilothouse.store.whole_payloads import set_apart

log = structlog.get_logger(__name__)


class Revisions:
    """Rising numbers near the clock, so that the later of two states of a span wins."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        self._last = max(now(), self._last + 1)
        return self._last


class Intake:
    """Steps, joining, group commit, outcomes.

    `writing` runs the writes of finished spans, `joining` what looks at what is known before it
    writes: halves and scores, and `inserting` the writes of spans that halves were joined to. Each must
    have one thread, so that batches follow one another.
    """

    def __init__(
        self,
        writer: AnalyticWriter,
        reader: AnalyticReader,
        database: Database,
        blobs: Blobs,
        prices_of: PricesOf,
        media: Library,
        *,
        writing: Executor,
        joining: Executor,
        inserting: Executor,
        counting: Executor,
        item_limits: ItemLimits | None = None,
        batch_limits: BatchLimits | None = None,
    ) -> None:
        limits = item_limits or ItemLimits()
        self.revisions = Revisions()
        apart = set_apart(blobs, limits.payload)
        self._steps: list[Step] = [media.take_out(), apart, *pipeline(limits, prices_of)]
        self._steps_of_joined: list[Step] = [media.take_out(), apart, *of_each(limits, prices_of)]
        self._recent = RecentTraces()
        self._joining = Joining(
            database, reader, writer, self._complete_joined, self.revisions.next, inserting
        )
        self._join_executor = joining
        self._spans: GroupCommit[Span] = GroupCommit(writer.write, writing, batch_limits)
        self._scoring = Scoring(reader, writer)
        self._scores: GroupCommit[Score] = GroupCommit(self._scoring.write, joining, batch_limits)
        self._halves: GroupCommit[Half] = GroupCommit(
            self._joining.write, joining, _of_halves(batch_limits or BatchLimits())
        )
        self._marking = Marking(database, reader)
        self._deleting = Deleting(
            database, reader, writer, blobs, media, self.revisions.next, self._joining.settle
        )
        self.outcomes = Outcomes(writer, counting)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._spans.start()
        self._scores.start()
        self._halves.start()
        self.outcomes.start()
        self._task = asyncio.create_task(self._let_go(), name="let-go")

    async def close(self) -> None:
        """Write what waits; takes as long as that."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await asyncio.gather(self._spans.drain(), self._scores.drain(), self._halves.drain())
        await self.outcomes.close()

    def complete(self, spans: list[Span]) -> None:
        """Run the steps over the spans of one request. Pure but for the clock; for any thread."""
        for step in self._steps:
            step(spans)

    def _complete_joined(self, spans: list[Span]) -> None:
        for step in self._steps_of_joined:
            step(spans)

    async def accept(
        self,
        arrival: Arrival,
        spans: Sequence[Span] = (),
        scores: Sequence[Score] = (),
        rejected: Sequence[Rejected] = (),
        halves: Sequence[Half] = (),
        dropped: Sequence[Dropped] = (),
    ) -> list[Rejected]:
        """Store completed spans, scores, and halves of spans; gives back everything that was
        refused, the given included. `dropped` is what was not kept of them on the way here.

        Raises Overloaded or Unavailable; then nothing of it can be relied on.
        """
        again = self._recent.catch_up(spans)
        revision = self.revisions.next()
        for item in (*spans, *again, *scores):
            item.revision = item.revision or revision
        try:
            refused_spans, refused_scores, refused_halves = await asyncio.gather(
                self._spans.submit([*again, *spans], arrival.bytes),
                self._scores.submit(list(scores), 0),
                self._halves.submit(list(halves), arrival.bytes),
            )
        except Unavailable:
            self._recent.give_back(again)
            raise
        refused = [
            *(_refused(span.span_id, span.name, why) for span, why in refused_spans),
            *(_refused(score.score_id, score.name, why) for score, why in refused_scores),
            *(_refused(half.id, half.span_id, why) for half, why in refused_halves),
        ]
        given = len(spans) + len(scores) + len(halves)
        every = [*rejected, *refused]
        lost = [*dropped, *losses.dropped(spans, halves)]
        late = losses.late(spans, halves, now())
        self.outcomes.record(arrival, max(0, given - len(refused)), every, lost, late)
        return every

    def complete_again(self, spans: list[Span]) -> None:
        """Run over stored spans that were changed the steps that look at one span by itself."""
        self._complete_joined(spans)

    async def write_again(self, spans: Sequence[Span]) -> None:
        """Store new states of stored spans. They were counted when they came."""
        self._recent.renew(spans)
        for span in spans:
            span.revision = self.revisions.next()
        await self._spans.submit(list(spans), 0)

    async def mark(self, scope: Scope, trace_id: str, **told: int) -> None:
        """Set flags on the head of a trace, whichever way it came; nothing else of it changes.
        Raises NotFound."""
        loop = asyncio.get_running_loop()
        change = await loop.run_in_executor(
            self._join_executor,
            self._marking.change,
            scope,
            trace_id,
            told,
            self.revisions.next(),
        )
        if isinstance(change, Half):
            await self._halves.submit([change], 0)
        else:
            await self.write_again([change])

    async def delete_traces(self, scope: Scope, trace_ids: Sequence[str]) -> None:
        """Remove the traces with their spans and scores; no read sees them when this returns."""
        self._recent.forget(scope.project_id, trace_ids)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._join_executor, self._deleting.traces, scope, trace_ids)

    async def delete_project(self, scope: Scope) -> None:
        """Remove the project and everything it has, what still waits to be written included. Its keys
        are to be gone already."""
        await asyncio.gather(self._spans.settle(), self._scores.settle(), self._halves.settle())
        self._recent.forget_project(scope.project_id)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._join_executor, self._deleting.project, scope)

    async def put_score(self, score: Score) -> None:
        """Store a score that a person gives or changes; every read sees it when this returns.
        Raises BadRequest when the engine will not take it."""
        await self.put_scores([score])

    async def put_scores(self, scores: Sequence[Score]) -> None:
        """The same of several at once, of one project."""
        if not scores:
            return
        loop = asyncio.get_running_loop()
        revision = self.revisions.next()
        why = await loop.run_in_executor(
            self._join_executor, self._scoring.replace, scores, revision
        )
        if why:
            raise BadRequest(why)

    async def delete_scores(self, scope: Scope, score_ids: Sequence[str]) -> int:
        """Remove the scores; gives how many there were."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._join_executor, self._deleting.scores, scope, score_ids
        )

    async def _let_go(self) -> None:
        """Once a minute, halves of traces that have been quiet leave the relational store."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(60)
            try:
                await loop.run_in_executor(self._join_executor, self._joining.let_go)
            except Exception as error:
                log.warning("quiet traces were not let go", error=str(error)[:200])


def _of_halves(limits: BatchLimits) -> BatchLimits:
    """Two make a span."""
    return dataclasses.replace(limits, items=2 * limits.items, enough=2 * limits.enough)


def _refused(item_id: str, name: str, why: str) -> Rejected:
    return Rejected(reason=Reason.ENGINE_REFUSED, message=why, item_id=item_id, head=name)
