"""Whose models can be called: one row each. Whoever speaks OpenAI's protocol needs no row, only its
address; a row saves looking it up."""

from dataclasses import dataclass
from enum import StrEnum


class Protocol(StrEnum):
    """The wire format, each behind the official package of its maker."""

    OPENAI_CHAT = "openai-chat"
    OPENAI_RESPONSES = "openai-responses"
    ANTHROPIC = "anthropic"
    GEMINI = "gemini"
    BEDROCK = "bedrock"


class Can(StrEnum):
    """What a provider's API takes; its models may take less."""

    TOOLS = "tools"
    SCHEMA = "schema"
    """Answers of a given JSON schema."""
    JSON = "json"
    """Answers that are JSON, of no given schema."""
    IMAGES = "images"
    REASONING = "reasoning"
    SEED = "seed"


@dataclass(frozen=True, slots=True)
class Provider:
    id: str
    name: str
    protocol: Protocol
    base_url: str = ""
    """Empty: every connection has its own."""
    keys_at: str = ""
    """Where a key is got. Empty: it needs none."""
    can: frozenset[Can] = frozenset()
    priced_as: str = ""
    """As the price catalogue calls it; empty: by its id."""
    max_tokens: str = "max_tokens"
    """What the parameter is called, among those who speak OpenAI's protocol."""
    seed: str = "seed"
    asks_for_usage: bool = True
    """False where usage comes by itself and asking for it is an error."""
    repeats_reasoning: bool = False
    """Wants the reasoning before a tool call to be told again."""
    reasoning_tokens: str = ""
    """What the most tokens of reasoning are called; empty: it takes no such number."""
    options: tuple[str, ...] = ()
    """Of a connection, which this provider looks at beside those of all."""


_ALL = frozenset({Can.TOOLS, Can.SCHEMA, Can.JSON, Can.IMAGES, Can.REASONING, Can.SEED})
_NO_SEED = _ALL - {Can.SEED}
_JSON_ONLY = frozenset({Can.TOOLS, Can.JSON, Can.REASONING})
_CHAT = Protocol.OPENAI_CHAT

OTHER = "openai-compatible"

PROVIDERS: dict[str, Provider] = {
    each.id: each
    for each in (
        Provider(
            "openai",
            "OpenAI",
            _CHAT,
            "https://api.openai.com/v1",
            "https://platform.openai.com/api-keys",
            _ALL,
            max_tokens="max_completion_tokens",
            options=("api", "organization", "project"),
        ),
        Provider(
            "azure",
            "Azure OpenAI",
            _CHAT,
            "",
            "https://portal.azure.com",
            _ALL,
            max_tokens="max_completion_tokens",
            options=("api", "api_version"),
        ),
        Provider(
            "anthropic",
            "Anthropic",
            Protocol.ANTHROPIC,
            "https://api.anthropic.com",
            "https://console.anthropic.com/settings/keys",
            _NO_SEED - {Can.JSON},
        ),
        Provider(
            "gemini",
            "Google Gemini",
            Protocol.GEMINI,
            "https://generativelanguage.googleapis.com",
            "https://aistudio.google.com/apikey",
            _ALL,
            priced_as="google",
        ),
        Provider(
            "bedrock",
            "Amazon Bedrock",
            Protocol.BEDROCK,
            "",
            "https://console.aws.amazon.com/iam",
            frozenset({Can.TOOLS, Can.SCHEMA, Can.IMAGES, Can.REASONING}),
            priced_as="aws",
            options=("region", "access_key_id"),
        ),
        Provider(
            "deepseek",
            "DeepSeek",
            _CHAT,
            "https://api.deepseek.com/v1",
            "https://platform.deepseek.com/api_keys",
            _JSON_ONLY,
            repeats_reasoning=True,
        ),
        Provider(
            "qwen",
            "Qwen (DashScope)",
            _CHAT,
            "https://dashscope.aliyuncs.com/compatible-mode/v1",
            "https://bailian.console.aliyun.com/?tab=model#/api-key",
            _ALL,
            reasoning_tokens="thinking_budget",
        ),
        Provider(
            "zhipu",
            "GLM (Zhipu)",
            _CHAT,
            "https://open.bigmodel.cn/api/paas/v4",
            "https://bigmodel.cn/usercenter/proj-mgmt/apikeys",
            _JSON_ONLY | {Can.IMAGES},
            priced_as="zhipuai",
            repeats_reasoning=True,
        ),
        Provider(
            "moonshot",
            "Moonshot (Kimi)",
            _CHAT,
            "https://api.moonshot.cn/v1",
            "https://platform.moonshot.cn/console/api-keys",
            _NO_SEED,
            priced_as="moonshotai",
            repeats_reasoning=True,
        ),
        Provider(
            "qianfan",
            "ERNIE (Qianfan)",
            _CHAT,
            "https://qianfan.baidubce.com/v2",
            "https://console.bce.baidu.com/iam/#/iam/apikey/list",
            _NO_SEED,
        ),
        Provider(
            "mistral",
            "Mistral",
            _CHAT,
            "https://api.mistral.ai/v1",
            "https://console.mistral.ai/api-keys",
            _ALL,
            seed="random_seed",
            asks_for_usage=False,
        ),
        Provider(
            "groq",
            "Groq",
            _CHAT,
            "https://api.groq.com/openai/v1",
            "https://console.groq.com/keys",
            _ALL,
        ),
        Provider(
            "openrouter",
            "OpenRouter",
            _CHAT,
            "https://openrouter.ai/api/v1",
            "https://openrouter.ai/settings/keys",
            _ALL,
        ),
        Provider(
            "together",
            "Together",
            _CHAT,
            "https://api.together.xyz/v1",
            "https://api.together.ai/settings/api-keys",
            _ALL,
        ),
        Provider("vllm", "vLLM", _CHAT, "http://localhost:8000/v1", "", _ALL),
        Provider("ollama", "Ollama", _CHAT, "http://localhost:11434/v1", "", _ALL),
        Provider("llama.cpp", "llama.cpp", _CHAT, "http://localhost:8080/v1", "", _ALL),
        Provider(OTHER, "OpenAI-compatible", _CHAT, "", "", _ALL),
    )
}
