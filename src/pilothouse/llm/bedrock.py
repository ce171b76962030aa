"""Amazon Bedrock's Converse API through boto3, loaded when it is first used.

boto3 signs and reads; the requests themselves go through our own transport. It blocks, so it runs in a
thread and hands over what comes.
"""

import asyncio
import base64
import threading
from collections.abc import AsyncGenerator, Iterator
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
from pilothouse.llm.failures import (
    ExtraMissing,
    KeyRefused,
    Malformed,
    ModelFailure,
    RequestRefused,
)
from pilothouse.llm.parts import arguments_of, inline_bytes, kept_by, kind_of, plain, text_of
from pilothouse.llm.request import Request
from pilothouse.outbound.aws import Line
from pilothouse.outbound.policy import AddressRefused

_MAKER = "bedrock"
_CHOICES = {"auto": {"auto": {}}, "required": {"any": {}}}


async def stream(
    connection: Connection, request: Request, http: httpx.Client
) -> AsyncGenerator[Event]:
    body = _body(request)
    line = Line(http)
    client = client_of(connection, line)
    queue: asyncio.Queue[Event | Exception | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    stop = threading.Event()

    def hand_over(item: Event | Exception | None) -> None:
        if not stop.is_set():
            loop.call_soon_threadsafe(queue.put_nowait, item)

    def read() -> None:
        try:
            for event in _said(client, connection, request, body):
                if stop.is_set():
                    return
                hand_over(event)
            hand_over(None)
        except Exception as error:
            hand_over(error)

    loop.run_in_executor(None, read)
    try:
        while (item := await queue.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        stop.set()
        line.cut()


def client_of(connection: Connection, line: Line, service: str = "bedrock-runtime") -> Any:
    """Takes nothing from the server's own environment, whose rights are not the project's."""
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise ExtraMissing("Amazon Bedrock", "bedrock") from error
    id = str(connection.options.get("access_key_id", ""))
    if not id or not connection.secret.key:
        raise KeyRefused("Amazon Bedrock wants an access key id and its secret access key")
    client: Any = boto3.Session(
        aws_access_key_id=id,
        aws_secret_access_key=connection.secret.key,
        aws_session_token=connection.secret.session_token or None,
        region_name=str(connection.options["region"]),
    ).client(
        service,
        endpoint_url=connection.base_url or None,
        config=Config(retries={"total_max_attempts": 1}, ignore_configured_endpoint_urls=True),
    )
    client.meta.events.register(f"before-send.{service}", line.send)
    return client


def _said(
    client: Any, connection: Connection, request: Request, body: dict[str, Any]
) -> Iterator[Event]:
    from botocore.eventstream import ParserError
    from botocore.exceptions import BotoCoreError, ClientError

    reading = _Reading(request.model)
    name = connection.provider.name
    try:
        for piece in client.converse_stream(**body)["stream"]:
            yield from reading.events(piece)
    except ClientError as error:
        raise failure_of(connection, request.model, error) from error
    except (BotoCoreError, httpx.HTTPError, httpx.StreamError, AddressRefused) as error:
        raise from_connection(connection, error) from error
    except (ParserError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Malformed(f"The answer of {name} cannot be read: {error}") from error


_STATUS = {
    "throttlingException": 429,
    "validationException": 400,
    "internalServerException": 500,
    "modelStreamErrorException": 424,
    "serviceUnavailableException": 503,
}


def failure_of(connection: Connection, model: str, error: Any) -> ModelFailure:
    answer: dict[str, Any] = error.response
    told = answer.get("Error", {})
    meta = answer.get("ResponseMetadata", {})
    status = meta.get("HTTPStatusCode") or 0
    if status < 300:  # in the middle of a stream
        status = _STATUS.get(told.get("Code", ""), 0)
    return from_answer(
        connection.provider.name,
        model,
        status if status != 424 else 500,
        str(told.get("Message") or told.get("Code") or error),
        headers=meta.get("HTTPHeaders"),
    )


# -- the request -------------------------------------------------------------------------------


def _body(request: Request) -> dict[str, Any]:
    _refuse_what_it_lacks(request)
    system = [each for each in request.messages if each.role == "system"]
    said = [each for each in request.messages if each.role != "system"]
    body: dict[str, Any] = {"modelId": request.model, "messages": _messages(said)}
    if system:
        body["system"] = [{"text": plain(each)} for each in system]
    settings = {
        "maxTokens": request.max_tokens,
        "temperature": request.temperature,
        "topP": request.top_p,
        "stopSequences": request.stop or None,
    }
    if told := {name: value for name, value in settings.items() if value is not None}:
        body["inferenceConfig"] = told
    if request.tools and request.tool_choice != "none":
        body["toolConfig"] = _tools(request)
    if told := _output(request):
        body["outputConfig"] = told
    more: dict[str, Any] = dict(request.options)
    if request.reasoning_tokens:
        thinking = {"type": "enabled", "budget_tokens": request.reasoning_tokens}
        more = {"thinking": thinking} | more
    if more:
        body["additionalModelRequestFields"] = more
    return body


def _refuse_what_it_lacks(request: Request) -> None:
    if request.seed is not None:
        raise RequestRefused("Bedrock's Converse API has no seed", "Remove it.")
    if request.reasoning_effort == "minimal":
        raise RequestRefused(
            "Bedrock's Converse API knows no minimal effort", "Take low, or none at all."
        )


def _output(request: Request) -> dict[str, Any]:
    """The shape of the answer, and how much the model shall think."""
    told: dict[str, Any] = {}
    if schema := request.response_schema:
        shape = {"name": schema.name, "schema": text_of(schema.json_schema)}
        told["textFormat"] = {"type": "json_schema", "structure": {"jsonSchema": shape}}
    if request.reasoning_effort not in ("", "none"):
        told["effort"] = request.reasoning_effort
    return told


def _tools(request: Request) -> dict[str, Any]:
    tools = [
        {
            "toolSpec": {
                "name": each.name,
                "description": each.description or each.name,
                "inputSchema": {"json": each.parameters},
            }
        }
        for each in request.tools
    ]
    if not request.tool_choice:
        return {"tools": tools}
    by_name = {"tool": {"name": request.tool_choice}}
    return {"tools": tools, "toolChoice": _CHOICES.get(request.tool_choice, by_name)}


def _messages(messages: list[Message]) -> list[dict[str, Any]]:
    merged: list[dict[str, Any]] = []
    for message in messages:
        role = "assistant" if message.role == "assistant" else "user"
        blocks = [block for part in message.parts for block in _blocks(part)]
        if merged and merged[-1]["role"] == role:
            merged[-1]["content"] += blocks
        elif blocks:
            merged.append({"role": role, "content": blocks})
    return merged


def _blocks(part: Part) -> list[dict[str, Any]]:
    match part.type:
        case "reasoning":
            return [{"reasoningContent": _thought(each)} for each in kept_by(part, _MAKER)]
        case "tool_call":
            called = {"toolUseId": part.id, "name": part.name, "input": arguments_of(part)}
            return [{"toolUse": called}]
        case "tool_result":
            result = {"toolUseId": part.id, "content": [{"text": text_of(part.result)}]}
            return [{"toolResult": result}]
        case "media":
            return [_media(part)]
        case _:
            text = plain(Message("user", [part]))
            return [{"text": text}] if text else []


def _thought(kept: dict[str, Any]) -> dict[str, Any]:
    if "redacted" in kept:
        return {"redactedContent": base64.b64decode(kept["redacted"])}
    return {"reasoningText": {"text": kept["text"], "signature": kept["signature"]}}


def _media(part: Part) -> dict[str, Any]:
    carried = inline_bytes(part)
    if carried is None:
        raise RequestRefused("Bedrock takes no addresses of files", "Attach the file.")
    mime, data = carried
    form = mime.partition("/")[2]
    if kind_of(part) == "image":
        return {"image": {"format": form, "source": {"bytes": data}}}
    return {"document": {"name": part.name or "file", "format": form, "source": {"bytes": data}}}


# -- the answer --------------------------------------------------------------------------------


class _Reading:
    def __init__(self, model: str) -> None:
        self._model = model
        self._thoughts: dict[int, dict[str, Any]] = {}

    def events(self, piece: dict[str, Any]) -> list[Event]:
        for name, told in piece.items():
            match name:
                case "contentBlockStart":
                    begun = told.get("start", {}).get("toolUse")
                    if not begun:
                        return []
                    index = told["contentBlockIndex"]
                    return [ToolCallDelta(index, begun["toolUseId"], begun["name"])]
                case "contentBlockDelta":
                    return self._delta(told["contentBlockIndex"], told["delta"])
                case "contentBlockStop":
                    thought = self._thoughts.pop(told["contentBlockIndex"], None)
                    return [Kept({_MAKER: thought})] if thought else []
                case "messageStop":
                    reason = finish_reason(str(told["stopReason"]))
                    return [Finish(reason, "", self._model)]
                case "metadata":
                    return [Usage(_usage(told.get("usage") or {}))]
                case _:
                    continue
        return []

    def _delta(self, index: int, delta: dict[str, Any]) -> list[Event]:
        if "text" in delta:
            return [TextDelta(delta["text"])]
        if "toolUse" in delta:
            return [ToolCallDelta(index, arguments=delta["toolUse"].get("input", ""))]
        thought = delta.get("reasoningContent") or {}
        if "redactedContent" in thought:
            redacted = base64.b64encode(thought["redactedContent"]).decode()
            self._thoughts[index] = {"redacted": redacted}
            return []
        kept = self._thoughts.setdefault(index, {"text": "", "signature": ""})
        kept["signature"] += thought.get("signature", "")
        kept["text"] += thought.get("text", "")
        return [ReasoningDelta(thought["text"])] if thought.get("text") else []


def _usage(told: dict[str, Any]) -> dict[str, int]:
    """Cached tokens stand beside the input."""
    found = {
        buckets.INPUT: told.get("inputTokens", 0),
        buckets.INPUT_CACHE_READ: told.get("cacheReadInputTokens", 0),
        buckets.INPUT_CACHE_WRITE: told.get("cacheWriteInputTokens", 0),
        buckets.OUTPUT: told.get("outputTokens", 0),
    }
    return {name: count for name, count in found.items() if count}
