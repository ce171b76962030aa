"""Chart questions: measures, how they are put together, by what they are split, over which time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pilothouse.domain.clock import DAY, HOUR, MINUTE
from pilothouse.domain.errors import BadRequest
from pilothouse.domain.scope import TimeRange
from pilothouse.query import fields
from pilothouse.query.fields import Type
from pilothouse.query.filters import Filter

Bucket = Literal["auto", "none", "minute", "hour", "day", "week", "month"]
View = Literal["spans", "traces", "scores"]
MOST_BUCKETS = 3_000

_VALUES = ("avg", "sum", "min", "max", "p50", "p75", "p90", "p95", "p99", "histogram")
AGGREGATIONS: dict[str, tuple[str, ...]] = {
    "count": ("count",),
    "errors": ("count",),
    "error_rate": ("avg",),
    "traces": ("uniq",),
    "users": ("uniq",),
    "sessions": ("uniq",),
    "spans": ("sum", *_VALUES),
    "latency": ("p95", *_VALUES),
    "streaming_latency": ("p95", *_VALUES),
    "time_to_first_token": ("p95", *_VALUES),
    "input_tokens": ("sum", *_VALUES),
    "output_tokens": ("sum", *_VALUES),
    "total_tokens": ("sum", *_VALUES),
    "tokens": ("sum", *_VALUES),
    "tokens_per_second": ("avg", *_VALUES),
    "total_tokens_per_second": ("avg", *_VALUES),
    "cost": ("sum", *_VALUES),
    "input_cost": ("sum", *_VALUES),
    "output_cost": ("sum", *_VALUES),
    "value": ("avg", *_VALUES),
    "score": ("avg", "count", *_VALUES),
}
"""Measure → how it may be put together; the first is its own way."""

_OF_SCORES = frozenset({"count", "value", "traces"})
"""What scores themselves are measured by; `value` counts numbers and booleans alone."""


@dataclass(frozen=True, slots=True)
class Measure:
    name: str
    aggregation: str
    key: str = ""
    """Usage bucket of `tokens`, name of `score`."""
    bins: int = 24
    """Of a histogram."""
    source: str = ""
    """Of `score`: only those from there."""

    @property
    def column(self) -> str:
        key = f".{self.key}" if self.key else ""
        return f"{self.aggregation}_{self.name}{key}"


@dataclass(frozen=True, slots=True)
class Dimension:
    field: str
    key: str = ""

    @property
    def column(self) -> str:
        return f"{self.field}.{self.key}" if self.key else self.field


@dataclass(frozen=True, slots=True)
class ChartQuestion:
    view: View
    measures: tuple[Measure, ...]
    within: TimeRange
    dimensions: tuple[Dimension, ...] = ()
    bucket: Bucket = "none"
    filter: Filter | None = None
    order: str = ""
    limit: int = 1000
    timezone: str = "UTC"

    @property
    def columns(self) -> list[str]:
        time = ["time"] if self.bucket != "none" else []
        split = [dimension.column for dimension in self.dimensions]
        return [*time, *split, *(measure.column for measure in self.measures)]


def measure(name: str, aggregation: str | None = None, key: str = "") -> Measure:
    """Raises BadRequest when the two do not go together, or a key is missing."""
    allowed = AGGREGATIONS.get(name)
    if allowed is None:
        raise BadRequest(f"there is no measure {name}")
    chosen = aggregation or allowed[0]
    if chosen not in allowed:
        ways = ", ".join(dict.fromkeys(allowed))
        raise BadRequest(f"{name} can be put together by: {ways}")
    if keyed(name) and not key:
        raise BadRequest(f"{name} needs a key")
    return Measure(name, chosen, key if keyed(name) else "")


def keyed(name: str) -> bool:
    """Does the measure ask for a usage bucket or the name of a score?"""
    return name in ("tokens", "score")


def dimension(text: str, view: View = "spans") -> Dimension:
    """A field's name, or `metadata.<key>`. Raises BadRequest."""
    if view == "scores":
        return Dimension(fields.of_score(text).name)
    name, _, key = text.partition(".")
    field = fields.named(name)
    if field.type is Type.MAP and field.column and key:
        return Dimension(field.name, key)
    if not field.dimension or key:
        raise BadRequest(f"charts cannot be split by {text}")
    return Dimension(field.name)


def resolved(question: ChartQuestion) -> ChartQuestion:
    """The question with `auto` decided and everything checked. Raises BadRequest."""
    zone(question.timezone)
    _check_view(question)
    if question.bucket == "auto":
        question = replace(question, bucket=_auto(question.within))
    by = question.order.lstrip("-")
    if by and by not in question.columns:
        raise BadRequest(f"order by one of: {', '.join(question.columns)}")
    if question.bucket not in ("none", "auto"):
        times(question)
    return question


def _check_view(question: ChartQuestion) -> None:
    for each in question.measures:
        if question.view == "scores" and each.name not in _OF_SCORES:
            raise BadRequest(f"scores are measured by {', '.join(sorted(_OF_SCORES))}")
        if question.view != "scores" and each.name == "value":
            raise BadRequest("value is a measure of scores; of spans and traces it is score")
    if question.view == "scores":
        for each in question.dimensions:
            fields.of_score(each.field)


def zone(name: str) -> ZoneInfo:
    """Raises BadRequest on a name that is no time zone."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise BadRequest(f"there is no time zone {name[:60]!r}") from None


def _auto(within: TimeRange) -> Bucket:
    length = within.end - within.start
    if length <= 2 * HOUR:
        return "minute"
    if length <= 4 * DAY:
        return "hour"
    if length <= 120 * DAY:
        return "day"
    return "week" if length <= 800 * DAY else "month"


# -- buckets -----------------------------------------------------------------------------------


def times(question: ChartQuestion) -> tuple[list[int], list[int]]:
    """Starts of all buckets of the range, and those of them that it only partly covers."""
    if question.bucket == "none":
        return [], []
    within = question.within
    starts: list[int] = []
    partial: list[int] = []
    for start, end in _buckets(question):
        if len(starts) == MOST_BUCKETS:
            raise BadRequest(f"the range holds more than {MOST_BUCKETS} of these buckets")
        starts.append(start)
        if start < within.start or end > within.end:
            partial.append(start)
    return starts, partial


def _buckets(question: ChartQuestion) -> Iterator[tuple[int, int]]:
    within = question.within
    if question.bucket in ("minute", "hour"):
        yield from _even(question)
        return
    where = zone(question.timezone)
    day = datetime.fromtimestamp(within.start // 1_000_000, where).date()
    if question.bucket == "week":
        day -= timedelta(days=day.weekday())
    elif question.bucket == "month":
        day = day.replace(day=1)
    while True:
        if question.bucket == "month":
            following = (day + timedelta(days=32)).replace(day=1)
        else:
            following = day + timedelta(days=7 if question.bucket == "week" else 1)
        start, end = (
            round(datetime(each.year, each.month, each.day, tzinfo=where).timestamp()) * 1_000_000
            for each in (day, following)
        )
        if start >= within.end:
            return
        yield start, end
        day = following


def _even(question: ChartQuestion) -> Iterator[tuple[int, int]]:
    """Minutes and hours: of even length, whatever the zone's clock does."""
    step = MINUTE if question.bucket == "minute" else HOUR
    where = zone(question.timezone)
    begin = question.within.start // 1_000_000
    offset = datetime.fromtimestamp(begin, where).utcoffset() or timedelta()
    shift = int(offset.total_seconds()) * 1_000_000
    start = (question.within.start + shift) // step * step - shift
    while start < question.within.end:
        yield start, start + step
        start += step
