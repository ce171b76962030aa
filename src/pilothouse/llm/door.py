"""The door itself: whoever calls a model passes here. Time-outs, second tries, the day's budget, what it
cost, and no word of a key in what is told of a failure."""

import asyncio
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field

import httpx

from pilothouse.domain.clock import SECOND, now
from pilothouse.domain.span import CostSource, Span
from pilothouse.domain.usage import ESTIMATED, totals
from pilothouse.llm import (
    anthropic_messages,
    bedrock,
    embeddings,
    estimating,
    gemini,
    openai_chat,
    openai_responses,
    packages,
)
from pilothouse.llm.clients import Clients
from pilothouse.llm.connections import Connection
from pilothouse.llm.embeddings import Embedding
from pilothouse.llm.events import Answer, Event, ReasoningDelta, TextDelta, ToolCallDelta
from pilothouse.llm.failures import CutOff, Malformed, ModelFailure, TooSlow
from pilothouse.llm.providers import Protocol
from pilothouse.llm.request import Request
from pilothouse.llm.spending import Spending
from pilothouse.outbound.transport import Outbound
from pilothouse.pricing import PriceBook
from pilothouse.store.relational.database import Database

_CONNECT_SECONDS = 10
_WHOLE_SECONDS = 1_200
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 20.0
"""Seconds. A provider that asks for more patience than that is told of instead."""

_WORDS = (TextDelta, ReasoningDelta, ToolCallDelta)

_Stream = Callable[[Connection, Request, httpx.AsyncClient], AsyncGenerator[Event]]
_STREAMS: dict[Protocol, _Stream] = {
    Protocol.OPENAI_CHAT: openai_chat.stream,
    Protocol.OPENAI_RESPONSES: openai_responses.stream,
    Protocol.ANTHROPIC: anthropic_messages.stream,
    Protocol.GEMINI: gemini.stream,
}


@dataclass
class Call:
    """One call while it runs and after; times in microseconds, 0 while not known."""

    request: Request
    started: int = 0
    first_token: int = 0
    ended: int = 0
    attempts: int = 0
    is_under_way: bool = False
    """May the provider have it, and not have answered? Then it works on it, and counts it."""
    answer: Answer = field(default_factory=Answer)
    is_estimated: bool = False
    """It ended before the provider counted; `answer.usage` is ours."""
    cost: float = 0.0
    cost_source: str = CostSource.NONE

    @property
    def tokens_per_second(self) -> float:
        """From the first token on; 0 where nothing was counted."""
        end = self.ended or now()
        _, out, _ = totals(self.answer.usage)
        seconds = (end - self.first_token) / 1_000_000 if self.first_token else 0
        return out / seconds if seconds > 0 else 0.0


