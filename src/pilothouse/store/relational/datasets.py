"""Data sets and their items. Functions of an open transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from pilothouse.domain.clock import now
from pilothouse.domain.dataset import Dataset, Item, ItemStatus
from pilothouse.store.relational import tables as t
from pilothouse.store.relational.accounts import new_id

_d, _i = t.datasets.c, t.dataset_items.c
_MILLISECOND = 1_000
NEVER = 0
"""`valid_to` of the version that holds."""


def encoded(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _decoded(text: str) -> Any:
    return msgspec.json.decode(text)


# -- data sets -----------------------------------------------------------------------------------


def by_name(db: sa.Connection, project_id: str, name: str) -> Dataset | None:
    return _one(db, _d.project_id == project_id, _d.name == name)


def by_id(db: sa.Connection, project_id: str, id: str) -> Dataset | None:
    return _one(db, _d.project_id == project_id, _d.id == id)


def count(db: sa.Connection, project_id: str, words: str = "") -> int:
    asked = sa.select(sa.func.count()).where(*_listed(project_id, words))
    return db.execute(asked).scalar_one()


def page(
    db: sa.Connection, project_id: str, limit: int, offset: int, words: str = ""
) -> list[Dataset]:
    """The newest first; those whose name has the words in it when some are given."""
    rows = db.execute(
        sa.select(t.datasets)
        .where(*_listed(project_id, words))
        .order_by(_d.created_at.desc(), _d.id)
        .limit(limit)
        .offset(offset)
    )
    return [_dataset(row) for row in rows.mappings()]


def _listed(project_id: str, words: str) -> list[sa.ColumnElement[bool]]:
    named = [sa.func.lower(_d.name).contains(words.lower(), autoescape=True)] if words else []
    return [_d.project_id == project_id, *named]


def add(db: sa.Connection, project_id: str, name: str, id: str = "") -> Dataset:
    """An empty one. A name or an id that is there already is an IntegrityError."""
    moment = now()
    made = Dataset(id or new_id(), project_id, name, "", None, None, None, moment, moment)
    db.execute(t.datasets.insert().values(_row(made)))
    return made


def replace(db: sa.Connection, dataset: Dataset) -> None:
    db.execute(t.datasets.update().where(_d.id == dataset.id).values(_row(dataset)))


def remove(db: sa.Connection, dataset_id: str) -> None:
    """With its items, in all their versions."""
    db.execute(t.datasets.delete().where(_d.id == dataset_id))


def _one(db: sa.Connection, *conditions: sa.ColumnElement[bool]) -> Dataset | None:
    row = db.execute(sa.select(t.datasets).where(*conditions)).mappings().one_or_none()
    return _dataset(row) if row else None


def _row(dataset: Dataset) -> dict[str, Any]:
    return {
        "id": dataset.id,
        "project_id": dataset.project_id,
        "name": dataset.name,
        "description": dataset.description,
        "metadata": encoded(dataset.metadata),
        "input_schema": _schema(dataset.input_schema),
        "expected_output_schema": _schema(dataset.expected_output_schema),
        "created_at": dataset.created_at,
        "updated_at": dataset.updated_at,
    }


def _schema(value: Any) -> str:
    return "" if value is None else encoded(value)


def _dataset(row: sa.RowMapping) -> Dataset:
    return Dataset(
        id=row["id"],
        project_id=row["project_id"],
        name=row["name"],
        description=row["description"],
        metadata=_decoded(row["metadata"]),
        input_schema=_decoded(row["input_schema"] or "null"),
        expected_output_schema=_decoded(row["expected_output_schema"] or "null"),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


# -- items ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """Which items; empty asks for nothing. `at` is a time at which they held, 0 now."""

    dataset_id: str = ""
    source_trace_id: str = ""
    source_span_id: str = ""
    at: int = 0
    with_archived: bool = False


def item(db: sa.Connection, project_id: str, id: str, *, at: int = 0) -> Item | None:
    """The version that holds, or that held at a time, archived or not."""
    conditions = _conditions(project_id, Asked(at=at, with_archived=True))
    asked = sa.select(t.dataset_items).where(_i.id == id, *conditions)
    row = db.execute(asked).mappings().one_or_none()
    return _item(row) if row else None


def count_items(db: sa.Connection, project_id: str, asked: Asked) -> int:
    return db.execute(
        sa.select(sa.func.count())
        .select_from(t.dataset_items)
        .where(*_conditions(project_id, asked))
    ).scalar_one()


def items(
    db: sa.Connection, project_id: str, asked: Asked, limit: int | None = None, offset: int = 0
) -> list[Item]:
    """The newest first."""
    rows = db.execute(
        sa.select(t.dataset_items)
        .where(*_conditions(project_id, asked))
        .order_by(_i.created_at.desc(), _i.id)
        .limit(limit)
        .offset(offset)
    )
    return [_item(row) for row in rows.mappings()]


def count_by_dataset(db: sa.Connection, dataset_ids: Sequence[str]) -> dict[str, int]:
    """Active items of each that has any."""
    rows = db.execute(
        sa.select(_i.dataset_id, sa.func.count())
        .where(
            _i.dataset_id.in_(dataset_ids),
            _i.valid_to == NEVER,
            _i.status == ItemStatus.ACTIVE,
        )
        .group_by(_i.dataset_id)
    )
    return {row[0]: row[1] for row in rows}


def versions_of(db: sa.Connection, project_id: str, dataset_id: str, id: str) -> list[Item]:
    """Of an item, the newest first; those of one that is gone too."""
    rows = db.execute(
        sa.select(t.dataset_items)
        .where(_i.project_id == project_id, _i.dataset_id == dataset_id, _i.id == id)
        .order_by(_i.valid_from.desc())
    )
    return [_item(row) for row in rows.mappings()]


def put_item(db: sa.Connection, item: Item, before: Item | None) -> Item:
    """A new version, which holds from now on, in whole milliseconds as clients tell time."""
    moment = now() // _MILLISECOND * _MILLISECOND
    if before:
        moment = max(moment, before.valid_from + _MILLISECOND)
        _end(db, before, moment)
    created = before.created_at if before else moment
    row = {name: getattr(item, name) for name in Item.__slots__} | {
        "input": encoded(item.input),
        "expected_output": encoded(item.expected_output),
        "metadata": encoded(item.metadata),
        "tags": encoded(item.tags),
        "created_at": created,
        "valid_from": moment,
        "valid_to": NEVER,
    }
    db.execute(t.dataset_items.insert().values(row))
    return _item(row)


def end_item(db: sa.Connection, item: Item) -> None:
    """From now on there is no such item; what it was can still be read."""
    moment = now() // _MILLISECOND * _MILLISECOND
    _end(db, item, max(moment, item.valid_from + _MILLISECOND))


def _end(db: sa.Connection, item: Item, moment: int) -> None:
    db.execute(
        t.dataset_items.update()
        .where(_i.project_id == item.project_id, _i.id == item.id, _i.valid_to == NEVER)
        .values(valid_to=moment)
    )


def _conditions(project_id: str, asked: Asked) -> list[sa.ColumnElement[bool]]:
    found = [_i.project_id == project_id]
    if asked.dataset_id:
        found.append(_i.dataset_id == asked.dataset_id)
    if asked.source_trace_id:
        found.append(_i.source_trace_id == asked.source_trace_id)
    if asked.source_span_id:
        found.append(_i.source_span_id == asked.source_span_id)
    if not asked.with_archived:
        found.append(_i.status == ItemStatus.ACTIVE)
    if asked.at:
        found.append(_i.valid_from <= asked.at)
        found.append(sa.or_(_i.valid_to == NEVER, _i.valid_to > asked.at))
    else:
        found.append(_i.valid_to == NEVER)
    return found


def _item(row: Any) -> Item:
    return Item(
        project_id=row["project_id"],
        id=row["id"],
        dataset_id=row["dataset_id"],
        status=ItemStatus(row["status"]),
        input=_decoded(row["input"]),
        expected_output=_decoded(row["expected_output"]),
        metadata=_decoded(row["metadata"]),
        source_trace_id=row["source_trace_id"],
        source_span_id=row["source_span_id"],
        split=row["split"],
        tags=tuple(_decoded(row["tags"])),
        created_at=row["created_at"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
    )
