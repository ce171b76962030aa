"""Spans that more may yet be said of, and the traces they belong to.

A row keeps the state of one span, a value of `ingest.joining` that this module does not look into.
The row without a span id is the trace's own record: it is there for every trace that has or had
rows. When a trace has been quiet for a while its rows leave, and its record stays on without a
state, to say that the rest is in the analytic store.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pilothouse.store.relational.tables import open_spans as t

T = TypeVar("T")

Key = tuple[str, str, str]
"""Project, trace, span."""

TraceKey = tuple[str, str]
"""Project, trace."""

# A transaction takes at most this many locks, however many traces it touches.
_SLOTS = 1_024
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Row:
    key: Key
    state: bytes
    """Empty on the record of a trace whose rows have left."""
    updated_at: int


def lock(db: sa.Connection, traces: Iterable[TraceKey]) -> None:
    """Keep every other process from these traces until the transaction ends. SQLite has one writer
    at any time, so there is nothing to do."""
    if db.dialect.name == "sqlite":
        return
    slots = sorted({_slot(trace) for trace in traces})
    db.execute(
        sa.text(
            "SELECT pg_advisory_xact_lock(7041, slot) FROM (SELECT unnest(CAST(:slots AS int[]))"
            " AS slot ORDER BY 1) AS wanted"
        ),
        {"slots": slots},
    ).all()


def _slot(trace: TraceKey) -> int:
    digest = hashlib.blake2b("\x00".join(trace).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") % _SLOTS


def load(db: sa.Connection, keys: Sequence[Key]) -> list[Row]:
    """The rows that are there, in no order."""
    columns = sa.tuple_(t.c.project_id, t.c.trace_id, t.c.span_id)
    return [row for some in _some(keys) for row in _rows(db, sa.select(t).where(columns.in_(some)))]


def of_trace(db: sa.Connection, trace: TraceKey) -> list[Row]:
    """Every row of the trace, its record included."""
    return _rows(db, sa.select(t).where(t.c.project_id == trace[0], t.c.trace_id == trace[1]))


def traces_of(db: sa.Connection, project_id: str, span_ids: Sequence[str]) -> dict[str, str]:
    """The trace of each span that is known by its id alone."""
    return {
        span_id: trace_id
        for some in _some(span_ids)
        for span_id, trace_id in db.execute(
            sa.select(t.c.span_id, t.c.trace_id)
            .where(t.c.project_id == project_id, t.c.span_id.in_(some))
            .order_by(t.c.updated_at)
        )
    }


def save(db: sa.Connection, rows: Sequence[Row]) -> None:
    """Insert, or replace what is there."""
    if not rows:
        return
    insert = (sqlite if db.dialect.name == "sqlite" else postgresql).insert(t)
    upsert = insert.on_conflict_do_update(
        index_elements=[t.c.project_id, t.c.trace_id, t.c.span_id],
        set_={"state": insert.excluded.state, "updated_at": insert.excluded.updated_at},
    )
    db.execute(
        upsert,
        [
            {
                "project_id": row.key[0],
                "trace_id": row.key[1],
                "span_id": row.key[2],
                "state": row.state,
                "updated_at": row.updated_at,
            }
            for row in rows
        ],
    )


def forget(db: sa.Connection, traces: Sequence[TraceKey]) -> None:
    """Remove every row of the traces."""
    columns = sa.tuple_(t.c.project_id, t.c.trace_id)
    for some in _some(traces):
        db.execute(sa.delete(t).where(columns.in_(some)))


def quiet(db: sa.Connection, before: int, limit: int) -> list[TraceKey]:
    """Traces that still have their rows and were last touched before the given time."""
    found = db.execute(
        sa.select(t.c.project_id, t.c.trace_id)
        .where(t.c.span_id == "", t.c.updated_at < before, t.c.state != b"")
        .limit(limit)
    )
    return [(project_id, trace_id) for project_id, trace_id in found]


def let_go(db: sa.Connection, traces: Sequence[TraceKey], before: int) -> None:
    """Remove the rows of these traces but for their records, unless they were touched since."""
    columns = sa.tuple_(t.c.project_id, t.c.trace_id)
    for some in _some(traces):
        still_quiet = [
            (project_id, trace_id)
            for project_id, trace_id in db.execute(
                sa.select(t.c.project_id, t.c.trace_id).where(
                    columns.in_(some), t.c.span_id == "", t.c.updated_at < before
                )
            )
        ]
        if still_quiet:
            db.execute(sa.delete(t).where(columns.in_(still_quiet), t.c.span_id != ""))
            db.execute(sa.update(t).where(columns.in_(still_quiet)).values(state=b""))


def forget_records(db: sa.Connection, before: int) -> None:
    """Remove records of traces that left before the given time."""
    db.execute(sa.delete(t).where(t.c.state == b"", t.c.updated_at < before))


def _rows(db: sa.Connection, statement: sa.Select[Any]) -> list[Row]:
    return [
        Row((row.project_id, row.trace_id, row.span_id), row.state, row.updated_at)
        for row in db.execute(statement)
    ]


def _some(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
