"""Failures in the shape of our own API."""

from starlette.responses import JSONResponse

from pilothouse.domain.errors import BadFilter, PilothouseError, Refused, Unavailable


def error_response(error: PilothouseError) -> JSONResponse:
    """`{"error": {"code", "message", "position"}}` with the error's status."""
    headers: dict[str, str] = {}
    if isinstance(error, Unavailable):
        status, code = error.status, "unavailable"
        headers["Retry-After"] = str(error.retry_after)
    elif isinstance(error, Refused):
        status, code = error.status, error.code
    else:
        status, code = 500, "internal"
    message = str(error) if status != 500 else "the server failed; its log says more"
    position = error.position if isinstance(error, BadFilter) else None
    body = {"error": {"code": code, "message": message, "position": position}}
    return JSONResponse(body, status, headers)
