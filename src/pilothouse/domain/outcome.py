"""What became of each thing that was sent: nothing is dropped in silence."""

from enum import StrEnum

import msgspec


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


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """An item that was not stored. `head` is the beginning of its payload, for the operator."""

    reason: Reason
    message: str
    item_id: str = ""
    head: str = ""


class IngestCount(msgspec.Struct, kw_only=True):
    """How many items met which fate in a minute. Rows alike but for the sums are added up."""

    project_id: str
    time: int
    """Start of the minute."""
    outcome: str
    """accepted or rejected"""
    reason: str = ""
    protocol: str = ""
    sdk: str = ""
    key_id: str = ""
    items: int = 0
    bytes: int = 0


class RejectedItem(msgspec.Struct, kw_only=True):
    """A refused item, kept for the operator to look at."""

    project_id: str
    time: int
    reason: str
    message: str
    protocol: str = ""
    sdk: str = ""
    key_id: str = ""
    item_id: str = ""
    head: str = ""
