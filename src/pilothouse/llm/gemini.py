"""Google's Gemini API through the official package, loaded when it is first used."""

import base64
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
from pilothouse.llm.parts import arguments_of, given, inline, kept_by, plain, split_system, text_of
from pilothouse.llm.request import Request
from pilothouse.outbound.policy import AddressRefused

_MAKER = "google"
_MODES = {"auto": "AUTO", "none": "NONE", "required": "ANY"}


async def stream(
    connection: Connection, request: Request, http: httpx.AsyncClient
) -> AsyncGenerator[Event]:
    client = client_of(connection, http)
    contents, config = _typed(_contents(request), _config(request))
    reading = _Reading()
    with failing(connection, request):
        pieces = await client.aio.models.generate_content_stream(
            model=request.model, contents=contents, config=config
        )
        async for piece in pieces:
            for event in reading.events(piece):
                yield event


def client_of(connection: Connection, http: httpx.AsyncClient) -> Any:
    try:
        from google import genai
        from google.genai import types
    except ImportError as error:
        raise ExtraMissing("Google Gemini", "gemini") from error
    options = types.HttpOptions(
        base_url=connection.base_url,
        headers=dict(connection.secret.headers),
        httpx_async_client=http,
        timeout=int(connection.timeout * 1000),
    )
    if not connection.secret.key:
        raise RequestRefused("Google Gemini wants a key", "Enter one under Settings → Connections.")
    return genai.Client(api_key=connection.secret.key, vertexai=False, http_options=options)


def _typed(contents: list[dict[str, Any]], config: dict[str, Any]) -> tuple[Any, Any]:
    """In the package's own types, which alone it spells as the API does."""
    from google.genai import types

    try:
        said = [types.Content.model_validate(each) for each in contents]
        return said, types.GenerateContentConfig.model_validate(config)
    except ValueError as error:
        raise RequestRefused(f"Google's package does not take the request: {error}") from error


def _config(request: Request) -> dict[str, Any]:
    system, _ = split_system(request.messages)
    config: dict[str, Any] = {"automatic_function_calling": {"disable": True}}
    if request.tools:
        declared = [
            {
                "name": each.name,
                "description": each.description,
                "parameters_json_schema": each.parameters,
            }
            for each in request.tools
        ]
        config["tools"] = [{"function_declarations": declared}]
    if choice := request.tool_choice:
        calling: dict[str, Any] = {"mode": _MODES.get(choice, "ANY")}
        if choice not in _MODES:
            calling["allowed_function_names"] = [choice]
        config["tool_config"] = {"function_calling_config": calling}
    if schema := request.response_schema:
        config["response_mime_type"] = "application/json"
        config["response_json_schema"] = schema.json_schema
    if request.options:
        config["http_options"] = {"extra_body": request.options}
    return config | given(
        system_instruction=system or None,
        temperature=request.temperature,
        top_p=request.top_p,
        max_output_tokens=request.max_tokens,
        stop_sequences=request.stop or None,
        seed=request.seed,
        thinking_config=_thinking(request),
    )


def _thinking(request: Request) -> dict[str, Any] | None:
    if request.reasoning_tokens:
        return {"thinking_budget": request.reasoning_tokens, "include_thoughts": True}
    match request.reasoning_effort:
        case "":
            return None
        case "none":
            return {"thinking_budget": 0}
        case effort:
            return {"thinking_level": effort.upper(), "include_thoughts": True}


def _contents(request: Request) -> list[dict[str, Any]]:
    _, messages = split_system(request.messages)
    contents: list[dict[str, Any]] = []
    for message in messages:
        role = "model" if message.role == "assistant" else "user"
        parts = [each for part in message.parts if (each := _part(part)) is not None]
        if contents and contents[-1]["role"] == role:
            contents[-1]["parts"] += parts
        elif parts:
            contents.append({"role": role, "parts": parts})
    return contents


