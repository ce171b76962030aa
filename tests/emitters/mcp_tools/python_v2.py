"""The official client of version 2: it asks what the server speaks, and falls back to a handshake."""

import asyncio
import json
from typing import Any

from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from work import HEADERS, URL, work


def client(mode: Any = "auto", headers: dict[str, str] = HEADERS) -> Client:
    http = create_mcp_http_client(headers=headers)
    return Client(streamable_http_client(URL, http_client=http), mode=mode)


async def agent(mode: str) -> dict[str, Any]:
    async with client(mode) as found:

        async def call(tool: str, arguments: dict[str, Any]) -> tuple[bool, Any, str]:
            told = await found.call_tool(tool, arguments)
            return told.is_error, told.structured_content, told.content[0].text  # type: ignore

        info = found.server_info
        listed = await found.list_tools()
        try:
            unknown: Any = await found.call_tool("dropTables", {})
        except MCPError as error:
            unknown = error.code
        return {
            "protocol": found.protocol_version,
            "server": info.name if info else "",
            "instructions": bool(found.instructions),
            "tools": sorted(each.name for each in listed.tools),
            "unknown": unknown,
            **await work(call),
        }


async def stranger() -> str:
    """Of one whose key nobody knows."""
    try:
        async with client(headers={"Authorization": "Basic bm86bm8="}) as found:
            await found.list_tools()
    except Exception as error:
        told: BaseException = error
        while isinstance(told, BaseExceptionGroup):
            told = told.exceptions[0]
        return str(told)
    return "let in"


async def main() -> None:
    told = {mode: await agent(mode) for mode in ("auto", "legacy")}
    print(json.dumps(told | {"stranger": await stranger()}))


asyncio.run(main())
