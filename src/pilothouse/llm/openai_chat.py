"""OpenAI's chat completions, which most others speak too, through the official package."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx

from pilothouse.domain import usage as buckets
from pilothouse.domain.messages import Message, Part
from pilothouse.llm import openai_client
from pilothouse.llm.connections import Connection
from pilothouse.llm.events import (
    Event,
    Finish,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
    Usage,
    finish_reason,
)
from pilothouse.llm.failures import RequestRefused
from pilothouse.llm.parts import arguments_of, given, inline, kind_of, text_of
from pilothouse.llm.providers import Can, Provider
from pilothouse.llm.request import Request, Tool


async def stream(
    connection: Connection, request: Request, http: httpx.AsyncClient
) -> AsyncGenerator[Event]:
    client = openai_client.of(connection, http)
    body = _body(connection.provider, request)
    more = _more(connection.provider, request)
    with openai_client.failing(connection, request):
        pieces = await client.chat.completions.create(**body, extra_body=more)
        async with pieces:
            async for piece in pieces:
                for event in _events(piece):
                    yield event


def _body(provider: Provider, request: Request) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": request.model,
        "messages": messages(request.messages, provider.repeats_reasoning),
        "stream": True,
    }
    if provider.asks_for_usage:
        body["stream_options"] = {"include_usage": True}
    if request.tools:
        body["tools"] = [tool(each) for each in request.tools]
    if request.tool_choice:
        body["tool_choice"] = _choice(request.tool_choice)
    if request.response_schema:
        body["response_format"] = _format(provider, request)
    return body | given(
        temperature=request.temperature,
        top_p=request.top_p,
        stop=request.stop or None,
        reasoning_effort=request.reasoning_effort or None,
        **{provider.max_tokens: request.max_tokens},
    )


def _more(provider: Provider, request: Request) -> dict[str, Any]:
    """What the package has no parameters for."""
    if request.reasoning_tokens and not provider.reasoning_tokens:
        raise RequestRefused(
            f"{provider.name} takes no number of reasoning tokens", "Set an effort instead."
        )
    own = {
        provider.seed: request.seed,
        provider.reasoning_tokens: request.reasoning_tokens or None,
    }
    return given(**own) | request.options


def _choice(choice: str) -> Any:
    if choice in ("auto", "none", "required"):
        return choice
    return {"type": "function", "function": {"name": choice}}


def _format(provider: Provider, request: Request) -> dict[str, Any]:
    schema = request.response_schema
    assert schema is not None  # noqa: S101 - told by the caller
    if Can.SCHEMA not in provider.can:
        return {"type": "json_object"}
    return {
        "type": "json_schema",
        "json_schema": {"name": schema.name, "schema": schema.json_schema, "strict": schema.strict},
    }


def tool(each: Tool) -> dict[str, Any]:
    function = {"name": each.name, "description": each.description, "parameters": each.parameters}
    return {"type": "function", "function": function}


# -- messages ----------------------------------------------------------------------------------


def messages(turns: list[Message], repeats_reasoning: bool = False) -> list[dict[str, Any]]:
    """As the API takes them. Raises RequestRefused for what it would not take."""
    for message in turns:
        for part in message.parts:
            if part.type == "tool_call":
                arguments_of(part)
    return as_told(turns, repeats_reasoning)


def as_told(turns: list[Message], repeats_reasoning: bool) -> list[dict[str, Any]]:
    """The same for reading: arguments that are no JSON stay as they came."""
    return [each for message in turns for each in _message(message, repeats_reasoning)]


def _message(message: Message, repeats_reasoning: bool) -> list[dict[str, Any]]:
    results = [_result(part) for part in message.parts if part.type == "tool_result"]
    said = [part for part in message.parts if part.type in ("text", "media", "json")]
    calls = [_call(part) for part in message.parts if part.type == "tool_call"]
    if results and not said and not calls:
        return results
    told: dict[str, Any] = {"role": message.role, "content": _content(said)}
    if calls:
        told["tool_calls"] = calls
        told["content"] = told["content"] or None
        reasoning = "".join(part.text for part in message.parts if part.type == "reasoning")
        if reasoning and repeats_reasoning:
            told["reasoning_content"] = reasoning
    if message.name:
        told["name"] = message.name
    return [*results, told]


def _content(parts: list[Part]) -> Any:
    if all(part.type != "media" for part in parts):
        return "".join(part.text if part.type == "text" else text_of(part.value) for part in parts)
    return [_piece(part) for part in parts]


def _piece(part: Part) -> dict[str, Any]:
    if part.type != "media":
        told = part.text if part.type == "text" else text_of(part.value)
        return {"type": "text", "text": told}
    kind = kind_of(part)
    if kind == "image":
        return {"type": "image_url", "image_url": {"url": part.url}}
    carried = inline(part)
    if carried is None:
        raise RequestRefused(f"The API takes no addresses of {kind} files", "Attach the file.")
    if kind == "audio":
        form = carried[0].partition("/")[2].removeprefix("x-").replace("mpeg", "mp3")
        return {"type": "input_audio", "input_audio": {"data": carried[1], "format": form}}
    return {"type": "file", "file": {"filename": part.name or "file", "file_data": part.url}}


def _call(part: Part) -> dict[str, Any]:
    function = {"name": part.name, "arguments": text_of(part.arguments or {})}
    return {"id": part.id, "type": "function", "function": function}


def _result(part: Part) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": part.id, "content": text_of(part.result)}


# -- the answer --------------------------------------------------------------------------------


def _events(piece: Any) -> list[Event]:
    found: list[Event] = []
    for choice in piece.choices or ():
        if choice.index:
            continue
        delta = choice.delta
        if delta is not None:
            found += _delta(delta)
        if choice.finish_reason:
            reason = finish_reason(choice.finish_reason)
            found.append(Finish(reason, piece.id or "", piece.model or ""))
    if piece.usage is not None:
        found.append(Usage(usage(piece.usage.model_dump())))
    return found


def _delta(delta: Any) -> list[Event]:
    found: list[Event] = []
    more = delta.model_extra or {}
    reasoning = more.get("reasoning_content") or more.get("reasoning")
    if isinstance(reasoning, str) and reasoning:
        found.append(ReasoningDelta(reasoning))
    if text := delta.content or delta.refusal:
        found.append(TextDelta(text))
    for place, call in enumerate(delta.tool_calls or ()):
        index = place if call.index is None else call.index
        function = call.function
        name = function.name or "" if function else ""
        arguments = function.arguments or "" if function else ""
        found.append(ToolCallDelta(index, call.id or "", name, arguments))
    return found


def usage(told: dict[str, Any]) -> dict[str, int]:
    """Of chat completions and of responses, which count inclusively."""
    into = told.get("prompt_tokens_details") or told.get("input_tokens_details") or {}
    out = told.get("completion_tokens_details") or told.get("output_tokens_details") or {}
    cached = into.get("cached_tokens") or told.get("prompt_cache_hit_tokens") or 0
    return buckets.disjoint(
        input_tokens=told.get("prompt_tokens") or told.get("input_tokens") or 0,
        output_tokens=told.get("completion_tokens") or told.get("output_tokens") or 0,
        total_tokens=told.get("total_tokens") or 0,
        inside_input={
            buckets.INPUT_CACHE_READ: cached,
            buckets.INPUT_AUDIO: into.get("audio_tokens") or 0,
        },
        inside_output={
            buckets.OUTPUT_REASONING: out.get("reasoning_tokens") or 0,
            buckets.OUTPUT_AUDIO: out.get("audio_tokens") or 0,
        },
    )
