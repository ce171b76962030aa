"""Requests on the way in that were refused as a whole are counted as well: their senders seldom look."""

from starlette.requests import Request

from pilothouse.domain.access import Permission
from pilothouse.domain.errors import Forbidden, PilothouseError, Refused, TooLarge, Unavailable
from pilothouse.domain.outcome import Reason, Rejected
from pilothouse.edge.access import Caller, route_name
from pilothouse.edge.permissions import ROUTES
from pilothouse.ingest.outcomes import Arrival, Outcomes

_HEADERS = ("content-type", "content-encoding", "content-length", "user-agent")


def count(outcomes: Outcomes, request: Request, error: PilothouseError, protocol: str) -> None:
    """Nothing can be counted for a caller that is not known."""
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is None or ROUTES[route_name(request)] not in (Permission.INGEST, Permission.SCORE):
        return
    told = request.headers
    head = "\n".join(f"{name}: {told[name][:300]}" for name in _HEADERS if name in told)
    rejected = Rejected(
        reason=_reason(error),
        message=f"the whole request was refused: {error}",
        head=f"{request.method} {request.url.path}\n{head}",
    )
    arrival = Arrival(caller.project_id, caller.key_id, protocol, told.get("user-agent", "")[:200])
    outcomes.record(arrival, 0, [rejected])


def _reason(error: PilothouseError) -> Reason:
    if isinstance(error, TooLarge):
        return Reason.TOO_LARGE
    if isinstance(error, Forbidden):
        return Reason.NOT_ALLOWED
    if isinstance(error, Refused):
        return Reason.NOT_DECODABLE
    return Reason.TURNED_AWAY if isinstance(error, Unavailable) else Reason.ENGINE_REFUSED
