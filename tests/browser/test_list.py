"""The list of traces: narrowed, arranged, kept as a view, deleted with undo, exported."""

import json
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Page, Route, expect

from pilothouse.domain.access import Role
from pilothouse.edge.access import COOKIE
from pilothouse.store.relational import accounts
from tests.browser.walk import speak
from tests.otlp import request, span
from tests.serving import TestProject

HOSTILE = ["<script>window.hacked = 1</script>", "\u202eevil \u200b refund", "x" * 1_000_000]


@pytest.fixture
def filled(project: TestProject) -> TestProject:
    spans = [
        span(f"job {number}", attributes={"input.value": text})
        for number, text in enumerate(HOSTILE)
    ]
    with project.http(**{"content-type": "application/x-protobuf"}) as http:
        body = request(*spans).SerializeToString()
        http.post("/api/public/otel/v1/traces", content=body).raise_for_status()
    return project


def _open(page: Page, project: TestProject, query: str = "") -> None:
    page.goto(f"{project.server.url}/project/{project.id}/traces{query}")


def test_hostile_texts_are_shown_harmless_and_words_marked(page: Page, filled: TestProject) -> None:
    _open(page, filled)
    expect(page.get_by_role("cell", name="<script>")).to_be_visible()
    assert page.evaluate("window.hacked") is None
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    _open(page, filled, "?filter=refund")
    expect(page.locator("mark", has_text="refund")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Delete the selected traces", "Undo", "Export", "Download", "Views")),
        ("zh", ("删除所选的追踪", "撤销", "导出", "下载", "视图")),
    ],
)
def test_rows_are_chosen_deleted_with_undo_and_exported(
    page: Page, filled: TestProject, language: str, words: tuple[str, ...]
) -> None:
    delete, undo, export, download, views = words
    page.add_init_script(f"localStorage.setItem('pilothouse.language', '{language}')")
    _open(page, filled)
    boxes = page.locator("tbody input[type=checkbox]")
    expect(boxes).to_have_count(3)
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    page.get_by_role("button", name=delete).click()
    expect(boxes).to_have_count(0)
    page.get_by_role("button", name=undo).click()
    expect(boxes).to_have_count(3)
    page.get_by_role("button", name=export, exact=True).click()
    page.get_by_role("button", name=re.compile("csv", re.IGNORECASE)).click()
    with page.expect_download() as file:
        page.get_by_role("link", name=download).click()
    assert file.value.path().read_bytes().count(b"job ") == 3
    expect(page.get_by_role("button", name=views)).to_be_visible()


def _exported(page: Page, button: str, format: str, files: int) -> list[dict[str, Any]]:
    """The rows of one more file, with which there are so many."""
    page.get_by_role("button", name=button, exact=True).click()
    dialog = page.get_by_role("dialog", name="Export")
    dialog.get_by_role("button", name=re.compile(format, re.IGNORECASE)).click()
    links = dialog.get_by_role("link", name="Download")
    expect(links).to_have_count(files)
    with page.expect_download() as file:
        links.first.click()
    page.keyboard.press("Escape")
    assert file.value.suggested_filename.endswith(f".{format}")
    return _rows(file.value.path(), format)


def _rows(file: Path, format: str) -> list[dict[str, Any]]:
    if format == "parquet":
        return pq.read_table(file).to_pylist()
    return [json.loads(line) for line in file.read_bytes().split(b"\n") if line]


@pytest.mark.parametrize("format", ["jsonl", "parquet"])
def test_an_export_holds_whole_rows_of_all_or_of_the_chosen(
    page: Page, filled: TestProject, format: str
) -> None:
    _open(page, filled)
    expect(page.locator("tbody tr")).to_have_count(3)
    rows = _exported(page, "Export", format, 1)
    assert {row["name"]: row["input"] for row in rows} == {
        f"job {number}": text for number, text in enumerate(HOSTILE)
    }
    assert all(row["duration_us"] == 1_000_000 for row in rows)

    page.get_by_role("row", name="job 1").get_by_role("checkbox").click()
    [chosen] = _exported(page, "Export the selected rows", format, 2)
    assert (chosen["name"], chosen["input"]) == ("job 1", HOSTILE[1])


