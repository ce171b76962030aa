"""Data sets with their items, and the runs over them."""

from collections.abc import Iterator
from typing import Any

from pilothouse.importing import moments
from pilothouse.importing.client import PAGE, Answered, Object, segment
from pilothouse.importing.job import Job
from pilothouse.importing.source import Generation

DATASETS, ITEMS, RUNS = "data sets", "data set items", "run items"

_DATASET = ("name", "description", "metadata", "inputSchema", "expectedOutputSchema")
_ITEM = (
    *("id", "status", "input", "expectedOutput", "metadata"),
    *("sourceTraceId", "sourceObservationId"),
)


def copy_datasets(job: Job) -> None:
    datasets = list(job.source.client.all("/v2/datasets"))[::-1]
    job.report.expect(DATASETS, len(datasets))
    copied: set[str] = set()
    for dataset in datasets:
        try:
            _copy_dataset(job, dataset)
        except Answered as error:
            job.report.missed(DATASETS, dataset["name"], str(error))
            continue
        copied.add(dataset["id"])
        runs = _runs if job.source.generation < Generation.V4 else _experiments
        _copy_runs(job, dataset, runs(job, dataset))
    if job.source.generation is Generation.V4:
        _copy_local_experiments(job, copied)
    job.progress.save()


def _copy_dataset(job: Job, dataset: Object) -> None:
    client, name = job.target.client, dataset["name"]
    if client.find(f"/v2/datasets/{segment(name)}"):
        job.report.there(DATASETS)
    else:
        body = _told(dataset, _DATASET)
        try:
            client.post("/v2/datasets", {**body, "id": dataset["id"]})
        except Answered as error:
            if error.status != 409:
                raise
            client.post("/v2/datasets", {**body, "id": job.target.own_id(dataset["id"])})
        job.report.copied(DATASETS)
    known = {each["id"]: each for each in client.all("/dataset-items", datasetName=name)}
    # The lists begin with the newest, which is to be made last.
    items = list(job.source.client.all("/dataset-items", datasetName=name))[::-1]
    job.report.expect(ITEMS, len(items))
    for item in items:
        _copy_item(job, dataset, item, known.get(item["id"]))


def _copy_item(job: Job, dataset: Object, item: Object, known: Object | None) -> None:
    body = {name: item.get(name) for name in _ITEM}
    if known and body == {name: known.get(name) for name in _ITEM}:
        job.report.there(ITEMS)
        return
    try:
        job.target.client.post("/dataset-items", {"datasetName": dataset["name"], **body})
    except Answered as error:
        job.report.missed(ITEMS, item["id"], str(error))
        return
    job.report.copied(ITEMS)
    job.media.copy(item, datasetItemId=item["id"])


# -- runs ----------------------------------------------------------------------------------------

_EVER = moments.text(moments.FIRST)

Run = tuple[Object, list[Object]]
"""A run in the words of the older API, and its items."""


def _runs(job: Job, dataset: Object) -> Iterator[Run]:
    path = f"/datasets/{segment(dataset['name'])}/runs"
    for run in job.source.client.all(path):
        whole = job.source.client.get(f"{path}/{segment(run['name'])}")
        yield whole, whole["datasetRunItems"]


def _experiments(job: Job, dataset: Object) -> Iterator[Run]:
    """Of generation 4, which has them no longer by data set but by time."""
    for run in _every_experiment(job, datasetId=dataset["id"]):
        yield run, [_run_item(each) for each in _experiment_items(job, run["id"])]


def _every_experiment(job: Job, **params: Any) -> Iterator[Object]:
    asked: Object = {"fields": "core,metadata", "limit": PAGE, "fromStartTime": _EVER}
    for page, _ in job.source.client.chain("/experiments", **asked, **params):
        yield from page