def _part(part: Part) -> dict[str, Any] | None:
    match part.type:
        case "reasoning":
            return None
        case "tool_call":
            call = {"name": part.name, "args": arguments_of(part)}
            signed = kept_by(part, _MAKER)
            more = {"thought_signature": base64.b64decode(signed[0])} if signed else {}
            return {"function_call": call | ({"id": part.id} if part.id else {}), **more}
        case "tool_result":
            response = part.result if isinstance(part.result, dict) else {"result": part.result}
            answer = {"name": part.name, "response": response}
            return {"function_response": answer | ({"id": part.id} if part.id else {})}
        case "media":
            carried = inline(part)
            if carried is None:
                kind = part.mime_type if "*" not in part.mime_type else ""
                address = {"file_uri": part.url} | ({"mime_type": kind} if kind else {})
                return {"file_data": address}
            mime, data = carried
            return {"inline_data": {"mime_type": mime, "data": base64.b64decode(data)}}
        case _:
            text = plain(Message("user", [part]))
            return {"text": text} if text else None


class _Reading:
    """Calls come whole and without a number of their own."""

    def __init__(self) -> None:
        self._calls = 0

    def events(self, piece: Any) -> list[Event]:
        found: list[Event] = []
        candidate = piece.candidates[0] if piece.candidates else None
        if candidate is not None:
            content = candidate.content
            for part in (content.parts if content is not None else None) or ():
                found += self._part(part)
        if piece.usage_metadata is not None:
            found.append(Usage(_usage(piece.usage_metadata)))
        if word := self._reason(piece, candidate):
            found.append(Finish(word, piece.response_id or "", piece.model_version or ""))
        return found

    def _part(self, part: Any) -> list[Event]:
        if call := part.function_call:
            index, self._calls = self._calls, self._calls + 1
            arguments = text_of(call.args or {})
            found: list[Event] = [
                ToolCallDelta(index, call.id or f"call_{index}", call.name or "", arguments)
            ]
            if part.thought_signature:
                signed = base64.b64encode(part.thought_signature).decode()
                found.append(Kept({_MAKER: signed}, index))
            return found
        if not part.text:
            return []
        return [ReasoningDelta(part.text) if part.thought else TextDelta(part.text)]

    def _reason(self, piece: Any, candidate: Any) -> str:
        feedback = piece.prompt_feedback
        if feedback is not None and feedback.block_reason is not None:
            return "content_filter"
        if candidate is None or candidate.finish_reason is None:
            return ""
        word = finish_reason(candidate.finish_reason.value)
        return "tool_calls" if word == "stop" and self._calls else word


_MODALITIES = {
    "AUDIO": buckets.INPUT_AUDIO,
    "IMAGE": buckets.INPUT_IMAGE,
    "VIDEO": buckets.INPUT_VIDEO,
}


def _usage(told: Any) -> dict[str, int]:
    """Thoughts stand beside the answer, what was cached inside the prompt."""
    inside: dict[str, int] = {}
    for each in told.prompt_tokens_details or ():
        if each.modality is not None and (name := _MODALITIES.get(each.modality.value)):
            inside[name] = each.token_count or 0
    inside[buckets.INPUT_CACHE_READ] = told.cached_content_token_count or 0
    thoughts = told.thoughts_token_count or 0
    return buckets.disjoint(
        input_tokens=(told.prompt_token_count or 0) + (told.tool_use_prompt_token_count or 0),
        output_tokens=(told.candidates_token_count or 0) + thoughts,
        total_tokens=told.total_token_count or 0,
        inside_input=inside,
        inside_output={buckets.OUTPUT_REASONING: thoughts},
    )


@contextmanager
def failing(connection: Connection, request: Request) -> Generator[None, None, None]:
    from google.genai import errors

    name = connection.provider.name
    try:
        yield
    except errors.APIError as error:
        headers = getattr(error.response, "headers", None)
        message = str(error.message or error.status or error)
        raise from_answer(name, request.model, error.code or 0, message, headers=headers) from error
    except (httpx.HTTPError, httpx.StreamError, AddressRefused) as error:
        raise from_connection(connection, error) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise Malformed(f"The answer of {name} cannot be read: {error}") from error
