"""Runs of the playground: a prompt is rendered, a model answers piece by piece, tools are called where
something stands behind them, and all of it becomes a trace."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog

from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest, PilothouseError
from pilothouse.domain.messages import Message, Part
from pilothouse.domain.usage import totals
from pilothouse.ingest.books import Books
from pilothouse.ingest.intake import Intake
from pilothouse.ingest.outcomes import Arrival
from pilothouse.llm.attachments import carried
from pilothouse.llm.connections import Connection
from pilothouse.llm.door import Call, Door
from pilothouse.llm.events import Event as ModelEvent
from pilothouse.llm.events import ReasoningDelta, TextDelta, ToolCallDelta, Usage
from pilothouse.llm.failures import ModelFailure
from pilothouse.llm.parts import plain
from pilothouse.llm.recording import Recording
from pilothouse.llm.registry import Connections
from pilothouse.llm.request import Request
from pilothouse.media.library import Library
from pilothouse.outbound.transport import Outbound
from pilothouse.playground.tools import LiveTool, Result, Source, answer, told
from pilothouse.prompts.registry import Prompts
from pilothouse.prompts.rendering import rendered
from pilothouse.prompts.templates import Syntax
from pilothouse.schemas import problems

log = structlog.get_logger(__name__)

ENVIRONMENT = "playground"
MOST_TURNS = 10


class BrokenToolCall(ModelFailure):
    code = "broken_tool_call"
    remedy = (
        "Run it again, simplify the tool's parameters, or take a stronger model; the arguments stand"
        " in the answer as they came."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One variant, once. In `request` messages may be templates; a message of the role `placeholder`
    is replaced by the messages of its name."""

    connection_id: str
    request: Request
    name: str = ""
    syntax: Syntax = Syntax.MUSTACHE
    variables: Mapping[str, Any] = field(default_factory=dict[str, Any])
    placeholders: Mapping[str, list[Message]] = field(default_factory=dict[str, list[Message]])
    tools: Sequence[LiveTool] = ()
    prompt_name: str = ""
    prompt_version: int = 0
    session_id: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])


class Started(msgspec.Struct, frozen=True, tag="started"):
    trace_id: str
    span_id: str
    """Of the whole run, which the others lie below."""
    messages: list[Message]
    """As they are sent: rendered."""


class Counted(msgspec.Struct, frozen=True, tag="usage"):
    """Of the whole run so far."""

    usage: dict[str, int]
    input_tokens: int
    output_tokens: int
    cost: float
    cost_source: str


class Said(msgspec.Struct, frozen=True, tag="message"):
    """A turn is over: what the model said, or what a tool answered."""

    message: Message
    seconds: float
    error: str = ""
    """Of a tool."""


class Failed(msgspec.Struct, frozen=True, tag="failure"):
    code: str
    cause: str
    remedy: str
    provider_status: int


class Done(msgspec.Struct, frozen=True, tag="done"):
    finish_reason: str
    first_token_seconds: float
    """0: nothing came."""
    seconds: float
    tokens_per_second: float
    retries: int
    schema_problems: list[str] | None
    """Where the answer breaks the asked schema; null where none was asked."""
    waits_for: list[str]
    """Names of tools that a person has to answer."""


Event = Started | TextDelta | ReasoningDelta | ToolCallDelta | Counted | Said | Failed | Done


class Playground:
    def __init__(
        self,
        door: Door,
        connections: Connections,
        intake: Intake,
        media: Library,
        books: Books,
        outbound: Outbound,
        prompts: Prompts,
    ) -> None:
        self._door = door
        self._connections = connections
        self._intake = intake
        self._media = media
        self._books = books
        self._outbound = outbound
        self._prompts = prompts
        self._writing: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """What was stopped is written too."""
        await asyncio.gather(*self._writing)

    def prepared(self, project_id: str, run: Run) -> tuple[Connection, Request]:
        """Everything that can be wrong before a model is called. Raises BadRequest, NotFound or
        ModelFailure. Blocks."""
        connection = self._connections.ready(project_id, run.connection_id)
        if not run.request.model:
            raise BadRequest("choose a model")
        templates = self._prompts.with_parts(project_id, run.request.messages)
        messages = rendered(templates, run.syntax, run.variables, run.placeholders)
        if not messages:
            raise BadRequest("there is no message to send")
        messages = carried(self._media, project_id, messages)
        tools = [each.tool for each in run.tools]
        if len({each.name for each in tools}) < len(tools):
            raise BadRequest("two tools have the same name")
        request = msgspec.structs.replace(run.request, messages=messages, tools=tools)
        return connection, request

    async def run(
        self, project_id: str, key_id: str, run: Run, connection: Connection, request: Request
    ) -> AsyncGenerator[Event]:
        """Piece by piece. Failures of the model are pieces too; the trace is written when it ends,
        however it does."""
        recording = Recording(
            project_id,
            run.name or "playground",
            run.session_id,
            run.prompt_name,
            run.prompt_version,
            dict(run.metadata),
            ENVIRONMENT,
        )
        recording.begin(request.messages)
        running = _Running(self, project_id, run, connection, request, recording)
        finished = False
        try:
            yield Started(recording.trace_id, recording.root.span_id, request.messages)
            async with aclosing(running.turns()) as events:
                async for event in events:
                    yield event
            finished = True
        finally:
            recording.end(running.said, running.failure, stopped=not finished)
            await asyncio.shield(self._written(project_id, key_id, recording))

    def _written(self, project_id: str, key_id: str, recording: Recording) -> asyncio.Task[None]:
        task = asyncio.create_task(self._write(project_id, key_id, recording))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)
        return task

    async def _write(self, project_id: str, key_id: str, recording: Recording) -> None:
        arrival = Arrival(project_id, key_id, "playground", "pilothouse")
        try:
            await asyncio.to_thread(self._intake.complete, recording.spans)
            await self._intake.accept(arrival, recording.spans)
        except PilothouseError as error:
            log.warning("a run was not recorded", trace=recording.trace_id, error=str(error)[:200])

    async def called(
        self, project_id: str, connection: Connection, call: Call
    ) -> AsyncGenerator[ModelEvent]:
        prices = await asyncio.to_thread(self._books.of, project_id)
        async with aclosing(self._door.stream(project_id, connection, call, prices)) as events:
            async for event in events:
                yield event

    async def answered(self, live: LiveTool, arguments: Any) -> Result:
        return await answer(live, arguments, self._outbound)