def _experiment_items(
    job: Job, experiment_id: str, fields: str = "core,dataset"
) -> Iterator[Object]:
    asked: Object = {"fields": fields, "limit": PAGE, "fromStartTime": _EVER}
    pages = job.source.client.chain("/experiment-items", experimentId=experiment_id, **asked)
    for page, _ in pages:
        yield from page


def _run_item(each: Object) -> Object:
    return {
        "datasetItemId": each["experimentItemId"],
        "traceId": each["traceId"],
        "observationId": each["id"],
        "createdAt": each["startTime"],
        "datasetVersion": each.get("experimentItemVersion"),
    }


def _copy_runs(job: Job, dataset: Object, runs: Iterator[Run]) -> None:
    for run, items in runs:
        job.report.expect(RUNS, len(items))
        if not items:
            job.report.missed(RUNS, run["name"], "the run has no items")
        path = f"/datasets/{segment(dataset['name'])}/runs/{segment(run['name'])}"
        there = job.target.client.find(path)
        known = {
            (each["datasetItemId"], each["traceId"])
            for each in (there["datasetRunItems"] if there else ())
        }
        if there:
            job.progress.state.runs[run["id"]] = there["id"]
        for item in sorted(items, key=lambda each: each["createdAt"]):
            if (item["datasetItemId"], item["traceId"]) in known:
                job.report.there(RUNS)
            else:
                _copy_run_item(job, dataset, run, item)


def _copy_run_item(job: Job, dataset: Object, run: Object, item: Object) -> None:
    body = {
        "runName": run["name"],
        "runDescription": run.get("description"),
        "metadata": run.get("metadata"),
        **_told(item, ("datasetItemId", "traceId", "observationId", "createdAt", "datasetVersion")),
    }
    try:
        linked = _linked(job, dataset, body)
    except Answered as error:
        job.report.missed(RUNS, f"{run['name']}: {item['datasetItemId']}", str(error))
        return
    job.progress.state.runs[run["id"]] = linked["datasetRunId"]
    job.report.copied(RUNS)


def _linked(job: Job, dataset: Object, body: Object) -> Object:
    """A run may have answered an item that was archived since, which no list has: it is brought
    along, and archived when it is linked. Raises Answered."""
    client = job.target.client
    try:
        return client.post("/dataset-run-items", body)
    except Answered as error:
        if error.status != 404:
            raise
    item = job.source.client.find(f"/dataset-items/{segment(body['datasetItemId'])}")
    if item is None:
        raise Answered(404, "its data set item was deleted")
    told = {"datasetName": dataset["name"], **{name: item.get(name) for name in _ITEM}}
    client.post("/dataset-items", {**told, "status": "ACTIVE"})
    try:
        return client.post("/dataset-run-items", body)
    finally:
        client.post(
            "/dataset-items", {"datasetName": dataset["name"], **_told(item, ("id", "status"))}
        )
        job.media.copy(item, datasetItemId=item["id"])


def _copy_local_experiments(job: Job, datasets: set[str]) -> None:
    """Experiments over data of the client's own, or over a data set that is gone."""
    for experiment in _every_experiment(job):
        if experiment.get("datasetId") in datasets:
            continue
        asked = "core,io,itemMetadata,dataset"
        for item in _experiment_items(job, experiment["id"], asked):
            job.report.expect(RUNS, 1)
            body = {
                "experimentId": experiment["id"],
                "runName": experiment["name"],
                "runDescription": experiment.get("description"),
                "metadata": experiment.get("metadata"),
                "expectedOutput": item.get("expectedOutput"),
                "itemMetadata": item.get("experimentItemMetadata"),
                **_run_item(item),
            }
            try:
                job.target.client.post("/dataset-run-items", body)
            except Answered as error:
                job.report.missed(RUNS, f"{experiment['name']}: {item['id']}", str(error))
                continue
            job.progress.state.runs[experiment["id"]] = experiment["id"]
            job.report.copied(RUNS)


def _told(found: Object, names: tuple[str, ...]) -> Object:
    return {name: found[name] for name in names if found.get(name) is not None}
