"""The front end: built files, and the page itself for every other address."""

import gzip
import mimetypes
from pathlib import Path

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

FOLDER = Path(__file__).parent / "static"

_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: https: http:",
        "media-src 'self' data: https: http:",
        "style-src 'self' 'unsafe-inline'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    # The page names the hashed files; it must never be older than they are.
    "Cache-Control": "no-cache",
}
_KEPT = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}


class _Assets:
    """Files whose names hold a hash of their content. Each is kept gzipped once it was asked for: all of
    them are a megabyte, and a page wants several at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._packed: dict[str, bytes] = {}

    async def answer(self, request: Request) -> Response:
        name = request.path_params["name"]
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return FileResponse(self._found(name), headers=_KEPT)
        packed = self._packed.get(name)
        if packed is None:
            packed = await run_in_threadpool(self._pack, name)
        headers = {**_KEPT, "Content-Encoding": "gzip"}
        return Response(packed, headers=headers, media_type=mimetypes.guess_type(name)[0])

    def _pack(self, name: str) -> bytes:
        self._packed[name] = gzip.compress(self._found(name).read_bytes(), 9, mtime=0)
        return self._packed[name]

    def _found(self, name: str) -> Path:
        file = self._folder / name
        if not file.is_file():
            raise HTTPException(404)
        return file


def mount(app: FastAPI) -> None:
    """Last of all routes. Pages are the front end's own affair, so any address gets the page."""
    if (FOLDER / "assets").is_dir():
        assets = _Assets(FOLDER / "assets")
        methods = ["GET", "HEAD"]
        app.add_route("/assets/{name}", assets.answer, methods, include_in_schema=False)
    app.add_route("/{path:path}", _page, methods=["GET", "HEAD"], include_in_schema=False)


async def _page(request: Request) -> Response:
    path = request.path_params["path"]
    if path.startswith(("api/", "v1/", "assets/")):
        raise HTTPException(404)
    file = FOLDER / path
    if path and "/" not in path and file.is_file() and path != "index.html":
        return FileResponse(file, headers={"Cache-Control": "no-cache"})
    index = FOLDER / "index.html"
    if not index.is_file():
        return PlainTextResponse(
            "The front end is not built. Run: python scripts/build_ui.py", 503, _HEADERS
        )
    return HTMLResponse(index.read_bytes(), headers=_HEADERS)
