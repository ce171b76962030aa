"""What a project writes to storage of its own, again and again. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum

from pilothouse.domain.clock import DAY, HOUR, MINUTE

SETTLED = 20 * MINUTE
"""What began later than so long ago is left to the next run: its end may not have come."""


class Frequency(StrEnum):
    EVERY_20_MINUTES = "every_20_minutes"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def length(self) -> int:
        """Microseconds."""
        return _LENGTHS[self]


_LENGTHS = {
    Frequency.EVERY_20_MINUTES: 20 * MINUTE,
    Frequency.HOURLY: HOUR,
    Frequency.DAILY: DAY,
    Frequency.WEEKLY: 7 * DAY,
}


class FileType(StrEnum):
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageExport:
    id: str
    project_id: str
    """Has one at most."""
    bucket: str
    endpoint: str
    """Empty: Amazon's own."""
    region: str
    access_key_id: str
    secret: str = field(repr=False)
    """Sealed."""
    prefix: str
    """Empty, or ends in `/`."""
    by_path: bool
    """The bucket stands in the path of addresses, not in their host."""
    frequency: Frequency
    file_type: FileType
    is_compressed: bool
    tables: tuple[str, ...]
    groups: tuple[str, ...]
    """Of fields of observations."""
    mode: str
    """In the words of who told it: where it began."""
    starts_at: int
    """0: with the first trace."""
    is_enabled: bool
    exported_until: int
    """Everything that began before is written; 0: nothing yet."""
    next_at: int
    error: str
    """Of the last run; empty: it went well."""
    error_at: int
    created_at: int
    updated_at: int
