"""HTTP clients that call permitted addresses alone.

A name is resolved once, where the connection is made: what was checked is what is connected to, so that
a name which changes its address between look-up and call gains nothing. TLS still checks the name.
Redirects are not followed, and proxies of the environment are not used, as they would look up names by
themselves.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from functools import cached_property, lru_cache
from typing import Any

import httpcore
import httpx

from pilothouse.outbound.policy import Address, Policy

_CONNECTIONS = 100
_REST_SECONDS = 0.02
_REST_PIECES = 4

Resolve = Callable[[str, int], list[Address]]
"""The addresses of a host. Raises OSError. Blocks."""


def resolve(host: str, port: int) -> list[Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    # A scope (`fe80::1%eth0`) is part of how a link-local address is written, not of what it is.
    return [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]


class Outbound:
    """Gives clients over one pool of connections. A client has cookies of its own, so that one
    project's calls tell nothing to another's."""

    def __init__(self, policy: Policy, resolve: Resolve = resolve) -> None:
        self.policy = policy
        self._resolve = resolve

    # Reading the certificates takes longer than the rest of a start, and many servers call nobody.
    @cached_property
    def _transport(self) -> httpx.AsyncBaseTransport:
        return _Guarded(self.policy, self._resolve)

    @cached_property
    def _blocking(self) -> httpx.BaseTransport:
        return _GuardedBlocking(self.policy, self._resolve)

    def client(self, timeout: httpx.Timeout | float = 30) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=_Shared(self._transport),
            timeout=timeout,
            trust_env=False,
            follow_redirects=False,
        )

    def line(self) -> "Line":
        """A client with connections of its own, for many calls one after another; the caller closes it.
        A pool that many share looks through all its connections at each call."""
        return Line(_Guarded(self.policy, self._resolve))

    def blocking_client(self, timeout: httpx.Timeout | float = 30) -> httpx.Client:
        """For threads."""
        return httpx.Client(
            transport=_SharedBlocking(self._blocking),
            timeout=timeout,
            trust_env=False,
            follow_redirects=False,
        )

    async def close(self) -> None:
        if "_transport" in self.__dict__:
            await self._transport.aclose()
        if "_blocking" in self.__dict__:
            self._blocking.close()


class Line(httpx.AsyncClient):
    """For one call at a time."""

    has_sent: bool
    """Has anything of a request gone out since this was last set?"""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.has_sent = False
        super().__init__(
            transport=_ToTheEnd(inner, self._see), trust_env=False, follow_redirects=False
        )

    async def _see(self, event: str, _: dict[str, Any]) -> None:
        if event.endswith(".send_request_headers.started"):
            self.has_sent = True


class _Shared(httpx.AsyncBaseTransport):
    """The pool outlives each client."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._inner.handle_async_request(request)


_Trace = Callable[[str, dict[str, Any]], Awaitable[None]]
"""Of httpcore: the name of each step of a request, and what belongs to it."""


class _ToTheEnd(httpx.AsyncBaseTransport):
    def __init__(self, inner: httpx.AsyncBaseTransport, trace: _Trace) -> None:
        self._inner = inner
        self._trace = trace

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions = {**request.extensions, "trace": self._trace}
        response = await self._inner.handle_async_request(request)
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - httpx's own promise
        response.stream = _ReadToTheEnd(response.stream)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _ReadToTheEnd(httpx.AsyncByteStream):
    """Readers of event streams stop at the last event, before the body has ended, and a connection whose
    answer was not read to its end is not used again. What little is left is read when the answer is
    closed, if it has come already."""

    def __init__(self, inner: httpx.AsyncByteStream) -> None:
        self._inner = inner
        self._pieces = aiter(inner)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces

    async def aclose(self) -> None:
        try:
            async with asyncio.timeout(_REST_SECONDS):
                for _ in range(_REST_PIECES):
                    if await anext(self._pieces, None) is None:
                        break
        except (TimeoutError, httpx.HTTPError, RuntimeError):
            pass
        finally:
            await self._inner.aclose()


class _SharedBlocking(httpx.BaseTransport):
    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._inner.handle_request(request)


class _Guarded(httpx.AsyncHTTPTransport):
    def __init__(self, policy: Policy, resolve: Resolve) -> None:
        super().__init__(verify=_certificates(), trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_certificates(),
            max_connections=_CONNECTIONS,
            network_backend=_Backend(policy, resolve),
        )


class _GuardedBlocking(httpx.HTTPTransport):
    def __init__(self, policy: Policy, resolve: Resolve) -> None:
        super().__init__(verify=_certificates(), trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=_certificates(),
            max_connections=_CONNECTIONS,
            network_backend=_BlockingBackend(policy, resolve),
        )


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """Reading them takes tens of milliseconds."""
    return httpx.create_ssl_context(trust_env=True)


class _Backend(httpcore.AsyncNetworkBackend):
    def __init__(self, policy: Policy, resolve: Resolve) -> None:
        self._policy = policy
        self._resolve = resolve
        self._inner: Any = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            looked_up = asyncio.to_thread(self._resolve, host, port)
            found = await asyncio.wait_for(looked_up, timeout)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"looking up {host} took too long") from error
        except OSError as error:
            raise httpcore.ConnectError(_not_found(host, error)) from error
        last: Exception | None = None
        for address in self._policy.permitted(host, found):
            try:
                return await self._inner.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last or httpcore.ConnectError(f"{host} has no address")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _BlockingBackend(httpcore.NetworkBackend):
    def __init__(self, policy: Policy, resolve: Resolve) -> None:
        self._policy = policy
        self._resolve = resolve
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = self._resolve(host, port)
        except OSError as error:
            raise httpcore.ConnectError(_not_found(host, error)) from error
        last: Exception | None = None
        for address in self._policy.permitted(host, found):
            try:
                return self._inner.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last or httpcore.ConnectError(f"{host} has no address")


def _not_found(host: str, error: OSError) -> str:
    return f"the name {host} cannot be looked up: {error.strerror or error}"
