"""What the spans of one trace tell one another."""

from collections import defaultdict
from collections.abc import Iterable

from pilothouse.domain.span import TRACE_FIELDS, Span

_UNKNOWN: dict[str, object] = {"environment": "default"}


def by_trace(spans: Iterable[Span]) -> dict[str, list[Span]]:
    traces: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        traces[span.trace_id].append(span)
    return traces


def inherit(spans: list[Span]) -> None:
    """Give every span what its trace knows: user, session, tags, release … of the root, or of the
    first span that tells."""
    for family in by_trace(spans).values():
        if len(family) > 1:
            fill(family)


def fill(family: list[Span]) -> list[Span]:
    """Spread the trace's fields over the spans of one trace; returns those that changed."""
    known = trace_fields(family)
    return [span for span in family if lay(known, span)]


def lay(known: dict[str, object], span: Span) -> bool:
    """Give the span what its trace knows and it does not; whether that changed it."""
    missing = {
        field: value
        for field, value in known.items()
        if _is_untold(field, span) and getattr(span, field) != value
    }
    for field, value in missing.items():
        setattr(span, field, value)
    return bool(missing)


def trace_fields(family: list[Span]) -> dict[str, object]:
    """What the trace knows: the root's word first, then in order of start."""
    ordered = sorted(family, key=lambda span: (not span.is_root, span.start_time))
    known: dict[str, object] = {}
    for field in TRACE_FIELDS:
        told = next((span for span in ordered if not _is_untold(field, span)), ordered[0])
        value = getattr(told, field)
        if value and value != _UNKNOWN.get(field):
            known[field] = value
    return known


def _is_untold(field: str, span: Span) -> bool:
    """A root that was not told the trace's name lends it its own; anyone who was told knows
    better."""
    value = getattr(span, field)
    if field == "trace_name" and span.is_root and value == span.name:
        return True
    return value in ("", [], _UNKNOWN.get(field))


def bill_once(spans: list[Span]) -> None:
    """A call that two instrumentations report, one inside the other, is paid once: the outer span
    of two with the same answer, or with usage on both, is not billable."""
    paid = [span for span in spans if span.billable and (span.usage or span.cost)]
    if len(paid) < 2:
        return
    by_id = {(span.trace_id, span.span_id): span for span in spans}
    for span in paid:
        parent = by_id.get((span.trace_id, span.parent_id))
        steps = 0
        while parent is not None and steps < 100:
            if parent.billable and parent.usage and parent.kind == span.kind:
                parent.billable = 0
            parent = by_id.get((parent.trace_id, parent.parent_id))
            steps += 1
