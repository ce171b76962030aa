"""Chart questions over spans and over traces as SQL. Those over scores are in `score_charts`."""

from collections.abc import Sequence

from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.query import fields
from pilothouse.query.charts import ChartQuestion, Dimension, Measure
from pilothouse.query.fields import Type
from pilothouse.store.clickhouse.columns import SPANS
from pilothouse.store.clickhouse.conditions import (
    DURATION,
    HAS_ENDED,
    HEAD_ORDER,
    HEAD_START,
    IS_SPAN,
    IS_STREAMED,
    SPILL,
    TOTALS,
    TRACE_NAME,
    UNTIL_FIRST,
    Conditions,
    plain_entry,
)
from pilothouse.store.clickhouse.lists import Query, query
from pilothouse.store.clickhouse.statement import Statement

_BUCKETS = {
    "minute": "toStartOfMinute({time}, {zone})",
    "hour": "toStartOfHour({time}, {zone})",
    "day": "toStartOfDay({time}, {zone})",
    "week": "toStartOfDay(toDateTime(toStartOfWeek({time}, 1, {zone}), {zone}))",
    "month": "toStartOfDay(toDateTime(toStartOfMonth({time}, {zone}), {zone}))",
}
_QUANTILES = {"p50": 0.5, "p75": 0.75, "p90": 0.9, "p95": 0.95, "p99": 0.99}
"""Exact up to 8192 values in a group; beyond, of a random sample of that size."""

_IS_BILLED = "billable = 1"
_IS_PRICED = f"{_IS_BILLED} AND cost_source NOT IN ('', 'unpriced')"
_IS_UNPRICED = f"{_IS_BILLED} AND cost_source = 'unpriced'"
_GENERATING = f"({DURATION} - if({IS_STREAMED}, {UNTIL_FIRST}, 0))"
_COSTS = ("cost", "input_cost", "output_cost")
_INPUT_COST, _OUTPUT_COST = (
    f"arraySum(mapValues(mapFilter((bucket, _) -> position(bucket, '{side}') > 0, cost)))"
    for side in ("input", "output")
)
_OF_SPANS = {
    "spans": ("1", "1"),
    "latency": (DURATION, HAS_ENDED),
    "streaming_latency": (f"({DURATION}) - ({UNTIL_FIRST})", f"{HAS_ENDED} AND {IS_STREAMED}"),
    "time_to_first_token": (UNTIL_FIRST, IS_STREAMED),
    "input_tokens": ("input_tokens", f"{_IS_BILLED} AND total_tokens > 0"),
    "output_tokens": ("output_tokens", f"{_IS_BILLED} AND total_tokens > 0"),
    "total_tokens": ("total_tokens", f"{_IS_BILLED} AND total_tokens > 0"),
    "tokens_per_second": (
        f"output_tokens * 1000000 / {_GENERATING}",
        f"{HAS_ENDED} AND output_tokens > 0 AND {_GENERATING} > 0",
    ),
    "total_tokens_per_second": (
        f"total_tokens * 1000000 / ({DURATION})",
        f"{HAS_ENDED} AND total_tokens > 0 AND ({DURATION}) > 0",
    ),
    "cost": ("toFloat64(total_cost)", _IS_PRICED),
    "input_cost": (_INPUT_COST, _IS_PRICED),
    "output_cost": (_OUTPUT_COST, _IS_PRICED),
}
"""Measure → its value in a span's row, and which rows have one."""

_COUNTS_OF_SPANS = {
    "count": "count()",
    "errors": "countIf(level = 'error')",
    "error_rate": "countIf(level = 'error') / count()",
    "traces": "uniqExact(trace_id)",
    "users": "uniqExactIf(user_id, user_id != '')",
    "sessions": "uniqExactIf(session_id, session_id != '')",
}
_OF_TRACES = {
    "spans": (TOTALS["spans"], "1"),
    "streaming_latency": (
        f"maxIf(({DURATION}) - ({UNTIL_FIRST}), {HAS_ENDED} AND {IS_STREAMED})",
        f"countIf({HAS_ENDED} AND {IS_STREAMED}) > 0",
    ),
    "latency": (TOTALS["latency"], "max(toUnixTimestamp64Micro(end_time)) > 0"),
    "time_to_first_token": (
        f"minIf(toUnixTimestamp64Micro(first_token_time), {IS_STREAMED})"
        " - toUnixTimestamp64Micro(min(start_time))",
        f"countIf({IS_STREAMED}) > 0",
    ),
    "input_tokens": (TOTALS["input_tokens"], f"{TOTALS['tokens']} > 0"),
    "output_tokens": (TOTALS["output_tokens"], f"{TOTALS['tokens']} > 0"),
    "total_tokens": (TOTALS["tokens"], f"{TOTALS['tokens']} > 0"),
    "tokens_per_second": (
        f"sumIf(output_tokens, {HAS_ENDED} AND {_GENERATING} > 0) * 1000000"
        f" / sumIf({_GENERATING}, {HAS_ENDED} AND output_tokens > 0)",
        f"sumIf({_GENERATING}, {HAS_ENDED} AND output_tokens > 0) > 0",
    ),
    "total_tokens_per_second": (
        f"{TOTALS['tokens']} * 1000000 / ({TOTALS['latency']})",
        f"{TOTALS['tokens']} > 0 AND {TOTALS['latency']} > 0",
    ),
    "cost": (TOTALS["cost"], f"countIf({_IS_PRICED}) > 0"),
    "input_cost": (f"sumIf({_INPUT_COST}, {_IS_PRICED})", f"countIf({_IS_PRICED}) > 0"),
    "output_cost": (f"sumIf({_OUTPUT_COST}, {_IS_PRICED})", f"countIf({_IS_PRICED}) > 0"),
}
"""The same of a trace, over its rows."""

