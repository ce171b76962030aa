"""Metrics, as both versions of Langfuse's API ask for them: a question in JSON, rows back."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from fastapi import Query

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.score import DataType
from pilothouse.edge.access import Caller, CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.langfuse import answers, questions
from pilothouse.protocols.langfuse.questions import NOT_A_HEAD, Condition, among
from pilothouse.query import charts
from pilothouse.query.charts import ChartQuestion, Dimension, Measure
from pilothouse.query.charts import View as ChartView
from pilothouse.query.filters import Filter, every

router = Router()

Object = dict[str, Any]
View = Literal["traces", "observations", "scores-numeric", "scores-boolean", "scores-categorical"]
Granularity = Literal["auto", "minute", "hour", "day", "week", "month"]

_MOST_ROWS = 1_000
_ROWS_UNLESS_TOLD = 100
_MILLISECOND = 1_000


class MetricAsked(msgspec.Struct):
    measure: str
    aggregation: str


class DimensionAsked(msgspec.Struct):
    field: str


class TimeAsked(msgspec.Struct):
    granularity: Granularity


class OrderAsked(msgspec.Struct):
    field: str
    direction: Literal["asc", "desc"] = "asc"


class Config(msgspec.Struct):
    bins: int = 10
    row_limit: int = _ROWS_UNLESS_TOLD


class Asked(msgspec.Struct, rename="camel"):
    view: View
    metrics: list[MetricAsked]
    from_timestamp: datetime
    to_timestamp: datetime
    dimensions: list[DimensionAsked] = []
    filters: list[Condition] = []
    time_dimension: TimeAsked | None = None
    order_by: list[OrderAsked] | None = None
    config: Config | None = None


@dataclass(frozen=True, slots=True)
class _Measured:
    """Our measure, and what turns its values into Langfuse's unit."""

    measure: Measure
    factor: float = 1


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a view is to us."""

    view: ChartView
    measures: dict[str, str]
    dimensions: dict[str, str]
    crowded: frozenset[str] = frozenset()
    """Dimensions of so many values that version 2 groups by them only for the greatest of them."""
    filter: Filter | None = None
    months: dict[str, charts.Bucket] = field(default_factory=dict[str, charts.Bucket])


_SPAN_MEASURES = {
    "count": "count",
    "latency": "latency",
    "streamingLatency": "streaming_latency",
    "inputTokens": "input_tokens",
    "outputTokens": "output_tokens",
    "totalTokens": "total_tokens",
    "outputTokensPerSecond": "tokens_per_second",
    "tokensPerSecond": "total_tokens_per_second",
    "inputCost": "input_cost",
    "outputCost": "output_cost",
    "totalCost": "cost",
    "timeToFirstToken": "time_to_first_token",
    "countScores": "score",
    "uniqueUserIds": "users",
    "uniqueSessionIds": "sessions",
}
_TRACE_MEASURES = {
    **_SPAN_MEASURES,
    "observationsCount": "spans",
    "scoresCount": "score",
}
_SPAN_DIMENSIONS = {
    "id": "span",
    "traceId": "trace",
    "traceName": "trace_name",
    "environment": "environment",
    "parentObservationId": "parent",
    "type": "kind",
    "name": "name",
    "level": "level",
    "version": "version",
    "tags": "tags",
    "release": "release",
    "traceRelease": "release",
    "traceVersion": "version",
    "providedModelName": "model",
    "promptName": "prompt",
    "promptVersion": "prompt_version",
    "userId": "user",
    "sessionId": "session",
    "isRootObservation": "root",
}
_TRACE_DIMENSIONS = {
    **{name: _SPAN_DIMENSIONS[name] for name in ("environment", "version", "tags", "release")},
    "id": "trace",
    "name": "trace_name",
    "userId": "user",
    "sessionId": "session",
}
_SCORE_DIMENSIONS = {
    "id": "score_id",
    "name": "name",
    "environment": "environment",
    "source": "source",
    "dataType": "data_type",
    "configId": "config",
    "traceId": "trace",
    "observationId": "span",
    "sessionId": "session",
    "userId": "user",
    "traceName": "trace_name",
    "tags": "tags",
    "traceRelease": "release",
    "traceVersion": "version",
    "observationName": "span_name",
    "observationModelName": "model",
    "observationPromptName": "prompt",
    "observationPromptVersion": "prompt_version",
}
_CROWDED = frozenset({"id", "traceId", "userId", "sessionId", "parentObservationId"})
_CROWDED_SCORES = frozenset({"id", "traceId", "userId", "sessionId", "observationId"})
_SCORE_MONTHS: dict[str, charts.Bucket] = {"timestampMonth": "month", "timestampDay": "day"}


def _scores(value: dict[str, str], *types: DataType) -> _Kind:
    measures = {"count": "count", **({} if "stringValue" in value else {"value": "value"})}
    return _Kind(
        "scores",
        measures,
        {**_SCORE_DIMENSIONS, **value},
        _CROWDED_SCORES,
        among("data_type", types),
        _SCORE_MONTHS,
    )


_KINDS: dict[View, _Kind] = {
    "traces": _Kind(
        "traces",
        _TRACE_MEASURES,
        _TRACE_DIMENSIONS,
        months={"timestampMonth": "month"},
    ),
    "observations": _Kind(
        "spans",
        _SPAN_MEASURES,
        _SPAN_DIMENSIONS,
        _CROWDED,
        NOT_A_HEAD,
        {"startTimeMonth": "month"},
    ),
    "scores-numeric": _scores({"value": "value"}, DataType.NUMERIC, DataType.BOOLEAN),
    "scores-boolean": _scores({"booleanValue": "value", "value": "value"}, DataType.BOOLEAN),
    "scores-categorical": _scores({"stringValue": "string_value"}, DataType.CATEGORICAL),
}
_IN_MILLISECONDS = frozenset({"latency", "streaming_latency", "time_to_first_token"})
_COUNTS = frozenset({"count", "users", "sessions", "traces"})


@router.get("/metrics")
def metrics_v1(caller: CallerOf, services: ServicesOf, query: str = Query()) -> Object:
    return {"data": _answer(caller, services, _read(query))}


@router.get("/v2/metrics")
def metrics_v2(caller: CallerOf, services: ServicesOf, query: str = Query()) -> Object:
    """Without traces, and without groups of as many rows as there are traces, users or sessions."""
    asked = _read(query)
    if asked.view == "traces":
        raise BadRequest("version 2 has no view traces; ask observations, or version 1")
    _check_crowds(asked)
    return {"data": _answer(caller, services, asked)}


_decode = msgspec.json.Decoder(Asked)


def _read(query: str) -> Asked:
    try:
        asked = _decode.decode(query)
    except msgspec.MsgspecError as error:
        raise BadRequest(f"query: {error}") from error
    if not asked.metrics:
        raise BadRequest("query: name at least one metric")
    config = asked.config or Config()
    if not (1 <= config.row_limit <= _MOST_ROWS and 1 <= config.bins <= 100):
        raise BadRequest(f"query: row_limit is 1 to {_MOST_ROWS}, bins 1 to 100")
    return asked


def _check_crowds(asked: Asked) -> None:
    crowded = [each.field for each in asked.dimensions if each.field in _KINDS[asked.view].crowded]
    filtered = {
        condition.column
        for condition in asked.filters
        if condition.operator in ("=", "any of") and condition.column in crowded
    }
    is_top = bool(
        asked.time_dimension is None
        and asked.config
        and asked.order_by
        and asked.order_by[0].direction == "desc"
        and any(asked.order_by[0].field == _column(each) for each in asked.metrics)
    )
    for name in crowded:
        if name not in filtered and not is_top:
            raise BadRequest(
                f"{name} has too many values to group by: filter it, or ask for the first rows by"
                " a measure, descending, with a row_limit and without time"
            )


def _answer(caller: Caller, services: Services, asked: Asked) -> list[Object]:
    kind = _KINDS[asked.view]
    question, columns = _question(asked, kind)
    rows = services.reading.chart(caller.scope, charts.resolved(question)).rows
    return [
        {name: read(value) for (name, read), value in zip(columns, row, strict=True)}
        for row in rows
    ]


Reader = Callable[[Any], Any]


def _question(asked: Asked, kind: _Kind) -> tuple[ChartQuestion, list[tuple[str, Reader]]]:
    """Our question, and of each column of its answer the name and what makes it Langfuse's."""
    config = asked.config or Config()
    bucket, time_name, dimensions = _split(asked, kind)
    measured = [_measured(each, kind, config.bins) for each in asked.metrics]
    columns: list[tuple[str, Reader]] = []
    if bucket != "none":
        columns.append((time_name, _TIMES.get(time_name, _moment)))
    columns += [(name, _READERS.get(name, _plain)) for name, _ in dimensions]
    columns += [
        (_column(each), _scaled(found.factor, each.aggregation))
        for each, found in zip(asked.metrics, measured, strict=True)
    ]
    question = ChartQuestion(
        view=kind.view,
        measures=tuple(each.measure for each in measured),
        within=questions.within(asked.from_timestamp, asked.to_timestamp),
        dimensions=tuple(Dimension(name) for _, name in dimensions),
        bucket=bucket,
        filter=_filter(asked, kind),
        limit=config.row_limit,
    )
    names = dict(zip([name for name, _ in columns], question.columns, strict=True))
    return replace(question, order=_order(asked, names)), columns


