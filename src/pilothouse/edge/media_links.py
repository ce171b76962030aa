"""Sending and fetching media by signed links, without a key."""

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from pilothouse.domain.media import Media
from pilothouse.edge import ranges
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf

router = Router()

_PATH = "/api/media"
_SHUT_IN = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
_SHOWN = ("image/", "audio/", "video/")
_SAID_OF_ALL = {
    "Cache-Control": "private, max-age=3600, immutable",
    "X-Content-Type-Options": "nosniff",
}


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
def fetch(token: str, request: Request, services: ServicesOf) -> Response:
    linked = services.media.linked(token, "read")
    return streamed(request, services, linked.project_id, linked.media_id)


def streamed(request: Request, services: Services, project_id: str, media_id: str) -> Response:
    """The bytes, or the part of them that is asked for. Raises NotFound also where they have not
    come yet."""
    found = services.media.there(project_id, media_id)
    etag = f'"{found.id}"'
    headers = {"Accept-Ranges": "bytes", "ETag": etag, **_SAID_OF_ALL}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    part = ranges.wanted(request.headers, etag, found.content_length)
    if part is None:
        headers |= {"Content-Length": str(found.content_length), **_shut_in(found)}
        pieces = services.media.pieces(found)
        return StreamingResponse(pieces, 200, headers, media_type=found.content_type)
    if not part:
        told = {**headers, "Content-Range": f"bytes */{found.content_length}"}
        return Response(status_code=416, headers=told)
    headers |= {
        "Content-Length": str(len(part)),
        "Content-Range": f"bytes {part.start}-{part.stop - 1}/{found.content_length}",
        **_shut_in(found),
    }
    pieces = services.media.pieces(found, part)
    return StreamingResponse(pieces, 206, headers, media_type=found.content_type)


def _shut_in(found: Media) -> dict[str, str]:
    """The bytes are somebody's own, who may be hostile: nothing in them may run here. Browsers
    refuse to show a PDF in a sandbox; their viewers run what is in it apart from any page."""
    is_pdf = found.content_type == "application/pdf"
    is_shown = found.content_type.startswith(_SHOWN) or is_pdf
    return {
        "Content-Security-Policy": "frame-ancestors 'none'" if is_pdf else _SHUT_IN,
        "Content-Disposition": "inline" if is_shown else "attachment",
    }
