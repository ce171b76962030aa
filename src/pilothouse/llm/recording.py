"""What the server itself runs, as a trace: one span for the whole, one for each call of a model and of
a tool."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import msgspec

from pilothouse.domain.clock import now
from pilothouse.domain.messages import Message
from pilothouse.domain.span import Kind, Level, Span
from pilothouse.domain.usage import ESTIMATED
from pilothouse.llm import openai_chat
from pilothouse.llm.connections import Connection
from pilothouse.llm.door import Call, priced_as
from pilothouse.llm.embeddings import Embedding
from pilothouse.llm.failures import ModelFailure
from pilothouse.llm.request import parameters

REQUEST = "pilothouse.request"
"""Attribute of a model call: what was asked, in our own shape, so that it can be asked again."""

_MOST_REQUEST = 100_000
_STOPPED = "stopped before its end"


@dataclass
class Recording:
    """Its spans are written by whoever made it, when the run has ended."""

    project_id: str
    name: str
    session_id: str
    prompt_name: str
    prompt_version: int
    metadata: dict[str, str]
    environment: str
    """Of the room that runs it: `playground`, `experiment`, `evaluator`."""
    kind: Kind = Kind.CHAIN
    """Of the whole."""
    trace_id: str = field(default_factory=lambda: secrets.token_hex(16))
    spans: list[Span] = field(default_factory=list[Span])

    def __post_init__(self) -> None:
        self.root = self._span(self.name, self.kind, now())
        self.root.is_root = 1
        self.root.metadata = self.metadata
        self.spans.append(self.root)

    def begin(self, messages: list[Message]) -> None:
        self.root.input = _messages(messages)

    def model(
        self,
        connection: Connection,
        call: Call,
        failure: ModelFailure | None,
        *,
        stopped: bool = False,
    ) -> None:
        request = call.request
        span = self._span(request.model, Kind.LLM, call.started or now())
        span.parent_id = self.root.span_id
        span.end_time = call.ended or now()
        span.first_token_time = call.first_token
        span.model, span.provider = request.model, priced_as(connection)
        span.model_parameters = _text(parameters(request))
        span.usage = dict(call.answer.usage)
        asked: dict[str, Any] = {"messages": openai_chat.as_told(request.messages, True)}
        if request.tools:
            asked["tools"] = [openai_chat.tool(each) for each in request.tools]
        span.input = _text(asked)
        said = call.answer.message()
        span.output = _text(_said(said)) if said.parts else ""
        if call.answer.finish is not None:
            span.finish_reason = call.answer.finish.reason
            span.response_id = call.answer.finish.response_id
        span.prompt_name, span.prompt_version = self.prompt_name, self.prompt_version
        span.attributes = {
            "pilothouse.connection": _text(connection.name),
            "pilothouse.attempts": _text(call.attempts),
        }
        if call.is_estimated:
            span.attributes[ESTIMATED] = _text(True)
        # Media would be kept here for a second time.
        kept = _text(request)
        if len(kept) <= _MOST_REQUEST and "data:" not in kept:
            span.attributes[REQUEST] = kept
        if failure is not None:
            self._failed(span, str(failure), failure.code)
        elif stopped:
            span.level, span.status_message = Level.WARNING, _STOPPED
        self.spans.append(span)

    def embedding(
        self, connection: Connection, call: Embedding, failure: ModelFailure | None
    ) -> None:
        """Without the vectors, which say nothing to a person."""
        span = self._span(call.model, Kind.EMBEDDING, call.started or now())
        span.parent_id = self.root.span_id
        span.end_time = call.ended or now()
        span.model, span.provider = call.model, priced_as(connection)
        span.usage = dict(call.usage)
        span.input = _text(call.texts)
        if call.vectors:
            span.output = _text({"vectors": len(call.vectors), "dimensions": len(call.vectors[0])})
        span.attributes = {
            "pilothouse.connection": _text(connection.name),
            "pilothouse.attempts": _text(call.attempts),
        }
        if call.is_estimated:
            span.attributes[ESTIMATED] = _text(True)
        if failure is not None:
            self._failed(span, str(failure), failure.code)
        self.spans.append(span)

    def tool(self, name: str, started: int, arguments: Any, value: Any, error: str) -> None:
        span = self._span(name, Kind.TOOL, started)
        span.parent_id = self.root.span_id
        span.end_time = now()
        span.input, span.output = _text(arguments), "" if error else _text(value)
        if error:
            self._failed(span, error, "tool_failed")
        self.spans.append(span)

    def end(self, said: Message | None, failure: str = "", *, stopped: bool = False) -> None:
        self.root.end_time = now()
        if said is not None and said.parts:
            self.root.output = _text(_said(said))
        if failure:
            self.root.level, self.root.status_message = Level.ERROR, failure
        elif stopped:
            self.root.level, self.root.status_message = Level.WARNING, _STOPPED

    def _failed(self, span: Span, message: str, code: str) -> None:
        span.level, span.status_message = Level.ERROR, message
        span.attributes["error.type"] = _text(code)

    def _span(self, name: str, kind: Kind, start: int) -> Span:
        return Span(
            project_id=self.project_id,
            trace_id=self.trace_id,
            span_id=secrets.token_hex(8),
            start_time=start,
            name=name,
            kind=kind,
            trace_name=self.name,
            session_id=self.session_id,
            environment=self.environment,
            service="pilothouse",
            protocol=self.environment,
        )


def _messages(messages: list[Message]) -> str:
    return _text(openai_chat.as_told(messages, True))


def _said(message: Message) -> Any:
    """One answer, its reasoning with it."""
    told = openai_chat.as_told([message], True)[0]
    reasoning = "".join(part.text for part in message.parts if part.type == "reasoning")
    return {**told, "reasoning_content": reasoning} if reasoning else told


def _text(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return msgspec.json.encode(value).decode()
