"""What evaluators and people tell of a metric stands wherever the metric does."""

import re
import uuid
from typing import Any

from starlette.testclient import TestClient

from pilothouse.evals.report import markdown
from pilothouse.wiring import Wired
from tests.evals.conftest import Provider
from tests.evals.test_experiments import (
    BASE,
    attempts,
    begin,
    connection,
    dataset,
    ended,
    exact,
    plan,
)
from tests.evals.test_rules import trace

__all__ = ["connection"]


def metrics(client: TestClient, id: str) -> dict[str, Any]:
    found = client.get(f"{BASE}/experiments/{id}").json()["metrics"]
    return {each["metric"]: each for each in found}


def test_less_is_better_is_a_fact_of_the_evaluator(
    client: TestClient, provider: Provider, connection: str
) -> None:
    name = f"length {uuid.uuid4().hex}"
    draft = {
        "name": name,
        "kind": "metric",
        "settings": {"metric": "length", "unit": "chars"},
        "is_lower_better": True,
    }
    judge = client.post(f"{BASE}/evaluators", json=draft).json()
    assert judge["is_lower_better"]
    over = dataset(client, [f"item {place}" for place in range(12)])
    runs: list[str] = []
    for reply in (lambda text: f"{text} {text}", lambda text: text):
        provider.reply = reply
        body = plan(connection, dataset_id=over, evaluators=[{"evaluator_id": judge["id"]}])
        runs.append(begin(client, body))
        ended(client, runs[-1])
    asked = {"baseline": runs[0], "candidates": [runs[1]], "metrics": [name]}
    [against] = client.post(f"{BASE}/experiments/compare", json=asked).json()["candidates"]
    [told] = against["metrics"]
    assert (told["higher_is_better"], told["is_known"]) == (False, True)
    assert (told["verdict"], against["outcome"]) == ("better", "pass")
    assert metrics(client, runs[0])[name]["lower_is_better"]
    trend = client.get(f"{BASE}/experiments/trend", params={"dataset_id": over}).json()["points"]
    assert {m["lower_is_better"] for p in trend for m in p["metrics"] if m["metric"] == name} == {
        True
    }
    client.patch(f"{BASE}/evaluators/{judge['id']}", json={"is_lower_better": False})
    [against] = client.post(f"{BASE}/experiments/compare", json=asked).json()["candidates"]
    assert against["metrics"][0]["verdict"] == "worse"


def test_a_judges_rate_comes_with_the_one_that_labels_make_of_it(
    client: TestClient, wired: Wired, provider: Provider, connection: str
) -> None:
    """Elsewhere it found all of three that people say yes to, and two of three that they say no to;
    here it says yes to four of six, so that (4/6 + 2/3 - 1) / (1 + 2/3 - 1) = 1/2."""
    provider.reply = lambda text: "what?" if text in "ef" else text.upper()
    judge = exact(wired)
    body = plan(
        connection,
        dataset_id=dataset(client, list("abcdef")),
        evaluators=[{"evaluator_id": judge}],
    )
    id = begin(client, body)
    ended(client, id)
    name = client.get(f"{BASE}/evaluators/{judge}").json()["name"]
    assert metrics(client, id)[name]["freed"] is None
    for people, says in ((1, 1), (1, 1), (1, 1), (0, 1), (0, 0), (0, 0)):
        labelled(client, name, judge, people, says)
    own = metrics(client, id)[name]
    assert own["value"] == 4 / 6
    freed = own["freed"]
    assert (round(freed["value"], 9), freed["labels"]) == (0.5, 6)
    assert freed["low"] <= 0.5 <= freed["high"]


def test_labels_of_the_same_items_stand_wherever_the_judges_mean_does(
    client: TestClient, wired: Wired, provider: Provider, connection: str
) -> None:
    """It says yes to all; people say no to three of the ten that they looked at."""
    judge = exact(wired)
    over = dataset(client, [f"item {place}" for place in range(16)])
    provider.reply = str.upper
    body = plan(connection, dataset_id=over, evaluators=[{"evaluator_id": judge}])
    first, second = begin(client, body), begin(client, body)
    ended(client, first)
    ended(client, second)
    name = client.get(f"{BASE}/evaluators/{judge}").json()["name"]
    assert metrics(client, first)[name]["powered"] is None
    for place, item in enumerate(attempts(client, first)[:10]):
        about = {"traceId": item["attempts"][0][0]["trace_id"], "name": name}
        score(client, {**about, "value": int(place >= 3), **BY_MEI})
    own = metrics(client, first)[name]
    assert own["value"] == 1.0
    assert (own["powered"]["value"], own["powered"]["labels"]) == (0.7, 10)
    assert own["powered"]["low"] < 0.7 < own["powered"]["high"]
    # Of what nobody labelled there is nothing to tell.
    assert metrics(client, second)[name]["powered"] is None
    asked = {"baseline": second, "candidates": [first], "metrics": [name]}
    compared = client.post(f"{BASE}/experiments/compare", json=asked).json()
    [told] = compared["candidates"][0]["metrics"]
    assert (told["powered_baseline"], told["powered_candidate"]) == (None, own["powered"])
    report = markdown(compared)
    assert re.search(r"The candidate is 0\.70* \[0\.\d+, \d\.\d+\] by labels of 10 of", report)
    assert "The baseline is" not in report
    trend = client.get(f"{BASE}/experiments/trend", params={"dataset_id": over}).json()["points"]
    powered = {p["id"]: m["powered"] for p in trend for m in p["metrics"] if m["metric"] == name}
    assert powered == {first: own["powered"], second: None}


BY_MEI = {"dataType": "BOOLEAN", "source": "ANNOTATION", "authorUserId": "mei"}


def score(client: TestClient, body: dict[str, Any]) -> None:
    id = uuid.uuid4().hex
    event = {"id": id, "type": "score-create", "timestamp": "2026-01-01T00:00:00Z"}
    told = {"batch": [{**event, "body": {"id": id, **body}}]}
    assert not client.post("/api/public/ingestion", json=told).json()["errors"]


def labelled(client: TestClient, name: str, judge: str, people: int, says: int) -> None:
    """A trace of production that the judge and somebody have looked at."""
    about = {"traceId": trace(client), "name": name}
    version = {"evaluator_id": judge, "evaluator_version": 1}
    by_judge = {"dataType": "BOOLEAN", "source": "EVAL", "metadata": version}
    score(client, {**about, "value": says, **by_judge})
    score(client, {**about, "value": people, **BY_MEI})
