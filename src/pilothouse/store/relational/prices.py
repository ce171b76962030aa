"""Prices that projects set by themselves. Functions of an open transaction."""

import msgspec
import sqlalchemy as sa

from pilothouse.domain.clock import now
from pilothouse.pricing import Override
from pilothouse.store.relational import tables as t

_encode = msgspec.json.encode
_decode = msgspec.json.Decoder(Override).decode


def of_project(db: sa.Connection, project_id: str) -> list[Override]:
    """Oldest first, so that of two alike the later wins."""
    rows = db.execute(
        sa.select(t.price_overrides.c.body)
        .where(t.price_overrides.c.project_id == project_id)
        .order_by(t.price_overrides.c.created_at, t.price_overrides.c.id)
    )
    return [_decode(row.body) for row in rows]


def add(db: sa.Connection, project_id: str, override: Override) -> None:
    db.execute(
        t.price_overrides.insert().values(
            id=override.id, project_id=project_id, body=_encode(override), created_at=now()
        )
    )


def replace(db: sa.Connection, project_id: str, override: Override) -> bool:
    """Whether there was one of that id to replace."""
    changed = db.execute(
        t.price_overrides.update()
        .where(*_this(project_id, override.id))
        .values(body=_encode(override))
    )
    return changed.rowcount == 1


def remove(db: sa.Connection, project_id: str, override_id: str) -> bool:
    gone = db.execute(t.price_overrides.delete().where(*_this(project_id, override_id)))
    return gone.rowcount == 1


def _this(project_id: str, override_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return t.price_overrides.c.project_id == project_id, t.price_overrides.c.id == override_id
