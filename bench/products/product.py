"""What the benchmarks need to know of a product: how to start it, feed it, and ask it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import httpx

from bench.sender import Target
from bench.server import Server, size

DAY = 86_400
LATEST = "latest 50 traces with previews"
ONE = "one trace with all spans by id"
USER = "one user's traces of 7 days"
CHART = "cost, tokens and p95 latency by model and day over 30 days"
RARE_WORD = "a rare word in inputs of 30 days"
WRITE_READ = "read after write, one small trace"
PATIENCE = 90.0
"""Seconds that a question may take."""


@dataclass(frozen=True)
class Facts:
    """What is asked about."""

    end: float
    """Seconds; nothing begins later."""
    user: Callable[[], str]
    rare: str


@dataclass(frozen=True)
class Question:
    name: str
    ask: Callable[[], Any]
    note: str = ""
    """What of the question the product has no answer for."""


class Product(ABC):
    name: ClassVar[str]
    title: ClassVar[str]
    port: ClassVar[int]
    ready: ClassVar[str]
    """Path that answers 200 once it is healthy."""
    path: ClassVar[str] = "/v1/traces"
    headers: Mapping[str, str] = {}

    @abstractmethod
    def version(self) -> str: ...

    @abstractmethod
    def command(self, folder: Path) -> Sequence[str]: ...

    @abstractmethod
    def environment(self, folder: Path) -> Mapping[str, str]: ...

    @abstractmethod
    def stored(self, client: httpx.Client) -> int:
        """Spans, as the product counts them."""

    @abstractmethod
    def spans_of(self, client: httpx.Client, trace_id: str) -> int:
        """How many spans of a trace can be read."""

    @abstractmethod
    def questions(self, client: httpx.Client, facts: Facts) -> list[Question]: ...

    def disk(self, folder: Path) -> int:
        """Bytes that its data takes, once it has stopped."""
        return size(folder)

    def target(self) -> Target:
        return Target(self.port, self.path, self.headers)

    def client(self) -> httpx.Client:
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}",
            headers=dict(self.headers),
            timeout=PATIENCE,
            # Servers hang up after some idle seconds; we do first.
            limits=httpx.Limits(keepalive_expiry=1),
        )

    def server(self, folder: Path) -> Server:
        """A server over a folder, not yet started."""
        folder.mkdir(parents=True, exist_ok=True)
        return Server(
            self.command(folder),
            self.environment(folder),
            folder,
            f"http://127.0.0.1:{self.port}{self.ready}",
            folder.parent / f"{self.name}.log",
        )
