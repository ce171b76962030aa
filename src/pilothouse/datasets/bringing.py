"""Rows of a table brought into a data set as items."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import sqlalchemy as sa

from pilothouse.datasets import mapping
from pilothouse.datasets.mapping import Columns, Unfit
from pilothouse.datasets.registry import (
    WITH_MEDIA,
    ItemChange,
    Keep,
    Schemas,
    empty_item,
    with_change,
)
from pilothouse.datasets.tables import Table
from pilothouse.domain.clock import now
from pilothouse.domain.dataset import Dataset
from pilothouse.domain.errors import BadRequest, Conflict, NotFound
from pilothouse.store.relational import datasets
from pilothouse.store.relational.database import Database

MOST_PROBLEMS = 100

_ELSEWHERE = (
    "the id {!r} belongs to another data set; without an id column it becomes an item of its own"
)
_AT_ONCE = 2_000
"""Rows of one transaction, so that others get their turn in between."""


@dataclass(frozen=True, slots=True)
class Problem:
    row: int
    reason: str


@dataclass(slots=True)
class Brought:
    """What came of the rows. Nothing was written where `written` is False."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: int = 0
    problems: list[Problem] = field(default_factory=list[Problem])
    """The first of the bad ones."""
    written: bool = True

    def refuse(self, row: int, reason: str) -> None:
        self.bad += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(row, reason[:500]))


Numbered = tuple[int, dict[str, Any]]
"""A row's number, and the item that it becomes as the store has it."""


def bring(
    database: Database,
    dataset: Dataset,
    table: Table,
    columns: Columns,
    fingerprint: str,
    *,
    all_or_none: bool,
    keep: Keep | None = None,
) -> Brought:
    """Make an item of each row, or a version of the one whose id the row tells.

    Ids that are not told follow from the file's fingerprint and the row, so that a file that comes
    again changes nothing, and one whose columns are read otherwise writes the same items anew. Rows
    that cannot become items are left out and told; with `all_or_none` nothing is written then.
    Blocks. Raises BadRequest where the file cannot be read to its end; Conflict where the data set's
    schemas change meanwhile. What was written then stays.
    """
    mapping.check(columns)
    if all_or_none:
        tried = _pass(database, dataset, table, columns, fingerprint, write=False)
        if tried.bad:
            tried.written = False
            return tried
    return _pass(database, dataset, table, columns, fingerprint, write=True, keep=keep)


_OF_SPANS = ["input", "expected_output"]


def add(database: Database, dataset: Dataset, changes: Iterable[ItemChange]) -> Brought:
    """Make an item of each, whose id is told; those that do not fit the schemas are left out and
    told by their place. Blocks."""
    brought = Brought()
    for part in _parts(_changed(dataset, changes, brought)):
        with database.write() as db:
            _write(db, dataset, _OF_SPANS, part, brought)
    return brought


def add_in(
    db: sa.Connection, dataset: Dataset, changes: Sequence[ItemChange], most: int
) -> Brought:
    """The same of few in an open transaction, at most so many. What is there already stays as it is."""
    brought = Brought()
    known = datasets.rows_by_id(db, dataset.project_id, [each.id for each in changes])
    fresh = [each for each in changes if each.id not in known]
    brought.unchanged = len(changes) - len(fresh)
    _write(db, dataset, _OF_SPANS, list(islice(_changed(dataset, fresh, brought), most)), brought)
    return brought


def _changed(
    dataset: Dataset, changes: Iterable[ItemChange], brought: Brought
) -> Iterator[Numbered]:
    schemas, begun = Schemas(dataset), now()
    for place, change in enumerate(changes, 1):
        brought.rows = place
        try:
            item = _item(dataset, schemas, change.id, change)
        except Unfit as error:
            brought.refuse(place, str(error))
        else:
            yield place, item | {"created_at": begun - place}


