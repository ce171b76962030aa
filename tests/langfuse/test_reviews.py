"""Score configs, comments and annotation queues through Langfuse's API."""

import time
import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

from pilothouse.domain.access import Role
from pilothouse.store.relational import accounts
from pilothouse.wiring import Wired
from tests.langfuse.conftest import PROJECT

API = "/api/public"


def config(client: TestClient, **body: Any) -> dict[str, Any]:
    answer = client.post(f"{API}/score-configs", json={"name": "quality", **body})
    assert answer.status_code == 200, answer.text
    return answer.json()


def trace(client: TestClient, **more: Any) -> str:
    trace_id = uuid.uuid4().hex
    event = {
        "id": uuid.uuid4().hex,
        "type": "trace-create",
        "timestamp": "2026-11-01T00:00:00Z",
        "body": {"id": trace_id, "name": "t", **more},
    }
    client.post(f"{API}/ingestion", json={"batch": [event]}).raise_for_status()
    return trace_id


# -- score configs -------------------------------------------------------------------------------


def test_configs_are_made_changed_and_listed(client: TestClient) -> None:
    made = config(client, dataType="NUMERIC", minValue=0, maxValue=1, description="how good")
    assert (made["projectId"], made["isArchived"], made["categories"]) == (PROJECT, False, None)
    path = f"{API}/score-configs/{made['id']}"
    assert client.get(path).json() == made
    changed = client.patch(path, json={"isArchived": True, "maxValue": 10}).json()
    assert (changed["isArchived"], changed["minValue"], changed["maxValue"]) == (True, 0, 10)
    listed = client.get(f"{API}/score-configs", params={"limit": 1}).json()
    assert [each["id"] for each in listed["data"]] == [made["id"]]
    boolean = config(client, dataType="BOOLEAN")
    assert boolean["categories"] == [
        {"label": "True", "value": 1.0},
        {"label": "False", "value": 0.0},
    ]
    missing = client.get(f"{API}/score-configs/none")
    assert (missing.status_code, missing.json()["error"]) == (404, "LangfuseNotFoundError")


@pytest.mark.parametrize(
    "body",
    [
        {"dataType": "NUMERIC", "minValue": 2, "maxValue": 1},
        {"dataType": "CATEGORICAL"},
        {"dataType": "CATEGORICAL", "categories": [{"label": "a", "value": 1}] * 2},
        {"dataType": "TEXT", "minValue": 1},
        {"dataType": "POEM"},
        {"dataType": "NUMERIC", "name": ""},
        {"dataType": "NUMERIC", "categories": [{"label": "a", "value": 1}]},
    ],
)
def test_bad_configs_are_told(client: TestClient, body: dict[str, Any]) -> None:
    answer = client.post(f"{API}/score-configs", json={"name": "bad", **body})
    assert (answer.status_code, answer.json()["error"]) == (400, "InvalidRequestError")


def score(client: TestClient, config_id: str, value: Any, **more: Any) -> Any:
    body = {"name": "told", "traceId": "t", "configId": config_id, "value": value, **more}
    return client.post(f"{API}/scores", json=body)


def test_scores_take_name_and_number_of_their_config(client: TestClient) -> None:
    categories = [{"label": "good", "value": 2}, {"label": "bad", "value": 1}]
    kind = config(client, name="verdict", dataType="CATEGORICAL", categories=categories)
    answer = score(client, kind["id"], "good")
    stored = client.get(f"{API}/v2/scores/{answer.json()['id']}").json()
    assert (stored["name"], stored["stringValue"]) == ("verdict", "good")
    assert stored["value"] == 2
    flag = config(client, name="flag", dataType="BOOLEAN")
    answer = score(client, flag["id"], 1)
    stored = client.get(f"{API}/v2/scores/{answer.json()['id']}").json()
    assert (stored["dataType"], stored["stringValue"], stored["value"]) == ("BOOLEAN", "True", 1)


def test_scores_that_do_not_fit_are_refused_and_listed(client: TestClient) -> None:
    number = config(client, dataType="NUMERIC", minValue=0, maxValue=1)["id"]
    kind = config(client, dataType="CATEGORICAL", categories=[{"label": "a", "value": 1}])["id"]
    old = config(client, dataType="NUMERIC")["id"]
    client.patch(f"{API}/score-configs/{old}", json={"isArchived": True})
    for config_id, value in ((number, 2), (number, -1), (number, "x"), (kind, "b"), (old, 1)):
        answer = score(client, config_id, value)
        assert (answer.status_code, answer.json()["error"]) == (400, "InvalidRequestError")
    assert score(client, "nowhere", 1).status_code == 400
    event = {
        "id": "event-1",
        "type": "score-create",
        "timestamp": "2026-11-01T00:00:00Z",
        "body": {"id": "s-1", "name": "x", "traceId": "t", "value": 9, "configId": number},
    }
    told = client.post(f"{API}/ingestion", json={"batch": [event]})
    assert told.status_code == 207
    assert (told.json()["successes"], told.json()["errors"][0]["id"]) == ([], "event-1")
    many = client.post(
        f"{API}/scores",
        json=[
            {"name": "x", "traceId": "t", "value": 9, "configId": number},
            {"name": "x", "traceId": "t", "value": 1, "configId": number},
        ],
    )
    assert (many.status_code, many.json()["accepted"], many.json()["rejected"]) == (207, 1, 1)


