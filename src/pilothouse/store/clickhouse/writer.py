"""Writes records to the analytic store, and sets apart those it will not take."""

from collections.abc import Sequence

import msgspec
import pyarrow as pa

from pilothouse.domain.outcome import IngestCount, RejectedItem
from pilothouse.domain.score import Score
from pilothouse.domain.span import Span
from pilothouse.store.api import R
from pilothouse.store.clickhouse.columns import (
    INGEST_COUNTS,
    REJECTED_ITEMS,
    SCORES,
    SPANS,
    Table,
)
from pilothouse.store.clickhouse.engine import Engine, EngineRefused

_TABLES: dict[type[msgspec.Struct], Table] = {
    Span: SPANS,
    Score: SCORES,
    IngestCount: INGEST_COUNTS,
    RejectedItem: REJECTED_ITEMS,
}
_AT_FAULT = (EngineRefused, pa.ArrowException, ValueError, TypeError, OverflowError)


class Writer:
    """`store.api.AnalyticWriter` over an engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def write(self, records: Sequence[R]) -> list[tuple[R, str]]:
        if not records:
            return []
        table = _TABLES[type(records[0])]
        try:
            self._engine.insert(table.name, table.batch(records))
        except _AT_FAULT as error:
            # Halving finds one bad record among n in 2·log2(n) inserts.
            if len(records) == 1:
                return [(records[0], str(error)[:500])]
            middle = len(records) // 2
            return self.write(records[:middle]) + self.write(records[middle:])
        return []
