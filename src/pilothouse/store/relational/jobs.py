"""Jobs: what is to be done, and who works on it. Functions of an open transaction."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from pilothouse.domain.clock import SECOND, now
from pilothouse.domain.job import OPEN, Job, JobStatus
from pilothouse.store.relational import tables as t
from pilothouse.store.relational.accounts import new_id

SILENT = 30 * SECOND
"""A worker that gave no sign for so long is taken for gone."""

_j = t.jobs.c


def add(
    db: sa.Connection,
    project_id: str,
    kind: str,
    subject: str,
    settings: dict[str, Any],
    author_id: str,
    *,
    total: int = 0,
) -> Job:
    moment = now()
    row: dict[str, Any] = {
        "id": new_id(),
        "project_id": project_id,
        "kind": kind,
        "subject": subject,
        "settings": msgspec.json.encode(settings).decode(),
        "status": JobStatus.WAITING.value,
        "attempts": 0,
        "total": total,
        "done": 0,
        "failed": 0,
        "cost": 0.0,
        "error": "",
        "author_id": author_id,
        "created_at": moment,
        "run_at": moment,
        "heartbeat_at": 0,
        "finished_at": 0,
    }
    db.execute(t.jobs.insert().values(row))
    return _read(row)


def one(db: sa.Connection, project_id: str, id: str) -> Job | None:
    return _first(db, _j.project_id == project_id, _j.id == id)


def latest(db: sa.Connection, project_id: str, kind: str, subject: str) -> Job | None:
    """The newest that works on the subject."""
    return _first(db, _j.project_id == project_id, _j.kind == kind, _j.subject == subject)


def latest_of(
    db: sa.Connection, project_id: str, kind: str, subjects: Sequence[str]
) -> dict[str, Job]:
    """By subject the newest, of those that have any."""
    rows = db.execute(
        sa.select(t.jobs)
        .where(_j.project_id == project_id, _j.kind == kind, _j.subject.in_(subjects))
        .order_by(_j.created_at, _j.id)
    )
    return {row["subject"]: _read(row) for row in rows.mappings()}


def count_open(db: sa.Connection, project_id: str, kind: str) -> int:
    return db.execute(
        sa.select(sa.func.count()).where(
            _j.project_id == project_id, _j.kind == kind, _j.status.in_(OPEN)
        )
    ).scalar_one()


def cancel(db: sa.Connection, project_id: str, id: str) -> bool:
    """False when it had ended already."""
    ended = {"status": JobStatus.CANCELLED.value, "finished_at": now()}
    mine = (_j.project_id == project_id, _j.id == id, _j.status.in_(OPEN))
    return db.execute(t.jobs.update().where(*mine).values(**ended)).rowcount == 1


def forget_ended(db: sa.Connection, project_id: str, kind: str, subject: str) -> None:
    """What is done again and again leaves no long tail."""
    mine = (_j.project_id == project_id, _j.kind == kind, _j.subject == subject)
    db.execute(t.jobs.delete().where(*mine, _j.status.not_in(OPEN)))


def again(db: sa.Connection, project_id: str, id: str, settings: dict[str, Any]) -> bool:
    """Take up once more what has ended; it goes on where it stopped. False when it has not."""
    mine = (_j.project_id == project_id, _j.id == id, _j.status.not_in(OPEN))
    renewed = {
        "status": JobStatus.WAITING.value,
        "settings": msgspec.json.encode(settings).decode(),
        "attempts": 0,
        "error": "",
        "finished_at": 0,
        "run_at": now(),
    }
    return db.execute(t.jobs.update().where(*mine).values(**renewed)).rowcount == 1


def _first(db: sa.Connection, *conditions: sa.ColumnElement[bool]) -> Job | None:
    found = db.execute(
        sa.select(t.jobs).where(*conditions).order_by(_j.created_at.desc(), _j.id).limit(1)
    )
    row = found.mappings().first()
    return _read(row) if row else None


# -- for the worker ------------------------------------------------------------------------------


def claim(db: sa.Connection, kinds: Sequence[str]) -> Job | None:
    """The oldest that nobody works on: nobody has begun it, or its worker fell silent."""
    moment = now()
    free = sa.or_(
        sa.and_(_j.status == JobStatus.WAITING, _j.run_at <= moment),
        sa.and_(_j.status == JobStatus.RUNNING, _j.heartbeat_at < moment - SILENT),
    )
    oldest = sa.select(_j.id).where(free, _j.kind.in_(kinds)).order_by(_j.run_at, _j.id).limit(1)
    found = db.execute(oldest).scalar_one_or_none()
    if found is None:
        return None
    # Of two workers that saw the same one, only the first finds it still free.
    taken = {
        "status": JobStatus.RUNNING.value,
        "attempts": _j.attempts + 1,
        "heartbeat_at": moment,
    }
    claimed = db.execute(t.jobs.update().where(_j.id == found, free).values(**taken))
    if claimed.rowcount != 1:
        return None
    row = db.execute(sa.select(t.jobs).where(_j.id == found)).mappings().one()
    return _read(row)


def note(db: sa.Connection, job: Job, **values: float | str) -> bool:
    """Progress or end of an attempt, or a sign of life alone. False when it was cancelled or removed,
    or another worker took it over."""
    noted = db.execute(
        t.jobs.update()
        .where(
            _j.id == job.id,
            _j.status == JobStatus.RUNNING,
            _j.attempts == job.attempts,
        )
        .values(heartbeat_at=now(), **values)
    )
    return noted.rowcount == 1


def _read(row: Any) -> Job:
    values: dict[str, Any] = dict(row)
    values["status"] = JobStatus(row["status"])
    values["settings"] = msgspec.json.decode(row["settings"])
    return Job(**values)
