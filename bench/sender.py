"""Sends bodies made beforehand over a few keep-alive connections, and times the answers."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import httptools

_PAUSE = 1.0
"""Seconds after a refusal, as `Retry-After` asks."""


@dataclass(frozen=True)
class Target:
    port: int
    path: str
    headers: Mapping[str, str]


@dataclass
class Sent:
    requests: int = 0
    refused: int = 0
    latencies: list[float] = field(default_factory=list[float])
    """Seconds, of the requests that were accepted."""
    elapsed: float = 0.0

    def milliseconds(self, share: float) -> float:
        return percentile(self.latencies, share) * 1000


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


class Connection:
    """One keep-alive connection; httptools reads the answers."""

    def __init__(self, target: Target) -> None:
        headers = {"content-type": "application/x-protobuf", **target.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._port = target.port
        self._head = f" {target.path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{lines}"
        self._done = False

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    def close(self) -> None:
        self._writer.close()

    def on_message_complete(self) -> None:
        self._done = True

    async def post(self, body: bytes) -> int:
        head = f"POST{self._head}content-length: {len(body)}\r\n\r\n"
        return await self._answered(head.encode() + body)

    async def get(self) -> int:
        return await self._answered(f"GET{self._head}\r\n".encode())

    async def _answered(self, request: bytes) -> int:
        self._writer.write(request)
        await self._writer.drain()
        parser = httptools.HttpResponseParser(self)
        self._done = False
        while not self._done:
            piece = await self._reader.read(65_536)
            if not piece:
                raise ConnectionError("the server closed the connection")
            parser.feed_data(piece)
        return parser.get_status_code()


async def send(
    target: Target,
    bodies: Iterator[bytes],
    seconds: float,
    connections: int = 4,
    per_second: float | None = None,
) -> Sent:
    """Send for some seconds: as fast as the server answers, or `per_second` requests at most."""
    sent = Sent()
    began = time.perf_counter()
    turn = 0

    async def one() -> None:
        nonlocal turn
        connection = Connection(target)
        await connection.open()
        while time.perf_counter() - began < seconds:
            if per_second is not None:
                due, turn = began + turn / per_second, turn + 1
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
            asked = time.perf_counter()
            try:
                status = await connection.post(next(bodies))
            except OSError:
                connection.close()
                await connection.open()
                status = 0
            if 200 <= status < 300:
                sent.requests += 1
                sent.latencies.append(time.perf_counter() - asked)
            else:
                sent.refused += 1
                await asyncio.sleep(_PAUSE)
        connection.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    sent.elapsed = time.perf_counter() - began
    return sent
