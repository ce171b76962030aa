"""What many ask for at once is done at once."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Together(Generic[Item, Result]):
    """While `work` is busy in a thread with some items, others gather, and are its next. Of one
    event loop."""

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Result]]) -> None:
        """`work` gives a result for every item, in order."""
        self._work = work
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._working: asyncio.Task[None] | None = None

    async def one(self, item: Item) -> Result:
        """The result of work that begins after this was called. Raises what it raises."""
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, result))
        if self._working is None:
            self._working = asyncio.create_task(self._all())
        return await result

    async def _all(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting, []
            try:
                results = await asyncio.to_thread(self._work, [item for item, _ in some])
            except Exception as error:  # raised again where each is waited for
                for _, waiting in some:
                    if not waiting.done():
                        waiting.set_exception(error)
            else:
                for (_, waiting), result in zip(some, results, strict=True):
                    if not waiting.done():
                        waiting.set_result(result)
        self._working = None
