"""Messages that came apart from their span, as log records. Functions of an open transaction.

They stay for an hour after their arrival, since a span and its messages come over different
requests in any order, and a message's siblings may come in still another.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pilothouse.domain.clock import HOUR, now
from pilothouse.store.relational.tables import waiting_messages as t

KEPT = HOUR
_AT_ONCE = 300

SpanKey = tuple[str, str]
"""Trace, span."""


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    trace_id: str
    span_id: str
    digest: str
    """Of the event: the same one again changes nothing."""
    time: int
    position: int
    """Of the event in its request: many are told within one microsecond."""
    event: bytes


def save(db: sa.Connection, project_id: str, messages: Sequence[WaitingMessage]) -> None:
    if not messages:
        return
    insert = (sqlite if db.dialect.name == "sqlite" else postgresql).insert(t)
    received = now()
    db.execute(
        insert.on_conflict_do_nothing(),
        [
            {
                "project_id": project_id,
                "trace_id": each.trace_id,
                "span_id": each.span_id,
                "digest": each.digest,
                "time": each.time,
                "position": each.position,
                "event": each.event,
                "received_at": received,
            }
            for each in messages
        ],
    )


def of_spans(
    db: sa.Connection, project_id: str, keys: Sequence[SpanKey]
) -> dict[SpanKey, list[WaitingMessage]]:
    """The messages of each span that has any, in the order in which they were told."""
    found: dict[SpanKey, list[WaitingMessage]] = {}
    span = sa.tuple_(t.c.trace_id, t.c.span_id)
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        rows = db.execute(
            sa.select(t.c.trace_id, t.c.span_id, t.c.digest, t.c.time, t.c.position, t.c.event)
            .where(t.c.project_id == project_id, span.in_(some))
            .order_by(t.c.time, t.c.position)
        )
        for row in rows.mappings():
            message = WaitingMessage(**{str(name): value for name, value in row.items()})
            found.setdefault((message.trace_id, message.span_id), []).append(message)
    return found


def forget_old(db: sa.Connection) -> None:
    db.execute(t.delete().where(t.c.received_at < now() - KEPT))
