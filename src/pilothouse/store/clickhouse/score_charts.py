"""Chart questions about scores as SQL: score measures of spans and traces, and scores by themselves."""

from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.query import fields
from pilothouse.query.charts import ChartQuestion, Dimension, Measure
from pilothouse.query.fields import Type
from pilothouse.store.clickhouse import scores
from pilothouse.store.clickhouse.charts import bucket, grouped, put_together, split
from pilothouse.store.clickhouse.columns import SCORES, SPANS
from pilothouse.store.clickhouse.conditions import SPILL, Conditions
from pilothouse.store.clickhouse.lists import Query
from pilothouse.store.clickhouse.statement import Statement

_OF_PROMPTS = ("prompt", "prompt_version")
_HAS_NUMBER = "data_type IN ('numeric', 'boolean')"

# -- score measures of spans and traces --------------------------------------------------------


def measures(scope: Scope, question: ChartQuestion) -> Query:
    """The score measures alone, by the time of the score; split by fields of the scored trace's
    head or, where the score names a span, of that span."""
    statement = Statement(scope)
    asked = [measure for measure in question.measures if measure.name == "score"]
    conditions: list[str] = []
    if all(measure.key for measure in asked):
        names = ", ".join(statement.bind(measure.key) for measure in asked)
        conditions = [f"name IN ({names})", _HAS_NUMBER]
    table = statement.table(SCORES, question.within, conditions)
    time = bucket(statement, question, "timestamp")
    source = f"FROM (SELECT {time}name, value, source, trace_id, span_id\n{table}) AS scored"
    if question.dimensions or question.filter:
        source += f"\nINNER JOIN ({_scored(statement, question)}) AS target" + (
            "\nON scored.trace_id = target.trace_id AND scored.span_id = target.target_id"
        )
    expressions = [
        put_together(measure, "value", _of_name(statement, measure)) for measure in asked
    ]
    return grouped(statement, question, asked, expressions, source)


def _of_name(statement: Statement, measure: Measure) -> str:
    """Without a name, any score there is."""
    if not measure.key:
        return "1"
    named = f"name = {statement.bind(measure.key)}"
    return f"{named} AND source = {statement.bind(measure.source)}" if measure.source else named


def _scored(statement: Statement, question: ChartQuestion) -> str:
    """What scores can point at: every span by its id, and every head by no id. What is said of a whole
    trace is said of each prompt that it has calls of, too."""
    within = TimeRange(max(0, question.within.start - 30 * SPILL), question.within.end)
    conditions = (
        [Conditions(statement, question.view, within).of(question.filter)]
        if question.filter
        else []
    )
    parts = "".join(
        f", {split(statement, dimension, question.view)} AS split{place}"
        for place, dimension in enumerate(question.dimensions)
    )
    table = statement.table(SPANS, within, conditions)
    by_prompt = any(dimension.field in _OF_PROMPTS for dimension in question.dimensions)
    targets = "[span_id, '']" if by_prompt else "if(is_root = 1, [span_id, ''], [span_id])"
    return f"SELECT DISTINCT trace_id, arrayJoin({targets}) AS target_id{parts}\n{table}"


# -- scores by themselves ----------------------------------------------------------------------

_VALUES = {"value": ("value", _HAS_NUMBER)}
_COUNTS = {"count": "count()", "traces": "uniqExactIf(trace_id, trace_id != '')"}


def of_scores(scope: Scope, question: ChartQuestion) -> Query:
    """Scores by the time they were given, split by what they say or by what was scored."""
    statement = Statement(scope)
    conditions = [scores.of(statement, question.within, question.filter)] if question.filter else []
    table = statement.table(SCORES, question.within, conditions)
    own, joined = _columns(question)
    source = (
        f"FROM (SELECT {bucket(statement, question, 'timestamp')}{own}value, data_type, trace_id,"
        f" span_id\n{table}) AS scored"
    )
    if joined:
        source += (
            f"\nLEFT JOIN ({_targets(statement, question, joined)}) AS target"
            "\nON scored.trace_id = target.trace_id AND scored.span_id = target.target_id"
        )
    expressions = [
        _COUNTS.get(measure.name) or put_together(measure, *_VALUES[measure.name])
        for measure in question.measures
    ]
    return grouped(statement, question, question.measures, expressions, source)


def _columns(question: ChartQuestion) -> tuple[str, list[tuple[int, Dimension]]]:
    """The dimensions that are columns of scores, and those that are of what was scored."""
    own, joined = "", list[tuple[int, Dimension]]()
    for place, dimension in enumerate(question.dimensions):
        field = fields.of_score(dimension.field)
        if field in fields.SCORES:
            own += f"{field.column} AS split{place}, "
        else:
            joined.append((place, dimension))
    return own, joined


def _targets(
    statement: Statement, question: ChartQuestion, joined: list[tuple[int, Dimension]]
) -> str:
    table = statement.table(SPANS, scores.spread(question.within), [])
    parts: list[str] = []
    for place, dimension in joined:
        field = fields.of_score(dimension.field)
        column = field.column
        if field.type is Type.TAGS:
            column = f"arrayJoin(if(empty({column}), [''], {column}))"
        parts.append(f", {column} AS split{place}")
    return (
        "SELECT DISTINCT trace_id, arrayJoin(if(is_root = 1, [span_id, ''], [span_id]))"
        f" AS target_id{''.join(parts)}\n{table}"
    )