class Door:
    def __init__(self, outbound: Outbound, database: Database) -> None:
        self._outbound = outbound
        self._clients = Clients(outbound)
        self._spending = Spending(database)

    async def stream(
        self, project_id: str, connection: Connection, call: Call, prices: PriceBook
    ) -> AsyncGenerator[Event]:
        """What the model says, piece by piece; `call` is filled on the way. Raises ModelFailure.
        Closing the iterator ends the call at the provider."""
        await self._spending.check(project_id)
        await packages.loaded(connection.protocol)
        call.started = now()
        try:
            async with aclosing(self._tried(connection, call)) as events:
                async for event in events:
                    if not call.first_token and isinstance(event, _WORDS):
                        call.first_token = now()
                    call.answer.add(event)
                    yield event
                    _check_time(connection, call)
            _check_whole(connection, call.answer)
        except ModelFailure as error:
            call.is_under_way = error.left_working
            raise _scrubbed(error, connection) from None
        finally:
            call.ended = now()
            if call.answer.finish is None and (call.first_token or call.is_under_way):
                call.answer.usage = estimating.usage(call.request, call.answer)
                call.is_estimated = True
            call.cost, call.cost_source = _priced(
                connection,
                call.request.model,
                call.started,
                call.answer.usage,
                prices,
                estimated=call.is_estimated,
            )
            if call.answer.usage or call.first_token:
                await asyncio.shield(self._spending.note(project_id, call.started, call.cost))

    async def answer(
        self, project_id: str, connection: Connection, request: Request, prices: PriceBook
    ) -> Call:
        """The whole answer at once."""
        call = Call(request)
        async for _ in self.stream(project_id, connection, call, prices):
            pass
        return call

    async def embed(
        self, project_id: str, connection: Connection, call: Embedding, prices: PriceBook
    ) -> None:
        """Texts as vectors, which `call` has afterwards. Raises ModelFailure."""
        await self._spending.check(project_id)
        await packages.loaded(connection.protocol)
        call.started = now()
        try:
            await self._embedded(connection, call)
        except ModelFailure as error:
            call.is_under_way = error.left_working
            raise _scrubbed(error, connection) from None
        finally:
            call.ended = now()
            if call.is_under_way and not call.vectors:
                call.usage = estimating.usage_of_texts(call.texts)
                call.is_estimated = True
            call.cost, call.cost_source = _priced(
                connection,
                call.model,
                call.started,
                call.usage,
                prices,
                estimated=call.is_estimated,
            )
            if call.usage or call.vectors:
                await asyncio.shield(self._spending.note(project_id, call.started, call.cost))

    async def _embedded(self, connection: Connection, call: Embedding) -> None:
        timeout = httpx.Timeout(connection.timeout, connect=_CONNECT_SECONDS)
        for attempt in range(connection.retries + 1):
            call.attempts = attempt + 1
            try:
                async with self._clients.one(connection.base_url, timeout) as http:
                    try:
                        return await embeddings.embed(connection, call, http)
                    finally:
                        call.is_under_way = http.has_sent
            except ModelFailure as failure:
                pause = _pause(failure, attempt)
                if attempt == connection.retries or pause is None:
                    raise
            call.is_under_way = False
            await asyncio.sleep(pause)
        return None

    async def _tried(self, connection: Connection, call: Call) -> AsyncGenerator[Event]:
        """Again, after a pause, while nothing was said and the failure may pass."""
        for attempt in range(connection.retries + 1):
            call.attempts = attempt + 1
            begun = False
            try:
                async with aclosing(self._once(connection, call)) as events:
                    async for event in events:
                        begun = True
                        yield event
                return
            except ModelFailure as failure:
                pause = _pause(failure, attempt)
                if begun or attempt == connection.retries or pause is None:
                    raise
            call.is_under_way = False
            await asyncio.sleep(pause)

    async def _once(self, connection: Connection, call: Call) -> AsyncGenerator[Event]:
        timeout = httpx.Timeout(connection.timeout, connect=_CONNECT_SECONDS)
        if connection.protocol is Protocol.BEDROCK:
            # Its package calls in a thread, and does not tell how far it is.
            call.is_under_way = True
            http = self._outbound.blocking_client(timeout)
            async with aclosing(bedrock.stream(connection, call.request, http)) as events:
                async for event in events:
                    yield event
            return
        stream = _STREAMS[connection.protocol]
        async with (
            self._clients.one(connection.base_url, timeout) as http,
            aclosing(stream(connection, call.request, http)) as events,
        ):
            try:
                async for event in events:
                    yield event
            finally:
                call.is_under_way = http.has_sent

    async def close(self) -> None:
        await self._clients.close()


def _pause(failure: ModelFailure, attempt: int) -> float | None:
    """Seconds before the next try; None where another would not help, or not soon."""
    if not failure.again:
        return None
    if failure.retry_after is not None:
        return failure.retry_after if failure.retry_after <= _LONGEST_PAUSE else None
    # Spread, so that variants that failed together do not come back together.
    return _FIRST_PAUSE * 2**attempt * random.uniform(0.75, 1.25)  # noqa: S311 - no secret


def _check_time(connection: Connection, call: Call) -> None:
    """Silence is bounded by the connection's time-out; this bounds those who never come to an end."""
    if now() - call.started > _WHOLE_SECONDS * SECOND:
        raise TooSlow(f"{connection.provider.name} took more than {_WHOLE_SECONDS} seconds")


def _check_whole(connection: Connection, answer: Answer) -> None:
    """A stream that ends without saying why was cut, by whomever stands between."""
    if answer.finish is not None:
        return
    name = connection.provider.name
    if not answer.message().parts:
        raise Malformed(f"{name} answered, but with nothing that can be read as an answer")
    raise CutOff(f"The answer of {name} broke off without an end")


def _priced(
    connection: Connection,
    model: str,
    started: int,
    usage: dict[str, int],
    prices: PriceBook,
    *,
    estimated: bool = False,
) -> tuple[float, str]:
    """The cost and where it comes from."""
    span = Span(
        project_id="",
        trace_id="",
        span_id="",
        start_time=started,
        model=model,
        provider=priced_as(connection),
        usage=usage,
        attributes={ESTIMATED: "true"} if estimated else {},
    )
    prices.price(span)
    return span.total_cost, span.cost_source


def priced_as(connection: Connection) -> str:
    """The provider as spans name it."""
    return connection.provider.priced_as or connection.provider.id


def _scrubbed(failure: ModelFailure, connection: Connection) -> ModelFailure:
    """Some providers repeat the key that they refuse."""
    secret = connection.secret
    for word in (secret.key, secret.session_token, *secret.headers.values()):
        if len(word) >= 6:
            failure.cause = failure.cause.replace(word, "…")
    failure.args = (f"{failure.cause} {failure.remedy}",)
    return failure
