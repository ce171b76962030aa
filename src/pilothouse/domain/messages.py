"""Chat messages in one canonical form, whatever provider or convention wrote them.

A payload stays stored as it came. This module reads it: OpenAI chat and responses, Anthropic, Gemini,
LangChain, and the `parts` of OpenTelemetry's conventions become the same list of messages, from which
pages render and lists take their previews.
"""

from typing import Any, Literal

import msgspec

from pilothouse.domain import media

PREVIEW_LENGTH = 300

PartType = Literal["text", "reasoning", "tool_call", "tool_result", "media", "json"]


class Part(msgspec.Struct, omit_defaults=True):
    """A piece of a message; `type` tells which of the other fields count."""

    type: PartType
    text: str = ""
    id: str = ""
    name: str = ""
    arguments: Any = None
    result: Any = None
    mime_type: str = ""
    url: str = ""
    value: Any = None


class Message(msgspec.Struct, omit_defaults=True):
    role: str
    parts: list[Part]
    name: str = ""
    finish_reason: str = ""


_decode = msgspec.json.Decoder().decode
_ROLES = {
    "human": "user",
    "ai": "assistant",
    "AIMessageChunk": "assistant",
    "model": "assistant",
    "developer": "system",
    "function": "tool",
    "ipython": "tool",
}
_LANGCHAIN_TYPES = {"human", "ai", "system", "tool", "function", "AIMessageChunk", "chat"}
_TEXT_KEYS = (
    "input",
    "question",
    "query",
    "prompt",
    "text",
    "user_input",
    "message",
    "output",
    "answer",
    "result",
    "response",
    "content",
    "output_text",
    "completion",
)


def parse(payload: str) -> Any:
    """The value behind a payload: JSON when it is JSON, else the text itself."""
    head = payload[:1]
    if (head and head in '{["') or payload in ("true", "false", "null"):
        try:
            return _decode(payload)
        except (msgspec.MsgspecError, RecursionError):
            return payload
    return payload


def read(payload: str) -> list[Message] | None:
    """The payload as a conversation, or None when it is not one."""
    return from_value(parse(payload)) if payload else None


def told(payload: str, role: str) -> list[Message] | None:
    """The payload as a conversation, a plain text or the text of an object being one message of
    that role; None when it is neither."""
    value = parse(payload) if payload else None
    if found := from_value(value):
        return found
    text = _spoken(value)
    return [Message(role, [Part("text", text=text)])] if text else None


def _spoken(value: Any) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    if value.keys() == {"args", "kwargs"}:
        # A Python call of one text, as decorators record it.
        args, kwargs = value["args"], value["kwargs"]
        if isinstance(args, list) and isinstance(kwargs, dict):
            given = [*args, *kwargs.values()]
            return given[0] if len(given) == 1 and isinstance(given[0], str) else ""
    texts = (value.get(key) for key in _TEXT_KEYS)
    return next((text for text in texts if isinstance(text, str) and text), "")


def from_value(value: Any) -> list[Message] | None:
    if isinstance(value, dict):
        return _from_object(value)
    if isinstance(value, list) and value:
        if len(value) == 1 and isinstance(value[0], list):
            return from_value(value[0])
        if all(isinstance(item, dict) and _is_message(item) for item in value):
            return [message for item in value for message in _messages(item)]
        if len(value) == 1 and isinstance(value[0], dict):
            return _from_object(value[0])
    return None


def _from_object(value: dict[str, Any]) -> list[Message] | None:
    if _is_message(value):
        return _messages(value)
    choices = value.get("choices")
    if isinstance(choices, list) and choices and all(isinstance(item, dict) for item in choices):
        found = [_choice(choice) for choice in choices]
        return [message for message in found if message] or None
    for key in ("messages", "contents", "input", "output", "candidates", "update"):
        inner = value.get(key)
        if isinstance(inner, list | dict):
            found = from_value(inner)
            if found:
                return _with_instructions(value, found)
    return None


def _with_instructions(value: dict[str, Any], messages: list[Message]) -> list[Message]:
    """Providers put the system prompt beside the messages."""
    for key in ("system", "instructions", "system_instruction", "systemInstruction"):
        given = value.get(key)
        if given:
            parts = _parts(given.get("parts", given) if isinstance(given, dict) else given)
            return [Message("system", parts), *messages]
    return messages


