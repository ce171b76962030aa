"""Data sets and experiments in the browser: cases kept, runs compared, what lost looked at."""

import re
import time
import uuid

import pytest
from playwright.sync_api import Page, expect

from pilothouse.domain.access import User
from tests.serving import TestProject

HOSTILE = '<img src=x onerror="document.title=1">\u202e\u200b{{7*7}}'

WORDS = {
    "en": {"new": "New data set", "name": "Name", "create": "Create", "item": "New item", "input": re.compile("^Input"), "expected": "Expected output", "save": "Save as a new version", "versions": "Versions", "keep": "Add to a data set", "add": "Add", "experiments": "Experiments", "compare": "Compare", "better": "better", "worse": "Got worse", "unclear": "cannot tell", "less": "Less is better: quality", "lost": "worse", "nothing": "No item fits"},
    "zh": {"new": "新建数据集", "name": "名称", "create": "创建", "item": "新建条目", "input": re.compile("^输入"), "expected": "期望输出", "save": "保存为新版本", "versions": "版本", "keep": "加入数据集", "add": "添加", "experiments": "实验", "compare": "对比", "better": "更好", "worse": "变差的", "unclear": "无法判断", "less": "越低越好: quality", "lost": "更差", "nothing": "没有符合的条目"},
}  # fmt: skip


def dataset(project: TestProject, *, items: int) -> str:
    """With two runs: the second has a better quality, and three items that got worse otherwise."""
    name = f"set {HOSTILE} {uuid.uuid4().hex}"
    with project.http() as http:
        base = f"/api/pilothouse/projects/{project.id}/datasets"
        made = http.post(base, json={"name": name}).raise_for_status().json()
        written = [
            {"id": f"{made['id']}/{n:03}", "input": {"question": f"{HOSTILE} {n}"}}
            for n in range(items)
        ]
        http.post(f"{base}/{made['id']}/items", json={"items": written}).raise_for_status()
        for run, gain in (("before", 0.0), ("after", 0.2)):
            batch, links = [], []
            for n in range(items):
                trace = uuid.uuid4().hex
                right = 0 if run == "after" and n < 3 else 1
                scores = {"quality": 0.5 + gain + (n % 7) / 100, "right": right}
                batch.append(("trace-create", {"id": trace, "output": f"{run} said {HOSTILE} {n}"}))
                batch += [
                    ("score-create", {"traceId": trace, "name": key, "value": value})
                    for key, value in scores.items()
                ]
                links.append({"runName": run, "datasetItemId": written[n]["id"], "traceId": trace})
            moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            events = [
                {"id": uuid.uuid4().hex, "timestamp": moment, "type": kind, "body": body}
                for kind, body in batch
            ]
            answer = http.post("/api/public/ingestion", json={"batch": events})
            assert not answer.raise_for_status().json()["errors"]
            for link in links:
                http.post("/api/public/dataset-run-items", json=link).raise_for_status()
    return made["id"]


def address(project: TestProject, path: str) -> str:
    return f"{project.server.url}/project/{project.id}{path}"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_cases_are_kept_and_written_anew(page: Page, project: TestProject, language: str) -> None:
    word = WORDS[language]
    page.add_init_script(f"localStorage.setItem('pilothouse.language', '{language}')")
    page.goto(address(project, "/datasets"))
    page.get_by_role("button", name=word["new"]).click()
    page.get_by_role("dialog").get_by_label(word["name"]).fill("refunds")
    page.get_by_role("button", name=word["create"]).click()
    page.get_by_role("button", name=word["item"]).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(word["input"]).fill('{"question": "How long?"}')
    dialog.get_by_label(word["expected"]).fill("Five days")
    dialog.get_by_role("button", name=word["create"]).click()
    row = page.get_by_role("row").filter(has_text="How long?")
    expect(row).to_contain_text("Five days")
    row.get_by_role("button").click()
    dialog.get_by_label(word["expected"]).fill("Three days")
    dialog.get_by_role("button", name=word["save"]).click()
    expect(row).to_contain_text("Three days")
    row.get_by_role("button").click()
    versions = dialog.get_by_label(word["versions"])
    expect(versions.get_by_role("option")).to_have_count(2)
    versions.select_option(index=1)
    expect(dialog.get_by_label(word["expected"])).to_have_value("Five days")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_runs_are_compared_and_what_lost_is_looked_at(
    page: Page, project: TestProject, language: str
) -> None:
    word = WORDS[language]
    page.add_init_script(f"localStorage.setItem('pilothouse.language', '{language}')")
    page.goto(address(project, f"/datasets/{dataset(project, items=30)}"))
    page.get_by_role("tab", name=word["experiments"]).click()
    expect(page.get_by_role("button", name=word["compare"])).to_be_disabled()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name=word["compare"]).click()
    quality, right = (
        page.get_by_role("row").filter(has=page.get_by_role("button", name=name, exact=True))
        for name in ("quality", "right")
    )
    expect(quality).to_contain_text(word["better"])
    expect(quality).to_contain_text("+0.2")
    expect(right).to_contain_text(word["unclear"])
    expect(right).to_contain_text("0 / 3")
    right.get_by_role("button", name="right").click()
    page.get_by_role("radio", name=word["worse"]).click()
    articles = page.get_by_role("article")
    expect(articles).to_have_count(3)
    expect(articles.first).to_contain_text("after said")
    expect(articles.first.locator("ins")).to_have_text("after")
    page.get_by_label(word["less"]).check()
    expect(quality).to_contain_text(word["lost"])
    page.reload()
    expect(articles).to_have_count(3)
    assert page.title() != "1"


def test_spans_and_traces_are_put_into_a_data_set(
    page: Page, project: TestProject, owner: User
) -> None:
    trace = uuid.uuid4().hex
    with project.http() as http:
        body = {"id": trace, "name": "chat", "input": "where is it?", "output": "on its way"}
        event = {"id": trace, "timestamp": "2026-11-26T10:00:00Z", "type": "trace-create"}
        batch = {"batch": [{**event, "body": body}]}
        http.post("/api/public/ingestion", json=batch).raise_for_status()
        base = f"/api/pilothouse/projects/{project.id}/datasets"
        made = http.post(base, json={"name": "kept"}).raise_for_status().json()
        page.goto(address(project, f"/traces/{trace}"))
        page.get_by_role("button", name="Add to a data set").click()
        page.get_by_role("dialog").get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_text("1 item added")).to_be_visible()
        items = http.get(f"{base}/{made['id']}/items").json()["items"]
    assert [(each["input"], each["expected_output"]) for each in items] == [
        ("where is it?", "on its way")
    ]
    page.goto(address(project, f"/datasets/{made['id']}"))
    page.get_by_role("row").filter(has_text="where is it?").get_by_role("button").click()
    page.get_by_role("link", name="Made of this trace").click()
    expect(page).to_have_url(re.compile(f"/traces/{trace}"))
