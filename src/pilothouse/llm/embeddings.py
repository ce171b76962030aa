"""Texts as vectors, by those providers whose protocol has them."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from pilothouse.domain import usage as buckets
from pilothouse.domain.span import CostSource
from pilothouse.llm import gemini, openai_client
from pilothouse.llm.connections import Connection
from pilothouse.llm.failures import Malformed, RequestRefused
from pilothouse.llm.parts import given
from pilothouse.llm.providers import Protocol
from pilothouse.llm.request import Request

Vector = list[float]


@dataclass
class Embedding:
    """One call while it runs and after; times in microseconds, 0 while not known."""

    model: str
    texts: list[str]
    dimensions: int | None = None
    vectors: list[Vector] = field(default_factory=list[Vector])
    usage: dict[str, int] = field(default_factory=dict[str, int])
    started: int = 0
    ended: int = 0
    attempts: int = 0
    is_under_way: bool = False
    """May the provider have it, and not have answered?"""
    is_estimated: bool = False
    cost: float = 0.0
    cost_source: str = CostSource.NONE


async def embed(connection: Connection, call: Embedding, http: httpx.AsyncClient) -> None:
    """Fills vectors and usage, once. Raises ModelFailure."""
    match connection.protocol:
        case Protocol.OPENAI_CHAT | Protocol.OPENAI_RESPONSES:
            await _by_openai(connection, call, http)
        case Protocol.GEMINI:
            await _by_gemini(connection, call, http)
        case _:
            raise RequestRefused(
                f"Pilothouse asks {connection.provider.name} for no embeddings",
                "Take a connection to a provider that has them: OpenAI, Azure, Gemini, Qwen, Mistral,"
                " Ollama, vLLM or any other that speaks OpenAI's protocol.",
            )
    if len(call.vectors) != len(call.texts) or not all(call.vectors):
        raise Malformed(
            f"{connection.provider.name} answered {len(call.vectors)} vectors to"
            f" {len(call.texts)} texts"
        )


async def _by_openai(connection: Connection, call: Embedding, http: httpx.AsyncClient) -> None:
    client = openai_client.of(connection, http)
    with openai_client.failing(connection, _asked(call)):
        told = await client.embeddings.create(
            model=call.model,
            input=call.texts,
            encoding_format="float",  # not all that speak the protocol know base64
            **given(dimensions=call.dimensions),
        )
        found = sorted(told.data, key=lambda each: each.index)
        call.vectors = [_vector(each.embedding) for each in found]
        if told.usage is not None:
            call.usage = buckets.disjoint(
                input_tokens=told.usage.prompt_tokens or told.usage.total_tokens or 0
            )


async def _by_gemini(connection: Connection, call: Embedding, http: httpx.AsyncClient) -> None:
    client = gemini.client_of(connection, http)
    config: Any = given(output_dimensionality=call.dimensions)
    with gemini.failing(connection, _asked(call)):
        told = await client.aio.models.embed_content(
            model=call.model, contents=call.texts, config=config or None
        )
        call.vectors = [_vector(each.values) for each in told.embeddings or ()]


def _vector(told: Any) -> Vector:
    return [float(each) for each in told or ()]


def _asked(call: Embedding) -> Request:
    """What failures name."""
    return Request(model=call.model, messages=[])
