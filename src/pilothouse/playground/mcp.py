"""A tool of a server of the Model Context Protocol, over its streamable HTTP transport: JSON-RPC by POST,
answered as JSON or as a stream of events. Only what calling a tool needs."""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from pilothouse import __version__

_VERSION = "2025-06-18"
_ACCEPT = "application/json, text/event-stream"
MOST_BYTES = 1_000_000


class McpError(Exception):
    """The server refused, or is none."""


class Session:
    """One conversation with a server; open it before use, close it after."""

    def __init__(self, http: httpx.AsyncClient, url: str, headers: Mapping[str, str]) -> None:
        self._http = http
        self._url = url
        self._headers = {**headers, "accept": _ACCEPT}
        self._number = 0

    async def open(self) -> None:
        answer = await self._ask(
            "initialize",
            {
                "protocolVersion": _VERSION,
                "capabilities": {},
                "clientInfo": {"name": "pilothouse", "version": __version__},
            },
        )
        version = answer.get("protocolVersion")
        if isinstance(version, str):
            self._headers["mcp-protocol-version"] = version
        await self._post({"jsonrpc": "2.0", "method": "notifications/initialized"})

    async def tools(self) -> list[dict[str, Any]]:
        """Name, description and inputSchema of each."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        for _ in range(50):
            answer = await self._ask("tools/list", {"cursor": cursor} if cursor else {})
            told = answer.get("tools")
            found += [each for each in told or () if isinstance(each, dict)]
            cursor = answer.get("nextCursor")
            if not cursor:
                break
        return found

    async def call(self, name: str, arguments: dict[str, Any]) -> Any:
        """What the tool answers. Raises McpError also when the tool says that it failed."""
        answer = await self._ask("tools/call", {"name": name, "arguments": arguments})
        if answer.get("structuredContent") is not None and not answer.get("isError"):
            return answer["structuredContent"]
        pieces = [each for each in answer.get("content") or () if isinstance(each, dict)]
        said = "\n".join(str(each.get("text", "")) for each in pieces if each.get("type") == "text")
        if answer.get("isError"):
            raise McpError(said or "the tool failed and does not say why")
        return said if all(each.get("type") == "text" for each in pieces) else pieces

    async def close(self) -> None:
        if "mcp-session-id" in self._headers:
            try:
                await self._http.delete(self._url, headers=self._headers)
            except httpx.HTTPError:
                return  # the server forgets it by itself

    async def _ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        asked = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params}
        answer = await self._post(asked)
        if answer is None:
            raise McpError(f"no answer to {method} came")
        if error := answer.get("error"):
            raise McpError(str(error.get("message") if isinstance(error, dict) else error))
        result = answer.get("result")
        if not isinstance(result, dict):
            raise McpError(f"the answer to {method} holds no result")
        return result

    async def _post(self, message: dict[str, Any]) -> dict[str, Any] | None:
        async with self._http.stream(
            "POST", self._url, json=message, headers=self._headers
        ) as response:
            if response.status_code >= 300:
                body = (await response.aread())[:500].decode(errors="replace")
                raise McpError(f"the server answered {response.status_code}: {body}")
            if session := response.headers.get("mcp-session-id"):
                self._headers["mcp-session-id"] = session
            if "id" not in message:
                return None
            if response.headers.get("content-type", "").startswith("text/event-stream"):
                return await self._in_stream(response, message["id"])
            return _message(await limited(response))

    async def _in_stream(self, response: httpx.Response, number: int) -> dict[str, Any] | None:
        data: list[str] = []
        size = 0
        async for line in response.aiter_lines():
            size += len(line)
            if size > MOST_BYTES:
                raise McpError(f"the answer has more than {MOST_BYTES} bytes")
            if line.startswith("data:"):
                data.append(line.removeprefix("data:").removeprefix(" "))
            elif not line and data:
                message = _message("\n".join(data).encode())
                if message.get("id") == number:
                    return message
                data = []
        return None


def _message(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError as error:
        raise McpError("the answer is no JSON; is this the address of an MCP server?") from error
    if not isinstance(told, dict):
        raise McpError("the answer is no JSON-RPC message")
    return told


async def limited(response: httpx.Response) -> bytes:
    """The body, which may be only so long. Raises McpError."""
    pieces: list[bytes] = []
    size = 0
    async for piece in response.aiter_bytes():
        size += len(piece)
        if size > MOST_BYTES:
            raise McpError(f"the answer has more than {MOST_BYTES} bytes")
        pieces.append(piece)
    return b"".join(pieces)
