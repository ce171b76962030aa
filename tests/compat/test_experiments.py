"""A prompt experiment with the real small model, planned in the browser, judged by two of its like and
measured by three metrics; and what Langfuse's SDKs of every generation ran, judged by the same metrics.

`EXPERIMENT_ITEMS=100` makes it as large as a user's.
"""

import os
import re
import time
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from pilothouse.domain.access import Role
from pilothouse.edge.access import COOKIE
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


def opened(browser: Browser, project: TestProject) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    context.set_default_timeout(20_000)
    cookie = project.person(Role.MEMBER)["cookie"].removeprefix(f"{COOKIE}=")
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": project.server.url}])
    return context.new_page()


def begun(page: Page, project: TestProject, dataset: str, evaluators: tuple[str, ...]) -> str:
    """Plans the experiment as a person does; gives its id."""
    page.goto(f"{project.server.url}/project/{project.id}/experiments/new?dataset={dataset}")
    page.get_by_label("Connection", exact=True).select_option(label="small")
    page.locator("main .cm-content").nth(1).click()
    page.keyboard.type("Name the capital of {{country}}, politely.")
    page.get_by_text("Parameters", exact=True).click()
    for name, value in (("Most tokens", "12"), ("Temperature", "0"), ("Seed", "1")):
        page.get_by_label(name, exact=True).fill(value)
    for name in evaluators:
        page.get_by_role("checkbox", name=re.compile(rf"^{name}\b")).check()
    page.get_by_label("At a time", exact=True).fill("2")
    page.get_by_label("Name", exact=True).fill("small model")
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_url(re.compile(r"/experiments/(?!new)"))
    expect(page.get_by_role("heading", name="small model")).to_be_visible(timeout=20_000)
    return page.url.rpartition("/")[2]


@pytest.mark.model
@pytest.mark.browser
def test_a_prompt_is_run_judged_and_measured(
    server: Server, model: Model, browser: Browser
) -> None:
    project = server.new_project()
    page = opened(browser, project)
    with project.http() as http:
        told = {"name": "small", "provider": "llama.cpp", "base_url": model.url}
        told |= {"models": [model.name]}
        connection = post(http, project, "/connections", told)["id"]
        asked = {
            "connection_id": connection,
            "model": model.name,
            "parameters": {"max_tokens": 40, "temperature": 0, "seed": 1},
            "messages": [{"role": "user", "content": JUDGE}],
        }
        for name, scale in (
            ("polite", {"type": "boolean"}),
            ("kind", {"type": "numeric", "min": 0, "max": 1}),
        ):
            judge = {"name": name, "kind": "judge", "settings": asked | {"score": scale}}
            post(http, project, "/evaluators", judge)
        metrics(http, project)
        dataset = post(http, project, "/datasets", {"name": "capitals"})["id"]
        items = [
            {
                "input": {"country": f"{COUNTRIES[n % len(COUNTRIES)]} ({n})"},
                "expected_output": "Paris",
            }
            for n in range(ITEMS)
        ]
        post(http, project, f"/datasets/{dataset}/items", {"items": items})
        names = ("polite", "kind", "exact", "length", "levenshtein")
        id = begun(page, project, dataset, names)
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
    # The page followed it to its end, and shows the same.
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", str(ITEMS))
    for name in ("exact", "length", "levenshtein"):
        expect(page.get_by_role("row", name=f"{name} v1")).to_contain_text(f"{ITEMS} / {ITEMS}")
    page.context.close()


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
