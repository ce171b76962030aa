"""OpenTelemetry's GenAI conventions, every generation from 1.24 on.

https://github.com/open-telemetry/semantic-conventions-genai
"""

from pilothouse.domain.span import Kind
from pilothouse.protocols.otlp.dialects import read
from pilothouse.protocols.otlp.dialects.table import Field, Row

_OPERATIONS = {
    "chat": Kind.LLM,
    "text_completion": Kind.LLM,
    "completion": Kind.LLM,
    "generate_content": Kind.LLM,
    "llm_call": Kind.LLM,
    "call_llm": Kind.LLM,
    "embeddings": Kind.EMBEDDING,
    "embedding": Kind.EMBEDDING,
    "rerank": Kind.RERANKER,
    "retrieval": Kind.RETRIEVER,
    "search_memory": Kind.RETRIEVER,
    "execute_tool": Kind.TOOL,
    "tool_call": Kind.TOOL,
    "create_agent": Kind.AGENT,
    "invoke_agent": Kind.AGENT,
    "agent_call": Kind.AGENT,
    "invoke_workflow": Kind.CHAIN,
    "plan": Kind.TASK,
    "agent_step": Kind.TASK,
    "handle_conversation_turn": Kind.AGENT,
    "create_memory": Kind.TOOL,
    "update_memory": Kind.TOOL,
    "delete_memory": Kind.TOOL,
}

ROWS = (
    Row("gen_ai.operation.name", Field.KIND, read.one_of(_OPERATIONS)),
    Row("gen_ai.response.model", Field.MODEL, read.short),
    Row("gen_ai.request.model", Field.MODEL, read.short),
    Row("gen_ai.provider.name", Field.PROVIDER, read.short),
    Row("gen_ai.system", Field.PROVIDER, read.short),
    Row("gen_ai.input.messages", Field.INPUT, read.text),
    Row("gen_ai.output.messages", Field.OUTPUT, read.text),
    Row("gen_ai.system_instructions", Field.SYSTEM, read.text),
    Row("gen_ai.tool.definitions", Field.TOOLS, read.text),
    Row("gen_ai.tool.call.arguments", Field.INPUT, read.text),
    Row("gen_ai.tool.call.result", Field.OUTPUT, read.text),
    Row("gen_ai.retrieval.query.text", Field.INPUT, read.text),
    Row("gen_ai.retrieval.documents", Field.OUTPUT, read.text),
    Row("gen_ai.prompt", Field.INPUT, read.text),
    Row("gen_ai.completion", Field.OUTPUT, read.text),
    Row("gen_ai.prompt.name", Field.PROMPT_NAME, read.short),
    Row("gen_ai.prompt.*", Field.INDEXED, group="input.flat"),
    Row("gen_ai.completion.*", Field.INDEXED, group="output.flat"),
    Row("gen_ai.response.id", Field.RESPONSE_ID, read.short),
    Row("gen_ai.response.finish_reasons", Field.FINISH_REASON, read.first),
    Row("gen_ai.response.finish_reason", Field.FINISH_REASON, read.first),
    Row("gen_ai.response.time_to_first_chunk", Field.SECONDS_TO_FIRST_TOKEN, read.seconds),
    Row("gen_ai.usage.input_tokens", Field.INPUT_TOKENS, read.count),
    Row("gen_ai.usage.prompt_tokens", Field.INPUT_TOKENS, read.count),
    Row("gen_ai.usage.output_tokens", Field.OUTPUT_TOKENS, read.count),
    Row("gen_ai.usage.completion_tokens", Field.OUTPUT_TOKENS, read.count),
    Row("gen_ai.usage.total_tokens", Field.TOTAL_TOKENS, read.count),
    Row("gen_ai.usage.cache_read.input_tokens", Field.CACHE_READ, read.count),
    Row("gen_ai.usage.cache_read_input_tokens", Field.CACHE_READ, read.count),
    Row("gen_ai.usage.cache_write.input_tokens", Field.CACHE_WRITE, read.count),
    Row("gen_ai.usage.cache_creation.input_tokens", Field.CACHE_WRITE, read.count),
    Row("gen_ai.usage.cache_creation_input_tokens", Field.CACHE_WRITE, read.count),
    Row("gen_ai.usage.cache_write_input_tokens", Field.CACHE_WRITE, read.count),
    Row("gen_ai.usage.reasoning.output_tokens", Field.REASONING, read.count),
    Row("gen_ai.usage.reasoning_tokens", Field.REASONING, read.count),
    Row("gen_ai.usage.audio.input_tokens", Field.INPUT_AUDIO, read.count),
    Row("gen_ai.usage.image.input_tokens", Field.INPUT_IMAGE, read.count),
    Row("gen_ai.usage.video.input_tokens", Field.INPUT_VIDEO, read.count),
    Row("gen_ai.usage.audio.output_tokens", Field.OUTPUT_AUDIO, read.count),
    Row("gen_ai.usage.cost", Field.TOTAL_COST, read.money),
    Row("gen_ai.usage.cost.amount", Field.TOTAL_COST, read.money),
    Row("gen_ai.usage.input_cost", Field.INPUT_COST, read.money),
    Row("gen_ai.usage.output_cost", Field.OUTPUT_COST, read.money),
    Row("gen_ai.client.operation.time_to_first_chunk", Field.SECONDS_TO_FIRST_TOKEN, read.seconds),
    Row("gen_ai.request.*", Field.PARAMETER),
)

COMMON = (
    Row("session.id", Field.SESSION, read.short),
    Row("gen_ai.conversation.id", Field.SESSION, read.short),
    Row("user.id", Field.USER, read.short),
    Row("enduser.id", Field.USER, read.short),
    Row("tag.tags", Field.TAGS, read.texts),
    Row("deployment.environment.name", Field.ENVIRONMENT, read.short),
    Row("deployment.environment", Field.ENVIRONMENT, read.short),
    Row("service.version", Field.VERSION, read.short),
)
"""What any emitter may say, on a span or on its resource."""
