"""Data sets and their items: what the pages read and change."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any, Literal

import orjson
from fastapi import Depends, Query, Response

from pilothouse.datasets.registry import KEEP, ItemChange
from pilothouse.domain.dataset import Dataset, Item, ItemStatus
from pilothouse.domain.errors import NotFound
from pilothouse.domain.span import Span
from pilothouse.edge.access import Caller, CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.native import dataset_wire as shapes
from pilothouse.store.relational import datasets, experiments

router = Router(
    prefix="/projects/{project_id}/datasets",
    tags=["datasets"],
    dependencies=[Depends(project_in_path)],
)

TimeOf = Annotated[int, Query(ge=0, le=2**62)]
IdOf = Annotated[str, Query(min_length=1, max_length=800)]


@router.get("")
def list_datasets(
    caller: CallerOf,
    services: ServicesOf,
    words: Annotated[str, Query(max_length=500, description="Part of the name")] = "",
    folder: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> shapes.DatasetPage:
    """The newest first. What lies in a folder where one is named (empty: the outermost), by name;
    but everywhere where words are looked for."""
    folders = Counter[str]()
    with services.database.read() as db:
        if folder is not None and not words:
            inside = datasets.in_folder(db, caller.project_id, folder.strip("/"))
            here, folders = _by_folder(inside, folder.strip("/"))
            found, total = here[offset : offset + limit], len(here)
        else:
            found = datasets.page(db, caller.project_id, limit, offset, words)
            total = datasets.count(db, caller.project_id, words)
        items = datasets.count_by_dataset(db, [each.id for each in found])
        runs = experiments.count_by_dataset(db, caller.project_id, [each.id for each in found])
    return shapes.DatasetPage(
        folders=[
            shapes.DatasetFolder(name=name, datasets=many) for name, many in sorted(folders.items())
        ],
        items=[
            shapes.DatasetRow(**_row(each, items.get(each.id, 0), runs.get(each.id, 0)))
            for each in found
        ],
        total=total,
    )


def _by_folder(found: Iterable[Dataset], folder: str) -> tuple[list[Dataset], Counter[str]]:
    """Data sets that lie directly in the folder, and how many lie below each folder in it."""
    begin = f"{folder}/" if folder else ""
    here: list[Dataset] = []
    folders = Counter[str]()
    for each in found:
        head, slash, _ = each.name[len(begin) :].partition("/")
        if slash:
            folders[begin + head] += 1
        else:
            here.append(each)
    return here, folders


@router.post("", status_code=201)
def add_dataset(
    body: shapes.NewDataset, caller: CallerOf, services: ServicesOf
) -> shapes.DatasetDetail:
    """Raises Conflict where there is one of that name."""
    told = body.model_dump(exclude={"name"})
    return _shown(services, services.datasets.put(caller.project_id, body.name, new=True, **told))


@router.get("/{dataset_id}")
def show_dataset(dataset_id: str, caller: CallerOf, services: ServicesOf) -> shapes.DatasetDetail:
    """Raises NotFound."""
    return _shown(services, dataset_of(caller, services, dataset_id))


@router.patch("/{dataset_id}")
def change_dataset(
    dataset_id: str, body: shapes.DatasetChange, caller: CallerOf, services: ServicesOf
) -> shapes.DatasetDetail:
    """Raises BadRequest where items do not fit a new schema; null takes a schema away."""
    dataset = dataset_of(caller, services, dataset_id)
    told = {name: getattr(body, name) for name in body.model_fields_set - {"name"}}
    if told.get("description", "") is None:
        del told["description"]
    if told:
        dataset = services.datasets.put(caller.project_id, dataset.name, **told)
    if body.name is not None and body.name != dataset.name:
        dataset = services.datasets.rename(caller.project_id, dataset.id, body.name)
    return _shown(services, dataset)


@router.delete("/{dataset_id}", status_code=204)
def delete_dataset(dataset_id: str, caller: CallerOf, services: ServicesOf) -> Response:
    """With its items in all their versions; experiments and their traces stay."""
    dataset = dataset_of(caller, services, dataset_id)
    with services.database.write() as db:
        datasets.remove(db, dataset.id)
    return Response(status_code=204)


# -- items ---------------------------------------------------------------------------------------


class Asked:
    """Which items of a data set, as the address of a request tells it."""

    def __init__(
        self,
        at: TimeOf = 0,
        status: Literal["active", "archived", "all"] = "active",
        split: Annotated[
            str | None, Query(max_length=100, description="Empty: those without one")
        ] = None,
        tag: Annotated[str, Query(max_length=200)] = "",
        words: Annotated[
            str, Query(max_length=500, description="Part of the id or of what the item says")
        ] = "",
    ) -> None:
        self._told: dict[str, Any] = {
            "at": at,
            "status": None if status == "all" else ItemStatus(status),
            "split": split,
            "tag": tag,
            "words": words,
        }

    def of(self, dataset: Dataset) -> datasets.Asked:
        return datasets.Asked(dataset_id=dataset.id, **self._told)


AskedOf = Annotated[Asked, Depends(Asked)]


@router.get("/{dataset_id}/items")
def list_items(
    dataset_id: str,
    caller: CallerOf,
    services: ServicesOf,
    told: AskedOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> shapes.DatasetItemPage:
    """The newest first, as they hold now, or held at a time (microseconds)."""
    asked = told.of(dataset_of(caller, services, dataset_id))
    with services.database.read() as db:
        items = datasets.items(db, caller.project_id, asked, limit, offset)
        total = datasets.count_items(db, caller.project_id, asked)
    return shapes.DatasetItemPage(items=[shown_item(each) for each in items], total=total)


@router.post("/{dataset_id}/items")
def put_items(
    dataset_id: str, body: shapes.ItemsWritten, caller: CallerOf, services: ServicesOf
) -> shapes.DatasetItems:
    """Add items, or new versions of those whose id is told. All of them or none."""
    name = dataset_of(caller, services, dataset_id).name
    changes = [
        ItemChange(
            id=each.id,
            status=ItemStatus(each.status),
            input=each.input,
            expected_output=each.expected_output,
            metadata=each.metadata,
            source_trace_id=each.source_trace_id or KEEP,
            source_span_id=each.source_span_id or KEEP,
            split=KEEP if each.split is None else each.split,
            tags=KEEP if each.tags is None else tuple(each.tags),
        )
        for each in body.items
    ]
    made = services.datasets.put_items(caller.project_id, name, changes)
    return shapes.DatasetItems(items=[shown_item(each) for each in made])


@router.post("/{dataset_id}/items/from-spans")
def add_from_spans(
    dataset_id: str, body: shapes.Sources, caller: CallerOf, services: ServicesOf
) -> shapes.DatasetItems:
    """Add what spans took in as input, and what they gave as expected output."""
    name = dataset_of(caller, services, dataset_id).name
    heads = _heads(caller, services, body.sources)
    changes: list[ItemChange] = []
    for source in body.sources:
        if source.span_id:
            span = services.reading.span(caller.scope, source.trace_id, source.span_id).span
        else:
            span = heads[source.trace_id]
        changes.append(
            ItemChange(
                input=value_of(span.input),
                expected_output=value_of(span.output),
                source_trace_id=source.trace_id,
                source_span_id=source.span_id,
            )
        )
    made = services.datasets.put_items(caller.project_id, name, changes)
    return shapes.DatasetItems(items=[shown_item(each) for each in made])


@router.get("/{dataset_id}/items/versions")
def list_versions(
    dataset_id: str, item_id: IdOf, caller: CallerOf, services: ServicesOf
) -> shapes.DatasetItems:
    """Every version of an item, the newest first. Raises NotFound."""
    dataset = dataset_of(caller, services, dataset_id)
    with services.database.read() as db:
        versions = datasets.versions_of(db, caller.project_id, dataset.id, item_id)
    if not versions:
        raise NotFound("no such item")
    return shapes.DatasetItems(items=[shown_item(each) for each in versions])


@router.delete("/{dataset_id}/items", status_code=204)
def delete_item(dataset_id: str, item_id: IdOf, caller: CallerOf, services: ServicesOf) -> Response:
    """From now on there is no such item; states of the data set before still have it."""
    dataset = dataset_of(caller, services, dataset_id)
    with services.database.read() as db:
        item = datasets.item(db, caller.project_id, item_id)
    if item is None or item.dataset_id != dataset.id:
        raise NotFound("no such item")
    services.datasets.remove_item(caller.project_id, item_id)
    return Response(status_code=204)


# -- answers -------------------------------------------------------------------------------------


def dataset_of(caller: Caller, services: Services, dataset_id: str) -> Dataset:
    """Raises NotFound."""
    with services.database.read() as db:
        dataset = datasets.by_id(db, caller.project_id, dataset_id)
    if dataset is None:
        raise NotFound("no such data set")
    return dataset


def _heads(caller: Caller, services: Services, sources: list[shapes.Source]) -> dict[str, Span]:
    """Of the traces that are named as a whole. Raises NotFound."""
    traces = sorted({each.trace_id for each in sources if not each.span_id})
    found = services.reading.summaries(caller.scope, traces)
    if missing := [trace for trace in traces if trace not in found]:
        raise NotFound(f"no such trace: {missing[0][:100]}")
    return {trace: summary.head for trace, summary in found.items()}


def value_of(text: str) -> Any:
    """JSON where it is JSON, else the text."""
    try:
        return orjson.loads(text) if text else None
    except orjson.JSONDecodeError:
        return text


def _row(dataset: Dataset, items: int, runs: int) -> dict[str, Any]:
    return {
        "id": dataset.id,
        "name": dataset.name,
        "description": dataset.description,
        "items": items,
        "experiments": runs,
        "updated_at": dataset.updated_at,
    }


def _shown(services: Services, dataset: Dataset) -> shapes.DatasetDetail:
    with services.database.read() as db:
        items = datasets.count_by_dataset(db, [dataset.id]).get(dataset.id, 0)
        runs = experiments.count_of_dataset(db, dataset.project_id, dataset.id)
        active = datasets.Asked(dataset_id=dataset.id)
        splits = datasets.count_by_split(db, dataset.project_id, active)
        tags = datasets.count_by_tag(db, dataset.project_id, active)
    return shapes.DatasetDetail(
        **_row(dataset, items, runs),
        metadata=dataset.metadata,
        input_schema=dataset.input_schema,
        expected_output_schema=dataset.expected_output_schema,
        created_at=dataset.created_at,
        splits=splits,
        tags=tags,
    )


def shown_item(item: Item) -> shapes.DatasetItem:
    return shapes.DatasetItem(
        id=item.id,
        status=item.status.value,
        input=item.input,
        expected_output=item.expected_output,
        metadata=item.metadata,
        source_trace_id=item.source_trace_id,
        source_span_id=item.source_span_id,
        split=item.split,
        tags=list(item.tags),
        created_at=item.created_at,
        valid_from=item.valid_from,
        valid_to=item.valid_to,
    )
