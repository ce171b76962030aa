"""Messages that were told as events, on a span or as log records, put together again.

The conventions up to 1.36 tell each message of a call as an event; later ones tell them all in one
event, in the words of the span's own attributes.
"""

from collections.abc import Sequence
from typing import Any

from pilothouse.domain.span import Span
from pilothouse.protocols.otlp.dialects.read import json_text, parsed, text

Event = tuple[str, dict[str, Any], Any]
"""Name, attributes, body."""

_ROLES = {
    "gen_ai.system.message": "system",
    "gen_ai.user.message": "user",
    "gen_ai.assistant.message": "assistant",
    "gen_ai.tool.message": "tool",
}
_CHOICE = "gen_ai.choice"
_DETAILS = "gen_ai.client.inference.operation.details"
_CONTENT = {
    "gen_ai.content.prompt": ("input", "gen_ai.prompt"),
    "gen_ai.content.completion": ("output", "gen_ai.completion"),
}
NAMES = frozenset({*_ROLES, _CHOICE, _DETAILS, *_CONTENT})


def fill(span: Span, events: Sequence[Event]) -> bool:
    """Give the span the input and output that its events tell, where it has none of its own.
    Whether it took any."""
    told_input, told_output = read(events)
    took = False
    if told_input and not span.input:
        span.input, took = told_input, True
    if told_output and not span.output:
        span.output, took = told_output, True
    return took


def read(events: Sequence[Event]) -> tuple[str, str]:
    """Input and output as texts; empty where nothing is told."""
    into: list[Any] = []
    out: list[Any] = []
    whole: dict[str, str] = {}
    for name, attributes, body in events:
        if name in _ROLES:
            into.append({"role": _ROLES[name], **_message(attributes, body)})
        elif name == _CHOICE:
            out.append(_choice(attributes, body))
        elif name == _DETAILS:
            whole.update(_details(attributes))
        elif name in _CONTENT:
            side, key = _CONTENT[name]
            whole[side] = text(attributes.get(key)) or ""
    return (
        whole.get("input") or (json_text(into) if into else ""),
        whole.get("output") or (json_text(out) if out else ""),
    )


def _message(attributes: dict[str, Any], body: Any) -> dict[str, Any]:
    """A message by its body, or by attributes where an older emitter put it there."""
    body = parsed(body) if isinstance(body, str) and body[:1] in '{"[' else body
    if isinstance(body, dict):
        return body
    if body is not None:
        return {"content": body}
    kept = ("content", "role", "id", "name", "tool_calls")
    found = {key: _decoded(attributes[key]) for key in kept if key in attributes}
    return found or {"content": _decoded(attributes.get("gen_ai.event.content", ""))}


def _choice(attributes: dict[str, Any], body: Any) -> dict[str, Any]:
    given = _message(attributes, body)
    inner = _decoded(given.get("message", attributes.get("message")))
    message = dict(inner) if isinstance(inner, dict) else {"content": inner}
    if message.get("content") is None and "content" in given:
        message["content"] = given["content"]
    reason = given.get("finish_reason") or attributes.get("finish_reason")
    return {
        "role": "assistant",
        **{key: value for key, value in message.items() if value is not None},
        **({"finish_reason": reason} if reason else {}),
    }


def _details(attributes: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    messages = attributes.get("gen_ai.input.messages")
    system = attributes.get("gen_ai.system_instructions")
    if messages is not None or system is not None:
        listed = _decoded(messages)
        listed = listed if isinstance(listed, list) else []
        parts = _decoded(system)
        if parts:
            content = {"parts": parts} if isinstance(parts, list) else {"content": parts}
            listed = [{"role": "system", **content}, *listed]
        found["input"] = json_text(listed)
    if (answer := text(attributes.get("gen_ai.output.messages"))) is not None:
        found["output"] = answer
    return found


def _decoded(value: Any) -> Any:
    """Values of attributes are often JSON texts."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        found = parsed(value)
        return value if found is None else found
    return value
