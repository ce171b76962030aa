"""Ranges of time to read, as narrow as they can be."""

from collections.abc import Iterable, Iterator

from pilothouse.domain.clock import DAY, HOUR, MINUTE, now
from pilothouse.domain.scope import TimeRange
from pilothouse.query.lists import ListQuestion

CLOSE = 10 * MINUTE
_WIDTHS = (HOUR, DAY)
_WIDTHS_FILTERED = (DAY,)
"""A filter lets through little, and an index knows where: few wide windows cost less."""


def windows(question: ListQuestion) -> Iterator[TimeRange]:
    """Disjoint windows that together cover what the page can hold, in the list's direction.

    A list in order of time mostly needs the newest rows alone: the first window is narrow."""
    start, end = question.within.start, question.within.end
    descending, after = question.order.descending, question.after
    if after is not None and descending:
        end = min(end, int(after[0]) + 1)
    elif after is not None:
        start = max(start, int(after[0]))
    widths = _WIDTHS_FILTERED if question.filter else _WIDTHS
    for width in () if question.offset else widths:
        # Ranges may end years ahead, but there is little to find behind this moment.
        middle = min(end, now()) - width if descending else start + width
        if not start < middle < end:
            break
        yield TimeRange(middle, end) if descending else TimeRange(start, middle)
        start, end = (start, middle) if descending else (middle, end)
    yield TimeRange(start, end)


def joined(ranges: Iterable[TimeRange]) -> list[TimeRange]:
    """The same moments in fewer ranges: what overlaps or lies close together is one."""
    found: list[TimeRange] = []
    for each in sorted(ranges, key=lambda each: each.start):
        if found and each.start <= found[-1].end + CLOSE:
            found[-1] = TimeRange(found[-1].start, max(found[-1].end, each.end))
        else:
            found.append(each)
    return found
