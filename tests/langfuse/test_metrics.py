"""Metrics through both versions of Langfuse's API."""

import json
import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

WITHIN = {"fromTimestamp": "2026-10-01T00:00:00Z", "toTimestamp": "2026-10-03T00:00:00Z"}


def event(kind: str, **body: Any) -> dict[str, Any]:
    at = body.get("startTime") or body.get("timestamp") or "2026-10-01T00:00:00Z"
    return {"id": uuid.uuid4().hex, "type": kind, "timestamp": at, "body": body}


@pytest.fixture(scope="module")
def told(client: TestClient) -> str:
    """Two calls a day for two days, priced by the client, with scores; gives their own tag."""
    tag = f"tag-{uuid.uuid4().hex}"
    events: list[dict[str, Any]] = []
    for day in (1, 2):
        for call, model in enumerate(("model-a", "model-b")):
            trace, span = uuid.uuid4().hex, uuid.uuid4().hex
            time = f"2026-10-0{day}T10:00"
            common = {"environment": "metrics", "timestamp": f"{time}:00Z"}
            events += [
                event(
                    "trace-create", id=trace, name="ask", userId=f"u{call}", tags=[tag], **common
                ),
                event(
                    "generation-create",
                    id=span,
                    traceId=trace,
                    name="call",
                    model=model,
                    startTime=f"{time}:00Z",
                    completionStartTime=f"{time}:01Z",
                    endTime=f"{time}:0{call + 2}Z",
                    usageDetails={"input": 100, "output": 20 + day},
                    costDetails={"input": 0.1, "output": 0.2 * (call + 1)},
                    environment="metrics",
                ),
                event("score-create", name="good", value=call, traceId=trace, **common),
                event(
                    "score-create",
                    name="verdict",
                    value="yes" if call else "no",
                    dataType="CATEGORICAL",
                    traceId=trace,
                    observationId=span,
                    **common,
                ),
            ]
    answer = client.post("/api/public/ingestion", json={"batch": events})
    assert answer.json()["errors"] == []
    return tag


def ask(client: TestClient, path: str = "v2/metrics", **query: Any) -> Any:
    return client.get(f"/api/public/{path}", params={"query": json.dumps({**WITHIN, **query})})