def _split(asked: Asked, kind: _Kind) -> tuple[charts.Bucket, str, list[tuple[str, str]]]:
    """The bucket of time with its name, and the dimensions by Langfuse's and by our name."""
    bucket: charts.Bucket = asked.time_dimension.granularity if asked.time_dimension else "none"
    time_name = "time_dimension"
    found: list[tuple[str, str]] = []
    for each in asked.dimensions:
        if each.field in kind.months:
            if bucket != "none":
                raise BadRequest(f"{each.field} does not go together with timeDimension")
            bucket, time_name = kind.months[each.field], each.field
        elif each.field in kind.dimensions:
            found.append((each.field, kind.dimensions[each.field]))
        else:
            known = ", ".join((*kind.dimensions, *kind.months))
            raise BadRequest(f"there is no dimension {each.field[:60]!r}; known are {known}")
    return bucket, time_name, found


def _measured(asked: MetricAsked, kind: _Kind, bins: int) -> _Measured:
    name = kind.measures.get(asked.measure)
    if name is None:
        known = ", ".join(kind.measures)
        raise BadRequest(f"there is no measure {asked.measure[:60]!r}; known are {known}")
    if name == "score":
        return _Measured(Measure("score", "count"))
    if name in _COUNTS:
        return _Measured(charts.measure(name))
    aggregation = "count" if asked.aggregation == "count" else asked.aggregation
    found = replace(charts.measure(name, aggregation), bins=bins)
    return _Measured(found, 1 / _MILLISECOND if name in _IN_MILLISECONDS else 1)


