"""The application: every protocol's routes, one translation of errors, and the front end."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pilothouse import __version__
from pilothouse.domain.errors import BadRequest, NotFound, PilothouseError, Refused, TooLarge
from pilothouse.edge import media_links, refusals
from pilothouse.edge.routing import Protocol
from pilothouse.protocols.langfuse import routes as langfuse
from pilothouse.protocols.native import (
    annotation_agreement,
    annotation_queues,
    annotation_reviews,
    calibration,
    comments,
    connections,
    corrections,
    dashboards,
    dataset_files,
    dataset_rules,
    dataset_upkeep,
    datasets,
    evaluation_rules,
    evaluators,
    experiment_runs,
    experiments,
    exports,
    finding,
    marks,
    media,
    members,
    mentions,
    organisations,
    people,
    playground,
    prompt_releases,
    prompt_webhooks,
    prompts,
    reading,
    score_configs,
    scores,
    shared,
    views,
)
from pilothouse.protocols.native import errors as native_errors
from pilothouse.protocols.native import settings as project_settings
from pilothouse.protocols.native.wire import ErrorAnswer
from pilothouse.protocols.openai_agents import routes as openai_agents
from pilothouse.protocols.otlp import routes as otlp
from pilothouse.server import health, links, static
from pilothouse.settings import Settings
from pilothouse.wiring import Wired, wire

log = structlog.get_logger(__name__)

_MOST_OWN_BYTES = 4 << 20
"""Of a request to our own API, which takes questions and settings; files have routes of their own."""

NATIVE, LANGFUSE, OTEL = "/api/pilothouse", langfuse.PREFIX, f"{langfuse.PREFIX}/otel"


def create(settings: Settings, wired: Wired | None = None) -> FastAPI:
    """The application over stores that are already wired, or that it wires when it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
        running = wired or await run_in_threadpool(wire, settings)
        app.state.services = running.services
        running.services.intake.start()
        running.services.exports.start()
        running.services.prompts.start()
        running.services.webhooks.start()
        running.services.evaluating.start()
        running.services.worker.start()
        running.services.rules.start()
        running.services.storage_exports.start()
        running.services.collecting.start()
        yield
        await running.close()

    app = FastAPI(
        title="Pilothouse",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{NATIVE}/openapi.json",
    )
    app.include_router(health.router, include_in_schema=False)
    app.include_router(links.router, include_in_schema=False)
    app.include_router(media_links.router, include_in_schema=False)
    app.include_router(_native(), prefix=NATIVE)
    app.include_router(otlp.router, prefix=OTEL, include_in_schema=False)
    app.include_router(otlp.router, include_in_schema=False)
    app.include_router(openai_agents.router, include_in_schema=False)
    app.include_router(langfuse.router, prefix=LANGFUSE, include_in_schema=False)
    static.mount(app)
    app.add_exception_handler(PilothouseError, _failed)
    app.add_exception_handler(RequestValidationError, _failed)
    app.add_exception_handler(HTTPException, _failed)
    app.add_exception_handler(Exception, _failed)
    app.add_middleware(_SmallQuestions)
    app.add_middleware(_FromAnyPage)
    app.add_middleware(_NoSniff)
    return app


def _native() -> Protocol:
    native = Protocol(f"{NATIVE}/", responses={"default": {"model": ErrorAnswer}})
    for part in (
        people,
        finding,
        reading,
        media,
        comments,
        mentions,
        marks,
        corrections,
        shared,
        dashboards,
        views,
        exports,
        scores,
        score_configs,
        annotation_queues,
        annotation_reviews,
        annotation_agreement,
        calibration,
        prompts,
        prompt_releases,
        prompt_webhooks,
        datasets,
        dataset_upkeep,
        dataset_files,
        dataset_rules,
        experiments,
        experiment_runs,
        evaluation_rules,
        evaluators,
        connections,
        playground,
        members,
        organisations,
        project_settings,
    ):
        native.include_router(part.router)
    return native


async def _failed(request: Request, error: Exception) -> Response:
    """Any failure, in the shape of the protocol that the path belongs to."""
    known = _translated(error)
    if not isinstance(known, Refused):
        log.error("request failed", path=request.url.path, error=repr(error)[:500], exc_info=error)
    outcomes = request.app.state.services.intake.outcomes
    path = request.url.path
    if path.startswith("/v1/traces/ingest"):
        refusals.count(outcomes, request, known, "openai_agents")
        return openai_agents.error_response(known)
    if path.startswith((OTEL, "/v1/")):
        refusals.count(outcomes, request, known, "otlp")
        return otlp.error_response(request, known)
    if path.startswith(LANGFUSE):
        refusals.count(outcomes, request, known, "langfuse")
        return langfuse.error_response(known, path)
    return native_errors.error_response(known)


def _translated(error: Exception) -> PilothouseError:
    if isinstance(error, PilothouseError):
        return error
    if isinstance(error, RequestValidationError):
        return BadRequest("; ".join(_problem(each) for each in error.errors()[:10]))
    if isinstance(error, HTTPException):
        if error.status_code == 404:
            return NotFound("nothing is here")
        refused = _REFUSALS.get(error.status_code, Refused)(error.detail)
        refused.status = error.status_code
        return refused
    return PilothouseError("internal")


_REFUSALS: dict[int, type[Refused]] = {400: BadRequest, 413: TooLarge}


def _problem(each: dict[str, Any]) -> str:
    where = ".".join(str(part) for part in each.get("loc", ()) if part not in ("body", "query"))
    return f"{where}: {each.get('msg', 'invalid')}" if where else str(each.get("msg", "invalid"))


class _SmallQuestions:
    """Bounds the bodies of our own API. FastAPI's own limit would answer in plain text."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > _MOST_OWN_BYTES:
                raise HTTPException(413, f"the body has more than {_MOST_OWN_BYTES} bytes")
            return message

        bounded = scope["type"] == "http" and _takes_questions(scope["path"])
        await self._app(scope, counted if bounded else receive, send)


def _takes_questions(path: str) -> bool:
    own = path.startswith(f"{NATIVE}/")
    return own and not dataset_files.TAKES_FILES.fullmatch(path.removeprefix(NATIVE))


class _FromAnyPage:
    """Lets pages of any origin call Langfuse's API, as their users' scores come from there. Callers
    show a key, never a cookie, so a page gets at nothing that it does not know already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open = CORSMiddleware(
            app, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"], max_age=86_400
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        public = scope["type"] == "http" and scope["path"].startswith(f"{LANGFUSE}/")
        await (self._open if public else self._app)(scope, receive, send)


class _NoSniff:
    """Tells browsers on every answer to believe the content type. Plain ASGI: it costs nothing on
    the way in, where Starlette's middleware by function would hand on every piece of a body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault("X-Content-Type-Options", "nosniff")
            await send(message)

        await self._app(scope, receive, marked if scope["type"] == "http" else send)
