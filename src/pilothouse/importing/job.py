"""What every kind needs that is copied."""

from dataclasses import dataclass

from pilothouse.importing.media import Media
from pilothouse.importing.moments import Moment
from pilothouse.importing.progress import Progress
from pilothouse.importing.report import Report
from pilothouse.importing.source import Source
from pilothouse.importing.target import Target


@dataclass(frozen=True, slots=True)
class Job:
    source: Source
    target: Target
    progress: Progress
    report: Report
    media: Media
    since: Moment
    until: Moment
