"""What came of calls that were made with a prompt, as SQL."""

from pilothouse.domain.clock import DAY
from pilothouse.domain.intervals import Z
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.query.prompts import PromptQuestion
from pilothouse.store.clickhouse.columns import SCORES, SPANS
from pilothouse.store.clickhouse.conditions import DURATION, HAS_ENDED, IS_SPAN, Conditions
from pilothouse.store.clickhouse.lists import Query
from pilothouse.store.clickhouse.statement import SETTINGS, Statement

_SAMPLE = 8192
"""Durations that quantiles are found in: all, or so many drawn by chance."""
_LEVELS = (0.5, 0.95)
_PRICED = "billable = 1 AND cost_source NOT IN ('', 'unpriced')"
_LATE = 30 * DAY
"""Scores are looked for so long after the call."""


def calls(scope: Scope, question: PromptQuestion) -> Query:
    """Sums by slice, as `CallSums` has them."""
    statement = Statement(scope)
    cost, log = "toFloat64(total_cost)", f"log(greatest({DURATION}, 1))"
    return Query(
        "SELECT place, calls, traces, errors, first, last, ended,\n"
        f"[{_quantiles()}], logs, log_squares, priced, unpriced, costs, cost_squares, tokens\n"
        "FROM (SELECT place, count() AS calls, uniqExact(trace_id) AS traces,"
        " countIf(level = 'error') AS errors,\n"
        "toUnixTimestamp64Micro(min(start_time)) AS first,"
        " toUnixTimestamp64Micro(max(start_time)) AS last,\n"
        f"countIf({HAS_ENDED}) AS ended,\n"
        f"arraySort(groupArraySampleIf({_SAMPLE})({DURATION}, {HAS_ENDED})) AS sorted,\n"
        f"sumIf({log}, {HAS_ENDED}) AS logs, sumIf({log} * {log}, {HAS_ENDED}) AS log_squares,\n"
        f"countIf({_PRICED}) AS priced,"
        " countIf(billable = 1 AND cost_source = 'unpriced') AS unpriced,\n"
        f"sumIf({cost}, {_PRICED}) AS costs, sumIf({cost} * {cost}, {_PRICED}) AS cost_squares,\n"
        "sumIf(total_tokens, billable = 1) AS tokens\n"
        f"FROM ({_sliced(statement, question)})\nGROUP BY place)\nORDER BY place\n{SETTINGS}",
        statement.params,
    )


def _quantiles() -> str:
    """Each quantile among the sorted durations, and its bounds by order statistics."""
    found: list[str] = []
    for level in _LEVELS:
        middle = f"length(sorted) * {level}"
        half = f"{Z} * sqrt(length(sorted) * {level * (1 - level)})"
        found += [
            f"greatest(1, ceil({middle}))",
            f"floor({middle} - {half})",
            f"ceil({middle} + {half}) + 1",
        ]
    return ", ".join(
        f"if({rank} < 1 OR {rank} > length(sorted), -1, sorted[toInt64({rank})])" for rank in found
    )


def scores(scope: Scope, question: PromptQuestion) -> Query:
    """Sums by slice, name and category, as `ScoreSums` has them: a score of a call counts for its slice, and
    one of a trace once for each slice that the trace has calls of."""
    statement = Statement(scope)
    within = TimeRange(question.within.start, question.within.end + _LATE)
    said = statement.table(
        SCORES, within, ["data_type IN ('numeric', 'boolean', 'categorical')", "trace_id != ''"]
    )
    targets = (
        "SELECT DISTINCT place, trace_id, arrayJoin([span_id, '']) AS target_id\n"
        f"FROM ({_sliced(statement, question)})"
    )
    return Query(
        "SELECT place, name, data_type,"
        " if(data_type = 'categorical', text, '') AS category, count() AS many,\n"
        "sum(value) AS total, sum(value * value) AS squares,\n"
        "countIf(source = 'evaluator') AS judged,"
        " sumIf(value, source = 'evaluator') AS judged_total,"
        " sumIf(value * value, source = 'evaluator') AS judged_squares\n"
        f"FROM (SELECT name, data_type, value, source, text, trace_id, span_id\n{said}) AS said\n"
        f"INNER JOIN ({targets}) AS target\n"
        "ON said.trace_id = target.trace_id AND said.span_id = target.target_id\n"
        "GROUP BY place, name, data_type, category\n"
        f"ORDER BY place, many DESC, name, category\n{SETTINGS}",
        statement.params,
    )


def _sliced(statement: Statement, question: PromptQuestion) -> str:
    """Rows of the calls, each with the place of every slice that it is in."""
    within = question.within
    conditions = [IS_SPAN, f"prompt_name = {statement.bind(question.name)}"]
    if question.filter is not None:
        conditions.append(Conditions(statement, "spans", within).of(question.filter))
    versions = statement.bind([each.version for each in question.slices], "Array(UInt64)")
    starts = statement.bind([each.within.start for each in question.slices], "Array(Int64)")
    ends = statement.bind([each.within.end for each in question.slices], "Array(Int64)")
    at = "toUnixTimestamp64Micro(start_time)"
    return (
        "SELECT arrayJoin(arrayFilter((place, version, start, end) ->"
        f" version = prompt_version AND start <= {at} AND {at} < end,\n"
        f"range({len(question.slices)}), {versions}, {starts}, {ends})) AS place, *\n"
        + statement.table(SPANS, within, conditions)
    )