# -- comments ------------------------------------------------------------------------------------


def comment(client: TestClient, **body: Any) -> Any:
    told = {"projectId": PROJECT, "objectType": "TRACE", "content": "look", **body}
    return client.post(f"{API}/comments", json=told)


def test_comments_on_everything(client: TestClient) -> None:
    session = uuid.uuid4().hex
    trace_id = trace(client, sessionId=session)
    prompt = client.post(
        f"{API}/v2/prompts", json={"name": uuid.uuid4().hex, "prompt": "x"}
    ).json()["id"]
    for kind, id in (("TRACE", trace_id), ("SESSION", session), ("PROMPT", prompt)):
        made = comment(client, objectType=kind, objectId=id, content="你好 **look**")
        assert made.status_code == 200, made.text
        stored = client.get(f"{API}/comments/{made.json()['id']}").json()
        assert (stored["objectType"], stored["objectId"]) == (kind, id)
        assert (stored["content"], stored["authorUserId"]) == ("你好 **look**", None)
    time.sleep(0.002)
    later = comment(client, objectId=trace_id, authorUserId="ada").json()["id"]
    listed = client.get(
        f"{API}/comments", params={"objectType": "TRACE", "objectId": trace_id}
    ).json()
    assert listed["meta"]["totalItems"] == 2
    assert listed["data"][0]["id"] == later
    by_ada = client.get(f"{API}/comments", params={"authorUserId": "ada"}).json()
    assert [each["id"] for each in by_ada["data"]] == [later]


def test_bad_comments_are_told(client: TestClient) -> None:
    trace_id = trace(client)
    assert comment(client, objectId="none").status_code == 404
    assert comment(client, objectType="OBSERVATION", objectId="none").status_code == 404
    assert comment(client, objectId=trace_id, content="").status_code == 400
    assert comment(client, objectId=trace_id, content="x" * 5_001).status_code == 400
    assert comment(client, objectId=trace_id, projectId="another").status_code == 400
    assert client.get(f"{API}/comments", params={"objectId": trace_id}).status_code == 400
    assert client.get(f"{API}/comments/none").status_code == 404


# -- annotation queues ---------------------------------------------------------------------------


def queue(client: TestClient) -> dict[str, Any]:
    body = {
        "name": uuid.uuid4().hex,
        "description": "look at these",
        "scoreConfigIds": [config(client, dataType="NUMERIC")["id"]],
    }
    answer = client.post(f"{API}/annotation-queues", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["scoreConfigIds"] == body["scoreConfigIds"]
    return answer.json()


def test_a_queue_is_worked_off(client: TestClient) -> None:
    made = queue(client)
    path = f"{API}/annotation-queues/{made['id']}"
    assert client.get(path).json() == made
    assert client.get(f"{API}/annotation-queues").json()["data"][0]["id"] == made["id"]
    traces = [trace(client) for _ in range(2)]
    items = [
        client.post(f"{path}/items", json={"objectId": each, "objectType": "TRACE"}).json()
        for each in traces
    ]
    assert [each["status"] for each in items] == ["PENDING", "PENDING"]
    done = client.patch(f"{path}/items/{items[0]['id']}", json={"status": "COMPLETED"}).json()
    assert done["status"] == "COMPLETED"
    assert done["completedAt"] is not None
    waiting = client.get(f"{path}/items", params={"status": "PENDING"}).json()
    assert [each["objectId"] for each in waiting["data"]] == [traces[1]]
    assert waiting["meta"]["totalItems"] == 1
    again = client.patch(f"{path}/items/{items[0]['id']}", json={"status": "PENDING"}).json()
    assert again["completedAt"] is None
    gone = client.delete(f"{path}/items/{items[0]['id']}").json()
    assert gone["success"] is True
    assert client.get(f"{path}/items/{items[0]['id']}").status_code == 404


def test_people_are_asked(client: TestClient, wired: Wired) -> None:
    path = f"{API}/annotation-queues/{queue(client)['id']}/assignments"
    with wired.services.database.write() as db:
        user = accounts.add_user(db, f"{uuid.uuid4().hex}@example.com", "Ada")
        accounts.add_project_member(db, user.id, PROJECT, Role.ANNOTATOR)
    made = client.post(path, json={"userId": user.id})
    assert made.json()["userId"] == user.id
    assert client.post(path, json={"userId": user.id}).status_code == 200
    assert client.post(path, json={"userId": "stranger"}).status_code == 404
    gone = client.request("DELETE", path, json={"userId": user.id})
    assert gone.json() == {"success": True}


def test_bad_queues_are_told(client: TestClient) -> None:
    made = queue(client)
    path = f"{API}/annotation-queues"
    body = {"name": made["name"], "scoreConfigIds": made["scoreConfigIds"]}
    assert client.post(path, json=body).status_code == 409
    assert client.post(path, json={"name": "x", "scoreConfigIds": ["none"]}).status_code == 400
    assert client.post(path, json={"name": "x", "scoreConfigIds": []}).status_code == 400
    assert client.get(f"{path}/none").status_code == 404
    item = {"objectId": "none", "objectType": "TRACE"}
    assert client.post(f"{path}/{made['id']}/items", json=item).status_code == 404
    assert client.post(f"{path}/{made['id']}/items", json={"objectId": "x"}).status_code == 400
