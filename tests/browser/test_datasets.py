"""Data sets in the browser: folders, splits and tags, files in and out, the past, doubles."""

import json
import re
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walk import speak
from tests.serving import TestProject

HOSTILE = '<img src=x onerror="document.title=1">\u202e{{7*7}}'

WORDS = {
    "en": {"choose": re.compile("^Choose “"), "set_split": "Set the split", "apply": "Apply", "add_tags": "Add tags", "any_split": "Any split", "any_tag": "Any tag", "search": "Search in items", "nothing": "No item fits", "archive": "Archive", "state": "State", "deal": "Split at random", "becomes": "“{}” becomes", "becomes_id": "Id", "import": "Import 3 rows", "done": "2 added, 0 changed, 0 unchanged", "row": "Row 4", "export": "Export", "chat": "OpenAI fine-tuning, chat", "download": "Download 1 item", "keep": "Keep this one, archive the others", "settings": "Settings", "schema": "JSON Schema of inputs", "save": "Save", "file": "Choose a file"},
    "zh": {"choose": re.compile("^选择“"), "set_split": "设置划分", "apply": "应用", "add_tags": "添加标签", "any_split": "任意划分", "any_tag": "任意标签", "search": "在条目中搜索", "nothing": "没有符合的条目", "archive": "归档", "state": "状态", "deal": "随机划分", "becomes": "“{}”成为", "becomes_id": "ID", "import": "导入 3 行", "done": "新增 2，修改 0，未变 0", "row": "第 4 行", "export": "导出", "chat": "OpenAI 微调，对话", "download": "下载 1 个条目", "keep": "保留这个，其余归档", "settings": "设置", "schema": "输入的 JSON Schema", "save": "保存", "file": "选择文件"},
}  # fmt: skip


def made(project: TestProject, name: str = "", items: list[dict[str, Any]] | None = None) -> str:
    with project.http() as http:
        base = f"/api/pilothouse/projects/{project.id}/datasets"
        body = {"name": name or f"set {uuid.uuid4().hex}"}
        id = http.post(base, json=body).raise_for_status().json()["id"]
        if items:
            http.post(f"{base}/{id}/items", json={"items": items}).raise_for_status()
    return id


def items(project: TestProject, dataset: str, **params: Any) -> list[dict[str, Any]]:
    with project.http() as http:
        path = f"/api/pilothouse/projects/{project.id}/datasets/{dataset}/items"
        return http.get(path, params=params).raise_for_status().json()["items"]


def go(page: Page, project: TestProject, path: str) -> None:
    page.goto(f"{project.server.url}/project/{project.id}{path}")


