"""Anthropic's messages API through the official package, loaded when it is first used."""

from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from typing import Any

import httpx

from pilothouse.domain import usage as buckets
from pilothouse.domain.messages import Message, Part
from pilothouse.llm.connections import Connection
from pilothouse.llm.events import (
    Event,
    Finish,
    Kept,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
    Usage,
    finish_reason,
)
from pilothouse.llm.failing import from_answer, from_connection
from pilothouse.llm.failures import ExtraMissing, Malformed, RequestRefused
from pilothouse.llm.parts import (
    arguments_of,
    given,
    inline,
    kept_by,
    kind_of,
    plain,
    split_system,
    text_of,
)
from pilothouse.llm.request import Request

_MAKER = "anthropic"
_MAX_TOKENS = 4096
"""The API wants to be told how long an answer may be."""
_CHOICES = {"auto": {"type": "auto"}, "none": {"type": "none"}, "required": {"type": "any"}}


async def stream(
    connection: Connection, request: Request, http: httpx.AsyncClient
) -> AsyncGenerator[Event]:
    client = client_of(connection, http)
    body = _body(request)
    reading = _Reading()
    with failing(connection, request):
        pieces = await client.messages.create(**body, stream=True, extra_body=request.options)
        async with pieces:
            async for piece in pieces:
                for event in reading.events(piece):
                    yield event


def client_of(connection: Connection, http: httpx.AsyncClient) -> Any:
    """A client that takes nothing from the server's own environment."""
    try:
        import anthropic
    except ImportError as error:
        raise ExtraMissing("Anthropic", "anthropic") from error
    client: Any = anthropic.AsyncAnthropic(
        api_key=connection.secret.key,
        base_url=connection.base_url,
        http_client=http,
        max_retries=0,  # the door tries again by itself
        timeout=http.timeout,
    )
    client._custom_headers = dict(connection.secret.headers)
    return client


def _body(request: Request) -> dict[str, Any]:
    if request.seed is not None:
        raise RequestRefused("Anthropic's API has no seed", "Remove it.")
    system, messages = split_system(request.messages)
    max_tokens = request.max_tokens or _MAX_TOKENS + request.reasoning_tokens
    body: dict[str, Any] = {
        "model": request.model,
        "messages": _merged([_message(each) for each in messages]),
        "max_tokens": max_tokens,
    }
    if system:
        body["system"] = system
    if request.tools:
        body["tools"] = [
            {"name": each.name, "description": each.description, "input_schema": each.parameters}
            for each in request.tools
        ]
    if request.tool_choice:
        by_name = {"type": "tool", "name": request.tool_choice}
        body["tool_choice"] = _CHOICES.get(request.tool_choice, by_name)
    return body | given(
        temperature=request.temperature,
        top_p=request.top_p,
        stop_sequences=request.stop or None,
        thinking=_thinking(request),
        output_config=_output(request),
    )


def _thinking(request: Request) -> dict[str, Any] | None:
    if request.reasoning_tokens:
        return {"type": "enabled", "budget_tokens": request.reasoning_tokens}
    match request.reasoning_effort:
        case "":
            return None
        case "none":
            return {"type": "disabled"}
        case _:
            return {"type": "adaptive"}


def _output(request: Request) -> dict[str, Any] | None:
    told: dict[str, Any] = {}
    if request.reasoning_effort not in ("", "none"):
        effort = request.reasoning_effort
        told["effort"] = "low" if effort == "minimal" else effort
    if schema := request.response_schema:
        told["format"] = {"type": "json_schema", "schema": schema.json_schema}
    return told or None


def _message(message: Message) -> dict[str, Any]:
    role = "assistant" if message.role == "assistant" else "user"
    blocks = [block for part in message.parts for block in _blocks(part)]
    return {"role": role, "content": blocks}


