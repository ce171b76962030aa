"""What the spans of one trace tell one another."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from pilothouse.domain.span import TOLD_TO_TRACE, TRACE_FIELDS, CostSource, Kind, Span

_decode = msgspec.json.Decoder(dict[str, str]).decode
_UNKNOWN: dict[str, object] = {"environment": "default"}


def by_trace(spans: Iterable[Span]) -> dict[str, list[Span]]:
    traces: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        traces[span.trace_id].append(span)
    return traces


def lay(known: dict[str, object], span: Span) -> bool:
    """Give the span what its trace knows and it does not; whether that changed it."""
    changed = False
    for field, value in known.items():
        # Most spans carry their trace's fields already; the rest is asked only of those that do not.
        if getattr(span, field) != value and _is_untold(field, span):
            setattr(span, field, value)
            changed = True
    return changed


def trace_fields(family: list[Span]) -> dict[str, object]:
    """What the trace was told: the root's word first, then in order of start."""
    ordered = sorted(family, key=lambda span: (not span.is_root, span.start_time))
    known: dict[str, object] = {}
    for field in TRACE_FIELDS:
        for span in ordered:
            if not _is_untold(field, span):
                known[field] = getattr(span, field)
                break
    return known


def told_to_trace(spans: Iterable[Span]) -> tuple[set[str], dict[str, str]]:
    """Tags and metadata that any of the spans was told for the whole trace. Langfuse's SDKs tell
    tags to traces alone; those of other instrumentations are of the span."""
    tags: set[str] = set()
    metadata: dict[str, str] = {}
    for span in spans:
        if is_told_by_others(span):
            tags.update(span.tags)
        if TOLD_TO_TRACE in span.attributes:
            metadata.update(_decode(span.attributes[TOLD_TO_TRACE]))
    return tags, metadata


def is_told_by_others(span: Span) -> bool:
    """Whether it comes of an SDK whose spans tell what is meant for the whole trace."""
    return span.scope.startswith("langfuse-sdk")


def lent_name(family: list[Span]) -> dict[str, object]:
    """The name of a trace that nobody named: that of its root."""
    lent = next((span.trace_name for span in family if _lends_its_name(span)), "")
    return {"trace_name": lent} if lent else {}


def _is_untold(field: str, span: Span) -> bool:
    told = getattr(span, field)
    if not told or told == _UNKNOWN.get(field):
        return True
    return field == "trace_name" and _lends_its_name(span)


def _lends_its_name(span: Span) -> bool:
    is_span = bool(span.is_root) and span.kind != Kind.TRACE
    return is_span and bool(span.name) and span.trace_name == span.name


def bill_once(spans: list[Span]) -> None:
    """A call that two instrumentations report, one inside the other, is paid once."""
    for outer in repeating(spans):
        unbill(outer)


def unbill(span: Span) -> None:
    span.billable = 0
    span.cost, span.total_cost, span.cost_source = {}, 0.0, CostSource.NONE
    span.price_id, span.price_date = "", 0


def repeating(spans: list[Span]) -> list[Span]:
    """Billable spans that report the usage of one inside them."""
    paid = [span for span in spans if span.billable and (span.usage or span.cost)]
    if len(paid) < 2:
        return []
    outer: dict[int, Span] = {}
    by_id = {(span.trace_id, span.span_id): span for span in spans}
    for span in paid:
        parent = by_id.get((span.trace_id, span.parent_id))
        steps = 0
        while parent is not None and steps < 100:
            if parent.billable and parent.usage and parent.kind == span.kind:
                outer[id(parent)] = parent
            parent = by_id.get((parent.trace_id, parent.parent_id))
            steps += 1
    return list(outer.values())
