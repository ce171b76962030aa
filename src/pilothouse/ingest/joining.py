"""Joins halves to whole spans and writes them: each known state is a row of a higher revision.

Halves are kept in the relational store, in the transaction that reads what is known of their spans.
Two processes that each hold a half of a span take turns, and the later one sees both. The row is
written after the transaction, by another thread while the next halves are joined: when that fails
the client tries again, the halves are known already, and the row is written then. So nothing that was
acknowledged is lost, and a repeat changes nothing.
"""

import string
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, wait

import msgspec
import sqlalchemy as sa

from pilothouse.domain.clock import DAY, MINUTE, now
from pilothouse.domain.scope import Scope
from pilothouse.domain.span import Span
from pilothouse.ingest import losses
from pilothouse.ingest.batch import Refusals
from pilothouse.ingest.halves import Half
from pilothouse.ingest.open_trace import Known, OpenTrace, Record
from pilothouse.store.api import AnalyticWriter, SpanReader
from pilothouse.store.relational import open_spans
from pilothouse.store.relational.database import Database
from pilothouse.store.relational.open_spans import Row, TraceKey

KEEP_QUIET = 15 * MINUTE
"""How long halves are kept after the last word on their trace. Later words still find their span,
in the analytic store."""

KEEP_RECORDS = 30 * DAY
"""How long it is remembered that a trace exists, so that a later word on it is known to be one."""

_encode = msgspec.msgpack.Encoder().encode
_known = msgspec.msgpack.Decoder(Known).decode
_record = msgspec.msgpack.Decoder(Record).decode

Families = dict[TraceKey, list[Half]]


class Joining:
    """Its `write` belongs behind a group commit; halves of a batch are joined together.

    `inserting` writes the rows. It must have one thread, so that they are written in order."""

    def __init__(
        self,
        database: Database,
        reader: SpanReader,
        writer: AnalyticWriter,
        complete: Callable[[list[Span]], None],
        next_revision: Callable[[], int],
        inserting: Executor,
    ) -> None:
        self._database = database
        self._reader = reader
        self._writer = writer
        self._complete = complete
        self._next_revision = next_revision
        self._inserting = inserting
        self._last: Future[Refusals[Half]] | None = None

    def write(self, halves: Sequence[Half]) -> Future[Refusals[Half]]:
        """Make the halves durable, and with the future the spans they belong to; its result is what
        the engine will not take."""
        with self._database.write() as db:
            families = _families(db, halves)
            open_spans.lock(db, families)
            traces = self._opened(db, families)
            for trace in traces:
                for half in families[trace.project_id, trace.trace_id]:
                    trace.take(half)
            _add_rest(db, [trace for trace in traces if trace.is_context_new()])
            revision = self._next_revision()
            rows = [row for trace in traces for row in trace.written(revision)]
            open_spans.save(db, [row for trace in traces for row in _kept(trace, now())])
        self._complete([row for row in rows if not row.is_deleted])
        _tell_cuts(halves, rows)
        self._last = self._inserting.submit(self._insert, halves, rows)
        return self._last

    def settle(self) -> None:
        """Wait until the rows of everything that was joined are written, or could not be."""
        if self._last is not None:
            wait([self._last])

    def _insert(self, halves: Sequence[Half], rows: Sequence[Span]) -> Refusals[Half]:
        refused = {
            (span.project_id, span.trace_id, span.span_id): why
            for span, why in self._writer.write(rows)
        }
        return [
            (half, refused[key])
            for half in halves
            if (key := (half.project_id, half.trace_id, half.span_id)) in refused
        ]

    def let_go(self, limit: int = 1_000) -> int:
        """Remove the halves of traces that have been quiet; gives how many traces."""
        before = now() - KEEP_QUIET
        with self._database.write() as db:
            traces = open_spans.quiet(db, before, limit)
            open_spans.lock(db, traces)
            open_spans.let_go(db, traces, before)
            open_spans.forget_records(db, now() - KEEP_RECORDS)
        return len(traces)

    def _opened(self, db: sa.Connection, families: Families) -> list[OpenTrace]:
        """The traces with what is known of the spans that the halves speak of."""
        traces = {key: OpenTrace(*key) for key in families}
        wanted = {(*key, half.span_id) for key, family in families.items() for half in family}
        wanted |= {(*key, "") for key in families}
        found = open_spans.load(db, sorted(wanted))
        for row in found:
            project_id, trace_id, span_id = row.key
            if row.state:
                _put(traces[project_id, trace_id], span_id, row.state)
        left = {row.key[:2] for row in found if not row.state}
        self._resume(
            [
                trace
                for key, trace in traces.items()
                if key in left or (not trace.is_on_record and _may_be_older(key, families[key]))
            ]
        )
        return list(traces.values())

    def _resume(self, traces: list[OpenTrace]) -> None:
        by_project: dict[str, dict[str, OpenTrace]] = defaultdict(dict)
        for trace in traces:
            by_project[trace.project_id][trace.trace_id] = trace
        for project_id, wanted in by_project.items():
            spans: dict[str, list[Span]] = defaultdict(list)
            for span in self._reader.spans_of(Scope(project_id), list(wanted)):
                spans[span.trace_id].append(span)
            for trace_id, family in spans.items():
                wanted[trace_id].resume(family)


