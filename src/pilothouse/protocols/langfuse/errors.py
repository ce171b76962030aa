"""Failures in Langfuse's own shape, which its SDKs branch on."""

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


def error_response(error: PilothouseError) -> Response:
    """`{"message": …, "error": …}`."""
    headers: dict[str, str] = {}
    if isinstance(error, Unavailable):
        status, message = error.status, str(error)
        headers["Retry-After"] = str(error.retry_after)
    elif isinstance(error, Refused):
        status, message = error.status, str(error)
    else:
        status, message = 500, "the server failed; its log says more"
    name = next((name for kind, name in _NAMES if isinstance(error, kind)), "InternalServerError")
    return JSONResponse({"message": message, "error": name}, status, headers)
