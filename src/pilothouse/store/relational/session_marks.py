"""What people set on sessions, which have no row of their own among the spans. Functions of an open
transaction."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pilothouse.domain.clock import now
from pilothouse.domain.review import Mark
from pilothouse.store.relational import tables as t

_m = t.session_marks.c


def marked(db: sa.Connection, project_id: str, ids: Iterable[str], mark: Mark) -> set[str]:
    """Those of the sessions that have the mark."""
    wanted = list(ids)
    if not wanted:
        return set()
    asked = sa.select(_m.session_id).where(
        _m.project_id == project_id, _m.mark == mark, _m.session_id.in_(wanted)
    )
    return set(db.execute(asked).scalars())


def latest(db: sa.Connection, project_id: str, mark: Mark, limit: int) -> list[str]:
    """The sessions that got the mark last."""
    asked = (
        sa.select(_m.session_id)
        .where(_m.project_id == project_id, _m.mark == mark)
        .order_by(_m.created_at.desc(), _m.session_id)
        .limit(limit)
    )
    return list(db.execute(asked).scalars())


def put(db: sa.Connection, project_id: str, session_id: str, mark: Mark, author_id: str) -> None:
    """Setting it twice changes nothing."""
    row = {
        "project_id": project_id,
        "session_id": session_id,
        "mark": mark.value,
        "author_id": author_id,
        "created_at": now(),
    }
    try:
        with db.begin_nested():
            db.execute(t.session_marks.insert().values(row))
    except IntegrityError:
        return


def remove(db: sa.Connection, project_id: str, session_id: str, mark: Mark) -> None:
    db.execute(
        t.session_marks.delete().where(
            _m.project_id == project_id, _m.session_id == session_id, _m.mark == mark
        )
    )
