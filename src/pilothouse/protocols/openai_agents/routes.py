"""Where the OpenAI Agents SDK's exporter posts to, with its endpoint set to this server.

BackendSpanExporter(api_key="<public key>:<secret key>", endpoint="<server>/v1/traces/ingest")
"""

import asyncio

import msgspec
from fastapi import Request, Response
from starlette.responses import JSONResponse

from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest, PilothouseError, Refused, Unavailable
from pilothouse.domain.outcome import Rejected
from pilothouse.domain.span import Span
from pilothouse.edge import bodies
from pilothouse.edge.access import CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.ingest.outcomes import Arrival
from pilothouse.protocols.openai_agents import read

router = Router(tags=["OpenAI Agents"])


@router.post("/v1/traces/ingest", status_code=204)
async def ingest(request: Request, caller: CallerOf, services: ServicesOf) -> Response:
    """Store traces and spans. Items that cannot be read are counted and shown, as the exporter
    looks at nothing but the status."""
    settings = services.settings
    body = await bodies.read(
        request, limit=settings.max_body_bytes, inflated_limit=settings.max_inflated_bytes
    )
    sdk = request.headers.get("user-agent", "")[:200]
    loop = asyncio.get_running_loop()
    spans, rejected = await loop.run_in_executor(
        services.decoding, _spans, services, body, caller.project_id, sdk
    )
    arrival = Arrival(caller.project_id, caller.key_id, "openai_agents", sdk, len(body))
    await services.intake.accept(arrival, spans, rejected=rejected)
    return Response(status_code=204)


def _spans(
    services: Services, body: bytes, project_id: str, sdk: str
) -> tuple[list[Span], list[Rejected]]:
    try:
        spans, rejected = read.spans(body, project_id, sdk, now())
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(f"the body is not an export of traces: {error}") from error
    services.intake.complete(spans)
    return spans, rejected


def error_response(error: PilothouseError) -> Response:
    """OpenAI's error shape."""
    status = error.status if isinstance(error, Refused | Unavailable) else 500
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, Unavailable) else None
    message = str(error) if status != 500 else "the server failed; its log says more"
    body = {"error": {"message": message, "type": "invalid_request_error", "code": None}}
    return JSONResponse(body, status, headers)
