"""Rules by which live traffic becomes items of data sets: once, as many as a day allows."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.evals.test_experiments import BASE
from tests.evals.test_rules import trace


@pytest.fixture
def dataset(client: TestClient) -> Iterator[str]:
    made = client.post(f"{BASE}/datasets", json={"name": f"kept/{uuid.uuid4().hex}"})
    yield made.json()["id"]
    client.delete(f"{BASE}/datasets/{made.json()['id']}")


def rule(client: TestClient, dataset: str, **more: Any) -> str:
    body = {"name": uuid.uuid4().hex, "dataset_id": dataset, "delay": 0, **more}
    made = client.post(f"{BASE}/dataset-rules", json=body)
    assert made.status_code == 200, made.text
    return made.json()["id"]


def looked(client: TestClient, id: str) -> Any:
    """The rule, once it has looked at everything that was received by now."""
    until = time.time_ns() // 1000
    for _ in range(300):
        found = client.get(f"{BASE}/dataset-rules/{id}").json()
        if found["seen_until"] > until:
            return found
        time.sleep(0.1)
    raise AssertionError(f"the rule has not looked: {found}")


def items(client: TestClient, dataset: str) -> list[Any]:
    return client.get(f"{BASE}/datasets/{dataset}/items").json()["items"]


def test_live_traffic_that_fits_becomes_items_once_and_leads_to_where_it_came_from(
    client: TestClient, dataset: str
) -> None:
    before = trace(client, userId="keeps")
    whole = rule(client, dataset, filter="user:keeps", split="live", tags=["from traffic"])
    calls = rule(client, dataset, target="span", filter="user:keeps kind:llm")
    kept, other = trace(client, userId="keeps", input={"a": 1}), trace(client, userId="other")
    own = trace(client, userId="keeps", environment="evaluator")
    assert looked(client, whole)["added"] == looked(client, calls)["added"] == 1
    # More of the same trace comes, and is not added again.
    trace(client, id=kept, userId="keeps", metadata={"more": 1})
    assert looked(client, whole)["added"] == 1
    found = items(client, dataset)
    sources = {each["source_trace_id"] for each in found}
    assert sources == {kept}
    assert not sources & {before, other, own}
    [item] = [each for each in found if not each["source_span_id"]]
    assert (item["input"], item["expected_output"]) == ({"a": 1}, "hello")
    assert (item["split"], item["tags"]) == ("live", ["from traffic"])


def test_a_day_has_its_limit_and_what_does_not_fit_is_told(
    client: TestClient, dataset: str
) -> None:
    client.patch(f"{BASE}/datasets/{dataset}", json={"input_schema": {"type": "string"}})
    id = rule(client, dataset, filter="user:many", daily_limit=3)
    trace(client, userId="many", input={"not": "text"})
    found = looked(client, id)
    assert (found["added"], found["refused"]) == (0, 1)
    assert "is not of type 'string'" in found["reason"]
    for _ in range(5):
        trace(client, userId="many")
    found = looked(client, id)
    assert (found["added"], found["added_today"], len(items(client, dataset))) == (3, 3, 3)
    changed = {
        "name": found["name"],
        "dataset_id": dataset,
        "filter": "user:many",
        "delay": 0,
        "daily_limit": 4,
    }
    assert client.put(f"{BASE}/dataset-rules/{id}", json=changed).status_code == 200
    trace(client, userId="many")
    trace(client, userId="many")
    assert looked(client, id)["added"] == 4


def test_a_part_is_chosen_by_chance(client: TestClient, dataset: str) -> None:
    id = rule(client, dataset, filter="user:chance", sampling=0.5)
    for _ in range(40):
        trace(client, userId="chance")
    # Of 40 with an even chance, fewer than 5 or more than 35 come once in ten million times.
    assert 5 <= looked(client, id)["added"] <= 35


def test_a_rule_goes_with_its_data_set_and_bad_ones_are_refused(
    client: TestClient, dataset: str
) -> None:
    id = rule(client, dataset)
    for change, why in (
        ({"filter": "user:("}, 400),
        ({"dataset_id": "none"}, 404),
        ({"daily_limit": 0}, 400),
        ({"target": "session"}, 400),
    ):
        body = {"name": uuid.uuid4().hex, "dataset_id": dataset, **change}
        assert client.post(f"{BASE}/dataset-rules", json=body).status_code == why
    client.delete(f"{BASE}/datasets/{dataset}")
    assert client.get(f"{BASE}/dataset-rules/{id}").status_code == 404
