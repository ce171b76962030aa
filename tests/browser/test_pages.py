"""What a user does in the browser, page by page."""

import json
import re
import time

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Status
from playwright.sync_api import Page, expect

from pilothouse.domain.access import User
from pilothouse.edge import passwords
from pilothouse.store.relational import accounts, keys
from tests.browser.walk import wait_until_counted
from tests.otlp import request, span
from tests.serving import TestProject, eventually

TRACE = bytes.fromhex("0af7651916cd43dd8448eb211c80319c")
ROOT = bytes.fromhex("b7ad6b7169203331")
CALL = bytes.fromhex("00f067aa0ba902b7")


@pytest.fixture
def trace(project: TestProject) -> str:
    """A trace of an agent that calls a model and a tool that fails."""
    asked = [{"role": "user", "parts": [{"type": "text", "content": "Where is **order 8842**?"}]}]
    told = [
        {
            "role": "assistant",
            "parts": [{"type": "text", "content": "It is on its way."}],
            "finish_reason": "stop",
        }
    ]
    who = {"session.id": "chat 1", "user.id": "ann"}
    call = span(
        "chat gpt-5-mini",
        trace_id=TRACE,
        span_id=CALL,
        parent_span_id=ROOT,
        attributes=who
        | {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": "gpt-5-mini",
            "gen_ai.usage.input_tokens": 1200,
            "gen_ai.usage.output_tokens": 30,
            "gen_ai.input.messages": json.dumps(asked),
            "gen_ai.output.messages": json.dumps(told),
        },
    )
    tool = span("lookup_order", trace_id=TRACE, parent_span_id=ROOT, attributes=who)
    tool.status.code = Status.STATUS_CODE_ERROR
    tool.status.message = "order service: connection refused"
    head = span("support", trace_id=TRACE, span_id=ROOT, attributes=who)
    head.start_time_unix_nano -= 1_000_000
    with project.http(**{"content-type": "application/x-protobuf"}) as http:
        body = request(head, call, tool).SerializeToString()
        http.post("/api/public/otel/v1/traces", content=body).raise_for_status()
    return TRACE.hex()


def address(project: TestProject, path: str = "") -> str:
    return f"{project.server.url}/project/{project.id}{path}"


def test_a_stranger_signs_in_and_arrives_where_they_wanted(
    stranger: Page, project: TestProject, owner: User
) -> None:
    with project.server.database.write() as db:
        accounts.set_password(db, owner.id, passwords.hashed("a long enough one"))
    stranger.goto(address(project, "/sessions"))
    expect(stranger).to_have_url(re.compile(r"/sign-in\?to="))
    stranger.get_by_label("E-mail").fill(owner.email)
    stranger.get_by_label("Password").fill("wrong")
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger.get_by_role("alert")).to_have_text("E-mail or password is wrong.")
    stranger.get_by_label("Password").fill("a long enough one")
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger).to_have_url(address(project, "/sessions"))


def test_the_first_trace_is_noticed(
    page: Page, project: TestProject, request: pytest.FixtureRequest
) -> None:
    page.goto(address(project, "/start"))
    expect(page.get_by_text("Waiting for your first trace")).to_be_visible()
    expect(page.get_by_text(project.server.url).first).to_be_visible()
    trace_id = request.getfixturevalue("trace")
    page.get_by_role("link", name="Open the trace").click()
    expect(page).to_have_url(address(project, f"/traces/{trace_id}"))


SHOWN = {
    "": "Traces and errors",
    "/traces": "support",
    "/traces?view=spans": "lookup_order",
    "/sessions": "chat 1",
    "/users": "ann",
    "/users/ann": "support",
    "/health": "Items over time",
    "/settings/general": "Project name",
    "/settings/keys": "Public key",
    "/settings/models": "gpt-5-mini",
    "/settings/members": "Who may see this project",
    "/settings/account": "New password",
}


