"""`/ingestion` and `/scores` over the whole application: what is answered, and what is then read."""

import gzip
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient

from pilothouse.domain.clock import MINUTE
from pilothouse.ingest import joining
from pilothouse.ingest.joining import Joining
from pilothouse.store.clickhouse.reader import Reader
from pilothouse.store.clickhouse.writer import Writer
from pilothouse.wiring import Wired
from tests.langfuse.conftest import INIT

AT = "2026-11-25T10:00:00Z"
LATER = "2026-11-25T10:00:05Z"


def event(type: str, body: dict[str, Any], at: str = AT) -> dict[str, Any]:
    return {"id": uuid.uuid4().hex, "type": type, "timestamp": at, "body": body}


def send(client: TestClient, *events: Any, **given: Any) -> dict[str, Any]:
    answer = client.post("/api/public/ingestion", json={"batch": events}, **given)
    assert answer.status_code == 207, answer.text
    return answer.json()


def trace(client: TestClient, trace_id: str) -> dict[str, Any]:
    answer = client.get(f"/api/public/traces/{trace_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def trace_id() -> str:
    return str(uuid.uuid4())


def test_what_is_acknowledged_is_read_at_once(client: TestClient, trace_id: str) -> None:
    answer = send(
        client,
        event("trace-create", {"id": trace_id, "name": "order", "userId": "ada", "timestamp": AT}),
        event(
            "generation-create",
            {"id": "g", "traceId": trace_id, "startTime": AT, "model": "gpt-4o"},
        ),
        event(
            "generation-update",
            {"id": "g", "traceId": trace_id, "endTime": LATER, "usage": {"input": 10, "output": 5}},
            LATER,
        ),
    )
    assert [each["status"] for each in answer["successes"]] == [201, 201, 201]
    found = trace(client, trace_id)
    assert (found["name"], found["userId"], found["latency"]) == ("order", "ada", 5)
    (generation,) = found["observations"]
    assert generation["usageDetails"] == {"input": 10, "output": 5, "total": 15}
    assert generation["calculatedTotalCost"] == pytest.approx(0.000075)
    assert found["totalCost"] == pytest.approx(0.000075)


def test_good_events_are_stored_beside_bad_ones(client: TestClient, trace_id: str) -> None:
    good, bad = event("trace-create", {"id": trace_id}), event("span-create", {"name": 5})
    answer = send(client, bad, good, event("unheard-of", {}))
    assert [each["id"] for each in answer["successes"]] == [good["id"]]
    assert [(each["id"] == bad["id"], each["status"]) for each in answer["errors"]] == [
        (True, 400),
        (False, 400),
    ]
    assert trace(client, trace_id)["id"] == trace_id


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"batch":1}', b"\xff"])
def test_a_body_that_is_no_batch_is_refused_in_langfuses_shape(
    client: TestClient, body: bytes
) -> None:
    answer = client.post("/api/public/ingestion", content=body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"message", "error"}


def test_keys_are_asked_for(client: TestClient) -> None:
    answer = client.post("/api/public/ingestion", json={"batch": []}, auth=("pk", "wrong"))
    assert (answer.status_code, answer.json()["error"]) == (401, "UnauthorizedError")


def test_compressed_bodies_are_taken(client: TestClient, trace_id: str) -> None:
    body = json.dumps({"batch": [event("trace-create", {"id": trace_id})]}).encode()
    headers = {"content-encoding": "gzip"}
    answer = client.post("/api/public/ingestion", content=gzip.compress(body), headers=headers)
    assert answer.status_code == 207
    assert trace(client, trace_id)["id"] == trace_id


def test_the_same_request_many_times_at_once_leaves_one_trace(
    client: TestClient, trace_id: str
) -> None:
    batch = [
        event("trace-create", {"id": trace_id, "name": "n", "tags": ["a"], "timestamp": AT}),
        event("span-create", {"id": "s", "traceId": trace_id, "startTime": AT}),
        event("span-update", {"id": "s", "traceId": trace_id, "endTime": LATER}, LATER),
        event("score-create", {"id": f"x{trace_id}", "traceId": trace_id, "name": "n", "value": 1}),
    ]
    with ThreadPoolExecutor(5) as pool:
        for answer in pool.map(lambda _: send(client, *batch), range(5)):
            assert len(answer["successes"]) == 4
    found = trace(client, trace_id)
    assert len(found["observations"]) == len(found["scores"]) == 1
    listed = client.get("/api/public/observations", params={"traceId": trace_id}).json()
    assert listed["meta"]["totalItems"] == 1