_COUNTS_OF_TRACES = {
    "count": "count()",
    "errors": "countIf(errors > 0)",
    "error_rate": "countIf(errors > 0) / count()",
    "traces": "count()",
    "users": "uniqExactIf(whose, whose != '')",
    "sessions": "uniqExactIf(talk, talk != '')",
}


def chart(scope: Scope, question: ChartQuestion) -> Query:
    """Rows of `question.columns`, scores left out."""
    statement = Statement(scope)
    measures = [measure for measure in question.measures if measure.name != "score"]
    if question.view == "spans":
        source = _spans(statement, question)
        expressions = [_of_spans(statement, measure) for measure in measures]
    else:
        source = _traces(statement, question, measures)
        expressions = [_of_traces(measure, place) for place, measure in enumerate(measures)]
    return grouped(statement, question, measures, expressions, source)


def grouped(
    statement: Statement,
    question: ChartQuestion,
    measures: Sequence[Measure],
    expressions: Sequence[str],
    source: str,
) -> Query:
    keys = (["time"] if question.bucket != "none" else []) + [
        f"split{place}" for place in range(len(question.dimensions))
    ]
    columns = [*keys, *(f"{sql} AS value{place}" for place, sql in enumerate(expressions))]
    return query(
        statement,
        "SELECT " + ",\n  ".join(columns),
        source,
        f"GROUP BY {', '.join(keys)}" if keys else "",
        _order(question, measures, keys),
        f"LIMIT {question.limit + 1}",
    )


def _order(question: ChartQuestion, measures: Sequence[Measure], keys: Sequence[str]) -> str:
    names = {
        **dict(zip(question.columns, keys, strict=False)),
        **{measure.column: f"value{place}" for place, measure in enumerate(measures)},
    }
    ordered: list[str] = []
    by = question.order.lstrip("-")
    if by in names:
        ordered.append(f"{names[by]} {'DESC' if question.order.startswith('-') else 'ASC'}")
    elif "time" in keys:
        ordered.append("time ASC")
    if not by and measures and question.measures[0].aggregation != "histogram":
        ordered.append("value0 DESC")
    ordered += [key for key in keys if not any(each.startswith(f"{key} ") for each in ordered)]
    return f"ORDER BY {', '.join(ordered)}" if ordered else ""


def bucket(statement: Statement, question: ChartQuestion, column: str) -> str:
    if question.bucket in ("none", "auto"):
        return ""
    zone = statement.bind(question.timezone)
    start = _BUCKETS[question.bucket].format(time=column, zone=zone)
    return f"toInt64(toUnixTimestamp({start})) * 1000000 AS time, "


# -- over spans --------------------------------------------------------------------------------


def _spans(statement: Statement, question: ChartQuestion) -> str:
    conditions = [IS_SPAN, *_filters(statement, question)]
    table = statement.table(SPANS, question.within, conditions)
    parts = "".join(
        f"{split(statement, dimension)} AS split{place}, "
        for place, dimension in enumerate(question.dimensions)
    )
    return f"FROM (SELECT {bucket(statement, question, 'start_time')}{parts}*\n{table})"


def _filters(statement: Statement, question: ChartQuestion) -> list[str]:
    if question.filter is None:
        return []
    return [Conditions(statement, question.view, question.within).of(question.filter)]


def split(statement: Statement, dimension: Dimension, view: str = "spans") -> str:
    field = fields.named(dimension.field)
    if field.type is Type.MAP:
        return plain_entry(field.column, statement.bind(dimension.key))
    if field.type is Type.TAGS:
        return f"arrayJoin(if(empty({field.column}), [''], {field.column}))"
    if view == "traces" and field.name == "name":
        return TRACE_NAME
    return field.column


