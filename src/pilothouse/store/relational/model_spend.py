"""What projects spent on models by a day, and what they may. Functions of an open transaction."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pilothouse.store.relational import tables as t

_s = t.model_spend.c
_b = t.model_budgets.c


@dataclass(frozen=True, slots=True)
class Spend:
    cost: float
    calls: int


@dataclass(frozen=True, slots=True)
class Over:
    """US dollars of a day."""

    spent: float
    daily: float


def budget(db: sa.Connection, project_id: str) -> float | None:
    """US dollars a day; None: without limit."""
    asked = sa.select(_b.daily).where(_b.project_id == project_id)
    return db.execute(asked).scalar_one_or_none()


def set_budget(db: sa.Connection, project_id: str, daily: float | None) -> None:
    db.execute(t.model_budgets.delete().where(_b.project_id == project_id))
    if daily is not None:
        db.execute(t.model_budgets.insert().values(project_id=project_id, daily=daily))


def of_day(db: sa.Connection, project_id: str, day: int) -> Spend:
    asked = sa.select(_s.cost, _s.calls).where(_s.project_id == project_id, _s.day == day)
    row = db.execute(asked).one_or_none()
    return Spend(row.cost, row.calls) if row else Spend(0.0, 0)


def over_budget(db: sa.Connection, project_id: str, day: int) -> Over | None:
    """What was spent, where it is all that may be; None: more may."""
    daily = budget(db, project_id)
    if daily is None:
        return None
    spent = of_day(db, project_id, day).cost
    return Over(spent, daily) if spent >= daily else None


def add(db: sa.Connection, project_id: str, day: int, cost: float, calls: int = 1) -> None:
    """Calls more, and what they cost together."""
    insert = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
    row = insert(t.model_spend).values(project_id=project_id, day=day, cost=cost, calls=calls)
    db.execute(
        row.on_conflict_do_update(
            index_elements=["project_id", "day"],
            set_={"cost": _s.cost + row.excluded.cost, "calls": _s.calls + row.excluded.calls},
        )
    )
