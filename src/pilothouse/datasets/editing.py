"""Many items changed at once: their splits, tags and states. What they say stays."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from pilothouse.domain.dataset import Dataset, ItemStatus, clean_split, clean_tags
from pilothouse.domain.errors import BadRequest
from pilothouse.store.relational import datasets
from pilothouse.store.relational.database import Database

_AT_ONCE = 2_000
"""Items of one transaction, so that others get their turn in between."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Edit:
    """None and empty: stays."""

    split: str | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    status: ItemStatus | None = None
    delete: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    split: str
    share: float
    """Of the items; shares are taken relative to their sum."""


Which = Sequence[str] | datasets.Asked
"""By id, or all that a question finds."""


def edit(database: Database, dataset: Dataset, which: Which, told: Edit) -> int:
    """Gives how many items became another. Ids that are not in the data set are left out."""
    if told.delete:
        return _each(database, dataset, which, _remove)
    split = None if told.split is None else clean_split(told.split)
    more, less = clean_tags(told.add_tags), set(clean_tags(told.remove_tags))

    def edited(row: Row) -> Row:
        before: list[str] = msgspec.json.decode(row["tags"])
        tags = clean_tags([*(tag for tag in before if tag not in less), *more])
        return row | {
            "split": row["split"] if split is None else split,
            "tags": datasets.encoded(tags),
            "status": row["status"] if told.status is None else told.status.value,
        }

    return _each(database, dataset, which, lambda db, rows: _put(db, rows, edited))


def deal(
    database: Database,
    dataset: Dataset,
    asked: datasets.Asked,
    shares: Sequence[Share],
    seed: int,
    together: str = "",
) -> dict[str, int]:
    """Give each item a split at random, in these shares; the same seed deals the same items alike.

    Items that share the value of the key `together` of their metadata stay together. Gives the
    number of items of each split.
    """
    names = [clean_split(each.split) for each in shares]
    total = sum(each.share for each in shares)
    if len(set(names)) < len(names) or not total > 0:
        raise BadRequest("splits are named once each, with shares that add up to more than nothing")
    splits = _dealt(_groups(database, dataset, asked, together), shares, seed)
    _each(
        database,
        dataset,
        list(splits),
        lambda db, rows: _put(db, rows, lambda row: row | {"split": splits[row["id"]]}),
    )
    counts = Counter(splits.values())
    return {name: counts[name] for name in names}


def _groups(
    database: Database, dataset: Dataset, asked: datasets.Asked, together: str
) -> dict[str, list[str]]:
    """Ids of items that stay together, by what they share."""
    with database.read() as db:
        ids = datasets.ids_of(db, dataset.project_id, asked)
    if not together:
        return {id: [id] for id in ids}
    groups: dict[str, list[str]] = {}
    for part in _parts(ids):
        with database.read() as db:
            rows = datasets.rows_by_id(db, dataset.project_id, part)
        for id, row in rows.items():
            metadata = msgspec.json.decode(row["metadata"])
            value = metadata.get(together) if isinstance(metadata, dict) else None
            # An item that has no such key stands alone.
            shared = f"item {id}" if value is None else f"value {datasets.encoded(value)}"
            groups.setdefault(shared, []).append(id)
    return groups


def _dealt(groups: dict[str, list[str]], shares: Sequence[Share], seed: int) -> dict[str, str]:
    def place(group: str) -> bytes:
        return hashlib.sha256(f"{seed}/{group}".encode()).digest()

    count = sum(map(len, groups.values()))
    total = sum(each.share for each in shares)
    bounds: list[tuple[float, str]] = []
    reached = 0.0
    for each in shares:
        reached += each.share / total
        bounds.append((round(reached * count), each.split.strip()))
    found: dict[str, str] = {}
    for group in sorted(groups, key=place):
        # A group goes where its middle lies.
        middle = len(found) + len(groups[group]) / 2
        split = next((name for bound, name in bounds if middle < bound), bounds[-1][1])
        found.update(dict.fromkeys(groups[group], split))
    return found


Step = Callable[[sa.Connection, dict[str, Row]], int]


def _each(database: Database, dataset: Dataset, which: Which, step: Step) -> int:
    if isinstance(which, datasets.Asked):
        with database.read() as db:
            ids = datasets.ids_of(db, dataset.project_id, which)
    else:
        ids = which
    changed = 0
    for part in _parts(list(dict.fromkeys(ids))):
        with database.write() as db:
            rows = datasets.rows_by_id(db, dataset.project_id, part)
            own = {id: row for id, row in rows.items() if row["dataset_id"] == dataset.id}
            changed += step(db, own)
    return changed


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(ids), _AT_ONCE):
        yield ids[at : at + _AT_ONCE]


def _put(db: sa.Connection, rows: dict[str, Row], edited: Callable[[Row], Row]) -> int:
    fresh = [after for row in rows.values() if (after := edited(row)) != row]
    datasets.put_rows(db, fresh, rows)
    return len(fresh)


def _remove(db: sa.Connection, rows: dict[str, Row]) -> int:
    datasets.remove_rows(db, rows.values())
    return len(rows)
