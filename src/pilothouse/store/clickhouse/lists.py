"""List questions as SQL.

Lists are read in two steps. The first finds identities, from narrow columns; the second fetches
what is shown of them. A step of a list reads one window of time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pilothouse.domain.clock import DAY
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.domain.span import Kind
from pilothouse.query.lists import ListQuestion, Position
from pilothouse.store.clickhouse.columns import SPANS
from pilothouse.store.clickhouse.conditions import (
    DURATION,
    HAS_ENDED,
    HEAD_ORDER,
    HEAD_START,
    IS_SPAN,
    IS_STREAMED,
    TOTALS,
    TRACE_NAME,
    UNTIL_FIRST,
    Conditions,
)
from pilothouse.store.clickhouse.statement import SETTINGS, Statement
from pilothouse.store.clickhouse.windows import CLOSE

LISTED = frozenset(
    {
        "project_id",
        "trace_id",
        "span_id",
        "parent_id",
        "start_time",
        "end_time",
        "first_token_time",
        "name",
        "kind",
        "level",
        "status_message",
        "input_preview",
        "output_preview",
        "model",
        "provider",
        "usage",
        "input_tokens",
        "output_tokens",
        "total_tokens",
        "total_cost",
        "cost_source",
        "billable",
        "prompt_name",
        "prompt_version",
        "is_root",
        "trace_name",
        "session_id",
        "user_id",
        "tags",
        "environment",
        "release",
        "version",
        "service",
        "bookmarked",
        "public",
    }
)
"""Columns of spans that lists show."""

HEAD = LISTED - {"usage", "status_message", "provider", "prompt_name", "prompt_version", "service"}
"""Columns of a trace's head that lists show."""

OPENED = LISTED | {"metadata"}
"""Columns of spans in an opened trace."""

SPOKEN = frozenset(
    {"project_id", "trace_id", "span_id", "start_time", "input", "output", "attributes"}
)
"""Columns of a model call that say what was said."""

WHOLE = frozenset(SPANS.columns)

_START = "toUnixTimestamp64Micro(start_time)"
_SPAN_ORDERS = {
    "start_time": (_START, "Int64"),
    "latency": (f"if({HAS_ENDED}, {DURATION}, -1)", "Int64"),
    "ttft": (f"if({IS_STREAMED}, {UNTIL_FIRST}, -1)", "Int64"),
    "cost": ("toFloat64(total_cost)", "Float64"),
    "tokens": ("total_tokens", "Int64"),
    "name": ("name", "String"),
}
_TRACE_ORDERS = {
    "latency": "Int64",
    "cost": "Float64",
    "tokens": "Int64",
    "errors": "Int64",
    "spans": "Int64",
}


@dataclass(frozen=True)
class Query:
    sql: str
    params: dict[str, Any]


def query(statement: Statement, *lines: str) -> Query:
    return Query("\n".join((*(line for line in lines if line), SETTINGS)), statement.params)


def _filters(statement: Statement, question: ListQuestion, within: TimeRange) -> list[str]:
    if question.filter is None:
        return []
    view = "spans" if question.view == "spans" else "traces"
    return [Conditions(statement, view, within).of(question.filter)]


def _behind(
    statement: Statement, question: ListQuestion, columns: Sequence[tuple[str, str]]
) -> str:
    """The keyset condition of a page behind a position."""
    position = question.after
    if position is None:
        return ""
    sign = "<" if question.order.descending else ">"
    names = ", ".join(name for name, _ in columns)
    values = ", ".join(
        statement.bind(value, kind) for value, (_, kind) in zip(position, columns, strict=True)
    )
    return f"({names}) {sign} ({values})"


def _direction(question: ListQuestion) -> str:
    return "DESC" if question.order.descending else "ASC"


# -- spans -------------------------------------------------------------------------------------


