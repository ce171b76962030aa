"""What a user does with one trace: narrow it, read it as a conversation, see its graph, compare it."""

import json
import re
import time

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from playwright.sync_api import Page, expect

from tests.browser.walk import speak, violations
from tests.otlp import SECOND, pair, request, span
from tests.serving import TestProject, eventually


def _said(role: str, text: str) -> dict[str, object]:
    return {"role": role, "parts": [{"type": "text", "content": text}]}


def _send(project: TestProject, *spans: Span) -> None:
    with project.http(**{"content-type": "application/x-protobuf"}) as http:
        body = request(*spans).SerializeToString()
        http.post("/api/public/otel/v1/traces", content=body).raise_for_status()


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
    _send(project, *spans)
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


def test_the_path_of_a_value_is_copied_from_raw_json(page: Page, project: TestProject) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    order = {"order": {"lines": [{"sku": "A-1"}, {"unit price": 9.5}]}}
    made = span(attributes={"input.value": json.dumps(order)})
    _send(project, made)
    page.goto(_address(project, f"{made.trace_id.hex()}?tab=io"))
    raw = page.get_by_role("region", name="Input", exact=True)
    for row, path in (
        (raw.get_by_text("sku"), "$.order.lines[0].sku"),
        (raw.get_by_text("unit price"), '$.order.lines[1]["unit price"]'),
        (raw.get_by_text("lines"), "$.order.lines"),
    ):
        row.hover()
        raw.get_by_role("button", name=f"Copy path {path}", exact=True).click()
        eventually(lambda path=path: page.evaluate("navigator.clipboard.readText()") == path)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Why is a field empty?", "Model", "Tokens", "Came instead, and fills no field:", "Filled by any of these attributes, none of which came:")),
        ("zh", ("字段为什么为空？", "模型", "Token", "到达的是以下属性，它们不填写任何字段：", "以下任一属性均可填写它，但都没有到达：")),
    ],
)  # fmt: skip
def test_an_empty_field_tells_what_would_have_filled_it(
    page: Page, project: TestProject, language: str, words: tuple[str, ...]
) -> None:
    why, model, tokens, instead, fills = words
    speak(page, language)
    told = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-5-mini"}
    made = span("chat", attributes=told | {"myapp.token_count": 12})
    _send(project, made)
    page.goto(_address(project, made.trace_id.hex()))
    page.get_by_role("button", name=why).click()
    answer = page.get_by_role("dialog", name=why)
    section = answer.locator("section").filter(
        has=page.get_by_role("heading", name=tokens, exact=True)
    )
    expect(section).to_contain_text(fills)
    expect(section).to_contain_text("gen_ai.usage.input_tokens")
    expect(section).to_contain_text(instead)
    expect(section).to_contain_text("myapp.token_count")
    expect(answer.get_by_role("heading", name=model, exact=True)).to_have_count(0)
    assert violations(page) == []


def test_events_and_links_of_a_span_are_shown_and_lead_on(
    page: Page, project: TestProject, trace: str
) -> None:
    made = span("nightly", attributes={"kept": "yes"})
    seen = made.events.add(
        name="cache miss", time_unix_nano=made.start_time_unix_nano + SECOND // 2
    )
    seen.attributes.append(pair("cache.key", "order-8842"))
    failed = made.events.add(name="exception", time_unix_nano=made.end_time_unix_nano)
    failed.attributes.append(pair("exception.message", "no such order"))
    failed.attributes.append(pair("exception.stacktrace", "File lamp.py, line 7"))
    began_by = made.links.add(trace_id=bytes.fromhex(trace), span_id=bytes([1, 4]) * 4)
    began_by.attributes.append(pair("why", "retried"))
    _send(project, made)
    page.goto(_address(project, made.trace_id.hex()))
    page.get_by_role("tab", name="Events 2").click()
    events = page.get_by_role("tabpanel").get_by_role("listitem")
    first = events.filter(has=page.get_by_role("heading", name="cache miss"))
    expect(first).to_contain_text("+500 ms")
    expect(first).to_contain_text("order-8842")
    second = events.filter(has=page.get_by_role("heading", name="exception"))
    expect(second).to_contain_text("no such order")
    expect(second).to_contain_text("File lamp.py, line 7")

    page.get_by_role("tab", name="Attributes").click()
    links = page.get_by_role("region", name="Links")
    expect(links).to_contain_text("retried")
    links.get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"/traces/{trace}.*span=01040104"))
    expect(page.get_by_role("heading", name="quick")).to_be_visible()
