"""What the scenario's applications sent, as a person sees it: each page opened in Chromium."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from pilothouse.domain.access import Role
from pilothouse.edge.access import COOKIE
from tests.compat.conftest import Emitted
from tests.compat.seen import Seen
from tests.serving import TestProject

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Told:
    """What the pages must show of an application."""

    application: str
    trace: str
    user: str
    session: str
    call: str
    """The name of a model call of the trace."""


APPLICATIONS = [
    Told("langfuse_v2_langchain", "SayHello", "wzr", "", "ChatOpenAI"),
    Told("langfuse_v2_openai", "ask", "ada", "session-asks", "OpenAI-generation"),
    Told("langfuse_v5", "ask", "ada", "session-asks", "plain"),
    Told("openinference_langchain", "RunnableSequence", "bob", "session-2", "ChatOpenAI"),
    Told("openllmetry", "joke_and_weather.workflow", "ada", "session-1", "openai.chat"),
    Told("semantic_kernel", "", "", "", "chat"),
    Told("pydantic_ai", "", "", "", "chat"),
]


@pytest.fixture(params=APPLICATIONS, ids=lambda told: told.application)
def told(request: pytest.FixtureRequest) -> Told:
    return request.param


@pytest.fixture
def seen(told: Told, emitted: Emitted) -> Seen:
    return emitted(told.application)


@pytest.fixture
def page(browser: Browser, seen: Seen) -> Iterator[Page]:
    """Signed in; any error on the page fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    context.set_default_timeout(20_000)
    cookie = seen.project.person(Role.OWNER)["cookie"].removeprefix(f"{COOKIE}=")
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": seen.project.server.url}])
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    yield page
    context.close()
    assert wrong == []


def address(project: TestProject, path: str = "") -> str:
    return f"{project.server.url}/project/{project.id}{path}"


def trace_of(told: Told, seen: Seen) -> str:
    """The id of the trace that the pages are asked for."""
    for trace in seen.traces:
        calls = [span for span in trace.of_kind("llm") if span["name"].startswith(told.call)]
        if calls and trace["name"].startswith(told.trace):
            return trace["trace_id"]
    raise AssertionError([trace["name"] for trace in seen.traces])


def test_its_traces_are_listed(page: Page, told: Told, seen: Seen) -> None:
    page.goto(address(seen.project, "/traces"))
    rows = page.get_by_role("main")
    for text in filter(None, (told.trace, told.user)):
        expect(rows.get_by_text(text).first).to_be_visible()


def test_a_model_call_is_read_with_messages_tokens_and_no_price(
    page: Page, told: Told, seen: Seen
) -> None:
    page.goto(address(seen.project, f"/traces/{trace_of(told, seen)}"))
    page.get_by_role("treeitem", name=told.call).first.click()
    main = page.get_by_role("main")
    expect(main.get_by_text("smollm2-135m-instruct").first).to_be_visible()
    expect(main.get_by_text("User", exact=True).first).to_be_visible()
    expect(main.get_by_text("Assistant", exact=True).first).to_be_visible()
    page.get_by_role("tab", name="Usage & cost").click()
    expect(main.get_by_text("no price").first).to_be_visible()
    expect(main.get_by_role("row", name=re.compile("Output")).first).to_be_visible()


def test_its_session_and_its_user_have_pages(page: Page, told: Told, seen: Seen) -> None:
    if told.session:
        page.goto(address(seen.project, f"/sessions/{told.session}"))
        expect(page.get_by_role("main").get_by_text("Turn 1")).to_be_visible()
    if told.user:
        page.goto(address(seen.project, f"/users/{told.user}"))
        expect(page.get_by_role("main").get_by_text(told.user).first).to_be_visible()
    page.goto(address(seen.project))
    expect(page.get_by_role("main").get_by_text("Traces and errors")).to_be_visible()


def test_a_conversation_in_chinese_is_one_session(browser: Browser, emitted: Emitted) -> None:
    seen = emitted("langfuse_v2_langchain")
    (session,) = {trace["session_id"] for trace in seen.traces if trace["session_id"]}
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    cookie = seen.project.person(Role.OWNER)["cookie"].removeprefix(f"{COOKIE}=")
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": seen.project.server.url}])
    page = context.new_page()
    page.goto(address(seen.project, f"/sessions/{session}"))
    main = page.get_by_role("main")
    for said in ("你好，我叫小王。", "法国的首都是哪里？", "我叫什么名字？"):
        expect(main.get_by_text(said).first).to_be_visible()
    context.close()
