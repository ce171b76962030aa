"""Data sets and their items. Functions of an open transaction."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
NO_TAGS = "[]"
_MOST_PARAMETERS = 500


def encoded(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _decoded(text: str) -> Any:
    return msgspec.json.decode(text)


# -- data sets -----------------------------------------------------------------------------------


def by_name(db: sa.Connection, project_id: str, name: str) -> Dataset | None:
    return _one(db, _d.project_id == project_id, _d.name == name)


def by_id(db: sa.Connection, project_id: str, id: str) -> Dataset | None:
    return _one(db, _d.project_id == project_id, _d.id == id)


def names_of(db: sa.Connection, project_id: str, ids: Collection[str]) -> dict[str, str]:
    """Of those that are there."""
    if not ids:
        return {}
    rows = db.execute(sa.select(_d.id, _d.name).where(_d.project_id == project_id, _d.id.in_(ids)))
    return {row.id: row.name for row in rows}


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


def in_folder(db: sa.Connection, project_id: str, folder: str) -> list[Dataset]:
    """All that lie in a folder or below it, by name; every one where no folder is named."""
    inside = [_d.name.startswith(f"{folder}/", autoescape=True)] if folder else []
    rows = db.execute(
        sa.select(t.datasets).where(_d.project_id == project_id, *inside).order_by(_d.name)
    )
    return [_dataset(row) for row in rows.mappings()]


def _listed(project_id: str, words: str) -> list[sa.ColumnElement[bool]]:
    named = [_d.name.icontains(words, autoescape=True)] if words else []
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
    status: ItemStatus | None = ItemStatus.ACTIVE
    """None: archived ones too."""
    split: str | None = None
    """Empty: those without one."""
    tag: str = ""
    words: str = ""
    """Part of the id, the input, the expected output or the metadata."""
    ids: tuple[str, ...] | None = None
    since: int = 0
    """Versions that began to hold then or later."""


def item(db: sa.Connection, project_id: str, id: str, *, at: int = 0) -> Item | None:
    """The version that holds, or that held at a time, archived or not."""
    conditions = _conditions(project_id, Asked(at=at, status=None))
    asked = sa.select(t.dataset_items).where(_i.id == id, *conditions)
    row = db.execute(asked).mappings().one_or_none()
    return _item(row) if row else None


def items_at(
    db: sa.Connection, project_id: str, asked: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], Item]:
    """Versions of many items by id and by the time at which they held; 0: that which holds."""
    found: dict[tuple[str, int], Item] = {}
    by_time: defaultdict[int, list[str]] = defaultdict(list)
    for id, at in asked:
        by_time[at].append(id)
    for at, ids in by_time.items():
        for start in range(0, len(ids), _MOST_PARAMETERS):
            part = tuple(ids[start : start + _MOST_PARAMETERS])
            for each in items(db, project_id, Asked(at=at, status=None, ids=part)):
                found[each.id, at] = each
    return found


def count_items(db: sa.Connection, project_id: str, asked: Asked) -> int:
    return db.execute(
        sa.select(sa.func.count())
        .select_from(t.dataset_items)
        .where(*_conditions(project_id, asked))
    ).scalar_one()


def items(
    db: sa.Connection,
    project_id: str,
    asked: Asked,
    limit: int | None = None,
    offset: int = 0,
    after: Item | None = None,
) -> list[Item]:
    """The newest first; those that follow `after`, if it is given."""
    rows = db.execute(
        sa.select(t.dataset_items)
        .where(*_conditions(project_id, asked), *_behind(after))
        .order_by(_i.created_at.desc(), _i.id)
        .limit(limit)
        .offset(offset)
    )
    return [_item(row) for row in rows.mappings()]


def every_item(db: sa.Connection, project_id: str, asked: Asked) -> Iterator[Item]:
    """One after the other, while the transaction is open."""
    rows = db.execute(
        sa.select(t.dataset_items).where(*_conditions(project_id, asked)),
        execution_options={"yield_per": 500},
    )
    for row in rows.mappings():
        yield _item(row)


def _behind(after: Item | None) -> list[sa.ColumnElement[bool]]:
    if after is None:
        return []
    # The first of both is what the index is searched by.
    return [
        _i.created_at <= after.created_at,
        sa.or_(_i.created_at < after.created_at, _i.id > after.id),
    ]


def ids_of(db: sa.Connection, project_id: str, asked: Asked) -> list[str]:
    """The newest first."""
    found = db.execute(
        sa.select(_i.id)
        .where(*_conditions(project_id, asked))
        .order_by(_i.created_at.desc(), _i.id)
    )
    return list(found.scalars())


def inputs_of(
    db: sa.Connection, project_id: str, asked: Asked, limit: int
) -> Iterator[tuple[str, str]]:
    """(id, input as JSON), the oldest first, while the transaction is open."""
    rows = db.execute(
        sa.select(_i.id, _i.input)
        .where(*_conditions(project_id, asked))
        .order_by(_i.created_at, _i.id.desc())
        .limit(limit),
        execution_options={"yield_per": 500},
    )
    for row in rows:
        yield row[0], row[1]


def sources_of(db: sa.Connection, project_id: str, dataset_id: str) -> set[tuple[str, str]]:
    """(trace, span) that items of the data set were made of, archived ones too."""
    asked = Asked(dataset_id=dataset_id, status=None)
    rows = db.execute(
        sa.select(_i.source_trace_id, _i.source_span_id).where(
            *_conditions(project_id, asked), _i.source_trace_id != ""
        )
    )
    return {(row[0], row[1]) for row in rows}


def count_by_split(db: sa.Connection, project_id: str, asked: Asked) -> dict[str, int]:
    """Empty: without one."""
    rows = db.execute(
        sa.select(_i.split, sa.func.count())
        .where(*_conditions(project_id, asked))
        .group_by(_i.split)
        .order_by(_i.split)
    )
    return {row[0]: row[1] for row in rows}


def count_by_tag(db: sa.Connection, project_id: str, asked: Asked) -> dict[str, int]:
    rows = db.execute(
        sa.select(_i.tags, sa.func.count())
        .where(*_conditions(project_id, asked), _i.tags != NO_TAGS)
        .group_by(_i.tags)
    )
    found = Counter[str]()
    for tags, many in rows:
        for tag in _decoded(tags):
            found[tag] += many
    return dict(sorted(found.items()))


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
    row = row_of(item) | {"created_at": created, "valid_from": moment, "valid_to": NEVER}
    db.execute(t.dataset_items.insert().values(row))
    return _item(row)


# -- many items, as rows whose JSON is not read ---------------------------------------------------


def row_of(item: Item) -> dict[str, Any]:
    return {name: getattr(item, name) for name in Item.__slots__} | {
        "input": encoded(item.input),
        "expected_output": encoded(item.expected_output),
        "metadata": encoded(item.metadata),
        "tags": encoded(item.tags),
    }


def rows_by_id(db: sa.Connection, project_id: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The versions that hold, archived or not; at most some thousands at once."""
    rows = db.execute(
        sa.select(t.dataset_items).where(
            _i.project_id == project_id, _i.id.in_(ids), _i.valid_to == NEVER
        )
    )
    return {row["id"]: dict(row) for row in rows.mappings()}


