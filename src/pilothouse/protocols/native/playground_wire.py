"""Shapes of connections to model providers, and of the playground."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from pilothouse.protocols.native.reading_wire import Message
from pilothouse.protocols.native.wire import Wire

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
ModelName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Effort = Literal["", "none", "minimal", "low", "medium", "high"]
Syntax = Literal["mustache", "f-string", "jinja"]
Headers = dict[str, str]


# -- connections -------------------------------------------------------------------------------


class ProviderRow(Wire):
    """Whose models can be called."""

    id: str
    name: str
    protocol: str
    base_url: str
    """Empty: every connection tells its own."""
    keys_at: str
    """Where a key is got; empty: it needs none."""
    can: list[str]
    options: list[str]


class Connection(Wire):
    id: str
    name: str
    provider: str
    base_url: str
    """Empty: the provider's own."""
    has_key: bool
    key_hint: str
    """The last characters of the key, which is never shown again."""
    header_names: list[str]
    """Of secret headers that are sent along."""
    models: list[str]
    options: dict[str, Any]
    created_at: int
    updated_at: int


class Connections(Wire):
    items: list[Connection]
    providers: list[ProviderRow]


class ConnectionDraft(Wire):
    """A secret that is null stays as it was."""

    name: Name
    provider: str = Field(max_length=32)
    base_url: str = Field(default="", max_length=2_000)
    key: str | None = Field(default=None, max_length=10_000)
    headers: Headers | None = Field(default=None, max_length=20)
    session_token: str | None = Field(default=None, max_length=10_000)
    models: list[ModelName] = Field(default_factory=list[str], max_length=500)
    options: dict[str, Any] = Field(default_factory=dict[str, Any], max_length=20)


class ConnectionTest(Wire):
    """What to try: a stored connection, one with changes, or one that is not stored yet."""

    connection_id: str = Field(default="", max_length=64)
    draft: ConnectionDraft | None = None
    model: str = Field(default="", max_length=300)
    """Empty: the first of the connection's, or of those that the provider names."""


class Failure(Wire):
    code: str
    cause: str
    remedy: str
    provider_status: int
    """HTTP status of the provider's answer; 0: there was none."""


class ConnectionTested(Wire):
    model: str
    answer: str
    seconds: float
    failure: Failure | None
    """Null: it works."""


class CallableModels(Wire):
    """Names that the provider tells, or why it does not."""

    models: list[str]
    failure: Failure | None


class Budget(Wire):
    daily: float | None
    """US dollars a day (UTC); null: without limit."""
    spent: float
    """Today."""
    calls: int


class BudgetChange(Wire):
    daily: float | None = Field(ge=0, le=1_000_000)


# -- the playground ----------------------------------------------------------------------------


class Tool(Wire):
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,128}$")]
    description: str = Field(default="", max_length=20_000)
    parameters: dict[str, Any] = Field(default_factory=lambda: {"type": "object"})
    source: Literal["person", "mock", "http", "mcp"] = "person"
    mock: str = Field(default="", max_length=1_000_000)
    url: str = Field(default="", max_length=2_000)
    headers: Headers = Field(default_factory=dict[str, str], max_length=20)


class ResponseSchema(Wire):
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = "answer"
    json_schema: dict[str, Any]
    strict: bool = True


class Rendering(Wire):
    messages: list[Message] = Field(max_length=1_000)
    """Templates; one of the role `placeholder` is replaced by the messages of its name."""
    syntax: Syntax = "mustache"
    variables: dict[str, Any] = Field(default_factory=dict[str, Any])
    placeholders: dict[str, list[Message]] = Field(default_factory=dict[str, list[Message]])


class ModelCall(Wire):
    """What a model is asked beside the words."""

    connection_id: str = Field(max_length=64)
    model: ModelName
    tools: list[Tool] = Field(default_factory=list["Tool"], max_length=128)
    tool_choice: str = Field(default="", max_length=128)
    response_schema: ResponseSchema | None = None
    temperature: float | None = Field(default=None, ge=0, le=5)
    top_p: float | None = Field(default=None, ge=0, le=1)
    max_tokens: int | None = Field(default=None, ge=1, le=10_000_000)
    stop: list[str] = Field(default_factory=list[str], max_length=16)
    seed: int | None = Field(default=None, ge=-(2**63), le=2**63 - 1)
    reasoning_effort: Effort = ""
    reasoning_tokens: int = Field(default=0, ge=0, le=10_000_000)
    options: dict[str, Any] = Field(default_factory=dict[str, Any])
    """Put into the provider's own request as they are."""
    prompt_name: str = Field(default="", max_length=255)
    prompt_version: int = Field(default=0, ge=0, le=2**31 - 1)


class RunRequest(Rendering, ModelCall):
    """One variant, once."""

    name: str = Field(default="", max_length=200)
    """Of the variant; names the trace."""
    session_id: str = Field(default="", max_length=200)
    """Turns of one conversation have the same."""


class Rendered(Wire):
    messages: list[Message] | None
    """Null while something is missing."""
    variables: list[str]
    """That the messages expect."""
    placeholders: list[str]
    problem: str


class RunStarted(Wire):
    type: Literal["started"]
    trace_id: str
    span_id: str
    messages: list[Message]


class RunText(Wire):
    type: Literal["text", "reasoning"]
    text: str


class RunToolCall(Wire):
    type: Literal["tool_call"]
    index: int
    id: str
    name: str
    arguments: str
    """A piece of the JSON text."""


class RunUsage(Wire):
    """Of the whole run so far."""

    type: Literal["usage"]
    usage: dict[str, int]
    input_tokens: int
    output_tokens: int
    cost: float
    cost_source: str


class RunMessage(Wire):
    """A turn is over: what the model said, or what a tool answered."""

    type: Literal["message"]
    message: Message
    seconds: float
    error: str


class RunFailure(Failure):
    type: Literal["failure"]


class RunDone(Wire):
    type: Literal["done"]
    finish_reason: str
    first_token_seconds: float
    seconds: float
    tokens_per_second: float
    retries: int
    schema_problems: list[str] | None
    waits_for: list[str]


RunEvent = RunStarted | RunText | RunToolCall | RunUsage | RunMessage | RunFailure | RunDone


class McpServer(Wire):
    url: str = Field(min_length=1, max_length=2_000)
    headers: Headers = Field(default_factory=dict[str, str], max_length=20)


class McpTool(Wire):
    name: str
    description: str
    parameters: dict[str, Any]


class McpTools(Wire):
    items: list[McpTool]


class PlaygroundRow(Wire):
    id: str
    name: str
    author_id: str
    created_at: int
    updated_at: int


class Playgrounds(Wire):
    items: list[PlaygroundRow]
    """The last changed first."""


class PlaygroundChange(Wire):
    name: Name
    state: dict[str, Any]
    """As the page has it."""


class Playground(PlaygroundRow):
    state: dict[str, Any]
