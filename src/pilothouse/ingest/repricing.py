"""Computes stored costs again, with today's prices."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.domain.span import CostSource, Span
from pilothouse.pricing import PriceBook
from pilothouse.store.api import AnalyticWriter, SpanReader


@dataclass(frozen=True, slots=True)
class Repriced:
    spans: int
    """Looked at: all that carry usage and no reported cost."""
    changed: int


class Repricing:
    """Reads in pieces, writes new revisions of what changed. Safe to run again."""

    def __init__(
        self,
        reader: SpanReader,
        writer: AnalyticWriter,
        book_of: Callable[[str], PriceBook],
        executor: Executor,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._book_of = book_of
        self._executor = executor

    async def run(self, scope: Scope, within: TimeRange, model: str = "") -> Repriced:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._run, scope, within, model)

    def _run(self, scope: Scope, within: TimeRange, model: str) -> Repriced:
        book = self._book_of(scope.project_id)
        seen = changed = 0
        for spans in self._reader.in_range(scope, within, model):
            candidates = [span for span in spans if span.cost_source != CostSource.REPORTED]
            seen += len(candidates)
            new = [span for span in candidates if _reprice(span, book)]
            changed += len(new)
            self._writer.write(new)
        return Repriced(seen, changed)


def _reprice(span: Span, book: PriceBook) -> bool:
    before = _priced(span)
    book.price(span)
    # One more than the state that was read, so that a newer state still wins.
    span.revision += 1
    return _priced(span) != before


def _priced(span: Span) -> tuple[object, ...]:
    """The cost as the store keeps it, to twelve decimals."""
    cost = {bucket: round(amount, 12) for bucket, amount in span.cost.items()}
    return cost, span.cost_source, span.price_id
