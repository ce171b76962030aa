"""The official client of version 1, which most agents have: a handshake, then tools."""

import asyncio
import json
from typing import Any

from mcp import ClientSession, McpError
from mcp.client.streamable_http import streamablehttp_client
from work import HEADERS, URL, work


async def main() -> None:
    async with (
        streamablehttp_client(URL, headers=HEADERS) as (read, write, _),
        ClientSession(read, write) as session,
    ):
        begun = await session.initialize()
        await session.send_ping()
        listed = await session.list_tools()

        async def call(tool: str, arguments: dict[str, Any]) -> tuple[bool, Any, str]:
            told = await session.call_tool(tool, arguments)
            return told.isError, told.structuredContent, told.content[0].text  # type: ignore

        try:
            unknown: Any = await session.call_tool("dropTables", {})
        except McpError as error:
            unknown = error.error.code
        told = {
            "protocol": begun.protocolVersion,
            "server": begun.serverInfo.name,
            "instructions": bool(begun.instructions),
            "tools": sorted(each.name for each in listed.tools),
            "unknown": unknown,
            **await work(call),
        }
    print(json.dumps({"legacy": told}))


asyncio.run(main())
