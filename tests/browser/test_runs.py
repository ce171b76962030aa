"""Experiments that the server runs and rules, in the browser: planned, followed, judged."""

import re
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pilothouse.domain.access import User
from tests.evals.conftest import Provider
from tests.serving import TestProject

WORDS = {
    "en": {"new": "Run an experiment", "connection": "Connection", "model": "Model", "run": "Run", "name": "Name", "retry": "Try what failed again", "more": "Judge with more evaluators", "judge": "Judge", "rule": "New rule", "create": "Create", "history": "Judge history", "begin": "Judge them", "recent": "Latest evaluations", "done": "Done", "cannot": "items cannot be run", "share": "Share, in %", "off": "off", "over": "Over time"},
    "zh": {"new": "运行实验", "connection": "连接", "model": "模型", "run": "运行", "name": "名称", "retry": "重试失败的部分", "more": "用更多评估器评估", "judge": "评估", "rule": "新建规则", "create": "创建", "history": "评估历史数据", "begin": "开始评估", "recent": "最近的评估", "done": "已完成", "cannot": "个条目无法运行", "share": "比例（%）", "off": "停用", "over": "随时间变化"},
}  # fmt: skip


@pytest.fixture
def provider() -> Iterator[Provider]:
    found = Provider()
    found.reply = str.upper
    thread = threading.Thread(target=found.serve_forever, args=(0.02,))
    thread.start()
    yield found
    found.shutdown()
    thread.join()
    found.server_close()


def address(project: TestProject, path: str) -> str:
    return f"{project.server.url}/project/{project.id}{path}"


