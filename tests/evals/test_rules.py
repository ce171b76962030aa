"""Rules: what comes in is judged when it has been quiet, once, and never what evaluators left."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from pilothouse.domain.evaluation import EvaluatorKind
from pilothouse.store.relational import model_spend
from pilothouse.wiring import Wired
from tests.evals.conftest import PROJECT, Provider
from tests.evals.test_experiments import BASE


def trace(
    client: TestClient, call_output: Any = "hello", call_usage: Any = None, **fields: Any
) -> str:
    """One that came in by `/ingestion`: asked `hi`, answered `hello`, unless told."""
    id = uuid.uuid4().hex
    now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    body = {"id": id, "name": "chat", "input": "hi", "output": "hello", "timestamp": now, **fields}
    event = {"id": uuid.uuid4().hex, "type": "trace-create", "timestamp": now, "body": body}
    call = {
        "id": uuid.uuid4().hex,
        "type": "generation-create",
        "timestamp": now,
        "body": {
            "id": uuid.uuid4().hex[:16],
            "traceId": id,
            "name": "call",
            "model": "gpt-x",
            "startTime": now,
            "endTime": now,
            "output": call_output,
            "usage": call_usage,
            "environment": fields.get("environment", "default"),
        },
    }
    sent = client.post("/api/public/ingestion", json={"batch": [event, call]})
    assert sent.status_code == 207, sent.text
    return id


def contains(wired: Wired, word: str, output: str = "output") -> tuple[str, str]:
    """Id and name of an evaluator that looks for a word."""
    settings = {"metric": "contains", "texts": [word], "output": output}
    made, _ = wired.services.evaluators.add(
        PROJECT, f"says {word} {uuid.uuid4().hex[:6]}", EvaluatorKind.METRIC, settings, "me"
    )
    return made.id, made.name


@pytest.fixture
def rules(client: TestClient) -> Iterator[list[str]]:
    """Ids of rules that are removed after the test."""
    made: list[str] = []
    yield made
    for id in made:
        client.delete(f"{BASE}/rules/{id}")


def rule(client: TestClient, rules: list[str], evaluator: str, **more: Any) -> str:
    body = {"name": uuid.uuid4().hex, "evaluator_id": evaluator, "delay": 0, **more}
    made = client.post(f"{BASE}/rules", json=body)
    assert made.status_code == 200, made.text
    rules.append(made.json()["id"])
    return made.json()["id"]


def row(client: TestClient, id: str) -> Any:
    return client.get(f"{BASE}/rules/{id}").json()


def scores(client: TestClient, trace_id: str, name: str) -> list[Any]:
    found = client.get(f"{BASE}/traces/{trace_id}")
    return [each for each in found.json().get("scores", []) if each["name"] == name]


def scored(client: TestClient, trace_id: str, name: str) -> list[Any]:
    for _ in range(200):
        if found := scores(client, trace_id, name):
            return found
        time.sleep(0.1)
    raise AssertionError("nothing was scored")


def settled(client: TestClient, id: str, until: int) -> Any:
    """Waits until the rule has looked at everything received until then, and nothing waits."""
    for _ in range(300):
        found = row(client, id)
        if found["seen_until"] > until and not found["waiting"]:
            return found
        time.sleep(0.1)
    raise AssertionError(f"the rule has not looked: {found}")


def test_live_traffic_that_fits_is_scored_once(
    client: TestClient, wired: Wired, rules: list[str]
) -> None:
    before = trace(client)
    evaluator, name = contains(wired, "hello")
    id = rule(client, rules, evaluator, filter="user:fits")
    fits = trace(client, userId="fits", environment="live")
    other = trace(client, userId="other")
    [score] = scored(client, fits, name)
    assert score["environment"] == "live"
    assert (score["source"], score["value"], score["data_type"]) == ("evaluator", 1.0, "boolean")
    # More of the same trace comes, and it is not judged again.
    trace(client, id=fits, userId="fits", metadata={"more": 1})
    trace(client, userId="other")
    found = settled(client, id, time.time_ns() // 1000)
    assert len(scores(client, fits, name)) == 1
    assert scores(client, other, name) == scores(client, before, name) == []
    assert (found["done"], found["failed"]) == (1, 0)


def test_spans_and_sessions_are_targets_too(
    client: TestClient, wired: Wired, rules: list[str]
) -> None:
    evaluator, name = contains(wired, "hello")
    session = uuid.uuid4().hex
    spans = rule(client, rules, evaluator, target="span", filter=f"kind:llm session:{session}")
    sessions = rule(client, rules, evaluator, target="session", filter=f"session:{session}")
    first, second = (trace(client, sessionId=session, environment="live") for _ in range(2))
    for id in (spans, sessions):
        settled(client, id, time.time_ns() // 1000)
    found = [*scores(client, first, name), *scores(client, second, name)]
    assert all(each["span_id"] for each in found)
    assert len(found) == 2
    shown = client.get(f"{BASE}/sessions/{session}").json()
    assert [each["environment"] for each in shown["scores"] if each["name"] == name] == ["live"]


def test_a_part_is_chosen_by_chance_and_its_probability_kept(
    client: TestClient, wired: Wired, rules: list[str]
) -> None:
    evaluator, name = contains(wired, "hello")
    user = uuid.uuid4().hex
    id = rule(client, rules, evaluator, filter=f"user:{user}", sampling=0.5)
    traces = [trace(client, userId=user) for _ in range(40)]
    found = settled(client, id, time.time_ns() // 1000)
    chosen = [each for each in traces if scores(client, each, name)]
    assert len(chosen) == found["done"]
    # Of 40 by one half: outside of these bounds once in a million times, and ids are of no luck.
    assert 5 <= len(chosen) <= 35
    [score] = scores(client, chosen[0], name)
    told = client.get(f"/api/public/v2/scores/{score['score_id']}").json()
    assert told["metadata"]["probability"] == 0.5
    assert told["metadata"]["evaluator_id"] == evaluator


def test_what_the_server_runs_itself_is_left_alone(
    client: TestClient, wired: Wired, rules: list[str]
) -> None:
    evaluator, name = contains(wired, "hello")
    user = uuid.uuid4().hex
    every = rule(client, rules, evaluator, filter=f"user:{user}")
    named = rule(client, rules, evaluator, filter=f"user:{user} environment:*")
    own = trace(client, userId=user, environment="evaluator")
    run = trace(client, userId=user, environment="experiment")
    live = trace(client, userId=user, environment="prod")
    moment = time.time_ns() // 1000
    assert settled(client, every, moment)["done"] == 1
    assert settled(client, named, moment)["done"] == 2
    assert scores(client, own, name) == []
    assert len(scores(client, run, name)) == 1
    assert len(scores(client, live, name)) == 2


def test_history_is_filled_in_on_demand(client: TestClient, wired: Wired, rules: list[str]) -> None:
    user = uuid.uuid4().hex
    traces = [trace(client, userId=user) for _ in range(5)]
    evaluator, name = contains(wired, "hello")
    id = rule(client, rules, evaluator, filter=f"user:{user}", is_active=False)
    now = time.time_ns() // 1000
    within = {"start": now - 3_600_000_000, "end": now + 60_000_000}
    estimate = client.post(f"{BASE}/rules/{id}/estimate", json=within).json()
    assert (estimate["found"], estimate["chosen"], estimate["cost"]) == (5, 5, 0)
    begun = client.post(f"{BASE}/rules/{id}/backfill", json=within)
    assert begun.status_code == 200, begun.text
    for each in traces:
        assert len(scored(client, each, name)) == 1
    for _ in range(100):
        found = row(client, id)
        if found["backfill"]["status"] == "done":
            break
        time.sleep(0.1)
    assert found["backfill"]["done"] == 5
    assert client.post(f"{BASE}/rules/{id}/backfill", json=within).status_code == 200
    time.sleep(1)
    assert row(client, id)["done"] == 5, "what was judged is not judged again"


def test_an_evaluator_that_fails_says_why_and_scores_nothing(
    client: TestClient, wired: Wired, rules: list[str]
) -> None:
    settings = {"metric": "exact"}
    made, _ = wired.services.evaluators.add(
        PROJECT, uuid.uuid4().hex, EvaluatorKind.METRIC, settings, "me"
    )
    user = uuid.uuid4().hex
    id = rule(client, rules, made.id, filter=f"user:{user}")
    judged = trace(client, userId=user)
    found = settled(client, id, time.time_ns() // 1000)
    assert (found["done"], found["failed"]) == (0, 1)
    [told] = client.get(f"{BASE}/rules/{id}/evaluations?status=failed").json()["items"]
    assert told["trace_id"] == judged
    assert "expected_output" in told["error"]
    assert scores(client, judged, made.name) == []


def test_rules_that_cannot_be_are_refused(
    client: TestClient, wired: Wired, rules: list[str]
) -> None:
    evaluator, _ = contains(wired, "hello")
    body = {"name": "a rule", "evaluator_id": evaluator}

    def refused(status: int, **more: Any) -> None:
        answer = client.post(f"{BASE}/rules", json=body | more)
        assert answer.status_code == status, answer.text

    refused(404, evaluator_id="nothing")
    refused(404, evaluator_version=9)
    refused(400, filter="latency:>>")
    refused(400, sampling=0)
    refused(400, sampling=1.5)
    refused(400, delay=-1)
    refused(400, target="planet")
    rule(client, rules, evaluator, name="a rule", is_active=False)
    refused(409)


def test_judges_wait_while_the_budget_is_spent(
    client: TestClient, wired: Wired, rules: list[str], provider: Provider
) -> None:
    told = {"name": uuid.uuid4().hex, "provider": "openai-compatible", "base_url": provider.url}
    connection = client.post(f"{BASE}/connections", json=told).json()["id"]
    settings = {
        "connection_id": connection,
        "model": "gpt-x",
        "messages": [{"role": "user", "content": "Is it good? {{output}}"}],
        "score": {"type": "boolean"},
    }
    made, _ = wired.services.evaluators.add(
        PROJECT, uuid.uuid4().hex, EvaluatorKind.JUDGE, settings, "me"
    )
    provider.reply = lambda _: '{"reason": "fine", "score": true}'
    user = uuid.uuid4().hex
    id = rule(client, rules, made.id, filter=f"user:{user}")

    def allow(daily: float | None) -> None:
        with wired.services.database.write() as db:
            model_spend.set_budget(db, PROJECT, daily)

    allow(0)
    try:
        judged = trace(client, userId=user)
        for _ in range(200):
            found = client.get(f"{BASE}/rules/{id}/evaluations").json()["items"]
            if found and found[0]["error"]:
                break
            time.sleep(0.1)
        [waits] = found
        assert (waits["status"], waits["run_trace_id"]) == ("waiting", ""), waits
        assert "budget" in waits["error"]
        assert waits["run_at"] > time.time_ns() // 1000
        assert provider.asked == []
    finally:
        allow(None)
    # As if the time had come.
    with wired.services.database.write() as db:
        db.exec_driver_sql("UPDATE evaluations SET run_at = 0 WHERE status = 'waiting'")
    [score] = scored(client, judged, made.name)
    assert (score["value"], score["comment"]) == (1.0, "fine")
    [done] = client.get(f"{BASE}/rules/{id}/evaluations").json()["items"]
    left = client.get(f"{BASE}/traces/{done['run_trace_id']}").json()
    assert left["trace"]["environment"] == "evaluator"
