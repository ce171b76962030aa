"""Experiments that the server runs: every item once, whatever happens meanwhile."""

import threading
import time
import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

from pilothouse.domain.evaluation import EvaluatorKind
from pilothouse.wiring import Wired
from tests.evals.conftest import PROJECT, SIGNS, Provider

BASE = f"/api/pilothouse/projects/{PROJECT}"


@pytest.fixture
def connection(client: TestClient, provider: Provider) -> str:
    body = {
        "name": uuid.uuid4().hex,
        "provider": "openai-compatible",
        "base_url": provider.url,
        "options": {"retries": 0},
    }
    made = client.post(f"{BASE}/connections", json=body)
    assert made.status_code == 200, made.text
    return made.json()["id"]


def dataset(client: TestClient, items: list[Any]) -> str:
    """Items that are asked `input.question`, expected to be answered in capitals."""
    name = uuid.uuid4().hex
    made = client.post(f"{BASE}/datasets", json={"name": name}).json()
    written = [
        {"input": {"question": each}, "expected_output": str(each).upper()} for each in items
    ]
    answer = client.post(f"{BASE}/datasets/{made['id']}/items", json={"items": written})
    assert answer.status_code == 200, answer.text
    return made["id"]


def exact(wired: Wired) -> str:
    """An evaluator that looks whether the answer is what was expected."""
    settings = {"metric": "exact"}
    made, _ = wired.services.evaluators.add(
        PROJECT, f"exact {uuid.uuid4().hex}", EvaluatorKind.METRIC, settings, "me"
    )
    return made.id


def said(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "parts": [{"type": "text", "text": text}]}


def plan(connection: str, **more: Any) -> dict[str, Any]:
    return {
        "name": f"run {uuid.uuid4().hex[:8]}",
        "connection_id": connection,
        "model": "gpt-x",
        "messages": [said("system", "Shout."), said("user", "{{question}}")],
        **more,
    }


def begin(client: TestClient, body: dict[str, Any]) -> str:
    begun = client.post(f"{BASE}/experiments", json=body)
    assert begun.status_code == 200, begun.text
    return begun.json()["experiment_id"]


def standing(client: TestClient, id: str) -> Any:
    found = client.get(f"{BASE}/experiments/{id}/run")
    assert found.status_code == 200, found.text
    return found.json()


def ended(client: TestClient, id: str, status: str = "done") -> Any:
    """Waits until it has ended and everything was evaluated."""
    for _ in range(300):
        found = standing(client, id)
        waiting = sum(each["waiting"] for each in found["evaluators"])
        if found["job"]["status"] == status and not waiting:
            return found
        time.sleep(0.1)
    raise AssertionError(f"not {status}: {found}")


def attempts(client: TestClient, id: str) -> list[Any]:
    body = {"baseline": id, "metric": "latency", "limit": 100}
    found = client.post(f"{BASE}/experiments/compare/items", json=body)
    assert found.status_code == 200, found.text
    return found.json()["items"]


def test_a_prompt_runs_over_a_data_set_and_is_scored(
    client: TestClient, wired: Wired, provider: Provider, connection: str
) -> None:
    provider.reply = lambda text: text.upper() if text != "wrong" else "what?"
    judge = exact(wired)
    body = plan(
        connection,
        dataset_id=dataset(client, ["one", "two", "wrong"]),
        evaluators=[{"evaluator_id": judge}],
        repetitions=2,
    )
    estimate = client.post(f"{BASE}/experiments/estimate", json=body).json()
    assert (estimate["items"], estimate["calls"], estimate["problems"]) == (3, 6, [])
    assert estimate["judging"] == 0, "it asks no model"
    id = begin(client, body)
    found = ended(client, id)
    assert (found["job"]["total"], found["job"]["done"], found["job"]["failed"]) == (6, 6, 0)
    [told] = found["evaluators"]
    assert (told["done"], told["failed"], told["version"]) == (6, 0, 1)
    assert sorted(provider.asked) == ["one", "one", "two", "two", "wrong", "wrong"]

    items = attempts(client, id)
    assert len(items) == 3
    for item in items:
        [own] = item["attempts"]
        assert len(own) == 2
        right = 0.0 if item["input"]["question"] == "wrong" else 1.0
        assert [list(each["scores"].values()) for each in own] == [[right], [right]]
        assert item["expected_output"] == item["input"]["question"].upper()
    shown = client.get(f"{BASE}/traces/{items[0]['attempts'][0][0]['trace_id']}").json()
    assert shown["trace"]["environment"] == "experiment"
    [score] = shown["scores"]
    assert score["source"] == "evaluator"
    detail = client.get(f"{BASE}/experiments/{id}").json()
    assert {each["metric"] for each in detail["metrics"]} >= {score["name"], "latency", "failures"}


