"""Vercel's AI SDK up to 6. From 7 on it speaks OpenTelemetry's own conventions."""

from pilothouse.domain.span import Kind
from pilothouse.protocols.otlp.dialects import read
from pilothouse.protocols.otlp.dialects.table import Field, Row

# Outer spans repeat the usage of the calls inside; only the kinds of calls are paid for.
_OPERATIONS = {
    "ai.generatetext": Kind.CHAIN,
    "ai.generatetext.dogenerate": Kind.LLM,
    "ai.streamtext": Kind.CHAIN,
    "ai.streamtext.dostream": Kind.LLM,
    "ai.generateobject": Kind.CHAIN,
    "ai.generateobject.dogenerate": Kind.LLM,
    "ai.streamobject": Kind.CHAIN,
    "ai.streamobject.dostream": Kind.LLM,
    "ai.embed": Kind.CHAIN,
    "ai.embed.doembed": Kind.EMBEDDING,
    "ai.embedmany": Kind.CHAIN,
    "ai.embedmany.doembed": Kind.EMBEDDING,
    "ai.rerank": Kind.CHAIN,
    "ai.rerank.dorerank": Kind.RERANKER,
    "ai.toolcall": Kind.TOOL,
}
_METADATA = "ai.telemetry.metadata"

ROWS = (
    Row("ai.operationId", Field.KIND, read.one_of(_OPERATIONS)),
    Row("ai.toolCall.name", Field.NAME, read.short),
    Row("ai.telemetry.functionId", Field.TRACE_NAME, read.short),
    Row("ai.response.model", Field.MODEL, read.short),
    Row("ai.model.id", Field.MODEL, read.short),
    Row("ai.model.provider", Field.PROVIDER, read.short),
    Row("ai.prompt.messages", Field.INPUT, read.text),
    Row("ai.prompt", Field.INPUT, read.text),
    Row("ai.prompt.tools", Field.TOOLS, read.json_texts),
    Row("ai.toolCall.args", Field.INPUT, read.text),
    Row("ai.toolCall.result", Field.OUTPUT, read.text),
    Row("ai.value", Field.INPUT, read.text),
    Row("ai.values", Field.INPUT, read.json_texts),
    Row("ai.embedding", Field.IGNORED),
    Row("ai.embeddings", Field.IGNORED),
    Row("ai.response.text", Field.INDEXED, group="output.vercel"),
    Row("ai.response.reasoning", Field.INDEXED, group="output.vercel"),
    Row("ai.response.toolCalls", Field.INDEXED, group="output.vercel"),
    Row("ai.response.object", Field.INDEXED, group="output.vercel"),
    Row("ai.response.id", Field.RESPONSE_ID, read.short),
    Row("ai.response.finishReason", Field.FINISH_REASON, read.short),
    Row("ai.response.msToFirstChunk", Field.SECONDS_TO_FIRST_TOKEN, read.milliseconds),
    Row("ai.usage.inputTokens", Field.INPUT_TOKENS, read.count),
    Row("ai.usage.promptTokens", Field.INPUT_TOKENS, read.count),
    Row("ai.usage.tokens", Field.INPUT_TOKENS, read.count),
    Row("ai.usage.outputTokens", Field.OUTPUT_TOKENS, read.count),
    Row("ai.usage.completionTokens", Field.OUTPUT_TOKENS, read.count),
    Row("ai.usage.totalTokens", Field.TOTAL_TOKENS, read.count),
    Row("ai.usage.inputTokenDetails.cacheReadTokens", Field.CACHE_READ, read.count),
    Row("ai.usage.inputTokenDetails.cacheWriteTokens", Field.CACHE_WRITE, read.count),
    Row("ai.usage.inputTokenDetails.noCacheTokens", Field.IGNORED),
    Row("ai.usage.outputTokenDetails.reasoningTokens", Field.REASONING, read.count),
    Row("ai.usage.outputTokenDetails.textTokens", Field.IGNORED),
    Row("ai.usage.cachedInputTokens", Field.CACHE_READ, read.count),
    Row("ai.usage.reasoningTokens", Field.REASONING, read.count),
    Row("ai.settings.*", Field.PARAMETER),
    Row(f"{_METADATA}.sessionId", Field.SESSION, read.short),
    Row(f"{_METADATA}.userId", Field.USER, read.short),
    Row(f"{_METADATA}.tags", Field.TAGS, read.texts),
    Row(f"{_METADATA}.*", Field.METADATA),
)