@pytest.mark.parametrize("size", [(1440, 900), (360, 740)], ids=["wide", "narrow"])
@pytest.mark.usefixtures("trace")
def test_every_page_shows_its_data_and_fits(
    page: Page, project: TestProject, size: tuple[int, int]
) -> None:
    wait_until_counted(project)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for path, shows in SHOWN.items():
        page.goto(address(project, path))
        expect(page.get_by_role("main").get_by_text(shows).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_a_trace_is_read_by_clicks_and_keys(page: Page, project: TestProject, trace: str) -> None:
    page.goto(address(project, f"/traces/{trace}"))
    page.get_by_role("treeitem", name="chat gpt-5-mini").click()
    expect(page).to_have_url(re.compile(CALL.hex()))
    expect(page.locator("strong", has_text="order 8842")).to_be_visible()
    expect(page.get_by_text("It is on its way.")).to_be_visible()
    page.get_by_role("tab", name="Usage & cost").click()
    expect(page.get_by_role("row", name="Input, not cached")).to_contain_text("1,200")
    page.get_by_placeholder("Find in this trace").fill("lookup")
    expect(page.get_by_text("1 match")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("order service: connection refused")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("u")
    expect(page).to_have_url(address(project, "/users"))


def test_home_says_that_nobody_knows_a_price(page: Page, project: TestProject) -> None:
    call = span(
        "chat",
        attributes={
            "gen_ai.operation.name": "chat",
            "gen_ai.request.model": "homemade",
            "gen_ai.usage.input_tokens": 1200,
            "gen_ai.usage.output_tokens": 30,
        },
    )
    with project.http(**{"content-type": "application/x-protobuf"}) as http:
        body = request(call).SerializeToString()
        http.post("/api/public/otel/v1/traces", content=body).raise_for_status()
    page.goto(address(project))
    tile = page.get_by_role("listitem").filter(has_text="Cost")
    expect(tile).to_contain_text("no price")
    expect(page.get_by_role("region", name="Cost by model")).to_contain_text("no price")
    expect(page.get_by_role("region", name="Models")).to_contain_text("homemade")
    expect(page.get_by_role("region", name="Models")).to_contain_text("no price")
    expect(page.get_by_role("main")).not_to_contain_text("$0")


@pytest.mark.usefixtures("trace")
def test_the_list_is_filtered_and_says_what_is_wrong(page: Page, project: TestProject) -> None:
    page.goto(address(project, "/traces?columns=start_time,name,input,output,user"))
    row = page.get_by_role("row", name="support")
    row.get_by_role("button", name="ann").click()
    expect(page).to_have_url(re.compile(r"filter=user%3Aann"))
    expect(row).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("modle:x")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("modle")
    page.get_by_role("button", name="Clear the filter").first.click()
    row.get_by_role("cell").nth(2).click()
    expect(page.get_by_role("complementary", name="Trace")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary", name="Trace")).to_be_hidden()


@pytest.mark.usefixtures("trace")
def test_a_session_reads_as_a_conversation(page: Page, project: TestProject) -> None:
    page.goto(address(project, "/sessions"))
    page.get_by_role("link", name="chat 1").click()
    expect(page.get_by_role("heading", name="Turn 1")).to_be_visible()
    page.get_by_role("link", name="Open trace").click()
    expect(page.get_by_role("tree")).to_be_visible()


def test_a_key_pair_is_made_shown_once_and_revoked(page: Page, project: TestProject) -> None:
    page.goto(address(project, "/settings/keys"))
    page.get_by_role("button", name="New key pair").click()
    page.get_by_label("Note").fill("ci job")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_text(re.compile(r"^sk-lf-")).first).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    row = page.get_by_role("row", name="ci job")
    revoke = row.get_by_role("button", name="Revoke")
    revoke.click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    revoke.click()
    # Going away does not keep it.
    page.goto(address(project))
    eventually(lambda: _keys(project) == 1)


def _keys(project: TestProject) -> int:
    with project.server.database.read() as db:
        return len(keys.of_project(db, project.id))


@pytest.mark.usefixtures("trace")
def test_language_and_theme_stay(page: Page, project: TestProject) -> None:
    page.goto(address(project))
    page.get_by_role("button", name="Account").click()
    page.get_by_role("menuitemcheckbox", name="中文").click()
    page.get_by_role("menuitemcheckbox", name="深色").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("heading", name="概览")).to_be_visible()


def test_a_foreign_image_waits_to_be_asked_for(page: Page, project: TestProject) -> None:
    said = [{"role": "user", "content": "![box](https://images.invalid/box.jpg)"}]
    made = span(
        "chat",
        trace_id=TRACE,
        attributes={
            "langfuse.observation.type": "generation",
            "langfuse.observation.input": json.dumps(said),
        },
    )
    with project.http(**{"content-type": "application/x-protobuf"}) as http:
        http.post(
            "/api/public/otel/v1/traces", content=request(made).SerializeToString()
        ).raise_for_status()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(address(project, f"/traces/{TRACE.hex()}"))
    expect(page.get_by_text("Image from images.invalid")).to_be_visible()
    time.sleep(0.2)
    assert not [url for url in asked if not url.startswith(project.server.url)]
