"""Data sets and experiments through our own API: what Langfuse's clients put in is listed, compared and
judged, with the numbers of an independent computation."""

import random
import uuid
from typing import Any

import numpy as np
import pytest
from scipy import stats
from starlette.testclient import TestClient

from tests.langfuse.conftest import PROJECT

BASE = f"/api/pilothouse/projects/{PROJECT}"
PUBLIC = "/api/public"


def ask(client: TestClient, method: str, path: str, status: int = 200, **more: Any) -> Any:
    answer = client.request(method, path, **more)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def dataset(client: TestClient, items: int) -> str:
    name = f"set {uuid.uuid4().hex}"
    made = ask(client, "POST", f"{BASE}/datasets", 201, json={"name": name})
    written = [
        {
            "id": f"{name}/{number:04}",
            "input": {"question": number},
            "expected_output": number % 2,
            "metadata": {"topic": "odd" if number % 2 else "even", "doc": f"doc {number // 5}"},
            "tags": ["first", "third"]
            if number % 3 == 0 and number < 30
            else ["first"] * (number < 30),
            "split": "train" if number < 45 else "test",
        }
        for number in range(items)
    ]
    ask(client, "POST", f"{BASE}/datasets/{made['id']}/items", json={"items": written})
    return name


def run(
    client: TestClient,
    dataset: str,
    name: str,
    scores: dict[int, list[dict[str, float]]],
    *,
    seconds: float = 1.0,
) -> None:
    """By item the scores of each attempt."""
    events: list[dict[str, Any]] = []
    links: list[dict[str, Any]] = []
    for number, attempts in scores.items():
        for values in attempts:
            trace_id = uuid.uuid4().hex
            start = "2026-11-26T10:00:00.000Z"
            end = f"2026-11-26T10:00:{seconds:06.3f}Z"
            bodies: list[tuple[str, dict[str, Any]]] = [
                (
                    "trace-create",
                    {"id": trace_id, "timestamp": start, "output": f"{name} {number}"},
                ),
                (
                    "span-create",
                    {"id": f"s{trace_id}", "traceId": trace_id, "startTime": start, "endTime": end},
                ),
            ]
            for score, value in values.items():
                kind = "BOOLEAN" if score == "right" else "NUMERIC"
                bodies.append(
                    (
                        "score-create",
                        {"id": uuid.uuid4().hex, "traceId": trace_id, "name": score,
                         "value": value, "dataType": kind},
                    )
                )  # fmt: skip
            events += [
                {"id": uuid.uuid4().hex, "timestamp": start, "type": type, "body": body}
                for type, body in bodies
            ]
            links.append(
                {"runName": name, "datasetItemId": f"{dataset}/{number:04}", "traceId": trace_id}
            )
    for at in range(0, len(events), 500):
        told = ask(
            client, "POST", f"{PUBLIC}/ingestion", 207, json={"batch": events[at : at + 500]}
        )
        assert not told["errors"]
    for link in links:
        ask(client, "POST", f"{PUBLIC}/dataset-run-items", json=link)


def compared(client: TestClient, dataset: str, **more: Any) -> dict[str, Any]:
    body = {"baseline": "before", "candidates": ["after"], "dataset": dataset, **more}
    return ask(client, "POST", f"{BASE}/experiments/compare", json=body)


def metric(told: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in told["candidates"][0]["metrics"] if each["metric"] == name)


@pytest.fixture(scope="module")
def noisy(client: TestClient) -> tuple[str, np.ndarray, np.ndarray]:
    """60 items; right and quality before and after, the latter a little better."""
    chance = random.Random(3)
    name = dataset(client, 60)
    before = {
        n: [{"right": float(chance.random() < 0.5), "quality": chance.random()}] for n in range(60)
    }
    after = {
        n: [{"right": float(chance.random() < 0.8), "quality": before[n][0]["quality"] + 0.1}]
        for n in range(60)
    }
    run(client, name, "before", before, seconds=1.0)
    run(client, name, "after", after, seconds=2.0)
    first, second = (
        np.array([[each[n][0][score] for n in range(60)] for score in ("right", "quality")])
        for each in (before, after)
    )
    return name, first, second


