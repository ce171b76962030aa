"""A list in order of time needs only the newest rows: read a narrow window first, then wider ones."""

from collections.abc import Iterator

from pilothouse.domain.clock import HOUR
from pilothouse.domain.scope import TimeRange
from pilothouse.query.lists import ListQuestion

_FIRST = HOUR
_GROWTH = 12
_MOST = 4


def windows(question: ListQuestion) -> Iterator[TimeRange]:
    """Disjoint windows that together cover what the page can hold, in the list's direction."""
    whole = question.within
    start, end = whole.start, whole.end
    after = question.after
    if after is not None:
        if question.order.descending:
            end = min(end, int(after[0]) + 1)
        else:
            start = max(start, int(after[0]))
    if question.offset:
        yield TimeRange(start, end)
        return
    size = _FIRST
    for number in range(_MOST):
        last = number == _MOST - 1
        if question.order.descending:
            low = start if last else max(start, end - size)
            if low < end:
                yield TimeRange(low, end)
            end = low
        else:
            high = end if last else min(end, start + size)
            if start < high:
                yield TimeRange(start, high)
            start = high
        size *= _GROWTH
