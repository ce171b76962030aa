"""What is asked of the calls that were made with a prompt."""

from dataclasses import dataclass

from pilothouse.domain.scope import TimeRange
from pilothouse.query.filters import Filter


@dataclass(frozen=True, slots=True)
class Slice:
    """Calls with one version in a stretch of time."""

    version: int
    within: TimeRange


@dataclass(frozen=True, slots=True)
class PromptQuestion:
    name: str
    slices: tuple[Slice, ...]
    """At least one. They may overlap."""
    filter: Filter | None = None

    @property
    def within(self) -> TimeRange:
        starts = [each.within.start for each in self.slices]
        return TimeRange(min(starts), max(each.within.end for each in self.slices))