def span_keys(scope: Scope, question: ListQuestion, within: TimeRange, limit: int) -> Query:
    """(ordered by, trace_id, span_id, start) of spans in a window, in order."""
    statement = Statement(scope)
    expression, kind = _SPAN_ORDERS[question.order.by]
    keyset = [("value", kind), ("trace_id", "String"), ("span_id", "String")]
    conditions = [IS_SPAN, *_filters(statement, question, within)]
    behind = _behind(statement, question, keyset)
    return query(
        statement,
        f"SELECT {expression} AS value, trace_id, span_id, {_START}",
        statement.table(SPANS, within, [*conditions, behind] if behind else conditions),
        _ordered(("value", "trace_id", "span_id"), question),
        f"LIMIT {limit} OFFSET {question.offset}" if question.offset else f"LIMIT {limit}",
    )


def _ordered(columns: Sequence[str], question: ListQuestion) -> str:
    return "ORDER BY " + ", ".join(f"{column} {_direction(question)}" for column in columns)


def spans_by_key(
    scope: Scope,
    keys: Sequence[tuple[str, str]],
    within: Sequence[TimeRange],
    columns: frozenset[str],
) -> Query:
    """Rows of spans whose identity and bounds in time are known."""
    statement = Statement(scope)
    traces = statement.bind(sorted({trace for trace, _ in keys}), "Array(String)")
    spans = statement.bind(sorted({span for _, span in keys}), "Array(String)")
    return query(
        statement,
        f"SELECT {SPANS.select_list(columns)}",
        statement.table(SPANS, within, [f"trace_id IN {traces}", f"span_id IN {spans}"]),
    )


def span_count(scope: Scope, question: ListQuestion) -> Query:
    statement = Statement(scope)
    conditions = [IS_SPAN, *_filters(statement, question, question.within)]
    return query(statement, "SELECT count()", statement.table(SPANS, question.within, conditions))


# -- traces ------------------------------------------------------------------------------------


def trace_keys(scope: Scope, question: ListQuestion, within: TimeRange, limit: int) -> Query:
    """(start of head, trace_id) of traces in a window, in order.

    Seen from inside a window only: a trace that has its head elsewhere may show up by another of
    its spans. `trace_summaries` knows the true head.
    """
    statement = Statement(scope)
    behind = _behind(statement, question, [("value", "Int64"), ("trace_id", "String")])
    return query(
        statement,
        f"SELECT {HEAD_START} AS value, trace_id",
        statement.table(SPANS, within, _filters(statement, question, within)),
        "GROUP BY trace_id",
        f"HAVING {behind}" if behind else "",
        _ordered(("value", "trace_id"), question),
        f"LIMIT {limit} OFFSET {question.offset}" if question.offset else f"LIMIT {limit}",
    )


def trace_keys_by_total(scope: Scope, question: ListQuestion, limit: int) -> Query:
    """(total, trace_id) of traces in order of a total or of their name."""
    statement = Statement(scope)
    within = question.within
    by = question.order.by
    kind = _TRACE_ORDERS.get(by, "String")
    expression = TOTALS.get(by, f"argMin({TRACE_NAME}, {HEAD_ORDER})")
    spread = TimeRange(max(0, within.start - DAY), within.end + DAY)
    heads = statement.table(SPANS, within, _filters(statement, question, within))
    behind = _behind(statement, question, [("value", kind), ("trace_id", "String")])
    return query(
        statement,
        f"SELECT {expression} AS value, trace_id",
        statement.table(SPANS, spread, [f"trace_id IN (SELECT trace_id {heads})"]),
        "GROUP BY trace_id",
        f"HAVING {behind}" if behind else "",
        _ordered(("value", "trace_id"), question),
        f"LIMIT {limit} OFFSET {question.offset}" if question.offset else f"LIMIT {limit}",
    )


def trace_count(scope: Scope, question: ListQuestion) -> Query:
    statement = Statement(scope)
    conditions = _filters(statement, question, question.within)
    return query(
        statement,
        "SELECT uniqExact(trace_id)",
        statement.table(SPANS, question.within, conditions),
    )


