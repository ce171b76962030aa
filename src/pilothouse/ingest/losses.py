"""What was lost of accepted items, and which of them came late. Looks once at each item of a request,
and closer only at those that have something to tell."""

from collections.abc import Sequence

import msgspec

from pilothouse.domain.outcome import DELAYS, LATE, Dropped, Reason
from pilothouse.domain.span import Span
from pilothouse.ingest.halves import Half
from pilothouse.ingest.steps import CUT

_LISTS = frozenset({"attributes", "metadata", "tags"})
"""What is cut because it has too many entries."""
_decode = msgspec.json.Decoder(list[str]).decode


class Late(msgspec.Struct):
    """The late items of a request: how many by step of delay, and the one that took longest."""

    items: dict[str, int]
    worst: int
    item_id: str
    name: str


def cuts(span: Span) -> list[str]:
    """What was cut of a span that went through the steps."""
    mark = span.attributes.get(CUT)
    return _decode(mark) if mark else []


def dropped(spans: Sequence[Span], halves: Sequence[Half]) -> list[Dropped]:
    """Of items that were written."""
    return [
        *(
            _cut(span.name, span.span_id, cuts(span), span)
            for span in spans
            if CUT in span.attributes
        ),
        *(_cut(half.id, half.span_id, half.cut) for half in halves if half.cut),
    ]


def _cut(name: str, item_id: str, cut: list[str], span: Span | None = None) -> Dropped:
    reason = Reason.VALUE_CUT if set(cut) - _LISTS else Reason.TOO_MANY
    first = next((each for each in cut if each not in _LISTS), "")
    head = (span.attributes.get(first) or span.metadata.get(first, "")) if span else ""
    return Dropped(
        reason=reason,
        message=f"of {name[:200]!r} was cut: {', '.join(cut)}",
        item_id=item_id,
        head=head[:2_000],
    )


def late(spans: Sequence[Span], halves: Sequence[Half], moment: int) -> Late | None:
    """Finished spans by their end, events by when they were said."""
    times = [span.end_time for span in spans if span.end_time]
    times += [half.time for half in halves]
    oldest = min(times, default=moment)
    if oldest > moment - LATE:
        return None
    items: dict[str, int] = {}
    for time in times:
        step = next((name for name, least in DELAYS.items() if moment - time >= least), None)
        if step:
            items[step] = items.get(step, 0) + 1
    names = [(span.span_id, span.name) for span in spans if span.end_time == oldest]
    names += [
        (each.span_id, str(each.fields.get("name", ""))) for each in halves if each.time == oldest
    ]
    return Late(items, moment - oldest, *names[0])
