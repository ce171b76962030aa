"""Scores in the browser: given, changed and taken back by mouse and by keys, and set against one another."""

import re
import time
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from pilothouse.domain.access import Role, User
from pilothouse.edge.access import COOKIE, OWN_REQUEST
from pilothouse.store.relational import accounts
from tests.browser.walk import in_dark, resize, speak, too_wide, violations
from tests.otlp import SECOND, request, span
from tests.serving import TestProject

PROTOBUF = {"content-type": "application/x-protobuf"}

WORDS = {
    "en": {"score_trace": "Score this trace", "score_span": "Score this span", "score_session": "Score this session", "what": "What is scored", "value": "Value", "comment": "Comment", "save": "Save", "undo": "Undo", "change": "Change the score “{}”", "delete": "Delete the score “{}”", "yes": "yes", "scores": "Scores", "yours": "You gave this score already", "new": "New score config", "name": "Name", "type": "Type", "least": "Least", "greatest": "Greatest", "label": "Label of category {}", "add_category": "Add a category", "bad_bounds": "must be below", "need": "Each category needs", "archive": "Archive {}", "archived": "Show 1 archived", "restore": "Take {} out of the archive", "agreement": "Agreement", "kappa": "Cohen's kappa", "few": "With so few pairs", "source": "Source", "clear": "Clear the filters", "most": "Greatest value", "nothing": "No score matches"},
    "zh": {"score_trace": "为该追踪评分", "score_span": "为该跨度评分", "score_session": "为该会话评分", "what": "评分项", "value": "值", "comment": "备注", "save": "保存", "undo": "撤销", "change": "修改评分“{}”", "delete": "删除评分“{}”", "yes": "是", "scores": "评分", "yours": "你已给过该评分", "new": "新建评分配置", "name": "名称", "type": "类型", "least": "最小值", "greatest": "最大值", "label": "类别 {} 的标签", "add_category": "添加类别", "bad_bounds": "必须小于", "need": "每个类别都需要", "archive": "归档 {}", "archived": "显示 1 个已归档", "restore": "取消归档 {}", "agreement": "一致性", "kappa": "Cohen's kappa", "few": "配对很少", "source": "来源", "clear": "清除筛选", "most": "最大值", "nothing": "没有匹配的评分"},
}  # fmt: skip


def address(project: TestProject, path: str) -> str:
    return f"{project.server.url}/project/{project.id}{path}"


def person(project: TestProject, user: User) -> httpx.Client:
    """What the signed-in person does without a browser."""
    with project.server.database.write() as db:
        token = accounts.sign_in(db, user.id)
    return httpx.Client(
        base_url=f"{project.server.url}/api/pilothouse/projects/{project.id}",
        headers={"cookie": f"{COOKIE}={token}", OWN_REQUEST: "1"},
        timeout=60,
    )


def add_config(project: TestProject, owner: User, name: str, data_type: str, **more: Any) -> str:
    with person(project, owner) as http:
        body = {"name": name, "data_type": data_type, **more}
        return http.post("/score-configs", json=body).raise_for_status().json()["id"]


def answered(project: TestProject, count: int = 1) -> list[tuple[str, str]]:
    """Traces of a head and one call within a session: id of the trace, and of the call."""
    began = time.time_ns() - 600 * SECOND
    made: list[tuple[str, str]] = []
    spans: list[Any] = []
    for n in range(count):
        at = began + n * SECOND
        when = {"start_time_unix_nano": at, "end_time_unix_nano": at + SECOND}
        who = {"session.id": "talk"}
        head = span("support", attributes=who, **when)
        call = span(
            "answer",
            attributes=who,
            trace_id=head.trace_id,
            parent_span_id=head.span_id,
            **when,
        )
        spans += [head, call]
        made.append((head.trace_id.hex(), call.span_id.hex()))
    with project.http(**PROTOBUF) as http:
        http.post("/v1/traces", content=request(*spans).SerializeToString()).raise_for_status()
    return made


