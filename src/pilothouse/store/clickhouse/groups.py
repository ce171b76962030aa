"""Sessions, users, facets and other groups of spans as SQL."""

from collections.abc import Mapping, Sequence
from typing import Literal

from pilothouse.domain.clock import DAY, HOUR
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.query.fields import Field, Type
from pilothouse.query.filters import Filter
from pilothouse.query.lists import ListQuestion
from pilothouse.store.clickhouse.columns import INGEST_COUNTS, REJECTED_ITEMS, SCORES, SPANS
from pilothouse.store.clickhouse.conditions import (
    IS_SPAN,
    TOTALS,
    Conditions,
    like_prefix,
    plain_entry,
)
from pilothouse.store.clickhouse.lists import Query, query
from pilothouse.store.clickhouse.statement import Statement

_FIRST = "toUnixTimestamp64Micro(min(start_time))"
_LAST = "greatest(toUnixTimestamp64Micro(max(start_time)), toUnixTimestamp64Micro(max(end_time)))"

SESSION = {
    "session_id": "session_id",
    "start_time": _FIRST,
    "end_time": _LAST,
    "traces": "uniqExact(trace_id)",
    "spans": TOTALS["spans"],
    "errors": TOTALS["errors"],
    "users": "arraySort(groupUniqArrayIf(20)(user_id, user_id != ''))",
    "environment": "argMax(environment, start_time)",
    "input_tokens": TOTALS["input_tokens"],
    "output_tokens": TOTALS["output_tokens"],
    "total_tokens": TOTALS["tokens"],
    "total_cost": TOTALS["cost"],
    "unpriced": TOTALS["unpriced"],
}
"""Field of `SessionSummary` → expression over its spans."""

_FAILED = "uniqExactIf(trace_id, level = 'error')"

USER = {
    "user_id": "user_id",
    "first_seen": _FIRST,
    "last_seen": _LAST,
    "traces": "uniqExact(trace_id)",
    "sessions": "uniqExactIf(session_id, session_id != '')",
    "errors": TOTALS["errors"],
    "failed_traces": _FAILED,
    "total_tokens": TOTALS["tokens"],
    "total_cost": TOTALS["cost"],
    "unpriced": TOTALS["unpriced"],
}
"""Field of `UserSummary` → expression over its spans."""

_GROUPED = {"sessions": SESSION, "users": USER}
_TRACES = {"traces_begun": "minMap([trace_id], [toUnixTimestamp64Micro(start_time)])"}
PLACED = {
    "session_id": "session_id",
    "first_start": _FIRST,
    "last_start": "toUnixTimestamp64Micro(max(start_time))",
}
"""Of sessions: where to read the rest, which is not worth being read of all of them."""
_ORDERS = {"cost": "total_cost", "tokens": "total_tokens"}
_VALUES = {
    "duration": f"({_LAST} - {_FIRST})",
    "error_rate": f"({_FAILED} / uniqExact(trace_id))",
}
"""What is ordered by and is no column."""
_FLOATS = {"total_cost", "error_rate"}


def groups(scope: Scope, question: ListQuestion, limit: int) -> Query:
    """(ordered by, …) in order: the columns of `USER`, or of sessions those of `PLACED`."""
    statement = Statement(scope)
    columns = _GROUPED[question.view]
    identity = next(iter(columns))
    by = _ORDERS.get(question.order.by, question.order.by)
    value = _VALUES.get(by) or columns[by]
    direction = "DESC" if question.order.descending else "ASC"
    behind = ""
    if question.after is not None:
        sign = "<" if question.order.descending else ">"
        kind = "Float64" if by in _FLOATS else "Int64"
        given = f"{statement.bind(question.after[0], kind)}, {statement.bind(question.after[1])}"
        behind = f"HAVING (value, {identity}) {sign} ({given})"
    conditions = _conditions(statement, "traces", question.filter, question.within)
    return query(
        statement,
        f"SELECT\n  {value} AS value,\n  {_listed(PLACED if question.view == 'sessions' else USER)}",
        statement.table(SPANS, question.within, [f"{identity} != ''", *conditions]),
        f"GROUP BY {identity}",
        behind,
        f"ORDER BY value {direction}, {identity} {direction}",
        f"LIMIT {limit} OFFSET {question.offset}" if question.offset else f"LIMIT {limit}",
    )


def session_sums(
    scope: Scope,
    session_ids: Sequence[str],
    within: Sequence[TimeRange] | None,
    filter: Filter | None = None,
) -> Query:
    """The columns of `SESSION`, and (its traces, when each began)."""
    statement = Statement(scope)
    conditions = [f"session_id IN {statement.bind(list(session_ids), 'Array(String)')}"]
    if within is not None:
        whole = TimeRange(min(each.start for each in within), max(each.end for each in within))
        conditions += _conditions(statement, "traces", filter, whole)
    return query(
        statement,
        f"SELECT\n  {_listed(SESSION | _TRACES)}",
        statement.table(SPANS, within, conditions),
        "GROUP BY session_id",
    )


