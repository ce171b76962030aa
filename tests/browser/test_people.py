"""Sessions as conversations, users over time, and ingest health with what to do, in both languages."""

import json
import re
import time
from typing import Any

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Status
from playwright.sync_api import Page, expect

from tests.browser.walk import speak, violations
from tests.otlp import SECOND, request, span
from tests.serving import TestProject, eventually

PROTOBUF = {"content-type": "application/x-protobuf"}
ARABIC = "مرحبا، أين طلبي؟"
CHINESE = "我的订单什么时候到？"


def address(project: TestProject, path: str) -> str:
    return f"{project.server.url}/project/{project.id}{path}"


def send(project: TestProject, spans: list[Any], path: str = "/v1/traces") -> None:
    with project.http(**PROTOBUF) as http:
        for start in range(0, len(spans), 1_000):
            body = request(*spans[start : start + 1_000]).SerializeToString()
            http.post(path, content=body).raise_for_status()


def turn(session: str, user: str, at: int, asked: str, told: str, error: str = "") -> list[Any]:
    """A trace of a head, a model call, and a tool that answers or fails."""
    who = {"session.id": session, "user.id": user}
    head = span("support", attributes=who, start_time_unix_nano=at, end_time_unix_nano=at + SECOND)
    below = {"trace_id": head.trace_id, "parent_span_id": head.span_id}
    within = {"start_time_unix_nano": at + 1_000, "end_time_unix_nano": at + SECOND}

    def said(role: str, text: str) -> str:
        return json.dumps([{"role": role, "parts": [{"type": "text", "content": text}]}])

    spoken = {"gen_ai.input.messages": said("user", asked)} if asked else {}
    spoken |= {"gen_ai.output.messages": said("assistant", told)} if told else {}
    usage = {"gen_ai.usage.input_tokens": 120, "gen_ai.usage.output_tokens": 30}
    call = span(
        "chat",
        attributes=who
        | usage
        | spoken
        | {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-5-mini"},
        **below,
        **within,
    )
    tool = span(
        "lookup_order",
        attributes=who
        | {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.call.arguments": '{"order": 4711}',
            "gen_ai.tool.call.result": '{"state": "shipped"}',
        },
        **below,
        **within,
    )
    if error:
        tool.status.code = Status.STATUS_CODE_ERROR
        tool.status.message = error
    return [head, call, tool]


@pytest.fixture
def talked(project: TestProject) -> TestProject:
    """A session of six turns by two people; the third fails, the fourth says nothing, the last runs."""
    began = time.time_ns() - 600 * SECOND
    said = [
        ("ann", "Where is my order?", "It is on its way.", ""),
        ("王芳", CHINESE, "明天送达。", ""),
        ("ann", ARABIC, "", "order service: connection refused"),
        ("ann", "", "", ""),
        ("ann", "Thank you", "You are welcome.", ""),
        ("ann", "And the invoice?", "", ""),
    ]
    turns = [
        turn("chat 一", who, began + n * 60 * SECOND, *rest) for n, (who, *rest) in enumerate(said)
    ]
    turns[-1][0].end_time_unix_nano = 0
    for one in turns[-1][1:]:
        one.end_time_unix_nano = 0
    send(project, [each for one in turns for each in one])
    return project


WORDS = {
    "en": {"turn": "Turn", "details": "Details", "errors": "Errors", "steps": "Steps", "next": "Next turn", "next_error": "Next turn with an error", "empty": "This turn recorded neither input nor output.", "arguments": "Arguments"},
    "zh": {"turn": "第", "details": "详情", "errors": "错误", "steps": "步骤", "next": "下一轮", "next_error": "下一个出错的轮次", "empty": "这一轮没有记录输入和输出。", "arguments": "参数"},
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_turn_opens_in_place(page: Page, talked: TestProject, language: str) -> None:
    words = WORDS[language]
    speak(page, language)
    page.goto(address(talked, "/sessions/chat%20%E4%B8%80"))
    expect(page.get_by_role("heading", level=2).filter(has_text=words["turn"])).to_have_count(6)
    for text in (CHINESE, ARABIC, "You are welcome.", words["empty"]):
        expect(page.get_by_text(text).first).to_be_attached()
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile(r"turn=3\b"))
    page.keyboard.press("Enter")
    details = page.get_by_role("region", name=words["details"])
    expect(details.get_by_role("region", name=words["errors"])).to_contain_text(
        "connection refused"
    )
    expect(details.get_by_role("row", name="gpt-5-mini")).to_contain_text("150")
    steps = details.get_by_role("region", name=words["steps"])
    expect(steps.get_by_role("button")).to_have_count(3)
    steps.get_by_role("button", name="lookup_order").click()
    expect(steps.get_by_role("region", name=words["arguments"])).to_contain_text("4711")
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(r"turn=4\b"))
    expect(details.get_by_text("connection refused")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(details).to_have_count(0)
    assert violations(page) == []


def test_the_way_to_a_trace_and_back_keeps_the_place(page: Page, talked: TestProject) -> None:
    page.goto(address(talked, "/sessions/chat%20%E4%B8%80"))
    page.get_by_role("button", name="Next turn with an error").click()
    turn_3 = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Turn 3"))
    turn_3.get_by_role("button", name="Details").click()
    turn_3.get_by_role("link", name="Open trace").click()
    expect(page.get_by_role("tree")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile(r"turn=3.*open=true"))
    expect(page.get_by_role("region", name="Details")).to_contain_text("connection refused")


def test_several_people_and_a_running_turn(page: Page, talked: TestProject) -> None:
    page.goto(address(talked, "/sessions"))
    row = page.get_by_role("row").filter(has_text="chat 一")
    expect(row).to_contain_text("Where is my order?")
    expect(row).to_contain_text("+1")
    page.goto(address(talked, "/sessions/chat%20%E4%B8%80?turn=6"))
    last = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Turn 6"))
    expect(last).to_contain_text("running")
    expect(last).to_contain_text("And the invoice?")
    second = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Turn 2"))
    expect(second).to_contain_text("王芳")


def test_a_thousand_turns_are_reached_at_once_and_not_all_drawn(
    page: Page, project: TestProject
) -> None:
    began = time.time_ns() - 2_000 * SECOND
    turns = [
        turn("long", "ann", began + n * SECOND, f"Question {n}", f"Answer {n}", "lost" * (n == 812))
        for n in range(1, 1_001)
    ]
    send(project, [each for one in turns for each in one])
    page.goto(address(project, "/sessions/long"))
    expect(page.get_by_text("Answer 1", exact=True)).to_be_visible()
    number = page.get_by_role("textbox", name="Turn")
    number.fill("700")
    number.press("Enter")
    expect(page.get_by_text("Answer 700", exact=True)).to_be_in_viewport()
    page.get_by_role("heading", name="Turn 700").click()
    page.keyboard.press("n")
    expect(page.get_by_text("Answer 812", exact=True)).to_be_in_viewport()
    expect(page).to_have_url(re.compile(r"turn=812"))
    assert page.get_by_role("heading", name=re.compile(r"^Turn \d")).count() < 30
    page.reload()
    expect(page.get_by_text("Answer 812", exact=True)).to_be_in_viewport()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_bookmarked_sessions_are_found_again(
    page: Page, project: TestProject, language: str
) -> None:
    words = {"en": ("Bookmarked", "Show all sessions"), "zh": ("已收藏", "显示所有会话")}[language]
    began = time.time_ns() - 600 * SECOND
    for place, name in enumerate(("one", "two")):
        send(project, turn(name, "ann", began + place * SECOND, "Hello", "Hi"))
    speak(page, language)
    page.goto(address(project, "/sessions"))
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(2)
    chosen = page.get_by_role("button", name=words[0], exact=True)
    chosen.click()
    page.get_by_role("button", name=words[1]).click()
    expect(rows).to_have_count(2)
    # The ribbon is there while a row is looked at.
    row = rows.filter(has_text="one")
    row.hover()
    star = row.get_by_role("button", name=re.compile("ookmark|收藏"))
    with page.expect_response(re.compile("/bookmarks/")):
        star.click()
    chosen.click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("one")
    expect(page).to_have_url(re.compile("bookmarked=1"))
    assert violations(page) == []


def test_the_list_of_turns_says_what_was_said_below_their_heads(
    page: Page, project: TestProject
) -> None:
    began = time.time_ns() - 600 * SECOND
    send(project, turn("talk", "ann", began, "Where is my parcel?", "On its way."))
    page.goto(address(project, "/sessions/talk"))
    turns = page.get_by_role("navigation", name="All turns")
    expect(turns.get_by_role("button")).to_contain_text("Where is my parcel?")


def test_a_hand_that_scrolls_takes_the_address_along(page: Page, project: TestProject) -> None:
    began = time.time_ns() - 200 * SECOND
    turns = [turn("s", "ann", began + n * SECOND, f"Q {n}", f"A {n}") for n in range(1, 61)]
    send(project, [each for one in turns for each in one])
    page.goto(address(project, "/sessions/s"))
    page.get_by_text("A 1", exact=True).hover()
    page.mouse.wheel(0, 4_000)
    expect(page).to_have_url(re.compile(r"turn=\d\d"))


# -- users -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Error rate", "Traces and errors", "Models", "Sessions", "No scores in this time range.")),
        ("zh", ("错误率", "追踪与错误", "模型", "会话", "该时间范围内没有评分。")),
    ],
)  # fmt: skip
def test_a_user_over_time(
    page: Page, talked: TestProject, language: str, words: tuple[str, ...]
) -> None:
    rate, activity, models, sessions, no_scores = words
    speak(page, language)
    page.goto(address(talked, "/users"))
    page.get_by_role("link", name="ann", exact=True).click()
    main = page.get_by_role("main")
    expect(main.get_by_role("listitem").filter(has_text=rate)).to_contain_text("20%")
    expect(main.get_by_role("region", name=activity, exact=True)).to_be_visible()
    expect(main.get_by_role("region", name=models, exact=True)).to_contain_text("gpt-5-mini")
    expect(main.get_by_text(no_scores)).to_be_visible()
    assert violations(page) == []
    page.get_by_role("tab", name=sessions).click()
    expect(page).to_have_url(re.compile("tab=sessions"))
    expect(page.get_by_role("row").filter(has_text="chat 一")).to_be_visible()


