"""Annotation queues, their items, and who is asked. Functions of an open transaction."""

from dataclasses import asdict
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pilothouse.domain.clock import now
from pilothouse.domain.errors import Conflict
from pilothouse.domain.review import Queue, QueueItem, QueueStatus, Subject
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


def add(db: sa.Connection, queue: Queue) -> None:
    """Raises Conflict when there is one of that name."""
    row = asdict(queue) | {"score_config_ids": msgspec.json.encode(queue.score_config_ids).decode()}
    try:
        with db.begin_nested():
            db.execute(t.annotation_queues.insert().values(row))
    except IntegrityError as error:
        raise Conflict(f"there is a queue {queue.name!r} already") from error


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


def add_item(db: sa.Connection, item: QueueItem) -> None:
    db.execute(t.annotation_queue_items.insert().values(_row(item)))


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
    told["status"] = QueueStatus(told["status"])
    return QueueItem(**told)


# -- assignments ---------------------------------------------------------------------------------


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
