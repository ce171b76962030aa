"""What is known of media, and where it is used. Functions of an open transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pilothouse.domain.clock import now
from pilothouse.domain.media import Media, Use
from pilothouse.store.relational import tables as t

_m, _u = t.media.c, t.media_uses.c


def one(db: sa.Connection, project_id: str, id: str) -> Media | None:
    return by_id(db, project_id, [id]).get(id)


def by_id(db: sa.Connection, project_id: str, ids: Iterable[str]) -> dict[str, Media]:
    wanted = sa.select(t.media).where(_m.project_id == project_id, _m.id.in_(list(ids)))
    return {row["id"]: Media(**row) for row in db.execute(wanted).mappings()}


def add(db: sa.Connection, media: Media) -> None:
    """Media that is known already stays as it is."""
    if one(db, media.project_id, media.id) is None:
        _unless_there(db, t.media.insert().values(asdict(media)))


def use(db: sa.Connection, project_id: str, media_id: str, use: Use) -> None:
    """Telling it twice changes nothing."""
    mine = asdict(use) | {"project_id": project_id, "media_id": media_id}
    there = sa.select(_u.field).where(*(_u[name] == value for name, value in mine.items()))
    if db.execute(there).first() is None:
        _unless_there(db, t.media_uses.insert().values(**mine, created_at=now()))


def uploaded(db: sa.Connection, project_id: str, id: str) -> None:
    """All of it lies among the blobs now."""
    db.execute(
        t.media.update()
        .where(_m.project_id == project_id, _m.id == id)
        .values(uploaded_at=now(), upload_status=200, upload_error="")
    )


def failed(db: sa.Connection, project_id: str, id: str, status: int, error: str) -> None:
    """What a client says of an upload that did not succeed."""
    db.execute(
        t.media.update()
        .where(_m.project_id == project_id, _m.id == id, _m.uploaded_at == 0)
        .values(upload_status=status, upload_error=error)
    )


def of_trace(db: sa.Connection, project_id: str, trace_id: str) -> list[tuple[Media, Use]]:
    """Media of a trace and its spans, the oldest first."""
    rows = db.execute(
        sa.select(t.media, _u.field, _u.trace_id, _u.object_id)
        .join(t.media_uses, sa.and_(_u.project_id == _m.project_id, _u.media_id == _m.id))
        .where(_u.project_id == project_id, _u.trace_id == trace_id)
        .order_by(_u.created_at, _m.id)
    )
    width = len(fields(Media))
    return [(Media(*row[:width]), Use(*row[width:])) for row in rows]


def traces_using(db: sa.Connection, project_id: str, media_id: str) -> list[str]:
    """Ids of the traces that use it, the newest use first."""
    rows = db.execute(
        sa.select(_u.trace_id)
        .where(_u.project_id == project_id, _u.media_id == media_id, _u.trace_id != "")
        .order_by(_u.created_at.desc(), _u.trace_id)
    )
    return list(dict.fromkeys(rows.scalars()))


def forget_traces(db: sa.Connection, project_id: str, trace_ids: Sequence[str]) -> list[str]:
    """Traces use no media any more; gives the ids of what nothing uses now, which is forgotten."""
    gone = (
        t.media_uses.delete()
        .where(_u.project_id == project_id, _u.trace_id.in_(trace_ids), _u.trace_id != "")
        .returning(_u.media_id)
    )
    freed = set(db.execute(gone).scalars())
    used = sa.select(_u.media_id).where(_u.project_id == project_id, _u.media_id.in_(freed))
    unused = sorted(freed - set(db.execute(used).scalars()))
    db.execute(t.media.delete().where(_m.project_id == project_id, _m.id.in_(unused)))
    return unused


def _unless_there(db: sa.Connection, insert: sa.Insert) -> None:
    """Another process may have been quicker."""
    try:
        with db.begin_nested():
            db.execute(insert)
    except IntegrityError:
        return
