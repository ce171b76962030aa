"""Traces whose spans come finished, in any order, over many requests.

OpenTelemetry sends children before their root, and often only the root names the user, the session
or the trace. The fields of recent traces are kept in memory, and so are the spans that came before
their root: when it tells more, they are written again beside it, with a higher revision. That costs
no read. They also tell whether a call that comes now was reported, and paid, by one inside it.

The limits: what this process has forgotten (`MOST_TRACES`, `MOST_SPANS`, `MOST_BYTES`, a restart)
or another process has taken stays as it was sent.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from pilothouse.domain.span import Span
from pilothouse.ingest.trace_context import (
    by_trace,
    is_told_by_others,
    lay,
    lent_name,
    repeating,
    told_to_trace,
    trace_fields,
    unbill,
)

MOST_TRACES = 50_000
MOST_SPANS = 100_000
"""Spans without their root."""
MOST_BYTES = 128 << 20


@dataclass(slots=True)
class _Recent:
    known: dict[str, object] = field(default_factory=dict[str, object])
    has_root: bool = False
    waiting: list[Span] = field(default_factory=list[Span])
    """Spans that were written while the root had not come."""
    unwritten: list[Span] = field(default_factory=list[Span])
    """New states of them that could not be written."""
    tags: set[str] = field(default_factory=set[str])
    metadata: dict[str, str] = field(default_factory=dict[str, str])
    """What spans inside were told for the root."""
    root: Span | None = None
    """As it was written, where later spans may be told more for it."""


class RecentTraces:
    """Not for many threads: the caller sees to it that requests follow one another."""

    def __init__(self) -> None:
        self._traces: OrderedDict[tuple[str, str], _Recent] = OrderedDict()
        self._spans = 0
        self._bytes = 0

    def catch_up(self, spans: Iterable[Span]) -> list[Span]:
        """Give the spans of a request what their traces know, from each other and from earlier
        requests; gives back new states of earlier spans that these tell more of."""
        again: list[Span] = []
        for trace_id, family in by_trace(spans).items():
            key = (family[0].project_id, trace_id)
            recent = self._traces.get(key)
            if recent is None:
                recent = self._traces[key] = _Recent()
            else:
                self._traces.move_to_end(key)
            again += self._meet(recent, family)
        self._forget()
        return again

    def give_back(self, again: Iterable[Span]) -> None:
        """What `catch_up` gave was not written: the next request of the trace gets it."""
        for span in again:
            recent = self._traces.get((span.project_id, span.trace_id))
            if recent is not None:
                span.revision = 0
                recent.unwritten.append(span)

    def renew(self, spans: Iterable[Span]) -> None:
        """New states of stored spans, on their way to the store: they learn what their traces have
        told, and take the places of the states that wait here, which would undo them."""
        for span in spans:
            recent = self._traces.get((span.project_id, span.trace_id))
            if recent is None:
                continue
            lay(recent.known, span)
            for index, old in enumerate(recent.waiting):
                if old.span_id == span.span_id:
                    recent.waiting[index] = span
                    self._bytes += _size(span) - _size(old)
            if recent.root is not None and recent.root.span_id == span.span_id:
                self._keep_root(recent, span)

    def forget(self, project_id: str, trace_ids: Iterable[str]) -> None:
        """The traces are deleted."""
        for trace_id in trace_ids:
            recent = self._traces.pop((project_id, trace_id), None)
            if recent is not None:
                self._release(recent)
                self._keep_root(recent, None)

    def forget_project(self, project_id: str) -> None:
        self.forget(project_id, [trace for project, trace in self._traces if project == project_id])

    def _meet(self, recent: _Recent, family: list[Span]) -> list[Span]:
        has_root = any(span.is_root for span in family)
        told = trace_fields(family)
        known = {**recent.known, **told} if has_root else {**told, **recent.known}
        known = {**lent_name(family), **known}
        again, recent.unwritten = recent.unwritten, []
        again = again + _billed_once(recent.waiting, family)
        if known != recent.known:
            again = again + _caught_up(recent.waiting, known)
        for span in family:
            lay(known, span)
        recent.known = known
        again = again + self._gather(recent, family)
        if has_root:
            self._release(recent)
            recent.has_root = True
        elif not recent.has_root:
            recent.waiting += family
            self._spans += len(family)
            self._bytes += sum(map(_size, family))
        return list({span.span_id: span for span in again}.values())

    def _gather(self, recent: _Recent, family: list[Span]) -> list[Span]:
        """A root has the tags of all spans, and what metadata they were told for the whole trace;
        gives its new state where it was written before they came."""
        tags, metadata = told_to_trace(family)
        recent.tags |= tags
        recent.metadata.update(metadata)
        roots = [span for span in family if span.is_root]
        again: list[Span] = []
        if not roots and recent.root is not None and _lacks(recent.root, tags, metadata):
            again = roots = [msgspec.structs.replace(recent.root, revision=0)]
        for root in roots:
            if not recent.tags <= set(root.tags):
                root.tags = sorted(recent.tags.union(root.tags))
            root.metadata = {**recent.metadata, **root.metadata}
            if is_told_by_others(root):
                self._keep_root(recent, root)
        return again

    def _keep_root(self, recent: _Recent, root: Span | None) -> None:
        self._bytes += (_size(root) if root else 0) - (_size(recent.root) if recent.root else 0)
        recent.root = root

    def _release(self, recent: _Recent) -> None:
        self._spans -= len(recent.waiting)
        self._bytes -= sum(map(_size, recent.waiting))
        recent.waiting = []

    def _forget(self) -> None:
        while self._traces and (
            len(self._traces) > MOST_TRACES or self._spans > MOST_SPANS or self._bytes > MOST_BYTES
        ):
            _, recent = self._traces.popitem(last=False)
            self._release(recent)
            self._keep_root(recent, None)


def _lacks(root: Span, tags: set[str], metadata: dict[str, str]) -> bool:
    return not tags <= set(root.tags) or not metadata.keys() <= root.metadata.keys()


def _caught_up(waiting: list[Span], known: dict[str, object]) -> list[Span]:
    """New states of the waiting spans, which take their places; the old ones may still be on their
    way to the store and are not touched."""
    changed: list[Span] = []
    for index, span in enumerate(waiting):
        copy = msgspec.structs.replace(span, revision=0)
        if lay(known, copy):
            waiting[index] = copy
            changed.append(copy)
    return changed


def _billed_once(waiting: list[Span], family: list[Span]) -> list[Span]:
    """New states of waiting spans that report what another does. Mostly the outer one comes later,
    in the family."""
    if not waiting or not any(span.billable and span.usage for span in family):
        return []
    places = {id(span): index for index, span in enumerate(waiting)}
    changed: list[Span] = []
    for outer in repeating([*waiting, *family]):
        index = places.get(id(outer))
        if index is not None:
            outer = waiting[index] = msgspec.structs.replace(outer, revision=0)
            changed.append(outer)
        unbill(outer)
    return changed


def _size(span: Span) -> int:
    return len(span.input) + len(span.output) + 1_000