def _listed(columns: Mapping[str, str]) -> str:
    return ",\n  ".join(f"{expression} AS {_alias(name)}" for name, expression in columns.items())


def _alias(name: str) -> str:
    return name if name.endswith("_id") else f"of_{name}"


def _conditions(
    statement: Statement,
    view: Literal["spans", "traces"],
    filter: Filter | None,
    within: TimeRange,
) -> list[str]:
    return [Conditions(statement, view, within).of(filter)] if filter else []


def group_count(scope: Scope, question: ListQuestion) -> Query:
    statement = Statement(scope)
    identity = next(iter(_GROUPED[question.view]))
    conditions = _conditions(statement, "traces", question.filter, question.within)
    return query(
        statement,
        f"SELECT uniqExact({identity})",
        statement.table(SPANS, question.within, [f"{identity} != ''", *conditions]),
    )


def _told(pick: str, preview: str) -> str:
    """Of the heads, or else of the model calls."""
    of_heads = f"{pick}If({preview}, start_time, {preview} != '' AND is_root = 1)"
    return (
        f"if({of_heads} AS head_{preview} != '', head_{preview},"
        f" {pick}If({preview}, start_time, {preview} != ''))"
    )


def session_ends(
    scope: Scope, trace_ids: Sequence[str], session_ids: Sequence[str], within: Sequence[TimeRange]
) -> Query:
    """(session, first input, last output): previews out of these traces."""
    statement = Statement(scope)
    traces = statement.bind(list(trace_ids), "Array(String)")
    sessions = statement.bind(list(session_ids), "Array(String)")
    return query(
        statement,
        "SELECT session_id,\n"
        f"  {_told('argMin', 'input_preview')},\n"
        f"  {_told('argMax', 'output_preview')}",
        statement.table(
            SPANS,
            within,
            [
                f"trace_id IN {traces}",
                f"session_id IN {sessions}",
                "(is_root = 1 OR kind = 'llm')",
            ],
        ),
        "GROUP BY session_id",
    )


def turns(
    scope: Scope, trace_ids: Sequence[str], within: Sequence[TimeRange], limit_chars: int
) -> Query:
    """(trace, input, output): the bodies of the head, or else of the first and the last model call."""
    statement = Statement(scope)
    ids = statement.bind(list(trace_ids), "Array(String)")
    limit = statement.bind(limit_chars, "UInt64")
    is_call = "kind = 'llm'"
    return query(
        statement,
        "SELECT trace_id,\n"
        f"  substringUTF8(if(argMaxIf(input, kind = 'trace', is_root = 1) AS own != '', own,"
        f" argMinIf(input, start_time, {is_call} AND input != '')), 1, {limit}),\n"
        f"  substringUTF8(if(argMaxIf(output, kind = 'trace', is_root = 1) AS answer != '', answer,"
        f" argMaxIf(output, start_time, {is_call} AND output != '')), 1, {limit})",
        statement.table(SPANS, within, [f"trace_id IN {ids}"]),
        "GROUP BY trace_id",
    )


# -- values and how often they occur -----------------------------------------------------------


def facets(
    scope: Scope,
    view: Literal["spans", "traces"],
    fields: Sequence[Field],
    within: TimeRange,
    filter: Filter | None,
    limit: int,
    ranges: Sequence[TimeRange] = (),
) -> Query:
    """(number of the field, value, count), the most frequent first in each field; within parts of the
    range alone, where some are told."""
    statement = Statement(scope)
    columns = [f"{_value(view, field)} AS v{place}" for place, field in enumerate(fields)]
    sets = ", ".join(f"(v{place})" for place in range(len(fields)))
    grouping = ", ".join(f"v{place}" for place in range(len(fields)))
    names = ", ".join(f"toString(v{place})" for place in range(len(fields)))
    counted = "count()" if view == "spans" else "uniqExact(cityHash64(trace_id))"
    conditions = _conditions(statement, view, filter, within)
    if view == "spans":
        conditions.insert(0, IS_SPAN)
    return query(
        statement,
        "SELECT\n"
        f"  {len(fields)} - 1 - toUInt8(log2(bitAnd(bitNot(grouping({grouping})), {2 ** len(fields) - 1}))) AS place,\n"
        f"  [{names}][place + 1] AS value,\n"
        f"  {counted} AS many",
        "FROM (SELECT trace_id, " + ", ".join(columns),
        statement.table(SPANS, ranges or within, conditions) + ")",
        f"GROUP BY GROUPING SETS ({sets})",
        "HAVING value != ''",
        "ORDER BY place, many DESC, value",
        f"LIMIT {limit} BY place",
    )


