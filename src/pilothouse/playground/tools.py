"""What stands behind a tool in the playground: a person, a text, an address, or an MCP server."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import httpx
import msgspec

from pilothouse.domain.errors import BadRequest
from pilothouse.llm.request import Tool
from pilothouse.outbound.headers import check_headers
from pilothouse.outbound.policy import AddressRefused
from pilothouse.outbound.transport import Outbound
from pilothouse.playground.mcp import McpError, Session, limited

_SECONDS = 60


class Source(StrEnum):
    PERSON = "person"
    """The run stops and waits for somebody to answer."""
    MOCK = "mock"
    HTTP = "http"
    """The arguments are posted as JSON; the body of the answer is the result."""
    MCP = "mcp"


@dataclass(frozen=True, slots=True)
class LiveTool:
    tool: Tool
    source: Source
    mock: str = ""
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """May hold secrets: they are sent, and kept nowhere."""


@dataclass(frozen=True, slots=True)
class Result:
    value: Any
    error: str = ""


async def answer(live: LiveTool, arguments: Any, outbound: Outbound) -> Result:
    """What the tool says to these arguments; a failure is a result too, which the model sees."""
    if not isinstance(arguments, dict):
        return Result(None, "the arguments are no JSON object")
    if live.source is Source.MOCK:
        return Result(_value(live.mock))
    try:
        check_headers(live.headers)
        async with outbound.client(_SECONDS) as http:
            if live.source is Source.HTTP:
                return Result(await _by_http(live, arguments, http))
            return Result(await _by_mcp(live, arguments, http))
    except (
        *(httpx.HTTPError, httpx.InvalidURL, UnicodeError),
        *(McpError, AddressRefused, BadRequest),
    ) as error:
        return Result(None, str(error) or type(error).__name__)


async def tools_of(url: str, headers: Mapping[str, str], outbound: Outbound) -> list[Tool]:
    """The tools of an MCP server. Raises BadRequest that says why there are none."""
    check_headers(headers)
    try:
        async with outbound.client(_SECONDS) as http:
            session = Session(http, url, headers)
            await session.open()
            try:
                told = await session.tools()
            finally:
                await session.close()
    except (httpx.HTTPError, McpError, httpx.InvalidURL, UnicodeError) as error:
        raise BadRequest(f"{url[:500]}: {error}") from error
    return [
        Tool(
            name=str(each.get("name", "")),
            description=str(each.get("description") or ""),
            parameters=each.get("inputSchema") or {"type": "object"},
        )
        for each in told
    ]


async def _by_http(live: LiveTool, arguments: dict[str, Any], http: httpx.AsyncClient) -> Any:
    async with http.stream(
        "POST", live.url, json=arguments, headers=dict(live.headers)
    ) as response:
        body = (await limited(response)).decode(errors="replace")
    if response.status_code >= 300:
        raise McpError(f"{live.url} answered {response.status_code}: {body[:500]}")
    return _value(body)


async def _by_mcp(live: LiveTool, arguments: dict[str, Any], http: httpx.AsyncClient) -> Any:
    session = Session(http, live.url, live.headers)
    await session.open()
    try:
        return await session.call(live.tool.name, arguments)
    finally:
        await session.close()


def _value(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text


def told(result: Result) -> Any:
    """As the model reads it."""
    return json.dumps({"error": result.error}, ensure_ascii=False) if result.error else result.value
