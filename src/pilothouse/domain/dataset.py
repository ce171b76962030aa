"""Data sets whose items have versions, and experiments over them. Pure.

An item's version is an interval of time: every change ends the last one and begins another, so that
any state of a data set that ever was can be read again.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.evaluation import Target

MOST_NAME = 500
MOST_SPLIT = 100
MOST_TAG = 200
MOST_TAGS = 50


class ItemStatus(StrEnum):
    ACTIVE = "active"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Dataset:
    """`None` for a schema: anything is taken."""

    id: str
    project_id: str
    name: str
    """Unique in the project; slashes make folders."""
    description: str
    metadata: Any
    input_schema: Any
    expected_output_schema: Any
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class Item:
    """One version of an item; `valid_to` is 0 on the one that holds."""

    project_id: str
    id: str
    """Unique in the project."""
    dataset_id: str
    status: ItemStatus
    input: Any
    expected_output: Any
    metadata: Any
    source_trace_id: str
    source_span_id: str
    split: str
    """Such as train or test; empty: none."""
    tags: tuple[str, ...]
    created_at: int
    valid_from: int
    valid_to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetRule:
    """Live traffic that fits the filter becomes items, or a part of it chosen by chance."""

    id: str
    project_id: str
    name: str
    """Unique in the project."""
    dataset_id: str
    target: Target
    """Spans or traces."""
    filter: str
    """In the filter language; empty: all."""
    sampling: float
    """Probability with which one is chosen: above 0, at most 1."""
    delay: int
    """Seconds without news before it is taken."""
    daily_limit: int
    """Items of a day, UTC."""
    split: str
    tags: tuple[str, ...]
    is_active: bool
    seen_until: int
    """Receipt, in microseconds, up to which it has looked."""
    author_id: str
    created_at: int
    updated_at: int
    added: int = 0
    """Items that came of it."""
    refused: int = 0
    """That did not fit the data set's schemas."""
    reason: str = ""
    """Of the last of those."""
    day: int = 0
    """Of the count that follows, since 1970."""
    added_that_day: int = 0

    def left_on(self, day: int) -> int:
        """How many items it may still add on a day."""
        return self.daily_limit - (self.added_that_day if day == self.day else 0)


@dataclass(frozen=True, slots=True)
class Experiment:
    """One run of an application, or of a prompt, over a data set or over local data."""

    project_id: str
    id: str
    dataset_id: str
    """Empty: over local data."""
    name: str
    description: str
    metadata: Any
    started_at: int
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class ExperimentItem:
    """An item of an experiment and the trace, or the span of it, that answered it."""

    id: str
    project_id: str
    experiment_id: str
    item_id: str
    trace_id: str
    span_id: str
    """Empty: the whole trace."""
    item_version: int
    """0: not told."""
    expected_output: str
    """JSON text as the client told it; empty: not told."""
    item_metadata: str
    """JSON text; empty: not told."""
    started_at: int
    created_at: int
    updated_at: int


def experiment_id(project_id: str, dataset_id: str, run_name: str) -> str:
    """What clients compute too, so that what they send in two ways lands in one experiment: of
    SHA-256 over a JSON array, the first 16 hexadecimal digits."""
    told = ["langfuse-experiment-v1", project_id, dataset_id, run_name]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:16]


def check_name(name: str) -> None:
    """Raises BadRequest."""
    if not name.strip() or len(name) > MOST_NAME or "\x00" in name:
        raise BadRequest(f"a data set's name has 1 to {MOST_NAME} characters")


def clean_split(split: str) -> str:
    """Raises BadRequest."""
    clean = split.strip()
    if len(clean) > MOST_SPLIT or "\x00" in clean:
        raise BadRequest(f"a split's name has at most {MOST_SPLIT} characters")
    return clean


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Each once, as they were told. Raises BadRequest."""
    clean = tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))
    if len(clean) > MOST_TAGS:
        raise BadRequest(f"an item has at most {MOST_TAGS} tags")
    if any(len(tag) > MOST_TAG or "\x00" in tag for tag in clean):
        raise BadRequest(f"a tag has at most {MOST_TAG} characters")
    return clean
