"""Ingest health tells of everything that was refused, lost in part, or came late."""

import json
import time
from collections import defaultdict
from typing import Any

from pilothouse.domain.access import KeyScope
from tests import otlp
from tests.serving import TestProject

PROTOBUF = {"content-type": "application/x-protobuf"}
HOUR = 3_600 * otlp.SECOND


def report(project: TestProject) -> dict[str, Any]:
    moment = time.time_ns() // 1000
    within = {"start": moment - 3_600_000_000, "end": moment + 60_000_000}
    with project.http() as http:
        path = f"/api/pilothouse/projects/{project.id}/ingest-health"
        answer = http.get(path, params=within)
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(project: TestProject, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Items by outcome and reason; waits until what is wanted has been counted."""
    end = time.monotonic() + 10
    while True:
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for each in report(project)["counts"]:
            sums[each["outcome"], each["reason"]] += each["items"]
        if wanted <= set(sums) or time.monotonic() > end:
            return dict(sums)
        time.sleep(0.1)


def send(project: TestProject, *spans: Any) -> None:
    body = otlp.request(*spans).SerializeToString()
    with project.http(**PROTOBUF) as http:
        assert http.post("/v1/traces", content=body).status_code == 200


def items(project: TestProject, outcome: str) -> list[dict[str, Any]]:
    return [each for each in report(project)["rejected"] if each["outcome"] == outcome]


def test_a_healthy_project_has_accepted_items_alone(project: TestProject) -> None:
    send(project, otlp.span(), otlp.span())
    assert told(project, {("accepted", "")}) == {("accepted", ""): 2}
    assert report(project)["rejected"] == []


def test_what_was_cut_and_what_the_client_left_out_is_dropped(project: TestProject) -> None:
    long = otlp.span("long", attributes={"app.note": "x" * 300_000})
    many = otlp.span("many", attributes={f"key.{number}": number for number in range(3_000)})
    limited = otlp.span("limited")
    limited.dropped_attributes_count = 7
    send(project, long, many, limited, otlp.span("whole"))
    wanted = {("dropped", each) for each in ("value_cut", "too_many", "client_limit")}
    counted = told(project, wanted)
    assert counted == {("accepted", ""): 4} | dict.fromkeys(wanted, 1)
    kept = {each["reason"]: each for each in items(project, "dropped")}
    assert kept["value_cut"]["item_id"] == long.span_id.hex()
    assert "xxx" in kept["value_cut"]["head"]
    assert "7 attributes" in kept["client_limit"]["message"]


def test_an_evaluation_without_a_verdict_is_told(project: TestProject) -> None:
    span = otlp.span()
    event = span.events.add(
        name="gen_ai.evaluation.result", time_unix_nano=span.start_time_unix_nano
    )
    event.attributes.add(key="gen_ai.evaluation.name").value.string_value = "relevance"
    send(project, span)
    assert ("dropped", "missing_field") in told(project, {("dropped", "missing_field")})


def test_what_came_late_is_told_with_its_delay(project: TestProject) -> None:
    moment = time.time_ns()
    slow, slower = (
        otlp.span("slow", start_time_unix_nano=end - otlp.SECOND, end_time_unix_nano=end)
        for end in (moment - 2 * HOUR, moment - 50 * HOUR)
    )
    send(project, slow, slower, otlp.span())
    counted = told(project, {("late", "over_1h"), ("late", "over_1d")})
    assert counted == {("accepted", ""): 3, ("late", "over_1h"): 1, ("late", "over_1d"): 1}
    late = [each for each in report(project)["counts"] if each["outcome"] == "late"]
    worst = max(each["worst"] for each in late) / 3_600_000_000
    assert 50 <= worst < 50.1
    (kept,) = items(project, "late")
    assert kept["item_id"] == slower.span_id.hex()
    assert "'slow' came 2 days, 2:00:" in kept["message"]


def test_events_of_langfuse_are_counted_in_the_same_way(project: TestProject) -> None:
    old = "2026-01-01T00:00:00Z"
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    batch = [
        {"id": "1", "type": "trace-create", "timestamp": old, "body": {"id": "t", "name": "old"}},
        {
            "id": "2",
            "type": "span-create",
            "timestamp": now,
            "body": {"id": "s", "traceId": "t", "metadata": {"note": "x" * 300_000}},
        },
    ]
    headers = {"x-langfuse-sdk-name": "python", "x-langfuse-sdk-version": "2.60.10"}
    with project.http(**headers) as http:
        answer = http.post("/api/public/ingestion", json={"batch": batch})
    assert [each["status"] for each in answer.json()["successes"]] == [201, 201]
    wanted = {("late", "over_7d"), ("dropped", "value_cut")}
    assert told(project, wanted) == {("accepted", ""): 2} | dict.fromkeys(wanted, 1)
    assert {each["sdk"] for each in report(project)["counts"]} == {"python 2.60.10"}


def test_requests_that_are_refused_as_a_whole_are_counted(project: TestProject) -> None:
    with project.http(**PROTOBUF) as http:
        assert http.post("/v1/traces", content=b"\xff\xff\xff").status_code == 400
        assert (
            http.post("/v1/traces", content=b"", headers={"content-type": "a/b"}).status_code == 415
        )
        assert http.post("/api/public/ingestion", content=b"[").status_code == 400
    with project.http(**PROTOBUF, authorization=project.key(KeyScope.READ)) as http:
        assert http.post("/v1/traces", content=b"").status_code == 403
    with project.http(**PROTOBUF, authorization="Basic bm86bm8=") as http:
        assert http.post("/v1/traces", content=b"").status_code == 401
    counted = told(project, {("rejected", "not_decodable"), ("rejected", "not_allowed")})
    assert counted == {("rejected", "not_decodable"): 3, ("rejected", "not_allowed"): 1}
    heads = [each["head"] for each in items(project, "rejected")]
    assert any("POST /v1/traces\ncontent-type: a/b" in head for head in heads)


def test_a_score_that_is_refused_alone_is_counted_once(project: TestProject) -> None:
    with project.http() as http:
        answer = http.post("/api/public/scores", content=json.dumps({"name": "q", "value": 1}))
    assert answer.status_code == 400
    assert told(project, {("rejected", "missing_field")}) == {("rejected", "missing_field"): 1}


def test_telemetry_that_is_not_kept_is_counted_by_the_item(project: TestProject) -> None:
    logs = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": {"stringValue": "x"}}] * 5}]}]}
    with project.http() as http:
        assert http.post("/v1/logs", json=logs).status_code == 200
        assert http.post("/v1/metrics", json={}).status_code == 200
    assert told(project, {("rejected", "not_kept")}) == {("rejected", "not_kept"): 6}