def test_halves_find_each_other_over_requests_and_in_any_order(
    client: TestClient, trace_id: str
) -> None:
    start = "2026-11-25T09:00:00Z"
    send(client, event("span-update", {"id": "s", "traceId": trace_id, "output": "o"}, LATER))
    send(client, event("span-create", {"id": "s", "traceId": trace_id, "startTime": start}))
    send(client, event("trace-create", {"id": trace_id, "sessionId": "x/y", "tags": ["late"]}))
    found = trace(client, trace_id)
    (span,) = found["observations"]
    assert (span["startTime"], span["output"]) == ("2026-11-25T09:00:00.000Z", "o")
    filters = {"traceId": trace_id, "sessionId": "x/y", "fields": "basic,trace_context"}
    (seen,) = client.get("/api/public/v2/observations", params=filters).json()["data"]
    assert (seen["sessionId"], seen["tags"]) == ("x/y", ["late"])


def test_late_words_find_a_trace_whose_halves_have_left(
    client: TestClient, wired: Wired, trace_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = {"input": 10, "output": 5}
    span = {"id": "g", "traceId": trace_id}
    send(
        client,
        event("trace-create", {"id": trace_id, "userId": "ada", "metadata": {"a": 1}}),
        event("generation-create", {**span, "startTime": AT, "model": "gpt-4o", "usage": usage}),
        event("span-create", {"id": "other", "traceId": trace_id, "startTime": AT}),
    )
    before = trace(client, trace_id)
    monkeypatch.setattr(joining, "KEEP_QUIET", -MINUTE)
    let_go(wired)
    send(client, event("generation-update", {**span, "output": "late"}, LATER))
    send(client, event("trace-create", {"id": trace_id, "userId": "bob"}, LATER))
    after = trace(client, trace_id)
    generation = next(each for each in after["observations"] if each["id"] == "g")
    assert (generation["output"], generation["usageDetails"]["total"]) == ("late", 15)
    assert (after["userId"], after["metadata"]) == ("bob", {"a": 1})
    assert after["totalCost"] == before["totalCost"] > 0
    assert len(after["observations"]) == 2
    seen = client.get("/api/public/observations", params={"traceId": trace_id, "userId": "bob"})
    assert seen.json()["meta"]["totalItems"] == 2


def let_go(wired: Wired) -> None:
    services = wired.services
    writer, reader = Writer(wired.engine), Reader(wired.engine)
    revisions, complete = services.intake.revisions, services.intake.complete
    with ThreadPoolExecutor(1) as inserting:
        database = services.database
        joined = Joining(database, reader, writer, complete, revisions.next, inserting)
        while joined.let_go():
            pass


def test_one_score_and_many(client: TestClient, trace_id: str) -> None:
    send(client, event("trace-create", {"id": trace_id}))
    one = {"traceId": trace_id, "name": "good", "value": 0.5}
    answer = client.post("/api/public/scores", json=one)
    assert answer.status_code == 200
    score_id = answer.json()["id"]
    assert client.get(f"/api/public/scores/{score_id}").json()["value"] == 0.5
    assert client.post("/api/public/scores", json={**one, "value": None}).status_code == 400
    assert client.post("/api/public/scores", json=[one, one]).status_code == 202
    mixed = client.post("/api/public/scores", json=[one, {"name": "lost", "value": 1}])
    assert mixed.status_code == 207
    assert (mixed.json()["accepted"], mixed.json()["rejected"]) == (1, 1)


def test_a_score_sent_again_changes_the_one_that_is_there(
    client: TestClient, trace_id: str
) -> None:
    score = {
        "id": f"x{trace_id}",
        "traceId": trace_id,
        "name": "good",
        "value": 0.5,
        "comment": "c",
    }
    send(client, event("score-create", score, AT))
    del score["comment"]
    send(client, event("score-create", {**score, "value": 0.9}, "2026-11-25T15:00:00Z"))
    found = client.get("/api/public/v2/scores", params={"scoreIds": score["id"]}).json()["data"]
    assert [(each["value"], each["comment"], each["timestamp"]) for each in found] == [
        (0.9, "c", "2026-11-25T10:00:00.000Z")
    ]


@pytest.mark.parametrize("version", ["", "v2/"])
def test_scores_are_found_by_what_they_are_and_whose(
    client: TestClient, trace_id: str, version: str
) -> None:
    send(client, event("trace-create", {"id": trace_id, "userId": trace_id, "tags": ["a", "b"]}))
    body = {"traceId": trace_id, "name": "tone", "value": 0.5, "environment": "shop"}
    score_id = client.post("/api/public/scores", json=body).json()["id"]

    def found(**asked: Any) -> bool:
        given = {"scoreIds": score_id, **asked}
        answer = client.get(f"/api/public/{version}scores", params=given)
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["data"]] == [score_id]

    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({}, {"scoreIds": "no-such"}),
        ({"userId": trace_id}, {"userId": "bob"}),
        ({"name": "tone"}, {"name": "wit"}),
        ({"environment": ["shop", "lab"]}, {"environment": "lab"}),
        ({"source": "API"}, {"source": "ANNOTATION"}),
        ({"operator": ">=", "value": 0.5}, {"operator": ">", "value": 0.5}),
        ({"operator": "=", "value": 0.5}, {"operator": "!=", "value": 0.5}),
        ({"dataType": "NUMERIC"}, {"dataType": "CATEGORICAL"}),
        ({"traceTags": ["a", "b"]}, {"traceTags": ["a", "c"]}),
        ({"fromTimestamp": AT}, {"toTimestamp": AT}),
    ]
    if version:
        pairs += [
            ({"traceId": trace_id}, {"traceId": "no-such"}),
            ({}, {"sessionId": "no-such"}),
            ({}, {"datasetRunId": "no-such"}),
            ({}, {"observationId": "no-such"}),
        ]
    for hit, miss in pairs:
        assert found(**hit), hit
        assert not found(**miss), miss


