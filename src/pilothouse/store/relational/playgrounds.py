"""Saved playgrounds of projects. Functions of an open transaction."""

from dataclasses import dataclass

import sqlalchemy as sa

from pilothouse.domain.clock import now
from pilothouse.store.relational import tables as t

_p = t.playgrounds.c


@dataclass(frozen=True, slots=True)
class Stored:
    id: str
    project_id: str
    name: str
    state: str
    """JSON; what it means is the business of the page."""
    author_id: str
    created_at: int
    updated_at: int


_COLUMNS = tuple(_p[name] for name in Stored.__slots__)


def of_project(db: sa.Connection, project_id: str) -> list[Stored]:
    """The last changed first."""
    asked = (
        sa.select(*_COLUMNS)
        .where(_p.project_id == project_id)
        .order_by(_p.updated_at.desc(), _p.id)
    )
    return [Stored(*row) for row in db.execute(asked)]


def find(db: sa.Connection, project_id: str, playground_id: str) -> Stored | None:
    row = db.execute(sa.select(*_COLUMNS).where(*_this(project_id, playground_id))).one_or_none()
    return Stored(*row) if row else None


def count(db: sa.Connection, project_id: str) -> int:
    asked = sa.select(sa.func.count()).where(_p.project_id == project_id)
    return db.execute(asked).scalar_one()


def add(db: sa.Connection, playground: Stored) -> None:
    row = {name: getattr(playground, name) for name in Stored.__slots__}
    db.execute(t.playgrounds.insert().values(row))


def change(db: sa.Connection, project_id: str, playground_id: str, name: str, state: str) -> bool:
    """Whether there was one of that id."""
    changed = db.execute(
        t.playgrounds.update()
        .where(*_this(project_id, playground_id))
        .values(name=name, state=state, updated_at=now())
    )
    return changed.rowcount == 1


def remove(db: sa.Connection, project_id: str, playground_id: str) -> bool:
    return db.execute(t.playgrounds.delete().where(*_this(project_id, playground_id))).rowcount == 1


def _this(project_id: str, playground_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return _p.project_id == project_id, _p.id == playground_id
