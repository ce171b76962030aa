"""The front end: built files, and the page itself for every other address."""

from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

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
_FOREVER = "public, max-age=31536000, immutable"


class _Hashed(StaticFiles):
    """Files whose names hold a hash of their content."""

    async def get_response(self, path: str, scope: dict[str, object]) -> Response:  # pyright: ignore[reportIncompatibleMethodOverride]
        response = await super().get_response(path, scope)  # pyright: ignore[reportArgumentType]
        response.headers["Cache-Control"] = _FOREVER
        return response


def mount(app: FastAPI) -> None:
    """Last of all routes. Pages are the front end's own affair, so any address gets the page."""
    if (FOLDER / "assets").is_dir():
        app.mount("/assets", _Hashed(directory=FOLDER / "assets"))
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
    return FileResponse(index, headers=_HEADERS)
