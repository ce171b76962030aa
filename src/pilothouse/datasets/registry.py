"""Data sets, changed under their rules: names, schemas, versions of items."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pilothouse.domain.clock import MINUTE, now
from pilothouse.domain.dataset import (
    Dataset,
    Experiment,
    ExperimentItem,
    Item,
    ItemStatus,
    check_name,
    clean_split,
    clean_tags,
    experiment_id,
)
from pilothouse.domain.errors import BadRequest, Conflict, NotFound
from pilothouse.schemas import BrokenSchema, Inapplicable, Schema
from pilothouse.store.relational import datasets, experiments
from pilothouse.store.relational.accounts import new_id
from pilothouse.store.relational.database import Database

KEEP: Any = object()
"""Where a change does not tell a field."""

Keep = Callable[[str, str, str], str]
"""Of project, item and JSON text: the text with media kept apart, and references in its place."""
WITH_MEDIA = ("input", "expected_output", "metadata")
_MOST_ID = 800
_MOST_TOLD = 5
"""Items that an error of a schema names."""


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What is told of an item; what is KEEP stays, and is nothing on a new one."""

    id: str = ""
    status: ItemStatus | Any = KEEP
    input: Any = KEEP
    expected_output: Any = KEEP
    metadata: Any = KEEP
    source_trace_id: str | Any = KEEP
    source_span_id: str | Any = KEEP
    split: str | Any = KEEP
    tags: tuple[str, ...] | Any = KEEP


@dataclass(frozen=True, slots=True)
class RunItem:
    """An item of a run over a data set, as a client links it to the trace that answered it."""

    run_name: str
    item_id: str
    trace_id: str
    span_id: str = ""
    description: str = ""
    metadata: Any = None
    item_version: int = 0
    created_at: int = 0
    experiment_id: str = ""
    """Of an experiment over local data, whose items are in no data set; what follows is told of
    those alone."""
    expected_output: Any = None
    item_metadata: Any = None


class Datasets:
    """May be used from any thread. All methods block, and raise NotFound, BadRequest and Conflict."""

    def __init__(self, database: Database, keep: Keep | None = None) -> None:
        self._database = database
        self._keep = keep

    def put(
        self,
        project_id: str,
        name: str,
        *,
        id: str = "",
        new: bool = False,
        description: Any = KEEP,
        metadata: Any = KEEP,
        input_schema: Any = KEEP,
        expected_output_schema: Any = KEEP,
    ) -> Dataset:
        """Make a data set, under the id if one is told, or change the one of that name, unless it is
        to be `new`."""
        check_name(name)
        told = {
            "description": description,
            "metadata": metadata,
            "input_schema": input_schema,
            "expected_output_schema": expected_output_schema,
        }
        changes = {key: value for key, value in told.items() if value is not KEEP}
        checked = self._checked(project_id, name, changes)
        with self._database.write() as db:
            if new and datasets.by_name(db, project_id, name):
                raise Conflict(f"there is a data set called {name!r} already")
            before = _made(db, project_id, name, id)
            after = replace(before, **changes, updated_at=now())
            schemas = Schemas(after)
            if "input_schema" in changes or "expected_output_schema" in changes:
                asked = datasets.Asked(dataset_id=after.id, since=checked)
                schemas.check_all(datasets.every_item(db, project_id, asked))
            datasets.replace(db, after)
            return after

    def _checked(self, project_id: str, name: str, changes: dict[str, Any]) -> int:
        """Items against new schemas, while others may write: there may be many. Gives the time from
        which on items are not checked yet."""
        moment = now()
        with self._database.read() as db:
            before = datasets.by_name(db, project_id, name)
            if before and changes.keys() & {"input_schema", "expected_output_schema"}:
                asked = datasets.Asked(dataset_id=before.id)
                schemas = Schemas(replace(before, **changes))
                schemas.check_all(datasets.every_item(db, project_id, asked))
        # Others may have begun to write before, and not have ended.
        return moment - MINUTE

    def rename(self, project_id: str, id: str, name: str) -> Dataset:
        """Into another folder, too. Raises Conflict where the name is taken."""
        check_name(name)
        with self._database.write() as db:
            before = datasets.by_id(db, project_id, id)
            if before is None:
                raise NotFound("no such data set")
            found = datasets.by_name(db, project_id, name)
            if found and found.id != id:
                raise Conflict(f"there is a data set called {name!r} already")
            after = replace(before, name=name, updated_at=now())
            datasets.replace(db, after)
            return after

    def put_item(self, project_id: str, dataset_name: str, change: ItemChange) -> Item:
        """Add an item, or a version of the one of that id."""
        return self.put_items(project_id, dataset_name, [change])[0]

    def put_items(
        self, project_id: str, dataset_name: str, changes: Sequence[ItemChange]
    ) -> list[Item]:
        """All of them or none."""
        kept = [self._kept_apart(project_id, each) for each in changes]
        with self._database.write() as db:
            dataset = datasets.by_name(db, project_id, dataset_name)
            if dataset is None:
                raise NotFound(f"Dataset not found: {dataset_name}")
            schemas = Schemas(dataset)
            return [_put(db, dataset, schemas, change) for change in kept]

    def _kept_apart(self, project_id: str, change: ItemChange) -> ItemChange:
        """The change with media kept apart; what is new gets its id here."""
        keep = self._keep
        if keep is None:
            return change
        change = replace(change, id=change.id or new_id())
        told = {
            name: msgspec.json.decode(keep(project_id, change.id, datasets.encoded(value)))
            for name in WITH_MEDIA
            if (value := getattr(change, name)) is not KEEP and value is not None
        }
        return replace(change, **told)

    def remove_item(self, project_id: str, id: str) -> None:
        with self._database.write() as db:
            item = datasets.item(db, project_id, id)
            if item is None:
                raise NotFound("Dataset item not found")
            datasets.end_item(db, item)

    # -- experiments -----------------------------------------------------------------------------

    def note(self, told: Sequence[tuple[Experiment, ExperimentItem]]) -> None:
        """Keep what spans tell of the experiments that they belong to."""
        with self._database.write() as db:
            for experiment in {each.id: each for each, _ in told}.values():
                experiments.put(db, experiment)
            experiments.put_items(db, [item for _, item in told])

    def link(self, project_id: str, told: RunItem) -> tuple[ExperimentItem, Experiment]:
        """Put an item of a run into the experiment of that name over its data set."""
        with self._database.write() as db:
            dataset_id = "" if told.experiment_id else _dataset_of(db, project_id, told.item_id)
            moment = now()
            experiment = Experiment(
                project_id=project_id,
                id=told.experiment_id or experiment_id(project_id, dataset_id, told.run_name),
                dataset_id=dataset_id,
                name=told.run_name,
                description=told.description,
                metadata=told.metadata,
                started_at=told.created_at or moment,
                created_at=moment,
                updated_at=moment,
            )
            experiments.put(db, experiment)
            linked = ExperimentItem(
                id="",
                project_id=project_id,
                experiment_id=experiment.id,
                item_id=told.item_id,
                trace_id=told.trace_id,
                span_id=told.span_id,
                item_version=told.item_version,
                expected_output=_text(told.expected_output),
                item_metadata=_text(told.item_metadata),
                started_at=told.created_at or moment,
                created_at=told.created_at or moment,
                updated_at=moment,
            )
            return experiments.put_item(db, linked), experiment


