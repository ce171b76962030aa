"""Annotation in the browser: two people work on one queue by keys, blind, and what comes of it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pilothouse.domain.access import Role, User
from pilothouse.edge.access import COOKIE
from pilothouse.store.relational import accounts
from tests.browser.test_scores import add_config, address, answered, person
from tests.browser.walk import in_dark, resize, speak, too_wide, violations
from tests.serving import TestProject

WORDS = {
    "en": {"new": "New queue", "name": "Name", "how": "Instructions", "people": "People per item", "blind": "Blind", "create": "Create", "choose": "Choose support", "add_to": "Add to a queue", "add": "Add", "added": "2 items added", "annotate": "Annotate", "correct": "Correct the output", "should": "What it should have been", "done": "All done", "agreement": "Agreement", "alpha": "Krippendorff’s alpha", "disagreements": "Disagreements", "decide": "Decide", "save": "Save the decision", "settled": "All disagreements are settled", "skipped": "You skipped 1 item", "again": "Look at what I skipped", "others": "Others are asked", "yes": "yes"},
    "zh": {"new": "新建队列", "name": "名称", "how": "标注指南", "people": "每条的人数", "blind": "盲评", "create": "创建", "choose": "选择 support", "add_to": "加入标注队列", "add": "添加", "added": "已添加 2 条", "annotate": "开始标注", "correct": "修正输出", "should": "应有的输出", "done": "全部完成", "agreement": "一致性", "alpha": "Krippendorff α", "disagreements": "分歧", "decide": "裁定", "save": "保存裁定", "settled": "所有分歧都已裁定", "skipped": "你跳过的 1 条", "again": "重新看我跳过的", "others": "由其他成员标注", "yes": "是"},
}  # fmt: skip


@pytest.fixture
def bob(project: TestProject) -> User:
    with project.server.database.write() as db:
        user = accounts.add_user(db, f"{accounts.new_id()}@example.com", "Bob")
        accounts.add_project_member(db, user.id, project.id, Role.ANNOTATOR)
    return user


@pytest.fixture
def other(browser: Browser, project: TestProject, bob: User) -> Iterator[Page]:
    """A page of another person, in a browser of their own."""
    context: BrowserContext = browser.new_context(locale="en-US", timezone_id="Europe/Berlin")
    context.set_default_timeout(15_000)
    with project.server.database.write() as db:
        token = accounts.sign_in(db, bob.id)
    context.add_cookies([{"name": COOKIE, "value": token, "url": project.server.url}])
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong == []


def made(
    project: TestProject, owner: User, traces: list[str], **told: Any
) -> tuple[str, str, httpx.Client]:
    """A queue that asks for one yes or no, and a client of its owner."""
    config = add_config(project, owner, "correct", "boolean")
    http = person(project, owner)
    body = {"name": "Answers", "score_config_ids": [config], **told}
    queue = http.post("/annotation-queues", json=body).raise_for_status().json()["id"]
    if traces:
        subjects = [{"trace_id": each} for each in traces]
        path = f"/annotation-queues/{queue}/items"
        http.post(path, json={"subjects": subjects}).raise_for_status()
    return queue, config, http


def given(http: httpx.Client, trace_id: str) -> list[dict[str, Any]]:
    return http.get(f"/traces/{trace_id}").raise_for_status().json()["scores"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_two_people_work_on_one_queue_and_do_not_see_each_other(
    page: Page, other: Page, project: TestProject, owner: User, bob: User, language: str
) -> None:
    words = WORDS[language]
    for each in (page, other):
        speak(each, language)
    traces = [trace for trace, _ in answered(project, 2)]
    add_config(project, owner, "correct", "boolean", description="By the manual")
    add_config(project, owner, "stars", "numeric", min_value=0, max_value=5)

    # The owner makes a queue, and fills it from the list of traces.
    page.goto(address(project, "/annotation"))
    page.get_by_role("button", name=words["new"]).click()
    form = page.get_by_role("dialog")
    form.get_by_label(words["name"], exact=True).fill("Answers")
    for name in ("correct", "stars"):
        form.get_by_text(name, exact=True).click()
    form.get_by_label(words["how"]).fill("Read **all** of it")
    form.get_by_label(words["people"]).select_option("2")
    form.get_by_label(words["blind"]).check()
    assert violations(page) == []
    form.get_by_role("button", name=words["create"]).click()
    expect(page.get_by_role("heading", name="Answers")).to_be_visible()
    page.goto(address(project, "/traces?range=24h"))
    boxes = page.locator("main tbody tr").get_by_role("checkbox")
    expect(boxes).to_have_count(2)
    for n in range(2):
        boxes.nth(n).click()
    page.get_by_role("button", name=words["add_to"]).click()
    page.get_by_role("dialog").get_by_role("button", name=words["add"], exact=True).click()
    expect(page.get_by_text(words["added"])).to_be_visible()

    # The other says yes and four stars of both, by keys alone.
    other.goto(address(project, "/annotation"))
    other.get_by_role("link", name=words["annotate"]).click()
    rows = other.locator("[data-row]")
    for left in ("2", "1"):
        expect(other.locator("header [role=status]")).to_contain_text(left)
        expect(rows.first).to_have_attribute("aria-current", "true")
        other.keyboard.press("1")
        expect(rows.nth(1)).to_have_attribute("aria-current", "true")
        # What cannot be given is not saved, and says so.
        other.keyboard.type("9")
        other.keyboard.press("Enter")
        expect(other.locator("footer [role=status]")).to_contain_text("stars")
        other.keyboard.press("Backspace")
        other.keyboard.type("4")
        other.keyboard.press("Enter")
    expect(other.get_by_text(words["done"])).to_be_visible()

    # The owner sees nothing of it: not on the trace, not in the list of scores.
    http = person(project, owner)
    assert [given(http, each) for each in traces] == [[], []]
    page.goto(address(project, f"/traces/{traces[0]}?tab=scores"))
    expect(page.locator("main [role=treeitem]").first).to_be_visible()
    expect(page.get_by_text("stars")).to_have_count(0)

    # Then says no of the first, and the same of the second: on arrows and digits, mended on the way.
    page.goto(address(project, "/annotation"))
    page.get_by_role("link", name=words["annotate"]).click()
    rows = page.locator("[data-row]")
    expect(rows.first).to_have_attribute("aria-current", "true")
    assert violations(page) == []
    page.keyboard.press("1")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("ArrowUp")
    expect(rows.first).to_have_attribute("aria-current", "true")
    page.keyboard.press("2")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(page.locator("header [role=status]")).to_contain_text("1")
    page.keyboard.press("1")
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(page.get_by_text(words["done"])).to_be_visible()
    said = [
        sorted(
            (each["author_id"] == bob.id, each["name"], each["value"]) for each in given(http, t)
        )
        for t in traces
    ]
    same = [(False, "correct", 1), (False, "stars", 4), (True, "correct", 1), (True, "stars", 4)]
    differs = [(False, "correct", 0), *same[1:]]
    assert sorted(said) == sorted([same, differs])

    # How far they agree, what they do not agree about, and a decision.
    queue = http.get("/annotation-queues").json()["items"][0]["id"]
    page.goto(address(project, f"/annotation/{queue}?tab=agreement"))
    expect(page.get_by_text(words["alpha"]).first).to_be_visible()
    assert violations(page) == []
    page.get_by_role("tab", name=words["disagreements"]).click()
    page.get_by_role("button", name=words["decide"]).click()
    decision = page.get_by_role("dialog")
    decision.get_by_text(words["yes"], exact=True).last.click()
    assert violations(page) == []
    decision.get_by_role("button", name=words["save"]).click()
    expect(page.get_by_text(words["settled"])).to_be_visible()
    final = [each for t in traces for each in given(http, t) if each["adjudicated"]]
    assert {(each["name"], each["value"]) for each in final} == {("correct", 1), ("stars", 4)}


def test_what_is_skipped_comes_again_and_outputs_are_corrected(
    page: Page, project: TestProject, owner: User
) -> None:
    words = WORDS["en"]
    [(first, _), (second, _)] = answered(project, 2)
    queue, _, http = made(project, owner, [first, second])
    page.goto(address(project, f"/annotation/{queue}/work"))
    expect(page.locator("[data-row]")).to_be_visible()
    page.keyboard.press("s")
    expect(page.locator("header [role=status]")).to_contain_text("1")
    page.keyboard.press("o")
    field = page.get_by_label(words["should"])
    expect(field).to_be_focused()
    field.fill("It is 42.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(words["done"])).to_be_visible()
    expect(page.get_by_text(words["skipped"])).to_be_visible()
    [correction] = given(http, second)
    assert (correction["data_type"], correction["text"]) == ("correction", "It is 42.")
    page.get_by_role("button", name=words["again"]).click()
    expect(page.locator("[data-row]")).to_be_visible()
    # Enter alone says what is missing; a click and Enter save.
    page.keyboard.press("Enter")
    expect(page.locator("footer [role=status]")).to_contain_text("correct")
    page.locator("[data-row]").get_by_text("no", exact=True).click()
    page.keyboard.press("Enter")
    expect(page.get_by_text(words["done"])).to_be_visible()
    assert [each["value"] for each in given(http, first)] == [0]
    # Back to what one said: it is there, and is changed.
    page.get_by_role("button", name="Previous item").click()
    expect(page.get_by_role("radio", name="no")).to_be_checked()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.get_by_text(words["done"])).to_be_visible()
    assert [each["value"] for each in given(http, first)] == [1]


def test_who_is_not_asked_does_not_annotate(other: Page, project: TestProject, owner: User) -> None:
    [(trace, _)] = answered(project)
    queue, _, _ = made(project, owner, [trace], assigned=[owner.id])
    other.goto(address(project, "/annotation"))
    expect(other.get_by_text(WORDS["en"]["others"])).to_be_visible()
    expect(other.get_by_role("button", name=WORDS["en"]["new"])).to_have_count(0)
    other.goto(address(project, f"/annotation/{queue}/work"))
    expect(other.get_by_role("alert")).to_be_visible()


def test_spans_and_sessions_are_annotated_too(
    page: Page, project: TestProject, owner: User
) -> None:
    [(trace, call)] = answered(project)
    queue, _, http = made(project, owner, [])
    page.goto(address(project, f"/traces/{trace}?span={call}"))
    page.get_by_role("button", name="Add to a queue").last.click()
    page.get_by_role("dialog").get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("1 item added")).to_be_visible()
    page.goto(address(project, "/sessions/talk"))
    page.get_by_role("button", name="Add to a queue").click()
    page.get_by_role("dialog").get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("1 item added")).to_be_visible()
    page.goto(address(project, f"/annotation/{queue}/work"))
    for _ in range(2):
        expect(page.locator("[data-row]")).to_be_visible()
        for size in ("phone", "laptop"):
            resize(page, size)
            assert too_wide(page) == []
        in_dark(page)
        assert violations(page, "color-contrast") == []
        status = page.locator("header [role=status]").inner_text()
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        expect(page.locator("header [role=status]")).not_to_have_text(status)
    expect(page.get_by_text(WORDS["en"]["done"])).to_be_visible()
    scores = http.get("/scores", params={"start": 0, "end": 2**52}).json()["items"]
    about = {(each["score"]["span_id"], each["score"]["session_id"]) for each in scores}
    assert about == {(call, ""), ("", "talk")}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_judge_is_calibrated_and_labelled_further(
    page: Page, project: TestProject, owner: User, language: str
) -> None:
    speak(page, language)
    traces = [trace for trace, _ in answered(project, 16)]
    queue, _, http = made(project, owner, [])
    with project.http() as key:
        for n, trace in enumerate(traces):
            body = {
                "traceId": trace,
                "name": "correct",
                "value": n % 3 > 0,
                "dataType": "BOOLEAN",
                "source": "EVAL",
                "metadata": {"evaluator_id": "correct", "evaluator_version": 1},
            }
            key.post("/api/public/scores", json=body).raise_for_status()
    page.goto(address(project, "/calibration"))
    none, more = {"en": ("No labels yet", "Label more"), "zh": ("还没有标签", "继续标注")}[language]
    expect(page.get_by_text(none).first).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name=more).click()
    form = page.get_by_role("dialog")
    form.locator("select").nth(1).select_option("10")
    form.get_by_role("button").last.click()
    expect(form).to_have_count(0)
    listed = http.get(f"/annotation-queues/{queue}/items").json()["items"]
    # A judge of yes and no in one version: nothing tells more than chance.
    assert [each["chosen"] for each in listed] == ["random"] * 10
    page.goto(address(project, f"/annotation/{queue}/work"))
    for _ in range(10):
        expect(page.locator("[data-row]")).to_be_visible()
        status = page.locator("header [role=status]").inner_text()
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        expect(page.locator("header [role=status]")).not_to_have_text(status)
    page.goto(address(project, "/calibration"))
    expect(page.locator("main table td").first).to_be_visible()
    # Only yes was labelled: nothing tells how often the judge is wrong about no.
    unknown = {"en": "Cannot be told", "zh": "无法得出"}[language]
    expect(page.get_by_text(unknown).first).to_be_visible()
    assert violations(page) == []
    kind = "boolean%3Aevaluator%3Acorrect"
    page.goto(address(project, f"/scores?range=24h&tab=analytics&one={kind}"))
    beside = {"en": "With the labels", "zh": "结合标签"}[language]
    expect(page.get_by_text(beside)).to_be_visible()
