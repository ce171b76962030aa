"""Notes what calls of models cost. Many end at once when an experiment runs: what waits is written
together."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pilothouse.domain.clock import DAY
from pilothouse.store.relational import model_spend
from pilothouse.store.relational.database import Database


@dataclass(frozen=True, slots=True)
class _Note:
    project_id: str
    day: int
    cost: float
    written: asyncio.Future[None]


class Spending:
    """Of one event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Note] = []
        self._writing: asyncio.Task[None] | None = None

    async def note(self, project_id: str, started: int, cost: float) -> None:
        """Returns when it is written. Raises Unavailable."""
        written = asyncio.get_running_loop().create_future()
        self._waiting.append(_Note(project_id, started // DAY, cost, written))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await written

    async def _write(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting, []
            failed: Exception | None = None
            try:
                await asyncio.to_thread(self._add, some)
            except Exception as error:  # raised again where each is waited for
                failed = error
            for each in some:
                if each.written.done():
                    continue
                if failed is None:
                    each.written.set_result(None)
                else:
                    each.written.set_exception(failed)
        self._writing = None

    def _add(self, some: Sequence[_Note]) -> None:
        calls = Counter((each.project_id, each.day) for each in some)
        cost: defaultdict[tuple[str, int], float] = defaultdict(float)
        for each in some:
            cost[each.project_id, each.day] += each.cost
        with self._database.write() as db:
            for (project_id, day), many in calls.items():
                model_spend.add(db, project_id, day, cost[project_id, day], many)