def test_items_that_fail_are_told_and_the_rest_goes_on(
    client: TestClient, wired: Wired, provider: Provider, connection: str
) -> None:
    provider.reply = lambda text: 400 if text == "broken" else text.upper()
    id = begin(
        client,
        plan(
            connection,
            dataset_id=dataset(client, ["a", "broken", "b"]),
            evaluators=[{"evaluator_id": exact(wired)}],
        ),
    )
    found = ended(client, id)
    assert (found["job"]["done"], found["job"]["failed"]) == (3, 1)
    assert "not now" in found["job"]["error"]
    assert found["evaluators"][0]["done"] == 2, "what was not answered is not judged"
    failed = {
        item["input"]["question"] if item["input"] else "": item["attempts"][0][0]["failed"]
        for item in attempts(client, id)
    }
    assert failed == {"a": False, "broken": True, "b": False}

    provider.reply = str.upper
    provider.asked.clear()
    again = client.post(f"{BASE}/experiments/{id}/resume", json={"failed": True})
    assert again.status_code == 204, again.text
    found = ended(client, id)
    assert provider.asked == ["broken"], "nothing that was answered runs twice"
    assert (found["job"]["done"], found["job"]["failed"]) == (3, 0)
    assert found["evaluators"][0]["done"] == 3
    assert [len(item["attempts"][0]) for item in attempts(client, id)] == [1, 1, 1]


def test_a_cancelled_run_goes_on_where_it_stopped(
    client: TestClient, provider: Provider, connection: str
) -> None:
    answered = threading.Semaphore(3)

    def reply(text: str) -> str:
        answered.acquire(timeout=30)
        return text

    provider.reply = reply
    items = [f"item {number}" for number in range(8)]
    id = begin(client, plan(connection, dataset_id=dataset(client, items), concurrency=2))
    for _ in range(200):
        if standing(client, id)["job"]["done"] >= 3:
            break
        time.sleep(0.05)
    stopped = client.post(f"{BASE}/experiments/{id}/cancel")
    assert stopped.status_code == 204, stopped.text
    assert standing(client, id)["job"]["status"] == "cancelled"
    time.sleep(3 * SIGNS)  # the worker notices by its next sign of life
    for _ in range(50):
        answered.release()
    time.sleep(0.5)
    done = len(attempts(client, id))
    assert 3 <= done < 8
    assert client.post(f"{BASE}/experiments/{id}/cancel").status_code == 409

    provider.asked.clear()
    assert client.post(f"{BASE}/experiments/{id}/resume", json={}).status_code == 204
    found = ended(client, id)
    assert found["job"]["done"] == 8
    assert len(provider.asked) == 8 - done
    assert len(attempts(client, id)) == 8


def test_where_the_first_items_all_fail_alike_the_rest_is_spared(
    client: TestClient, provider: Provider, connection: str
) -> None:
    provider.reply = lambda _: 401
    items = [f"item {number}" for number in range(60)]
    id = begin(client, plan(connection, dataset_id=dataset(client, items)))
    found = ended(client, id, "failed")
    assert "the first 10 items all failed" in found["job"]["error"]
    assert 10 <= len(provider.asked) < 30


def test_a_busy_provider_is_asked_again(
    client: TestClient, provider: Provider, connection: str
) -> None:
    answers = iter([503, 429])
    provider.reply = lambda text: next(answers, text)
    id = begin(client, plan(connection, dataset_id=dataset(client, ["one"]), retries=2))
    found = ended(client, id)
    assert (found["job"]["done"], found["job"]["failed"]) == (1, 0)
    [item] = attempts(client, id)
    assert item["attempts"][0][0]["failed"] is False, (
        "an attempt that was not the last is no failure"
    )
    assert len(provider.asked) == 3


def test_no_more_calls_begin_in_a_minute_than_are_allowed(
    client: TestClient, provider: Provider, connection: str
) -> None:
    times: list[float] = []

    def reply(text: str) -> str:
        times.append(time.monotonic())
        return text

    provider.reply = reply
    # The first call of a process reads its client in, and those that wait begin together after it.
    ended(client, begin(client, plan(connection, dataset_id=dataset(client, ["warm"]))))
    times.clear()
    over = dataset(client, ["one", "two", "three", "four"])
    ended(client, begin(client, plan(connection, dataset_id=over, concurrency=4, per_minute=300)))
    # Three fifths of a second, less what a busy machine lets the first wait.
    assert max(times) - min(times) >= 0.3


