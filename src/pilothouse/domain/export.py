"""A list written to a file in the background."""

from dataclasses import dataclass
from enum import StrEnum

from pilothouse.domain.view import Listed


class Format(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


class Status(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Export:
    id: str
    project_id: str
    creator_id: str
    """Of a person or of a key."""
    list: Listed
    format: Format
    filter: str
    order: str
    start: int
    end: int
    status: Status
    attempts: int
    rows: int
    """Written so far."""
    total: int
    """To write; 0 until counted."""
    bytes: int
    error: str
    created_at: int
    heartbeat_at: int
    finished_at: int
    expires_at: int
    """Its file is kept until then."""
