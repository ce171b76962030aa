"""Langfuse's ways in: batches of events, and scores."""

import asyncio
import uuid
from typing import Any

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from pilothouse.domain.access import Permission
from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest
from pilothouse.domain.outcome import Reason, Rejected
from pilothouse.domain.score import Score
from pilothouse.edge import bodies
from pilothouse.edge.access import Caller, CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.ingest import configured
from pilothouse.ingest.outcomes import Arrival
from pilothouse.protocols.langfuse import wire
from pilothouse.protocols.langfuse.errors import error_response
from pilothouse.protocols.langfuse.read import Batch, Reader

router = Router()


@router.post("/ingestion")
async def ingestion(request: Request, caller: CallerOf, services: ServicesOf) -> Response:
    """Store a batch of events. Those in `successes` are durable when this answers."""
    body = await body_of(request, services)
    return JSONResponse(await store(request, caller, services, body), 207)


async def store(
    request: Request, caller: Caller, services: Services, body: bytes
) -> dict[str, Any]:
    """The answer to a batch, whose good events are durable."""
    sdk = _sdk(request)
    batch = await asyncio.get_running_loop().run_in_executor(
        services.decoding, _read, services, caller, sdk, body
    )
    every = await services.intake.accept(
        _arrival(caller, sdk, body),
        scores=batch.scores,
        rejected=batch.rejected,
        halves=batch.halves,
    )
    return _answer(batch, every)


@router.post("/scores")
async def scores(request: Request, caller: CallerOf, services: ServicesOf) -> Response:
    """Store one score, or a list of them."""
    body = await body_of(request, services)
    sdk = _sdk(request)
    given = wire.scores(body)
    only_scores = Permission.INGEST not in caller.permissions
    reader = Reader(caller.project_id, sdk, now(), only_scores=only_scores)
    alone = isinstance(given, wire.Raw)
    read = [reader.score(raw, uuid.uuid4().hex) for raw in ([given] if alone else given)]
    told = [each for each in read if isinstance(each, Score)]
    taken, unfit = await run_in_threadpool(
        configured.fit, services.database, caller.project_id, told
    )
    refused = [*(each for each in read if isinstance(each, Rejected)), *unfit]
    every = await services.intake.accept(
        _arrival(caller, sdk, body), scores=taken, rejected=refused
    )
    if alone:
        if every:
            # It is counted already; an error that is raised would be counted again.
            return error_response(BadRequest(every[0].message))
        return JSONResponse({"id": taken[0].score_id})
    if not every:
        return JSONResponse({"message": "Accepted"}, 202)
    errors = [{"message": item.message} for item in every]
    accepted = len(read) - len(every)
    return JSONResponse({"accepted": accepted, "rejected": len(every), "errors": errors}, 207)


def _read(services: Services, caller: Caller, sdk: str, body: bytes) -> Batch:
    only_scores = Permission.INGEST not in caller.permissions
    reader = Reader(caller.project_id, sdk, now(), only_scores=only_scores)
    batch = reader.batch(wire.envelope(body))
    batch.scores, unfit = configured.fit(services.database, caller.project_id, batch.scores)
    batch.rejected.extend(unfit)
    return batch


def _answer(batch: Batch, rejected: list[Rejected]) -> dict[str, Any]:
    errors = [
        {
            "id": batch.event_of_score.get(item.item_id, item.item_id),
            "status": 401 if item.reason is Reason.NOT_ALLOWED else 400,
            "message": item.message,
            "error": item.reason.value,
        }
        for item in rejected
    ]
    failed = {error["id"] for error in errors}
    successes = [{"id": each, "status": 201} for each in batch.event_ids if each not in failed]
    return {"successes": successes, "errors": errors}


async def body_of(request: Request, services: Services) -> bytes:
    settings = services.settings
    return await bodies.read(
        request, limit=settings.max_body_bytes, inflated_limit=settings.max_inflated_bytes
    )


def _arrival(caller: Caller, sdk: str, body: bytes) -> Arrival:
    return Arrival(caller.project_id, caller.key_id, "langfuse", sdk, len(body))


def _sdk(request: Request) -> str:
    """Name and version of the client. Python 2 spells its headers with underscores."""
    headers = request.headers
    name, version = (
        headers.get(f"x-langfuse-sdk-{part}") or headers.get(f"x_langfuse_sdk_{part}") or ""
        for part in ("name", "version")
    )
    return f"{name} {version}".strip()[:200]