def trace_summaries(
    scope: Scope,
    trace_ids: Sequence[str],
    within: Sequence[TimeRange],
    columns: frozenset[str],
) -> Query:
    """Per trace the columns of its head and the sums over its spans; see `SUMMARY_TOTALS`."""
    statement = Statement(scope)
    ids = statement.bind(list(trace_ids), "Array(String)")
    head = SPANS.select_list(columns)
    return query(
        statement,
        f"SELECT\n  argMin(tuple({head}), {HEAD_ORDER}),\n  "
        + ",\n  ".join(SUMMARY_TOTALS.values()),
        statement.table(SPANS, within, [f"trace_id IN {ids}"]),
        "GROUP BY trace_id",
    )


SUMMARY_TOTALS = {
    "trace_id": "trace_id",
    "start_time": "toUnixTimestamp64Micro(min(start_time))",
    "end_time": "toUnixTimestamp64Micro(max(end_time))",
    "spans": TOTALS["spans"],
    "errors": TOTALS["errors"],
    "warnings": TOTALS["warnings"],
    "models": "arraySort(groupUniqArrayIf(50)(model, model != ''))",
    "input_tokens": TOTALS["input_tokens"],
    "output_tokens": TOTALS["output_tokens"],
    "total_tokens": TOTALS["tokens"],
    "total_cost": TOTALS["cost"],
    "unpriced": TOTALS["unpriced"],
}
"""Field of `TraceTotals` → expression over the rows of one trace."""


def trace_measures(scope: Scope, trace_ids: Sequence[str], within: Sequence[TimeRange]) -> Query:
    """(trace, latency, cost, failed) as `Measured` has them."""
    return _measures(scope, "trace_id", trace_ids, [], within)


def span_measures(
    scope: Scope, keys: Sequence[tuple[str, str]], within: Sequence[TimeRange]
) -> Query:
    """(trace, span, latency, cost, failed) of spans by themselves."""
    traces, spans = ({key[place] for key in keys} for place in (0, 1))
    return _measures(scope, "trace_id, span_id", sorted(traces), sorted(spans), within)


def _measures(
    scope: Scope,
    by: str,
    trace_ids: Sequence[str],
    span_ids: Sequence[str],
    within: Sequence[TimeRange],
) -> Query:
    statement = Statement(scope)
    among = [f"trace_id IN {statement.bind(list(trace_ids), 'Array(String)')}"]
    if span_ids:
        among.append(f"span_id IN {statement.bind(list(span_ids), 'Array(String)')}")
    priced = "countIf(billable = 1 AND cost_source NOT IN ('', 'unpriced')) > 0"
    return query(
        statement,
        f"SELECT {by},\n"
        f"  if(toUnixTimestamp64Micro(max(end_time)) > 0, {TOTALS['latency']}, NULL),\n"
        f"  if({priced} AND {TOTALS['unpriced']} = 0, {TOTALS['cost']}, NULL),\n"
        f"  {TOTALS['errors']} > 0",
        statement.table(SPANS, within, among),
        f"GROUP BY {by}",
    )


def trace_times(scope: Scope, trace_ids: Sequence[str]) -> Query:
    """When the first and the last span of these traces began; one row for those that began within the
    same minutes, as thousands of rows would only be joined afterwards."""
    statement = Statement(scope)
    ids = statement.bind(list(trace_ids), "Array(String)")
    return query(
        statement,
        "SELECT toUnixTimestamp64Micro(min(first)), toUnixTimestamp64Micro(max(last))\nFROM (",
        "  SELECT min(first_start) AS first, max(last_start) AS last",
        statement.table("trace_times", None, [f"trace_id IN {ids}"]),
        "  GROUP BY trace_id\n)",
        f"GROUP BY intDiv(toUnixTimestamp64Micro(first), {CLOSE})",
    )


# -- one trace ---------------------------------------------------------------------------------


def spans_of_trace(
    scope: Scope, trace_id: str, after: Position | None, limit: int, within: Sequence[TimeRange]
) -> Query:
    """Spans of a trace as lists show them, with metadata, in order of start."""
    columns = SPANS.select_list(OPENED)
    return _of_trace(Statement(scope), columns, trace_id, after, limit, within)


