"""Evaluators in our own API: kept under versions, checked before, tried on what is stored."""

import json
import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

from pilothouse.domain.access import KeyScope
from pilothouse.evals import cases
from pilothouse.store.relational import keys
from pilothouse.wiring import Wired
from tests.evals.conftest import PROJECT, Provider
from tests.evals.test_experiments import BASE
from tests.evals.test_rules import trace
from tests.serving import basic

EVALUATORS = f"{BASE}/evaluators"
EXACT = {"metric": "exact"}


def name() -> str:
    return f"evaluator {uuid.uuid4().hex[:8]}"


def make(client: TestClient, kind: str = "metric", settings: Any = None, **more: Any) -> Any:
    body = {"name": name(), "kind": kind, "settings": settings or EXACT, **more}
    made = client.post(EVALUATORS, json=body)
    assert made.status_code == 200, made.text
    return made.json()


def connect(client: TestClient, provider: Provider) -> str:
    body = {
        "name": uuid.uuid4().hex,
        "provider": "openai-compatible",
        "base_url": provider.url,
        "options": {"retries": 0},
    }
    return client.post(f"{BASE}/connections", json=body).json()["id"]


def judge(connection_id: str, prompt: str = "Good?\n{{input}}\n{{output}}") -> dict[str, Any]:
    return {
        "connection_id": connection_id,
        "model": "gpt-4o-mini",
        "messages": [{"role": "user", "content": prompt}],
        "score": {"type": "boolean"},
    }


# -- kept under versions ---------------------------------------------------------------------------


def test_versions_are_added_and_never_changed(client: TestClient) -> None:
    made = make(client, description="is it the same", note="to begin with")
    url = f"{EVALUATORS}/{made['id']}"
    [first] = made["versions"]
    assert (first["version"], first["note"]) == (1, "to begin with")
    assert first["settings"]["expected"] == "expected_output"
    body = {"kind": "metric", "settings": {"metric": "contains"}, "note": "softer"}
    changed = client.post(f"{url}/versions", json=body).json()
    assert [each["version"] for each in changed["versions"]] == [2, 1]
    assert changed["versions"][1] == first
    [row] = [e for e in client.get(EVALUATORS).json()["items"] if e["id"] == made["id"]]
    assert (row["kind"], row["version"], row["about"]) == ("metric", 2, "contains")


def test_names_are_unique_and_archived_ones_are_out_of_sight(client: TestClient) -> None:
    made = make(client)
    twice = client.post(
        EVALUATORS, json={"name": made["name"], "kind": "metric", "settings": EXACT}
    )
    assert twice.status_code == 409
    assert made["name"] in twice.json()["error"]["message"]
    url = f"{EVALUATORS}/{made['id']}"
    assert client.patch(url, json={"is_archived": True}).json()["is_archived"] is True

    def ids(query: str = "") -> set[str]:
        return {each["id"] for each in client.get(EVALUATORS + query).json()["items"]}

    assert made["id"] not in ids()
    assert made["id"] in ids("?archived=true")
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    url = f"{EVALUATORS}/nothing"
    version = {"kind": "metric", "settings": EXACT}
    assert client.get(url).status_code == 404
    assert client.patch(url, json={"description": "x"}).status_code == 404
    assert client.delete(url).status_code == 404
    assert client.post(f"{url}/versions", json=version).status_code == 404


@pytest.mark.parametrize(
    ("kind", "settings", "words"),
    [
        ("metric", {"metric": "nonsense"}, "nonsense"),
        ("judge", judge("gone"), "no such connection"),
        (
            "panel",
            {"members": [judge("gone"), judge("gone") | {"name": "b"}]},
            "no such connection",
        ),
        ("code", {"source": "def evaluate(case: return 1"}, "SyntaxError"),
        ("code", {"source": "def judge(case): return 1"}, "no function named evaluate"),
    ],
)
def test_what_cannot_work_is_not_kept(
    client: TestClient, kind: str, settings: Any, words: str
) -> None:
    checked = client.post(f"{EVALUATORS}/check", json={"kind": kind, "settings": settings}).json()
    assert words in checked["problem"]
    assert checked["settings"] is None
    refused = client.post(EVALUATORS, json={"name": name(), "kind": kind, "settings": settings})
    assert refused.status_code == 400
    assert words in refused.json()["error"]["message"]