def _as_viewer(page: Page, project: TestProject) -> None:
    """Somebody else sits down: who may only look."""
    with project.server.database.write() as db:
        user = accounts.add_user(db, f"{accounts.new_id()}@example.com", "Ben")
        accounts.add_project_member(db, user.id, project.id, Role.VIEWER)
        token = accounts.sign_in(db, user.id)
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": project.server.url}])


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Views", "Save as a new view…", "Name", "Everybody in the project sees it", "Save", "Open first for me", "Rename or share", "Shared with the project")),
        ("zh", ("视图", "另存为新视图…", "名称", "项目中的所有人都可以看到", "保存", "设为我的默认视图", "重命名或共享", "项目内共享")),
    ],
)  # fmt: skip
def test_a_shared_view_is_seen_by_another_who_opens_it_first(
    page: Page, filled: TestProject, language: str, words: tuple[str, ...]
) -> None:
    views, save_as, name, everybody, save, first, rename, shared = words
    speak(page, language)
    for title, told in (("refunds", True), ("mine alone", False)):
        _open(page, filled, "?filter=refund&columns=name*,cost:120")
        page.get_by_role("button", name=views, exact=True).click()
        page.get_by_role("button", name=save_as).click()
        form = page.get_by_role("dialog")
        form.get_by_label(name).fill(title)
        if told:
            form.get_by_label(everybody).check()
        form.get_by_role("button", name=save).click()
        expect(page).to_have_url(re.compile("saved="))

    _as_viewer(page, filled)
    _open(page, filled)
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_role("button", name=views, exact=True).click()
    menu = page.get_by_role("dialog", name=views)
    expect(menu.get_by_role("heading")).to_have_text([shared])
    expect(menu.get_by_role("listitem")).to_have_count(1)
    expect(menu.get_by_role("button", name=rename)).to_have_count(0)
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        menu.get_by_role("button", name=first).click()
    menu.get_by_role("button", name="refunds").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("thead th")).to_have_count(3)

    _open(page, filled)
    expect(page).to_have_url(re.compile("filter=refund"))
    expect(page.get_by_role("button", name="refunds")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_view_is_kept_and_opened_by_its_address(page: Page, filled: TestProject) -> None:
    _open(page, filled, "?filter=refund&columns=name*,cost:120")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name="Save as a new view").click()
    page.get_by_role("textbox", name="Name").fill("refunds")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(re.compile("saved="))
    saved = re.search(r"saved=(\w+)", page.url)
    assert saved
    _open(page, filled, f"?saved={saved[1]}")
    expect(page).to_have_url(re.compile("filter=refund"))
    expect(page.locator("thead th")).to_have_count(3)


def test_the_bars_narrow_the_range_and_back_returns(page: Page, filled: TestProject) -> None:
    _open(page, filled, "?range=1h")
    page.get_by_role("slider").press("ArrowLeft")
    page.get_by_role("slider").press("Enter")
    expect(page).to_have_url(re.compile(r"start=\d+&end=\d+|end=\d+.*start=\d+"))
    page.go_back()
    expect(page).to_have_url(re.compile("range=1h"))


def test_what_is_typed_before_the_editor_comes_is_kept(page: Page, filled: TestProject) -> None:
    """The editor of the filter is fetched when one wants to type; no key waits for it."""
    waiting: list[Route] = []
    page.route("**/filter-line-*.js", lambda route: waiting.append(route))
    _open(page, filled)
    expect(page.locator("tbody tr")).to_have_count(3)
    page.keyboard.press("/")
    page.keyboard.type("xname:job")
    page.keyboard.press("Home")
    page.keyboard.press("Delete")
    field = page.get_by_role("textbox", name="Filter", exact=True)
    expect(field).to_have_value("name:job")
    while not waiting:
        page.wait_for_timeout(20)
    waiting[0].continue_()
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.type("-")
    expect(page.locator(".cm-content")).to_have_text("-name:job")
    page.keyboard.press("Backspace")
    page.keyboard.press("End")
    page.keyboard.type('*0"')
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("filter=name"))


def test_one_filters_without_the_editor_where_it_cannot_be_had(
    page: Page, filled: TestProject
) -> None:
    page.route("**/filter-line-*.js", lambda route: route.abort())
    _open(page, filled, "?filter=level:default")
    field = page.get_by_role("textbox", name="Filter", exact=True)
    expect(page.locator("[data-filter] span", has_text="level:default")).to_be_visible()
    field.fill("refund")
    field.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Clear the filter").click()
    expect(field).to_have_value("")
    expect(page.locator("tbody tr")).to_have_count(3)


def test_a_mistake_in_the_address_is_marked_where_it_stands(
    page: Page, filled: TestProject
) -> None:
    _open(page, filled, "?filter=latency:%3Ex")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[data-filter] span.underline")).to_be_visible()


def test_the_usual_columns_are_those_that_there_is_room_for(
    page: Page, filled: TestProject
) -> None:
    _open(page, filled)
    user = page.get_by_role("columnheader", name="User")
    for width, shown in ((1440, False), (1920, True), (1440, False)):
        page.set_viewport_size({"width": width, "height": 900})
        expect(user).to_be_visible(visible=shown)
        expect(page.get_by_role("columnheader", name="Output")).to_be_visible()
    _open(page, filled, "?columns=start_time,name,output,user")
    expect(user).to_be_visible()
