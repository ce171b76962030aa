"""A statement under construction: it binds values and prints tables, each with its guard.

`Statement.table` is the only place in the room that prints a table to read from, so that no read can
lack the project or the bounds in time.
"""

from collections.abc import Sequence
from typing import Any

from pilothouse.domain.clock import MINUTE, SECOND
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.store.clickhouse.columns import Table

_TIME = {
    "spans": "start_time",
    "scores": "timestamp",
    "ingest_counts": "time",
    "rejected_items": "time",
}
_TOO_MANY = 2000
_REPLACING = frozenset({"spans", "scores"})
_SETTINGS = {
    # A row's month follows from its key, so replaced rows never lie in different partitions.
    "do_not_merge_across_partitions_select_final": 1,
    # On a cluster all rows of a trace lie on one shard, so subqueries may stay there.
    "distributed_product_mode": "'local'",
}
SETTINGS = "SETTINGS " + ", ".join(f"{name} = {value}" for name, value in _SETTINGS.items())


class Statement:
    """Of one project. Parameters are numbered in the order of binding, so that the same question
    gives the same text."""

    def __init__(self, scope: Scope) -> None:
        self.params: dict[str, Any] = {"project": scope.project_id}
        self._names: dict[tuple[str, Any], str] = {}

    def bind(self, value: Any, type: str = "String") -> str:
        """The placeholder of a value; equal values share one."""
        key = (type, tuple(value) if isinstance(value, list) else value)
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = f"p{len(self._names)}"
            self.params[name] = value
        return f"{{{name}:{type}}}"

    def moment(self, microseconds: int) -> str:
        return f"fromUnixTimestamp64Micro({self.bind(microseconds, 'Int64')}, 'UTC')"

    def table(
        self,
        table: Table | str,
        within: TimeRange | Sequence[TimeRange] | None,
        conditions: Sequence[str] = (),
        *,
        latest: bool = True,
    ) -> str:
        """`FROM … WHERE …`: live rows of the project that began in the range, or in one of several,
        which are kept to the minute only.

        Without a range an index on the identity must be among the conditions. `latest` leaves out
        what was replaced or deleted; without it the statement must see to that.
        """
        name = table if isinstance(table, str) else table.name
        final = " FINAL" if latest and name in _REPLACING else ""
        guards = ["project_id = {project:String}"]
        if within is not None:
            ranges = [within] if isinstance(within, TimeRange) else within
            guards.append(self._during(_TIME[name], ranges))
        return f"FROM {name}{final}\nWHERE " + "\n  AND ".join((*guards, *conditions))

    def _during(self, column: str, ranges: Sequence[TimeRange]) -> str:
        if len(ranges) == 1:
            return self._between(column, ranges[0])
        minutes = {
            minute
            for each in ranges
            for minute in range(each.start // MINUTE, (each.end - 1) // MINUTE + 1)[:_TOO_MANY]
        }
        if len(minutes) >= _TOO_MANY:
            return "(" + " OR ".join(self._between(column, each) for each in ranges) + ")"
        # The key of the table holds minutes: a set of them is looked up, ranges are planned one by
        # one, at a millisecond each.
        whole = TimeRange(min(each.start for each in ranges), max(each.end for each in ranges))
        seconds = [minute * (MINUTE // SECOND) for minute in sorted(minutes)]
        return (
            f"{self._between(column, whole)}"
            f" AND toStartOfMinute({column}) IN {self.bind(seconds, 'Array(UInt32)')}"
        )

    def _between(self, column: str, within: TimeRange) -> str:
        start, end = self.moment(within.start), self.moment(within.end)
        return f"{column} >= {start} AND {column} < {end}"
