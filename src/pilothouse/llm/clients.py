"""Clients that wait for their next call with their connections open: a new one costs a handshake each time."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx

from pilothouse.domain.clock import SECOND, now
from pilothouse.outbound.transport import Line, Outbound

_MOST = 64
_PATIENCE = 60 * SECOND
"""How long one waits for another call."""


class Clients:
    """Of one event loop."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound
        self._waiting: list[tuple[int, str, Line]] = []
        """Since when, for which address; the latest last."""

    @asynccontextmanager
    async def one(self, address: str, limits: httpx.Timeout) -> AsyncGenerator[Line]:
        """For one call at a time. It carries nothing of the call before but open connections."""
        client = self._take(address)
        client.timeout = limits
        client.has_sent = False
        try:
            yield client
        finally:
            client.cookies.clear()
            if not client.is_closed:
                self._waiting.append((now(), address, client))
            await self._let_go()

    def _take(self, address: str) -> Line:
        for at in range(len(self._waiting) - 1, -1, -1):
            if self._waiting[at][1] == address:
                return self._waiting.pop(at)[2]
        return self._outbound.line()

    async def _let_go(self) -> None:
        oldest = now() - _PATIENCE
        while self._waiting and (len(self._waiting) > _MOST or self._waiting[0][0] < oldest):
            await self._waiting.pop(0)[2].aclose()

    async def close(self) -> None:
        while self._waiting:
            await self._waiting.pop()[2].aclose()
