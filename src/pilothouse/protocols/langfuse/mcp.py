"""A server of the Model Context Protocol over its streamable HTTP transport: JSON-RPC by POST, answered as
JSON, without sessions and without streams. Clients of 2026 tell in every request what they speak; older
ones agree on it by a handshake that leaves nothing behind here.

Callers show a key, never a cookie, so that a foreign page gets at nothing by a visitor's browser.
"""

import base64
import binascii
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pilothouse import __version__
from pilothouse.edge import bodies
from pilothouse.edge.access import CallerOf
from pilothouse.edge.routing import Router
from pilothouse.protocols.langfuse import mcp_tools

router = Router()

Object = dict[str, Any]

ENVELOPED = "2026-07-28"
"""The version of the protocol in which every request says what it speaks."""
HANDSHAKES = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")
"""Versions that are agreed on first; the first is what we would rather speak."""
VERSIONS = (ENVELOPED, *HANDSHAKES)
_MOST_BYTES = 4 << 20
_MOST_AT_ONCE = 50

_PARSE_ERROR, _INVALID_REQUEST, _NO_METHOD, _INVALID_PARAMS = -32700, -32600, -32601, -32602
_REFUSED, _HEADER_MISMATCH, _UNSUPPORTED_VERSION = -32000, -32020, -32022
_STATUSES = {_INVALID_REQUEST: 400}
_STATUSES_ENVELOPED = {
    _INVALID_REQUEST: 400,
    _INVALID_PARAMS: 400,
    _HEADER_MISMATCH: 400,
    _UNSUPPORTED_VERSION: 400,
    _NO_METHOD: 404,
}
_META = "io.modelcontextprotocol/"
_SERVER = {"name": "pilothouse", "title": "Pilothouse", "version": __version__}
_KEPT_FOR = 300_000
"""Milliseconds that a client may keep the list of tools, and what the server speaks."""

_INSTRUCTIONS = (
    "Traces, prompts, scores and data sets of one Pilothouse project. Lists are short by default: ask"
    " for the next page by page or cursor, and for one trace or observation by its id."
)