class _Running:
    """One run while it goes on."""

    def __init__(
        self,
        playground: Playground,
        project_id: str,
        run: Run,
        connection: Connection,
        request: Request,
        recording: Recording,
    ) -> None:
        self._playground = playground
        self._project_id = project_id
        self._tools = {each.tool.name: each for each in run.tools}
        self._connection = connection
        self._request = request
        self._recording = recording
        self._calls: list[Call] = []
        self.said: Message | None = None
        self.failure = ""

    async def turns(self) -> AsyncGenerator[Event]:
        for _ in range(MOST_TURNS):
            async with aclosing(self._model()) as events:
                async for event in events:
                    yield event
            calls = [part for part in (self.said.parts if self.said else ()) if _is_call(part)]
            if self.failure or not calls or self._waiting(calls):
                break
            async with aclosing(self._answers(calls)) as events:
                async for event in events:
                    yield event
        yield self._done()

    async def _model(self) -> AsyncGenerator[Event]:
        call = Call(self._request)
        self._calls.append(call)
        failure: ModelFailure | None = None
        stopped = True
        try:
            async with aclosing(
                self._playground.called(self._project_id, self._connection, call)
            ) as events:
                async for event in events:
                    if isinstance(event, TextDelta | ReasoningDelta | ToolCallDelta):
                        yield event
                    elif isinstance(event, Usage):
                        yield self._counted()
            stopped = False
        except ModelFailure as error:
            failure = error
        finally:
            self.said = call.answer.message()
            if call.answer.broken and failure is None and not stopped:
                failure = _broken(call)
            self._recording.model(self._connection, call, failure, stopped=stopped)
        seconds = (call.ended - call.started) / 1_000_000 if call.started else 0
        if self.said.parts:
            yield Said(self.said, seconds)
        yield self._counted()
        if failure is not None:
            self.failure = str(failure)
            yield Failed(failure.code, failure.cause, failure.remedy, failure.provider_status)

    def _waiting(self, calls: list[Part]) -> list[str]:
        """Tools that nothing but a person can answer for."""
        found = (self._tools.get(part.name) for part in calls)
        return [
            part.name
            for part, live in zip(calls, found, strict=True)
            if live is None or live.source is Source.PERSON
        ]

    async def _answers(self, calls: list[Part]) -> AsyncGenerator[Event]:
        assert self.said is not None  # noqa: S101 - there are calls in it
        messages = [*self._request.messages, self.said]
        for part in calls:
            started = now()
            live = self._tools[part.name]
            result = await self._playground.answered(live, part.arguments)
            self._recording.tool(part.name, started, part.arguments, result.value, result.error)
            reply = Part("tool_result", id=part.id, name=part.name, result=told(result))
            message = Message("tool", [reply], name=part.name)
            messages.append(message)
            yield Said(message, (now() - started) / 1_000_000, result.error)
        # A call that was demanded has been made; demanding it again would never end.
        choice = self._request.tool_choice
        choice = choice if choice in ("", "auto", "none") else "auto"
        self._request = msgspec.structs.replace(
            self._request, messages=messages, tool_choice=choice
        )

    def _counted(self) -> Counted:
        usage: dict[str, int] = {}
        for call in self._calls:
            for bucket, count in call.answer.usage.items():
                usage[bucket] = usage.get(bucket, 0) + count
        into, out, _ = totals(usage)
        cost = sum(call.cost for call in self._calls)
        sources = [call.cost_source for call in self._calls if call.cost_source]
        return Counted(usage, into, out, cost, sources[-1] if sources else "")

    def _done(self) -> Done:
        first, last = self._calls[0], self._calls[-1]
        waited = first.first_token - first.started if first.first_token else 0
        finish = last.answer.finish
        calls = [part for part in (self.said.parts if self.said else ()) if _is_call(part)]
        return Done(
            finish_reason=finish.reason if finish else "",
            first_token_seconds=waited / 1_000_000,
            seconds=(last.ended - first.started) / 1_000_000 if first.started else 0,
            tokens_per_second=last.tokens_per_second,
            retries=sum(max(0, call.attempts - 1) for call in self._calls),
            schema_problems=self._problems(),
            waits_for=[] if self.failure else self._waiting(calls),
        )

    def _problems(self) -> list[str] | None:
        schema = self._request.response_schema
        if schema is None or self.said is None or self.failure:
            return None
        if any(map(_is_call, self.said.parts)):
            return None
        return problems(plain(self.said), schema.json_schema)


def _is_call(part: Part) -> bool:
    return part.type == "tool_call"


def _broken(call: Call) -> ModelFailure:
    names = ", ".join(call.answer.broken)
    return BrokenToolCall(f"The model called {names} with arguments that are no JSON object")
