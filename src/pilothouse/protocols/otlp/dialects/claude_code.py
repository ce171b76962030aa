"""Claude Code and Anthropic's Agent SDK. Their names are bare words (`model`, `input_tokens`), so
these rows hold only for spans of their own instrumentation."""

from pilothouse.domain.span import Kind
from pilothouse.protocols.otlp.dialects import read
from pilothouse.protocols.otlp.dialects.table import Field, Row

SCOPE = "com.anthropic.claude_code.tracing"

_KINDS = {
    "interaction": Kind.AGENT,
    "llm_request": Kind.LLM,
    "tool": Kind.TOOL,
    "tool.execution": Kind.TOOL,
    "hook": Kind.TASK,
}

ROWS = (
    Row("span.type", Field.KIND, read.one_of(_KINDS)),
    Row("model", Field.MODEL, read.short),
    Row("user_prompt", Field.INPUT, read.text),
    Row("new_context", Field.INPUT, read.text),
    Row("tool_input", Field.INPUT, read.text),
    Row("full_command", Field.INPUT, read.text),
    Row("response.model_output", Field.OUTPUT, read.text),
    Row("input_tokens", Field.UNCACHED_INPUT, read.count),
    Row("output_tokens", Field.OUTPUT_TOKENS, read.count),
    Row("cache_read_tokens", Field.CACHE_READ, read.count),
    Row("cache_creation_tokens", Field.CACHE_WRITE, read.count),
    Row("ttft_ms", Field.SECONDS_TO_FIRST_TOKEN, read.milliseconds),
    Row("user.account_uuid", Field.USER, read.short),
)
