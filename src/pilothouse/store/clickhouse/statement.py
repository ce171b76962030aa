"""A statement under construction: it binds values and prints tables, each with its guard.

`Statement.table` is the only place in the room that prints a table to read from, so that no read can
lack the project or the bounds in time.
"""

from collections.abc import Sequence
from typing import Any

from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.store.clickhouse.columns import Table

_TIME = {
    "spans": "start_time",
    "scores": "timestamp",
    "ingest_counts": "time",
    "rejected_items": "time",
}
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
        """`FROM … WHERE …`: live rows of the project that began in the range, or in one of several.

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
        found = [
            f"{column} >= {self.moment(each.start)} AND {column} < {self.moment(each.end)}"
            for each in ranges
        ]
        return found[0] if len(found) == 1 else "(" + " OR ".join(found) + ")"