def _pass(
    database: Database,
    dataset: Dataset,
    table: Table,
    columns: Columns,
    fingerprint: str,
    *,
    write: bool,
    keep: Keep | None = None,
) -> Brought:
    brought = Brought()
    told = _told(columns)
    items = _items(dataset, table, columns, fingerprint, brought, keep)
    for part in _parts(items):
        if write:
            with database.write() as db:
                _write(db, dataset, told, part, brought)
        else:
            with database.read() as db:
                ids = [item["id"] for _, item in part]
                before = datasets.rows_by_id(db, dataset.project_id, ids)
                _sorted(dataset, told, part, before, brought)
    return brought


def _told(columns: Columns) -> list[str]:
    """Fields that the file tells; the others of an item that is there stay."""
    parts = {
        "input": columns.input.columns,
        "expected_output": columns.expected_output.columns,
        "metadata": columns.metadata.columns,
        "split": columns.split,
        "tags": columns.tags,
    }
    return [name for name, part in parts.items() if part]


def _write(
    db: sa.Connection,
    dataset: Dataset,
    told: list[str],
    part: list[Numbered],
    brought: Brought,
) -> None:
    current = datasets.by_id(db, dataset.project_id, dataset.id)
    if current is None:
        raise NotFound("the data set was deleted meanwhile")
    if _schemas(current) != _schemas(dataset):
        raise Conflict("the data set's schemas changed meanwhile; bring the file again")
    ids = [item["id"] for _, item in part]
    before = datasets.rows_by_id(db, dataset.project_id, ids)
    datasets.put_rows(db, _sorted(dataset, told, part, before, brought), before)


def _schemas(dataset: Dataset) -> tuple[Any, Any]:
    return dataset.input_schema, dataset.expected_output_schema


def _sorted(
    dataset: Dataset,
    told: list[str],
    part: Iterable[Numbered],
    before: dict[str, dict[str, Any]],
    brought: Brought,
) -> list[dict[str, Any]]:
    """The items that are new or say something else than before."""
    fresh: list[dict[str, Any]] = []
    for number, item in part:
        last = before.get(item["id"])
        if last and last["dataset_id"] != dataset.id:
            brought.refuse(number, _ELSEWHERE.format(item["id"][:100]))
        elif last and all(last[name] == item[name] for name in told):
            brought.unchanged += 1
        elif last:
            brought.changed += 1
            fresh.append(last | {name: item[name] for name in told})
        else:
            brought.added += 1
            fresh.append(item)
    return fresh


def _items(
    dataset: Dataset,
    table: Table,
    columns: Columns,
    fingerprint: str,
    brought: Brought,
    keep: Keep | None,
) -> Iterator[Numbered]:
    schemas, begun = Schemas(dataset), now()
    seen: dict[str, int] = {}
    for row in table.rows():
        brought.rows += 1
        try:
            change = mapping.item(columns, row)
            id = change.id or derived_id(dataset, fingerprint, str(row.number))
            item = _item(dataset, schemas, id, change)
            if keep is not None:
                item |= {name: keep(dataset.project_id, id, item[name]) for name in WITH_MEDIA}
            first = seen.setdefault(id, row.number)
            if first != row.number:
                raise Unfit(f"the id {id[:100]!r} stands in row {first} already")
        except Unfit as error:
            brought.refuse(row.number, str(error))
        else:
            # The newest comes first in lists, and the first of a file shall.
            yield row.number, item | {"created_at": begun - row.number}


def derived_id(dataset: Dataset, *origin: str) -> str:
    """Of an item that nobody named: the same of what comes from the same place."""
    return hashlib.sha256("/".join([dataset.id, *origin]).encode()).hexdigest()[:32]


def _item(dataset: Dataset, schemas: Schemas, id: str, change: ItemChange) -> dict[str, Any]:
    """Raises Unfit."""
    try:
        item = with_change(empty_item(dataset, id), change)
        schemas.check(item)
        return datasets.row_of(item)
    except BadRequest as error:
        raise Unfit(str(error)) from error
    except (OverflowError, RecursionError, ValueError) as error:
        raise Unfit(f"has a value that cannot be kept: {error}") from error


def _parts(items: Iterable[Numbered]) -> Iterator[list[Numbered]]:
    part: list[Numbered] = []
    for each in items:
        part.append(each)
        if len(part) == _AT_ONCE:
            yield part
            part = []
    if part:
        yield part