def _tell_cuts(halves: Sequence[Half], rows: Sequence[Span]) -> None:
    cuts = {
        (row.project_id, row.trace_id, row.span_id): cut
        for row in rows
        if (cut := losses.cuts(row))
    }
    for half in halves if cuts else ():
        half.cut = cuts.get((half.project_id, half.trace_id, half.span_id), [])


def _families(db: sa.Connection, halves: Sequence[Half]) -> Families:
    """By trace. A half that does not name its trace belongs to that of its span, or else is a trace
    of its own under the id of the span."""
    traces = {(half.project_id, half.span_id): half.trace_id for half in halves if half.trace_id}
    lost: dict[str, set[str]] = defaultdict(set)
    for half in halves:
        if not half.trace_id and (half.project_id, half.span_id) not in traces:
            lost[half.project_id].add(half.span_id)
    for project_id, span_ids in lost.items():
        for span_id, trace_id in open_spans.traces_of(db, project_id, sorted(span_ids)).items():
            traces[project_id, span_id] = trace_id
    families: Families = defaultdict(list)
    for half in halves:
        if not half.trace_id:
            half.trace_id = traces.get((half.project_id, half.span_id), half.span_id)
        families[half.project_id, half.trace_id].append(half)
    return dict(families)


_HEX = frozenset(string.hexdigits)


def _may_be_older(key: TraceKey, family: list[Half]) -> bool:
    """Of a trace that is not on record: whether it may all the same have been written before. That
    is so when a change comes without what it changes, and when the head of a trace with an id of
    OpenTelemetry's is described, whose spans may have come finished."""
    created = {half.span_id for half in family if not half.is_update}
    if any(half.span_id not in created for half in family):
        return True
    return "" in created and len(key[1]) == 32 and _HEX.issuperset(key[1])


def _add_rest(db: sa.Connection, changed: list[OpenTrace]) -> None:
    """The other spans of the traces, to be written again: what they carry of it has changed."""
    traces = {(trace.project_id, trace.trace_id): trace for trace in changed if trace.is_on_record}
    for row in open_spans.of_traces(db, list(traces)):
        project_id, trace_id, span_id = row.key
        trace = traces[project_id, trace_id]
        if span_id and span_id not in trace.spans:
            trace.spans[span_id] = _known(row.state)
    for trace in traces.values():
        trace.touched.update(trace.spans)


def _put(trace: OpenTrace, span_id: str, state: bytes) -> None:
    if span_id:
        trace.spans[span_id] = _known(state)
    else:
        trace.record, trace.is_on_record = _record(state), True


def _kept(trace: OpenTrace, moment: int) -> list[Row]:
    def row(span_id: str, state: Known | Record) -> Row:
        return Row((trace.project_id, trace.trace_id, span_id), _encode(state), moment)

    spans = [row(span_id, trace.spans[span_id]) for span_id in trace.touched if span_id]
    return [row("", trace.record), *spans]
