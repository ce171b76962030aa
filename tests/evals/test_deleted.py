"""What an experiment needs is deleted while it runs: each time a clear answer, and the rest goes on."""

import time
import uuid
from typing import Any

from starlette.testclient import TestClient

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
    standing,
)

__all__ = ["connection"]


def held(client: TestClient, provider: Provider, body: dict[str, Any]) -> str:
    """An experiment whose first calls have been made and not been answered."""
    provider.gate.clear()
    id = begin(client, body)
    for _ in range(200):
        if provider.asked:
            return id
        time.sleep(0.05)
    raise AssertionError("nothing was asked")


def test_items_a_data_set_a_prompt_and_an_evaluator_go_and_the_rest_goes_on(
    client: TestClient, wired: Wired, provider: Provider, connection: str
) -> None:
    provider.reply = str.upper
    prompt = f"gone/{uuid.uuid4().hex}"
    told = {"name": prompt, "type": "text", "prompt": "{{question}}"}
    assert client.post(f"{BASE}/prompts/versions", json=told).status_code == 201
    over, kept, lost = dataset(client, list("abcdef")), exact(wired), exact(wired)
    chosen = [{"evaluator_id": each} for each in (kept, lost)]
    body = plan(connection, dataset_id=over, evaluators=chosen, concurrency=1, messages=[]) | {
        "prompt_name": prompt,
        "prompt_version": 1,
    }
    id = held(client, provider, body)
    [first, *_] = client.get(f"{BASE}/datasets/{over}/items").json()["items"]
    gone = client.delete(f"{BASE}/datasets/{over}/items", params={"item_id": first["id"]})
    assert gone.status_code == 204
    params = {"name": prompt}
    assert client.delete(f"{BASE}/prompts/one", params=params).status_code == 204
    assert client.delete(f"{BASE}/datasets/{over}").status_code == 204
    assert client.delete(f"{BASE}/evaluators/{lost}").status_code == 204
    provider.gate.set()
    found = ended(client, id)
    assert (found["job"]["done"], found["job"]["failed"]) == (6, 0)
    by_id = {each["evaluator_id"]: each for each in found["evaluators"]}
    assert (by_id[kept]["done"], by_id[kept]["failed"]) == (6, 0)
    assert (by_id[lost]["done"], by_id[lost]["failed"]) == (0, 6)
    path = f"{BASE}/experiments/{id}/evaluations"
    failed = client.get(path, params={"status": "failed"}).json()["items"]
    assert {each["error"] for each in failed} == {"the evaluator is not there any more"}
    shown = attempts(client, id)
    assert sorted(item["expected_output"] for item in shown) == list("ABCDEF")
    assert [list(item["attempts"][0][0]["scores"].values()) for item in shown] == [[1.0]] * 6


def test_a_run_that_was_stopped_and_lost_its_data_set_says_so_and_keeps_what_it_has(
    client: TestClient, provider: Provider, connection: str
) -> None:
    provider.reply = str.upper
    over = dataset(client, list("abc"))
    id = held(client, provider, plan(connection, dataset_id=over, concurrency=1))
    assert client.post(f"{BASE}/experiments/{id}/cancel").status_code == 204
    provider.gate.set()
    client.delete(f"{BASE}/datasets/{over}")
    assert client.post(f"{BASE}/experiments/{id}/resume", json={}).status_code == 204
    found = ended(client, id, "failed")
    assert found["job"]["error"] == "the data set is not there any more"
    assert client.get(f"{BASE}/experiments/{id}").status_code == 200


def test_an_experiment_that_is_deleted_while_it_runs_ends_quietly(
    client: TestClient, provider: Provider, connection: str
) -> None:
    provider.reply = str.upper
    over = dataset(client, list("abc"))
    id = held(client, provider, plan(connection, dataset_id=over, concurrency=1))
    assert client.delete(f"{BASE}/experiments/{id}").status_code == 204
    provider.gate.set()
    assert client.get(f"{BASE}/experiments/{id}/run").status_code == 404
    # The next one runs: nothing is stuck.
    ended(client, begin(client, plan(connection, dataset_id=over)))
    listed = client.get(f"{BASE}/experiments").json()["items"]
    assert id not in {each["id"] for each in listed}


def test_over_an_empty_data_set_there_is_nothing_to_run(
    client: TestClient, connection: str
) -> None:
    name = uuid.uuid4().hex
    empty = client.post(f"{BASE}/datasets", json={"name": name}).json()["id"]
    found = ended(client, begin(client, plan(connection, dataset_id=empty)), "failed")
    assert found["job"]["error"] == "there is nothing to run: no item fits what was chosen"


def test_one_pair_alone_cannot_tell(
    client: TestClient, wired: Wired, provider: Provider, connection: str
) -> None:
    over, judge = dataset(client, ["a"]), exact(wired)
    evaluators = [{"evaluator_id": judge}]
    runs: list[str] = []
    for reply in (str.lower, str.upper):
        provider.reply = reply
        runs.append(begin(client, plan(connection, dataset_id=over, evaluators=evaluators)))
        ended(client, runs[-1])
    body = {"baseline": runs[0], "candidates": [runs[1]]}
    told = client.post(f"{BASE}/experiments/compare", json=body)
    assert told.status_code == 200, told.text
    [against] = told.json()["candidates"]
    assert (against["items"], against["outcome"]) == (1, "cannot tell")
    for metric in against["metrics"]:
        assert metric["verdict"] == "cannot tell"
        assert not (metric["difference"] or {}).get("enough")
    assert standing(client, runs[0])["job"]["status"] == "done"
