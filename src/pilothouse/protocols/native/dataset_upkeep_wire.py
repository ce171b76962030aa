"""Shapes of what keeps a data set in order: edits of many items, splits, differences, duplicates."""

from typing import Annotated, Literal

from pydantic import Field

from pilothouse.protocols.native.dataset_wire import DatasetItem, Status
from pilothouse.protocols.native.wire import Wire

Tag = Annotated[str, Field(min_length=1, max_length=200)]
SPLIT = Field(max_length=100)


class ItemsWhere(Wire):
    """All items that fit; null and empty: any."""

    status: Literal["active", "archived", "all"] = "active"
    split: Annotated[str, SPLIT] | None = None
    """Empty: those without one."""
    tag: str = Field(default="", max_length=200)
    words: str = Field(default="", max_length=500)


class ItemsEdited(Wire):
    """A change of many items: of those named, else of all that fit."""

    ids: list[Annotated[str, Field(max_length=800)]] | None = Field(default=None, max_length=2_000)
    where: ItemsWhere | None = None
    split: Annotated[str, SPLIT] | None = None
    """Empty: take it away."""
    add_tags: list[Tag] = Field(default=[], max_length=50)
    remove_tags: list[Tag] = Field(default=[], max_length=50)
    status: Status | None = None
    delete: bool = False


class ItemsChanged(Wire):
    changed: int


class SplitShare(Wire):
    split: str = Field(min_length=1, max_length=100)
    share: float = Field(ge=0, le=1_000_000, allow_inf_nan=False)
    """Relative to the sum of all shares."""


class ItemsDealt(Wire):
    shares: list[SplitShare] = Field(min_length=1, max_length=20)
    seed: int = Field(default=0, ge=0, le=2**62)
    """The same seed deals the same items alike."""
    together: str = Field(default="", max_length=200)
    """Key of the items' metadata; items with the same value get the same split."""
    where: ItemsWhere = ItemsWhere()


class SplitCounts(Wire):
    splits: dict[str, int]


class HistoryPoint(Wire):
    at: int
    """The last of changes that followed one another within a minute."""
    changes: int


class DatasetHistory(Wire):
    """The newest first."""

    items: list[HistoryPoint]


class ItemDifference(Wire):
    """Null: there was no such item then."""

    before: DatasetItem | None
    after: DatasetItem | None


class DatasetDifferences(Wire):
    added: int
    removed: int
    changed: int
    items: list[ItemDifference]
    """Of the kind that was asked for."""


class DuplicateGroup(Wire):
    similarity: float
    """Share of runs of words that neighbours have in common at least; 1: the same."""
    is_exact: bool
    items: list[DatasetItem]
    """The oldest first; of a large group some."""
    size: int


class Duplicates(Wire):
    """The largest group first."""

    groups: int
    others: int
    """Items that are not the first of their group."""
    items: list[DuplicateGroup]


class Doubles(Wire):
    near: float | None = Field(default=None, ge=0.6, le=1)
    """Null: exactly the same inputs alone."""


class FromList(Wire):
    """Spans or heads of traces that match, the newest first."""

    view: Literal["traces", "spans"]
    filter: str = Field(default="", max_length=10_000)
    start: int
    end: int
    sampling: float = Field(default=1, gt=0, le=1)
    """Probability with which each is taken; the same ones each time."""
    limit: int = Field(default=100, ge=1, le=1_000)
    split: str = Field(default="", max_length=100)
    tags: list[Tag] = Field(default=[], max_length=50)
    try_only: bool = False
    """Count, and add nothing."""


class TakenFromList(Wire):
    matching: int
    already_there: int
    """Of those that were looked at."""
    chosen: int
    added: int
    bad: int
    """Left out, as they do not fit the data set's schemas."""
    reason: str
    """Of the first of those."""
