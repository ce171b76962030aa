"""What became of a data set's items in the course of time. Functions of an open transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from pilothouse.domain.clock import MINUTE
from pilothouse.domain.dataset import Dataset, Item
from pilothouse.store.relational import datasets
from pilothouse.store.relational import tables as t

Kind = Literal["added", "removed", "changed"]

_MOST_MOMENTS = 5_000
_CONTENT = (
    "status",
    "input",
    "expected_output",
    "metadata",
    "source_trace_id",
    "source_span_id",
    "split",
    "tags",
)
_i = t.dataset_items.c


@dataclass(frozen=True, slots=True)
class Point:
    """Changes that followed one another within a minute."""

    at: int
    """Of the last of them; the state then has them all."""
    changes: int


@dataclass(frozen=True, slots=True)
class Difference:
    """None: there was no such item then."""

    before: Item | None
    after: Item | None


def points(db: sa.Connection, dataset: Dataset, limit: int) -> list[Point]:
    """The newest first."""
    moments = Counter[int]()
    # A version that ends where another of its item begins is one change.
    successor = t.dataset_items.alias()
    followed = sa.exists().where(
        successor.c.project_id == _i.project_id,
        successor.c.id == _i.id,
        successor.c.valid_from == _i.valid_to,
    )
    own = (_i.project_id == dataset.project_id, _i.dataset_id == dataset.id)
    for moment, conditions in (
        (_i.valid_from, own),
        (_i.valid_to, (*own, _i.valid_to != datasets.NEVER, ~followed)),
    ):
        rows = db.execute(
            sa.select(moment, sa.func.count())
            .where(*conditions)
            .group_by(moment)
            .order_by(moment.desc())
            .limit(_MOST_MOMENTS)
        )
        moments.update({row[0]: row[1] for row in rows})
    return _merged(moments)[:limit]


def _merged(moments: Counter[int]) -> list[Point]:
    found: list[Point] = []
    last = 0
    for moment in sorted(moments, reverse=True):
        if found and last - moment < MINUTE:
            found[-1] = Point(found[-1].at, found[-1].changes + moments[moment])
        else:
            found.append(Point(moment, moments[moment]))
        last = moment
    return found


def count(db: sa.Connection, dataset: Dataset, before: int, after: int) -> dict[Kind, int]:
    """How many items differ between two points in time, by how."""
    kinds: tuple[Kind, ...] = ("added", "removed", "changed")
    return {
        kind: db.execute(
            sa.select(sa.func.count()).select_from(_ids(dataset, before, after, kind).subquery())
        ).scalar_one()
        for kind in kinds
    }


def page(
    db: sa.Connection,
    dataset: Dataset,
    before: int,
    after: int,
    kind: Kind,
    limit: int,
    offset: int = 0,
) -> list[Difference]:
    """Items that differ in one way, by id."""
    wanted = _ids(dataset, before, after, kind)
    ids = list(db.execute(wanted.order_by("id").limit(limit).offset(offset)).scalars())
    old, fresh = (_items(db, dataset, ids, moment) for moment in (before, after))
    return [Difference(old.get(id), fresh.get(id)) for id in ids]


def _ids(dataset: Dataset, before: int, after: int, kind: Kind) -> sa.Select[str]:
    if kind == "changed":
        old, fresh = (_versions(dataset, before, after, moment) for moment in (before, after))
        differ = [old.c[name] != fresh.c[name] for name in _CONTENT]
        return (
            sa.select(fresh.c.id)
            .join(old, old.c.id == fresh.c.id)
            .where(old.c.valid_from != fresh.c.valid_from, sa.or_(*differ))
        )
    there, gone = (after, before) if kind == "added" else (before, after)
    found = _versions(dataset, before, after, there)
    return sa.select(found.c.id).where(~_is_there(dataset, found.c.id, gone))


def _versions(dataset: Dataset, before: int, after: int, moment: int) -> sa.Subquery:
    """Those that held at one of the two times, and not all of the time between them."""
    first, last = sorted((before, after))
    if moment == last:
        touched = _i.valid_from > first
    else:
        touched = sa.and_(_i.valid_to != datasets.NEVER, _i.valid_to <= last)
    return (
        sa.select(_i.id, _i.valid_from, *(_i[name] for name in _CONTENT))
        .where(
            _i.project_id == dataset.project_id,
            _i.dataset_id == dataset.id,
            touched,
            *_held(_i, moment),
        )
        .subquery()
    )


def _is_there(dataset: Dataset, id: sa.ColumnElement[str], moment: int) -> sa.Exists:
    other = t.dataset_items.alias()
    return sa.exists().where(
        other.c.project_id == dataset.project_id,
        other.c.id == id,
        other.c.dataset_id == dataset.id,
        *_held(other.c, moment),
    )


def _held(columns: Any, moment: int) -> list[sa.ColumnElement[bool]]:
    never_or_later = sa.or_(columns.valid_to == datasets.NEVER, columns.valid_to > moment)
    return [columns.valid_from <= moment, never_or_later]


def _items(db: sa.Connection, dataset: Dataset, ids: Sequence[str], moment: int) -> dict[str, Item]:
    if moment == 0:
        # There was nothing yet; asked for, it would mean now.
        return {}
    asked = datasets.Asked(dataset_id=dataset.id, at=moment, status=None, ids=tuple(ids))
    return {item.id: item for item in datasets.items(db, dataset.project_id, asked)}
