"""For those who watch the process: is it alive, can it serve."""

from starlette.responses import JSONResponse

from pilothouse import __version__
from pilothouse.domain.clock import now
from pilothouse.domain.errors import PilothouseError
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.store.relational import accounts

router = Router()


@router.get("/healthz")
async def alive() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "ok", "version": __version__})


@router.get("/readyz")
def ready(services: ServicesOf) -> JSONResponse:
    """Both stores answer; 503 with the one that does not."""
    problems: dict[str, str] = {}
    try:
        with services.database.read() as db:
            accounts.projects(db)
    except PilothouseError as error:
        problems["relational"] = str(error)
    try:
        services.reading.latest_trace(Scope(""), TimeRange(now(), now() + 1))
    except PilothouseError as error:
        problems["analytic"] = str(error)
    if problems:
        return JSONResponse({"status": "unavailable", **problems}, 503, {"Retry-After": "2"})
    return JSONResponse({"status": "ok", "version": __version__})
