"""Annotation queues, their items, and who is asked. Functions of an open transaction."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pilothouse.domain.clock import now
from pilothouse.domain.errors import Conflict
from pilothouse.domain.review import Chosen, Queue, QueueItem, QueueStatus, Subject
from pilothouse.store.relational import tables as t

_q, _i, _a = t.annotation_queues.c, t.annotation_queue_items.c, t.annotation_queue_assignments.c


# -- queues --------------------------------------------------------------------------------------


def one(db: sa.Connection, project_id: str, id: str) -> Queue | None:
    wanted = sa.select(t.annotation_queues).where(_q.project_id == project_id, _q.id == id)
    row = db.execute(wanted).mappings().one_or_none()
    return _queue(row) if row else None


def count(db: sa.Connection, project_id: str) -> int:
    asked = sa.select(sa.func.count()).where(_q.project_id == project_id)
    return db.execute(asked).scalar_one()


def page(db: sa.Connection, project_id: str, limit: int, offset: int) -> list[Queue]:
    """The newest first."""
    rows = db.execute(
        sa.select(t.annotation_queues)
        .where(_q.project_id == project_id)
        .order_by(_q.created_at.desc(), _q.id)
        .limit(limit)
        .offset(offset)
    )
    return [_queue(row) for row in rows.mappings()]


def found(db: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[Queue]:
    """By name."""
    rows = db.execute(sa.select(t.annotation_queues).where(*conditions).order_by(_q.name))
    return [_queue(row) for row in rows.mappings()]


def every(db: sa.Connection, project_id: str) -> list[Queue]:
    """By name."""
    return found(db, _q.project_id == project_id)


def add(db: sa.Connection, queue: Queue) -> None:
    """Raises Conflict when there is one of that name."""
    with _named(db, queue):
        db.execute(t.annotation_queues.insert().values(_queue_row(queue)))


def replace(db: sa.Connection, queue: Queue) -> None:
    """Raises Conflict when there is another of that name."""
    with _named(db, queue):
        db.execute(t.annotation_queues.update().where(_q.id == queue.id).values(_queue_row(queue)))


def remove(db: sa.Connection, project_id: str, id: str) -> bool:
    """With its items; the scores stay."""
    gone = t.annotation_queues.delete().where(_q.project_id == project_id, _q.id == id)
    return db.execute(gone).rowcount == 1


@contextmanager
def _named(db: sa.Connection, queue: Queue) -> Generator[None, None, None]:
    try:
        with db.begin_nested():
            yield
    except IntegrityError as error:
        raise Conflict(f"there is a queue {queue.name!r} already") from error


def _queue_row(queue: Queue) -> dict[str, Any]:
    return asdict(queue) | {
        "score_config_ids": msgspec.json.encode(queue.score_config_ids).decode()
    }


def _queue(row: sa.RowMapping) -> Queue:
    told: dict[str, Any] = dict(row)
    told["score_config_ids"] = msgspec.json.decode(row["score_config_ids"], type=tuple[str, ...])
    return Queue(**told)


# -- items ---------------------------------------------------------------------------------------


def item(db: sa.Connection, queue_id: str, id: str) -> QueueItem | None:
    wanted = sa.select(t.annotation_queue_items).where(_i.queue_id == queue_id, _i.id == id)
    row = db.execute(wanted).mappings().one_or_none()
    return _item(row) if row else None


def count_items(db: sa.Connection, queue_id: str, status: QueueStatus | None = None) -> int:
    asked = sa.select(sa.func.count()).where(*_of_queue(queue_id, status))
    return db.execute(asked).scalar_one()


def items(
    db: sa.Connection, queue_id: str, status: QueueStatus | None, limit: int, offset: int
) -> list[QueueItem]:
    """The oldest first, as they are worked off."""
    rows = db.execute(
        sa.select(t.annotation_queue_items)
        .where(*_of_queue(queue_id, status))
        .order_by(_i.created_at, _i.id)
        .limit(limit)
        .offset(offset)
    )
    return [_item(row) for row in rows.mappings()]


def items_by_id(db: sa.Connection, queue_id: str, ids: Iterable[str]) -> dict[str, QueueItem]:
    among = (_i.queue_id == queue_id, _i.id.in_(list(ids)))
    rows = db.execute(sa.select(t.annotation_queue_items).where(*among))
    return {row["id"]: _item(row) for row in rows.mappings()}


def known(
    db: sa.Connection, queue_id: str, subject: Subject, subject_ids: Sequence[str]
) -> set[str]:
    """Those of these subjects that the queue has."""
    rows = db.execute(
        sa.select(_i.object_id).where(
            _i.queue_id == queue_id, _i.object_type == subject, _i.object_id.in_(list(subject_ids))
        )
    )
    return set(rows.scalars())


def chosen(db: sa.Connection, project_id: str) -> list[tuple[Subject, str, str, Chosen]]:
    """Every subject, with its trace, that is in a queue of the project, and how it came there."""
    rows = db.execute(
        sa.select(_i.object_type, _i.object_id, _i.trace_id, _i.chosen)
        .join(t.annotation_queues, _q.id == _i.queue_id)
        .where(_q.project_id == project_id)
    )
    return [(Subject(row[0]), row[1], row[2], Chosen(row[3])) for row in rows]


def choose_by_chance(
    db: sa.Connection, queue_id: str, subject: Subject, subject_ids: Sequence[str]
) -> None:
    """Chance chose these, which are in the queue for another reason."""
    of_queue = (_i.queue_id == queue_id, _i.object_type == subject)
    db.execute(
        t.annotation_queue_items.update()
        .where(*of_queue, _i.object_id.in_(list(subject_ids)))
        .values(chosen=Chosen.RANDOM)
    )


def add_item(db: sa.Connection, item: QueueItem) -> None:
    add_items(db, [item])


def add_items(db: sa.Connection, items: Sequence[QueueItem]) -> None:
    if items:
        db.execute(t.annotation_queue_items.insert(), [_row(item) for item in items])


def replace_item(db: sa.Connection, item: QueueItem) -> None:
    db.execute(t.annotation_queue_items.update().where(_i.id == item.id).values(_row(item)))


def remove_item(db: sa.Connection, queue_id: str, id: str) -> bool:
    gone = t.annotation_queue_items.delete().where(_i.queue_id == queue_id, _i.id == id)
    return db.execute(gone).rowcount == 1


def _of_queue(queue_id: str, status: QueueStatus | None) -> list[sa.ColumnElement[bool]]:
    found = [_i.queue_id == queue_id]
    return [*found, _i.status == status] if status else found


def _row(item: QueueItem) -> dict[str, Any]:
    row = asdict(item)
    row["object_type"], row["object_id"] = row.pop("subject"), row.pop("subject_id")
    return row


def _item(row: sa.RowMapping) -> QueueItem:
    told: dict[str, Any] = dict(row)
    told["subject"], told["subject_id"] = Subject(told.pop("object_type")), told.pop("object_id")
    told["status"], told["chosen"] = QueueStatus(told["status"]), Chosen(told["chosen"])
    return QueueItem(**told)


# -- assignments ---------------------------------------------------------------------------------


def assigned(db: sa.Connection, queue_ids: Sequence[str]) -> dict[str, list[str]]:
    """By queue the people it asks by name, who was asked first first. Nobody: everybody may."""
    people: dict[str, list[str]] = {id: [] for id in queue_ids}
    rows = db.execute(
        sa.select(_a.queue_id, _a.user_id)
        .where(_a.queue_id.in_(list(queue_ids)))
        .order_by(_a.created_at, _a.user_id)
    )
    for queue_id, user_id in rows:
        people[queue_id].append(user_id)
    return people


def assign_all(db: sa.Connection, queue_id: str, user_ids: Sequence[str]) -> None:
    """These people, and nobody else."""
    others = _a.user_id.not_in(list(user_ids))
    db.execute(t.annotation_queue_assignments.delete().where(_a.queue_id == queue_id, others))
    for user_id in user_ids:
        assign(db, queue_id, user_id)


def assign(db: sa.Connection, queue_id: str, user_id: str) -> None:
    """Ask a person; asking twice changes nothing."""
    mine = (_a.queue_id == queue_id, _a.user_id == user_id)
    if db.execute(sa.select(_a.user_id).where(*mine)).first() is None:
        db.execute(
            t.annotation_queue_assignments.insert().values(
                queue_id=queue_id, user_id=user_id, created_at=now()
            )
        )


def unassign(db: sa.Connection, queue_id: str, user_id: str) -> bool:
    gone = t.annotation_queue_assignments.delete().where(
        _a.queue_id == queue_id, _a.user_id == user_id
    )
    return db.execute(gone).rowcount == 1
