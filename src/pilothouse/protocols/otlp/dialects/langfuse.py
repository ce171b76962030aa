"""The attributes of Langfuse's SDKs that speak OpenTelemetry (Python 3 and later, JS 4 and later)."""

from typing import Any

from pilothouse.domain.span import Kind
from pilothouse.protocols.otlp.dialects import read
from pilothouse.protocols.otlp.dialects.table import Field, Row

_TYPES = {
    "span": Kind.SPAN,
    "generation": Kind.LLM,
    "event": Kind.EVENT,
    "agent": Kind.AGENT,
    "tool": Kind.TOOL,
    "chain": Kind.CHAIN,
    "retriever": Kind.RETRIEVER,
    "evaluator": Kind.EVALUATOR,
    "embedding": Kind.EMBEDDING,
    "guardrail": Kind.GUARDRAIL,
}


def _costs(value: Any) -> dict[str, float] | None:
    given = read.mapping(value) or {}
    found = {key: read.money(raw) for key, raw in given.items()}
    return {key: number for key, number in found.items() if number is not None} or None


def _word(value: Any) -> str | None:
    """A word as it is, or as JSON, which is how version 5 writes metadata."""
    quoted = isinstance(value, str) and value.startswith('"')
    return read.short(read.parsed(value) if quoted else value)


_METADATA = "langfuse.observation.metadata"

ROWS = (
    Row("langfuse.observation.type", Field.KIND, read.one_of(_TYPES)),
    Row("langfuse.observation.input", Field.INPUT, read.text),
    Row("langfuse.observation.output", Field.OUTPUT, read.text),
    Row("langfuse.observation.level", Field.LEVEL, read.short),
    Row("langfuse.observation.status_message", Field.STATUS_MESSAGE, read.short),
    Row("langfuse.observation.completion_start_time", Field.FIRST_TOKEN_TIME, read.iso_time),
    Row("langfuse.observation.model.name", Field.MODEL, read.short),
    Row("langfuse.observation.model.parameters", Field.PARAMETERS, read.mapping),
    Row("langfuse.observation.usage_details", Field.USAGE, read.mapping),
    Row("langfuse.observation.cost_details", Field.COST, _costs),
    Row("langfuse.observation.prompt.name", Field.PROMPT_NAME, read.short),
    Row("langfuse.observation.prompt.version", Field.PROMPT_VERSION, read.count),
    Row(_METADATA, Field.METADATA, read.parsed),
    Row(f"{_METADATA}.*", Field.METADATA),
    Row("langfuse.trace.name", Field.TRACE_NAME, read.short),
    Row("langfuse.trace.input", Field.TRACE_INPUT, read.text),
    Row("langfuse.trace.output", Field.TRACE_OUTPUT, read.text),
    Row("langfuse.trace.tags", Field.TAGS, read.texts),
    Row("langfuse.tags", Field.TAGS, read.texts),
    Row("langfuse.trace.public", Field.PUBLIC, read.flag),
    Row("langfuse.trace.metadata", Field.TRACE_METADATA, read.parsed),
    Row("langfuse.trace.metadata.*", Field.TRACE_METADATA),
    Row("langfuse.metadata", Field.METADATA, read.parsed),
    Row("langfuse.metadata.*", Field.METADATA),
    Row("langfuse.session.id", Field.SESSION, read.short),
    Row("langfuse.user.id", Field.USER, read.short),
    # What the handler for LangChain is told by metadata, and itself reads on chains alone.
    Row(f"{_METADATA}.langfuse_session_id", Field.SESSION, _word),
    Row(f"{_METADATA}.langfuse_user_id", Field.USER, _word),
    Row(f"{_METADATA}.langfuse_tags", Field.TAGS, read.texts),
    Row("langfuse.environment", Field.ENVIRONMENT, read.short),
    Row("langfuse.release", Field.RELEASE, read.short),
    Row("langfuse.version", Field.VERSION, read.short),
    Row("langfuse.internal.as_root", Field.AS_ROOT, read.flag),
    Row("langfuse.internal.is_app_root", Field.AS_ROOT, read.flag),
)