def test_the_library_is_told_in_both_languages(client: TestClient) -> None:
    items = client.get(f"{EVALUATORS}/library").json()["items"]
    assert len(items) >= 21
    [found] = [each for each in items if each["id"] == "correctness"]
    assert found["needs"] == ["expected_output", "input", "output"]
    assert "{{expected_output}}" in found["en"]["prompt"]
    assert found["zh"]["name"] == "正确性"


def test_readers_may_look_and_no_more(client: TestClient, wired: Wired) -> None:
    with wired.services.database.write() as db:
        key, secret = keys.add(db, PROJECT, scope=KeyScope.READ)
    reader = {"authorization": basic(key.public_key, secret)}
    asked = {"kind": "metric", "settings": EXACT}
    assert client.get(EVALUATORS, headers=reader, auth=None).status_code == 200
    for path, body in (
        ("", {"name": name(), **asked}),
        ("/try", {**asked, "subjects": [{}]}),
    ):
        refused = client.post(EVALUATORS + path, json=body, headers=reader, auth=None)
        assert refused.status_code == 403


# -- the bench -------------------------------------------------------------------------------------


def tried(client: TestClient, kind: str, settings: Any, *subjects: Any) -> list[Any]:
    body = {"kind": kind, "settings": settings, "subjects": list(subjects)}
    told = client.post(f"{EVALUATORS}/try", json=body)
    assert told.status_code == 200, told.text
    return told.json()["items"]


def test_it_is_tried_on_traces_items_and_typed_values(client: TestClient) -> None:
    id = trace(client, output="hello")
    dataset = client.post("/api/public/v2/datasets", json={"name": name()}).json()["name"]
    item = client.post(
        "/api/public/dataset-items",
        json={"datasetName": dataset, "input": "hi", "expectedOutput": "hello"},
    ).json()["id"]
    found = tried(
        client,
        "metric",
        EXACT,
        {"trace_id": id, "item_id": item},
        {"trace_id": id, "values": {"expected_output": "goodbye"}},
        {"values": {"output": "a", "expected_output": "a"}},
        {"trace_id": id},
        {"trace_id": "nothing"},
    )
    assert [each["judgements"][0]["value"] for each in found[:3]] == [True, False, True]
    assert found[3]["error"] == "there is no expected_output to look at"
    assert found[4]["error"] == "it is not there (any more)"


def test_it_is_tried_on_answers_of_an_experiment(client: TestClient) -> None:
    id, run = trace(client, output="hello"), uuid.uuid4().hex
    dataset = client.post("/api/public/v2/datasets", json={"name": name()}).json()["name"]
    item = {"id": uuid.uuid4().hex, "datasetName": dataset, "input": "hi"}
    client.post("/api/public/dataset-items", json={**item, "expectedOutput": "hello"})
    link = {"runName": run, "datasetItemId": item["id"], "traceId": id}
    linked = client.post("/api/public/dataset-run-items", json=link).json()
    subject = {"trace_id": id, "experiment_id": linked["datasetRunId"]}
    [found] = tried(client, "metric", EXACT, subject)
    assert found["error"] == ""
    assert found["judgements"][0]["value"] is True


def test_the_prompt_as_sent_and_the_answer_are_shown(
    client: TestClient, provider: Provider
) -> None:
    provider.reply = lambda text: json.dumps({"reason": "so it is", "score": "hello" in text})
    id = trace(client)
    [found] = tried(client, "judge", judge(connect(client, provider)), {"trace_id": id})
    assert found["judgements"] == [{"name": "", "value": True, "reason": "so it is"}]
    [call] = found["calls"]
    [asked] = call["asked"]
    assert asked["text"].startswith("Good?\n<input>\nhi\n</input>\n<output>\nhello\n</output>")
    assert json.loads(call["said"]) == {"reason": "so it is", "score": True}
    assert (call["input_tokens"], call["output_tokens"]) == (10, 5)
    assert found["cost"] == call["cost"] > 0
    kept = client.get(f"{BASE}/traces/{found['run_trace_id']}").json()
    assert kept["trace"]["environment"] == "evaluator"
    assert kept["spans"][0]["kind"] == "evaluator"