class Schemas:
    """What a data set asks of its items."""

    def __init__(self, dataset: Dataset) -> None:
        self._checks = (
            ("input", _schema(dataset.input_schema, "inputSchema")),
            ("expected_output", _schema(dataset.expected_output_schema, "expectedOutputSchema")),
        )

    def check(self, item: Item) -> None:
        """Raises BadRequest that says what does not fit."""
        problems = list(self._problems(item))
        if problems:
            raise BadRequest("Dataset item does not fit the schema: " + "; ".join(problems[:3]))

    def check_all(self, items: Iterable[Item]) -> None:
        """Raises BadRequest that names some of the items that do not fit."""
        bad = [
            f"{item.id} ({problems[0]})"
            for item in items
            if (problems := list(self._problems(item)))
        ]
        if bad:
            named = ", ".join(bad[:_MOST_TOLD])
            raise BadRequest(f"{len(bad)} items do not fit the schema: {named}")

    def _problems(self, item: Item) -> Iterable[str]:
        for field, schema in self._checks:
            value = getattr(item, field)
            if schema is None or (field == "expected_output" and value is None):
                continue
            try:
                for miss in schema.misses(value):
                    where = "/".join(map(str, (field, *miss.path)))
                    yield f"{where}: {miss.message[:200]}"
            except Inapplicable as error:
                raise BadRequest(f"the schema of {field} cannot be applied: {error}") from error


def _schema(told: Any, name: str) -> Schema | None:
    if told is None:
        return None
    try:
        return Schema(told)
    except BrokenSchema as error:
        raise BadRequest(f"{name} is no JSON Schema: {error}") from error


def _put(db: sa.Connection, dataset: Dataset, schemas: Schemas, change: ItemChange) -> Item:
    if len(change.id) > _MOST_ID:
        raise BadRequest(f"an item's id has at most {_MOST_ID} characters")
    before = datasets.item(db, dataset.project_id, change.id) if change.id else None
    if before and before.dataset_id != dataset.id:
        raise Conflict(f"the item {change.id!r} belongs to another data set")
    item = with_change(before or empty_item(dataset, change.id), change)
    schemas.check(item)
    return datasets.put_item(db, item, before)


def _made(db: sa.Connection, project_id: str, name: str, id: str = "") -> Dataset:
    """The data set of that name, made where there is none. Raises Conflict where it has another id
    than the one told, or another data set has that."""
    found = datasets.by_name(db, project_id, name)
    if found:
        if id and found.id != id:
            raise Conflict(f"the data set {name!r} has another id, {found.id}")
        return found
    try:
        with db.begin_nested():
            return datasets.add(db, project_id, name, id)
    except IntegrityError:
        if id and datasets.by_name(db, project_id, name) is None:
            raise Conflict(f"there is a data set with the id {id!r} already") from None
        return _made(db, project_id, name, id)


def _dataset_of(db: sa.Connection, project_id: str, item_id: str) -> str:
    item = datasets.item(db, project_id, item_id)
    if item is None or item.status is not ItemStatus.ACTIVE:
        raise NotFound("Dataset item not found or is not active")
    return item.dataset_id


def _text(value: Any) -> str:
    return "" if value is None else datasets.encoded(value)


def empty_item(dataset: Dataset, id: str) -> Item:
    return Item(
        project_id=dataset.project_id,
        id=id or new_id(),
        dataset_id=dataset.id,
        status=ItemStatus.ACTIVE,
        input=None,
        expected_output=None,
        metadata=None,
        source_trace_id="",
        source_span_id="",
        split="",
        tags=(),
        created_at=0,
        valid_from=0,
        valid_to=0,
    )


def with_change(item: Item, change: ItemChange) -> Item:
    told = {
        name: getattr(change, name)
        for name in ItemChange.__slots__
        if name != "id" and getattr(change, name) is not KEEP
    }
    if "split" in told:
        told["split"] = clean_split(told["split"])
    if "tags" in told:
        told["tags"] = clean_tags(told["tags"])
    return replace(item, **told)
