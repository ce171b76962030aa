"""What an import may tell and Langfuse's clients never do: ids, numbers, times and authors."""

import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

from pilothouse.store.relational import accounts, keys
from pilothouse.wiring import Wired
from tests.langfuse.conftest import INIT, PROJECT

API = "/api/public"


def ingest(client: TestClient, type: str, **body: Any) -> dict[str, Any]:
    event = {
        "id": uuid.uuid4().hex,
        "type": type,
        "timestamp": "2026-11-01T00:00:00Z",
        "body": body,
    }
    answer = client.post(f"{API}/ingestion", json={"batch": [event]}).json()
    assert not answer["errors"], answer
    return answer


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("score-configs", {"name": "quality", "dataType": "TEXT"}),
        ("models", {"modelName": "own", "matchPattern": "^own$", "inputPrice": 1e-6}),
    ],
)
def test_an_id_is_taken_once(
    client: TestClient, wired: Wired, path: str, body: dict[str, Any]
) -> None:
    id = uuid.uuid4().hex
    made = client.post(f"{API}/{path}", json={**body, "id": id})
    assert (made.status_code, made.json()["id"]) == (200, id), made.text
    assert client.get(f"{API}/{path}/{id}").json()["id"] == id
    again = client.post(f"{API}/{path}", json={**body, "id": id})
    assert (again.status_code, again.json()["error"]) == (409, "LangfuseConflictError")
    of_another = client.post(f"{API}/{path}", json={**body, "id": id}, auth=other_project(wired))
    assert of_another.status_code == 409


def other_project(wired: Wired) -> tuple[str, str]:
    with wired.services.database.write() as db:
        project = accounts.add_project(db, "org", "other")
        key, secret = keys.add(db, project.id)
    return key.public_key, secret


def test_a_data_set_is_made_under_its_id(client: TestClient, wired: Wired) -> None:
    id, name = uuid.uuid4().hex, f"set {uuid.uuid4().hex}"
    path = f"{API}/v2/datasets"
    assert client.post(path, json={"id": id, "name": name}).json()["id"] == id
    assert client.post(path, json={"id": id, "name": name}).status_code == 200
    assert client.post(path, json={"id": "another", "name": name}).status_code == 409
    assert client.post(path, json={"id": id, "name": f"{name} 2"}).status_code == 409
    taken = client.post(path, json={"id": id, "name": name}, auth=other_project(wired))
    assert taken.status_code == 409


def test_a_comment_keeps_its_id_and_time(client: TestClient) -> None:
    trace_id, id = uuid.uuid4().hex, uuid.uuid4().hex
    ingest(client, "trace-create", id=trace_id, name="t")
    body = {
        "projectId": PROJECT,
        "objectType": "TRACE",
        "objectId": trace_id,
        "content": "why?",
        "id": id,
        "createdAt": "2025-02-03T04:05:06.789Z",
    }
    assert client.post(f"{API}/comments", json=body).json() == {"id": id}
    assert client.get(f"{API}/comments/{id}").json()["createdAt"] == body["createdAt"]
    assert client.post(f"{API}/comments", json=body).status_code == 409


def test_versions_of_prompts_keep_their_numbers(client: TestClient) -> None:
    name = f"prompt {uuid.uuid4().hex}"

    def create(version: int, prompt: str) -> Any:
        body = {"name": name, "prompt": prompt, "version": version}
        return client.post(f"{API}/v2/prompts", json=body)

    assert create(3, "third").json()["version"] == 3
    gone = "takes in @@@langfusePrompt:name=gone|label=production@@@"
    old = create(7, gone).json()
    assert (old["version"], old["labels"], old["prompt"]) == (7, ["latest"], gone)
    for number in (7, 5):
        assert create(number, "again").status_code == 409
    next = client.post(f"{API}/v2/prompts", json={"name": name, "prompt": "eighth"})
    assert next.json()["version"] == 8
    unknown = client.post(f"{API}/v2/prompts", json={"name": f"{name}2", "prompt": gone})
    assert unknown.status_code == 400, "only what is brought along may lead nowhere"


def test_an_experiment_over_local_data_keeps_its_id(client: TestClient) -> None:
    trace_id, id = uuid.uuid4().hex, uuid.uuid4().hex[:16]
    ingest(client, "trace-create", id=trace_id, name="t")
    body = {
        "experimentId": id,
        "runName": "local",
        "datasetItemId": "item 1",
        "traceId": trace_id,
        "createdAt": "2026-11-01T00:00:00Z",
        "expectedOutput": {"a": 1},
        "itemMetadata": {"k": "v"},
    }
    linked = client.post(f"{API}/dataset-run-items", json=body).json()
    assert linked["datasetRunId"] == id
    asked = {"fromStartTime": "2026-01-01T00:00:00Z", "experimentId": id}
    groups = {"fields": "core,io,itemMetadata"}
    [item] = client.get(f"{API}/experiment-items", params=asked | groups).json()["data"]
    assert item["experimentName"] == "local"
    assert item["expectedOutput"] == {"a": 1}
    assert item["experimentItemMetadata"] == {"k": "v"}


def test_bookmarks_and_authors_are_taken_from_whoever_has_the_whole_key(
    client: TestClient,
) -> None:
    trace_id, id = uuid.uuid4().hex, uuid.uuid4().hex
    ingest(client, "trace-create", id=trace_id, name="t", bookmarked=True)
    assert client.get(f"{API}/traces/{trace_id}").json()["bookmarked"] is True
    score = {"name": "n", "value": 1, "traceId": trace_id, "authorUserId": "somebody"}
    ingest(client, "score-create", id=id, **score)
    assert client.get(f"{API}/v2/scores/{id}").json()["authorUserId"] == "somebody"
    page_id = uuid.uuid4().hex
    in_a_page = {"authorization": f"Bearer {INIT.public_key}"}
    body = {"id": page_id, **score}
    told = client.post(f"{API}/scores", json=body, headers=in_a_page, auth=None)
    assert told.status_code == 200, told.text
    assert client.get(f"{API}/v2/scores/{page_id}").json()["authorUserId"] is None
