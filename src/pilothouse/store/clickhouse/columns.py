"""Rows of the analytic tables, derived from the domain's structs: each column is said once.

A struct's field order is the column order; its annotation gives the Arrow type. The numbered files
in `schema/` are the history of the same columns, and a test holds the two together.
"""

import sys
import typing
import warnings
from collections.abc import Collection, Sequence
from types import ModuleType
from typing import Any

import msgspec
import pyarrow as pa

from pilothouse.domain.outcome import IngestCount, RejectedItem
from pilothouse.domain.score import Score
from pilothouse.domain.span import Span


def _convert_without_pandas() -> None:
    """pyarrow imports pandas when it first converts a Python value, only to ask whether the value
    is one of its own: a second and 60 MB at the first insert, for nothing we use. It leaves a
    pandas that is too old alone, and asks but once."""
    if "pandas" not in sys.modules:
        old = ModuleType("pandas")
        old.__version__ = "0.0"  # pyright: ignore[reportAttributeAccessIssue]
        sys.modules["pandas"] = old
        with warnings.catch_warnings(action="ignore"):
            pa.array([0])
        del sys.modules["pandas"]


_convert_without_pandas()

TIMES = frozenset({"start_time", "end_time", "first_token_time", "price_date", "timestamp", "time"})
"""Columns of microseconds, integers in the domain and DateTime64(6) in the engine."""

_MONEY: dict[str, pa.DataType] = {
    "cost": pa.map_(pa.string(), pa.decimal128(18, 12)),
    "total_cost": pa.decimal128(18, 12),
}
"""Rounded here to the engine's decimals, which would cut off what the floats lack."""

_ARROW: dict[Any, pa.DataType] = {
    str: pa.string(),
    int: pa.uint64(),
    float: pa.float64(),
    list[str]: pa.list_(pa.string()),
    dict[str, str]: pa.map_(pa.string(), pa.string()),
    dict[str, int]: pa.map_(pa.string(), pa.uint64()),
    dict[str, float]: pa.map_(pa.string(), pa.float64()),
}


class Table:
    """A table whose rows are structs of one type."""

    def __init__(self, name: str, row: type[msgspec.Struct]) -> None:
        self.name = name
        self.row = row
        hints = typing.get_type_hints(row)
        self.columns = tuple(row.__struct_fields__)
        self.schema = pa.schema(
            [
                (column, pa.timestamp("us") if column in TIMES else _ARROW[hints[column]])
                for column in self.columns
            ]
        )
        self._maps = tuple(pa.types.is_map(field.type) for field in self.schema)

    def batch(self, rows: Sequence[msgspec.Struct]) -> pa.RecordBatch:
        """The rows as one Arrow batch. Raises ValueError, TypeError or OverflowError on a value that
        the column cannot hold."""
        arrays: list[pa.Array] = []
        values: Any
        for field, is_map, values in zip(
            self.schema,
            self._maps,
            zip(*map(msgspec.structs.astuple, rows), strict=True),
            strict=True,
        ):
            if is_map:
                values = [list(value.items()) for value in values]
            array = pa.array(values, field.type)
            money = _MONEY.get(field.name)
            arrays.append(array.cast(money) if money is not None else array)
        return pa.RecordBatch.from_arrays(arrays, names=list(self.columns))

    def select_list(self, columns: Collection[str] | None = None) -> str:
        """The columns, or some of them, as an engine should print them so that `rows` can be made
        of the answer."""
        return ", ".join(
            f"toUnixTimestamp64Micro({column})" if column in TIMES else column
            for column in self._chosen(columns)
        )

    def rows(self, answer: list[list[Any]], columns: Collection[str] | None = None) -> list[Any]:
        """Structs from the rows of a statement that printed `select_list(columns)`."""
        names = self._chosen(columns)
        return [self.row(**dict(zip(names, values, strict=True))) for values in answer]

    def _chosen(self, columns: Collection[str] | None) -> list[str]:
        return [column for column in self.columns if columns is None or column in columns]


SPANS = Table("spans", Span)
SCORES = Table("scores", Score)
INGEST_COUNTS = Table("ingest_counts", IngestCount)
REJECTED_ITEMS = Table("rejected_items", RejectedItem)
