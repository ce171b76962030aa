"""Data sets and their items, as both versions of Langfuse's API read and change them."""

from datetime import datetime
from typing import Any, Literal

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from pilothouse.datasets.registry import KEEP, ItemChange
from pilothouse.domain.dataset import Dataset, Item, ItemStatus
from pilothouse.domain.errors import NotFound
from pilothouse.edge.access import Caller, CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.langfuse import questions
from pilothouse.protocols.langfuse.answers import moment
from pilothouse.protocols.langfuse.media import of_items
from pilothouse.protocols.langfuse.questions import Paging, PagingOf, Time
from pilothouse.store.relational import datasets, experiments

router = Router()

Object = dict[str, Any]


class NewDataset(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str | None = Field(default=None, min_length=1, max_length=64)
    """An extension, for what is brought along from elsewhere. Langfuse's clients never tell it."""
    name: str
    description: str | None = None
    metadata: Any = None
    inputSchema: Object | bool | None = None
    expectedOutputSchema: Object | bool | None = None


class NewItem(BaseModel):
    model_config = ConfigDict(extra="ignore")

    datasetName: str
    id: str | None = None
    input: Any = None
    expectedOutput: Any = None
    metadata: Any = None
    sourceTraceId: str | None = None
    sourceObservationId: str | None = None
    status: Literal["ACTIVE", "ARCHIVED"] | None = None


# -- data sets -----------------------------------------------------------------------------------


@router.post("/v2/datasets")
def put_dataset(body: NewDataset, caller: CallerOf, services: ServicesOf) -> Object:
    """Make a data set, or change the one of that name."""
    told = body.model_fields_set
    made = services.datasets.put(
        caller.project_id,
        body.name,
        id=body.id or "",
        description=(body.description or "") if "description" in told else KEEP,
        metadata=body.metadata if "metadata" in told else KEEP,
        input_schema=body.inputSchema if "inputSchema" in told else KEEP,
        expected_output_schema=(
            body.expectedOutputSchema if "expectedOutputSchema" in told else KEEP
        ),
    )
    return _dataset(made)


@router.post("/datasets")
def put_dataset_v1(body: NewDataset, caller: CallerOf, services: ServicesOf) -> Object:
    return {**put_dataset(body, caller, services), "items": [], "runs": []}


@router.get("/v2/datasets")
def list_datasets(caller: CallerOf, services: ServicesOf, paging: PagingOf) -> Object:
    """A page of data sets, newest first."""
    found, meta = _page(caller, services, paging)
    return {"data": [_dataset(each) for each in found], "meta": meta}


@router.get("/datasets")
def list_datasets_v1(caller: CallerOf, services: ServicesOf, paging: PagingOf) -> Object:
    """Each with the ids of its items and the names of its runs."""
    found, meta = _page(caller, services, paging)
    data: list[Object] = []
    for each in found:
        items, runs = _contents(caller, services, each)
        data.append({**_dataset(each), "items": [item.id for item in items], "runs": runs})
    return {"data": data, "meta": meta}


@router.get("/v2/datasets/{name:path}")
def get_dataset(name: str, caller: CallerOf, services: ServicesOf) -> Object:
    return _dataset(named(caller, services, name))


@router.get("/datasets/{name:path}")
def get_dataset_v1(name: str, request: Request, caller: CallerOf, services: ServicesOf) -> Object:
    """With its items and the names of its runs."""
    found = named(caller, services, name)
    items, runs = _contents(caller, services, found)
    shown = _items(request, caller, services, items, {found.id: found.name})
    return {**_dataset(found), "items": shown, "runs": runs}


def named(caller: Caller, services: Services, name: str) -> Dataset:
    with services.database.read() as db:
        found = datasets.by_name(db, caller.project_id, name)
    if found is None:
        raise NotFound("Dataset not found")
    return found


def _page(
    caller: Caller, services: Services, paging: Paging
) -> tuple[list[Dataset], dict[str, int]]:
    with services.database.read() as db:
        count = datasets.count(db, caller.project_id)
        found = datasets.page(db, caller.project_id, paging.limit, paging.offset)
    return found, paging.meta(count)


def _contents(caller: Caller, services: Services, dataset: Dataset) -> tuple[list[Item], list[str]]:
    with services.database.read() as db:
        asked = datasets.Asked(dataset_id=dataset.id)
        items = datasets.items(db, caller.project_id, asked)
        runs = experiments.of_dataset(db, caller.project_id, dataset.id)
    return items, [run.name for run in runs]


# -- items ---------------------------------------------------------------------------------------


@router.post("/dataset-items")
def put_item(body: NewItem, request: Request, caller: CallerOf, services: ServicesOf) -> Object:
    """Add an item, or a version of the one of that id."""
    told = body.model_fields_set

    def given(field: str, value: Any) -> Any:
        return value if field in told else KEEP

    change = ItemChange(
        id=body.id or "",
        status=ItemStatus(body.status.lower()) if body.status else KEEP,
        input=given("input", body.input),
        expected_output=given("expectedOutput", body.expectedOutput),
        metadata=given("metadata", body.metadata),
        source_trace_id=given("sourceTraceId", body.sourceTraceId or ""),
        source_span_id=given("sourceObservationId", body.sourceObservationId or ""),
    )
    made = services.datasets.put_item(caller.project_id, body.datasetName, change)
    return _items(request, caller, services, [made], {made.dataset_id: body.datasetName})[0]


@router.get("/dataset-items")
def list_items(
    request: Request,
    caller: CallerOf,
    services: ServicesOf,
    paging: PagingOf,
    datasetName: str | None = None,
    sourceTraceId: str | None = None,
    sourceObservationId: str | None = None,
    version: Time = None,
) -> Object:
    """A page of active items, newest first; as they were at a time when `version` names one."""
    dataset = named(caller, services, datasetName) if datasetName else None
    asked = datasets.Asked(
        dataset_id=dataset.id if dataset else "",
        source_trace_id=sourceTraceId or "",
        source_span_id=sourceObservationId or "",
        at=_micros(version),
    )
    with services.database.read() as db:
        count = datasets.count_items(db, caller.project_id, asked)
        found = datasets.items(db, caller.project_id, asked, paging.limit, paging.offset)
    names = _names(caller, services, found)
    return {
        "data": _items(request, caller, services, found, names),
        "meta": paging.meta(count),
    }


@router.get("/dataset-items/{item_id:path}")
def get_item(item_id: str, request: Request, caller: CallerOf, services: ServicesOf) -> Object:
    """As it is now, archived or not."""
    with services.database.read() as db:
        found = datasets.item(db, caller.project_id, item_id)
    if found is None:
        raise NotFound("Dataset item not found")
    names = _names(caller, services, [found])
    return _items(request, caller, services, [found], names)[0]


@router.delete("/dataset-items/{item_id:path}")
def delete_item(item_id: str, caller: CallerOf, services: ServicesOf) -> Object:
    services.datasets.remove_item(caller.project_id, item_id)
    return {"message": "Dataset item successfully deleted"}


def _names(caller: Caller, services: Services, items: list[Item]) -> dict[str, str]:
    with services.database.read() as db:
        found = (
            datasets.by_id(db, caller.project_id, id)
            for id in sorted({item.dataset_id for item in items})
        )
        return {each.id: each.name for each in found if each}


def _micros(time: datetime | None) -> int:
    return questions.micros(time) if time else 0


def _dataset(dataset: Dataset) -> Object:
    return {
        "id": dataset.id,
        "name": dataset.name,
        "description": dataset.description or None,
        "metadata": dataset.metadata,
        "inputSchema": dataset.input_schema,
        "expectedOutputSchema": dataset.expected_output_schema,
        "projectId": dataset.project_id,
        "createdAt": moment(dataset.created_at),
        "updatedAt": moment(dataset.updated_at),
    }


def _items(
    request: Request,
    caller: Caller,
    services: Services,
    items: list[Item],
    names: dict[str, str],
) -> list[Object]:
    media = of_items(request, services, caller.project_id, items)
    return [
        _item(each, names.get(each.dataset_id, "")) | {"mediaReferences": media.get(each.id, [])}
        for each in items
    ]


def _item(item: Item, dataset_name: str) -> Object:
    return {
        "id": item.id,
        "status": item.status.upper(),
        "input": item.input,
        "expectedOutput": item.expected_output,
        "metadata": item.metadata,
        "sourceTraceId": item.source_trace_id or None,
        "sourceObservationId": item.source_span_id or None,
        "datasetId": item.dataset_id,
        "datasetName": dataset_name,
        "createdAt": moment(item.created_at),
        "updatedAt": moment(item.valid_from),
        "version": moment(item.valid_from),
    }
