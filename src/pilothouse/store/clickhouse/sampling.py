"""A part of many spans that stands for all of them: whole stretches of time, as single rows are read by
the thousand anyway."""

from collections.abc import Sequence
from dataclasses import dataclass

from pilothouse.domain.clock import MINUTE
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.store.clickhouse.columns import SPANS
from pilothouse.store.clickhouse.lists import Query, query
from pilothouse.store.clickhouse.statement import Statement

MOST_EXACT = 150_000
"""Rows that are read whole."""
_WANTED = 100_000
_STRETCHES = 16
"""More are planned one by one, at milliseconds each."""


@dataclass(frozen=True, slots=True)
class Sample:
    ranges: Sequence[TimeRange]
    scale: float
    """What a count in the ranges is multiplied by."""


def rows(scope: Scope, within: TimeRange) -> Query:
    """About how many rows there are; the index alone is asked."""
    statement = Statement(scope)
    minutes = [
        f"toStartOfMinute(start_time) >= toStartOfMinute({statement.moment(within.start)})",
        f"toStartOfMinute(start_time) <= toStartOfMinute({statement.moment(within.end)})",
    ]
    return query(statement, "SELECT count()", statement.table(SPANS, None, minutes, latest=False))


def rows_by_slice(scope: Scope, within: TimeRange, width: int) -> Query:
    """(number of the slice, rows) of the slices that have some, in order."""
    statement = Statement(scope)
    start = statement.bind(_base(within), "Int64")
    return query(
        statement,
        f"SELECT intDiv(toUnixTimestamp64Micro(start_time) - {start}, {width}) AS slice, count()",
        statement.table(SPANS, within, latest=False),
        "GROUP BY slice\nORDER BY slice",
    )


def width(within: TimeRange, rows: int) -> int:
    """Microseconds of a slice, whole minutes, such that the sample has about `_STRETCHES` of them."""
    slices = _STRETCHES * rows // _WANTED
    return max(1, (within.end - _base(within)) // slices // MINUTE) * MINUTE


def sample(within: TimeRange, width: int, slices: Sequence[tuple[int, int]]) -> Sample:
    """Every so manieth slice of those that have rows."""
    total = sum(many for _, many in slices)
    step = max(1, round(total / _WANTED))
    chosen = slices[step // 2 :: step] or slices[-1:]
    starts = [_base(within) + number * width for number, _ in chosen]
    ranges = [
        TimeRange(max(within.start, start), min(within.end, start + width)) for start in starts
    ]
    return Sample(ranges, total / sum(many for _, many in chosen))


def _base(within: TimeRange) -> int:
    return within.start // MINUTE * MINUTE
