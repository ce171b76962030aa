"""The playground: runs as streams of events, and saved states that a link leads to."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Path, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.domain.messages import Message
from pilothouse.edge.access import CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.llm.request import Tool
from pilothouse.playground import running
from pilothouse.playground.running import Run
from pilothouse.playground.tools import LiveTool, Source, tools_of
from pilothouse.prompts.rendering import expected, rendered
from pilothouse.prompts.templates import Syntax
from pilothouse.protocols.native import playground_wire as wire
from pilothouse.protocols.native.model_calls import messages_of, request_of
from pilothouse.protocols.native.reading_wire import Message as WireMessage
from pilothouse.store.relational import playgrounds
from pilothouse.store.relational.accounts import new_id
from pilothouse.store.relational.playgrounds import Stored

router = Router(
    prefix="/projects/{project_id}", tags=["playground"], dependencies=[Depends(project_in_path)]
)

_MOST = 1_000
_MOST_STATE = 3_000_000
_SIGN_OF_LIFE = 15
"""Seconds of silence after which a comment keeps the stream open."""

_MOST_WAITING = 1_000
"""Events that wait for a slow reader."""
_RUNNING: set[asyncio.Task[None]] = set()

IdOf = Annotated[str, Path(max_length=64)]


@router.post(
    "/playground/run",
    response_class=StreamingResponse,
    responses={
        200: {"model": wire.RunEvent, "description": "As `text/event-stream`, one a `data:`"}
    },
)
async def run_variant(
    body: wire.RunRequest, caller: CallerOf, services: ServicesOf
) -> StreamingResponse:
    """Run one variant once. The answer is a stream of server-sent events; ending the request ends the
    call at the provider. The run becomes a trace of the environment `playground`."""
    run = _run(body, caller.author_id)
    connection, request = await run_in_threadpool(
        services.playground.prepared, caller.project_id, run
    )
    events = services.playground.run(caller.project_id, caller.key_id, run, connection, request)
    return StreamingResponse(
        _told(events),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


async def _told(events: AsyncGenerator[running.Event]) -> AsyncGenerator[bytes]:
    queue: asyncio.Queue[bytes | None] = asyncio.Queue(_MOST_WAITING)
    # A task of its own: when the client leaves, whatever awaits here is cancelled at every step, and
    # the run still has to write down what came.
    task = asyncio.create_task(_handed_over(events, queue))
    _RUNNING.add(task)
    task.add_done_callback(_RUNNING.discard)
    try:
        while True:
            try:
                piece = await asyncio.wait_for(queue.get(), _SIGN_OF_LIFE)
            except TimeoutError:
                piece = None if task.done() else b": still running\n\n"
            if piece is None:
                break
            yield piece
        await task
    finally:
        task.cancel()


async def _handed_over(
    events: AsyncGenerator[running.Event], queue: asyncio.Queue[bytes | None]
) -> None:
    try:
        async with aclosing(events):
            async for event in events:
                await queue.put(b"data: " + msgspec.json.encode(event) + b"\n\n")
    finally:
        if not queue.full():
            queue.put_nowait(None)


@router.post("/playground/render")
async def render_messages(
    body: wire.Rendering, caller: CallerOf, services: ServicesOf
) -> wire.Rendered:
    """The messages as they would be sent, and what they expect values for."""
    return await run_in_threadpool(_rendered, body, caller.project_id, services)


def _rendered(body: wire.Rendering, project_id: str, services: Services) -> wire.Rendered:
    syntax = Syntax(body.syntax)
    variables: set[str] = set()
    places: set[str] = set()
    found: list[Message] | None = None
    problem = ""
    try:
        messages = services.prompts.with_parts(project_id, messages_of(body.messages))
        variables, places = expected(messages, syntax)
        found = rendered(messages, syntax, body.variables, _placeholders(body))
    except BadRequest as error:
        problem = str(error)
    return wire.Rendered(
        messages=None if found is None else [_shown_message(each) for each in found],
        variables=sorted(variables),
        placeholders=sorted(places),
        problem=problem,
    )


@router.post("/playground/mcp-tools")
async def list_mcp_tools(
    body: wire.McpServer, caller: CallerOf, services: ServicesOf
) -> wire.McpTools:
    """What tools a server of the Model Context Protocol offers."""
    found = await tools_of(body.url, body.headers, services.outbound)
    return wire.McpTools(
        items=[
            wire.McpTool(name=each.name, description=each.description, parameters=each.parameters)
            for each in found
        ]
    )


def _run(body: wire.RunRequest, author_id: str) -> Run:
    request = request_of(body, messages_of(body.messages))
    return Run(
        connection_id=body.connection_id,
        request=request,
        name=body.name,
        syntax=Syntax(body.syntax),
        variables=body.variables,
        placeholders=_placeholders(body),
        tools=[_tool(each) for each in body.tools],
        prompt_name=body.prompt_name,
        prompt_version=body.prompt_version,
        session_id=body.session_id,
        metadata={"author_id": json.dumps(author_id)},
    )


def _tool(tool: wire.Tool) -> LiveTool:
    source = Source(tool.source)
    if source in (Source.HTTP, Source.MCP) and not tool.url:
        raise BadRequest(f"the tool {tool.name} needs an address")
    described = Tool(name=tool.name, description=tool.description, parameters=tool.parameters)
    return LiveTool(described, source, tool.mock, tool.url, tool.headers)


def _placeholders(body: wire.Rendering) -> dict[str, list[Message]]:
    return {name: messages_of(messages) for name, messages in body.placeholders.items()}


def _shown_message(message: Message) -> WireMessage:
    return WireMessage.model_validate(msgspec.to_builtins(message))


# -- saved states ------------------------------------------------------------------------------


@router.get("/playgrounds")
def list_playgrounds(caller: CallerOf, services: ServicesOf) -> wire.Playgrounds:
    """Those of the project, the last changed first."""
    with services.database.read() as db:
        found = playgrounds.of_project(db, caller.project_id)
    return wire.Playgrounds(items=[wire.PlaygroundRow(**_row(each)) for each in found])


@router.post("/playgrounds")
def add_playground(
    body: wire.PlaygroundChange, caller: CallerOf, services: ServicesOf
) -> wire.Playground:
    moment = now()
    made = Stored(
        new_id(), caller.project_id, body.name, _state(body.state), caller.author_id, moment, moment
    )
    with services.database.write() as db:
        if playgrounds.count(db, caller.project_id) >= _MOST:
            raise BadRequest(f"a project holds at most {_MOST} saved playgrounds")
        playgrounds.add(db, made)
    return _shown(made)


@router.get("/playgrounds/{playground_id}")
def show_playground(playground_id: IdOf, caller: CallerOf, services: ServicesOf) -> wire.Playground:
    return _shown(_found(services, caller.project_id, playground_id))


@router.put("/playgrounds/{playground_id}")
def change_playground(
    playground_id: IdOf, body: wire.PlaygroundChange, caller: CallerOf, services: ServicesOf
) -> wire.Playground:
    state = _state(body.state)
    with services.database.write() as db:
        if not playgrounds.change(db, caller.project_id, playground_id, body.name, state):
            raise NotFound("no such playground")
    return _shown(_found(services, caller.project_id, playground_id))


@router.delete("/playgrounds/{playground_id}", status_code=204)
def delete_playground(playground_id: IdOf, caller: CallerOf, services: ServicesOf) -> Response:
    with services.database.write() as db:
        if not playgrounds.remove(db, caller.project_id, playground_id):
            raise NotFound("no such playground")
    return Response(status_code=204)


def _found(services: Services, project_id: str, playground_id: str) -> Stored:
    with services.database.read() as db:
        found = playgrounds.find(db, project_id, playground_id)
    if found is None:
        raise NotFound("no such playground")
    return found


def _state(state: dict[str, Any]) -> str:
    text = json.dumps(state, ensure_ascii=False)
    if len(text) > _MOST_STATE:
        raise BadRequest(
            f"a saved playground has at most {_MOST_STATE} characters; leave out attached files"
        )
    return text


def _row(stored: Stored) -> dict[str, Any]:
    return {name: getattr(stored, name) for name in wire.PlaygroundRow.model_fields}


def _shown(stored: Stored) -> wire.Playground:
    return wire.Playground(**_row(stored), state=json.loads(stored.state))
