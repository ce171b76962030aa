"""Experiments and their items. Functions of an open transaction."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import starmap
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pilothouse.domain.dataset import Experiment, ExperimentItem
from pilothouse.store.relational import tables as t
from pilothouse.store.relational.accounts import new_id

_e, _i = t.experiments.c, t.experiment_items.c
_MOST_PARAMETERS = 500


@dataclass(frozen=True, slots=True)
class Link:
    """Which span of which trace answered an item."""

    item_id: str
    trace_id: str
    span_id: str


def _insert(db: sa.Connection, table: sa.Table) -> Any:
    """An insert that may say what to do with what is there already."""
    return (sqlite if db.dialect.name == "sqlite" else postgresql).insert(table)


# -- experiments ---------------------------------------------------------------------------------


def put(db: sa.Connection, experiment: Experiment) -> None:
    """Made, or told again: what is told replaces, what is not stays, the earliest start holds."""
    row = asdict(experiment) | {"metadata": msgspec.json.encode(experiment.metadata).decode()}
    insert = _insert(db, t.experiments).values(row)
    new = insert.excluded
    earlier = sa.case((new.started_at < _e.started_at, new.started_at), else_=_e.started_at)
    changed = {
        "started_at": earlier,
        "updated_at": new.updated_at,
        "name": _told(new.name, _e.name),
        "description": _told(new.description, _e.description),
        "dataset_id": _told(new.dataset_id, _e.dataset_id),
        "metadata": sa.case((new.metadata != "null", new.metadata), else_=_e.metadata),
    }
    db.execute(insert.on_conflict_do_update(index_elements=["project_id", "id"], set_=changed))


def _told(new: Any, old: Any) -> Any:
    return sa.case((new != "", new), else_=old)


def one(db: sa.Connection, project_id: str, id: str) -> Experiment | None:
    found = _many(db, [_e.project_id == project_id, _e.id == id])
    return found[0] if found else None


def of_dataset(
    db: sa.Connection,
    project_id: str,
    dataset_id: str,
    *,
    name: str = "",
    limit: int | None = None,
    offset: int = 0,
) -> list[Experiment]:
    """The newest first; those of a name when one is given."""
    conditions = [_e.project_id == project_id, _e.dataset_id == dataset_id]
    if name:
        conditions.append(_e.name == name)
    return _many(db, conditions, limit, offset)


def count_of_dataset(db: sa.Connection, project_id: str, dataset_id: str) -> int:
    return db.execute(
        sa.select(sa.func.count()).where(_e.project_id == project_id, _e.dataset_id == dataset_id)
    ).scalar_one()


def count_by_dataset(
    db: sa.Connection, project_id: str, dataset_ids: Sequence[str]
) -> dict[str, int]:
    """Experiments over each that has any."""
    rows = db.execute(
        sa.select(_e.dataset_id, sa.func.count())
        .where(_e.project_id == project_id, _e.dataset_id.in_(dataset_ids))
        .group_by(_e.dataset_id)
    )
    return {row[0]: row[1] for row in rows}


def listed(
    db: sa.Connection, project_id: str, dataset_id: str, words: str, limit: int, offset: int
) -> tuple[list[Experiment], int]:
    """The newest first, and how many there are: over a data set, or with words in their names, where
    these are given."""
    conditions = [_e.project_id == project_id]
    if dataset_id:
        conditions.append(_e.dataset_id == dataset_id)
    if words:
        conditions.append(sa.func.lower(_e.name).contains(words.lower(), autoescape=True))
    total = db.execute(sa.select(sa.func.count()).select_from(t.experiments).where(*conditions))
    return _many(db, conditions, limit, offset), total.scalar_one()


@dataclass(frozen=True, slots=True)
class Asked:
    """Which experiments, or items of them; empty asks for nothing. Times are half-open."""

    start: int
    end: int = 0
    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    dataset_ids: tuple[str, ...] = ()
    item_ids: tuple[str, ...] = ()
    trace_ids: tuple[str, ...] = ()
    before: tuple[int, str] | None = None
    """Start and id of the last one of the page before."""


def page(db: sa.Connection, project_id: str, asked: Asked, limit: int) -> list[Experiment]:
    """The newest first."""
    conditions = [_e.project_id == project_id, _e.started_at >= asked.start]
    if asked.end:
        conditions.append(_e.started_at < asked.end)
    for column, among in (
        (_e.id, asked.ids),
        (_e.name, asked.names),
        (_e.dataset_id, asked.dataset_ids),
    ):
        if among:
            conditions.append(column.in_(among))
    if asked.before:
        conditions.append(_after(_e.started_at, _e.id, asked.before))
    return _many(db, conditions, limit)


def remove(db: sa.Connection, project_id: str, id: str) -> None:
    """With its items; the traces stay."""
    db.execute(
        t.experiment_items.delete().where(_i.project_id == project_id, _i.experiment_id == id)
    )
    db.execute(t.experiments.delete().where(_e.project_id == project_id, _e.id == id))


def _after(start: Any, id: Any, position: tuple[int, str]) -> sa.ColumnElement[bool]:
    at, last = position
    return sa.or_(start < at, sa.and_(start == at, id > last))


def _many(
    db: sa.Connection,
    conditions: Sequence[sa.ColumnElement[bool]],
    limit: int | None = None,
    offset: int = 0,
) -> list[Experiment]:
    rows = db.execute(
        sa.select(t.experiments)
        .where(*conditions)
        .order_by(_e.started_at.desc(), _e.id)
        .limit(limit)
        .offset(offset)
    )
    return [
        Experiment(**{**row, "metadata": msgspec.json.decode(row["metadata"])})
        for row in rows.mappings()
    ]


# -- items of experiments ------------------------------------------------------------------------


def put_item(db: sa.Connection, item: ExperimentItem) -> ExperimentItem:
    """An item answered by a trace, told once or in two ways; it keeps the id it had first."""
    stored = db.execute(_item_upsert(db).returning(t.experiment_items), _item_row(item))
    return ExperimentItem(**stored.mappings().one())


def put_items(db: sa.Connection, items: Sequence[ExperimentItem]) -> None:
    """The same of many, in the order in which they are told."""
    if items:
        db.execute(_item_upsert(db), [_item_row(item) for item in items])


def _item_row(item: ExperimentItem) -> dict[str, Any]:
    return asdict(replace(item, id=item.id or new_id()))


def _item_upsert(db: sa.Connection) -> Any:
    insert = _insert(db, t.experiment_items)
    new = insert.excluded
    changed = {
        "span_id": _told(new.span_id, _i.span_id),
        "expected_output": _told(new.expected_output, _i.expected_output),
        "item_metadata": _told(new.item_metadata, _i.item_metadata),
        "item_version": sa.case((new.item_version != 0, new.item_version), else_=_i.item_version),
        "started_at": sa.case(
            (new.started_at < _i.started_at, new.started_at), else_=_i.started_at
        ),
        "updated_at": new.updated_at,
    }
    keys = ["project_id", "experiment_id", "item_id", "trace_id"]
    return insert.on_conflict_do_update(index_elements=keys, set_=changed)


def remove_items(
    db: sa.Connection, project_id: str, experiment_id: str, trace_ids: Sequence[str]
) -> None:
    """Those that these traces answered; the traces stay."""
    for start in range(0, len(trace_ids), _MOST_PARAMETERS):
        part = trace_ids[start : start + _MOST_PARAMETERS]
        db.execute(
            t.experiment_items.delete().where(
                _i.project_id == project_id,
                _i.experiment_id == experiment_id,
                _i.trace_id.in_(part),
            )
        )


def items_of(
    db: sa.Connection,
    project_id: str,
    experiment_id: str,
    limit: int | None = None,
    offset: int = 0,
) -> list[ExperimentItem]:
    """The newest first."""
    conditions = [_i.project_id == project_id, _i.experiment_id == experiment_id]
    return _items(db, conditions, limit, offset)


def items_by_trace(
    db: sa.Connection, project_id: str, trace_ids: Sequence[str]
) -> dict[tuple[str, str, str], ExperimentItem]:
    """By experiment, trace and span."""
    conditions = [_i.project_id == project_id, _i.trace_id.in_(trace_ids)]
    found = _items(db, conditions)
    return {(each.experiment_id, each.trace_id, each.span_id): each for each in found}


def links_of(db: sa.Connection, project_id: str, experiment_id: str) -> list[Link]:
    """Every attempt of an experiment by no more than its names."""
    rows = db.execute(
        sa.select(_i.item_id, _i.trace_id, _i.span_id).where(
            _i.project_id == project_id, _i.experiment_id == experiment_id
        )
    )
    return list(starmap(Link, rows))


def traces_of(db: sa.Connection, project_id: str, experiment_ids: Sequence[str]) -> dict[str, str]:
    """By experiment the trace of one of its items; without those that have none."""
    rows = db.execute(
        sa.select(_i.experiment_id, sa.func.max(_i.trace_id))
        .where(_i.project_id == project_id, _i.experiment_id.in_(experiment_ids))
        .group_by(_i.experiment_id)
    )
    return {row[0]: row[1] for row in rows}


def names_of(db: sa.Connection, project_id: str, ids: Collection[str]) -> dict[str, str]:
    """Of those that are there."""
    if not ids:
        return {}
    rows = db.execute(sa.select(_e.id, _e.name).where(_e.project_id == project_id, _e.id.in_(ids)))
    return {row.id: row.name for row in rows}


def metadata_of(db: sa.Connection, project_id: str, experiment_id: str) -> dict[str, str]:
    """By item what the client told of it at its newest attempt, where it told something."""
    rows = db.execute(
        sa.select(_i.item_id, _i.item_metadata)
        .where(
            _i.project_id == project_id,
            _i.experiment_id == experiment_id,
            _i.item_metadata != "",
        )
        .order_by(_i.started_at, _i.id.desc())
    )
    return {row[0]: row[1] for row in rows}


def answers_of(
    db: sa.Connection, project_id: str, experiment_id: str, item_ids: Sequence[str]
) -> list[ExperimentItem]:
    """Every attempt of an experiment at these items, the newest first."""
    conditions = [
        _i.project_id == project_id,
        _i.experiment_id == experiment_id,
        _i.item_id.in_(item_ids),
    ]
    return _items(db, conditions)


def count_items(
    db: sa.Connection, project_id: str, experiment_ids: Sequence[str]
) -> dict[str, int]:
    """By experiment; none is left out."""
    rows = db.execute(
        sa.select(_i.experiment_id, sa.func.count())
        .where(_i.project_id == project_id, _i.experiment_id.in_(experiment_ids))
        .group_by(_i.experiment_id)
    )
    return dict.fromkeys(experiment_ids, 0) | {row[0]: row[1] for row in rows}


def page_of_items(
    db: sa.Connection, project_id: str, asked: Asked, limit: int
) -> list[tuple[ExperimentItem, Experiment]]:
    """Items of experiments with what they belong to, the newest first."""
    conditions = [_i.project_id == project_id, _i.started_at >= asked.start]
    if asked.end:
        conditions.append(_i.started_at < asked.end)
    if asked.ids:
        conditions.append(_i.experiment_id.in_(asked.ids))
    if asked.item_ids:
        conditions.append(_i.item_id.in_(asked.item_ids))
    if asked.trace_ids:
        conditions.append(_i.trace_id.in_(asked.trace_ids))
    for column, among in ((_e.name, asked.names), (_e.dataset_id, asked.dataset_ids)):
        if among:
            fitting = sa.select(_e.id).where(_e.project_id == project_id, column.in_(among))
            conditions.append(_i.experiment_id.in_(fitting))
    if asked.before:
        conditions.append(_after(_i.started_at, _i.id, asked.before))
    found = _items(db, conditions, limit)
    ids = {item.experiment_id for item in found}
    of = {each.id: each for each in _many(db, [_e.project_id == project_id, _e.id.in_(ids)])}
    return [(item, of[item.experiment_id]) for item in found if item.experiment_id in of]


def _items(
    db: sa.Connection,
    conditions: Sequence[sa.ColumnElement[bool]],
    limit: int | None = None,
    offset: int = 0,
) -> list[ExperimentItem]:
    rows = db.execute(
        sa.select(*(_i[name] for name in ExperimentItem.__slots__))
        .where(*conditions)
        .order_by(_i.started_at.desc(), _i.id)
        .limit(limit)
        .offset(offset)
    )
    # By place, as a run may have ten thousand of them.
    return [ExperimentItem(*row) for row in rows]
