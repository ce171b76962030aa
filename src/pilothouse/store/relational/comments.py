"""Comments. Functions of an open transaction."""

from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from pilothouse.domain.review import Comment, Subject
from pilothouse.store.relational import tables as t

_c = t.comments.c


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


def one(db: sa.Connection, project_id: str, id: str) -> Comment | None:
    wanted = sa.select(t.comments).where(_c.project_id == project_id, _c.id == id)
    row = db.execute(wanted).mappings().one_or_none()
    return _comment(row) if row else None


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


def remove(db: sa.Connection, project_id: str, id: str) -> None:
    db.execute(t.comments.delete().where(_c.project_id == project_id, _c.id == id))


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
