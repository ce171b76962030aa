"""What a model says, piece by piece, and what it comes to."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from pilothouse.domain.messages import Message, Part


class TextDelta(msgspec.Struct, frozen=True, tag="text"):
    text: str


class ReasoningDelta(msgspec.Struct, frozen=True, tag="reasoning"):
    text: str


class ToolCallDelta(msgspec.Struct, frozen=True, tag="tool_call"):
    """A piece of a tool call; the first of an index has its name."""

    index: int
    id: str = ""
    name: str = ""
    arguments: str = ""


class Kept(msgspec.Struct, frozen=True, tag="kept"):
    """What the provider wants to see again with the next turn: of a tool call by its index, else of
    the reasoning."""

    value: Any
    tool_call: int | None = None


class Usage(msgspec.Struct, frozen=True, tag="usage"):
    """Tokens in disjoint buckets; a later one replaces it."""

    usage: dict[str, int]


class Finish(msgspec.Struct, frozen=True, tag="finish"):
    """`reason` in one vocabulary: stop, length, tool_calls, content_filter, or the provider's word."""

    reason: str
    response_id: str = ""
    model: str = ""
    """As the provider calls what answered."""


Event = TextDelta | ReasoningDelta | ToolCallDelta | Kept | Usage | Finish

_REASONS = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "completed": "stop",
    "complete": "stop",
    "max_tokens": "length",
    "max_output_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "function_call": "tool_calls",
    "refusal": "content_filter",
    "safety": "content_filter",
    "guardrail_intervened": "content_filter",
    "content_filtered": "content_filter",
}


def finish_reason(word: str) -> str:
    lowered = word.lower()
    return _REASONS.get(lowered, lowered)


@dataclass
class _Call:
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list[str])
    kept: Any = None


@dataclass
class Answer:
    """What has been said so far; `add` takes the events in their order."""

    usage: dict[str, int] = field(default_factory=dict[str, int])
    finish: Finish | None = None
    broken: list[str] = field(default_factory=list[str])
    """Names of tools whose arguments are no JSON object."""
    _reasoning: list[str] = field(default_factory=list[str])
    _text: list[str] = field(default_factory=list[str])
    _calls: dict[int, _Call] = field(default_factory=dict[int, _Call])
    _kept: list[Any] = field(default_factory=list[Any])

    def add(self, event: Event) -> None:
        match event:
            case TextDelta(text):
                self._text.append(text)
            case ReasoningDelta(text):
                self._reasoning.append(text)
            case ToolCallDelta(index, id, name, arguments):
                call = self._calls.setdefault(index, _Call())
                call.id = id or call.id
                call.name = name or call.name
                call.arguments.append(arguments)
            case Kept(value, int(index)):
                self._calls.setdefault(index, _Call()).kept = value
            case Kept(value):
                self._kept.append(value)
            case Usage(usage):
                self.usage = usage
            case Finish():
                self.finish = event

    @property
    def text(self) -> str:
        return "".join(self._text)

    @property
    def reasoning(self) -> str:
        return "".join(self._reasoning)

    def message(self) -> Message:
        """As the next turn repeats it. Fills `broken`."""
        self.broken = []
        parts: list[Part] = []
        if self._reasoning or self._kept:
            parts.append(Part("reasoning", text=self.reasoning, value=self._kept or None))
        if self.text:
            parts.append(Part("text", text=self.text))
        for _, call in sorted(self._calls.items()):
            told = "".join(call.arguments)
            arguments = _arguments(told)
            if not isinstance(arguments, dict):
                self.broken.append(call.name)
            parts.append(
                Part("tool_call", id=call.id, name=call.name, arguments=arguments, value=call.kept)
            )
        reason = self.finish.reason if self.finish else ""
        return Message("assistant", parts, finish_reason=reason)


def _arguments(told: str) -> Any:
    """The object, or the text as it came when it is none."""
    if not told.strip():
        return {}
    try:
        return msgspec.json.decode(told)
    except (msgspec.DecodeError, RecursionError):
        return told