def calls_of_trace(
    scope: Scope, trace_id: str, after: Position | None, limit: int, within: Sequence[TimeRange]
) -> Query:
    """(span, start) of model calls of a trace, in order of start."""
    statement = Statement(scope)
    kind = f"kind = {statement.bind(Kind.LLM.value)}"
    return _of_trace(statement, f"span_id, {_START}", trace_id, after, limit, within, kind)


def _of_trace(
    statement: Statement,
    columns: str,
    trace_id: str,
    after: Position | None,
    limit: int,
    within: Sequence[TimeRange],
    *conditions: str,
) -> Query:
    """One page."""
    guards = [f"trace_id = {statement.bind(trace_id)}", *conditions]
    if after is not None:
        start, span = statement.bind(after[0], "Int64"), statement.bind(after[1])
        guards.append(f"({_START}, span_id) > ({start}, {span})")
        # What lies before is not even read.
        began = int(after[0])
        left = [TimeRange(max(each.start, began), each.end) for each in within if each.end > began]
        within = left or within
    return query(
        statement,
        f"SELECT {columns}",
        statement.table(SPANS, within, guards),
        f"ORDER BY start_time, span_id\nLIMIT {limit}",
    )


def one_span(
    scope: Scope, trace_id: str, span_id: str, within: Sequence[TimeRange], limit_chars: int | None
) -> Query:
    """A whole span, its bodies cut, and how long they are."""
    statement = Statement(scope)
    columns = SPANS.select_list(WHOLE - {"input", "output"})
    limit = statement.bind(limit_chars, "UInt64") if limit_chars is not None else ""
    bodies = [
        f"substringUTF8({body}, 1, {limit})" if limit else body for body in ("input", "output")
    ]
    return query(
        statement,
        f"SELECT {columns}, {', '.join(bodies)}, lengthUTF8(input), lengthUTF8(output)",
        statement.table(
            SPANS,
            within,
            [f"trace_id = {statement.bind(trace_id)}", f"span_id = {statement.bind(span_id)}"],
        ),
        "LIMIT 1",
    )


def span_by_id(scope: Scope, span_id: str) -> Query:
    statement = Statement(scope)
    return query(
        statement,
        f"SELECT {SPANS.select_list()}",
        statement.table(SPANS, None, [f"span_id = {statement.bind(span_id)}"]),
        "LIMIT 1",
    )


def spans_of(scope: Scope, trace_ids: Sequence[str], within: Sequence[TimeRange]) -> Query:
    """Whole spans of traces, in order of start."""
    statement = Statement(scope)
    ids = statement.bind(list(trace_ids), "Array(String)")
    return query(
        statement,
        f"SELECT {SPANS.select_list()}",
        statement.table(SPANS, within, [f"trace_id IN {ids}"]),
        "ORDER BY start_time, span_id",
    )


def places_of(scope: Scope, trace_ids: Sequence[str], within: Sequence[TimeRange]) -> Query:
    """(trace, span, start) of every row of the traces: what a tombstone must repeat."""
    statement = Statement(scope)
    ids = statement.bind(list(trace_ids), "Array(String)")
    return query(
        statement,
        f"SELECT trace_id, span_id, {_START}",
        statement.table(SPANS, within, [f"trace_id IN {ids}"]),
    )


def spans_with_usage(
    scope: Scope, within: TimeRange, model: str, after: Position | None, limit: int
) -> Query:
    """Whole spans that carry usage, in the order of the key."""
    statement = Statement(scope)
    conditions = ["notEmpty(usage)"]
    if model:
        conditions.append(f"model = {statement.bind(model)}")
    if after is not None:
        start = statement.bind(after[0], "Int64")
        ids = f"{statement.bind(after[1])}, {statement.bind(after[2])}"
        conditions.append(f"({_START}, trace_id, span_id) > ({start}, {ids})")
    return query(
        statement,
        f"SELECT {SPANS.select_list()}",
        statement.table(SPANS, within, conditions),
        f"ORDER BY start_time, trace_id, span_id\nLIMIT {limit}",
    )
