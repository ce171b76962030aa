"""Which models a connection leads to, as its provider tells."""

import asyncio
from typing import Any

import httpx

from pilothouse.llm import anthropic_messages, bedrock, gemini, openai_client, packages
from pilothouse.llm.connections import Connection
from pilothouse.llm.failing import from_connection
from pilothouse.llm.providers import Protocol
from pilothouse.llm.request import Request
from pilothouse.outbound.aws import Line
from pilothouse.outbound.policy import AddressRefused
from pilothouse.outbound.transport import Outbound

_MOST = 2_000
_SECONDS = 15


async def models(connection: Connection, outbound: Outbound) -> list[str]:
    """Names, in order. Raises ModelFailure."""
    await packages.loaded(connection.protocol)
    if connection.protocol is Protocol.BEDROCK:
        found = await asyncio.to_thread(_of_bedrock, connection, outbound)
    else:
        async with outbound.client(_SECONDS) as http:
            found = await _by_http(connection, http)
    return sorted(dict.fromkeys(found))[:_MOST]


async def _by_http(connection: Connection, http: httpx.AsyncClient) -> list[str]:
    asked = Request(model="", messages=[])
    match connection.protocol:
        case Protocol.ANTHROPIC:
            client = anthropic_messages.client_of(connection, http)
            with anthropic_messages.failing(connection, asked):
                return [each.id async for each in client.models.list(limit=1_000)]
        case Protocol.GEMINI:
            client = gemini.client_of(connection, http)
            with gemini.failing(connection, asked):
                pages = await client.aio.models.list(config={"page_size": 1_000})
                return [each.name.removeprefix("models/") async for each in pages if _speaks(each)]
        case _:
            client = openai_client.of(connection, http)
            with openai_client.failing(connection, asked):
                return [each.id async for each in client.models.list()]


def _speaks(model: Any) -> bool:
    return "generateContent" in (model.supported_actions or ())


def _of_bedrock(connection: Connection, outbound: Outbound) -> list[str]:
    from botocore.exceptions import BotoCoreError, ClientError

    with outbound.blocking_client(_SECONDS) as http:
        client = bedrock.client_of(connection, Line(http), "bedrock")
        try:
            told = client.list_foundation_models(byOutputModality="TEXT")
        except ClientError as error:
            raise bedrock.failure_of(connection, "", error) from error
        except (BotoCoreError, httpx.HTTPError, AddressRefused) as error:
            raise from_connection(connection, error) from error
    return [each["modelId"] for each in told["modelSummaries"]]