def test_a_deleted_trace_is_gone_with_its_scores(client: TestClient, trace_id: str) -> None:
    send(
        client,
        event("trace-create", {"id": trace_id}),
        event("span-create", {"id": f"s{trace_id}", "traceId": trace_id}),
        event("score-create", {"id": f"x{trace_id}", "traceId": trace_id, "name": "n", "value": 1}),
    )
    assert client.delete(f"/api/public/traces/{trace_id}").status_code == 200
    for path in (f"traces/{trace_id}", f"observations/s{trace_id}", f"scores/x{trace_id}"):
        answer = client.get(f"/api/public/{path}")
        assert (answer.status_code, answer.json()["error"]) == (404, "LangfuseNotFoundError")
    assert client.delete(f"/api/public/traces/{trace_id}").status_code == 404


def test_key_of_the_project(client: TestClient) -> None:
    (project,) = client.get("/api/public/projects").json()["data"]
    assert project["id"] == INIT.project_id
    assert client.head("/api/public/health", auth=("", "")).status_code == 200


def test_one_event_a_request_as_the_oldest_clients_send(client: TestClient) -> None:
    trace_id, span_id = uuid.uuid4().hex, uuid.uuid4().hex
    made = client.post("/api/public/traces", json={"id": trace_id, "name": "old"})
    assert (made.status_code, made.json()["id"]) == (200, trace_id)
    at = "2026-11-01T00:00:00Z"
    body = {"traceId": trace_id, "name": "call", "startTime": at, "model": "m"}
    client.post("/api/public/generations", json={**body, "id": span_id}).raise_for_status()
    change = {"generationId": span_id, "traceId": trace_id, "endTime": "2026-11-01T00:00:02Z"}
    client.patch("/api/public/generations", json=change).raise_for_status()
    event = client.post("/api/public/events", json={"traceId": trace_id, "name": "seen"}).json()
    assert event["id"]
    found = client.get(f"/api/public/traces/{trace_id}").json()
    assert {each["name"] for each in found["observations"]} == {"call", "seen"}
    call = next(each for each in found["observations"] if each["name"] == "call")
    assert (call["id"], call["latency"]) == (span_id, 2.0)
    for bad in (b"[]", b"{", b'{"id": 3}'):
        answer = client.post("/api/public/spans", content=bad)
        assert (answer.status_code, answer.json()["error"]) == (400, "InvalidRequestError")