def put_rows(
    db: sa.Connection, rows: Sequence[dict[str, Any]], before: Mapping[str, Mapping[str, Any]]
) -> None:
    """New versions, of items that are there and of new ones, which keep the time of their making
    that the row tells. Each id once."""
    moment = now() // _MILLISECOND * _MILLISECOND
    fresh: list[dict[str, Any]] = []
    for row in rows:
        last = before.get(row["id"])
        begin = max(moment, last["valid_from"] + _MILLISECOND) if last else moment
        created = last["created_at"] if last else row["created_at"]
        fresh.append(row | {"valid_from": begin, "valid_to": NEVER, "created_at": created})
    end_rows(db, [(row, row["valid_from"]) for row in fresh if row["id"] in before])
    if fresh:
        db.execute(t.dataset_items.insert(), fresh)


def end_rows(db: sa.Connection, ends: Sequence[tuple[Mapping[str, Any], int]]) -> None:
    """From the given times on there are no such items."""
    if ends:
        db.execute(
            t.dataset_items.update()
            .where(
                _i.project_id == sa.bindparam("of_project"),
                _i.id == sa.bindparam("of_id"),
                _i.valid_to == NEVER,
            )
            .values(valid_to=sa.bindparam("until")),
            [
                {"of_project": row["project_id"], "of_id": row["id"], "until": moment}
                for row, moment in ends
            ],
        )


def remove_rows(db: sa.Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """From now on there are no such items; what they were can still be read."""
    moment = now() // _MILLISECOND * _MILLISECOND
    end_rows(db, [(row, max(moment, row["valid_from"] + _MILLISECOND)) for row in rows])


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
    if asked.status is not None:
        found.append(_i.status == asked.status)
    if asked.split is not None:
        found.append(_i.split == asked.split)
    if asked.ids is not None:
        found.append(_i.id.in_(asked.ids))
    if asked.since:
        found.append(_i.valid_from >= asked.since)
    if asked.tag:
        found.append(_i.tags.contains(encoded(asked.tag), autoescape=True))
    if asked.words:
        # As the words stand within a JSON text.
        words = encoded(asked.words)[1:-1]
        found.append(
            sa.or_(
                _i.id.icontains(asked.words, autoescape=True),
                *(
                    column.icontains(words, autoescape=True)
                    for column in (_i.input, _i.expected_output, _i.metadata)
                ),
            )
        )
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
