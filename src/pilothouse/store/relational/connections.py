"""Connections of projects to model providers, as they are kept: secrets sealed. Functions of an open
transaction."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pilothouse.domain.clock import now
from pilothouse.domain.errors import Conflict, NotFound
from pilothouse.store.relational import tables as t

_c = t.model_connections.c


@dataclass(frozen=True, slots=True)
class Stored:
    id: str
    project_id: str
    name: str
    provider: str
    base_url: str
    secret: str = field(repr=False)
    """Sealed; empty: none."""
    secret_hint: str
    models: list[str]
    options: dict[str, Any]
    author_id: str
    created_at: int = 0
    updated_at: int = 0


_COLUMNS = tuple(_c[name] for name in Stored.__slots__)


def of_project(db: sa.Connection, project_id: str) -> list[Stored]:
    """By name."""
    asked = sa.select(*_COLUMNS).where(_c.project_id == project_id).order_by(_c.name)
    return [_stored(row) for row in db.execute(asked)]


def find(db: sa.Connection, project_id: str, connection_id: str) -> Stored | None:
    asked = sa.select(*_COLUMNS).where(_c.project_id == project_id, _c.id == connection_id)
    row = db.execute(asked).one_or_none()
    return _stored(row) if row else None


def named(db: sa.Connection, project_id: str, name: str) -> Stored | None:
    asked = sa.select(*_COLUMNS).where(_c.project_id == project_id, _c.name == name)
    row = db.execute(asked).one_or_none()
    return _stored(row) if row else None


def add(db: sa.Connection, connection: Stored) -> Stored:
    """Raises Conflict when the project has one of that name."""
    moment = now()
    made = replace(connection, created_at=moment, updated_at=moment)
    with _claiming(made.name):
        db.execute(t.model_connections.insert().values(_row(made)))
    return made


def change(db: sa.Connection, connection: Stored) -> Stored:
    """All of it but its id, project, author and birth. Raises Conflict as `add` does, NotFound when
    it is gone."""
    changed = replace(connection, updated_at=now())
    row = _row(changed)
    for kept in ("id", "project_id", "author_id", "created_at"):
        row.pop(kept)
    this = _c.project_id == changed.project_id, _c.id == changed.id
    with _claiming(changed.name):
        found = db.execute(t.model_connections.update().where(*this).values(row))
    if found.rowcount == 0:
        raise NotFound("no such connection to a model provider")
    return changed


def remove(db: sa.Connection, project_id: str, connection_id: str) -> bool:
    this = _c.project_id == project_id, _c.id == connection_id
    return db.execute(t.model_connections.delete().where(*this)).rowcount == 1


@contextmanager
def _claiming(name: str) -> Generator[None, None, None]:
    try:
        yield
    except IntegrityError as error:
        raise Conflict(f"there is a connection named {name!r} already") from error


def _row(connection: Stored) -> dict[str, Any]:
    row = {name: getattr(connection, name) for name in Stored.__slots__}
    return row | {"models": json.dumps(row["models"]), "options": json.dumps(row["options"])}


def _stored(row: Any) -> Stored:
    told = dict(row._mapping)
    told["models"], told["options"] = json.loads(told["models"]), json.loads(told["options"])
    return Stored(**told)
