"""List questions: which spans, traces, sessions or users, in what order, and from where on."""

import base64
import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Literal

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.scope import TimeRange
from pilothouse.query.filters import Filter, show

View = Literal["traces", "spans", "sessions", "users", "scores"]
Matched = Literal["target", "trace"]
"""Which scores belong together: of the very same, or of the same trace, whichever part of it."""
ALWAYS = TimeRange(0, 4_102_444_800_000_000)
"""For questions that name no time: 1970 to 2100."""

_ORDERS: dict[View, tuple[str, ...]] = {
    "spans": ("start_time", "latency", "ttft", "cost", "tokens", "name"),
    "traces": ("start_time", "latency", "cost", "tokens", "errors", "spans", "name"),
    "sessions": ("end_time", "start_time", "traces", "cost", "tokens", "errors", "duration"),
    "users": (
        "last_seen",
        "first_seen",
        "traces",
        "sessions",
        "cost",
        "tokens",
        "errors",
        "error_rate",
    ),
    "scores": ("timestamp",),
}
"""What a list may be ordered by; the first is the default, newest first."""

_ALIASES = {
    "time": "start_time",
    "duration": "latency",
    "total_cost": "cost",
    "total_tokens": "tokens",
    "time_to_first_token": "ttft",
}


@dataclass(frozen=True, slots=True)
class Order:
    by: str
    descending: bool = True

    def __str__(self) -> str:
        return f"-{self.by}" if self.descending else self.by


Position = tuple[int | float | str, ...]
"""Where a page ended: the value ordered by, then what makes the row unique."""


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """One page of a list. `after` continues behind a position; `offset` is for protocols with
    numbered pages and costs what it skips."""

    view: View
    within: TimeRange = ALWAYS
    filter: Filter | None = None
    order: Order = field(default_factory=lambda: Order("start_time"))
    limit: int = 50
    after: Position | None = None
    offset: int = 0

    def at(self, cursor: str | None) -> "ListQuestion":
        """The question continued behind a cursor. Raises BadRequest on a cursor of another one."""
        return replace(self, after=_read_cursor(cursor, _digest(self))) if cursor else self

    def cursor(self, position: Position) -> str:
        """What a client sends to continue behind the position."""
        text = json.dumps([_digest(self), *position], separators=(",", ":"), ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def order(view: View, text: str) -> Order:
    """`start_time` or `-start_time`; the view's own when empty. Raises BadRequest."""
    allowed = _ORDERS[view]
    name = text.lstrip("+-")
    by = name if name in allowed else _ALIASES.get(name, name)
    if not text:
        return Order(allowed[0])
    if by not in allowed:
        raise BadRequest(f"{view} are ordered by one of: {', '.join(allowed)}")
    return Order(by, descending=text.startswith("-"))


def ranged(start: int, end: int) -> TimeRange:
    """Raises BadRequest unless start < end, both in what the store can hold."""
    if not 0 <= start < end:
        raise BadRequest("start must lie before end, both microseconds since 1970")
    return TimeRange(min(start, ALWAYS.end - 1), min(end, ALWAYS.end))


def _digest(question: ListQuestion) -> str:
    """Says which question a cursor belongs to: everything but the page."""
    parts = (
        question.view,
        question.within.start,
        question.within.end,
        show(question.filter),
        str(question.order),
    )
    return hashlib.blake2s(repr(parts).encode(), digest_size=6).hexdigest()


def _read_cursor(cursor: str, digest: str) -> Position:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found, *position = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (ValueError, TypeError, RecursionError):
        raise BadRequest("this cursor cannot be read") from None
    if found != digest:
        raise BadRequest("this cursor belongs to another question")
    if not position or not all(isinstance(item, int | float | str) for item in position):
        raise BadRequest("this cursor cannot be read")
    return tuple(position)
