"""The span: the unit of everything Pilothouse records.

A span row is wide. It carries what its trace knows (user, session, tags, release …), so that no list
and no chart needs a join. Times are integers, microseconds since 1970 in UTC. The empty string, zero
and the empty map mean "not known"; there are no nulls.
"""

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What a span did. A kind that is not known folds into SPAN."""

    __hash__ = str.__hash__

    SPAN = "span"
    LLM = "llm"
    EMBEDDING = "embedding"
    AGENT = "agent"
    CHAIN = "chain"
    TOOL = "tool"
    RETRIEVER = "retriever"
    RERANKER = "reranker"
    EVALUATOR = "evaluator"
    GUARDRAIL = "guardrail"
    PROMPT = "prompt"
    TASK = "task"
    EVENT = "event"
    TRACE = "trace"
    """The head of a trace that a client described by itself, with no work of its own."""

    @classmethod
    def _missing_(cls, value: object) -> "Kind":
        return cls.SPAN


class Level(StrEnum):
    """How a span went. Only ERROR counts as an error."""

    DEBUG = "debug"
    DEFAULT = "default"
    WARNING = "warning"
    ERROR = "error"

    @classmethod
    def _missing_(cls, value: object) -> "Level":
        return _LEVEL_WORDS.get(str(value).lower(), cls.DEFAULT)


_LEVEL_WORDS = {
    **{level.value: level for level in Level},
    "info": Level.DEFAULT,
    "warn": Level.WARNING,
    "fatal": Level.ERROR,
    "critical": Level.ERROR,
    "trace": Level.DEBUG,
}


class CostSource(StrEnum):
    """Where a cost comes from. UNPRICED is not zero: nobody knows the price of that model.
    ESTIMATED has a price, and a usage that nobody counted."""

    NONE = ""
    REPORTED = "reported"
    OVERRIDE = "override"
    CATALOGUE = "catalogue"
    ESTIMATED = "estimated"
    UNPRICED = "unpriced"


class Span(msgspec.Struct, kw_only=True):
    """One unit of work. Field by field this is also one row of the `spans` table.

    Mutable while it passes the steps of the way in; a plain value everywhere else.
    """

    project_id: str
    trace_id: str
    span_id: str
    """Empty on the head of a trace (kind TRACE), which is no work of its own."""
    parent_id: str = ""

    start_time: int
    end_time: int = 0
    """Zero while the span is open."""
    first_token_time: int = 0
    """When the first piece of a streamed answer came; zero when not streamed or not told."""

    name: str = ""
    kind: str = Kind.SPAN
    level: str = Level.DEFAULT
    status_message: str = ""

    input: str = ""
    """What went in: JSON text, or plain text as the client sent it."""
    output: str = ""
    input_preview: str = ""
    """A sentence a person can read in a list; never raw JSON of messages."""
    output_preview: str = ""

    model: str = ""
    provider: str = ""
    model_parameters: str = ""
    """JSON object: temperature, max_tokens, tools …"""
    response_id: str = ""
    """The provider's id of the answer; the same call reported twice carries it twice."""
    finish_reason: str = ""

    usage: dict[str, int] = {}
    """Tokens in disjoint buckets (see `domain.usage`)."""
    reported_usage: str = ""
    """JSON object as the client sent it, when its keys are its own."""
    input_tokens: int = 0
    output_tokens: int = 0
    total_tokens: int = 0
    cost: dict[str, float] = {}
    """US dollars by usage bucket, or by the client's own keys when reported."""
    total_cost: float = 0.0
    cost_source: str = CostSource.NONE
    price_id: str = ""
    """The price row that gave the cost: catalogue entry or override id."""
    price_date: int = 0
    """When that price was looked up."""
    billable: int = 1
    """Zero where the usage repeats what inner spans report (agents, workflows)."""

    prompt_name: str = ""
    prompt_version: int = 0

    is_root: int = 0
    """One on the span that stands for its trace in lists."""
    trace_name: str = ""
    session_id: str = ""
    user_id: str = ""
    tags: list[str] = []
    environment: str = "default"
    release: str = ""
    version: str = ""
    """Of the application, as it says."""
    service: str = ""
    public: int = 0
    bookmarked: int = 0

    metadata: dict[str, str] = {}
    """What the user attached. Values are JSON texts, so their types survive."""
    attributes: dict[str, str] = {}
    """What the emitter sent and no field took. Values are JSON texts."""
    resource: dict[str, str] = {}
    """Attributes of the emitting process. Values are JSON texts."""
    events: str = ""
    """JSON array of {name, time, attributes}."""
    links: str = ""
    """JSON array of {trace_id, span_id, attributes}."""

    scope: str = ""
    """Name of the instrumentation."""
    sdk: str = ""
    """Name and version of the client that sent it."""
    protocol: str = ""
    """The way in: otlp, langfuse …"""

    revision: int = 0
    """Microseconds of receipt; the highest revision of a span is the span."""
    is_deleted: int = 0


TOLD_TO_TRACE = "langfuse.trace.metadata"
"""The attribute of a span inside that holds what metadata it was told for its whole trace: a JSON
object of JSON texts."""

TRACE_FIELDS = (
    "trace_name",
    "session_id",
    "user_id",
    "tags",
    "environment",
    "release",
    "version",
)
"""What every span of a trace carries alike."""
