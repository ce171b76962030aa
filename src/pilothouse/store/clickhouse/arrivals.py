"""What came in lately, as SQL."""

from pilothouse.domain.evaluation import Target
from pilothouse.domain.scope import Scope
from pilothouse.query.arrivals import ArrivalQuestion
from pilothouse.store.clickhouse.columns import SPANS
from pilothouse.store.clickhouse.conditions import IS_SPAN, Conditions
from pilothouse.store.clickhouse.lists import Query, query
from pilothouse.store.clickhouse.statement import Statement


def arrived(scope: Scope, question: ArrivalQuestion) -> Query:
    """(trace_id, span_id, session_id, revision of the last news)."""
    if question.target is Target.SPAN:
        return _spans(scope, question)
    key = "trace_id" if question.target is Target.TRACE else "session_id"
    named = "trace_id, '', ''" if question.target is Target.TRACE else "'', '', session_id"
    statement = Statement(scope)
    since = statement.bind(question.since, "Int64")
    until = statement.bind(question.until, "Int64")
    fresh = statement.table(SPANS, question.within, [f"revision > {since}", f"{key} != ''"])
    among = f"{key} IN (SELECT {key} {fresh})"
    if question.filter is not None:
        # Of all rows, as what fits need not be what is new.
        fits = Conditions(statement, "traces", question.within).of(question.filter)
        fitting = statement.table(SPANS, question.within, [among, fits])
        among = f"{key} IN (SELECT {key} {fitting})"
    behind = _behind(statement, question, f"last, {key}")
    return query(
        statement,
        f"SELECT {named}, max(revision) AS last",
        statement.table(SPANS, question.within, [among]),
        f"GROUP BY {key}",
        f"HAVING last > {since} AND last <= {until}{behind}",
        f"ORDER BY last, {key}",
        f"LIMIT {question.limit}",
    )


def _spans(scope: Scope, question: ArrivalQuestion) -> Query:
    statement = Statement(scope)
    since = statement.bind(question.since, "Int64")
    until = statement.bind(question.until, "Int64")
    conditions = [IS_SPAN, f"revision > {since}", f"revision <= {until}"]
    if question.filter is not None:
        conditions.append(Conditions(statement, "spans", question.within).of(question.filter))
    return query(
        statement,
        "SELECT trace_id, span_id, '', revision",
        statement.table(SPANS, question.within, conditions)
        + _behind(statement, question, "revision, trace_id, span_id"),
        "ORDER BY revision, trace_id, span_id",
        f"LIMIT {question.limit}",
    )


def _behind(statement: Statement, question: ArrivalQuestion, keyset: str) -> str:
    after = question.after
    if after is None:
        return ""
    names = [name for name in (after.session_id or after.trace_id, after.span_id) if name]
    values = ", ".join([statement.bind(after.last, "Int64"), *map(statement.bind, names)])
    return f" AND ({keyset}) > ({values})"
