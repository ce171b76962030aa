"""What calls of models cost, and what a project may spend on them in a day. Many begin and end at once
when an experiment runs: what waits is asked and written together."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pilothouse.domain.clock import DAY, now
from pilothouse.llm.failures import BudgetSpent
from pilothouse.llm.together import Together
from pilothouse.store.relational import model_spend
from pilothouse.store.relational.database import Database
from pilothouse.store.relational.model_spend import Over


@dataclass(frozen=True, slots=True)
class _Note:
    project_id: str
    day: int
    cost: float


class Spending:
    """Of one event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._notes: Together[_Note, None] = Together(self._add)
        self._checks: Together[str, BudgetSpent | None] = Together(self._spent)

    async def note(self, project_id: str, started: int, cost: float) -> None:
        """Returns when it is written. Raises Unavailable."""
        await self._notes.one(_Note(project_id, started // DAY, cost))

    async def check(self, project_id: str) -> None:
        """Raises BudgetSpent when the project may not spend more today."""
        spent = await self._checks.one(project_id)
        if spent is not None:
            raise spent

    def _add(self, some: Sequence[_Note]) -> list[None]:
        calls = Counter((each.project_id, each.day) for each in some)
        cost: defaultdict[tuple[str, int], float] = defaultdict(float)
        for each in some:
            cost[each.project_id, each.day] += each.cost
        with self._database.write() as db:
            for (project_id, day), many in calls.items():
                model_spend.add(db, project_id, day, cost[project_id, day], many)
        return [None] * len(some)

    def _spent(self, projects: Sequence[str]) -> list[BudgetSpent | None]:
        with self._database.read() as db:
            over = {id: model_spend.over_budget(db, id, now() // DAY) for id in set(projects)}
        return [_refusal(over[id]) for id in projects]


def _refusal(over: Over | None) -> BudgetSpent | None:
    if over is None:
        return None
    spent, daily = over.spent, over.daily
    return BudgetSpent(f"The project has spent ${spent:.4g} of its ${daily:.4g} for models today")
