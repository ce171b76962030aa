"""Writes records to the analytic store, and sets apart those it will not take."""

from collections.abc import Sequence

import msgspec
import pyarrow as pa

from pilothouse.domain.outcome import IngestCount, RejectedItem
from pilothouse.domain.scope import Scope
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
from pilothouse.store.clickhouse.engine import Engine, EngineRefused, quoted
from pilothouse.store.clickhouse.migrations import Cluster, statements

_TABLES: dict[type[msgspec.Struct], Table] = {
    Span: SPANS,
    Score: SCORES,
    IngestCount: INGEST_COUNTS,
    RejectedItem: REJECTED_ITEMS,
}
_OF_PROJECTS = ("spans", "trace_times", "scores", "ingest_counts", "rejected_items")
_AT_FAULT = (EngineRefused, pa.ArrowException, ValueError, TypeError, OverflowError)


class Writer:
    """`store.api.AnalyticWriter` over an engine."""

    def __init__(self, engine: Engine, cluster: Cluster | None = None) -> None:
        self._engine = engine
        self._cluster = cluster

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

    def forget_project(self, scope: Scope) -> None:
        its = f"project_id = {quoted(scope.project_id)}"
        for table in _OF_PROJECTS:
            for statement in statements(f"ALTER TABLE {table} DELETE WHERE {its}", self._cluster):
                self._engine.command(statement)
