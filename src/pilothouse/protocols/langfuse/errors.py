"""Failures in Langfuse's own shape, which its SDKs branch on."""

from typing import Any

from starlette.responses import JSONResponse, Response

from pilothouse.domain.errors import (
    Conflict,
    Forbidden,
    NotFound,
    NotServed,
    Overloaded,
    PilothouseError,
    Refused,
    Unauthenticated,
    Unavailable,
)

_SCIM = "urn:ietf:params:scim:api:messages:2.0:Error"
_NAMES: tuple[tuple[type[PilothouseError], str], ...] = (
    (NotFound, "LangfuseNotFoundError"),
    (Unauthenticated, "UnauthorizedError"),
    (Forbidden, "ForbiddenError"),
    (Conflict, "LangfuseConflictError"),
    (NotServed, "NotImplementedError"),
    (Refused, "InvalidRequestError"),
    (Overloaded, "TooManyRequestsError"),
    (Unavailable, "ServiceUnavailableError"),
)


def error_response(error: PilothouseError, path: str = "") -> Response:
    """`{"message": …, "error": …}`, and what SCIM has for it besides on its paths."""
    headers: dict[str, str] = {}
    if isinstance(error, Unavailable):
        status, message = error.status, str(error)
        headers["Retry-After"] = str(error.retry_after)
    elif isinstance(error, Refused):
        status, message = error.status, str(error)
    else:
        status, message = 500, "the server failed; its log says more"
    name = next((name for kind, name in _NAMES if isinstance(error, kind)), "InternalServerError")
    told: dict[str, Any] = {"message": message, "error": name}
    if "/scim/" in path:
        told |= {"schemas": [_SCIM], "detail": message, "status": str(status)}
    return JSONResponse(told, status, headers)
