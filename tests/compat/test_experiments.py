"""A prompt experiment with the real small model, judged by two of its like and measured by three metrics;
and what Langfuse's SDKs of every generation ran, judged by the same metrics.

`EXPERIMENT_ITEMS=100` makes it as large as a user's.
"""

import os
import time
from typing import Any

import httpx
import pytest

from tests.compat.test_langfuse_work import work
from tests.model import Model
from tests.serving import Server, TestProject

__all__ = ["work"]

ITEMS = int(os.environ.get("EXPERIMENT_ITEMS", "10"))
COUNTRIES = ("France", "中国", "Italy", "Japan", "Peru", "Kenya", "Norway", "Cuba", "Chad", "Laos")
JUDGE = """Is this answer polite? Answer with JSON alone: {"reason": "why", "score": true} or
{"reason": "why", "score": false}.

Answer: {{output}}"""
OTEL = ("v3", "v4", "v5")


def post(http: httpx.Client, project: TestProject, path: str, body: Any) -> Any:
    answer = http.post(f"/api/pilothouse/projects/{project.id}{path}", json=body)
    assert answer.is_success, answer.text
    return answer.json()


def metrics(http: httpx.Client, project: TestProject) -> list[str]:
    """Three that need no model."""
    kinds = {
        "exact": {"metric": "exact"},
        "length": {"metric": "length"},
        "levenshtein": {"metric": "levenshtein"},
    }
    return [
        post(
            http,
            project,
            "/evaluators",
            {"name": name, "kind": "metric", "settings": settings},
        )["id"]
        for name, settings in kinds.items()
    ]


def settled(http: httpx.Client, project: TestProject, id: str, patience: float) -> Any:
    end = time.monotonic() + patience
    path = f"/api/pilothouse/projects/{project.id}/experiments/{id}/run"
    while time.monotonic() < end:
        told = http.get(path).json()
        over = told["job"] is None or told["job"]["status"] not in ("waiting", "running")
        if over and not any(each["waiting"] for each in told["evaluators"]):
            return told
        time.sleep(0.5)
    raise AssertionError(told)


@pytest.mark.model
def test_a_prompt_is_run_judged_and_measured(server: Server, model: Model) -> None:
    project = server.new_project()
    with project.http() as http:
        told = {"name": "small", "provider": "llama.cpp", "base_url": model.url}
        connection = post(http, project, "/connections", told)["id"]
        asked = {
            "connection_id": connection,
            "model": model.name,
            "parameters": {"max_tokens": 40, "temperature": 0, "seed": 1},
            "messages": [{"role": "user", "content": JUDGE}],
        }
        judges = [
            post(
                http,
                project,
                "/evaluators",
                {
                    "name": name,
                    "kind": "judge",
                    "settings": asked | {"score": scale},
                },
            )["id"]
            for name, scale in (
                ("polite", {"type": "boolean"}),
                ("kind", {"type": "numeric", "min": 0, "max": 1}),
            )
        ]
        chosen = [*judges, *metrics(http, project)]
        dataset = post(http, project, "/datasets", {"name": "capitals"})["id"]
        items = [
            {
                "input": {"country": f"{COUNTRIES[n % len(COUNTRIES)]} ({n})"},
                "expected_output": "Paris",
            }
            for n in range(ITEMS)
        ]
        post(http, project, f"/datasets/{dataset}/items", {"items": items})
        question = "Name the capital of {{country}}, politely."
        body = {
            "name": "small model",
            "connection_id": connection,
            "model": model.name,
            "messages": [{"role": "user", "parts": [{"type": "text", "text": question}]}],
            "max_tokens": 12,
            "temperature": 0,
            "seed": 1,
            "dataset_id": dataset,
            "concurrency": 2,
            "evaluators": [{"evaluator_id": id} for id in chosen],
        }
        id = post(http, project, "/experiments", body)["experiment_id"]
        told = settled(http, project, id, 60 + 20 * ITEMS)
        found = http.get(f"/api/pilothouse/projects/{project.id}/experiments/{id}").json()
    assert (told["job"]["done"], told["job"]["failed"]) == (ITEMS, 0), told["job"]["error"]
    standing = {each["name"]: each for each in told["evaluators"]}
    counts = {each["metric"]: each["count"] for each in found["metrics"]}
    for name in ("exact", "length", "levenshtein"):
        assert standing[name]["done"] == counts[name] == ITEMS
    for name in ("polite", "kind"):
        # So small a model does not always keep to the shape: that is told, and never scored.
        assert standing[name]["done"] + standing[name]["failed"] == ITEMS
        assert counts.get(name, 0) == standing[name]["done"]
    assert standing["polite"]["done"] > 0


@pytest.mark.parametrize("generation", ["v2", *OTEL, "js3", "js5"])
def test_what_an_sdk_ran_is_judged_by_the_server(work: Any, generation: str) -> None:
    project, _ = work(generation)
    with project.http() as http:
        evaluators = metrics(http, project)
        path = f"/api/pilothouse/projects/{project.id}/experiments"
        found = [each for each in http.get(path).json()["items"] if each["items"]]
        assert found
        for run in found:
            asked = {"evaluators": [{"evaluator_id": id} for id in evaluators]}
            asked_for = post(http, project, f"/experiments/{run['id']}/evaluate", asked)["new"]
            assert asked_for == 3 * run["items"]
            told = settled(http, project, run["id"], 60)
            for each in told["evaluators"]:
                # An item without an expected output has no score, and says so.
                assert each["done"] + each["failed"] == run["items"]
            length = next(each for each in told["evaluators"] if each["name"] == "length")
            failed = http.get(f"{path}/{run['id']}/evaluations?status=failed").json()["items"]
            assert length["done"] > 0 or {each["error"] for each in failed} == {
                "there is no output to look at"
            }