def _choice(choice: dict[str, Any]) -> Message | None:
    inner = choice.get("message") or choice.get("delta")
    if isinstance(inner, dict):
        message = _messages({"role": "assistant", **inner})[0]
    elif isinstance(choice.get("text"), str):
        message = Message("assistant", [Part("text", text=choice["text"])])
    else:
        return None
    message.finish_reason = str(choice.get("finish_reason") or "")
    return message


def _is_message(item: dict[str, Any]) -> bool:
    if isinstance(item.get("role"), str):
        return True
    kind = item.get("type")
    if kind in _LANGCHAIN_TYPES and ("content" in item or "data" in item):
        return True
    if kind in ("function_call", "function_call_output", "reasoning") and (
        "call_id" in item or "summary" in item
    ):
        return True
    return isinstance(item.get("id"), list) and isinstance(item.get("kwargs"), dict)


def tools(payload: str) -> list[dict[str, Any]]:
    """Definitions of tools that stand in an input beside its messages, or among them as Langfuse's
    handler for LangChain puts them."""
    value = parse(payload) if payload else None
    if isinstance(value, dict):
        return _dicts(value.get("tools"))
    return [item["content"] for item in _dicts(value) if _defines_tool(item)]


def _defines_tool(item: dict[str, Any]) -> bool:
    content = item.get("content")
    return (
        item.get("role") == "tool"
        and isinstance(content, dict)
        and content.get("type") == "function"
        and isinstance(content.get("function"), dict)
    )


def _messages(item: dict[str, Any]) -> list[Message]:
    if _defines_tool(item):
        return []
    kwargs = item.get("kwargs")
    if isinstance(kwargs, dict) and isinstance(item.get("id"), list):
        # LangChain's serialised constructor: {"id": [..., "HumanMessage"], "kwargs": {...}}
        name = str(item["id"][-1]) if item["id"] else ""
        return _messages({"role": name.removesuffix("Message").lower(), **kwargs})
    data = item.get("data")
    if isinstance(data, dict) and "content" in data and "role" not in item:
        return _messages({"type": item.get("type"), **data})
    kind = item.get("type")
    if kind in ("function_call", "function_call_output", "reasoning") and "role" not in item:
        return [_response_item(item)]
    role = str(item.get("role") or kind or "user")
    role = _ROLES.get(role, role)
    parts = _reasoning(item)
    content = item.get("parts", item.get("content"))
    if role == "tool" and not _is_parts(content):
        call_id = str(item.get("tool_call_id") or item.get("id") or "")
        name = str(item.get("name") or "")
        parts.append(Part("tool_result", id=call_id, name=name, result=_value(content)))
    else:
        parts += _parts(content)
    parts += _spoken_answer(item.get("audio"))
    parts += [_tool_call(call) for call in _dicts(item.get("tool_calls"))]
    legacy = item.get("function_call")
    if isinstance(legacy, dict):
        parts.append(_tool_call(legacy))
    if parts and all(part.type == "tool_result" for part in parts):
        role = "tool"  # some let the user say what tools answered
    return [
        Message(
            role,
            parts,
            name=str(item.get("name") or ""),
            finish_reason=str(item.get("finish_reason") or item.get("stop_reason") or ""),
        )
    ]


def _reasoning(item: dict[str, Any]) -> list[Part]:
    for key in ("reasoning_content", "reasoning", "thinking"):
        text = item.get(key)
        if isinstance(text, str) and text:
            return [Part("reasoning", text=text)]
    return []


def _spoken_answer(audio: Any) -> list[Part]:
    """OpenAI puts what a model said aloud beside the content."""
    if not isinstance(audio, dict):
        return []
    heard = [_media({"mime_type": "audio/wav", **audio})] if audio.get("data") else []
    text = audio.get("transcript")
    return [*heard, Part("text", text=text)] if isinstance(text, str) and text else heard


def _response_item(item: dict[str, Any]) -> Message:
    """One item of OpenAI's responses API that is not a message."""
    if item["type"] == "function_call":
        return Message("assistant", [_tool_call(item)])
    if item["type"] == "function_call_output":
        result = Part(
            "tool_result", id=str(item.get("call_id", "")), result=_value(item.get("output"))
        )
        return Message("tool", [result])
    text = "\n".join(str(part.get("text", "")) for part in _dicts(item.get("summary")))
    return Message("assistant", [Part("reasoning", text=text)])


