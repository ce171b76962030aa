"""Sending and fetching media by signed links, without a key."""

from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from pilothouse.domain.media import Media
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf

router = Router()

_PATH = "/api/media"
_SHUT_IN = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
_SHOWN = ("image/", "audio/", "video/")


def address(request: Request, services: Services, token: str) -> str:
    """The whole address: where the server says that it is found, else where the client asked."""
    base = services.settings.public_url or str(request.base_url)
    return f"{base.rstrip('/')}{_PATH}/{token}"


@router.put(f"{_PATH}/{{token}}")
async def send(token: str, request: Request, services: ServicesOf) -> Response:
    linked = await run_in_threadpool(services.media.linked, token, "write")
    content_type = request.headers.get("content-type", "")
    await services.media.receive(linked, content_type, request.stream())
    return Response(status_code=200)


@router.get(f"{_PATH}/{{token}}")
def fetch(token: str, services: ServicesOf) -> Response:
    linked = services.media.linked(token, "read")
    return streamed(*services.media.open(linked.project_id, linked.media_id))


def streamed(found: Media, pieces: Any) -> Response:
    """The bytes as somebody's own, who may be hostile: nothing in them may run here. Browsers
    refuse to show a PDF in a sandbox; their viewers run what is in it apart from any page."""
    kind = found.content_type
    is_pdf = kind == "application/pdf"
    is_shown = kind.startswith(_SHOWN) or is_pdf
    return StreamingResponse(
        pieces,
        media_type=kind,
        headers={
            "Content-Length": str(found.content_length),
            "Content-Security-Policy": "frame-ancestors 'none'" if is_pdf else _SHUT_IN,
            "Content-Disposition": "inline" if is_shown else "attachment",
            "Cache-Control": "private, max-age=3600, immutable",
            "X-Content-Type-Options": "nosniff",
        },
    )
