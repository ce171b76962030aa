"""OpenAI's responses API through the official package. Nothing is stored there."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx

from pilothouse.domain.messages import Message, Part
from pilothouse.llm import openai_client
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
from pilothouse.llm.failing import from_answer
from pilothouse.llm.failures import RequestRefused
from pilothouse.llm.openai_chat import usage
from pilothouse.llm.parts import arguments_of, given, inline, kept_by, kind_of, plain, text_of
from pilothouse.llm.request import Request

_MAKER = "openai"


async def stream(
    connection: Connection, request: Request, http: httpx.AsyncClient
) -> AsyncGenerator[Event]:
    client = openai_client.of(connection, http)
    body = _body(request)
    with openai_client.failing(connection, request):
        pieces = await client.responses.create(**body, extra_body=request.options)
        async with pieces:
            async for piece in pieces:
                for event in _events(connection, request, piece):
                    yield event


def _body(request: Request) -> dict[str, Any]:
    for name, value in (("seed", request.seed), ("stop", request.stop or None)):
        if value is not None:
            raise RequestRefused(
                f"The responses API has no {name}", "Remove it, or use chat completions."
            )
    if request.reasoning_tokens:
        raise RequestRefused(
            "The responses API takes no number of reasoning tokens", "Set an effort instead."
        )
    body: dict[str, Any] = {
        "model": request.model,
        "input": [item for message in request.messages for item in _items(message)],
        "stream": True,
        "store": False,
    }
    if request.tools:
        body["tools"] = [
            {
                "type": "function",
                "name": each.name,
                "description": each.description,
                "parameters": each.parameters,
                "strict": False,
            }
            for each in request.tools
        ]
    if request.tool_choice:
        plain_choice = request.tool_choice in ("auto", "none", "required")
        by_name = {"type": "function", "name": request.tool_choice}
        body["tool_choice"] = request.tool_choice if plain_choice else by_name
    if schema := request.response_schema:
        form = {"name": schema.name, "schema": schema.json_schema, "strict": schema.strict}
        body["text"] = {"format": {"type": "json_schema", **form}}
    if request.reasoning_effort:
        body["reasoning"] = {"effort": request.reasoning_effort, "summary": "auto"}
        body["include"] = ["reasoning.encrypted_content"]
    return body | given(
        temperature=request.temperature,
        top_p=request.top_p,
        max_output_tokens=request.max_tokens,
    )


def _items(message: Message) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    said: list[dict[str, Any]] = []
    for part in message.parts:
        match part.type:
            case "tool_call":
                arguments = text_of(arguments_of(part))
                call = {"call_id": part.id, "name": part.name, "arguments": arguments}
                items.append({"type": "function_call", **call})
            case "tool_result":
                output = text_of(part.result)
                items.append({"type": "function_call_output", "call_id": part.id, "output": output})
            case "reasoning":
                items += kept_by(part, _MAKER)
            case _:
                said.append(_piece(message.role, part))
    if not said:
        return items
    told: dict[str, Any] = {"type": "message", "role": message.role, "content": said}
    # What was reasoned stands before what was said, what was called after it.
    reasoned = [item for item in items if item.get("type") == "reasoning"]
    return [*reasoned, told, *(item for item in items if item not in reasoned)]


def _piece(role: str, part: Part) -> dict[str, Any]:
    if part.type != "media":
        text = plain(Message(role, [part]))
        return {"type": "output_text" if role == "assistant" else "input_text", "text": text}
    if kind_of(part) == "image":
        return {"type": "input_image", "image_url": part.url, "detail": "auto"}
    if inline(part) is None:
        return {"type": "input_file", "file_url": part.url}
    return {"type": "input_file", "filename": part.name or "file", "file_data": part.url}


def _events(connection: Connection, request: Request, piece: Any) -> list[Event]:
    match piece.type:
        case "response.output_text.delta" | "response.refusal.delta":
            return [TextDelta(piece.delta)]
        case "response.reasoning_summary_text.delta" | "response.reasoning_text.delta":
            return [ReasoningDelta(piece.delta)]
        case "response.output_item.added" if piece.item.type == "function_call":
            return [ToolCallDelta(piece.output_index, piece.item.call_id, piece.item.name)]
        case "response.function_call_arguments.delta":
            return [ToolCallDelta(piece.output_index, arguments=piece.delta)]
        case "response.output_item.done" if piece.item.type == "reasoning":
            item = piece.item.model_dump(exclude_none=True)
            item.pop("status", None)
            return [Kept({_MAKER: item})] if item.get("encrypted_content") else []
        case "response.completed" | "response.incomplete":
            return _end(piece.response)
        case "response.failed":
            error = piece.response.error
            raise _failed(connection, request, str(error.code or ""), str(error.message))
        case "error":
            raise _failed(connection, request, str(piece.code or ""), str(piece.message))
        case _:
            return []


def _end(response: Any) -> list[Event]:
    called = any(item.type == "function_call" for item in response.output or ())
    reason = "tool_calls" if called else "stop"
    if response.status == "incomplete" and response.incomplete_details is not None:
        reason = finish_reason(str(response.incomplete_details.reason or "incomplete"))
    found: list[Event] = [Finish(reason, response.id or "", str(response.model or ""))]
    if response.usage is not None:
        found.append(Usage(usage(response.usage.model_dump())))
    return found


def _failed(connection: Connection, request: Request, code: str, message: str):
    status = {"rate_limit_exceeded": 429, "invalid_prompt": 400}.get(code, 0)
    return from_answer(connection.provider.name, request.model, status, message, code=code)