def _is_parts(content: Any) -> bool:
    return (
        isinstance(content, list)
        and bool(content)
        and all(isinstance(part, dict) and ("type" in part or "text" in part) for part in content)
    )


def _parts(content: Any) -> list[Part]:
    if content is None or content == "" or content == []:
        return []
    if isinstance(content, str):
        return [Part("text", text=content)]
    if isinstance(content, list):
        return [part for item in content for part in _parts_of(item)]
    if isinstance(content, dict):
        return _parts_of(content)
    return [Part("json", value=content)]


def _parts_of(item: Any) -> list[Part]:
    if isinstance(item, str):
        return [Part("text", text=item)] if item else []
    if not isinstance(item, dict):
        return [Part("json", value=item)]
    reader = _PART_READERS.get(str(item.get("type", "")))
    if reader:
        return [reader(item)]
    for key, reader in _UNTYPED:
        if key in item:
            return [reader(item)]
    return [Part("json", value=item)]


def _text(item: dict[str, Any]) -> Part:
    text = item.get("text", item.get("content", ""))
    if isinstance(text, dict):
        text = text.get("value", "")
    return Part("text", text=text if isinstance(text, str) else str(text))


def _thought(item: dict[str, Any]) -> Part:
    for key in ("content", "thinking", "text", "reasoning"):
        if isinstance(item.get(key), str):
            return Part("reasoning", text=item[key])
    return Part("reasoning", text="")


def _tool_call(item: dict[str, Any]) -> Part:
    inner = item.get("function", item.get("functionCall"))
    call = inner if isinstance(inner, dict) else item
    arguments = call.get("arguments", call.get("args", call.get("input")))
    return Part(
        "tool_call",
        id=str(item.get("id") or item.get("call_id") or item.get("toolCallId") or ""),
        name=str(call.get("name") or item.get("toolName") or ""),
        arguments=_value(arguments),
    )


def _tool_result(item: dict[str, Any]) -> Part:
    inner = item.get("functionResponse")
    call = inner if isinstance(inner, dict) else item
    for key in ("response", "result", "output", "content"):
        if key in call:
            result = call[key]
            break
    else:
        result = None
    return Part(
        "tool_result",
        id=str(item.get("id") or item.get("tool_use_id") or item.get("toolCallId") or ""),
        name=str(call.get("name") or item.get("toolName") or ""),
        result=_value(result),
    )


def _media(item: dict[str, Any]) -> Part:
    kind = str(item.get("mime_type") or item.get("media_type") or item.get("mimeType") or "")
    for key in ("image_url", "input_image", "url", "uri", "image", "file_data", "data", "content"):
        value = item.get(key)
        if isinstance(value, dict):
            value = value.get("url") or value.get("data")
        if isinstance(value, str) and value:
            name = str(item.get("filename") or "")
            if value.startswith(("http://", "https://", "data:", "@@@")):
                if value.startswith("http"):
                    kind = kind or _modality(item, key)
                return Part("media", url=value, mime_type=kind, name=name)
            if sound := item.get("format"):
                kind = f"audio/{sound}"
            kind = kind or "image/png"
            return Part("media", url=f"data:{kind};base64,{value}", mime_type=kind, name=name)
    for key in (
        "source",
        "inlineData",
        "inline_data",
        "input_audio",
        "fileData",
        "file_data",
        "file",
    ):
        inner = item.get(key)
        if isinstance(inner, dict):
            return _media({"mime_type": kind, **inner, "type": ""})
    return Part("media", mime_type=kind, id=str(item.get("file_id") or ""))


_PART_READERS = {
    "text": _text,
    "input_text": _text,
    "output_text": _text,
    "reasoning": _thought,
    "thinking": _thought,
    "redacted_thinking": _thought,
    "tool_call": _tool_call,
    "tool-call": _tool_call,
    "tool_use": _tool_call,
    "function": _tool_call,
    "server_tool_call": _tool_call,
    "server_tool_use": _tool_call,
    "tool_call_response": _tool_result,
    "tool_result": _tool_result,
    "tool-result": _tool_result,
    "server_tool_call_response": _tool_result,
    "image_url": _media,
    "input_image": _media,
    "image": _media,
    "blob": _media,
    "uri": _media,
    "file": _media,
    "input_file": _media,
    "input_audio": _media,
    "audio": _media,
}
_UNTYPED = (
    ("text", _text),
    ("functionCall", _tool_call),
    ("functionResponse", _tool_result),
    ("inlineData", _media),
    ("inline_data", _media),
    ("fileData", _media),
)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _value(value: Any) -> Any:
    return parse(value) if isinstance(value, str) else value