class Wrong(Exception):
    """A message that gets a JSON-RPC error."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@router.post("/mcp")
async def post(request: Request, caller: CallerOf) -> Response:
    """A message, or (in the version of March 2025) several; notifications are taken without an answer."""
    version = request.headers.get("mcp-protocol-version", HANDSHAKES[0])
    if version not in VERSIONS:
        told = f"protocol version {version[:40]} is not spoken here; {', '.join(VERSIONS)} are"
        supported = {"supported": list(VERSIONS), "requested": version[:40]}
        return JSONResponse(_error(None, _UNSUPPORTED_VERSION, told, supported), 400)
    body = await bodies.read(request, limit=_MOST_BYTES, inflated_limit=_MOST_BYTES)
    try:
        message = orjson.loads(body)
    except ValueError:
        return JSONResponse(_error(None, _PARSE_ERROR, "the body is not JSON"), 400)
    if not isinstance(message, list) or version == ENVELOPED:
        return _sent(await _answered(request, message, version), version)
    if not 1 <= len(message) <= _MOST_AT_ONCE:
        told = f"a batch holds between 1 and {_MOST_AT_ONCE} messages"
        return JSONResponse(_error(None, _INVALID_REQUEST, told), 400)
    answers = [answer for each in message if (answer := await _answered(request, each, version))]
    return JSONResponse(answers) if answers else Response(status_code=202)


@router.get("/mcp")
@router.delete("/mcp")
def refuse(caller: CallerOf) -> Response:
    """There are neither streams to listen to nor sessions to end."""
    told = _error(None, _REFUSED, "send messages by POST: there are no streams and no sessions")
    return JSONResponse(told, 405, {"Allow": "POST"})


def _sent(answer: Object | None, version: str) -> Response:
    if answer is None:
        return Response(status_code=202)
    statuses = _STATUSES_ENVELOPED if version == ENVELOPED else _STATUSES
    return JSONResponse(answer, statuses.get(answer.get("error", {}).get("code"), 200))


async def _answered(request: Request, message: Any, version: str) -> Object | None:
    """None for what gets no answer: notifications, and answers to questions that were never put."""
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        return _error(None, _INVALID_REQUEST, 'this is no message of JSON-RPC "2.0"')
    told: Object = message
    id, method, params = told.get("id"), told.get("method"), told.get("params", {})
    if method is None and ("result" in told or "error" in told):
        return None
    if not isinstance(method, str) or isinstance(id, bool | float | dict | list):
        return _error(None, _INVALID_REQUEST, "a request has a method, and an id of text or number")
    if "id" not in told:
        return None
    try:
        if not isinstance(params, dict):
            raise Wrong(_INVALID_PARAMS, "params are told by name")
        if version == ENVELOPED:
            _check_envelope(request, method, params)
            result = await _result_enveloped(request, method, params)
        else:
            result = await _result(request, method, params)
        return {"jsonrpc": "2.0", "id": id, "result": result}
    except Wrong as error:
        return _error(id, error.code, str(error))


async def _result(request: Request, method: str, params: Object) -> Object:
    match method:
        case "initialize":
            return _initialized(params)
        case "ping":
            return {}
        case "tools/list":
            return {"tools": [tool.described() for tool in mcp_tools.ALL]}
        case "tools/call":
            return await _called(request, params)
        case _:
            raise Wrong(_NO_METHOD, f"there is no method {method[:100]!r}")


def _initialized(params: Object) -> Object:
    asked = params.get("protocolVersion")
    return {
        "protocolVersion": asked if asked in HANDSHAKES else HANDSHAKES[0],
        "capabilities": {"tools": {}},
        "serverInfo": _SERVER,
        "instructions": _INSTRUCTIONS,
    }


# -- without a handshake -------------------------------------------------------------------------


async def _result_enveloped(request: Request, method: str, params: Object) -> Object:
    told: Object = {"resultType": "complete", "_meta": {f"{_META}serverInfo": _SERVER}}
    kept = {"ttlMs": _KEPT_FOR, "cacheScope": "private"}
    match method:
        case "server/discover":
            told |= {
                "supportedVersions": list(VERSIONS),
                "capabilities": {"tools": {}},
                "instructions": _INSTRUCTIONS,
            }
            return told | kept
        case "tools/list":
            return told | kept | await _result(request, method, params)
        case "tools/call":
            return told | await _result(request, method, params)
        case _:
            raise Wrong(_NO_METHOD, f"there is no method {method[:100]!r}")


def _check_envelope(request: Request, method: str, params: Object) -> None:
    """What stands in headers, for those in between to route by, is what the message says. Raises
    Wrong."""
    meta = params.get("_meta")
    needed = (f"{_META}protocolVersion", f"{_META}clientCapabilities")
    if not isinstance(meta, dict) or any(key not in meta for key in needed):
        raise Wrong(_INVALID_PARAMS, f"params._meta tells {' and '.join(needed)}")
    said = {"mcp-protocol-version": meta[needed[0]], "mcp-method": method}
    if method == "tools/call":
        said["mcp-name"] = params.get("name")
    for header, value in said.items():
        if _header(request, header) != value:
            raise Wrong(_HEADER_MISMATCH, f"the header {header} is not what the message says")


def _header(request: Request, name: str) -> str | None:
    """Base64 between `=?base64?` and `?=` where it is no plain text."""
    value = request.headers.get(name)
    if value is None or not (value.startswith("=?base64?") and value.endswith("?=")):
        return value
    try:
        return base64.b64decode(value[9:-2], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


# -- tools ---------------------------------------------------------------------------------------


async def _called(request: Request, params: Object) -> Object:
    name, arguments = params.get("name"), params.get("arguments") or {}
    tool = mcp_tools.BY_NAME.get(name) if isinstance(name, str) else None
    if tool is None:
        raise Wrong(_INVALID_PARAMS, f"there is no tool {str(name)[:100]!r}")
    if not isinstance(arguments, dict):
        raise Wrong(_INVALID_PARAMS, "arguments are told by name")
    prefix = request.url.path.removesuffix("/mcp")
    said = await mcp_tools.call(request, prefix, tool, arguments)
    result: Object = {"content": [{"type": "text", "text": said.text}], "isError": said.is_error}
    if not said.is_error:
        found = orjson.loads(said.text)
        if isinstance(found, dict):
            result["structuredContent"] = found
    return result


def _error(id: Any, code: int, message: str, data: Object | None = None) -> Object:
    error: Object = {"code": code, "message": message}
    return {"jsonrpc": "2.0", "id": id, "error": error if data is None else error | {"data": data}}
