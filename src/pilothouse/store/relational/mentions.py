"""Who is mentioned in comments, and whether they have seen it. Functions of an open transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from pilothouse.domain.review import mentioned
from pilothouse.store.relational import tables as t

_m = t.mentions.c


@dataclass(frozen=True, slots=True)
class Mention:
    comment_id: str
    is_seen: bool


def tell(db: sa.Connection, comment_id: str, author_id: str, content: str, at: int) -> None:
    """The comment mentions those whom its words name now. Who was named before has no news of it."""
    named = [id for id in mentioned(content) if id != author_id]
    known = set(db.scalars(sa.select(t.users.c.id).where(t.users.c.id.in_(named))))
    before = set(db.scalars(sa.select(_m.user_id).where(_m.comment_id == comment_id)))
    gone = before - known
    if gone:
        db.execute(
            t.mentions.delete().where(_m.comment_id == comment_id, _m.user_id.in_(sorted(gone)))
        )
    rows = [
        {"comment_id": comment_id, "user_id": id, "created_at": at, "seen_at": 0}
        for id in named
        if id in known - before
    ]
    if rows:
        db.execute(t.mentions.insert(), rows)


def of(db: sa.Connection, user_id: str, project_ids: Sequence[str], limit: int) -> list[Mention]:
    """The newest first, of the projects that the person reaches."""
    rows = db.execute(
        sa.select(_m.comment_id, _m.seen_at)
        .join(t.comments, t.comments.c.id == _m.comment_id)
        .where(_m.user_id == user_id, t.comments.c.project_id.in_(project_ids))
        .order_by(_m.created_at.desc(), _m.comment_id)
        .limit(limit)
    )
    return [Mention(row.comment_id, row.seen_at > 0) for row in rows]


def unseen(db: sa.Connection, user_id: str, project_ids: Sequence[str]) -> int:
    wanted = (
        sa.select(sa.func.count())
        .select_from(t.mentions)
        .join(t.comments, t.comments.c.id == _m.comment_id)
        .where(_m.user_id == user_id, _m.seen_at == 0, t.comments.c.project_id.in_(project_ids))
    )
    return db.execute(wanted).scalar_one()


def see(
    db: sa.Connection,
    user_id: str,
    comment_ids: Sequence[str] | None,
    at: int,
    but: Sequence[str] = (),
) -> None:
    """The person has seen these, or all but some."""
    which = [_m.user_id == user_id, _m.seen_at == 0, _m.comment_id.not_in(but)]
    if comment_ids is not None:
        which.append(_m.comment_id.in_(comment_ids))
    db.execute(t.mentions.update().where(*which).values(seen_at=at))
