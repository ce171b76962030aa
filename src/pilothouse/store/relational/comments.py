"""Comments. Functions of an open transaction."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from pilothouse.domain.review import Comment, Subject
from pilothouse.store.relational import mentions
from pilothouse.store.relational import tables as t

_c = t.comments.c
_MOST = 2_000
"""That one page shows."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which comments; empty asks for nothing."""

    subject: Subject | None = None
    subject_id: str = ""
    author_id: str = ""


def add(db: sa.Connection, comment: Comment) -> None:
    row = asdict(comment)
    row["object_type"], row["object_id"] = row.pop("subject"), row.pop("subject_id")
    db.execute(t.comments.insert().values(row))
    mentions.tell(db, comment.id, comment.author_id, comment.content, comment.created_at)


def one(db: sa.Connection, project_id: str, id: str) -> Comment | None:
    wanted = sa.select(t.comments).where(_c.project_id == project_id, _c.id == id)
    row = db.execute(wanted).mappings().one_or_none()
    return _comment(row) if row else None


def several(db: sa.Connection, ids: Sequence[str]) -> list[Comment]:
    """Of any projects, in no order."""
    rows = db.execute(sa.select(t.comments).where(_c.id.in_(ids)))
    return [_comment(row) for row in rows.mappings()]


def count(db: sa.Connection, project_id: str, asked: Asked) -> int:
    wanted = sa.select(sa.func.count()).select_from(t.comments)
    return db.execute(wanted.where(*_conditions(project_id, asked))).scalar_one()


def page(
    db: sa.Connection, project_id: str, asked: Asked, limit: int, offset: int
) -> list[Comment]:
    """The newest first."""
    rows = db.execute(
        sa.select(t.comments)
        .where(*_conditions(project_id, asked))
        .order_by(_c.created_at.desc(), _c.id)
        .limit(limit)
        .offset(offset)
    )
    return [_comment(row) for row in rows.mappings()]


def of_trace(db: sa.Connection, project_id: str, trace_id: str) -> list[Comment]:
    """Comments on a trace and on its spans, the oldest first."""
    return _oldest_first(
        db,
        _c.project_id == project_id,
        sa.or_(
            _c.trace_id == trace_id,
            sa.and_(_c.object_type == Subject.TRACE, _c.object_id == trace_id),
        ),
    )


def of(db: sa.Connection, project_id: str, subject: Subject, id: str) -> list[Comment]:
    """Comments on one thing itself, the oldest first."""
    return _oldest_first(db, *_conditions(project_id, Asked(subject, id)))


def change(db: sa.Connection, comment: Comment, content: str, at: int) -> None:
    db.execute(
        t.comments.update()
        .where(_c.project_id == comment.project_id, _c.id == comment.id)
        .values(content=content, updated_at=at)
    )
    mentions.tell(db, comment.id, comment.author_id, content, at)


def forget_traces(db: sa.Connection, project_id: str, trace_ids: Sequence[str]) -> None:
    """The traces are gone, and with them what was said of them."""
    of_them = sa.and_(_c.object_type == Subject.TRACE, _c.object_id.in_(trace_ids))
    inside = sa.and_(_c.trace_id.in_(trace_ids), _c.trace_id != "")
    db.execute(t.comments.delete().where(_c.project_id == project_id, sa.or_(of_them, inside)))


def forget(db: sa.Connection, project_id: str, subject: Subject, ids: Sequence[str]) -> None:
    """Things are gone, and with them what was said of them."""
    db.execute(
        t.comments.delete().where(
            _c.project_id == project_id, _c.object_type == subject, _c.object_id.in_(ids)
        )
    )


def remove(db: sa.Connection, project_id: str, id: str) -> None:
    db.execute(t.comments.delete().where(_c.project_id == project_id, _c.id == id))


def _oldest_first(db: sa.Connection, *which: sa.ColumnElement[bool]) -> list[Comment]:
    rows = db.execute(
        sa.select(t.comments).where(*which).order_by(_c.created_at, _c.id).limit(_MOST)
    )
    return [_comment(row) for row in rows.mappings()]


def _conditions(project_id: str, asked: Asked) -> list[sa.ColumnElement[bool]]:
    found = [_c.project_id == project_id]
    if asked.subject:
        found.append(_c.object_type == asked.subject)
    if asked.subject_id:
        found.append(_c.object_id == asked.subject_id)
    if asked.author_id:
        found.append(_c.author_id == asked.author_id)
    return found


def _comment(row: sa.RowMapping) -> Comment:
    told: dict[str, Any] = dict(row)
    told["subject"], told["subject_id"] = Subject(told.pop("object_type")), told.pop("object_id")
    return Comment(**told)
