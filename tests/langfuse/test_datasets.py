"""Data sets, items, runs and experiments through Langfuse's API of every generation."""

import time
import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

from pilothouse.domain.dataset import experiment_id
from tests.langfuse.conftest import PROJECT


def dataset(client: TestClient, name: str = "", **more: Any) -> dict[str, Any]:
    body = {"name": name or f"set-{uuid.uuid4().hex}", **more}
    answer = client.post("/api/public/v2/datasets", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def item(client: TestClient, name: str, **fields: Any) -> dict[str, Any]:
    answer = client.post("/api/public/dataset-items", json={"datasetName": name, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()


def listed(client: TestClient, name: str, **params: Any) -> list[dict[str, Any]]:
    answer = client.get("/api/public/dataset-items", params={"datasetName": name, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_a_data_set_is_made_changed_and_listed(client: TestClient) -> None:
    made = dataset(client, "folder/问答", description="first", metadata={"n": 1})
    assert (made["name"], made["projectId"]) == ("folder/问答", PROJECT)
    again = dataset(client, "folder/问答", metadata=[1, 2])
    assert (again["id"], again["description"], again["metadata"]) == (made["id"], "first", [1, 2])
    read = client.get("/api/public/v2/datasets/folder%2F%E9%97%AE%E7%AD%94").json()
    assert read == again
    page = client.get("/api/public/v2/datasets", params={"limit": 1}).json()
    assert page["data"][0]["id"] == made["id"]
    missing = client.get("/api/public/v2/datasets/none")
    assert (missing.status_code, missing.json()["error"]) == (404, "LangfuseNotFoundError")


def test_items_newest_first_and_the_archived_only_by_id(client: TestClient) -> None:
    name = dataset(client)["name"]
    first = item(client, name, input={"q": 1}, expectedOutput="one", metadata={"k": [1]})
    time.sleep(0.002)
    second = item(client, name, input="two", sourceTraceId="t1", sourceObservationId="o1")
    assert [each["id"] for each in listed(client, name)] == [second["id"], first["id"]]
    assert (first["input"], first["expectedOutput"], first["metadata"]) == (
        {"q": 1},
        "one",
        {"k": [1]},
    )
    assert (first["status"], first["datasetName"], first["mediaReferences"]) == ("ACTIVE", name, [])
    assert [each["id"] for each in listed(client, name, sourceTraceId="t1")] == [second["id"]]
    archived = item(client, name, id=first["id"], status="ARCHIVED")
    assert archived["input"] == {"q": 1}
    assert [each["id"] for each in listed(client, name)] == [second["id"]]
    read = client.get(f"/api/public/dataset-items/{first['id']}").json()
    assert (read["status"], read["createdAt"]) == ("ARCHIVED", first["createdAt"])
    gone = client.delete(f"/api/public/dataset-items/{second['id']}")
    assert gone.json() == {"message": "Dataset item successfully deleted"}
    assert client.get(f"/api/public/dataset-items/{second['id']}").status_code == 404
    assert client.delete(f"/api/public/dataset-items/{second['id']}").status_code == 404
    assert listed(client, name) == []


def test_every_past_state_can_be_read(client: TestClient) -> None:
    name = dataset(client)["name"]
    kept = item(client, name, id=uuid.uuid4().hex, input="old")
    time.sleep(0.003)
    added = item(client, name, input="added")
    time.sleep(0.003)
    changed = item(client, name, id=kept["id"], input="new")
    time.sleep(0.003)
    client.delete(f"/api/public/dataset-items/{added['id']}")
    at = [
        {each["id"]: each["input"] for each in listed(client, name, version=version)}
        for version in (kept["version"], added["version"], changed["version"])
    ]
    assert at[0] == {kept["id"]: "old"}
    assert at[1] == {kept["id"]: "old", added["id"]: "added"}
    assert at[2] == {kept["id"]: "new", added["id"]: "added"}
    assert [each["input"] for each in listed(client, name)] == ["new"]


def test_pages_of_items(client: TestClient) -> None:
    name = dataset(client)["name"]
    for number in range(5):
        item(client, name, input=number)
    pages = [
        client.get(
            "/api/public/dataset-items", params={"datasetName": name, "limit": 2, "page": page}
        ).json()
        for page in (1, 2, 3)
    ]
    assert sorted(each["input"] for page in pages for each in page["data"]) == [0, 1, 2, 3, 4]
    assert pages[0]["meta"] == {"page": 1, "limit": 2, "totalItems": 5, "totalPages": 3}


def test_items_fit_the_schema_or_are_refused(client: TestClient) -> None:
    schema = {"type": "object", "required": ["q"], "properties": {"q": {"type": "string"}}}
    name = dataset(client, inputSchema=schema)["name"]
    item(client, name, input={"q": "yes"})
    bad = client.post("/api/public/dataset-items", json={"datasetName": name, "input": {"q": 1}})
    assert bad.status_code == 400
    assert "input/q" in bad.json()["message"]
    answers = [
        client.post("/api/public/v2/datasets", json={"name": name, "inputSchema": each})
        for each in ({"type": "nonsense"}, {"type": "string"}, {"$ref": "http://127.0.0.1:1/s"})
    ]
    assert [each.status_code for each in answers] == [400, 400, 400]
    assert client.get(f"/api/public/v2/datasets/{name}").json()["inputSchema"] == schema
    item(client, dataset(client, name, inputSchema=None)["name"], input=3)


def test_an_id_belongs_to_one_data_set(client: TestClient) -> None:
    one, other = dataset(client)["name"], dataset(client)["name"]
    taken = item(client, one, id=uuid.uuid4().hex, input=1)
    answer = client.post(
        "/api/public/dataset-items", json={"datasetName": other, "id": taken["id"], "input": 2}
    )
    assert answer.status_code == 409
    unknown = client.post("/api/public/dataset-items", json={"datasetName": "nowhere", "input": 2})
    assert unknown.status_code == 404


def test_a_run_of_the_older_api(client: TestClient) -> None:
    made = dataset(client)
    name = made["name"]
    items = [item(client, name, input=number) for number in range(2)]
    linked = [
        client.post(
            "/api/public/dataset-run-items",
            json={
                "runName": "run/1",
                "runDescription": "first",
                "metadata": {"model": "m"},
                "datasetItemId": each["id"],
                "traceId": f"trace-{number}",
            },
        ).json()
        for number, each in enumerate(items)
    ]
    run_id = experiment_id(PROJECT, made["id"], "run/1")
    assert {each["datasetRunId"] for each in linked} == {run_id}
    assert linked[0]["datasetItemId"] == items[0]["id"]
    runs = client.get(f"/api/public/datasets/{name}/runs").json()
    assert [each["name"] for each in runs["data"]] == ["run/1"]
    assert runs["meta"]["totalItems"] == 1
    run = client.get(f"/api/public/datasets/{name}/runs/run%2F1").json()
    assert (run["id"], run["description"], run["metadata"]) == (run_id, "first", {"model": "m"})
    assert {each["traceId"] for each in run["datasetRunItems"]} == {"trace-0", "trace-1"}
    again = client.post(
        "/api/public/dataset-run-items",
        json={"runName": "run/1", "datasetItemId": items[0]["id"], "traceId": "trace-0"},
    ).json()
    assert again["id"] == linked[0]["id"]
    listed_items = client.get(
        "/api/public/dataset-run-items", params={"datasetId": made["id"], "runName": "run/1"}
    ).json()
    assert listed_items["meta"]["totalItems"] == 2
    whole = client.get(f"/api/public/datasets/{name}").json()
    assert (len(whole["items"]), whole["runs"]) == (2, ["run/1"])
    gone = client.delete(f"/api/public/datasets/{name}/runs/run%2F1").json()
    assert gone == {"message": "Dataset run deleted successfully"}
    assert client.get(f"/api/public/datasets/{name}/runs/run%2F1").status_code == 404


def test_bad_links(client: TestClient) -> None:
    name = dataset(client)["name"]
    made = item(client, name, input=1)

    def link(**body: Any) -> int:
        return client.post("/api/public/dataset-run-items", json=body).status_code

    assert link(runName="r", datasetItemId="none", traceId="t") == 404
    assert link(runName="r", datasetItemId=made["id"]) == 400
    assert link(runName="", datasetItemId=made["id"], traceId="t") == 400
    assert link(runName="r", datasetItemId=made["id"], observationId="nowhere") == 404
    assert link(datasetItemId=made["id"], traceId="t") == 400
    item(client, name, id=made["id"], status="ARCHIVED")
    assert link(runName="r", datasetItemId=made["id"], traceId="t") == 404


def span(trace_id: str, span_id: str, **attributes: str) -> dict[str, Any]:
    start = time.time_ns()
    told = [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()]
    return {
        "traceId": trace_id,
        "spanId": span_id,
        "name": "experiment-item-task",
        "startTimeUnixNano": str(start),
        "endTimeUnixNano": str(start + 1_000_000),
        "attributes": told,
    }


def export(client: TestClient, *spans: dict[str, Any]) -> None:
    body = {"resourceSpans": [{"scopeSpans": [{"spans": list(spans)}]}]}
    answer = client.post("/api/public/otel/v1/traces", json=body)
    assert answer.status_code == 200, answer.text


def told(experiment: str, item_id: str, root: str, **more: str) -> dict[str, str]:
    prefix = "langfuse.experiment"
    return {
        f"{prefix}.id": experiment,
        f"{prefix}.item.id": item_id,
        f"{prefix}.item.root_observation_id": root,
        **{f"{prefix}.{key.replace('__', '.')}": value for key, value in more.items()},
    }


EARLY = {"fromStartTime": "2020-01-01T00:00:00Z"}


def test_spans_of_an_experiment_and_older_links_are_one(client: TestClient) -> None:
    made = dataset(client)
    name, since = made["name"], {"datasetId": made["id"], **EARLY}
    first = item(client, name, input={"q": 1}, expectedOutput="from the set")
    run_id = experiment_id(PROJECT, made["id"], "night")
    trace, root = uuid.uuid4().hex, uuid.uuid4().hex[:16]
    client.post(
        "/api/public/dataset-run-items",
        json={
            "runName": "night",
            "datasetItemId": first["id"],
            "traceId": trace,
            "observationId": root,
        },
    )
    attributes = told(
        run_id,
        first["id"],
        root,
        name="night",
        description="by spans",
        dataset__id=made["id"],
        metadata__model="gpt-5",
        item__metadata='{"hard": true}',
    )
    io = {"langfuse.observation.input": '{"q": 1}', "langfuse.observation.output": "answer"}
    inner = span(trace, uuid.uuid4().hex[:16], **attributes)
    export(client, inner, span(trace, root, **attributes, **io))
    found = client.get(
        "/api/public/experiments", params={**since, "fields": "core,metadata,scores"}
    ).json()
    assert [(each["id"], each["itemCount"]) for each in found["data"]] == [(run_id, 1)]
    experiment = found["data"][0]
    assert (experiment["description"], experiment["metadata"]) == ("by spans", {"model": "gpt-5"})
    assert experiment["datasetId"] == made["id"]
    score = {"name": "exact", "value": 1, "dataType": "BOOLEAN"}
    client.post("/api/public/scores", json={**score, "traceId": trace, "observationId": root})
    client.post("/api/public/scores", json={**score, "name": "mean", "datasetRunId": run_id})
    fields = "core,io,metadata,itemMetadata,experimentMetadata,scores"
    items = client.get("/api/public/experiment-items", params={**since, "fields": fields}).json()
    assert len(items["data"]) == 1
    one = items["data"][0]
    assert (one["id"], one["traceId"], one["experimentItemId"]) == (root, trace, first["id"])
    assert (one["input"], one["output"]) == ({"q": 1}, "answer")
    assert one["expectedOutput"] == "from the set"
    assert one["experimentItemMetadata"] == {"hard": True}
    assert one["experimentMetadata"] == {"model": "gpt-5"}
    assert [each["name"] for each in one["scores"]] == ["exact"]
    scored = client.get("/api/public/experiments", params={**since, "fields": "core,scores"}).json()
    assert [each["name"] for each in scored["data"][0]["scores"]] == ["mean"]
    legacy = client.get(f"/api/public/datasets/{name}/runs/night").json()
    assert [each["observationId"] for each in legacy["datasetRunItems"]] == [root]


def test_an_experiment_over_local_data(client: TestClient) -> None:
    run_id, trace, root = uuid.uuid4().hex[:16], uuid.uuid4().hex, uuid.uuid4().hex[:16]
    export(
        client,
        span(
            trace,
            root,
            **told(run_id, "local", root, name="local run", item__expected_output='"42"'),
        ),
    )
    params = {**EARLY, "experimentId": run_id, "fields": "core,io"}
    one = client.get("/api/public/experiment-items", params=params).json()["data"][0]
    assert (one["experimentName"], one["expectedOutput"]) == ("local run", "42")
    assert one["experimentDatasetId"] is None


def test_pages_and_filters_of_experiments(client: TestClient) -> None:
    made = dataset(client)
    each = item(client, made["name"], input=1)
    for number in range(3):
        client.post(
            "/api/public/dataset-run-items",
            json={"runName": f"r{number}", "datasetItemId": each["id"], "traceId": f"p{number}"},
        )
    params: dict[str, Any] = {**EARLY, "datasetId": made["id"], "limit": 2}
    first = client.get("/api/public/experiments", params=params).json()
    rest = client.get(
        "/api/public/experiments", params={**params, "cursor": first["meta"]["cursor"]}
    ).json()
    assert [one["name"] for one in (*first["data"], *rest["data"])] == ["r2", "r1", "r0"]
    assert "cursor" not in rest["meta"]
    wanted = '[{"column":"name","operator":"any of","type":"stringOptions","value":["r1"]}]'
    found = client.get("/api/public/experiments", params={**params, "filter": wanted}).json()
    assert [one["name"] for one in found["data"]] == ["r1"]
    items = client.get(
        "/api/public/experiment-items", params={**params, "experimentName": "r0,r2"}
    ).json()
    assert [one["experimentName"] for one in items["data"]] == ["r2", "r0"]


@pytest.mark.parametrize(
    "params",
    [
        {},
        {**EARLY, "cursor": "!"},
        {**EARLY, "fields": "core,secrets"},
        {**EARLY, "filter": "["},
        {**EARLY, "filter": '[{"column":"cost","operator":">","value":1}]'},
        {**EARLY, "limit": 1000},
    ],
)
def test_bad_questions_are_told(client: TestClient, params: dict[str, Any]) -> None:
    answer = client.get("/api/public/experiments", params=params)
    assert (answer.status_code, answer.json()["error"]) == (400, "InvalidRequestError")
