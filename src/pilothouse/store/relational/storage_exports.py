"""Exports of projects to storage of their own. Functions of an open transaction."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from pilothouse.domain.clock import now
from pilothouse.domain.storage_export import FileType, Frequency, StorageExport
from pilothouse.store.relational import tables as t

_s = t.storage_exports.c


def put(db: sa.Connection, export: StorageExport) -> None:
    """Add it, or replace the project's."""
    db.execute(t.storage_exports.delete().where(_s.project_id == export.project_id))
    row = {name: getattr(export, name) for name in StorageExport.__slots__}
    row |= {name: msgspec.json.encode(row[name]).decode() for name in ("tables", "groups")}
    db.execute(t.storage_exports.insert().values(row))


def of_project(db: sa.Connection, project_id: str) -> StorageExport | None:
    return next(iter(_many(db, _s.project_id == project_id)), None)


def of_projects(db: sa.Connection, project_ids: Sequence[str]) -> list[StorageExport]:
    return _many(db, _s.project_id.in_(project_ids))


def one(db: sa.Connection, id: str) -> StorageExport | None:
    return next(iter(_many(db, _s.id == id)), None)


def due(db: sa.Connection) -> list[StorageExport]:
    return _many(db, _s.is_enabled.is_(True), _s.next_at <= now())


def remove(db: sa.Connection, id: str) -> bool:
    return db.execute(t.storage_exports.delete().where(_s.id == id)).rowcount == 1


def take(db: sa.Connection, export: StorageExport, next_at: int) -> bool:
    """It runs, and is due again later. False when another server was quicker."""
    mine = _s.id == export.id, _s.next_at == export.next_at, _s.is_enabled.is_(True)
    return db.execute(t.storage_exports.update().where(*mine).values(next_at=next_at)).rowcount == 1


def note(db: sa.Connection, export: StorageExport, **values: int | str) -> None:
    """How far it is, or what went wrong; of settings that have changed meanwhile, nothing."""
    same = _s.id == export.id, _s.updated_at == export.updated_at
    db.execute(t.storage_exports.update().where(*same).values(**values))


def _many(db: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[StorageExport]:
    rows = db.execute(sa.select(t.storage_exports).where(*conditions).order_by(_s.created_at))
    return [_read(row) for row in rows.mappings()]


def _read(row: Any) -> StorageExport:
    told: dict[str, Any] = dict(row)
    told["frequency"], told["file_type"] = Frequency(row["frequency"]), FileType(row["file_type"])
    for name in ("tables", "groups"):
        told[name] = tuple(msgspec.json.decode(row[name]))
    return StorageExport(**told)