def test_a_comparison_equals_an_independent_computation(
    client: TestClient, noisy: tuple[str, np.ndarray, np.ndarray]
) -> None:
    name, before, after = noisy
    told = compared(client, name)
    right, quality = metric(told, "right"), metric(told, "quality")
    up = int(((after[0] - before[0]) > 0).sum())
    down = int(((after[0] - before[0]) < 0).sum())
    assert (right["difference"]["up"], right["difference"]["down"]) == (up, down)
    assert right["difference"]["method"] == "mcnemar exact"
    assert right["difference"]["p"] == pytest.approx(stats.binomtest(up, up + down).pvalue)
    assert right["difference"]["value"] == pytest.approx(float((after[0] - before[0]).mean()))
    assert quality["difference"]["value"] == pytest.approx(0.1)
    assert quality["verdict"] == "better"
    assert told["candidates"][0]["items"] == 60
    assert told["family"] == 5
    latency = metric(told, "latency")
    assert latency["difference"]["value"] == pytest.approx(1.0)
    assert (latency["verdict"], latency["higher_is_better"]) == ("worse", False)
    assert metric(told, "cost")["difference"] is None
    assert metric(told, "failures")["difference"]["value"] == 0


def test_holm_counts_every_question(
    client: TestClient, noisy: tuple[str, np.ndarray, np.ndarray]
) -> None:
    name = noisy[0]
    alone = metric(compared(client, name, metrics=["right"]), "right")
    together = metric(compared(client, name), "right")
    assert alone["p_together"] == pytest.approx(alone["difference"]["p"])
    assert together["difference"]["p"] == pytest.approx(alone["difference"]["p"])
    assert together["p_together"] > alone["p_together"]


def test_slices_and_clusters_by_metadata(
    client: TestClient, noisy: tuple[str, np.ndarray, np.ndarray]
) -> None:
    name, before, after = noisy
    told = compared(client, name, metrics=["quality", "right"], cluster_by="doc", slice_by="topic")
    assert metric(told, "right")["difference"]["clusters"] == 12
    assert metric(told, "right")["difference"]["method"] == "cluster sign permutation"
    slices = told["candidates"][0]["slices"]["right"]
    assert [each["value"] for each in slices] == ["even", "odd"]
    even = (after[0] - before[0])[::2]
    assert slices[0]["told"]["difference"]["value"] == pytest.approx(float(even.mean()))


def test_slices_by_tags_and_by_split(
    client: TestClient, noisy: tuple[str, np.ndarray, np.ndarray]
) -> None:
    def sizes(by: str) -> dict[str, int]:
        told = compared(client, noisy[0], metrics=["right"], slice_by=by)
        slices = told["candidates"][0]["slices"]["right"]
        return {each["value"]: each["told"]["difference"]["pairs"] for each in slices}

    assert sizes("tags") == {"first": 30, "third": 10}
    assert sizes("split") == {"train": 45, "test": 15}


def test_less_may_be_better(client: TestClient, noisy: tuple[str, np.ndarray, np.ndarray]) -> None:
    told = compared(client, noisy[0], metrics=["quality"], lower_is_better=["quality"])
    assert metric(told, "quality")["verdict"] == "worse"
    assert told["candidates"][0]["outcome"] == "fail"
    fine = compared(client, noisy[0], metrics=["quality"], lower_is_better=["quality"], margin=0.2)
    assert metric(fine, "quality")["verdict"] == "equivalent"
    assert fine["candidates"][0]["outcome"] == "pass"


def test_items_are_shown_side_by_side_the_worst_first(
    client: TestClient, noisy: tuple[str, np.ndarray, np.ndarray]
) -> None:
    name, before, after = noisy
    body = {"baseline": "before", "candidates": ["after"], "dataset": name, "metric": "right"}
    worse = ask(client, "POST", f"{BASE}/experiments/compare/items", json={**body, "show": "worse"})
    broken = [n for n in range(60) if after[0][n] < before[0][n]]
    assert worse["total"] == len(broken) > 0
    assert [each["item_id"] for each in worse["items"]] == [f"{name}/{n:04}" for n in broken]
    first = worse["items"][0]
    assert first["input"] == {"question": broken[0]}
    assert first["means"] == [1.0, 0.0]
    assert [own[0]["output"] for own in first["attempts"]] == [
        f"before {broken[0]}",
        f"after {broken[0]}",
    ]
    assert first["attempts"][1][0]["latency"] == pytest.approx(2.0)
    page = ask(
        client, "POST", f"{BASE}/experiments/compare/items", json={**body, "limit": 7, "offset": 56}
    )
    assert (page["total"], len(page["items"])) == (60, 4)


