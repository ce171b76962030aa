"""What a model is asked, whoever provides it."""

from typing import Any, Literal

import msgspec

from pilothouse.domain.messages import Message

Effort = Literal["", "none", "minimal", "low", "medium", "high"]


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    description: str = ""
    parameters: dict[str, Any] = msgspec.field(default_factory=lambda: {"type": "object"})
    """JSON Schema of its arguments."""


class ResponseSchema(msgspec.Struct, frozen=True, kw_only=True):
    """The answer is JSON of this shape."""

    json_schema: dict[str, Any]
    name: str = "answer"
    strict: bool = True


class Request(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Parts of messages are those of `domain.messages`. A reasoning part or a tool call keeps in its
    `value` what the provider wants to see again in the next turn, as it came."""

    model: str
    messages: list[Message]
    tools: list[Tool] = []
    tool_choice: str = ""
    """`auto`, `none`, `required` or the name of a tool; empty: not told."""
    response_schema: ResponseSchema | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    stop: list[str] = []
    seed: int | None = None
    reasoning_effort: Effort = ""
    reasoning_tokens: int = 0
    """Most tokens of reasoning, where the provider counts them; 0: not told."""
    options: dict[str, Any] = {}
    """Put into the provider's own request as they are, after everything else."""


def parameters(request: Request) -> dict[str, Any]:
    """What was set beside the words, as a span tells it."""
    set_ = msgspec.to_builtins(request)
    for key in ("model", "messages", "tools", "options"):
        set_.pop(key, None)
    return set_ | dict(request.options)