def test_users_are_ordered_by_their_error_rate(page: Page, talked: TestProject) -> None:
    page.goto(address(talked, "/users"))
    page.get_by_role("button", name="Error rate").click()
    expect(page.locator("tbody tr").first).to_contain_text("20%")
    page.get_by_role("button", name="Error rate").click()
    expect(page.locator("tbody tr").first).to_contain_text("王芳")


def test_scores_of_a_user(page: Page, talked: TestProject) -> None:
    with talked.http() as http:
        within = {"start": 0, "end": time.time_ns() // 1000 + 1, "filter": "user:ann"}
        path = f"/api/pilothouse/projects/{talked.id}/traces"
        traces = [each["trace_id"] for each in http.get(path, params=within).json()["items"]]
        for trace, value in zip(traces, (0.5, 1.0), strict=False):
            # More names than a chart has measures.
            for name in ("very helpful", *(f"other {n}" for n in range(6))):
                score = {"traceId": trace, "name": name, "value": value}
                http.post("/api/public/scores", json=score).raise_for_status()
    page.goto(address(talked, "/users/ann"))
    expect(page.get_by_role("region", name="Scores")).to_contain_text("very helpful20.75")


def test_a_user_who_did_nothing(page: Page, project: TestProject) -> None:
    page.goto(address(project, "/users/nobody"))
    expect(page.get_by_text("This user did nothing in this time range")).to_be_visible()
    page.get_by_role("button", name="Show the last 30 days").click()
    expect(page).to_have_url(re.compile("range=30d"))


# -- ingest health -----------------------------------------------------------------------------


def counted(project: TestProject, told: set[str]) -> None:
    """Waits for these outcomes and SDKs: counts are written once a second."""
    now = time.time_ns() // 1000
    within = {"start": now - 3_600_000_000, "end": now + 60_000_000}
    with project.http() as http:

        def all_are_there() -> bool:
            path = f"/api/pilothouse/projects/{project.id}/ingest-health"
            counts = http.get(path, params=within).json()["counts"]
            return told <= {each[what] for each in counts for what in ("outcome", "sdk")}

        eventually(all_are_there, 15)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "All is well. All 2 items of this range were stored whole and in time."),
        ("zh", "一切正常。该范围内的 2 条数据全部完整、及时地存储。"),
    ],
)
def test_a_healthy_project_says_so(
    page: Page, project: TestProject, language: str, told: str
) -> None:
    send(project, [span(), span()])
    counted(project, {"accepted"})
    speak(page, language)
    page.goto(address(project, "/health"))
    expect(page.get_by_role("status").filter(has_text=told)).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("1 item was refused", "1 item lost a part", "Bad id", "How to fix it", "Value cut", "Arrived late", "1 hour to 1 day", "Known trap")),
        ("zh", ("有 1 条数据被拒收", "有 1 条数据丢失了部分内容", "ID 无效", "如何解决", "值被截断", "迟到", "1 小时至 1 天", "已知问题")),
    ],
)  # fmt: skip
def test_what_went_wrong_comes_with_its_remedy(
    page: Page, project: TestProject, language: str, words: tuple[str, ...]
) -> None:
    refused, lost, bad_id, how, cut, late, step, trap = words
    end = time.time_ns() - 7_300 * SECOND
    send(
        project,
        [
            span("whole"),
            span("nameless", span_id=b"\0" * 8),
            span("long", attributes={"app.note": "<b>x</b>" * 50_000}),
            span("slow", start_time_unix_nano=end - SECOND, end_time_unix_nano=end),
        ],
    )
    old = {"x-langfuse-sdk-name": "python", "x-langfuse-sdk-version": "2.60.10"}
    event = {"id": "1", "type": "sdk-log", "timestamp": "", "body": {}}
    with project.http(**old) as http:
        http.post("/api/public/ingestion", json={"batch": [event]}).raise_for_status()
    counted(project, {"rejected", "dropped", "late", "python 2.60.10"})
    speak(page, language)
    page.goto(address(project, "/health"))
    verdict = page.get_by_role("status").first
    expect(verdict).to_contain_text(refused)
    expect(verdict).to_contain_text(lost)
    main = page.get_by_role("main")
    expect(main.get_by_role("button", expanded=True)).to_contain_text(bad_id)
    expect(main.get_by_role("heading", name=how, exact=True)).to_be_visible()
    expect(main.get_by_text("Langfuse.create_trace_id")).to_be_visible()
    main.get_by_role("button", name="0000000000000000").click()
    expect(main.locator("pre", has_text="nameless")).to_be_visible()
    main.get_by_role("button", name=cut).click()
    main.get_by_role("button", name="'long'").click()
    expect(main.locator("pre", has_text="<b>x</b><b>")).to_be_visible()
    main.get_by_role("button", name=late).click()
    expect(main.get_by_text(step)).to_be_visible()
    assert violations(page) == []
    main.get_by_role("button", name=trap).click()
    expect(page.get_by_role("dialog")).to_contain_text("underscores_in_headers on;")
