"""Dashboards: made, changed, looked behind, exported, and charts that zoom."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from pilothouse.domain.access import User
from tests.browser.test_pages import address, trace
from tests.browser.test_scores import answered, person
from tests.browser.walk import resize, speak, too_wide, violations
from tests.otlp import request, span
from tests.serving import TestProject, eventually

__all__ = ["trace"]


@pytest.mark.usefixtures("trace")
def test_a_dashboard_is_made_changed_and_clicked_through(page: Page, project: TestProject) -> None:
    held = list[Route]()
    page.route("**/charts/measures", lambda route: held.append(route), times=1)
    page.goto(address(project, "/dashboards"))
    page.get_by_role("button", name="Cost", exact=True).click()
    # A click that comes before all is there waits for it.
    eventually(lambda: held or page.wait_for_timeout(50))
    held[0].continue_()
    expect(page.get_by_role("heading", name="Cost", level=1)).to_be_visible()
    expect(page.get_by_role("group", name="Cost by model").first).to_contain_text("gpt-5-mini")

    page.get_by_role("button", name="Add chart").click()
    page.get_by_role("radio", name="Top list").click()
    expect(page.get_by_text("Choose what to split by.")).to_be_visible()
    page.get_by_label("Split by").select_option("name")
    page.get_by_role("radio", name="Spans").click()
    expect(page.get_by_role("region", name="Preview")).to_contain_text("lookup_order")
    page.get_by_label("Title").fill("Busy spans")
    page.get_by_role("button", name="Add", exact=True).click()
    mine = page.get_by_role("group", name="Busy spans")
    expect(mine).to_contain_text("lookup_order")

    grip = page.get_by_role("button", name=re.compile("^Move or resize Busy spans"))
    grip.focus()
    before = mine.bounding_box()
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.get_by_text(re.compile(r"5 wide, 7 high"))).to_be_attached()
    page.wait_for_timeout(300)
    after = mine.bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] < before["width"]
    page.reload()
    expect(mine).to_contain_text("lookup_order")

    mine.get_by_role("button", name="More about chart Busy spans").click()
    with page.expect_download() as csv:
        page.get_by_role("menuitem", name="Download CSV").click()
    assert Path(csv.value.path()).read_text("utf-8-sig").startswith("name,count_count\n")
    mine.get_by_role("button", name="More about chart Busy spans").click()
    with page.expect_download() as png:
        page.get_by_role("menuitem", name="Download PNG").click()
    assert Path(png.value.path()).read_bytes().startswith(b"\x89PNG")

    mine.get_by_role("button", name="More about chart Busy spans").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(mine).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(mine).to_be_visible()

    mine.get_by_role("button", name="lookup_order").click()
    expect(page).to_have_url(re.compile(r"/traces\?.*name%3Alookup_order"))
    expect(page.get_by_role("main").get_by_text("lookup_order").first).to_be_visible()
    page.go_back()
    expect(mine).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_judges_mean_stands_beside_what_labels_make_of_it(
    page: Page, project: TestProject, owner: User, language: str
) -> None:
    """It found all of three that people say yes to, and two of three that they say no to."""
    speak(page, language)
    verdicts = [(1, 1), (1, 1), (1, 1), (0, 0), (0, 0), (0, 1)]
    with project.http() as http:
        for (trace, _), sides in zip(answered(project, 6), verdicts, strict=True):
            for source, value in zip(("ANNOTATION", "EVAL"), sides, strict=True):
                body = {"traceId": trace, "name": "right", "value": value, "source": source}
                body |= {"dataType": "BOOLEAN", "authorUserId": "mei"}
                http.post("/api/public/scores", json=body).raise_for_status()
    mean = {"measure": "score", "aggregation": "avg", "key": "right"}
    asked = {"view": "traces", "measures": [mean]}
    widgets = [
        {"id": "n", "title": "Now", "kind": "number", "question": asked, "x": 0, "y": 0, "w": 3, "h": 3},
        {"id": "l", "title": "Days", "kind": "line", "question": asked | {"bucket": "day"}, "x": 0, "y": 3, "w": 6, "h": 7},
    ]  # fmt: skip
    with person(project, owner) as http:
        board = {"name": "Quality", "widgets": widgets}
        http.put("/dashboards/quality", json=board).raise_for_status()
    page.goto(address(project, "/dashboards/quality?range=24h"))
    words = {"en": ("Corrected 0.5 (", "corrected 0.5"), "zh": ("校正后 0.5 (", "校正后 0.5")}
    beside, told = words[language]
    expect(page.get_by_text(beside)).to_be_visible()
    chart = page.locator("figure").get_by_role("slider")
    chart.focus()
    page.keyboard.press("End")
    expect(chart).to_have_attribute("aria-valuetext", re.compile(told))
    resize(page, "phone")
    expect(page.get_by_text(beside)).to_be_visible()
    assert too_wide(page) == []
    assert violations(page) == []


def test_the_quality_template_takes_what_live_traffic_was_scored_with(
    page: Page, project: TestProject
) -> None:
    environments = {"production": ["helpful"], "experiment": ["bleu", "helpful"]}
    spans = {
        each: span("answer", attributes={"langfuse.environment": each}) for each in environments
    }
    with project.http(**{"content-type": "application/x-protobuf"}) as http:
        body = request(*spans.values()).SerializeToString()
        http.post("/api/public/otel/v1/traces", content=body).raise_for_status()
    with project.http() as http:
        for environment, names in environments.items():
            told = {"traceId": spans[environment].trace_id.hex(), "dataType": "NUMERIC"}
            for name in names:
                value = 0.75 if environment == "production" else 0.25
                score = told | {"name": name, "value": value}
                http.post("/api/public/scores", json=score).raise_for_status()
    page.goto(address(project, "/dashboards"))
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Quality", exact=True).click()
    mean = page.get_by_role("group", name="helpful average", exact=True)
    expect(mean.first).to_contain_text("0.75")
    expect(page.get_by_role("group", name="bleu")).to_have_count(0)


def test_dashboards_are_exported_imported_and_deleted_with_undo(
    page: Page, project: TestProject, tmp_path: Path
) -> None:
    page.goto(address(project, "/dashboards"))
    page.evaluate("localStorage.setItem('pilothouse.language', 'zh')")
    page.reload()
    page.get_by_role("button", name="用量", exact=True).click()
    expect(page.get_by_role("heading", name="用量", level=1)).to_be_visible()
    page.get_by_role("button", name="用量 的更多操作").click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name="导出为 JSON").click()
    file = tmp_path / "usage.json"
    saved.value.save_as(file)
    page.get_by_role("link", name="仪表盘").first.click()

    wrong = json.loads(file.read_text("utf-8"))
    wrong["widgets"][0]["question"]["filter"] = "modle:x"
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(wrong), "utf-8")
    page.get_by_label("导入").set_input_files(broken)
    expect(page.get_by_text(re.compile("widget 1: .*modle"))).to_be_visible()

    page.get_by_label("导入").set_input_files(file)
    expect(page).to_have_url(re.compile(r"/dashboards/\w+"))
    page.get_by_role("button", name="用量 的更多操作").click()
    page.get_by_role("menuitem", name="删除").click()
    expect(page).to_have_url(re.compile(r"/dashboards$"))
    cards = page.get_by_role("main").get_by_role("listitem")
    expect(cards).to_have_count(1)
    page.get_by_role("button", name="撤销").click()
    expect(cards).to_have_count(2)


@pytest.mark.usefixtures("trace")
def test_dragging_over_a_chart_zooms_and_back_returns(page: Page, project: TestProject) -> None:
    page.goto(address(project, "?range=1h"))
    plot = page.get_by_role("figure", name="Traces and errors").locator(".u-over")
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + 40, steps=6)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"\?start=\d+&end=\d+"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"\?range=1h"))


def test_a_dashboard_fills_the_screen_refreshes_is_shared_and_duplicated(
    page: Page, project: TestProject
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address(project, "/dashboards"))
    page.get_by_role("button", name="Cost", exact=True).click()
    more = page.get_by_role("button", name="More about Cost")
    expect(more).to_be_visible()
    page.wait_for_load_state("networkidle")

    in_full = "document.fullscreenElement !== null"
    for by_browser in (True, False):
        page.keyboard.press("f")
        eventually(lambda: page.evaluate(in_full))
        expect(more).to_be_hidden()
        # Its own key ends the full screen without telling the page of the key.
        if by_browser:
            page.evaluate("document.exitFullscreen()")
        else:
            page.keyboard.press("f")
        expect(more).to_be_visible()
        eventually(lambda: not page.evaluate(in_full))
        assert "full=" not in page.url

    page.get_by_role("button", name="Refresh by itself").click()
    page.get_by_role("menuitemcheckbox", name="Every 10 seconds").click()
    with page.expect_request("**/charts", timeout=15_000):
        pass

    more.click()
    page.get_by_role("menuitem", name="Copy link to this view").click()
    shared = page.evaluate("navigator.clipboard.readText()")
    assert re.search(r"start=\d+&end=\d+", shared)
    assert "range=" not in shared
    more.click()
    page.get_by_role("menuitem", name="Duplicate").click()
    expect(page.get_by_role("heading", name="Cost (copy)", level=1)).to_be_visible()
    page.goto(shared)
    expect(page.get_by_role("heading", name="Cost", level=1)).to_be_visible()
