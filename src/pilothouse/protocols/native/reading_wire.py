"""Shapes of what was traced: traces, spans, sessions, users, and what came in."""

from typing import Any, Literal

from pilothouse.protocols.native.wire import CostSource, Wire


class Question(Wire):
    """The list question as understood, defaults filled in."""

    start: int
    end: int
    filter: str
    order: str
    limit: int


class TraceRow(Wire):
    """One trace in a list. Totals are over all its spans; previews are sentences."""

    trace_id: str
    span_id: str
    name: str
    start_time: int
    end_time: int
    """Latest end of any span; 0 while nothing has ended."""
    duration: int
    """Microseconds from first start to last end."""
    level: str
    """Of the head span."""
    errors: int
    warnings: int
    spans: int
    input_preview: str
    output_preview: str
    user_id: str
    session_id: str
    tags: list[str]
    environment: str
    release: str
    version: str
    models: list[str]
    input_tokens: int
    output_tokens: int
    total_tokens: int
    total_cost: float
    unpriced: int
    """Model calls whose price nobody knows: the cost is then a lower bound."""
    scores: dict[str, float | str]
    bookmarked: bool
    public: bool
    """Anybody may read it who has the link."""


class TracePage(Wire):
    items: list[TraceRow]
    next_cursor: str | None
    question: Question


class SpanRow(Wire):
    """One span without its bodies."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    kind: str
    level: str
    status_message: str
    start_time: int
    end_time: int
    first_token_time: int
    input_preview: str
    output_preview: str
    model: str
    provider: str
    usage: dict[str, int]
    input_tokens: int
    output_tokens: int
    total_tokens: int
    total_cost: float
    cost_source: CostSource
    billable: bool
    prompt_name: str
    prompt_version: int
    is_root: bool
    trace_name: str
    session_id: str
    user_id: str
    tags: list[str]
    environment: str
    release: str
    version: str
    service: str


class SpanPage(Wire):
    items: list[SpanRow]
    next_cursor: str | None
    question: Question


class ScoreRow(Wire):
    score_id: str
    timestamp: int
    name: str
    data_type: str
    source: str
    value: float
    text: str
    comment: str
    trace_id: str
    span_id: str
    session_id: str
    experiment_id: str
    config_id: str
    queue_id: str
    """The annotation queue that it was given in, or empty."""
    author_id: str
    """A person, or empty."""
    environment: str
    adjudicated: bool = False
    """Does it settle what people disagreed about?"""


class MediaFacts(Wire):
    content_type: str
    content_length: int
    uploaded: bool
    upload_error: str
    """What the client said of an upload that failed."""


class TraceDetail(Wire):
    trace: TraceRow
    spans: list[SpanRow]
    """In order of start; at most `limit` of them, the rest behind `next_cursor`."""
    next_cursor: str | None
    scores: list[ScoreRow]
    metadata: dict[str, Any]


class Part(Wire):
    """A piece of a message. `type` tells which of the other fields are filled."""

    type: Literal["text", "reasoning", "tool_call", "tool_result", "media", "json"]
    text: str = ""
    id: str = ""
    name: str = ""
    arguments: Any = None
    result: Any = None
    mime_type: str = ""
    url: str = ""
    value: Any = None


class Message(Wire):
    """A chat message in one canonical form, whatever dialect it came in."""

    role: str
    name: str = ""
    parts: list[Part]
    finish_reason: str = ""


class SpokenCall(Wire):
    """A model call: places of its messages among those of the page."""

    span_id: str
    input: list[int]
    output: list[int]
    cut: bool
    """Too long to be read here: messages are missing."""


class Transcript(Wire):
    """What was said in a trace. Calls repeat what was said before; each message is sent once."""

    messages: list[Message]
    calls: list[SpokenCall]
    """Model calls in order of start; the head of the trace when there are none."""
    next_cursor: str | None


class SpanEvent(Wire):
    name: str
    time: int
    attributes: dict[str, Any]


class SpanLink(Wire):
    trace_id: str
    span_id: str
    attributes: dict[str, Any]


class SpanDetail(Wire):
    span: SpanRow
    input: str
    """As stored: JSON text or plain text. Cut at the limit; see `input_size`."""
    output: str
    input_size: int
    """Characters of the whole."""
    output_size: int
    input_messages: list[Message] | None
    """The input as chat messages, or null when it is not a conversation."""
    output_messages: list[Message] | None
    model_parameters: dict[str, Any]
    tools: list[dict[str, Any]]
    """Definitions of the tools the model could call."""
    response_id: str
    finish_reason: str
    cost: dict[str, float]
    price_id: str
    price_date: int
    metadata: dict[str, Any]
    attributes: dict[str, Any]
    resource: dict[str, Any]
    events: list[SpanEvent]
    links: list[SpanLink]
    scope: str
    sdk: str
    protocol: str
    received: int
    """When this state of the span arrived."""
    scores: list[ScoreRow]


class SessionRow(Wire):
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
    scores: dict[str, float | str]
    """Its own, and those of its traces: the mean of numbers, the last of texts."""
    bookmarked: bool


class SessionPage(Wire):
    items: list[SessionRow]
    next_cursor: str | None
    question: Question


class Turn(Wire):
    """One trace of a session, as the conversation shows it."""

    trace: TraceRow
    input: str
    output: str
    input_messages: list[Message] | None
    """The messages that this turn added."""
    output_messages: list[Message] | None


class SessionDetail(Wire):
    session: SessionRow
    turns: list[Turn]
    next_cursor: str | None
    scores: list[ScoreRow]


class UserRow(Wire):
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


class UserPage(Wire):
    items: list[UserRow]
    next_cursor: str | None
    question: Question


IngestOutcome = Literal["accepted", "rejected", "dropped", "late"]
"""Dropped: stored, but for a part. Late: stored, but long after it was over. Both are counted among
the accepted ones too."""


class IngestCount(Wire):
    time: int
    outcome: IngestOutcome
    reason: str
    """Of late items `over_5m`, `over_1h`, `over_1d` or `over_7d`."""
    protocol: str
    sdk: str
    key_id: str
    items: int
    bytes: int
    worst: int
    """The longest delay of late items, in microseconds."""


class RejectedItem(Wire):
    time: int
    outcome: IngestOutcome
    reason: str
    message: str
    protocol: str
    sdk: str
    key_id: str
    item_id: str
    head: str


class IngestHealth(Wire):
    counts: list[IngestCount]
    rejected: list[RejectedItem]
    """The newest of each outcome and reason."""
    last_received: int