def test_folders_are_walked(page: Page, project: TestProject) -> None:
    made(project, "plain")
    made(project, "support/chat/refunds")
    go(page, project, "/datasets")
    expect(page.get_by_role("row")).to_have_count(3)
    page.get_by_role("link", name="support").click()
    page.get_by_role("link", name="chat").click()
    page.get_by_role("link", name="refunds").click()
    expect(page.get_by_role("heading")).to_contain_text("Data sets")
    page.get_by_role("heading").get_by_role("link", name="support").click()
    expect(page.get_by_role("link", name="chat")).to_be_visible()
    page.get_by_label("Search by name").fill("refu")
    expect(page.get_by_role("link", name="support/chat/refunds")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_splits_and_tags_are_set_many_at_once_and_found_again(
    page: Page, project: TestProject, language: str
) -> None:
    word = WORDS[language]
    speak(page, language)
    dataset = made(project, items=[{"input": f"{HOSTILE} {n}"} for n in range(5)])
    go(page, project, f"/datasets/{dataset}")
    boxes = page.get_by_role("checkbox", name=word["choose"])
    boxes.nth(0).check()
    boxes.nth(2).click(modifiers=["Shift"])
    page.get_by_role("button", name=word["set_split"]).click()
    page.get_by_role("dialog").get_by_label(word["set_split"]).fill("held out")
    page.get_by_role("button", name=word["apply"]).click()
    expect(page.get_by_role("row").filter(has_text="held out")).to_have_count(3)
    boxes.nth(0).check()
    page.get_by_role("button", name=word["add_tags"]).click()
    page.get_by_role("dialog").get_by_label(word["add_tags"]).fill("难, hard")
    page.get_by_role("button", name=word["apply"]).click()
    page.get_by_label(word["any_tag"]).select_option("难")
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_label(word["any_tag"]).select_option("")
    page.get_by_label(word["any_split"]).select_option("held out")
    expect(page.get_by_role("row")).to_have_count(4)
    page.get_by_label(word["search"]).fill("nowhere")
    expect(page.get_by_text(word["nothing"])).to_be_visible()
    page.get_by_label(word["search"]).fill("")
    boxes.nth(0).check()
    page.get_by_role("button", name=word["archive"], exact=True).click()
    expect(page.get_by_role("row")).to_have_count(3)
    page.get_by_label(word["state"]).select_option("archived")
    expect(page.get_by_role("row")).to_have_count(2)
    assert sorted(item["split"] for item in items(project, dataset)) == ["", "", *["held out"] * 2]
    assert page.title() != "1"


def test_items_are_dealt_at_random(page: Page, project: TestProject) -> None:
    dataset = made(project, items=[{"input": n} for n in range(10)])
    go(page, project, f"/datasets/{dataset}")
    page.get_by_role("button", name="Split at random").click()
    page.get_by_role("button", name="Deal 10 items").click()
    expect(page.get_by_text("Dealt: train 8, test 2")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="train")).to_have_count(8)
    assert len(items(project, dataset, split="test")) == 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_file_is_looked_at_and_brought(
    page: Page, project: TestProject, language: str, tmp_path: Path
) -> None:
    word = WORDS[language]
    speak(page, language)
    dataset = made(project)
    file = tmp_path / "案例.csv"
    rows = (
        f"问题,答案,代号\n退款要多久？,五天,a\n{HOSTILE.replace(chr(34), chr(34) * 2)},x,b\n,空,c\n"
    )
    file.write_bytes(rows.replace("<img", '"<img').replace("}},x", '}}",x').encode("utf-8"))
    go(page, project, f"/datasets/{dataset}?open=import")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(word["file"]).first.set_input_files(file)
    expect(dialog.get_by_role("cell", name="退款要多久？")).to_be_visible()
    dialog.get_by_label(word["becomes"].format("代号")).select_option(label=word["becomes_id"])
    dialog.get_by_role("button", name=word["import"]).click()
    expect(dialog.get_by_text(word["done"])).to_be_visible()
    expect(dialog.get_by_text(word["row"])).to_be_visible()
    found = [(item["id"], item["input"]) for item in items(project, dataset)]
    assert found == [("a", "退款要多久？"), ("b", HOSTILE)]
    assert page.title() != "1"


def test_what_is_no_table_says_so(page: Page, project: TestProject, tmp_path: Path) -> None:
    dataset = made(project)
    go(page, project, f"/datasets/{dataset}?open=import")
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"PK\x03\x04")
    page.get_by_role("dialog").get_by_label("Choose a file").first.set_input_files(file)
    expect(page.get_by_role("alert")).to_contain_text("xlsx")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_export_tells_what_it_leaves_out(
    page: Page, project: TestProject, language: str
) -> None:
    word = WORDS[language]
    speak(page, language)
    told = [{"input": "hi", "expected_output": "hello"}, {"input": "nothing is expected"}]
    dataset = made(project, items=told)
    go(page, project, f"/datasets/{dataset}")
    page.get_by_role("button", name=word["export"]).click()
    page.get_by_label(word["chat"]).check()
    expect(page.get_by_text("no expected output")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=word["download"]).click()
    lines = Path(download.value.path()).read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {
            "messages": [
                {"role": "user", "content": "hi"},
                {"role": "assistant", "content": "hello"},
            ]
        }
    ]