def test_an_item_that_lost_its_value_comes_before_those_that_are_worse(client: TestClient) -> None:
    name = dataset(client, 5)
    run(client, name, "before", {n: [{"quality": 0.5} if n else {}] for n in range(5)})
    after = [0.9, 0.4, 0.9, None, 0.5]
    run(
        client,
        name,
        "after",
        {n: [{} if value is None else {"quality": value}] for n, value in enumerate(after)},
    )

    def shown(**more: Any) -> list[str]:
        body = {"baseline": "before", "candidates": ["after"], "dataset": name, "metric": "quality"}
        found = ask(client, "POST", f"{BASE}/experiments/compare/items", json={**body, **more})
        return [each["item_id"][-1] for each in found["items"]]

    assert shown(show="worse") == ["3", "1"]
    assert shown(show="better") == ["2", "0"]
    assert shown(show="better", lower_is_better=True) == ["1", "0"]
    assert shown() == ["3", "1", "4", "2", "0"]


def test_repetitions_are_averaged_within_items(client: TestClient) -> None:
    name = dataset(client, 8)
    run(client, name, "before", {n: [{"quality": 0.5}] for n in range(8)})
    run(
        client, name, "after", {n: [{"quality": 0.4}, {"quality": 0.8 + n / 100}] for n in range(8)}
    )
    told = compared(client, name, metrics=["quality"])
    assert told["candidates"][0]["repetitions"] == 2
    found = metric(told, "quality")
    assert found["difference"]["pairs"] == 8
    assert found["difference"]["value"] == pytest.approx(0.1 + 0.035 / 2)
    assert found["noise"] == 1.0


def test_what_is_missing_is_told_and_never_zero(client: TestClient) -> None:
    name = dataset(client, 9)
    run(client, name, "before", {n: [{"quality": 1.0}] for n in range(8)})
    after = {n: [{"quality": 1.0} if n != 3 else {}] for n in range(1, 9)}
    run(client, name, "after", after)
    told = compared(client, name, metrics=["quality", "nothing"])
    against = told["candidates"][0]
    assert (against["items"], against["only_baseline"], against["only_candidate"]) == (7, 1, 1)
    found = metric(told, "quality")
    assert (found["baseline_missing"], found["candidate_missing"]) == (0, 1)
    assert (found["difference"]["pairs"], found["difference"]["value"]) == (6, 0)
    nothing = metric(told, "nothing")
    assert (nothing["difference"], nothing["verdict"]) == (None, "cannot tell")
    assert against["outcome"] == "cannot tell"


def test_one_pair_cannot_tell(client: TestClient) -> None:
    name = dataset(client, 1)
    run(client, name, "before", {0: [{"right": 0.0}]})
    run(client, name, "after", {0: [{"right": 1.0}]})
    found = metric(compared(client, name, metrics=["right"]), "right")
    assert (found["verdict"], found["difference"]["enough"]) == ("cannot tell", False)


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"baseline": "before", "candidates": ["nobody"]}, 404, "nobody"),
        ({"baseline": "before", "candidates": ["before"]}, 400, "itself"),
        ({"baseline": "before", "candidates": []}, 400, "candidates"),
        ({"baseline": "before", "candidates": ["after"], "margin": -1}, 400, "margin"),
        ({"baseline": "before", "candidates": ["after"], "dataset": "no set"}, 404, "no set"),
    ],
)
def test_bad_comparisons_are_told(
    client: TestClient,
    noisy: tuple[str, np.ndarray, np.ndarray],
    body: dict[str, Any],
    status: int,
    says: str,
) -> None:
    answer = client.post(f"{BASE}/experiments/compare", json={"dataset": noisy[0], **body})
    assert answer.status_code == status
    assert says in answer.json()["error"]["message"]


def test_experiments_are_listed_shown_and_forgotten(
    client: TestClient, noisy: tuple[str, np.ndarray, np.ndarray]
) -> None:
    name, before, _ = noisy
    [over] = ask(client, "GET", f"{BASE}/datasets", params={"words": name})["items"]
    assert (over["items"], over["experiments"]) == (60, 2)
    listed = ask(client, "GET", f"{BASE}/experiments", params={"dataset_id": over["id"]})
    assert listed["total"] == 2
    row = next(each for each in listed["items"] if each["name"] == "before")
    assert (row["items"], row["dataset_name"]) == (60, name)
    shown = ask(client, "GET", f"{BASE}/experiments/{row['id']}")
    means = {each["metric"]: each for each in shown["metrics"]}
    assert means["right"]["value"] == pytest.approx(float(before[0].mean()))
    assert means["right"]["low"] < means["right"]["value"] < means["right"]["high"]
    assert (means["latency"]["value"], "cost" in means) == (pytest.approx(1.0), False)
    another = dataset(client, 1)
    run(client, another, "passing", {0: [{"right": 1.0}]})
    [found] = ask(client, "GET", f"{BASE}/experiments", params={"words": "PASSING"})["items"]
    ask(client, "DELETE", f"{BASE}/experiments/{found['id']}", 204)
    ask(client, "GET", f"{BASE}/experiments/{found['id']}", 404)


