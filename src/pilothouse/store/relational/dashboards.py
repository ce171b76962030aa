"""Dashboards of projects. Functions of an open transaction."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pilothouse.domain.clock import now
from pilothouse.domain.errors import Conflict
from pilothouse.store.relational import tables as t


@dataclass(frozen=True, slots=True)
class Stored:
    id: str
    name: str
    widgets: bytes
    """JSON; what it means is the business of the API."""
    revision: int
    created_at: int
    updated_at: int


_COLUMNS = tuple(t.dashboards.c[name] for name in Stored.__slots__)


def of_project(db: sa.Connection, project_id: str) -> list[Stored]:
    """The last changed first."""
    rows = db.execute(
        sa.select(*_COLUMNS)
        .where(t.dashboards.c.project_id == project_id)
        .order_by(t.dashboards.c.updated_at.desc(), t.dashboards.c.id)
    )
    return [Stored(*row) for row in rows]


def find(db: sa.Connection, project_id: str, dashboard_id: str) -> Stored | None:
    asked = sa.select(*_COLUMNS).where(*_this(project_id, dashboard_id))
    row = db.execute(asked).one_or_none()
    return Stored(*row) if row else None


def count(db: sa.Connection, project_id: str) -> int:
    asked = sa.select(sa.func.count()).where(t.dashboards.c.project_id == project_id)
    return db.execute(asked).scalar_one()


def add(db: sa.Connection, project_id: str, stored: Stored) -> None:
    """Raises Conflict when there is one of that id."""
    values = {name: getattr(stored, name) for name in Stored.__slots__}
    try:
        db.execute(t.dashboards.insert().values(project_id=project_id, **values))
    except IntegrityError as error:
        raise Conflict("there is a dashboard of this id already") from error


def replace(
    db: sa.Connection, project_id: str, dashboard_id: str, revision: int, name: str, widgets: bytes
) -> bool:
    """Whether there was one of that id and revision to replace."""
    changed = db.execute(
        t.dashboards.update()
        .where(*_this(project_id, dashboard_id), t.dashboards.c.revision == revision)
        .values(name=name, widgets=widgets, updated_at=now(), revision=revision + 1)
    )
    return changed.rowcount == 1


def remove(db: sa.Connection, project_id: str, dashboard_id: str) -> bool:
    return db.execute(t.dashboards.delete().where(*_this(project_id, dashboard_id))).rowcount == 1


def _this(project_id: str, dashboard_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return t.dashboards.c.project_id == project_id, t.dashboards.c.id == dashboard_id