def test_what_changed_is_marked(page: Page, project: TestProject) -> None:
    dataset = made(project, items=[{"id": "a-" + uuid.uuid4().hex, "input": "five days"}])
    before = items(project, dataset)[0]
    time.sleep(0.005)
    with project.http() as http:
        path = f"/api/pilothouse/projects/{project.id}/datasets/{dataset}/items"
        told = [{"id": before["id"], "input": "three days"}, {"input": "new"}]
        http.post(path, json={"items": told}).raise_for_status()
    go(page, project, f"/datasets/{dataset}?tab=changes&before={before['valid_from']}")
    article = page.get_by_role("article")
    expect(article.locator("ins")).to_have_text("three")
    expect(article.locator("del")).to_have_text("five")
    page.get_by_role("radio", name="Added 1").click()
    expect(article).to_contain_text("new")
    page.get_by_role("button", name="Items as they were before").click()
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("row").filter(has_text="five days")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(0)
    page.get_by_role("button", name="As they are now").click()
    expect(page.get_by_role("row").filter(has_text="three days")).to_be_visible()
    page.get_by_role("tab", name="Changes").click()
    page.get_by_role("button", name="The other way round").click()
    expect(page.get_by_role("radio", name="Removed 1")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_doubles_are_archived(page: Page, project: TestProject, language: str) -> None:
    word = WORDS[language]
    speak(page, language)
    told = [{"input": {"q": "twice"}}, {"input": {"q": "twice"}}, {"input": {"q": "once"}}]
    dataset = made(project, items=told)
    go(page, project, f"/datasets/{dataset}?tab=duplicates")
    page.get_by_role("button", name=word["keep"]).first.click()
    expect(page.get_by_role("button", name=word["keep"])).to_have_count(0)
    assert sorted(item["input"]["q"] for item in items(project, dataset)) == ["once", "twice"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_schema_that_items_do_not_fit_names_them(
    page: Page, project: TestProject, language: str
) -> None:
    word = WORDS[language]
    speak(page, language)
    id = uuid.uuid4().hex
    dataset = made(project, items=[{"id": id, "input": 1}])
    go(page, project, f"/datasets/{dataset}")
    page.get_by_role("main").get_by_role("button", name=word["settings"]).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(word["schema"]).fill("{broken")
    expect(dialog.get_by_role("button", name=word["save"])).to_be_disabled()
    dialog.get_by_label(word["schema"]).fill('{"type": "string"}')
    dialog.get_by_role("button", name=word["save"]).click()
    expect(dialog.get_by_role("alert")).to_contain_text(id)
    dialog.get_by_label(word["schema"]).fill('{"type": "number"}')
    dialog.get_by_role("button", name=word["save"]).click()
    expect(dialog).to_have_count(0)


def test_all_that_matches_is_added_once(page: Page, project: TestProject) -> None:
    name, dataset = uuid.uuid4().hex, made(project, "kept")
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    batch = [
        {
            "id": uuid.uuid4().hex,
            "timestamp": moment,
            "type": "trace-create",
            "body": {"id": uuid.uuid4().hex, "name": name, "input": f"q {n}", "output": "a"},
        }
        for n in range(4)
    ]
    with project.http() as http:
        http.post("/api/public/ingestion", json={"batch": batch}).raise_for_status()
    for said in ("4 items added, 0 were there already", "0 would be added, 4 are there already"):
        go(page, project, f"/traces?filter=trace_name:{name}")
        page.get_by_role("button", name="Add what matches").click()
        dialog = page.get_by_role("dialog")
        if said.startswith("4"):
            dialog.get_by_label("Tags").fill("live")
            dialog.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_text(said)).to_be_visible()
    assert len(items(project, dataset, tag="live")) == 4
