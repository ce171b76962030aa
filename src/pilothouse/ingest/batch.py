"""Group commit: requests wait for their batch, so that an acknowledgement means durable.

While one batch is being written the next one gathers; the batch follows the load by itself. It
knows nothing of HTTP and nothing of spans.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Generic, TypeVar

from pilothouse.domain.errors import Overloaded, Unavailable

T = TypeVar("T")
Refusals = list[tuple[T, str]]


@dataclass(frozen=True)
class BatchLimits:
    """Bounds of one group commit."""

    items: int = 5_000
    """Most items of one write."""
    waiting_items: int = 100_000
    """Most items in memory; beyond, requests are turned away."""
    waiting_bytes: int = 512 << 20
    linger: float = 0.004
    """Seconds that the first request of a quiet moment waits for company."""
    patience: float = 0.05
    """Seconds after a write that those whom it answered are waited for."""
    enough: int = 1_000
    """Items that wait for nobody: more company would save less than the waiting costs."""


class GroupCommit(Generic[T]):
    """Turns many small writes into few large ones.

    `write` blocks, runs in the executor, and gives back what it will not take. One write at a time.
    """

    def __init__(
        self,
        write: Callable[[Sequence[T]], Refusals[T]],
        executor: Executor,
        limits: BatchLimits | None = None,
    ) -> None:
        self._write = write
        self._executor = executor
        self._limits = limits or BatchLimits()
        self._waiting: deque[tuple[list[T], int, asyncio.Future[Refusals[T]]]] = deque()
        self._underway: list[asyncio.Future[Refusals[T]]] = []
        self._items = 0
        self._bytes = 0
        self._arrived = asyncio.Event()
        self._expected = 0
        self._closing = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="group-commit")

    async def submit(self, items: list[T], size: int) -> Refusals[T]:
        """Wait until the items are durable. `size` is about their bytes in memory.

        Raises Overloaded when too much is waiting, and Unavailable when the write failed; then none
        of these items can be relied on, and sending them again is safe.
        """
        if not items:
            return []
        if self._closing:
            raise Unavailable("the server is stopping", retry_after=2)
        limits = self._limits
        too_many = self._items + len(items) > limits.waiting_items
        too_much = self._bytes + size > limits.waiting_bytes
        if self._waiting and (too_many or too_much):
            raise Overloaded("too much is waiting to be stored", retry_after=1)
        done: asyncio.Future[Refusals[T]] = asyncio.get_running_loop().create_future()
        self._waiting.append((items, size, done))
        self._items += len(items)
        self._bytes += size
        self._arrived.set()
        return await asyncio.shield(done)

    async def settle(self) -> None:
        """Wait until what was submitted up to now is written, or has failed."""
        every = [*self._underway, *(done for _, _, done in self._waiting)]
        if every:
            await asyncio.wait(every)

    async def drain(self) -> None:
        """Write what waits, take no more."""
        self._closing = True
        self._arrived.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            if not self._waiting:
                if self._closing:
                    return
                self._arrived.clear()
                await self._arrived.wait()
                await asyncio.sleep(self._limits.linger)
                continue
            await self._company()
            batch = self._take()
            items = [item for group, _, _ in batch for item in group]
            self._underway = [done for _, _, done in batch]
            try:
                refused = await loop.run_in_executor(self._executor, self._write, items)
            except Exception as error:
                for _, _, done in batch:
                    _fail(done, error)
            else:
                self._answer(batch, refused)
            finally:
                self._expected = len(batch) + len(self._waiting)
                self._items -= len(items)
                self._bytes -= sum(size for _, size, _ in batch)

    async def _company(self) -> None:
        """Wait until all whom the last write answered have come back to those who waited meanwhile,
        or patience ends."""
        end = asyncio.get_running_loop().time() + self._limits.patience
        while (
            len(self._waiting) < self._expected
            and self._items < self._limits.enough
            and not self._closing
        ):
            self._arrived.clear()
            try:
                async with asyncio.timeout_at(end):
                    await self._arrived.wait()
            except TimeoutError:
                return

    def _take(self) -> list[tuple[list[T], int, asyncio.Future[Refusals[T]]]]:
        batch = [self._waiting.popleft()]
        count = len(batch[0][0])
        while self._waiting and count + len(self._waiting[0][0]) <= self._limits.items:
            batch.append(self._waiting.popleft())
            count += len(batch[-1][0])
        return batch

    @staticmethod
    def _answer(
        batch: list[tuple[list[T], int, asyncio.Future[Refusals[T]]]], refused: Refusals[T]
    ) -> None:
        reasons = {id(item): reason for item, reason in refused}
        for group, _, done in batch:
            if not done.done():
                done.set_result(
                    [(item, reasons[id(item)]) for item in group if id(item) in reasons]
                    if reasons
                    else []
                )


def _fail(done: "asyncio.Future[Refusals[T]]", error: Exception) -> None:
    if done.done():
        return
    done.set_exception(error)
    # A request that has gone away does not fetch its exception; that is no mistake of ours.
    done.exception()