def test_failures_of_the_bench_are_told(client: TestClient, provider: Provider) -> None:
    provider.reply = lambda text: 429
    values = {"values": {"input": "a", "output": "b"}}
    [found] = tried(client, "judge", judge(connect(client, provider)), values)
    assert found["judgements"] == []
    assert "Wait a moment" in found["error"]
    assert "Wait a moment" in found["calls"][0]["error"]
    [found] = tried(
        client, "code", {"source": "def evaluate(case):\n  raise KeyError('x')"}, values
    )
    assert found["error"] == "KeyError: 'x' (line 2)"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"answer": 1}, "a case has no answer"),
        ({"latency": "long"}, "the values of the case"),
        ({"conversation": [{"role": "user"}]}, "a role and a text"),
        ({"conversation": "hi"}, "the values of the case"),
    ],
)
def test_values_that_are_no_case_are_refused(client: TestClient, values: Any, words: str) -> None:
    body = {"kind": "metric", "settings": EXACT, "subjects": [{"values": values}]}
    refused = client.post(f"{EVALUATORS}/try", json=body)
    assert refused.status_code == 400
    assert words in refused.json()["error"]["message"]


def test_what_an_evaluator_would_see_is_shown(client: TestClient) -> None:
    id = trace(client, metadata={"topic": "greeting"})
    told = client.post(
        f"{EVALUATORS}/cases",
        json={
            "subjects": [
                {"trace_id": id},
                {"trace_id": "nothing"},
                {
                    "values": {
                        "conversation": [{"role": "user", "text": "hi"}],
                        "documents": ["d"],
                        "tools": [{"name": "look", "arguments": {"q": 1}}],
                    }
                },
            ]
        },
    ).json()["items"]
    assert (told[0]["input"], told[0]["output"]) == ("hi", "hello")
    assert told[0]["metadata"] == {"topic": "greeting"}
    assert told[1] is None
    assert told[2]["conversation"] == [{"role": "user", "text": "hi"}]
    assert told[2]["tools"][0]["name"] == "look"


def seen(client: TestClient, *subjects: dict[str, str]) -> list[Any]:
    found = client.post(f"{BASE}/evaluators/cases", json={"subjects": subjects})
    assert found.status_code == 200, found.text
    return found.json()["items"]


def test_every_trace_of_a_batch_is_looked_into(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "_MOST_INSIDE", 2)
    call = {"role": "assistant", "tool_calls": [{"function": {"name": "look", "arguments": "{}"}}]}
    ids = [trace(client, call_output=call) for _ in range(5)]
    found = seen(client, *({"trace_id": id} for id in ids))
    assert [[each["name"] for each in case["tools"]] for case in found] == [["look"]] * 5


def test_the_whole_of_long_texts_is_looked_at(client: TestClient) -> None:
    text = "x" * 1_200_000
    [case] = seen(client, {"trace_id": trace(client, output=text, call_output=text)})
    assert len(case["output"]) == len(text)


def test_every_turn_of_a_session_is_looked_at(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "_TURNS", 2)
    session = uuid.uuid4().hex
    for number in range(5):
        moment = f"2026-01-01T00:00:0{number}.000Z"
        trace(client, sessionId=session, output=f"answer {number}", timestamp=moment)
    [case] = seen(client, {"session_id": session})
    assert case["output"] == "answer 4"
    said = [each["text"] for each in case["conversation"] if each["role"] == "assistant"]
    assert said == [f"answer {number}" for number in range(5)]
    assert case["cost"] == 0


def test_the_cost_of_a_session_with_calls_that_have_no_price_is_not_known(
    client: TestClient,
) -> None:
    session = uuid.uuid4().hex
    trace(client, sessionId=session, call_usage={"input": 10, "output": 5})
    [case] = seen(client, {"session_id": session})
    assert case["cost"] is None
