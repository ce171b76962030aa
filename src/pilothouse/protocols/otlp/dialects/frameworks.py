"""Conventions of single products: MLflow, LangSmith, Laminar, Google's ADK, LiveKit."""

from typing import Any

from pilothouse.domain import usage
from pilothouse.domain.span import Kind
from pilothouse.protocols.otlp.dialects import read
from pilothouse.protocols.otlp.dialects.table import Field, Row

_KINDS = {
    "llm": Kind.LLM,
    "chat_model": Kind.LLM,
    "embedding": Kind.EMBEDDING,
    "agent": Kind.AGENT,
    "chain": Kind.CHAIN,
    "tool": Kind.TOOL,
    "retriever": Kind.RETRIEVER,
    "reranker": Kind.RERANKER,
    "evaluator": Kind.EVALUATOR,
    "guardrail": Kind.GUARDRAIL,
    "parser": Kind.TASK,
    "prompt": Kind.PROMPT,
    "task": Kind.TASK,
    "workflow": Kind.CHAIN,
}
_kind = read.one_of(_KINDS)
_LANGSMITH = "langsmith.metadata"
_LAMINAR = "lmnr.association.properties"


def _unquoted(value: Any) -> Any:
    """MLflow writes every value as JSON, words included."""
    return read.parsed(value) if isinstance(value, str) and value[:1] == '"' else value


def _usage_metadata(value: Any) -> dict[str, int] | None:
    """LangChain's counts: details lie inside the input and the output."""
    given = read.mapping(value)
    if not given:
        return None
    inside = read.mapping(given.get("input_token_details")) or {}
    outside = read.mapping(given.get("output_token_details")) or {}
    return usage.disjoint(
        input_tokens=read.count(given.get("input_tokens")) or 0,
        output_tokens=read.count(given.get("output_tokens")) or 0,
        total_tokens=read.count(given.get("total_tokens")) or 0,
        inside_input={
            usage.INPUT_CACHE_READ: read.count(inside.get("cache_read")) or 0,
            usage.INPUT_CACHE_WRITE: read.count(inside.get("cache_creation")) or 0,
            usage.INPUT_AUDIO: read.count(inside.get("audio")) or 0,
        },
        inside_output={
            usage.OUTPUT_REASONING: read.count(outside.get("reasoning")) or 0,
            usage.OUTPUT_AUDIO: read.count(outside.get("audio")) or 0,
        },
    )


ROWS = (
    Row("mlflow.spanType", Field.KIND, lambda value: _kind(_unquoted(value))),
    Row("mlflow.spanInputs", Field.INPUT, read.text),
    Row("mlflow.spanOutputs", Field.OUTPUT, read.text),
    Row("mlflow.llm.model", Field.MODEL, lambda value: read.short(_unquoted(value))),
    Row("mlflow.llm.provider", Field.PROVIDER, lambda value: read.short(_unquoted(value))),
    Row("mlflow.chat.tools", Field.TOOLS, read.text),
    Row("mlflow.chat.tokenUsage", Field.USAGE, read.mapping),
    Row("mlflow.trace.session", Field.SESSION, lambda value: read.short(_unquoted(value))),
    Row("mlflow.trace.user", Field.USER, lambda value: read.short(_unquoted(value))),
    Row("mlflow.traceTag.*", Field.METADATA),
    Row("langsmith.span.kind", Field.KIND, _kind),
    Row("langsmith.trace.name", Field.TRACE_NAME, read.short),
    Row("langsmith.span.tags", Field.TAGS, read.texts),
    Row(f"{_LANGSMITH}.thread_id", Field.SESSION, read.short),
    Row(f"{_LANGSMITH}.session_id", Field.SESSION, read.short),
    Row(f"{_LANGSMITH}.conversation_id", Field.SESSION, read.short),
    Row(f"{_LANGSMITH}.user_id", Field.USER, read.short),
    Row(f"{_LANGSMITH}.ls_model_name", Field.MODEL, read.short),
    Row(f"{_LANGSMITH}.ls_provider", Field.PROVIDER, read.short),
    Row(f"{_LANGSMITH}.*", Field.METADATA),
    Row("langsmith.usage_metadata", Field.USAGE, _usage_metadata),
    Row("lmnr.span.type", Field.KIND, _kind),
    Row("lmnr.span.input", Field.INPUT, read.text),
    Row("lmnr.span.output", Field.OUTPUT, read.text),
    Row(f"{_LAMINAR}.session_id", Field.SESSION, read.short),
    Row(f"{_LAMINAR}.user_id", Field.USER, read.short),
    Row(f"{_LAMINAR}.metadata.*", Field.METADATA),
    Row("lmnr.trace.metadata", Field.METADATA, read.parsed),
    Row("gcp.vertex.agent.llm_request", Field.INPUT, read.text),
    Row("gcp.vertex.agent.llm_response", Field.OUTPUT, read.text),
    Row("gcp.vertex.agent.tool_call_args", Field.INPUT, read.text),
    Row("gcp.vertex.agent.tool_response", Field.OUTPUT, read.text),
    Row("gcp.vertex.agent.session_id", Field.SESSION, read.short),
    Row("lk.user_input", Field.INPUT, read.text),
    Row("lk.user_transcript", Field.INPUT, read.text),
    Row("lk.input_text", Field.INPUT, read.text),
    Row("lk.chat_ctx", Field.INPUT, read.text),
    Row("lk.response.text", Field.OUTPUT, read.text),
    Row("lk.function_tool.output", Field.OUTPUT, read.text),
    Row("lk.room_name", Field.SESSION, read.short),
    Row("lk.participant_identity", Field.USER, read.short),
)
