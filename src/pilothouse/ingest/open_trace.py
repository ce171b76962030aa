"""A trace that is being told in halves: its spans as far as they are known. Pure.

What its head tells (name, user, session, tags …) is what every span of it carries; so when the head
changes, all of them do.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from pilothouse.domain.clock import MINUTE
from pilothouse.domain.span import TRACE_FIELDS, CostSource, Kind, Span
from pilothouse.ingest.halves import Half, fold
from pilothouse.ingest.trace_context import lay, trace_fields

_MOST_HALVES = 64
"""Of one span, before the older ones are folded into its base."""

_OF_A_ROOT = (*TRACE_FIELDS, "public", "bookmarked", "input", "output")
"""What a message about the trace may change on a root that is a span of its own."""


class Known(msgspec.Struct, omit_defaults=True):
    """What is known of one span, as it is kept."""

    halves: list[Half] = []
    base: Span | None = None
    """What was known before the halves."""
    places: list[int] = []
    """Start times under which rows were written."""
    revision: int = 0

    def take(self, half: Half) -> None:
        if all(known.id != half.id for known in self.halves):
            self.halves.append(half)
        if len(self.halves) > _MOST_HALVES:
            self.halves.sort(key=lambda known: known.time)
            old, self.halves = self.halves[: _MOST_HALVES // 2], self.halves[_MOST_HALVES // 2 :]
            self.base = fold(old, self.base)


class Record(msgspec.Struct, omit_defaults=True):
    """What is known of the trace itself, as it is kept."""

    head: Known = msgspec.field(default_factory=Known)
    """Empty when nobody has described the trace by itself."""
    root_id: str = ""
    """The span that stands for the trace, where one came finished by another way in."""
    context: dict[str, Any] = {}
    """What the spans that are written carry of the trace."""


@dataclass
class OpenTrace:
    project_id: str
    trace_id: str
    record: Record = field(default_factory=Record)
    spans: dict[str, Known] = field(default_factory=dict[str, Known])
    is_on_record: bool = False
    """Whether it came from the relational store, where more of its spans may be."""
    touched: set[str] = field(default_factory=set[str])
    """Ids of spans to write; the empty one is the head's."""

    def resume(self, spans: Iterable[Span]) -> None:
        """Go on from the spans that were written before."""
        found = list(spans)
        root = next((span for span in found if span.is_root), None)
        told: dict[str, Any] = trace_fields([root]) if root else {}
        for span in found:
            known = Known(
                base=_before_steps(span, {} if span is root else told),
                places=[span.start_time],
                revision=span.revision,
            )
            if span.kind == Kind.TRACE:
                self.record.head = known
            else:
                self.spans[span.span_id] = known
            self.touched.add(span.span_id)
        if root is not None and root.kind != Kind.TRACE and root.protocol != "langfuse":
            self.record.root_id = root.span_id
        self.record.context = self.context()

    def take(self, half: Half) -> None:
        if not half.span_id and self.record.root_id:
            told = {name: half.fields[name] for name in _OF_A_ROOT if name in half.fields}
            half = msgspec.structs.replace(half, span_id=self.record.root_id, fields=told)
        known = self.spans.setdefault(half.span_id, Known()) if half.span_id else self.record.head
        known.take(half)
        self.touched.add(half.span_id)

    def context(self) -> dict[str, Any]:
        """What every span carries, and whether the trace has a head to stand for it."""
        head = self.record.head
        if head.halves or head.base:
            return {**trace_fields([fold(head.halves, head.base)]), "has_head": True}
        root = self.spans.get(self.record.root_id)
        return trace_fields([fold(root.halves, root.base)]) if root else {}

    def is_context_new(self) -> bool:
        """Whether spans that were written before must be written again."""
        if self.record.root_id and self.record.root_id not in self.spans:
            return False
        return self.context() != self.record.context

    def written(self, revision: int) -> list[Span]:
        """Rows of what was touched: the whole spans, and removals of rows that stood elsewhere."""
        context = dict(self.context()) if self.is_context_new() else dict(self.record.context)
        self.record.context = dict(context)
        has_head = context.pop("has_head", False)
        rows: list[Span] = []
        for span_id in sorted(self.touched):
            known = self.spans[span_id] if span_id else self.record.head
            if not known.halves and known.base is None:
                continue
            span = fold(known.halves, known.base)
            if span_id:
                lay(context, span)
                span.is_root = int(not has_head and (not span.parent_id or bool(span.is_root)))
            known.revision = span.revision = max(revision, known.revision + 1)
            rows += _moved(known, span)
            rows.append(span)
        return rows


def _moved(known: Known, span: Span) -> list[Span]:
    """The minute of the start is part of a row's identity: where it changed, the old row goes."""
    if span.start_time not in known.places:
        known.places.append(span.start_time)
    here = span.start_time // MINUTE
    return [
        msgspec.structs.replace(tombstone(span), start_time=place)
        for place in {place // MINUTE: place for place in known.places}.values()
        if place // MINUTE != here
    ]


def tombstone(span: Span) -> Span:
    """The row that removes a span."""
    return Span(
        project_id=span.project_id,
        trace_id=span.trace_id,
        span_id=span.span_id,
        start_time=span.start_time,
        revision=span.revision,
        is_deleted=1,
    )


def _before_steps(span: Span, inherited: dict[str, Any]) -> Span:
    """A written span as it was before the steps of the way in and its trace filled it."""
    same: dict[str, Any] = {
        name: [] if name == "tags" else ""
        for name, value in inherited.items()
        if name != "environment" and getattr(span, name) == value
    }
    if span.cost_source != CostSource.REPORTED:
        same.update(cost={}, total_cost=0.0, cost_source=CostSource.NONE)
    return msgspec.structs.replace(span, input_preview="", output_preview="", **same)
