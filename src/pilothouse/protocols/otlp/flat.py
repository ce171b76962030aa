"""Lists that lie flat over many attributes, put together again.

`llm.input_messages.0.message.role = "user"` and its siblings become `[{"role": "user", …}]`, chat
messages as most providers write them.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from pilothouse.protocols.otlp.dialects.read import parsed

Pieces = dict[str, Any]
"""The rest of each key, such as `0.message.role`, with its value."""

_MOST_ITEMS = 10_000


def nested(pieces: Pieces) -> Any:
    """Dots become nesting; a level whose keys are all numbers becomes a list in their order."""
    root: dict[str | int, Any] = {}
    for key, value in pieces.items():
        node = root
        steps, leaf = _path(key)
        for step in steps:
            below = node.get(step)
            if type(below) is not dict:
                below = node[step] = {}
            node = below
        node[leaf] = value
    return _listed(root)


@lru_cache(maxsize=20_000)
def _path(key: str) -> tuple[tuple[str | int, ...], str | int]:
    *steps, leaf = (int(step) if _NUMBER(step) else step for step in key.split("."))
    return tuple(steps), leaf


_NUMBER = re.compile(r"[0-9]{1,9}").fullmatch


def _listed(node: dict[str | int, Any]) -> Any:
    for key in node:
        if type(key) is not int:
            return {
                str(key): _listed(value) if type(value) is dict else value
                for key, value in node.items()
            }
    return [
        _listed(value) if type(value := node[key]) is dict else value
        for key in sorted(node)[:_MOST_ITEMS]
    ]


def _items(pieces: Pieces) -> list[dict[str, Any]]:
    tree = nested(pieces)
    return [item for item in tree if isinstance(item, dict)] if isinstance(tree, list) else []


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def openinference_messages(pieces: Pieces) -> Any:
    return [_openinference_message(item.get("message", item)) for item in _items(pieces)]


def _openinference_message(message: dict[str, Any]) -> dict[str, Any]:
    shaped: dict[str, Any] = {"role": message.get("role", "")}
    shaped["content"] = message.get("content", "")
    contents = message.get("contents")
    if isinstance(contents, list) and contents:
        shaped["content"] = [
            _openinference_content(item.get("message_content", item))
            for item in contents
            if isinstance(item, dict)
        ]
    for key in ("name", "tool_call_id"):
        if message.get(key):
            shaped[key] = message[key]
    calls = message.get("tool_calls")
    if isinstance(calls, list):
        shaped["tool_calls"] = [
            _tool_call(item.get("tool_call", item)) for item in calls if isinstance(item, dict)
        ]
    return shaped


def _openinference_content(content: dict[str, Any]) -> dict[str, Any]:
    image = content.get("image")
    if isinstance(image, dict):
        inner = image.get("image", image)
        url = inner.get("url", "") if isinstance(inner, dict) else inner
        return {"type": "image_url", "image_url": {"url": url}}
    return content


def _tool_call(call: dict[str, Any]) -> dict[str, Any]:
    function = call.get("function")
    if not isinstance(function, dict):
        function = {"name": call.get("name", ""), "arguments": call.get("arguments", "")}
    return {"id": call.get("id", ""), "type": "function", "function": function}


def flat_messages(pieces: Pieces) -> Any:
    """`gen_ai.prompt.0.role`, `.content`, `.tool_calls.0.name` …"""
    messages: list[dict[str, Any]] = []
    for item in _items(pieces):
        message = {key: value for key, value in item.items() if key != "tool_calls"}
        calls = [
            _tool_call(call) for call in _list(item.get("tool_calls")) if isinstance(call, dict)
        ]
        if calls:
            message["tool_calls"] = calls
        messages.append(message)
    return messages or nested(pieces)


def documents(pieces: Pieces) -> Any:
    return [item.get("document", item) for item in _items(pieces)]


def prompts(pieces: Pieces) -> Any:
    tree = nested(pieces)
    items = tree if isinstance(tree, list) else [tree]
    found = [_prompt_text(item) for item in items]
    return found[0] if len(found) == 1 else found


def _prompt_text(item: Any) -> Any:
    while isinstance(item, dict) and len(item) == 1:
        (item,) = item.values()
    return item


def embeddings(pieces: Pieces) -> Any:
    """The texts; the vectors are numbers nobody reads."""
    return [
        inner.get("text", "")
        for item in _items(pieces)
        if isinstance(inner := item.get("embedding", item), dict)
    ]


def vercel_answer(pieces: Pieces) -> Any:
    """The AI SDK's answer: text, reasoning, tool calls and object lie beside one another."""
    answer = pieces.get("object")
    calls = parsed(pieces.get("toolCalls"))
    if not calls and not pieces.get("reasoning"):
        return pieces.get("text") or answer
    message: dict[str, Any] = {"role": "assistant", "content": pieces.get("text") or answer or ""}
    if pieces.get("reasoning"):
        message["reasoning"] = pieces["reasoning"]
    if isinstance(calls, list):
        message["tool_calls"] = calls
    return [message]


def openinference_tools(pieces: Pieces) -> Any:
    found: list[Any] = []
    for item in _items(pieces):
        schema = item.get("tool", item)
        if isinstance(schema, dict):
            schema = schema.get("json_schema", schema)
        found.append(parsed(schema) or schema)
    return found


def functions(pieces: Pieces) -> Any:
    return [
        {**item, "parameters": parsed(item.get("parameters")) or item.get("parameters")}
        for item in _items(pieces)
    ]


BUILDERS: dict[str, Callable[[Pieces], Any]] = {
    "input.openinference": openinference_messages,
    "output.openinference": openinference_messages,
    "input.flat": flat_messages,
    "output.flat": flat_messages,
    "input.documents": documents,
    "output.documents": documents,
    "input.prompts": prompts,
    "output.choices": prompts,
    "input.embeddings": embeddings,
    "output.vercel": vercel_answer,
    "tools.openinference": openinference_tools,
    "tools.functions": functions,
}
"""How the list of each group is built. What stands before the dot says what the list is."""
