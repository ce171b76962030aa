"""Group commit: requests wait for their batch, so that an acknowledgement means durable.

While one batch is being written the next one gathers; the batch follows the load by itself. It
knows nothing of HTTP and nothing of spans.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Generic, TypeVar

from pilothouse.domain.errors import Overloaded, Unavailable

T = TypeVar("T")
Refusals = list[tuple[T, str]]
_Request = tuple[list[T], int, asyncio.Future[Refusals[T]]]
"""Its items, about their bytes, and its answer."""


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

    A write may leave its last part to another thread, and gives the future of what that will not
    take; the next write then begins meanwhile.
    """

    def __init__(
        self,
        write: Callable[[Sequence[T]], Refusals[T] | Future[Refusals[T]]],
        executor: Executor,
        limits: BatchLimits | None = None,
    ) -> None:
        self._write = write
        self._executor = executor
        self._limits = limits or BatchLimits()
        self._waiting: deque[_Request[T]] = deque()
        self._underway: list[asyncio.Future[Refusals[T]]] = []
        self._finishing: asyncio.Task[None] | None = None
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
        while True:
            if not self._waiting:
                if self._closing:
                    break
                self._arrived.clear()
                await self._arrived.wait()
                await asyncio.sleep(self._limits.linger)
                continue
            await self._company()
            await self._written(self._take())
        if self._finishing is not None:
            await self._finishing

    async def _written(self, batch: "list[_Request[T]]") -> None:
        """Returns when the next batch may be begun."""
        items = [item for group, _, _ in batch for item in group]
        self._underway = [
            *(done for done in self._underway if not done.done()),
            *(done for _, _, done in batch),
        ]
        loop = asyncio.get_running_loop()
        try:
            told = await loop.run_in_executor(self._executor, self._write, items)
        except Exception as error:
            self._answer(batch, error)
            return
        if not isinstance(told, Future):
            self._answer(batch, told)
            return
        before = self._finishing
        self._finishing = asyncio.create_task(self._finished(batch, told), name="finishing")
        if before is not None:
            await before

    async def _finished(self, batch: "list[_Request[T]]", rest: Future[Refusals[T]]) -> None:
        try:
            refused = await asyncio.wrap_future(rest)
        except Exception as error:
            self._answer(batch, error)
        else:
            self._answer(batch, refused)

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

    def _take(self) -> "list[_Request[T]]":
        batch = [self._waiting.popleft()]
        count = len(batch[0][0])
        while self._waiting and count + len(self._waiting[0][0]) <= self._limits.items:
            batch.append(self._waiting.popleft())
            count += len(batch[-1][0])
        return batch

    def _answer(self, batch: "list[_Request[T]]", told: Refusals[T] | Exception) -> None:
        self._expected = len(batch) + len(self._waiting)
        self._items -= sum(len(group) for group, _, _ in batch)
        self._bytes -= sum(size for _, size, _ in batch)
        if isinstance(told, Exception):
            for _, _, done in batch:
                _fail(done, told)
            return
        reasons = {id(item): reason for item, reason in told}
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
