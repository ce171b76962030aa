"""What came in lately and has been quiet since: the question of rules that look at live traffic."""

from dataclasses import dataclass

import msgspec

from pilothouse.domain.evaluation import Target
from pilothouse.domain.scope import TimeRange
from pilothouse.query.filters import Filter


@dataclass(frozen=True, slots=True)
class ArrivalQuestion:
    """Spans, traces or sessions whose last news came after `since` and not after `until`, both as
    revisions are numbered; those that had their last news first come first."""

    target: Target
    within: TimeRange
    """When they began."""
    since: int
    until: int
    filter: Filter | None = None
    limit: int = 1_000
    after: "Arrived | None" = None
    """The last of the page before."""


class Arrived(msgspec.Struct, kw_only=True):
    """One of them; what does not name it is empty."""

    trace_id: str = ""
    span_id: str = ""
    session_id: str = ""
    last: int
    """Revision of its last news."""
