"""What lists and charts answer with. Spans in lists are `domain.span.Span` with empty bodies."""

from typing import Any, Generic, TypeVar

import msgspec

from pilothouse.domain.score import Score
from pilothouse.domain.span import Span

T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], frozen=True):
    items: list[T]
    next_cursor: str | None


class TraceTotals(msgspec.Struct, kw_only=True):
    """Sums over the spans of one trace; usage and cost over the billable ones."""

    trace_id: str
    start_time: int = 0
    end_time: int = 0
    """Latest end; 0 while nothing has ended."""
    spans: int = 0
    errors: int = 0
    warnings: int = 0
    models: list[str] = []
    input_tokens: int = 0
    output_tokens: int = 0
    total_tokens: int = 0
    total_cost: float = 0.0
    unpriced: int = 0


class TraceSummary(msgspec.Struct, kw_only=True):
    """One trace in a list."""

    head: Span
    """The span that stands for the trace: its root, or the earliest while no root has come."""
    totals: TraceTotals
    scores: dict[str, float | str] = {}


class Measured(msgspec.Struct, kw_only=True, gc=False):
    """What a trace, or one span of it, took and cost."""

    trace_id: str
    span_id: str = ""
    """Empty: of the whole trace."""
    latency: int | None
    """Microseconds; None while nothing has ended."""
    cost: float | None
    """None where a call has no price, or none was made."""
    failed: bool


class Numbered(msgspec.Struct, kw_only=True):
    """Every number and yes or no that scores of one name gave, in columns of the same length."""

    name: str
    traces: list[str]
    spans: list[str]
    """Empty: of the whole trace."""
    values: list[float]


class TraceView(msgspec.Struct, kw_only=True):
    """A trace opened, with one page of its spans."""

    trace: TraceSummary
    spans: list[Span]
    next_cursor: str | None
    scores: list[Score]
    metadata: dict[str, str]


class SpanView(msgspec.Struct, kw_only=True):
    """A whole span, its bodies cut at a limit."""

    span: Span
    input_size: int
    output_size: int
    scores: list[Score]


class SpokenCall(msgspec.Struct, kw_only=True):
    """A model call as a transcript reads it."""

    span_id: str
    input: list[Any]
    """`domain.messages.Message`."""
    output: list[Any]
    cut: bool
    """It is too long to be read here."""


class Transcript(msgspec.Struct, kw_only=True):
    calls: list[SpokenCall]
    next_cursor: str | None


class SessionSummary(msgspec.Struct, kw_only=True):
    session_id: str
    start_time: int
    end_time: int
    traces: int
    spans: int
    errors: int
    users: list[str]
    environment: str
    input_tokens: int
    output_tokens: int
    total_tokens: int
    total_cost: float
    unpriced: int
    first_input: str
    last_output: str
    scores: dict[str, float | str] = {}
    """Its own, and those of its traces: the mean of numbers, the last of texts."""


class Turn(msgspec.Struct, kw_only=True):
    """One trace of a session, as a conversation shows it."""

    trace: TraceSummary
    input: str
    output: str
    input_messages: list[Any] | None
    """`domain.messages.Message` that this turn added, or None when it is no conversation."""
    output_messages: list[Any] | None


class SessionView(msgspec.Struct, kw_only=True):
    session: SessionSummary
    turns: list[Turn]
    next_cursor: str | None
    scores: list[Score]


class UserSummary(msgspec.Struct, kw_only=True):
    user_id: str
    first_seen: int
    last_seen: int
    traces: int
    sessions: int
    errors: int
    failed_traces: int
    """Traces with an error."""
    total_tokens: int
    total_cost: float
    unpriced: int


class SeenModel(msgspec.Struct, kw_only=True):
    """A model that was called in a range, and whether it has a price."""

    model: str
    provider: str
    calls: int
    total_cost: float
    cost_source: str
    price_id: str


class SeenRelease(msgspec.Struct, kw_only=True):
    """A release of the application, and when its first span began."""

    release: str
    first_seen: int
    spans: int


class CallSums(msgspec.Struct, kw_only=True):
    """What the calls of a slice come to."""

    place: int
    """Of the slice among those that were asked for."""
    calls: int
    traces: int
    errors: int
    first: int
    last: int
    """When the first and the last one began."""
    ended: int
    durations: list[int]
    """Median, its bounds, the 95th percentile, and its bounds; -1 for what is not known."""
    logs: float
    """Sum of the logarithms of the durations, and of their squares."""
    log_squares: float
    priced: int
    unpriced: int
    costs: float
    """Sum of the costs of the priced ones, and of their squares."""
    cost_squares: float
    tokens: int


class ScoreSums(msgspec.Struct, kw_only=True):
    """What the scores of one name say of the calls of a slice, and of their traces: of a categorical
    one, how many say one category."""

    place: int
    name: str
    data_type: str
    category: str
    count: int
    total: float
    squares: float
    judged: int
    """How many of them evaluators gave, their sum and that of their squares."""
    judged_total: float
    judged_squares: float


class Counted(msgspec.Struct, frozen=True):
    """A value and how often it occurs."""

    value: str
    count: int


class ScorePair(msgspec.Struct, frozen=True):
    """Number and text of two scores of the same."""

    first: tuple[float, str]
    second: tuple[float, str]


class ChartRows(msgspec.Struct, kw_only=True):
    columns: list[str]
    rows: list[list[Any]]
    times: list[int]
    partial: list[int]
    warnings: list[str]
