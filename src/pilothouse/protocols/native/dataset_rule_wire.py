"""Shapes of rules by which live traffic becomes items of data sets."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pilothouse.protocols.native.dataset_upkeep_wire import Tag
from pilothouse.protocols.native.evaluation_wire import Id
from pilothouse.protocols.native.wire import Wire

Target = Literal["span", "trace"]


class DatasetRuleWritten(Wire):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    dataset_id: Id
    target: Target = "trace"
    filter: str = Field(default="", max_length=10_000)
    sampling: float = Field(default=1.0, gt=0, le=1)
    delay: int = Field(default=30, ge=0, le=604_800)
    """Seconds without news before it is taken."""
    daily_limit: int = Field(default=100, ge=1, le=10_000)
    """Items of a day, UTC."""
    split: str = Field(default="", max_length=100)
    tags: list[Tag] = Field(default=[], max_length=50)
    is_active: bool = True


class DatasetRuleRow(Wire):
    id: str
    name: str
    dataset_id: str
    dataset_name: str
    target: Target
    filter: str
    sampling: float
    delay: int
    """Seconds."""
    daily_limit: int
    split: str
    tags: list[str]
    is_active: bool
    seen_until: int
    """Receipt up to which it has looked."""
    author_id: str
    created_at: int
    updated_at: int
    added: int
    """Items that came of it."""
    added_today: int
    refused: int
    """That did not fit the data set's schemas."""
    reason: str
    """Of the last of those."""


class DatasetRules(Wire):
    items: list[DatasetRuleRow]
    """By name."""
