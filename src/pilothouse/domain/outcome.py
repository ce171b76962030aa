"""What became of each thing that was sent: nothing is dropped in silence.

An item is *accepted* or *rejected*. An accepted one may besides be *dropped*, when a part of it was
not kept, or *late*, when it came long after it was over; each of the two is counted beside the
acceptance, never instead of it.
"""

from enum import StrEnum

import msgspec

from pilothouse.domain.clock import DAY, HOUR, MINUTE


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DROPPED = "dropped"
    LATE = "late"


class Reason(StrEnum):
    """Why an item was refused or altered. The list is closed, so that losses can be charted."""

    NOT_DECODABLE = "not_decodable"
    WRONG_TYPE = "wrong_type"
    MISSING_FIELD = "missing_field"
    BAD_ID = "bad_id"
    BAD_TIME = "bad_time"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    TOO_MANY = "too_many"
    UNKNOWN_TYPE = "unknown_type"
    NOT_ALLOWED = "not_allowed"
    ENGINE_REFUSED = "engine_refused"
    TURNED_AWAY = "turned_away"
    """The server was too busy. The client was told to come again, and usually did."""
    NOT_KEPT = "not_kept"
    """Telemetry that is not kept here: metrics, and logs that belong to no span."""
    VALUE_CUT = "value_cut"
    """A name, or a value of metadata or attributes, was longer than is kept."""
    CLIENT_LIMIT = "client_limit"
    """The client itself left out attributes, events or links before it sent the span."""


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """An item that was not stored. `head` is the beginning of its payload, for the operator."""

    reason: Reason
    message: str
    item_id: str = ""
    head: str = ""
    items: int = 1
    """How many were refused alike, where there is no need to look at each."""


class Dropped(msgspec.Struct, frozen=True, kw_only=True):
    """A part that was not kept of an item that was. `head` is its beginning, for the operator."""

    reason: Reason
    message: str
    item_id: str = ""
    head: str = ""


LATE = 5 * MINUTE
"""An item that comes later than this after it was over is late: clients send within seconds, and who
looks at the last minutes has not seen it."""

DELAYS = {"over_7d": 7 * DAY, "over_1d": DAY, "over_1h": HOUR, "over_5m": LATE}
"""How late: by the name of each step its least delay, the longest first."""


class IngestCount(msgspec.Struct, kw_only=True):
    """How many items met which fate in a minute. Rows alike but for the sums are added up."""

    project_id: str
    time: int
    """Start of the minute."""
    outcome: str
    reason: str = ""
    """Of rejected and dropped items a `Reason`, of late ones a step of `DELAYS`."""
    protocol: str = ""
    sdk: str = ""
    key_id: str = ""
    items: int = 0
    bytes: int = 0
    worst: int = 0
    """The longest delay of late items, in microseconds."""


class RejectedItem(msgspec.Struct, kw_only=True):
    """An item that was refused, lost a part or came late, kept for the operator to look at."""

    project_id: str
    time: int
    reason: str
    message: str
    protocol: str = ""
    sdk: str = ""
    key_id: str = ""
    item_id: str = ""
    head: str = ""
    outcome: str = Outcome.REJECTED
