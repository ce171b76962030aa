"""Spans that more may yet be said of, and the traces they belong to.

A row keeps the state of one span, a value of `ingest.joining` that this module does not look into.
The row without a span id is the trace's own record: it is there for every trace that has or had
rows. When a trace has been quiet for a while its rows leave, and its record stays on without a
state, to say that the rest is in the analytic store.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pilothouse.store.relational.tables import open_spans as t

Key = tuple[str, str, str]
"""Project, trace, span."""

TraceKey = tuple[str, str]
"""Project, trace."""

# A transaction takes at most this many locks, however many traces it touches.
_SLOTS = 1_024
_TRACE = (t.c.project_id, t.c.trace_id)


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
    return _rows(db, sa.select(t).where(_among(db, (*_TRACE, t.c.span_id), keys))) if keys else []


def of_traces(db: sa.Connection, traces: Sequence[TraceKey]) -> list[Row]:
    """Every row of the traces, their records included."""
    return _rows(db, sa.select(t).where(_among(db, _TRACE, traces))) if traces else []


def traces_of(db: sa.Connection, project_id: str, span_ids: Sequence[str]) -> dict[str, str]:
    """The trace of each span that is known by its id alone."""
    wanted = [(project_id, span_id) for span_id in span_ids]
    found = db.execute(
        sa.select(t.c.span_id, t.c.trace_id)
        .where(_among(db, (t.c.project_id, t.c.span_id), wanted))
        .order_by(t.c.updated_at)
    )
    return {row.span_id: row.trace_id for row in found}


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
    db.execute(sa.delete(t).where(_among(db, _TRACE, traces)))


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
    still = db.execute(
        sa.select(*_TRACE).where(
            _among(db, _TRACE, traces), t.c.span_id == "", t.c.updated_at < before
        )
    )
    quiet = [(project_id, trace_id) for project_id, trace_id in still]
    among = _among(db, _TRACE, quiet)
    db.execute(sa.delete(t).where(among, t.c.span_id != ""))
    db.execute(sa.update(t).where(among).values(state=b""))


def forget_records(db: sa.Connection, before: int) -> None:
    """Remove records of traces that left before the given time."""
    db.execute(sa.delete(t).where(t.c.state == b"", t.c.updated_at < before))


def _rows(db: sa.Connection, statement: sa.Select[Any]) -> list[Row]:
    return [
        Row((row.project_id, row.trace_id, row.span_id), row.state, row.updated_at)
        for row in db.execute(statement)
    ]


def _among(
    db: sa.Connection, columns: tuple[sa.Column[str], ...], keys: Sequence[tuple[str, ...]]
) -> sa.ColumnElement[bool]:
    """Whether the columns are one of the keys. The keys go over as one parameter, so there may be
    any number of them, and SQLite finds each by the index, which it does not for a list of values."""
    given = sa.literal(json.dumps(keys), sa.Text)
    if db.dialect.name == "sqlite":
        listed = sa.func.json_each(given).table_valued("value")
    else:
        listed = sa.func.json_array_elements(sa.cast(given, postgresql.JSON)).table_valued("value")
    parts = [
        listed.c.value.op("->>")(sa.literal_column(str(position)))
        for position in range(len(columns))
    ]
    return sa.tuple_(*columns).in_(sa.select(*parts))
