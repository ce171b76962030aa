"""The way in, for every protocol: spans and scores come translated, and are durable when this returns."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor

from pilothouse.domain.clock import now
from pilothouse.domain.outcome import Reason, Rejected
from pilothouse.domain.score import Score
from pilothouse.domain.span import Span
from pilothouse.ingest.batch import BatchLimits, GroupCommit
from pilothouse.ingest.limits import ItemLimits
from pilothouse.ingest.outcomes import Arrival, Outcomes
from pilothouse.ingest.steps import PricesOf, Step, pipeline
from pilothouse.store.api import AnalyticWriter


class Revisions:
    """Rising numbers near the clock, so that the later of two states of a span wins."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        self._last = max(now(), self._last + 1)
        return self._last


class Intake:
    """Steps, group commit, outcomes.

    `writing` runs the writes and must have one thread, so that batches follow one another.
    """

    def __init__(
        self,
        writer: AnalyticWriter,
        prices_of: PricesOf,
        *,
        writing: Executor,
        counting: Executor,
        item_limits: ItemLimits | None = None,
        batch_limits: BatchLimits | None = None,
    ) -> None:
        self._steps: list[Step] = pipeline(item_limits or ItemLimits(), prices_of)
        self._spans: GroupCommit[Span] = GroupCommit(writer.write, writing, batch_limits)  # pyright: ignore[reportArgumentType]
        self._scores: GroupCommit[Score] = GroupCommit(writer.write, writing, batch_limits)  # pyright: ignore[reportArgumentType]
        self.outcomes = Outcomes(writer, counting)
        self.revisions = Revisions()

    def start(self) -> None:
        self._spans.start()
        self._scores.start()
        self.outcomes.start()

    async def close(self) -> None:
        """Write what waits; takes as long as that."""
        await asyncio.gather(self._spans.drain(), self._scores.drain())
        await self.outcomes.close()

    def complete(self, spans: list[Span]) -> None:
        """Run the steps over the spans of one request. Pure but for the clock; may run in any thread."""
        for step in self._steps:
            step(spans)

    async def accept(
        self,
        arrival: Arrival,
        spans: list[Span],
        scores: list[Score] | None = None,
        rejected: Sequence[Rejected] = (),
    ) -> list[Rejected]:
        """Store completed spans and scores; returns everything that was refused, the given included.

        Raises Overloaded or Unavailable; then nothing of it can be relied on.
        """
        revision = self.revisions.next()
        for span in spans:
            span.revision = span.revision or revision
        for score in scores or ():
            score.revision = score.revision or revision
        refused_spans, refused_scores = await asyncio.gather(
            self._spans.submit(spans, arrival.bytes), self._scores.submit(scores or [], 0)
        )
        every = [
            *rejected,
            *(_refused(span.span_id, span.name, why) for span, why in refused_spans),
            *(_refused(score.score_id, score.name, why) for score, why in refused_scores),
        ]
        accepted = len(spans) + len(scores or ()) - len(refused_spans) - len(refused_scores)
        self.outcomes.record(arrival, accepted, every)
        return every


def _refused(item_id: str, name: str, why: str) -> Rejected:
    return Rejected(reason=Reason.ENGINE_REFUSED, message=why, item_id=item_id, head=name)