def _filter(asked: Asked, kind: _Kind) -> Filter | None:
    told = (questions.condition_on(kind.view, each) for each in asked.filters)
    return every(kind.filter, *told)


def _order(asked: Asked, names: dict[str, str]) -> str:
    """One column orders; Langfuse's default is by time, else by the first measure."""
    if not asked.order_by:
        return ""
    first = asked.order_by[0]
    if first.field not in names:
        raise BadRequest(f"orderBy: {first.field[:60]!r} is no column of the answer")
    return f"{'-' if first.direction == 'desc' else ''}{names[first.field]}"


def _column(asked: MetricAsked) -> str:
    return f"{asked.aggregation}_{asked.measure}"


# -- values --------------------------------------------------------------------------------------


def _scaled(factor: float, aggregation: str) -> Reader:
    if factor == 1:
        return lambda value: value
    if aggregation == "histogram":
        return lambda bins: [[low * factor, high * factor, height] for low, high, height in bins]
    return lambda value: None if value is None else value * factor


def _moment(time: int) -> str | None:
    return answers.moment(time)


def _formatted(form: str) -> Reader:
    return lambda time: datetime.fromtimestamp(time // 1_000_000, UTC).strftime(form)


def _plain(value: Any) -> Any:
    return None if value == "" else value


_TIMES: dict[str, Reader] = {
    "startTimeMonth": _formatted("%Y-%m"),
    "timestampMonth": _formatted("%Y-%m"),
    "timestampDay": _formatted("%Y-%m-%d"),
}
_READERS: dict[str, Reader] = {
    "type": lambda kind: answers.TYPES.get(kind, "SPAN"),
    "level": str.upper,
    "dataType": str.upper,
    "source": lambda source: {"evaluator": "EVAL"}.get(source, source.upper()),
    "isRootObservation": bool,
    "booleanValue": bool,
    "promptVersion": lambda version: version or None,
    "observationPromptVersion": lambda version: version or None,
}
