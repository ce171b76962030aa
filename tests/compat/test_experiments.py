"""An experiment with the real small model, planned in the browser or run by an application with
Langfuse's SDKs, judged by two of its like and measured by three metrics; and what the SDKs of every
generation ran, judged by the same metrics.

`EXPERIMENT_ITEMS=100` makes them as large as a user's.
"""

import json
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
from tests.emitters.environments import run_reader
from tests.model import Model
from tests.serving import Server, TestProject

__all__ = ["work"]

ITEMS = int(os.environ.get("EXPERIMENT_ITEMS", "5"))
COUNTRIES = ("France", "中国", "Italy", "Japan", "Peru", "Kenya", "Norway", "Cuba", "Chad", "Laos")
JUDGE = """Is this answer polite? Answer with JSON alone: {"reason": "why", "score": true} or
{"reason": "why", "score": false}.

Answer: {{output}}"""
JUDGES = {"polite": {"type": "boolean"}, "kind": {"type": "numeric", "min": 0, "max": 1}}
METRICS = ("exact", "length", "levenshtein")
OTEL = ("v3", "v4", "v5")


def post(http: httpx.Client, project: TestProject, path: str, body: Any) -> Any:
    answer = http.post(f"/api/pilothouse/projects/{project.id}{path}", json=body)
    assert answer.is_success, answer.text
    return answer.json()


def metrics(http: httpx.Client, project: TestProject) -> list[str]:
    """Three that need no model."""
    return [
        post(
            http,
            project,
            "/evaluators",
            {"name": name, "kind": "metric", "settings": {"metric": name}},
        )["id"]
        for name in METRICS
    ]


def judges(http: httpx.Client, project: TestProject, model: Model) -> list[str]:
    """Two, both the small model."""
    told = {"name": "small", "provider": "llama.cpp", "base_url": model.url}
    connection = post(http, project, "/connections", told | {"models": [model.name]})["id"]
    asked = {
        "connection_id": connection,
        "model": model.name,
        "parameters": {"max_tokens": 40, "temperature": 0, "seed": 1},
        "messages": [{"role": "user", "content": JUDGE}],
    }
    return [
        post(
            http,
            project,
            "/evaluators",
            {"name": name, "kind": "judge", "settings": asked | {"score": scale}},
        )["id"]
        for name, scale in JUDGES.items()
    ]


def capitals(http: httpx.Client, project: TestProject) -> str:
    """A data set of `ITEMS`."""
    dataset = post(http, project, "/datasets", {"name": "capitals"})["id"]
    items = [
        {"input": {"country": f"{COUNTRIES[n % len(COUNTRIES)]} ({n})"}, "expected_output": "Paris"}
        for n in range(ITEMS)
    ]
    post(http, project, f"/datasets/{dataset}/items", {"items": items})
    return dataset


def all_scored(told: Any, found: Any) -> None:
    """By every metric; and by the judges as far as so small a model keeps to the shape: where it
    does not, that is told, and never scored."""
    standing = {each["name"]: each for each in told["evaluators"]}
    counts = {each["metric"]: each["count"] for each in found["metrics"]}
    for name in METRICS:
        assert standing[name]["done"] == counts[name] == ITEMS
    for name in JUDGES:
        assert standing[name]["done"] + standing[name]["failed"] == ITEMS
        assert counts.get(name, 0) == standing[name]["done"]
    assert standing["polite"]["done"] > 0


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
        judges(http, project, model)
        metrics(http, project)
        dataset = capitals(http, project)
        id = begun(page, project, dataset, (*JUDGES, *METRICS))
        told = settled(http, project, id, 60 + 20 * ITEMS)
        found = http.get(f"/api/pilothouse/projects/{project.id}/experiments/{id}").json()
    assert (told["job"]["done"], told["job"]["failed"]) == (ITEMS, 0), told["job"]["error"]
    all_scored(told, found)
    # The page followed it to its end, and shows the same.
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", str(ITEMS))
    for name in METRICS:
        expect(page.get_by_role("row", name=f"{name} v1")).to_contain_text(f"{ITEMS} / {ITEMS}")
    page.context.close()


@pytest.mark.model
@pytest.mark.parametrize("generation", ["v2", "v4", "v5"])
def test_an_application_runs_it_and_the_server_judges(
    server: Server, model: Model, generation: str
) -> None:
    project = server.new_project()
    with project.http() as http:
        capitals(http, project)
        environment = project.environment() | {"MODEL_URL": model.url, "MODEL_NAME": model.name}
        name = f"langfuse_{generation}_experiment"
        printed = run_reader(name, environment, timeout=60 + 20 * ITEMS).stdout
        answers = json.loads(printed.strip().splitlines()[-1])
        assert len(answers) == ITEMS
        path = f"/api/pilothouse/projects/{project.id}/experiments"
        [run] = http.get(path).json()["items"]
        assert (run["name"], run["items"]) == ("small model", ITEMS)
        chosen = [*judges(http, project, model), *metrics(http, project)]
        asked = {"evaluators": [{"evaluator_id": id} for id in chosen]}
        post(http, project, f"/experiments/{run['id']}/evaluate", asked)
        told = settled(http, project, run["id"], 60 + 20 * ITEMS)
        found = http.get(f"{path}/{run['id']}").json()
        items = http.get(f"{path}/{run['id']}/items", params={"limit": ITEMS}).json()["items"]
        traces = [
            http.get(f"/api/pilothouse/projects/{project.id}/traces/{each['trace_id']}").json()
            for each in items
        ]
    all_scored(told, found)
    assert {each["metric"]: each["count"] for each in found["metrics"]}["is short"] == ITEMS
    assert (
        len({each["item_id"] for each in items})
        == len({each["trace_id"] for each in items})
        == ITEMS
    )
    for trace in traces:
        assert [span["model"] for span in trace["spans"] if span["model"]] == [model.name]


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
