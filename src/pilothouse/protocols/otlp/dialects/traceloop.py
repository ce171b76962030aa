"""OpenLLMetry, the conventions of Traceloop's SDK and instrumentations, old and new."""

from pilothouse.domain.span import Kind
from pilothouse.protocols.otlp.dialects import read
from pilothouse.protocols.otlp.dialects.table import Field, Row

_KINDS = {"workflow": Kind.CHAIN, "task": Kind.TASK, "agent": Kind.AGENT, "tool": Kind.TOOL}
_REQUESTS = {
    "chat": Kind.LLM,
    "completion": Kind.LLM,
    "embedding": Kind.EMBEDDING,
    "rerank": Kind.RERANKER,
}
_PROPERTY = "traceloop.association.properties"

ROWS = (
    Row("traceloop.span.kind", Field.KIND, read.one_of(_KINDS)),
    Row("llm.request.type", Field.KIND, read.one_of(_REQUESTS)),
    Row("traceloop.entity.input", Field.INPUT, read.text),
    Row("traceloop.entity.output", Field.OUTPUT, read.text),
    Row(f"{_PROPERTY}.session_id", Field.SESSION, read.short),
    Row(f"{_PROPERTY}.thread_id", Field.SESSION, read.short),
    Row(f"{_PROPERTY}.conversation_id", Field.SESSION, read.short),
    Row(f"{_PROPERTY}.user_id", Field.USER, read.short),
    Row(f"{_PROPERTY}.*", Field.METADATA),
    Row("traceloop.prompt.key", Field.PROMPT_NAME, read.short),
    Row("traceloop.prompt.version", Field.PROMPT_VERSION, read.count),
    Row("llm.request.functions.*", Field.INDEXED, group="tools.functions"),
    Row("llm.usage.total_tokens", Field.TOTAL_TOKENS, read.count),
    Row("llm.usage.reasoning_tokens", Field.REASONING, read.count),
    Row("llm.usage.cache_read_input_tokens", Field.CACHE_READ, read.count),
    Row("llm.usage.cache_creation_input_tokens", Field.CACHE_WRITE, read.count),
    Row("llm.headers", Field.IGNORED),
)
