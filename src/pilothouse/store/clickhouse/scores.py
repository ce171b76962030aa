"""Questions about scores as SQL."""

from collections.abc import Sequence

from pilothouse.domain.clock import DAY
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.domain.score import Source
from pilothouse.query import fields
from pilothouse.query.filters import And, Filter, Match, Not, Or
from pilothouse.query.lists import ListQuestion, Matched
from pilothouse.store.clickhouse.columns import SCORES, SPANS
from pilothouse.store.clickhouse.conditions import of_row
from pilothouse.store.clickhouse.lists import Query
from pilothouse.store.clickhouse.statement import SETTINGS, Statement

_OWN = {field.name for field in fields.SCORES}


def page(scope: Scope, question: ListQuestion, limit: int) -> Query:
    """Scores in order of time."""
    statement = Statement(scope)
    conditions = _conditions(statement, question)
    direction = "DESC" if question.order.descending else "ASC"
    if question.after is not None:
        sign = "<" if question.order.descending else ">"
        moment, score_id = question.after
        bound = f"{statement.bind(moment, 'Int64')}, {statement.bind(score_id)}"
        conditions.append(f"(toUnixTimestamp64Micro(timestamp), score_id) {sign} ({bound})")
    return Query(
        f"SELECT {SCORES.select_list()}\n"
        + statement.table(SCORES, question.within, conditions)
        + f"\nORDER BY timestamp {direction}, score_id {direction}"
        + f"\nLIMIT {limit} OFFSET {question.offset}\n{SETTINGS}",
        statement.params,
    )


def count(scope: Scope, question: ListQuestion) -> Query:
    statement = Statement(scope)
    conditions = _conditions(statement, question)
    found = statement.table(SCORES, question.within, conditions)
    return Query(f"SELECT count() {found}\n{SETTINGS}", statement.params)


VALUED = frozenset(
    {"project_id", "score_id", "timestamp", "name", "data_type", "value", "text", "trace_id"}
)
"""Columns that say what a score says; each column that is not asked for saves 0.1 ms."""

WHOLE = frozenset(SCORES.columns)


def by_column(
    scope: Scope, column: str, ids: Sequence[str], columns: frozenset[str] = WHOLE
) -> Query:
    """Scores that name one of these traces, sessions, or have one of these ids; oldest first."""
    statement = Statement(scope)
    bound = statement.bind(list(ids), "Array(String)")
    return Query(
        f"SELECT {SCORES.select_list(columns)}\n"
        + statement.table(SCORES, None, [f"{column} IN {bound}"])
        + f"\nORDER BY timestamp, score_id\n{SETTINGS}",
        statement.params,
    )


def numbers(scope: Scope, trace_ids: Sequence[str], name: str = "") -> Query:
    """(name, traces, spans, values) of numbers and booleans given to these traces and their spans: a
    row would cost more to read than what is in it. What people say of what a program scored too is a
    label of it, and no second score."""
    statement = Statement(scope)
    among = [
        f"trace_id IN {statement.bind(list(trace_ids), 'Array(String)')}",
        "data_type IN ('numeric', 'boolean')",
    ]
    if name:
        among.append(f"name = {statement.bind(name, 'String')}")
    scored = f"source != '{Source.ANNOTATION.value}'"
    return Query(
        "SELECT name, groupArray(trace_id), groupArray(span_id), groupArray(mean)\nFROM (\n"
        "  SELECT name, trace_id, span_id,"
        f" if(countIf({scored}) > 0, avgIf(value, {scored}), avg(value)) AS mean\n"
        + statement.table(SCORES, None, among)
        + f"\n  GROUP BY name, trace_id, span_id\n)\nGROUP BY name\nORDER BY name\n{SETTINGS}",
        statement.params,
    )


def pairs(
    scope: Scope, first: ListQuestion, second: ListQuestion, by: Matched, limit: int
) -> Query:
    """What two kinds of scores say of the same, and how many such there are: of each the latest
    counts. More than the limit are drawn by chance, the same ones each time."""
    statement = Statement(scope)
    keys = ", ".join(_KEYS[by])
    sides: list[str] = []
    for question in (first, second):
        conditions = _conditions(statement, question)
        if by == "trace":
            conditions.append("trace_id != ''")
        table = statement.table(SCORES, question.within, conditions)
        sides.append(
            f"(SELECT {keys}, argMax((value, text), (timestamp, score_id)) AS said\n"
            f"{table}\nGROUP BY {keys})"
        )
    return Query(
        "SELECT one.said.1, one.said.2, other.said.1, other.said.2, count() OVER ()\n"
        f"FROM {sides[0]} AS one\nINNER JOIN {sides[1]} AS other USING ({keys})\n"
        f"ORDER BY cityHash64({keys})\nLIMIT {limit}\n{SETTINGS}",
        statement.params,
    )


_KEYS: dict[Matched, tuple[str, ...]] = {
    "target": ("trace_id", "span_id", "session_id", "experiment_id"),
    "trace": ("trace_id",),
}


def _conditions(statement: Statement, question: ListQuestion) -> list[str]:
    return [of(statement, question.within, question.filter)] if question.filter else []


def of(statement: Statement, within: TimeRange, filter: Filter) -> str:
    """A condition on rows of scores. Raises BadRequest."""
    match filter:
        case And(parts):
            return "(" + " AND ".join(of(statement, within, each) for each in parts) + ")"
        case Or(parts):
            if not parts:
                return "0"
            return "(" + " OR ".join(of(statement, within, each) for each in parts) + ")"
        case Not(part):
            return f"NOT ({of(statement, within, part)})"
        case Match(name, test, _):
            field = fields.of_score(name)
            if field.name in _OWN:
                return of_row(statement, field, test)
            scored = statement.table(SPANS, spread(within), [of_row(statement, field, test)])
            if field.about == "trace":
                return f"trace_id IN (SELECT trace_id {scored})"
            return f"(trace_id, span_id) IN (SELECT trace_id, span_id {scored})"


def spread(within: TimeRange) -> TimeRange:
    """Traces are scored after they began, at times days after."""
    return TimeRange(max(0, within.start - 30 * DAY), within.end)
