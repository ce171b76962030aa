"""Shapes of Pilothouse's own API below `/api/pilothouse`.

Times on the wire are integers, microseconds since 1970 UTC, as in the domain. Costs are US dollars.
Fields of answers have no defaults, so that clients know what is always there.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Role = Literal["owner", "admin", "member", "viewer", "annotator"]
CostSource = Literal["", "reported", "override", "catalogue", "estimated", "unpriced"]


class Wire(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ErrorBody(Wire):
    code: str
    message: str
    position: int | None
    """Offset into the filter text, where one is to blame."""


class ErrorAnswer(Wire):
    error: ErrorBody


# -- who ---------------------------------------------------------------------------------------


class ProjectRef(Wire):
    id: str
    name: str
    role: Role


class OrganisationRef(Wire):
    id: str
    name: str
    role: Role
    projects: list[ProjectRef]


class Me(Wire):
    id: str
    email: str
    name: str
    has_password: bool
    organisations: list[OrganisationRef]
    version: str


FoundKind = Literal["trace", "span", "session"]


class FoundItem(Wire):
    kind: FoundKind
    project_id: str
    trace_id: str
    """Empty for a session."""
    id: str
    name: str


class Found(Wire):
    item: FoundItem | None


class SignIn(Wire):
    email: str
    password: str


class PasswordChange(Wire):
    current: str | None = None
    """Needed when one is set."""
    new: str = Field(min_length=10, max_length=200)


# -- traces and spans --------------------------------------------------------------------------


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


# -- sessions and users ------------------------------------------------------------------------


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


# -- facets, filter language, charts -----------------------------------------------------------


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


# -- ingest health -----------------------------------------------------------------------------


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


# -- settings ----------------------------------------------------------------------------------


class ApiKey(Wire):
    id: str
    public_key: str
    secret_hint: str
    """Last four characters."""
    note: str
    scope: Literal["full", "write", "read"]
    created_at: int
    last_used_at: int
    expires_at: int
    """0: never."""


class ApiKeys(Wire):
    items: list[ApiKey]


class NewApiKey(Wire):
    note: str = Field(default="", max_length=200)
    scope: Literal["full", "write", "read"] = "full"
    expires_at: int = 0


class CreatedApiKey(Wire):
    key: ApiKey
    secret_key: str
    """Shown this once."""


class OrganisationKey(Wire):
    id: str
    public_key: str
    secret_hint: str
    """Last four characters."""
    note: str
    created_at: int
    last_used_at: int
    expires_at: int
    """0: never."""


class OrganisationKeys(Wire):
    items: list[OrganisationKey]


class NewOrganisationKey(Wire):
    note: str = Field(default="", max_length=200)
    expires_at: int = 0


class CreatedOrganisationKey(Wire):
    key: OrganisationKey
    secret_key: str
    """Shown this once."""


class Price(Wire):
    """Of one model: US dollars (or `currency`) per one million units of each usage bucket."""

    id: str
    source: Literal["catalogue", "override"]
    provider: str
    pattern: str
    """Regular expression over the model name (override), or the catalogue's model id."""
    prices: dict[str, float]
    tiers: list[dict[str, Any]]
    currency: str
    valid_from: int
    note: str


class Prices(Wire):
    items: list[Price]
    total: int


class PriceOverride(Wire):
    pattern: str = Field(min_length=1, max_length=500)
    provider: str = ""
    prices: dict[str, float]
    tiers: list[dict[str, Any]] = Field(default_factory=list)
    currency: str = "USD"
    valid_from: int = 0
    note: str = ""


class SeenModel(Wire):
    """A model that the project used in the range, and whether it has a price."""

    model: str
    provider: str
    calls: int
    total_cost: float
    cost_source: CostSource
    price_id: str


class SeenModels(Wire):
    items: list[SeenModel]


class Reprice(Wire):
    start: int
    end: int
    model: str = ""
    """Only spans of this model, when given."""


class Repriced(Wire):
    spans: int
    changed: int


Reach = Literal["organisation", "project"]


class Member(Wire):
    user_id: str
    email: str
    name: str
    role: Role
    reach: Reach
    """Of all projects of the organisation, or of this one alone, whatever the organisation says."""


class Members(Wire):
    items: list[Member]


class NewMember(Wire):
    email: str = Field(max_length=320, pattern=r"^\s*[^@\s]+@[^@\s]+\s*$")
    name: str = Field(default="", max_length=200)
    role: Role = "member"
    reach: Reach = "project"


class MemberPatch(Wire):
    role: Role


class Invited(Wire):
    member: Member
    link: str
    """Signs the person in once, within a week; empty for who was here before."""


class ProjectSettings(Wire):
    id: str
    name: str
    organisation_id: str
    organisation_name: str
    created_at: int


class ProjectPatch(Wire):
    name: str = Field(min_length=1, max_length=100)


class Onboarding(Wire):
    """What a new project needs to see its first trace."""

    has_traces: bool
    last_trace_id: str
    public_key: str
    base_url: str


# -- saved views and exports -------------------------------------------------------------------

Listed = Literal["traces", "spans"]


class ViewQuery(Wire):
    """What the address of a list holds; empty and 0 for what it does not."""

    filter: str = Field(default="", max_length=8_000)
    columns: str = Field(default="", max_length=2_000)
    order: str = Field(default="", max_length=32)
    range: str = Field(default="", max_length=8)
    start: int = 0
    end: int = 0
    measure: str = Field(default="", max_length=32)
    """Of the strip above the table."""


class SavedView(Wire):
    id: str
    list: Listed
    name: str
    shared: bool
    own: bool
    changeable: bool
    """May the caller rename, update and delete it?"""
    default: bool
    """Does it open when the caller asks for nothing special?"""
    query: ViewQuery
    updated_at: int


class SavedViews(Wire):
    items: list[SavedView]


class NewView(Wire):
    list: Listed
    name: str = Field(min_length=1, max_length=100)
    shared: bool = False
    query: ViewQuery


class ViewPatch(Wire):
    """What is absent stays."""

    name: str | None = Field(default=None, min_length=1, max_length=100)
    shared: bool | None = None
    query: ViewQuery | None = None


class DefaultView(Wire):
    view_id: str
    """Empty: none."""


class NewExport(Wire):
    list: Listed
    format: Literal["csv", "jsonl", "parquet"]
    start: int
    end: int
    filter: str = ""
    order: str = ""


class Export(Wire):
    id: str
    list: Listed
    format: Literal["csv", "jsonl", "parquet"]
    filter: str
    start: int
    end: int
    status: Literal["waiting", "running", "done", "failed"]
    rows: int
    """Written so far."""
    total: int
    """To write; 0 until counted."""
    cut: bool
    """There were more rows than the server's limit."""
    bytes: int
    error: str
    created_at: int
    finished_at: int
    expires_at: int
    """The file is kept until then."""
    url: str
    """Where the file lies when it is done; asks for the same permission as reading."""


class Exports(Wire):
    items: list[Export]


class TraceIds(Wire):
    trace_ids: list[str] = Field(min_length=1, max_length=1_000)