# -- previews ----------------------------------------------------------------------------------


def preview(payload: str, *, of_output: bool) -> str:
    """What a person would say went in or came out, in at most `PREVIEW_LENGTH` characters: the last
    user message or the answer, a tool with its arguments, the text of a named field."""
    if not payload:
        return ""
    if payload[0] not in '{["':
        return _cut(payload)
    value = parse(payload)
    wanted = "assistant" if of_output else "user"
    raw = _conversation(value)
    if raw is not None:
        # Long conversations are common, and a sentence needs but one of their messages.
        return _cut(_of_raw(raw, wanted))
    messages = from_value(value)
    return _cut(_of_messages(messages, wanted) if messages else _of_value(value))


def _conversation(value: Any) -> list[Any] | None:
    """The messages as they came, where they lie plainly in a list."""
    if isinstance(value, dict):
        value = value.get("messages")
    if not isinstance(value, list) or not value:
        return None
    if all(isinstance(item, dict) and isinstance(item.get("role"), str) for item in value):
        return value
    return None


_PLAIN = frozenset({"role", "content", "name"})
"""Keys of a message that says no more than its text."""


def _of_raw(raw: list[Any], wanted: str) -> str:
    for item in reversed(raw):
        role = item["role"]
        if _ROLES.get(role, role) != wanted:
            continue
        content = item.get("content")
        if isinstance(content, str) and content and _PLAIN.issuperset(item):
            return content
        told = [message for message in _messages(item) if message.role == wanted]
        if found := _of_messages(told, wanted):
            return found
    for item in reversed(raw):
        if found := _of_messages(_messages(item), wanted):
            return found
    return ""


def _of_messages(messages: list[Message], wanted: str) -> str:
    for message in reversed(messages):
        if message.role == wanted and (sentence := _of_parts(message.parts)):
            return sentence
    for message in reversed(messages):
        if sentence := _of_parts(message.parts):
            return sentence
    return ""


def _of_parts(parts: list[Part]) -> str:
    seen = [_seen(part) for part in parts if part.type in ("text", "media")]
    if any(seen):
        return " ".join(text for text in seen if text)
    for part in parts:
        if part.type == "tool_call":
            return f"{part.name}({_arguments(part.arguments)})"
        if part.type == "tool_result":
            return _of_value(part.result)
        if part.type == "json":
            return _of_value(part.value)
    return next((part.text for part in parts if part.text), "")


def _modality(item: dict[str, Any], key: str) -> str:
    """What an address leads to, where only the kind of thing is told: `image/*`."""
    told = "image" if "image" in key else str(item.get("modality") or "")
    return f"{told}/*" if told in ("image", "audio", "video") else ""


def _seen(part: Part) -> str:
    if part.type == "text":
        return part.text
    if part.mime_type:
        return media.word(part.mime_type)
    told = media.named(part.url)
    return told if told != part.url else media.word(part.url.removeprefix("data:"))


def _arguments(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}={_of_value(inner)}" for key, inner in value.items())
    return _of_value(value)


def _of_value(value: Any, depth: int = 0) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if depth > 3:
        return "…"
    if isinstance(value, list):
        if len(value) > 8 and all(isinstance(item, int | float) for item in value):
            return f"[… × {len(value)}]"  # a vector says nothing to a person
        return ", ".join(_of_value(item, depth + 1) for item in value[:8])
    if value.keys() == {"args", "kwargs"}:
        # A Python call, as decorators record it.
        pieces = (_of_value(value["args"], depth + 1), _arguments(value["kwargs"]))
        return ", ".join(piece for piece in pieces if piece)
    for key in _TEXT_KEYS:
        inner = value.get(key)
        if isinstance(inner, str) and inner:
            return inner
    if depth == 0 and (found := from_value(value)):
        return _of_messages(found, "user")
    return ", ".join(
        f"{key}: {text}"
        for key, inner in list(value.items())[:8]
        if (text := _of_value(inner, depth + 1))
    )


def _cut(text: str) -> str:
    line = " ".join(media.named(text[: PREVIEW_LENGTH * 4])[: PREVIEW_LENGTH * 2].split())
    return line if len(line) <= PREVIEW_LENGTH else line[: PREVIEW_LENGTH - 1].rstrip() + "…"