def _value(view: Literal["spans", "traces"], field: Field) -> str:
    if field.type is Type.TAGS:
        return f"arrayJoin({field.column})"
    if view == "traces" and field.name == "name":
        # A span that no trace's name has reached must not lend it its own.
        return "if(trace_name != '', trace_name, if(is_root = 1, name, ''))"
    return field.column


def values_like(
    scope: Scope, field: Field, key: str, prefix: str, within: TimeRange, limit: int
) -> Query:
    """(value, count) of a field or of a map's entry, beginning with a text."""
    statement = Statement(scope)
    value = field.column
    conditions: list[str] = []
    if field.type is Type.TAGS:
        value = f"arrayJoin({field.column})"
    elif field.type is Type.MAP:
        name = statement.bind(key)
        value = plain_entry(field.column, name)
        conditions.append(f"mapContains({field.column}, {name})")
    return query(
        statement,
        f"SELECT toString({value}) AS value, count() AS many",
        statement.table(SPANS, within, conditions),
        "GROUP BY value",
        f"HAVING value != '' AND value ILIKE {statement.bind(like_prefix(prefix))}",
        f"ORDER BY many DESC, value\nLIMIT {limit}",
    )


def keys_like(scope: Scope, field: Field, prefix: str, within: TimeRange, limit: int) -> Query:
    """(key, count) of a map, beginning with a text; of scores, their names."""
    statement = Statement(scope)
    if field.name == "score":
        named, table = "name", SCORES
    else:
        named, table = f"arrayJoin(mapKeys({field.column}))", SPANS
    return query(
        statement,
        f"SELECT {named} AS key, count() AS many",
        statement.table(table, within),
        "GROUP BY key",
        f"HAVING key ILIKE {statement.bind(like_prefix(prefix))}",
        f"ORDER BY many DESC, key\nLIMIT {limit}",
    )


def seen_models(scope: Scope, within: TimeRange) -> Query:
    """(model, provider, calls, cost, source, price) of the models called, the dearest first."""
    statement = Statement(scope)
    return query(
        statement,
        "SELECT model, provider, count() AS calls, toFloat64(sum(total_cost)) AS total,\n"
        "  argMax(cost_source, start_time), argMax(price_id, start_time)",
        statement.table(SPANS, within, ["model != ''", "billable = 1"]),
        "GROUP BY model, provider\nORDER BY total DESC, calls DESC, model, provider\nLIMIT 1000",
    )


def releases(scope: Scope, within: TimeRange) -> Query:
    """(release, first start, spans) of those that were not there in as much time before."""
    statement = Statement(scope)
    before = TimeRange(max(0, 2 * within.start - within.end), within.end)
    return query(
        statement,
        "SELECT release, toUnixTimestamp64Micro(min(start_time)) AS first, count() AS many",
        statement.table(SPANS, before, ["release != ''"]),
        f"GROUP BY release\nHAVING first >= {statement.bind(within.start, 'Int64')}",
        "ORDER BY first, release\nLIMIT 100",
    )


# -- what came in ------------------------------------------------------------------------------


COUNTED_BY = ("project_id", "outcome", "reason", "protocol", "sdk", "key_id")
COUNTS = (*COUNTED_BY, "time", "items", "bytes", "worst")
"""The columns of `ingest_counts`, as it prints them."""


def ingest_counts(scope: Scope, within: TimeRange) -> Query:
    """Sums by minute, hour or day, whichever keeps the answer short."""
    statement = Statement(scope)
    length = within.end - within.start
    step = "toStartOfMinute" if length <= 6 * HOUR else "toStartOfHour"
    step = step if length <= 8 * DAY else "toStartOfDay"
    listed = ", ".join(COUNTED_BY)
    return query(
        statement,
        f"SELECT {listed}, toInt64(toUnixTimestamp({step}(time, 'UTC'))) * 1000000 AS at,\n"
        "  sum(items), sum(bytes), max(worst)",
        statement.table(INGEST_COUNTS, within),
        f"GROUP BY {listed}, at\nORDER BY at, outcome, reason\nLIMIT 20000",
    )


def rejected_items(scope: Scope, within: TimeRange, limit: int) -> Query:
    """The newest of each outcome and reason."""
    statement = Statement(scope)
    return query(
        statement,
        f"SELECT {REJECTED_ITEMS.select_list()}",
        statement.table(REJECTED_ITEMS, within),
        f"ORDER BY time DESC\nLIMIT {limit} BY outcome, reason\nLIMIT 500",
    )


def last_received(scope: Scope, within: TimeRange) -> Query:
    statement = Statement(scope)
    return query(
        statement,
        "SELECT toUnixTimestamp64Micro(max(time))",
        statement.table(INGEST_COUNTS, within, ["outcome = 'accepted'", "items > 0"]),
    )