def _of_spans(statement: Statement, measure: Measure) -> str:
    if measure.name in _COUNTS_OF_SPANS:
        return _COUNTS_OF_SPANS[measure.name]
    if measure.name == "tokens":
        key = statement.bind(measure.key)
        condition = f"{_IS_BILLED} AND mapContains(usage, {key})"
        return put_together(measure, f"usage[{key}]", condition)
    unknown = _IS_UNPRICED if measure.name in _COSTS else ""
    return put_together(measure, *_OF_SPANS[measure.name], unknown)


def put_together(measure: Measure, value: str, condition: str, unknown: str = "") -> str:
    """An aggregate over the rows that have a value; null where none has. A sum of nothing is 0,
    unless there are rows, told by `unknown`, whose value nobody knows."""
    aggregation = measure.aggregation
    if aggregation in _QUANTILES:
        found = f"quantileIf({_QUANTILES[aggregation]})({value}, {condition})"
    elif aggregation == "histogram":
        return f"histogramIf({measure.bins})(toFloat64({value}), {condition})"
    elif aggregation == "sum":
        found = f"sumIf({value}, {condition})"
        if not unknown:
            return found
        return f"if(countIf({condition}) = 0 AND countIf({unknown}) > 0, NULL, {found})"
    elif aggregation == "count":
        return f"countIf({condition})"
    elif aggregation == "variance":
        return f"varSampIf({value}, {condition})"
    else:
        found = f"{aggregation}If({value}, {condition})"
    return f"if(countIf({condition}) = 0, NULL, {found})"


# -- over traces -------------------------------------------------------------------------------


def _traces(statement: Statement, question: ChartQuestion, measures: Sequence[Measure]) -> str:
    """One row per trace whose head began in the range: what is asked of it."""
    split = [
        f"argMin({_split_of_trace(statement, dimension)}, {HEAD_ORDER}) AS part{place}"
        for place, dimension in enumerate(question.dimensions)
    ]
    columns = [
        f"fromUnixTimestamp64Micro({HEAD_START}) AS began",
        *split,
        f"argMin(user_id, {HEAD_ORDER}) AS whose",
        f"argMin(session_id, {HEAD_ORDER}) AS talk",
        f"{TOTALS['errors']} AS errors",
        *(_value_of_trace(statement, measure, place) for place, measure in enumerate(measures)),
    ]
    inner = "SELECT " + ",\n  ".join(column for column in columns if column)
    parts = "".join(
        f"{_arrived(dimension, place)} AS split{place}, "
        for place, dimension in enumerate(question.dimensions)
    )
    return (
        f"FROM (SELECT {bucket(statement, question, 'began')}{parts}*\n"
        f"FROM ({inner}\n{_rows_of_traces(statement, question)}))"
    )


def _rows_of_traces(statement: Statement, question: ChartQuestion) -> str:
    """Grouped by trace: a hash of its id is grouped twice as fast as its text."""
    within = question.within
    spread = TimeRange(within.start, within.end + SPILL)
    grouped = "GROUP BY sipHash128(trace_id)"
    if question.filter is None:
        rows, end = statement.table(SPANS, spread), statement.moment(within.end)
        return f"{rows}\n{grouped}\nHAVING countIf(is_root = 1 AND start_time < {end}) > 0"
    heads = statement.table(SPANS, within, ["is_root = 1", *_filters(statement, question)])
    rows = statement.table(SPANS, spread, [f"trace_id IN (SELECT trace_id {heads})"])
    return f"{rows}\n{grouped}"


def _split_of_trace(statement: Statement, dimension: Dimension) -> str:
    field = fields.named(dimension.field)
    if field.type is Type.TAGS:
        return field.column
    return split(statement, dimension, "traces")


def _arrived(dimension: Dimension, place: int) -> str:
    field = fields.named(dimension.field)
    if field.type is Type.TAGS:
        return f"arrayJoin(if(empty(part{place}), [''], part{place}))"
    return f"part{place}"


def _value_of_trace(statement: Statement, measure: Measure, place: int) -> str:
    if measure.name in _COUNTS_OF_TRACES:
        return ""
    if measure.name == "tokens":
        key = statement.bind(measure.key)
        value = f"sumIf(usage[{key}], {_IS_BILLED})"
        has = f"countIf({_IS_BILLED} AND mapContains(usage, {key})) > 0"
    else:
        value, has = _OF_TRACES[measure.name]
    lacks = f", countIf({_IS_UNPRICED}) > 0 AS lacks{place}" if measure.name in _COSTS else ""
    return f"{value} AS measured{place}, {has} AS has{place}{lacks}"


def _of_traces(measure: Measure, place: int) -> str:
    if measure.name in _COUNTS_OF_TRACES:
        return _COUNTS_OF_TRACES[measure.name]
    unknown = f"lacks{place}" if measure.name in _COSTS else ""
    return put_together(measure, f"measured{place}", f"has{place}", unknown)
