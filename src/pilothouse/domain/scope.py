"""Whose data a read or write touches."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """A project. No read of spans or scores happens without one."""

    project_id: str


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Half-open, microseconds UTC: start ≤ t < end."""

    start: int
    end: int