def rows(client: TestClient, path: str = "v2/metrics", **query: Any) -> list[dict[str, Any]]:
    answer = ask(client, path, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def by_tag(tag: str) -> list[dict[str, Any]]:
    return [{"column": "tags", "operator": "any of", "value": [tag], "type": "arrayOptions"}]


def test_every_measure_of_observations(client: TestClient, told: str) -> None:
    measures = [
        ("count", "count"),
        ("latency", "avg"),
        ("streamingLatency", "max"),
        ("timeToFirstToken", "p95"),
        ("inputTokens", "sum"),
        ("outputTokens", "sum"),
        ("totalTokens", "max"),
        ("outputTokensPerSecond", "avg"),
        ("tokensPerSecond", "min"),
        ("inputCost", "sum"),
        ("outputCost", "sum"),
        ("totalCost", "sum"),
        ("countScores", "sum"),
    ]
    found = rows(
        client,
        view="observations",
        metrics=[{"measure": name, "aggregation": way} for name, way in measures],
        dimensions=[{"field": "providedModelName"}],
        filters=by_tag(told),
        orderBy=[{"field": "providedModelName", "direction": "asc"}],
    )
    assert [row["providedModelName"] for row in found] == ["model-a", "model-b"]
    second = found[1]
    assert second["count_count"] == 2
    assert second["avg_latency"] == pytest.approx(3_000)
    assert second["max_streamingLatency"] == pytest.approx(2_000)
    assert second["p95_timeToFirstToken"] == pytest.approx(1_000)
    assert (second["sum_inputTokens"], second["sum_outputTokens"]) == (200, 43)
    assert second["max_totalTokens"] == 122
    assert second["avg_outputTokensPerSecond"] == pytest.approx((21 / 2 + 22 / 2) / 2)
    assert second["min_tokensPerSecond"] == pytest.approx(121 / 3)
    assert second["sum_inputCost"] == pytest.approx(0.2)
    assert second["sum_outputCost"] == pytest.approx(0.8)
    assert second["sum_totalCost"] == pytest.approx(1.0)
    assert second["sum_countScores"] == 2


def test_over_time_and_by_month(client: TestClient, told: str) -> None:
    counted = [{"measure": "count", "aggregation": "count"}]
    days = rows(
        client,
        view="observations",
        metrics=counted,
        filters=by_tag(told),
        timeDimension={"granularity": "day"},
    )
    assert [(row["time_dimension"], row["count_count"]) for row in days] == [
        ("2026-10-01T00:00:00.000Z", 2),
        ("2026-10-02T00:00:00.000Z", 2),
    ]
    month = rows(
        client,
        view="observations",
        metrics=counted,
        filters=by_tag(told),
        dimensions=[{"field": "startTimeMonth"}, {"field": "type"}],
    )
    assert month == [{"startTimeMonth": "2026-10", "type": "GENERATION", "count_count": 4}]


def test_traces_of_version_1(client: TestClient, told: str) -> None:
    found = rows(
        client,
        "metrics",
        view="traces",
        metrics=[
            {"measure": "count", "aggregation": "count"},
            {"measure": "observationsCount", "aggregation": "sum"},
            {"measure": "scoresCount", "aggregation": "sum"},
            {"measure": "totalCost", "aggregation": "sum"},
            {"measure": "latency", "aggregation": "p50"},
        ],
        dimensions=[{"field": "userId"}],
        filters=by_tag(told),
        orderBy=[{"field": "sum_totalCost", "direction": "desc"}],
    )
    assert [row["userId"] for row in found] == ["u1", "u0"]
    assert (found[0]["count_count"], found[0]["sum_observationsCount"]) == (2, 2)
    assert found[0]["sum_scoresCount"] == 4
    assert found[0]["sum_totalCost"] == pytest.approx(1.0)
    assert found[0]["p50_latency"] == pytest.approx(3_000)


def test_scores(client: TestClient, told: str) -> None:
    numbers = rows(
        client,
        view="scores-numeric",
        metrics=[
            {"measure": "value", "aggregation": "avg"},
            {"measure": "count", "aggregation": "count"},
        ],
        dimensions=[{"field": "name"}, {"field": "traceName"}, {"field": "source"}],
        filters=by_tag(told),
    )
    assert numbers == [
        {"name": "good", "traceName": "ask", "source": "API", "avg_value": 0.5, "count_count": 4}
    ]
    words = rows(
        client,
        view="scores-categorical",
        metrics=[{"measure": "count", "aggregation": "count"}],
        dimensions=[{"field": "stringValue"}, {"field": "observationModelName"}],
        filters=[*by_tag(told), {"column": "name", "operator": "=", "value": "verdict"}],
    )
    found = {(row["stringValue"], row["observationModelName"], row["count_count"]) for row in words}
    assert found == {("yes", "model-b", 2), ("no", "model-a", 2)}
    bins = rows(
        client,
        view="scores-numeric",
        metrics=[{"measure": "value", "aggregation": "histogram"}],
        filters=by_tag(told),
        config={"bins": 2},
    )
    assert sum(height for _, _, height in bins[0]["histogram_value"]) == pytest.approx(4)


def test_crowded_dimensions_need_a_filter_or_a_top(client: TestClient, told: str) -> None:
    query: dict[str, Any] = {
        "view": "observations",
        "metrics": [{"measure": "totalCost", "aggregation": "sum"}],
        "dimensions": [{"field": "userId"}],
        "filters": by_tag(told),
    }
    refused = ask(client, **query)
    assert (refused.status_code, "userId" in refused.json()["message"]) == (400, True)
    assert len(rows(client, "metrics", **query)) == 2
    top = rows(
        client,
        **query,
        orderBy=[{"field": "sum_totalCost", "direction": "desc"}],
        config={"row_limit": 1},
    )
    assert [row["userId"] for row in top] == ["u1"]
    query["filters"] = [
        *by_tag(told),
        {"column": "userId", "operator": "any of", "value": ["u0"], "type": "stringOptions"},
    ]
    assert [row["userId"] for row in rows(client, **query)] == ["u0"]


@pytest.mark.parametrize(
    "query",
    [
        {"view": "traces"},
        {"view": "nonsense"},
        {"metrics": []},
        {"metrics": [{"measure": "joy", "aggregation": "sum"}]},
        {"metrics": [{"measure": "latency", "aggregation": "mode"}]},
        {"dimensions": [{"field": "colour"}]},
        {"filters": [{"column": "colour", "operator": "=", "value": 1}]},
        {"filters": [{"column": "name", "operator": "~", "value": 1}]},
        {"orderBy": [{"field": "colour", "direction": "asc"}]},
        {"timeDimension": {"granularity": "second"}},
        {"config": {"row_limit": 5_000}},
        {"fromTimestamp": "yesterday"},
    ],
)
def test_bad_questions_are_told(client: TestClient, query: dict[str, Any]) -> None:
    good = {"view": "observations", "metrics": [{"measure": "count", "aggregation": "count"}]}
    answer = ask(client, **{**good, **query})
    assert (answer.status_code, answer.json()["error"]) == (400, "InvalidRequestError")


def test_a_question_that_is_no_json(client: TestClient) -> None:
    assert client.get("/api/public/metrics", params={"query": "{"}).status_code == 400
    assert client.get("/api/public/metrics").status_code == 400
