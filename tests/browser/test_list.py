"""The list of traces: narrowed, arranged, kept as a view, deleted with undo, exported."""

import re

import pytest
from playwright.sync_api import Page, expect

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
