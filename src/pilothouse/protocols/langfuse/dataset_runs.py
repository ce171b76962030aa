"""Runs over data sets: experiments in the words of Langfuse's older API."""

from typing import Any

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from pilothouse.datasets.registry import RunItem
from pilothouse.domain.dataset import Experiment, ExperimentItem
from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.edge.access import Caller, CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.langfuse import questions
from pilothouse.protocols.langfuse.answers import moment
from pilothouse.protocols.langfuse.datasets import named
from pilothouse.protocols.langfuse.questions import PagingOf, Time
from pilothouse.store.relational import experiments

router = Router()

Object = dict[str, Any]


class NewRunItem(BaseModel):
    model_config = ConfigDict(extra="ignore")

    runName: str
    runDescription: str | None = None
    metadata: Any = None
    datasetItemId: str
    traceId: str | None = None
    observationId: str | None = None
    datasetVersion: Time = None
    createdAt: Time = None
    experimentId: str | None = Field(default=None, min_length=1, max_length=200)
    """An extension: an experiment over data that is in no data set, brought along from elsewhere.
    Langfuse's clients never tell it, nor the two below, which go with it."""
    expectedOutput: Any = None
    itemMetadata: Any = None


@router.post("/dataset-run-items")
async def link_item(body: NewRunItem, caller: CallerOf, services: ServicesOf) -> Object:
    """Link a trace to the item that it answered, in the run of that name."""
    if not body.runName.strip():
        raise BadRequest("runName must not be empty")
    trace_id = body.traceId or await run_in_threadpool(
        _trace_of, caller, services, body.observationId
    )
    told = RunItem(
        run_name=body.runName,
        item_id=body.datasetItemId,
        trace_id=trace_id,
        span_id=body.observationId or "",
        description=body.runDescription or "",
        metadata=body.metadata,
        item_version=questions.micros(body.datasetVersion) if body.datasetVersion else 0,
        created_at=questions.micros(body.createdAt) if body.createdAt else 0,
        experiment_id=body.experimentId or "",
        expected_output=body.expectedOutput,
        item_metadata=body.itemMetadata,
    )
    item, experiment = await run_in_threadpool(services.datasets.link, caller.project_id, told)
    return _item(item, experiment.name)


def _trace_of(caller: Caller, services: Services, span_id: str | None) -> str:
    """Older clients name the observation alone."""
    if not span_id:
        raise BadRequest("name a traceId or an observationId")
    try:
        return services.reading.find_span(caller.scope, span_id).trace_id
    except NotFound:
        raise NotFound("Observation not found") from None


@router.get("/dataset-run-items")
def list_items(
    caller: CallerOf,
    services: ServicesOf,
    paging: PagingOf,
    datasetId: str = Query(),
    runName: str = Query(),
) -> Object:
    """A page of a run's items, newest first."""
    with services.database.read() as db:
        runs = experiments.of_dataset(db, caller.project_id, datasetId, name=runName)
        if not runs:
            raise NotFound("Dataset run not found")
        counts = experiments.count_items(db, caller.project_id, [runs[0].id])
        found = experiments.items_of(db, caller.project_id, runs[0].id, paging.limit, paging.offset)
    return {
        "data": [_item(each, runName) for each in found],
        "meta": paging.meta(counts[runs[0].id]),
    }


@router.get("/datasets/{name:path}/runs")
def list_runs(name: str, caller: CallerOf, services: ServicesOf, paging: PagingOf) -> Object:
    """A page of runs, newest first."""
    dataset = named(caller, services, name)
    with services.database.read() as db:
        count = experiments.count_of_dataset(db, caller.project_id, dataset.id)
        found = experiments.of_dataset(
            db, caller.project_id, dataset.id, limit=paging.limit, offset=paging.offset
        )
    return {"data": [_run(each, name) for each in found], "meta": paging.meta(count)}


@router.get("/datasets/{name:path}/runs/{run_name:path}")
def get_run(name: str, run_name: str, caller: CallerOf, services: ServicesOf) -> Object:
    """A run with all its items."""
    run = _found(caller, services, name, run_name)
    with services.database.read() as db:
        items = experiments.items_of(db, caller.project_id, run.id)
    return {**_run(run, name), "datasetRunItems": [_item(each, run.name) for each in items]}


@router.delete("/datasets/{name:path}/runs/{run_name:path}")
def delete_run(name: str, run_name: str, caller: CallerOf, services: ServicesOf) -> Object:
    """Forget a run with its items; the traces stay."""
    run = _found(caller, services, name, run_name)
    with services.database.write() as db:
        experiments.remove(db, caller.project_id, run.id)
    return {"message": "Dataset run deleted successfully"}


def _found(caller: Caller, services: Services, name: str, run_name: str) -> Experiment:
    dataset = named(caller, services, name)
    with services.database.read() as db:
        runs = experiments.of_dataset(db, caller.project_id, dataset.id, name=run_name)
    if not runs:
        raise NotFound("Dataset run not found")
    return runs[0]


def _run(run: Experiment, dataset_name: str) -> Object:
    return {
        "id": run.id,
        "name": run.name,
        "description": run.description or None,
        "metadata": run.metadata,
        "datasetId": run.dataset_id,
        "datasetName": dataset_name,
        "createdAt": moment(run.started_at),
        "updatedAt": moment(run.updated_at),
    }


def _item(item: ExperimentItem, run_name: str) -> Object:
    return {
        "id": item.id,
        "datasetRunId": item.experiment_id,
        "datasetRunName": run_name,
        "datasetItemId": item.item_id,
        "traceId": item.trace_id,
        "observationId": item.span_id or None,
        "createdAt": moment(item.created_at),
        "updatedAt": moment(item.updated_at),
    }
