"""Exports: what was asked for, who works on it, how far it is. Functions of an open transaction."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from pilothouse.domain.clock import SECOND, now
from pilothouse.domain.export import Export, Format, Status
from pilothouse.store.relational import tables as t
from pilothouse.store.relational.accounts import new_id

SILENT = 30 * SECOND
"""A worker that gave no sign for so long is taken for gone."""

_export = t.exports.c
_OPEN = (Status.WAITING.value, Status.RUNNING.value)


def add(db: sa.Connection, asked: dict[str, Any], expires_at: int) -> Export:
    row: dict[str, Any] = {
        "id": new_id(),
        **asked,
        "status": Status.WAITING.value,
        "attempts": 0,
        "rows": 0,
        "total": 0,
        "bytes": 0,
        "error": "",
        "created_at": now(),
        "heartbeat_at": 0,
        "finished_at": 0,
        "expires_at": expires_at,
    }
    db.execute(t.exports.insert().values(row))
    return _read(row)


def of_project(db: sa.Connection, project_id: str, limit: int) -> list[Export]:
    """The newest first."""
    rows = db.execute(
        sa.select(t.exports)
        .where(_export.project_id == project_id)
        .order_by(_export.created_at.desc(), _export.id)
        .limit(limit)
    )
    return [_read(row) for row in rows.mappings()]


def one(db: sa.Connection, project_id: str, export_id: str) -> Export | None:
    row = (
        db.execute(
            sa.select(t.exports).where(_export.project_id == project_id, _export.id == export_id)
        )
        .mappings()
        .first()
    )
    return _read(row) if row else None


def count_open(db: sa.Connection, project_id: str) -> int:
    return db.execute(
        sa.select(sa.func.count()).where(
            _export.project_id == project_id, _export.status.in_(_OPEN)
        )
    ).scalar_one()


def remove(db: sa.Connection, export_id: str) -> None:
    db.execute(t.exports.delete().where(_export.id == export_id))


def expired(db: sa.Connection) -> list[Export]:
    rows = db.execute(sa.select(t.exports).where(_export.expires_at <= now()))
    return [_read(row) for row in rows.mappings()]


# -- for the worker ----------------------------------------------------------------------------


def claim(db: sa.Connection) -> Export | None:
    """The oldest export that nobody works on: nobody has begun it, or its worker fell silent."""
    moment = now()
    free = sa.or_(
        _export.status == Status.WAITING.value,
        sa.and_(_export.status == Status.RUNNING.value, _export.heartbeat_at < moment - SILENT),
    )
    oldest = sa.select(_export.id).where(free).order_by(_export.created_at, _export.id).limit(1)
    found = db.execute(oldest).scalar_one_or_none()
    if found is None:
        return None
    # Of two workers that saw the same one, only the first finds it still free.
    claimed = db.execute(
        t.exports.update()
        .where(_export.id == found, free)
        .values(
            status=Status.RUNNING.value,
            attempts=_export.attempts + 1,
            heartbeat_at=moment,
            rows=0,
        )
    )
    if claimed.rowcount != 1:
        return None
    row = db.execute(sa.select(t.exports).where(_export.id == found)).mappings().one()
    return _read(row)


def note(db: sa.Connection, export: Export, **values: int | str) -> bool:
    """Progress or end of an attempt. False when it was removed, or another worker took it over."""
    noted = db.execute(
        t.exports.update()
        .where(
            _export.id == export.id,
            _export.status == Status.RUNNING.value,
            _export.attempts == export.attempts,
        )
        .values(heartbeat_at=now(), **values)
    )
    return noted.rowcount == 1


def _read(row: Mapping[Any, Any]) -> Export:
    values: dict[str, Any] = dict(row)
    values["format"], values["status"] = Format(row["format"]), Status(row["status"])
    return Export(**values)