def test_variables_are_mapped_by_path(
    client: TestClient, provider: Provider, connection: str
) -> None:
    body = plan(
        connection,
        dataset_id=dataset(client, ["one", "two"]),
        messages=[said("user", "{{text}} is {{wanted}}")],
        mapping={"text": "input.question", "wanted": "expected_output"},
    )
    id = begin(client, body)
    ended(client, id)
    assert sorted(provider.asked) == ["one is ONE", "two is TWO"]

    missing = client.post(
        f"{BASE}/experiments/estimate", json=body | {"mapping": {"text": "input.nothing"}}
    ).json()
    assert missing["broken"] == 2
    assert "input.nothing" in missing["problems"][0]


def test_other_prompts_are_taken_in_as_they_are_when_it_begins(
    client: TestClient, connection: str, provider: Provider
) -> None:
    name = f"tone-{uuid.uuid4().hex}"
    made = {"name": name, "type": "text", "prompt": "Be {{mood}}.", "labels": ["production"]}
    client.post(f"{BASE}/prompts/versions", json=made).raise_for_status()
    tag = f"@@@langfusePrompt:name={name}|label=production@@@"
    body = plan(
        connection,
        dataset_id=dataset(client, ["a"]),
        messages=[said("system", tag), said("user", "{{question}}")],
        mapping={"mood": "expected_output"},
    )
    estimate = client.post(f"{BASE}/experiments/estimate", json=body).json()
    assert (estimate["calls"], estimate["problems"]) == (1, [])
    told = ended(client, begin(client, body))
    assert told["plan"]["request"]["messages"][0] == said("system", "Be {{mood}}.")
    assert "Be A." in str(provider.bodies[-1])


def test_what_can_never_run_is_refused(client: TestClient, connection: str) -> None:
    def refused(status: int, **more: Any) -> str:
        answer = client.post(f"{BASE}/experiments", json=plan(connection, **more))
        assert answer.status_code == status, answer.text
        return answer.json()["error"]["message"]

    some = dataset(client, ["one"])
    assert "data set or over" in refused(400)
    assert "no such data set" in refused(404, dataset_id="nothing")
    assert "connection" in refused(404, dataset_id=some, connection_id="nothing")
    assert "evaluator" in refused(404, dataset_id=some, evaluators=[{"evaluator_id": "nothing"}])
    assert "no variable" in refused(400, dataset_id=some, mapping={"other": "input"})
    assert "begins with one of" in refused(400, dataset_id=some, mapping={"question": "output"})
    assert "path" in refused(400, dataset_id=some, mapping={"question": "input..x"})

    empty = begin(client, plan(connection, dataset_id=dataset(client, ["one"]), split="test"))
    found = ended(client, empty, "failed")
    assert "nothing to run" in found["job"]["error"]


def test_a_data_set_is_run_as_it_was(
    client: TestClient, provider: Provider, connection: str
) -> None:
    some = dataset(client, ["one"])
    before = time.time_ns() // 1000
    time.sleep(0.01)
    written = {"items": [{"input": {"question": "later"}}]}
    assert client.post(f"{BASE}/datasets/{some}/items", json=written).status_code == 200
    ended(client, begin(client, plan(connection, dataset_id=some, at=before)))
    assert provider.asked == ["one"]
    ended(client, begin(client, plan(connection, dataset_id=some)))
    assert sorted(provider.asked[1:]) == ["later", "one"]


def test_a_pairwise_judge_sets_answers_against_another_run(
    client: TestClient, wired: Wired, provider: Provider, connection: str
) -> None:
    some = dataset(client, ["one", "two"])
    provider.reply = lambda text: f"dull {text}"
    before = begin(client, plan(connection, dataset_id=some))
    ended(client, before)
    settings = {
        "connection_id": connection,
        "model": "gpt-x",
        "messages": [{"role": "user", "content": "Better?\n{{first}}\n{{second}}"}],
    }
    judge, _ = wired.services.evaluators.add(
        PROJECT, f"better {uuid.uuid4().hex}", EvaluatorKind.PAIRWISE, settings, "me"
    )

    def reply(text: str) -> str:
        if "Better?" not in text:
            return f"bright {text}"
        first = text.index("bright") < text.index("dull")
        return '{"reason": "brighter", "score": "%s"}' % ("first" if first else "second")

    provider.reply = reply
    chosen = [{"evaluator_id": judge.id, "against": before}]
    id = begin(client, plan(connection, dataset_id=some, evaluators=chosen))
    [told] = ended(client, id)["evaluators"]
    assert (told["done"], told["failed"]) == (2, 0)
    for item in attempts(client, id):
        assert item["attempts"][0][0]["scores"] == {judge.name: 1.0}
