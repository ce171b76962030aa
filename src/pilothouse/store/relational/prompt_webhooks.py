"""Webhooks that tell of changes of prompts, and their deliveries. Functions of an open transaction.

A delivery is written in the transaction of the change that it tells of, so that none is lost and none
is sent of what did not happen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from pilothouse.domain.clock import DAY, SECOND, now
from pilothouse.store.relational import tables as t
from pilothouse.store.relational.accounts import new_id

_w, _d = t.prompt_webhooks.c, t.prompt_deliveries.c

WAITING, DELIVERED, FAILED = "waiting", "delivered", "failed"
LEASE = 60 * SECOND
"""For which a delivery belongs to the worker that claimed it."""
_PAUSES = tuple(each * SECOND for each in (10, 60, 300, 1_800, 7_200, 28_800))
"""After each failure. After the last one it has failed."""
_KEPT = 30 * DAY
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Webhook:
    id: str
    project_id: str
    url: str
    secret: str
    """Encrypted."""
    is_active: bool
    author_id: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Delivery:
    id: str
    webhook_id: str
    event: str
    payload: str
    status: str
    attempts: int
    next_at: int
    response_status: int
    error: str
    created_at: int
    finished_at: int


def add(db: sa.Connection, webhook: Webhook) -> None:
    values = {name: getattr(webhook, name) for name in Webhook.__slots__}
    db.execute(t.prompt_webhooks.insert().values(values))


def of_project(db: sa.Connection, project_id: str) -> list[Webhook]:
    wanted = sa.select(t.prompt_webhooks).where(_w.project_id == project_id)
    return [Webhook(**row) for row in db.execute(wanted.order_by(_w.created_at, _w.id)).mappings()]


def find(db: sa.Connection, project_id: str, id: str) -> Webhook | None:
    return next((each for each in of_project(db, project_id) if each.id == id), None)


def set_active(db: sa.Connection, project_id: str, id: str, is_active: bool) -> None:
    db.execute(
        t.prompt_webhooks.update()
        .where(_w.project_id == project_id, _w.id == id)
        .values(is_active=is_active)
    )


def remove(db: sa.Connection, project_id: str, id: str) -> None:
    db.execute(t.prompt_webhooks.delete().where(_w.project_id == project_id, _w.id == id))


# -- deliveries ----------------------------------------------------------------------------------


def tell(db: sa.Connection, project_id: str, event: str, data: Mapping[str, Any]) -> None:
    """Leave a delivery to every webhook of the project."""
    for webhook in of_project(db, project_id):
        if webhook.is_active:
            enqueue(db, webhook, event, data)


def enqueue(db: sa.Connection, webhook: Webhook, event: str, data: Mapping[str, Any]) -> None:
    moment, id = now(), new_id()
    payload = {
        "id": id,
        "event": event,
        "project_id": webhook.project_id,
        "time": moment,
        "data": dict(data),
    }
    db.execute(
        t.prompt_deliveries.insert().values(
            id=id,
            webhook_id=webhook.id,
            event=event,
            payload=msgspec.json.encode(payload).decode(),
            status=WAITING,
            attempts=0,
            next_at=moment,
            response_status=0,
            error="",
            created_at=moment,
            finished_at=0,
        )
    )


def deliveries(db: sa.Connection, webhook_id: str) -> list[Delivery]:
    """The newest first."""
    wanted = sa.select(t.prompt_deliveries).where(_d.webhook_id == webhook_id)
    rows = db.execute(wanted.order_by(_d.created_at.desc(), _d.id).limit(_SHOWN))
    return [Delivery(**row) for row in rows.mappings()]


def again(db: sa.Connection, webhook_id: str, id: str) -> bool:
    """Send it once more, now."""
    done = db.execute(
        t.prompt_deliveries.update()
        .where(_d.webhook_id == webhook_id, _d.id == id, _d.status != WAITING)
        .values(status=WAITING, attempts=0, next_at=now(), finished_at=0)
    )
    return done.rowcount > 0


def is_due(db: sa.Connection) -> bool:
    """Whether there is anything to send."""
    due = sa.select(_d.id).where(_d.status == WAITING, _d.next_at <= now()).limit(1)
    return db.execute(due).one_or_none() is not None


def claim(db: sa.Connection) -> tuple[Delivery, Webhook] | None:
    """One that is due, kept from other workers for a while."""
    due = sa.select(t.prompt_deliveries).where(_d.status == WAITING, _d.next_at <= now())
    for row in db.execute(due.order_by(_d.next_at, _d.id).limit(10)).mappings().all():
        delivery = Delivery(**row)
        mine = db.execute(
            t.prompt_deliveries.update()
            .where(_d.id == delivery.id, _d.status == WAITING, _d.next_at == delivery.next_at)
            .values(next_at=now() + LEASE, attempts=delivery.attempts + 1)
        )
        if mine.rowcount:
            hook = sa.select(t.prompt_webhooks).where(_w.id == delivery.webhook_id)
            return delivery, Webhook(**db.execute(hook).mappings().one())
    return None


def note(db: sa.Connection, delivery: Delivery, status: int, error: str) -> None:
    """What came of an attempt; it is made again later where that was no success."""
    values: dict[str, Any] = {"response_status": status, "error": error}
    if not error:
        values |= {"status": DELIVERED, "finished_at": now()}
    elif delivery.attempts >= len(_PAUSES):
        values |= {"status": FAILED, "finished_at": now()}
    else:
        values |= {"next_at": now() + _PAUSES[delivery.attempts]}
    db.execute(t.prompt_deliveries.update().where(_d.id == delivery.id).values(values))


def forget_old(db: sa.Connection) -> None:
    db.execute(
        t.prompt_deliveries.delete().where(_d.status != WAITING, _d.created_at < now() - _KEPT)
    )
