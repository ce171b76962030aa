"""Texts as vectors, over the wire formats of those that have them."""

import asyncio
from typing import Any

import pytest

from pilothouse.llm.door import Door
from pilothouse.llm.embeddings import Embedding
from pilothouse.llm.failures import ModelFailure
from pilothouse.outbound.policy import Policy
from pilothouse.outbound.transport import Outbound
from pilothouse.pricing import PriceBook
from tests.unit.llm.calling import KEY, connection, database
from tests.unit.llm.provider import Standing, said_json


def embedded(provider: str, url: str, policy: Policy | None = None, **more: Any) -> Embedding:
    opened, project_id = database()
    options = more.pop("options", {})
    call = Embedding("text-embedding-3-small", ["a", "b"], **more)

    async def run() -> None:
        outbound = Outbound(policy or Policy(loopback=True))
        door = Door(outbound, opened)
        try:
            await door.embed(project_id, connection(provider, url, **options), call, PriceBook())
        finally:
            await outbound.close()

    asyncio.run(run())
    return call


OPENAI = {
    "object": "list",
    "model": "e",
    "data": [
        {"object": "embedding", "index": 1, "embedding": [0.0, 1.0]},
        {"object": "embedding", "index": 0, "embedding": [1.0, 0.0]},
    ],
    "usage": {"prompt_tokens": 1_000_000, "total_tokens": 1_000_000},
}


def test_openai_is_asked_and_priced(provider: Standing) -> None:
    provider.answers = [said_json(200, OPENAI)]
    call = embedded("openai", provider.url, dimensions=2)
    assert call.vectors == [[1.0, 0.0], [0.0, 1.0]]
    [asked] = provider.asked
    assert asked.body["dimensions"] == 2
    assert call.usage == {"input": 1_000_000}
    assert call.cost == pytest.approx(0.02)
    assert call.cost_source == "catalogue"


def test_gemini_is_asked(provider: Standing) -> None:
    told = {"embeddings": [{"values": [1.0, 0.0]}, {"values": [0.0, 1.0]}]}
    provider.answers = [said_json(200, told)]
    call = embedded("gemini", provider.url, dimensions=2)
    assert call.vectors == [[1.0, 0.0], [0.0, 1.0]]
    [asked] = provider.asked
    assert asked.path.endswith("text-embedding-3-small:batchEmbedContents")
    texts = [each["content"]["parts"][0]["text"] for each in asked.body["requests"]]
    assert texts == ["a", "b"]
    assert asked.body["requests"][0]["outputDimensionality"] == 2


def test_what_may_pass_is_tried_again(provider: Standing) -> None:
    busy = said_json(429, {"error": {"message": "busy"}}, retry_after_ms="1")
    provider.answers = [busy, said_json(200, OPENAI)]
    call = embedded("openai", provider.url, options={"retries": 1})
    assert call.attempts == 2
    assert len(call.vectors) == 2


def test_no_word_of_the_key_is_told(provider: Standing) -> None:
    provider.answers = [said_json(401, {"error": {"message": f"wrong key {KEY}"}})]
    with pytest.raises(ModelFailure) as error:
        embedded("openai", provider.url)
    assert KEY not in str(error.value)


def test_addresses_that_may_not_be_called_are_not() -> None:
    with pytest.raises(ModelFailure) as error:
        embedded("openai-compatible", "http://127.0.0.1:9/v1", Policy())
    assert error.value.code == "address_refused"