def _merged(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Results of tools that were called at once belong into one message."""
    merged: list[dict[str, Any]] = []
    for message in messages:
        if merged and merged[-1]["role"] == message["role"]:
            merged[-1]["content"] += message["content"]
        elif message["content"]:
            merged.append(message)
    return merged


def _blocks(part: Part) -> list[dict[str, Any]]:
    match part.type:
        case "reasoning":
            return kept_by(part, _MAKER)
        case "tool_call":
            called = {"id": part.id, "name": part.name, "input": arguments_of(part)}
            return [{"type": "tool_use", **called}]
        case "tool_result":
            result = {"tool_use_id": part.id, "content": text_of(part.result)}
            return [{"type": "tool_result", **result}]
        case "media":
            return [_media(part)]
        case _:
            text = plain(Message("user", [part]))
            return [{"type": "text", "text": text}] if text else []


def _media(part: Part) -> dict[str, Any]:
    kind = "image" if kind_of(part) == "image" else "document"
    carried = inline(part)
    if carried is None:
        return {"type": kind, "source": {"type": "url", "url": part.url}}
    mime, data = carried
    return {"type": kind, "source": {"type": "base64", "media_type": mime, "data": data}}


class _Reading:
    """Usage and names come in pieces that later ones complete."""

    def __init__(self) -> None:
        self._usage: dict[str, Any] = {}
        self._id = ""
        self._model = ""
        self._thoughts: dict[int, dict[str, Any]] = {}

    def events(self, piece: Any) -> list[Event]:
        match piece.type:
            case "message_start":
                self._id, self._model = piece.message.id, piece.message.model
                return self._counted(piece.message.usage)
            case "content_block_start":
                return self._begun(piece.index, piece.content_block)
            case "content_block_delta":
                return self._delta(piece.index, piece.delta)
            case "content_block_stop":
                thought = self._thoughts.pop(piece.index, None)
                return [Kept({_MAKER: thought})] if thought else []
            case "message_delta":
                counted = self._counted(piece.usage)
                word = piece.delta.stop_reason
                if not word:
                    return counted
                return [*counted, Finish(finish_reason(str(word)), self._id, self._model)]
            case _:
                return []

    def _begun(self, index: int, block: Any) -> list[Event]:
        match block.type:
            case "tool_use":
                return [ToolCallDelta(index, block.id, block.name)]
            case "thinking":
                self._thoughts[index] = {"type": "thinking", "thinking": "", "signature": ""}
            case "redacted_thinking":
                self._thoughts[index] = {"type": "redacted_thinking", "data": block.data}
            case "text" if block.text:
                return [TextDelta(block.text)]
            case _:
                pass
        return []

    def _delta(self, index: int, delta: Any) -> list[Event]:
        match delta.type:
            case "text_delta":
                return [TextDelta(delta.text)]
            case "input_json_delta":
                return [ToolCallDelta(index, arguments=delta.partial_json)]
            case "thinking_delta":
                self._thoughts[index]["thinking"] += delta.thinking
                return [ReasoningDelta(delta.thinking)] if delta.thinking else []
            case "signature_delta":
                self._thoughts[index]["signature"] += delta.signature
                return []
            case _:
                return []

    def _counted(self, told: Any) -> list[Event]:
        if told is None:
            return []
        self._usage |= told.model_dump(exclude_none=True)
        return [Usage(_usage(self._usage))]


def _usage(told: dict[str, Any]) -> dict[str, int]:
    """Cached tokens stand beside the input, reasoning inside the output."""
    by_lifetime = told.get("cache_creation") or {}
    hour = by_lifetime.get("ephemeral_1h_input_tokens") or 0
    written = told.get("cache_creation_input_tokens") or 0
    thought = (told.get("output_tokens_details") or {}).get("thinking_tokens") or 0
    found = buckets.disjoint(
        input_tokens=told.get("input_tokens") or 0,
        output_tokens=told.get("output_tokens") or 0,
        inside_output={buckets.OUTPUT_REASONING: thought},
    )
    beside = {
        buckets.INPUT_CACHE_READ: told.get("cache_read_input_tokens") or 0,
        buckets.INPUT_CACHE_WRITE: max(0, written - hour),
        buckets.INPUT_CACHE_WRITE_1H: hour,
    }
    return found | {name: count for name, count in beside.items() if count}


@contextmanager
def failing(connection: Connection, request: Request) -> Generator[None, None, None]:
    import anthropic

    name = connection.provider.name
    try:
        yield
    except anthropic.APIStatusError as error:
        # An error in the middle of a stream carries the status of its beginning.
        status = error.status_code if error.status_code >= 300 else _STATUS.get(_type(error), 0)
        raise from_answer(
            name, request.model, status, _message_of(error), headers=error.response.headers
        ) from error
    except anthropic.APIConnectionError as error:
        raise from_connection(connection, error) from error
    except (httpx.HTTPError, httpx.StreamError) as error:
        raise from_connection(connection, error) from error
    except (*(ValueError, TypeError, AttributeError, KeyError, anthropic.AnthropicError),) as error:
        raise Malformed(f"The answer of {name} cannot be read: {error}") from error


_STATUS = {"overloaded_error": 529, "rate_limit_error": 429, "api_error": 500}


def _error_in(error: Any) -> dict[str, Any]:
    body = error.body if isinstance(error.body, dict) else {}
    inner = body.get("error")
    return inner if isinstance(inner, dict) else body


def _type(error: Any) -> str:
    return str(_error_in(error).get("type", ""))


def _message_of(error: Any) -> str:
    return str(_error_in(error).get("message") or error.message)