# -- data sets -----------------------------------------------------------------------------------


def test_items_have_versions_that_stay_readable(client: TestClient) -> None:
    name = f"set {uuid.uuid4().hex}"
    made = ask(client, "POST", f"{BASE}/datasets", 201, json={"name": name})
    path = f"{BASE}/datasets/{made['id']}"
    [item] = ask(client, "POST", f"{path}/items", json={"items": [{"input": 1}]})["items"]
    changed = {"id": item["id"], "input": 2, "expected_output": "two"}
    [second] = ask(client, "POST", f"{path}/items", json={"items": [changed]})["items"]
    assert second["valid_from"] > item["valid_from"]
    versions = ask(client, "GET", f"{path}/items/versions", params={"item_id": item["id"]})
    assert [each["input"] for each in versions["items"]] == [2, 1]
    then = ask(client, "GET", f"{path}/items", params={"at": item["valid_from"]})
    assert [each["input"] for each in then["items"]] == [1]
    ask(client, "DELETE", f"{path}/items", 204, params={"item_id": item["id"]})
    assert ask(client, "GET", f"{path}/items")["total"] == 0
    then = ask(client, "GET", f"{path}/items", params={"at": second["valid_from"]})
    assert [each["input"] for each in then["items"]] == [2]
    ask(client, "DELETE", f"{path}/items", 404, params={"item_id": item["id"]})


def test_many_items_are_written_all_or_none(client: TestClient) -> None:
    schema = {"type": "object", "required": ["question"]}
    body = {"name": f"set {uuid.uuid4().hex}", "input_schema": schema}
    made = ask(client, "POST", f"{BASE}/datasets", 201, json=body)
    path = f"{BASE}/datasets/{made['id']}"
    items = [{"input": {"question": 1}}, {"input": "no object"}]
    told = ask(client, "POST", f"{path}/items", 400, json={"items": items})
    assert "not of type 'object'" in told["error"]["message"]
    assert ask(client, "GET", f"{path}/items")["total"] == 0
    ask(client, "POST", f"{path}/items", json={"items": items[:1]})
    stricter = {"input_schema": {"type": "string"}}
    assert (
        "1 items do not fit" in ask(client, "PATCH", path, 400, json=stricter)["error"]["message"]
    )
    assert ask(client, "PATCH", path, json={"input_schema": None})["input_schema"] is None


def test_items_are_made_of_spans(client: TestClient) -> None:
    made = ask(client, "POST", f"{BASE}/datasets", 201, json={"name": uuid.uuid4().hex})
    trace_id = uuid.uuid4().hex
    body = {"id": trace_id, "input": {"messages": ["hi"]}, "output": "hello"}
    event = {"id": uuid.uuid4().hex, "timestamp": "2026-11-26T10:00:00Z", "type": "trace-create"}
    ask(client, "POST", f"{PUBLIC}/ingestion", 207, json={"batch": [{**event, "body": body}]})
    path = f"{BASE}/datasets/{made['id']}/items/from-spans"
    [item] = ask(client, "POST", path, json={"sources": [{"trace_id": trace_id}]})["items"]
    assert (item["input"], item["expected_output"]) == ({"messages": ["hi"]}, "hello")
    assert item["source_trace_id"] == trace_id
    ask(client, "POST", path, 404, json={"sources": [{"trace_id": "nowhere"}]})


def test_names_are_taken_once_and_words_find_them(client: TestClient) -> None:
    name = f"Folder/100%_{uuid.uuid4().hex}"
    made = ask(client, "POST", f"{BASE}/datasets", 201, json={"name": name, "description": "d"})
    ask(client, "POST", f"{BASE}/datasets", 409, json={"name": name})
    assert ask(client, "GET", f"{BASE}/datasets", params={"words": name.upper()})["total"] == 1
    ask(client, "DELETE", f"{BASE}/datasets/{made['id']}", 204)
    ask(client, "GET", f"{BASE}/datasets/{made['id']}", 404)
