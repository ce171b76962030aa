"""OpenInference, the conventions of Arize's instrumentations.

https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md
"""

from pilothouse.domain.span import Kind
from pilothouse.protocols.otlp.dialects import read
from pilothouse.protocols.otlp.dialects.table import Field, Row

_KINDS = {
    "llm": Kind.LLM,
    "embedding": Kind.EMBEDDING,
    "chain": Kind.CHAIN,
    "retriever": Kind.RETRIEVER,
    "reranker": Kind.RERANKER,
    "tool": Kind.TOOL,
    "agent": Kind.AGENT,
    "guardrail": Kind.GUARDRAIL,
    "evaluator": Kind.EVALUATOR,
    "prompt": Kind.PROMPT,
}

ROWS = (
    Row("openinference.span.kind", Field.KIND, read.one_of(_KINDS)),
    Row("llm.response.model_name", Field.MODEL, read.short),
    Row("llm.model_name", Field.MODEL, read.short),
    Row("llm.request.model_name", Field.MODEL, read.short),
    Row("embedding.model_name", Field.MODEL, read.short),
    Row("reranker.model_name", Field.MODEL, read.short),
    Row("llm.provider", Field.PROVIDER, read.short),
    Row("llm.system", Field.PROVIDER, read.short),
    Row("llm.input_messages.*", Field.INDEXED, group="input.openinference"),
    Row("llm.output_messages.*", Field.INDEXED, group="output.openinference"),
    Row("llm.prompts.*", Field.INDEXED, group="input.prompts"),
    Row("llm.choices.*", Field.INDEXED, group="output.choices"),
    Row("retrieval.documents.*", Field.INDEXED, group="output.documents"),
    Row("reranker.input_documents.*", Field.INDEXED, group="input.documents"),
    Row("reranker.output_documents.*", Field.INDEXED, group="output.documents"),
    Row("embedding.embeddings.*", Field.INDEXED, group="input.embeddings"),
    Row("llm.tools.*", Field.INDEXED, group="tools.openinference"),
    Row("input.value", Field.INPUT, read.text),
    Row("output.value", Field.OUTPUT, read.text),
    Row("input.mime_type", Field.IGNORED),
    Row("output.mime_type", Field.IGNORED),
    Row("llm.invocation_parameters", Field.PARAMETERS, read.mapping),
    Row("embedding.invocation_parameters", Field.PARAMETERS, read.mapping),
    Row("llm.finish_reason", Field.FINISH_REASON, read.first),
    Row("llm.token_count.prompt", Field.INPUT_TOKENS, read.count),
    Row("llm.token_count.completion", Field.OUTPUT_TOKENS, read.count),
    Row("llm.token_count.total", Field.TOTAL_TOKENS, read.count),
    Row("llm.token_count.prompt_details.cache_read", Field.CACHE_READ, read.count),
    Row("llm.token_count.prompt_details.cache_write", Field.CACHE_WRITE, read.count),
    Row("llm.token_count.prompt_details.audio", Field.INPUT_AUDIO, read.count),
    Row("llm.token_count.completion_details.reasoning", Field.REASONING, read.count),
    Row("llm.token_count.completion_details.audio", Field.OUTPUT_AUDIO, read.count),
    Row("llm.cost.prompt", Field.INPUT_COST, read.money),
    Row("llm.cost.completion", Field.OUTPUT_COST, read.money),
    Row("llm.cost.total", Field.TOTAL_COST, read.money),
    Row("prompt.id", Field.PROMPT_NAME, read.short),
    Row("llm.prompt_template.version", Field.PROMPT_VERSION, read.count),
    Row("metadata", Field.METADATA, read.mapping),
)
