"""Background work as a row: what is to be done, who works on it, how far it is. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class JobStatus(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (JobStatus.WAITING, JobStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Job:
    id: str
    project_id: str
    kind: str
    """Names who can do it."""
    subject: str
    """What it works on, such as an experiment's id."""
    settings: dict[str, Any]
    """By kind."""
    status: JobStatus
    attempts: int
    """How often somebody began; tells two workers apart that both think it theirs."""
    total: int
    """Things to do; 0 until counted."""
    done: int
    failed: int
    """Of those done."""
    cost: float
    """US dollars so far."""
    error: str
    author_id: str
    created_at: int
    run_at: int
    heartbeat_at: int
    finished_at: int
    """0: not yet."""
