"""Ranges of time to read, as narrow as they can be."""

from collections.abc import Iterable, Iterator

from pilothouse.domain.clock import HOUR, MINUTE
from pilothouse.domain.scope import TimeRange
from pilothouse.query.lists import ListQuestion

_FIRST = HOUR
_CLOSE = 10 * MINUTE
_GROWTH = 24
_MOST = 3


def windows(question: ListQuestion) -> Iterator[TimeRange]:
    """Disjoint windows that together cover what the page can hold, in the list's direction.

    A list in order of time mostly needs the newest rows alone: the first window is narrow."""
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


def joined(ranges: Iterable[TimeRange]) -> list[TimeRange]:
    """The same moments in fewer ranges: what overlaps or lies close together is one."""
    found: list[TimeRange] = []
    for each in sorted(ranges, key=lambda each: each.start):
        if found and each.start <= found[-1].end + _CLOSE:
            found[-1] = TimeRange(found[-1].start, max(found[-1].end, each.end))
        else:
            found.append(each)
    return found
