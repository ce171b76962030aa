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
_NAMES: tuple[tuple[type[PilothouseError], str, str], ...] = (
    (NotFound, "LangfuseNotFoundError", "resource_not_found"),
    (Unauthenticated, "UnauthorizedError", "authentication_failed"),
    (Forbidden, "ForbiddenError", "access_denied"),
    (Conflict, "LangfuseConflictError", "conflict"),
    (NotServed, "NotImplementedError", "method_not_allowed"),
    (Refused, "InvalidRequestError", "invalid_request"),
    (Overloaded, "TooManyRequestsError", "rate_limited"),
    (Unavailable, "ServiceUnavailableError", "internal_error"),
    (PilothouseError, "InternalServerError", "internal_error"),
)
"""What all endpoints call it, and what the newer do."""
_CODED = ("/v2/evaluators", "/v2/evaluation-rules", "/unstable/")
"""Whose clients fail on an error without a code."""


def error_response(error: PilothouseError, path: str = "") -> Response:
    """`{"message": …, "error": …}`, and what newer endpoints and SCIM want besides."""
    headers: dict[str, str] = {}
    if isinstance(error, Unavailable):
        status, message = error.status, str(error)
        headers["Retry-After"] = str(error.retry_after)
    elif isinstance(error, Refused):
        status, message = error.status, str(error)
    else:
        status, message = 500, "the server failed; its log says more"
    name, code = next((name, code) for kind, name, code in _NAMES if isinstance(error, kind))
    told: dict[str, Any] = {"message": message, "error": name}
    if any(part in path for part in _CODED):
        told["code"] = code
    if "/scim/" in path:
        told |= {"schemas": [_SCIM], "detail": message, "status": str(status)}
    return JSONResponse(told, status, headers)
