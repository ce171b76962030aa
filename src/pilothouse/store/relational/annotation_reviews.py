"""Who works on which item of an annotation queue. Functions of an open transaction.

An item is served to as many people as its queue asks for and no more: taking locks the queue, so
that two replicas do not give away the same place. What is taken and not finished is free again once
its lease is over.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from pilothouse.domain.errors import Conflict
from pilothouse.domain.review import (
    LEASE,
    Progress,
    Queue,
    QueueItem,
    QueueStatus,
    Review,
    ReviewStatus,
)
from pilothouse.store.relational import annotation_queues
from pilothouse.store.relational import tables as t

_q, _i, _r = t.annotation_queues.c, t.annotation_queue_items.c, t.annotation_reviews.c
_a = t.annotation_queue_assignments.c
_DONE = (ReviewStatus.COMPLETED, ReviewStatus.SKIPPED)


# -- serving -------------------------------------------------------------------------------------


def take_next(db: sa.Connection, queue: Queue, user_id: str, at: int) -> QueueItem | None:
    """What the person began and did not finish, or else the oldest item that still needs somebody.
    It is theirs for the time of a lease."""
    _lock(db, queue.id)
    free = sa.select(_i.id).where(_i.queue_id == queue.id, _free(user_id, at))
    oldest = free.order_by(_i.created_at, _i.id).limit(1)
    # Of all queues, and few: an index leads to them, where a join would look at every item.
    begun = db.scalars(
        sa.select(_r.item_id).where(_r.user_id == user_id, _r.status == ReviewStatus.TAKEN)
    ).all()
    found = db.scalar(oldest.where(_i.id.in_(begun))) if begun else None
    if found is None:
        found = db.scalar(oldest)
    if found is None:
        return None
    _put(db, Review(found, user_id, ReviewStatus.TAKEN, at, 0))
    return annotation_queues.item(db, queue.id, found)


def take(db: sa.Connection, queue: Queue, item: QueueItem, user_id: str, at: int) -> Review:
    """This very item, also to change what one said of it before. Raises Conflict where it is
    complete, or all its places are taken."""
    _lock(db, queue.id)
    known = review(db, item.id, user_id)
    if known and known.status is ReviewStatus.COMPLETED:
        return known
    free = sa.select(_i.id).where(_i.id == item.id, _free(user_id, at, also_skipped=True))
    if db.execute(free).first() is None:
        raise Conflict("other people have this item already")
    taken = Review(item.id, user_id, ReviewStatus.TAKEN, at, 0)
    _put(db, taken)
    return taken


def renew(db: sa.Connection, item_id: str, user_id: str, at: int) -> bool:
    """Ask for another lease of what one has taken."""
    mine = (_r.item_id == item_id, _r.user_id == user_id, _r.status == ReviewStatus.TAKEN)
    return db.execute(t.annotation_reviews.update().where(*mine).values(taken_at=at)).rowcount == 1


def give_back(db: sa.Connection, item_id: str, user_id: str) -> None:
    """Let others have what one has taken and not finished."""
    mine = (_r.item_id == item_id, _r.user_id == user_id, _r.status == ReviewStatus.TAKEN)
    db.execute(t.annotation_reviews.delete().where(*mine))


def finish(
    db: sa.Connection, queue: Queue, item: QueueItem, user_id: str, status: ReviewStatus, at: int
) -> QueueItem:
    """Note that the person is done with an item they took; the item is complete when enough people
    are. Work that comes after its lease is kept: it is one voice more. Raises Conflict."""
    _lock(db, queue.id)
    known = review(db, item.id, user_id)
    if known is None:
        raise Conflict("take an item before you finish it")
    if known.status is ReviewStatus.COMPLETED and status is ReviewStatus.SKIPPED:
        raise Conflict("you have completed this item already")
    _put(db, replace(known, status=status, finished_at=at))
    if status is ReviewStatus.SKIPPED or item.status is QueueStatus.COMPLETED:
        return item
    said = sa.select(sa.func.count()).where(
        _r.item_id == item.id, _r.status == ReviewStatus.COMPLETED
    )
    if db.execute(said).scalar_one() < queue.overlap:
        return item
    done = replace(
        item, status=QueueStatus.COMPLETED, annotator_id=user_id, completed_at=at, updated_at=at
    )
    annotation_queues.replace_item(db, done)
    return done


def take_skipped_again(db: sa.Connection, queue_id: str, user_id: str) -> int:
    """Be served what one skipped and nobody completed since; gives how many there are."""
    pending = sa.select(_i.id).where(_i.queue_id == queue_id, _i.status == QueueStatus.PENDING)
    gone = t.annotation_reviews.delete().where(
        _r.user_id == user_id, _r.status == ReviewStatus.SKIPPED, _r.item_id.in_(pending)
    )
    return db.execute(gone).rowcount


def count_again(db: sa.Connection, queue: Queue, at: int) -> None:
    """After the overlap was changed: which items are complete? Those that a program completed stay."""
    _lock(db, queue.id)
    said = (
        sa.select(sa.func.count())
        .where(_r.item_id == _i.id, _r.status == ReviewStatus.COMPLETED)
        .scalar_subquery()
    )
    of_queue = t.annotation_queue_items.update().where(_i.queue_id == queue.id)
    db.execute(
        of_queue.where(_i.status == QueueStatus.PENDING, said >= queue.overlap).values(
            status=QueueStatus.COMPLETED, completed_at=at, updated_at=at
        )
    )
    db.execute(
        of_queue.where(_i.status == QueueStatus.COMPLETED, said > 0, said < queue.overlap).values(
            status=QueueStatus.PENDING, completed_at=0, updated_at=at
        )
    )


def _lock(db: sa.Connection, queue_id: str) -> None:
    """SQLite takes its one lock when a transaction begins to write."""
    db.execute(sa.select(_q.id).where(_q.id == queue_id).with_for_update()).scalar_one()


def _mine(user_id: str) -> sa.ColumnElement[bool]:
    return (_r.item_id == _i.id) & (_r.user_id == user_id)


def _free(user_id: str, at: int, *, also_skipped: bool = False) -> sa.ColumnElement[bool]:
    """Is the item pending, not done by this person, and has a place that nobody else holds?"""
    over = (ReviewStatus.COMPLETED,) if also_skipped else _DONE
    other = t.annotation_reviews.alias()
    held = (
        sa.select(sa.func.count())
        .where(
            other.c.item_id == _i.id,
            other.c.user_id != user_id,
            (other.c.status == ReviewStatus.COMPLETED)
            | ((other.c.status == ReviewStatus.TAKEN) & (other.c.taken_at > at - LEASE)),
        )
        .scalar_subquery()
    )
    mine = t.annotation_reviews.alias()
    done = sa.exists().where(
        mine.c.item_id == _i.id, mine.c.user_id == user_id, mine.c.status.in_(over)
    )
    asked = sa.select(_q.overlap).where(_q.id == _i.queue_id).scalar_subquery()
    return (_i.status == QueueStatus.PENDING) & ~done & (held < asked)


def _put(db: sa.Connection, review: Review) -> None:
    row = {
        "status": review.status,
        "taken_at": review.taken_at,
        "finished_at": review.finished_at,
    }
    mine = (_r.item_id == review.item_id, _r.user_id == review.user_id)
    if db.execute(t.annotation_reviews.update().where(*mine).values(row)).rowcount == 0:
        key = {"item_id": review.item_id, "user_id": review.user_id}
        db.execute(t.annotation_reviews.insert().values(row | key))


# -- reading -------------------------------------------------------------------------------------


def review(db: sa.Connection, item_id: str, user_id: str) -> Review | None:
    mine = (_r.item_id == item_id, _r.user_id == user_id)
    row = db.execute(sa.select(t.annotation_reviews).where(*mine)).mappings().one_or_none()
    return _review(row) if row else None


def reviews(db: sa.Connection, item_ids: Sequence[str]) -> dict[str, list[Review]]:
    """By item, in the order they were taken."""
    found: dict[str, list[Review]] = defaultdict(list)
    rows = db.execute(
        sa.select(t.annotation_reviews)
        .where(_r.item_id.in_(list(item_ids)))
        .order_by(_r.taken_at, _r.user_id)
    )
    for row in rows.mappings():
        found[row["item_id"]].append(_review(row))
    return found


def progress(
    db: sa.Connection, queue_ids: Sequence[str], user_id: str, at: int
) -> dict[str, Progress]:
    """By queue."""
    among = _i.queue_id.in_(list(queue_ids))
    is_complete = _i.status == QueueStatus.COMPLETED
    counted = sa.select(
        _i.queue_id,
        sa.func.count(),
        sa.func.sum(sa.case((is_complete, 1), else_=0)),
        sa.func.sum(sa.case((_free(user_id, at), 1), else_=0)),
    )
    items = {row[0]: row[1:] for row in db.execute(counted.where(among).group_by(_i.queue_id))}
    skipped = (_r.status == ReviewStatus.SKIPPED) & (_i.status == QueueStatus.PENDING)
    own = sa.select(
        _i.queue_id,
        sa.func.sum(sa.case((_r.status == ReviewStatus.COMPLETED, 1), else_=0)),
        sa.func.sum(sa.case((skipped, 1), else_=0)),
    ).join(t.annotation_reviews, _mine(user_id))
    mine = {row[0]: row[1:] for row in db.execute(own.where(among).group_by(_i.queue_id))}
    return {
        id: Progress(*map(int, (*items.get(id, (0, 0, 0)), *mine.get(id, (0, 0)))))
        for id in queue_ids
    }


def completed_by(db: sa.Connection, queue_id: str) -> dict[str, int]:
    """How many items each person completed."""
    rows = db.execute(
        sa.select(_r.user_id, sa.func.count())
        .join(t.annotation_queue_items, _i.id == _r.item_id)
        .where(_i.queue_id == queue_id, _r.status == ReviewStatus.COMPLETED)
        .group_by(_r.user_id)
    )
    return {row[0]: row[1] for row in rows}


def _review(row: sa.RowMapping) -> Review:
    told: dict[str, Any] = dict(row)
    told["status"] = ReviewStatus(told["status"])
    return Review(**told)


# -- blind ---------------------------------------------------------------------------------------


def blind_for(db: sa.Connection, project_id: str, user_id: str) -> list[Queue]:
    """Blind queues that the person may be asked by: that name them, or nobody."""
    named = sa.select(_a.user_id).where(_a.queue_id == _q.id)
    asked = sa.exists(named.where(_a.user_id == user_id)) | ~sa.exists(named)
    return annotation_queues.found(
        db, _q.project_id == project_id, _q.is_blind == sa.true(), *([asked] if user_id else [])
    )


def unsaid(
    db: sa.Connection, queue_ids: Sequence[str], user_id: str, ids: Sequence[str]
) -> set[tuple[str, str]]:
    """(queue, subject id) of the items that somebody is still asked about, and that this person has
    not said their own of; `ids` are of subjects, or of the traces that spans are of, and the latter
    are told too."""
    asked = _unsaid(queue_ids, user_id)
    # By what they are about, which is few; by their state an index would lead to most of the queue.
    found = sa.union_all(
        *(asked.where(each.in_(list(ids))) for each in (_i.object_id, _i.trace_id))
    )
    return {
        (row.queue_id, id)
        for row in db.execute(found)
        if row.status == QueueStatus.PENDING
        for id in (row.object_id, row.trace_id)
    }


def all_unsaid(
    db: sa.Connection, queue_ids: Sequence[str], user_id: str, most: int
) -> list[tuple[str, str, str]]:
    """(queue, trace, session) of such items, one of the latter empty; at most so many."""
    asked = _unsaid(queue_ids, user_id).where(_i.status == QueueStatus.PENDING).limit(most)
    return [
        (row.queue_id, row.trace_id, "" if row.trace_id else row.object_id)
        for row in db.execute(asked)
    ]


def with_unsaid_traces(db: sa.Connection, queue_ids: Sequence[str], user_id: str) -> set[str]:
    """Those of the queues that have such an item about a trace or a span."""
    asked = _unsaid(queue_ids, user_id).with_only_columns(_i.queue_id).distinct()
    pending = asked.where(_i.status == QueueStatus.PENDING, _i.trace_id != "")
    return set(db.scalars(pending))


def _unsaid(queue_ids: Sequence[str], user_id: str) -> sa.Select[Any, Any, Any, Any]:
    done = sa.exists().where(
        _r.item_id == _i.id, _r.user_id == user_id, _r.status == ReviewStatus.COMPLETED
    )
    return sa.select(_i.queue_id, _i.object_id, _i.trace_id, _i.status).where(
        _i.queue_id.in_(list(queue_ids)), ~done
    )
