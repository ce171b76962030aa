"""Shapes of what is asked of traced calls: facets, the filter language, charts."""

from typing import Any, Literal

from pydantic import Field

from pilothouse.protocols.native.wire import ErrorBody, Wire


class FacetValue(Wire):
    value: str
    count: int
    """0: too few were in the part that was counted to say how many there are."""


class Facet(Wire):
    field: str
    values: list[FacetValue]
    """Most frequent first."""


class Facets(Wire):
    facets: list[Facet]
    is_estimate: bool
    """The counts are those of a part of the spans, scaled."""


class Suggestion(Wire):
    text: str
    """What to insert."""
    kind: Literal["field", "operator", "value", "key"]
    detail: str
    """Count of a value, or type of a field."""


class Suggestions(Wire):
    start: int
    """The suggestion replaces characters start to end of the filter text."""
    end: int
    items: list[Suggestion]
    error: ErrorBody | None


class FilterField(Wire):
    name: str
    aliases: list[str]
    type: Literal["text", "number", "duration", "money", "time", "enum", "tags", "map", "boolean"]
    values: list[str]
    """Of an enum."""
    dimension: bool
    """May charts group by it?"""


class FilterFields(Wire):
    fields: list[FilterField]


Measure = Literal[
    "count",
    "errors",
    "error_rate",
    "traces",
    "users",
    "sessions",
    "spans",
    "latency",
    "streaming_latency",
    "time_to_first_token",
    "input_tokens",
    "output_tokens",
    "total_tokens",
    "tokens",
    "tokens_per_second",
    "total_tokens_per_second",
    "cost",
    "input_cost",
    "output_cost",
    "value",
    "score",
]
Aggregation = Literal[
    "count", "sum", "avg", "min", "max", "p50", "p75", "p90", "p95", "p99", "uniq", "histogram"
]
Bucket = Literal["auto", "none", "minute", "hour", "day", "week", "month"]


class ChartMeasure(Wire):
    measure: Measure
    aggregation: Aggregation | None = None
    """The measure's own when absent: count → count, latency → p95, cost → sum …"""
    key: str = ""
    """Usage bucket of `tokens`, name of `score`."""


class ChartQuestion(Wire):
    """What a chart asks. Over `spans`, over `traces` (heads of traces only), or over `scores`, which
    are measured by `count`, `value` and `traces`."""

    view: Literal["spans", "traces", "scores"] = "spans"
    measures: list[ChartMeasure] = Field(min_length=1, max_length=10)
    dimensions: list[str] = Field(default_factory=list, max_length=4)
    """Field names, or `metadata.<key>`, `attributes.<key>`."""
    bucket: Bucket = "none"
    start: int
    end: int
    filter: str = ""
    order: str = ""
    """`<column>` or `-<column>`; by time first when there is a bucket."""
    limit: int = Field(default=1000, ge=1, le=10_000)
    timezone: str = "UTC"
    """IANA name; days and weeks begin there."""


class ChartAnswer(Wire):
    question: ChartQuestion
    """As understood: aggregations chosen, `auto` resolved."""
    columns: list[str]
    """`time` when there is a bucket, then the dimensions, then `<aggregation>_<measure>`."""
    rows: list[list[Any]]
    """A measure is null where no row has a value, such as a cost where no call has a price."""
    times: list[int]
    """Starts of all buckets of the range, for filling gaps."""
    partial: list[int]
    """Those of them that the range only partly covers."""
    warnings: list[str]


class MeasureKind(Wire):
    """`keyed`: it asks for a key as well."""

    name: Measure
    aggregations: list[Aggregation]
    keyed: bool


class ChartMeasures(Wire):
    measures: list[MeasureKind]


class SeenRelease(Wire):
    release: str
    first_seen: int
    spans: int


class SeenReleases(Wire):
    items: list[SeenRelease]