CATEGORIES = [
    {"label": "resolved", "value": 2},
    {"label": "open", "value": 1},
    {"label": "escalated", "value": 0},
]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_trace_is_scored_by_keys(
    page: Page, project: TestProject, owner: User, language: str
) -> None:
    words = WORDS[language]
    [(trace_id, _)] = answered(project)
    add_config(project, owner, "resolution", "categorical", categories=CATEGORIES)
    speak(page, language)
    page.goto(address(project, f"/traces/{trace_id}"))
    expect(page.get_by_role("tree")).to_be_visible()
    page.keyboard.press("s")
    form = page.get_by_role("dialog", name=words["score_trace"])
    expect(form.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("2")
    expect(form.get_by_role("radio", name="open")).to_be_checked()
    page.keyboard.press("ArrowRight")
    expect(form.get_by_role("radio", name="escalated")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("问了 2 次")
    page.keyboard.press("Control+Enter")
    expect(form).to_have_count(0)
    badge = page.get_by_role("button", name="resolution escalated")
    expect(badge).to_be_visible()

    # It is one's own: scoring by the same config again changes it.
    page.keyboard.press("s")
    expect(form.get_by_text(words["yours"])).to_be_visible()
    expect(form.get_by_label(words["comment"])).to_have_value("问了 2 次")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    badge = page.get_by_role("button", name="resolution resolved")
    expect(badge).to_have_count(1)
    page.reload()
    badge.focus()
    page.keyboard.press("Enter")
    told = page.get_by_role("dialog", name="resolution", exact=True)
    expect(told).to_contain_text("问了 2 次")
    expect(told).to_contain_text("Ann")
    page.keyboard.press("Escape")
    expect(told).to_have_count(0)
    assert violations(page) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_span_is_scored_and_the_score_taken_back(
    page: Page, project: TestProject, owner: User, language: str
) -> None:
    words = WORDS[language]
    [(trace_id, span_id)] = answered(project)
    add_config(project, owner, "helpful", "numeric", min_value=0, max_value=5)
    speak(page, language)
    page.goto(address(project, f"/traces/{trace_id}?span={span_id}&tab=scores"))
    panel = page.get_by_role("tabpanel")
    panel.get_by_role("button", name=words["scores"] if language == "zh" else "Score").click()
    form = page.get_by_role("dialog", name=words["score_span"])
    field = form.get_by_label(words["value"])
    field.fill("7")
    expect(form.get_by_role("button", name=words["save"])).to_be_disabled()
    field.fill("4.5")
    form.get_by_role("button", name=words["save"]).click()
    row = panel.get_by_role("row").filter(has_text="helpful")
    expect(row).to_contain_text("4.5")
    row.get_by_role("button", name=words["change"].format("helpful")).click()
    change = page.get_by_role("dialog", name=words["change"].format("helpful"))
    change.get_by_label(words["value"]).fill("1")
    change.get_by_label(words["comment"]).fill("too long")
    change.get_by_role("button", name=words["save"]).click()
    expect(row).to_contain_text("too long")
    assert violations(page) == []

    row.get_by_role("button", name=words["delete"].format("helpful")).click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name=words["undo"]).click()
    expect(row).to_contain_text("too long")
    row.get_by_role("button", name=words["delete"].format("helpful")).click()
    expect(row).to_have_count(0)
    # Leaving the page ends the time to undo.
    page.goto(f"{project.server.url}/healthz")
    with person(project, owner) as http:
        deadline = time.monotonic() + 10
        while http.get(f"/traces/{trace_id}").json()["scores"]:
            assert time.monotonic() < deadline, "the score was not deleted"
            time.sleep(0.1)


def test_a_session_is_scored_from_its_page_and_a_trace_beside_its_list(
    page: Page, project: TestProject, owner: User
) -> None:
    [(trace_id, _)] = answered(project)
    add_config(project, owner, "solved", "boolean")
    page.goto(address(project, "/sessions/talk"))
    expect(page.locator("main h1")).to_contain_text("talk")
    page.keyboard.press("s")
    form = page.get_by_role("dialog", name="Score this session")
    form.get_by_text("no", exact=True).click()
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="solved no")).to_be_visible()

    page.goto(address(project, f"/traces?peek={trace_id}"))
    peek = page.get_by_role("complementary", name="Trace")
    expect(peek.get_by_role("tree")).to_be_visible()
    page.keyboard.press("s")
    form = page.get_by_role("dialog", name="Score this trace")
    expect(form.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(peek.get_by_role("button", name="solved yes")).to_be_visible()


def test_who_may_only_look_is_not_offered_to_score(
    stranger: Page, context: BrowserContext, project: TestProject, owner: User
) -> None:
    [(trace_id, _)] = answered(project)
    config_id = add_config(project, owner, "solved", "boolean")
    with person(project, owner) as http:
        body = {"trace_id": trace_id, "config_id": config_id, "value": True}
        http.put("/scores/one", json=body).raise_for_status()
    with project.server.database.write() as db:
        viewer = accounts.add_user(db, f"{accounts.new_id()}@example.com", "Vi")
        accounts.add_project_member(db, viewer.id, project.id, Role.VIEWER)
        token = accounts.sign_in(db, viewer.id)
    context.add_cookies([{"name": COOKIE, "value": token, "url": project.server.url}])
    page = stranger
    page.goto(address(project, f"/traces/{trace_id}"))
    page.get_by_role("button", name="solved yes").click()
    told = page.get_by_role("dialog", name="solved")
    expect(told).to_contain_text("the trace")
    expect(told.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("button", name="Score", exact=True)).to_have_count(0)
    page.goto(address(project, "/settings/scores"))
    expect(page.get_by_role("row").filter(has_text="solved")).to_be_visible()
    expect(page.get_by_role("button", name="New score config")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_configs_are_added_and_archived(page: Page, project: TestProject, language: str) -> None:
    words = WORDS[language]
    speak(page, language)
    page.goto(address(project, "/settings/scores"))
    page.get_by_role("button", name=words["new"]).first.click()
    form = page.get_by_role("dialog", name=words["new"])
    form.get_by_label(words["name"], exact=True).fill("clarity")
    form.get_by_label(words["least"]).fill("5")
    form.get_by_label(words["greatest"]).fill("1")
    form.get_by_role("button", name=words["save"]).click()
    expect(form.get_by_text(words["bad_bounds"])).to_be_visible()
    form.get_by_label(words["type"]).select_option("categorical")
    form.get_by_label(words["label"].format(1), exact=True).fill("clear")
    form.get_by_role("button", name=words["save"]).click()
    expect(form.get_by_role("alert")).to_contain_text(words["need"])
    form.get_by_label(words["label"].format(2), exact=True).fill("unclear")
    form.get_by_role("button", name=words["add_category"]).click()
    form.get_by_label(words["label"].format(3), exact=True).fill("no answer")
    assert violations(page) == []
    form.get_by_role("button", name=words["save"]).click()
    row = page.get_by_role("row").filter(has_text="clarity")
    expect(row).to_contain_text("no answer")
    row.get_by_role("button", name=words["archive"].format("clarity")).click()
    expect(row).to_have_count(0)
    page.get_by_label(words["archived"]).check()
    row.get_by_role("button", name=words["restore"].format("clarity")).click()
    expect(row.get_by_role("button", name=words["archive"].format("clarity"))).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_judge_and_person_are_set_against_one_another(
    page: Page, project: TestProject, owner: User, language: str
) -> None:
    words = WORDS[language]
    config_id = add_config(project, owner, "solved", "boolean")
    verdicts = [(1, 1)] * 4 + [(0, 0)] * 3 + [(1, 0)] * 2 + [(0, 1)]
    traces = answered(project, len(verdicts))
    with person(project, owner) as mine, project.http() as keyed:
        for (trace_id, _), (judge, human) in zip(traces, verdicts, strict=True):
            said = {"traceId": trace_id, "name": "solved", "value": judge, "dataType": "BOOLEAN"}
            keyed.post("/api/public/scores", json=said).raise_for_status()
            body = {"trace_id": trace_id, "config_id": config_id, "value": bool(human)}
            mine.put(f"/scores/{trace_id}", json=body).raise_for_status()
    speak(page, language)
    page.goto(address(project, "/scores?tab=analytics"))
    first, second = (page.locator("main select[id]").nth(place) for place in (0, 1))
    first.select_option("boolean:api:solved")
    second.select_option("boolean:annotation:solved")
    agreement = page.get_by_role("region", name=words["agreement"])
    expect(agreement.get_by_text(words["few"])).to_be_visible()
    cells = agreement.locator("td[title]")
    expect(cells).to_have_text(["3", "1", "2", "4"])
    kappa = agreement.locator("dl > div").filter(has_text=words["kappa"])
    expect(cells.first.get_by_role("link")).to_have_attribute("href", re.compile("score.solved"))
    # By hand: 0.7 agree, 0.5 by chance; the standard error is 0.284.
    expect(kappa).to_contain_text("0.4")
    expect(kappa).to_contain_text("-0.157")
    expect(page).to_have_url(re.compile(r"one=boolean%3Aapi%3Asolved&other=boolean"))
    assert violations(page) == []
    in_dark(page)
    assert violations(page, "color-contrast") == []
    for size in ("phone", "4K"):
        resize(page, size)
        assert too_wide(page) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_scores_are_narrowed_and_lead_to_what_was_scored(
    page: Page, project: TestProject, language: str
) -> None:
    words = WORDS[language]
    [(trace_id, span_id)] = answered(project)
    with project.http() as http:
        for name, value in (("speed", 3), ("speed", 8), ("tone", "friendly")):
            said = {"traceId": trace_id, "observationId": span_id, "name": name, "value": value}
            http.post("/api/public/scores", json=said).raise_for_status()
    speak(page, language)
    page.goto(address(project, "/scores"))
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(3)
    page.get_by_label(words["most"]).fill("5")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("speed")
    expect(page).to_have_url(re.compile(r"max=5"))
    page.get_by_role("combobox", name=words["source"]).select_option("annotation")
    expect(page.get_by_text(words["nothing"])).to_be_visible()
    page.get_by_role("button", name=words["clear"]).first.click()
    expect(rows).to_have_count(3)
    tone = rows.filter(has_text="tone")
    tone.get_by_role("button", name=words["delete"].format("tone")).click()
    expect(rows).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(rows).to_have_count(3)
    assert violations(page) == []
    tone.get_by_role("link").click()
    expect(page).to_have_url(re.compile(rf"traces/{trace_id}\?span={span_id}&tab=scores"))
    expect(page.get_by_role("tabpanel")).to_contain_text("friendly")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_many_scores_are_deleted_at_once(page: Page, project: TestProject, language: str) -> None:
    words = {"en": ("Delete", "Undo"), "zh": ("删除", "撤销")}[language]
    [(trace_id, _)] = answered(project)
    with project.http() as http:
        for value in range(3):
            said = {"traceId": trace_id, "name": "speed", "value": value}
            http.post("/api/public/scores", json=said).raise_for_status()
    speak(page, language)
    page.goto(address(project, "/scores"))
    boxes = page.locator("tbody input[type=checkbox]")
    expect(boxes).to_have_count(3)
    delete, undo = (page.get_by_role("button", name=word, exact=True) for word in words)
    for _ in range(2):
        boxes.nth(0).click()
        boxes.nth(1).click(modifiers=["Shift"])
        assert violations(page) == []
        delete.click()
        expect(boxes).to_have_count(1)
        undo.click()
        expect(boxes).to_have_count(3)
    boxes.nth(0).click()
    delete.click()
    page.goto(address(project, "/settings/account"))
    page.goto(address(project, "/scores"))
    expect(boxes).to_have_count(2)


def test_what_two_people_say_is_told_apart_and_leads_to_the_traces(
    page: Page, project: TestProject, owner: User
) -> None:
    config_id = add_config(project, owner, "solved", "boolean")
    with project.server.database.write() as db:
        other = accounts.add_user(db, f"{accounts.new_id()}@example.com", "Bob")
        accounts.add_project_member(db, other.id, project.id, Role.MEMBER)
    traces = answered(project, 3)
    with person(project, owner) as mine, person(project, other) as theirs:
        for place, (trace_id, _) in enumerate(traces):
            for who, http in (("ann", mine), ("bob", theirs)):
                value = who == "ann" or place == 0
                body = {"trace_id": trace_id, "config_id": config_id, "value": value}
                http.put(f"/scores/{who}{place}", json=body).raise_for_status()
    page.goto(address(project, "/scores?tab=analytics"))
    page.get_by_label("Score: Given by").select_option(owner.id)
    page.get_by_label("Compare with", exact=True).select_option("boolean::solved")
    page.get_by_label("Compare with: Given by").select_option(other.id)
    agreement = page.get_by_role("region", name="Agreement")
    expect(agreement.locator("td[title]")).to_have_text(["", "", "2", "1"])
    expect(agreement).to_contain_text("Bob")
    agreement.get_by_role("link", name="yes and no: 2").click()
    expect(page.get_by_role("grid").or_(page.get_by_role("table"))).to_be_visible()
    expect(page.locator("main tbody tr")).to_have_count(2)


def test_a_turn_shows_the_score_it_was_just_given(
    page: Page, project: TestProject, owner: User
) -> None:
    answered(project)
    add_config(project, owner, "solved", "boolean")
    page.goto(address(project, "/sessions/talk"))
    page.get_by_role("link", name="Open trace").click()
    expect(page.get_by_role("tree")).to_be_visible()
    page.keyboard.press("s")
    form = page.get_by_role("dialog", name="Score this trace")
    expect(form.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="solved yes")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("list", name="All turns")).to_contain_text("solved")
