"""The ways in from before batches: one trace, span, generation or event a request."""

import uuid
from datetime import UTC, datetime
from typing import Any

import msgspec
from fastapi import Request
from starlette.responses import JSONResponse, Response

from pilothouse.domain.errors import BadRequest, PilothouseError
from pilothouse.edge.access import CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.protocols.langfuse.ingestion import body_of, store

router = Router()


@router.post("/traces")
async def add_trace(request: Request, caller: CallerOf, services: ServicesOf) -> Response:
    return await _stored("trace-create", request, caller, services)


@router.post("/events")
async def add_event(request: Request, caller: CallerOf, services: ServicesOf) -> Response:
    return await _stored("event-create", request, caller, services)


@router.post("/spans")
async def add_span(request: Request, caller: CallerOf, services: ServicesOf) -> Response:
    return await _stored("span-create", request, caller, services)


@router.patch("/spans")
async def change_span(request: Request, caller: CallerOf, services: ServicesOf) -> Response:
    return await _stored("span-update", request, caller, services, named="spanId")


@router.post("/generations")
async def add_generation(request: Request, caller: CallerOf, services: ServicesOf) -> Response:
    return await _stored("generation-create", request, caller, services)


@router.patch("/generations")
async def change_generation(request: Request, caller: CallerOf, services: ServicesOf) -> Response:
    return await _stored("generation-update", request, caller, services, named="generationId")


async def _stored(
    type: str, request: Request, caller: CallerOf, services: ServicesOf, named: str = "id"
) -> Response:
    """As a batch of one event. The answer is what was sent, with its id."""
    told = _object(await body_of(request, services))
    told["id"] = told.get(named) or told.get("id") or uuid.uuid4().hex
    event: dict[str, Any] = {
        "id": uuid.uuid4().hex,
        "type": type,
        "timestamp": datetime.now(UTC).isoformat(),
        "body": told,
    }
    answer = await store(request, caller, services, msgspec.json.encode({"batch": [event]}))
    if answer["errors"]:
        raise _failure(answer["errors"][0])
    return JSONResponse(told)


def _object(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError) as error:
        raise BadRequest(f"the body is not a JSON object: {error}") from error


def _failure(error: dict[str, Any]) -> PilothouseError:
    return BadRequest(str(error["message"]))
