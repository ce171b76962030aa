"""What a user does with one trace: narrow it, read it as a conversation, see its graph, compare it."""

import json
import re
import time

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from playwright.sync_api import Page, expect

from tests.otlp import SECOND, request, span
from tests.serving import TestProject


def _said(role: str, text: str) -> dict[str, object]:
    return {"role": role, "parts": [{"type": "text", "content": text}]}


def _agent(project: TestProject, number: int, tool: str) -> str:
    """A trace of an agent: a call, a slow tool that fails beside a quick one, a call again."""
    trace_id, began = bytes([number]) * 16, time.time_ns() - 60 * SECOND

    def part(name: str, place: int, start: float, end: float, **attributes: object) -> Span:
        return span(
            name,
            trace_id=trace_id,
            span_id=bytes([number, place]) * 4,
            parent_span_id=b"" if place == 1 else bytes([number, 1]) * 4,
            start_time_unix_nano=began + int(start * SECOND),
            end_time_unix_nano=began + int(end * SECOND),
            attributes={key.replace("__", "."): value for key, value in attributes.items()},
        )

    def call(place: int, start: float, end: float, *messages: dict[str, object]) -> Span:
        *asked, told = messages
        return part(
            "chat",
            place,
            start,
            end,
            gen_ai__operation__name="chat",
            gen_ai__request__model="gpt-5-mini",
            gen_ai__input__messages=json.dumps(asked),
            gen_ai__output__messages=json.dumps([told]),
        )

    question, plan = _said("user", "Where is my lamp?"), _said("assistant", "I will look.")
    more, answer = _said("user", "Please do."), _said("assistant", f"Found by {tool}.")
    slow = part(tool, 3, 1, 4, gen_ai__operation__name="execute_tool")
    slow.status.code = Status.STATUS_CODE_ERROR
    spans = [
        part("agent", 1, 0, 5, gen_ai__operation__name="invoke_agent"),
        call(2, 0, 1, question, plan),
        slow,
        part("quick", 4, 1, 2, gen_ai__operation__name="execute_tool", output__value="a needle"),
        call(5, 4, 5, question, plan, more, answer),
    ]
    with project.http(**{"content-type": "application/x-protobuf"}) as http:
        body = request(*spans).SerializeToString()
        http.post("/api/public/otel/v1/traces", content=body).raise_for_status()
    return trace_id.hex()


@pytest.fixture
def trace(project: TestProject) -> str:
    return _agent(project, 1, "look")


def _address(project: TestProject, path: str) -> str:
    return f"{project.server.url}/project/{project.id}/traces/{path}"


def test_a_trace_is_narrowed_to_what_matters(page: Page, project: TestProject, trace: str) -> None:
    page.goto(_address(project, trace))
    rows = page.get_by_role("treeitem")
    expect(rows).to_have_count(5)
    page.get_by_role("button", name="Slow path").click()
    expect(page).to_have_url(re.compile("only=slow"))
    expect(rows).to_have_count(4)
    expect(rows.filter(has_text="quick")).to_have_count(0)
    page.get_by_role("button", name="Slow path").click()
    page.get_by_role("button", name="Model calls").click()
    page.keyboard.press("n")
    expect(page.get_by_text("1 of 2")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_text("2 of 2")).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_text("1 of 2")).to_be_visible()
    page.get_by_role("button", name="Model calls").click()
    page.get_by_placeholder("Find in this trace").fill("NEEDLE")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 of 1")).to_be_visible()
    expect(page.get_by_role("heading", name="quick")).to_be_visible()


def test_a_transcript_says_everything_once(page: Page, project: TestProject, trace: str) -> None:
    page.goto(_address(project, trace))
    page.get_by_role("radio", name="Transcript").click()
    said = page.get_by_role("list", name="Transcript").get_by_role("article")
    expect(said).to_contain_text(
        ["Where is my lamp?", "I will look.", "Please do.", "Found by look."]
    )
    expect(said).to_have_count(4)
    said.nth(3).get_by_role("button", name="Go to the span chat").click()
    expect(page).to_have_url(re.compile("span=01050105"))


def test_a_graph_leads_to_its_spans(page: Page, project: TestProject, trace: str) -> None:
    page.goto(_address(project, f"{trace}?pane=graph"))
    graph = page.get_by_role("group", name="Calls as a graph")
    expect(graph.get_by_role("button")).to_have_count(4)
    chat = graph.get_by_role("button", name="chat")
    chat.click()
    expect(page).to_have_url(re.compile("span=01020102"))
    chat.click()
    expect(page).to_have_url(re.compile("span=01050105"))
    page.get_by_role("radio", name="Every call").click()
    expect(graph.get_by_role("button")).to_have_count(5)


def test_two_traces_are_compared(page: Page, project: TestProject, trace: str) -> None:
    other = _agent(project, 2, "ask")
    page.goto(_address(project, trace))
    page.get_by_role("button", name="Compare with another trace").click()
    page.get_by_role("link", name=re.compile("5.00 s|5 s")).first.click()
    expect(page).to_have_url(re.compile(f"{trace}/compare/{other}"))
    parts = page.get_by_role("treeitem").filter(has_text="parts here")
    expect(parts).to_contain_text("look")
    expect(page.get_by_role("treeitem").filter(has_text="only in B")).to_contain_text("ask")
    page.keyboard.press("n")
    page.keyboard.press("n")
    page.keyboard.press("n")
    expect(page.get_by_text("Found by ask.")).to_be_visible()