def post(project: TestProject, path: str, body: Any) -> Any:
    with project.http() as http:
        answer = http.post(f"/api/pilothouse/projects/{project.id}{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()


@pytest.fixture
def dataset(project: TestProject, provider: Provider) -> str:
    told = {"name": "Local", "provider": "openai-compatible", "base_url": provider.url}
    post(project, "/connections", told | {"models": ["gpt-x"], "options": {"retries": 0}})
    for name, settings in (("right", {"metric": "exact"}), ("length", {"metric": "length"})):
        post(project, "/evaluators", {"name": name, "kind": "metric", "settings": settings})
    made = post(project, "/datasets", {"name": f"set {uuid.uuid4().hex[:6]}"})
    items = [
        {"input": {"question": f"<b>item</b> {n}"}, "expected_output": f"<B>ITEM</B> {n}"}
        for n in range(12)
    ]
    post(project, f"/datasets/{made['id']}/items", {"items": items})
    return made["id"]


def test_variables_of_jinja_and_of_parts_are_mapped(
    page: Page, project: TestProject, dataset: str
) -> None:
    part = {"name": "tone", "type": "text", "prompt": "Be {{mood}}.", "labels": ["production"]}
    whole = (
        "@@@langfusePrompt:name=tone|label=production@@@{% if question %}{{ question }}{% endif %}"
    )
    post(project, "/prompts/versions", part)
    config = {"template_format": "jinja2"}
    body = {"name": "whole", "type": "text", "prompt": whole, "config": config}
    post(project, "/prompts/versions", body)
    page.goto(address(project, f"/experiments/new?dataset={dataset}&prompt=whole&version=1"))
    expect(page.get_by_label("mood", exact=True)).to_be_visible()
    expect(page.get_by_label("question", exact=True)).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_experiment_is_planned_run_and_judged(
    page: Page, project: TestProject, owner: User, dataset: str, provider: Provider, language: str
) -> None:
    words = WORDS[language]
    page.add_init_script(f"localStorage.setItem('pilothouse.language', '{language}')")
    provider.reply = lambda text: 400 if text.endswith(" 3") else text.upper()
    page.goto(address(project, f"/datasets/{dataset}?tab=experiments"))
    page.get_by_role("link", name=words["new"]).click()
    page.get_by_label(words["connection"], exact=True).select_option(label="Local")
    expect(page.get_by_label(words["model"], exact=True)).to_have_value("gpt-x")
    page.locator("main .cm-content").nth(1).click()
    page.keyboard.type("{{wanted}}")
    estimate = page.get_by_role("complementary")
    expect(estimate.get_by_text(words["cannot"])).to_be_visible()
    page.get_by_label("wanted", exact=True).fill("input.question")
    expect(estimate.get_by_text(words["cannot"])).to_have_count(0)
    page.get_by_role("checkbox", name="right").check()
    page.get_by_label(words["name"], exact=True).fill("First <i>try</i>")
    page.get_by_role("button", name=words["run"], exact=True).click()

    expect(page.get_by_role("heading", name="First <i>try</i>")).to_be_visible()
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", "12", timeout=30_000)
    expect(page.get_by_text(words["done"], exact=True)).to_be_visible(timeout=30_000)
    judged = page.get_by_role("row", name="right v1")
    expect(judged).to_contain_text("11 / 11")

    provider.reply = str.upper
    page.get_by_role("button", name=words["retry"]).click()
    expect(judged).to_contain_text("12 / 12", timeout=30_000)
    assert len(provider.asked) == 13, "what was answered is not asked again"
    page.get_by_role("button", name=words["more"]).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("checkbox", name="length").check()
    dialog.get_by_role("button", name=words["judge"], exact=True).click()
    expect(page.get_by_role("row", name="length v1")).to_contain_text("12 / 12", timeout=30_000)
    expect(page.get_by_role("row", name=re.compile("^right 1 "))).to_be_visible(timeout=30_000)


def test_experiments_over_a_data_set_make_a_line(
    page: Page, project: TestProject, owner: User, dataset: str
) -> None:
    with project.http() as http:
        connection = http.get(f"/api/pilothouse/projects/{project.id}/connections").json()
        [evaluator, *_] = http.get(f"/api/pilothouse/projects/{project.id}/evaluators").json()[
            "items"
        ]
    for name in ("one", "two"):
        body = {
            "name": name,
            "connection_id": connection["items"][0]["id"],
            "model": "gpt-x",
            "messages": [{"role": "user", "parts": [{"type": "text", "text": "{{question}}"}]}],
            "dataset_id": dataset,
            "evaluators": [{"evaluator_id": evaluator["id"]}],
        }
        post(project, "/experiments", body)
        time.sleep(0.01)
    page.goto(address(project, f"/datasets/{dataset}?tab=experiments"))

    def drawn() -> None:
        line = page.get_by_role("region", name="Over time")
        expect(line.get_by_role("link")).to_have_count(2, timeout=1_000)

    end = time.monotonic() + 30
    while True:
        try:
            drawn()
            break
        except AssertionError:
            assert time.monotonic() < end
            page.reload()
    page.get_by_role("region", name="Over time").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="one")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_rule_is_written_and_judges_history(
    page: Page, project: TestProject, owner: User, dataset: str, language: str
) -> None:
    words = WORDS[language]
    page.add_init_script(f"localStorage.setItem('pilothouse.language', '{language}')")
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    events = [
        {
            "id": uuid.uuid4().hex,
            "timestamp": moment,
            "type": "trace-create",
            "body": {"id": uuid.uuid4().hex, "name": "chat", "input": "hi", "output": output},
        }
        for output in ("hello", "hello you", None)
    ]
    with project.http() as http:
        assert http.post("/api/public/ingestion", json={"batch": events}).status_code == 207
    page.goto(address(project, "/rules"))
    page.get_by_role("button", name=words["rule"]).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(words["name"], exact=True).fill("How <b>long</b>?")
    dialog.get_by_label(words["share"]).fill("250")
    dialog.get_by_role("button", name=words["create"]).click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label(words["share"]).fill("100")
    dialog.get_by_role("button", name=words["create"]).click()
    row = page.get_by_role("listitem").filter(has_text="How <b>long</b>?")
    expect(row).to_be_visible()
    row.get_by_role("button", name=words["history"]).click()
    dialog.get_by_role("button", name=words["begin"]).click()
    expect(dialog).to_have_count(0)
    row.get_by_role("button", name=words["recent"]).click()
    expect(row.get_by_role("listitem")).to_have_count(3, timeout=30_000)
    expect(row.get_by_text("there is no output to look at")).to_have_count(1, timeout=30_000)
    row.get_by_role("listitem").first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="chat", level=1)).to_be_visible()


def test_a_rule_keeps_what_comes_in_as_items(
    page: Page, project: TestProject, dataset: str
) -> None:
    page.goto(address(project, f"/datasets/{dataset}"))
    page.get_by_role("button", name="Add items").click()
    page.get_by_role("menuitem", name="By a rule").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Hello <b>live</b>")
    dialog.get_by_label("Quiet for, in seconds").fill("0")
    dialog.get_by_label("Most items a day").fill("0")
    dialog.get_by_role("button", name="Create").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label("Most items a day").fill("5")
    dialog.get_by_label("Tags").fill("live, kept")
    dialog.get_by_role("button", name="Create").click()
    row = page.get_by_role("listitem").filter(has_text="Hello <b>live</b>")
    expect(row.get_by_text("Today 0 of 5")).to_be_visible()
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    told = {"id": uuid.uuid4().hex, "name": "chat", "input": "just in", "output": "hello"}
    event = {"id": uuid.uuid4().hex, "timestamp": moment, "type": "trace-create", "body": told}
    with project.http() as http:
        assert http.post("/api/public/ingestion", json={"batch": [event]}).status_code == 207
    expect(row.get_by_text("Today 1 of 5")).to_be_visible(timeout=30_000)
    row.get_by_role("link").click()
    page.get_by_text("just in").click()
    page.get_by_role("dialog").get_by_role("link", name="Made of this trace").click()
    expect(page.get_by_role("heading", name="chat", level=1)).to_be_visible()
