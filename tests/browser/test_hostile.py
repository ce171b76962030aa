"""Whatever an application or a colleague writes stays text: it runs nothing, asks no other host for
anything, and leaves the page in its shape."""

import json
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from pilothouse.domain.access import User
from pilothouse.store.relational import accounts
from tests.browser.walk import resize, too_wide, wait_until_counted
from tests.otlp import request, span
from tests.serving import TestProject

FAR = "evil.invalid"
WORDS = {
    "script": "<script>window.hacked = 1</script>",
    "handler": f'"><img src=x onerror=window.hacked=1><svg onload=window.hacked=1><img src=//{FAR}/p>',
    "markdown": (
        f"[now](javascript:window.hacked=1) ![far](https://{FAR}/a.png) ![near](//{FAR}/b.png) "
        f"![broken](broken:x) <https://{FAR}> <b onclick=window.hacked=1>bold</b> "
        "![data](data:text/html,<script>window.hacked=1</script>) [x][r]\n\n[r]: vbscript:hacked"
    ),
    "backwards": "\u202eabc\u202c \u2066def \u200b\u200d\ufeff\u0007 ghi",
    "faces": "👩‍👩‍👧‍👦🏳️‍🌈🇨🇳" * 40,
    "endless": "W" * 2_000,
    "braces": "{{constructor.constructor('window.hacked=1')()}} ${window.hacked=1} {n} %s%n",
    "inherited": "constructor",
    "prototype": "__proto__",
    "formula": f'=HYPERLINK("https://{FAR}","x")',
    "path": "../a/b?c=d&e#f%2F",
}


def _attributes(text: str) -> dict[str, str | int]:
    said = [
        {"role": text, "parts": [{"type": "text", "content": text}], "name": text},
        {"role": "user", "parts": [{"type": "text", "content": text}]},
    ]
    calls = {"type": "tool_call", "id": text, "name": text, "arguments": {text: text}}
    told = [{"role": "assistant", "parts": [calls], "finish_reason": text}]
    return {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": text,
        "gen_ai.provider.name": text,
        "gen_ai.tool.definitions": json.dumps([{"name": text, "description": text}]),
        "gen_ai.input.messages": json.dumps(said),
        "gen_ai.output.messages": json.dumps(told),
        "gen_ai.usage.input_tokens": 10,
        "user.id": text,
        "session.id": text,
        "langfuse.trace.tags": json.dumps([text]),
        "langfuse.trace.metadata." + text: text,
        "langfuse.release": text,
        "langfuse.version": text,
        "langfuse.trace.name": text,
        text: text,
    }


@pytest.fixture
def filled(project: TestProject) -> str:
    """A trace with a call for each of the words, which has it in every place; gives its id."""
    trace_id, root = uuid.uuid4().bytes, uuid.uuid4().bytes[:8]
    made = [span(WORDS["script"], trace_id=trace_id, span_id=root)]
    for text in WORDS.values():
        call = span(text, trace_id=trace_id, parent_span_id=root, attributes=_attributes(text))
        call.status.code, call.status.message = 2, text
        call.events.add(name=text, time_unix_nano=call.end_time_unix_nano)
        made.append(call)
    others = [span(text, attributes=_attributes(text)) for text in WORDS.values()]
    events: list[dict[str, object]] = []
    for text in WORDS.values():
        score = {"traceId": trace_id.hex(), "name": text[:100], "value": text[:100]}
        events += [
            _event("score-create", {**score, "dataType": "CATEGORICAL", "comment": text}),
            _event("trace-create", {"id": text, "timestamp": text, "name": text}),
            _event(text, {"id": text}),
        ]
    with project.http() as http:
        answer = http.post(
            "/api/public/otel/v1/traces",
            content=request(*made, *others).SerializeToString(),
            headers={"content-type": "application/x-protobuf"},
        )
        assert (answer.status_code, answer.content) == (200, b""), answer.text
        http.post("/api/public/ingestion", json={"batch": events}).raise_for_status()
    return trace_id.hex()


def _event(type: str, body: dict[str, str]) -> dict[str, object]:
    now = datetime.now(UTC).isoformat()
    return {"id": uuid.uuid4().hex, "type": type, "timestamp": now, "body": body}


@pytest.fixture
def watched(page: Page, project: TestProject) -> Iterator[Page]:
    """A page that must not open a dialog, ask another host, or run what it shows."""
    wrong: list[str] = []
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    page.on(
        "request",
        lambda one: (
            one.url.startswith((project.server.url, "data:", "blob:")) or wrong.append(one.url)
        ),
    )
    yield page
    assert page.evaluate("window.hacked") is None
    assert wrong == []


def _open(page: Page, project: TestProject, path: str, selector: str) -> None:
    resize(page, "laptop")
    page.goto(f"{project.server.url}/project/{project.id}{path}")
    expect(page.locator(selector).first).to_be_visible()
    _in_shape(page)


def _in_shape(page: Page, *sizes: str) -> None:
    for size in sizes or ("phone", "laptop"):
        resize(page, size)
        assert not too_wide(page), f"{page.url} is too wide on a {size}: {too_wide(page)}"
    assert page.evaluate("window.hacked") is None, page.url


@pytest.mark.usefixtures("filled")
def test_lists_and_peeks_show_words_as_words(watched: Page, project: TestProject) -> None:
    for path in ("/sessions", "/users", "/traces?view=spans", "/traces"):
        _open(watched, project, path, "tbody tr")
        expect(watched.locator("tbody").get_by_text(WORDS["script"]).first).to_be_visible()
    watched.keyboard.press("j")
    watched.keyboard.press("Enter")
    for _ in WORDS:
        expect(watched.locator("aside[aria-label=Trace] [role=treeitem]").first).to_be_visible()
        _in_shape(watched, "phone")
        watched.keyboard.press("j")
    _open(watched, project, "", "main figure canvas")


def test_a_trace_shows_words_as_words(watched: Page, project: TestProject, filled: str) -> None:
    _open(watched, project, f"/traces/{filled}", "main [role=treeitem]")
    rows = watched.get_by_role("treeitem")
    expect(rows).to_have_count(len(WORDS) + 1)
    for number in range(len(WORDS)):
        rows.nth(number + 1).click()
        expect(watched.locator("section article").first).to_be_visible()
        for tab in watched.get_by_role("tab").all():
            tab.click()
            _in_shape(watched, "laptop")
        watched.get_by_role("tab").first.click()
        _in_shape(watched)
    _open(watched, project, f"/traces/{filled}?pane=transcript", "main ol article")
    _open(watched, project, f"/traces/{filled}?pane=graph", "main [role=group] button")


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("word", ["handler", "endless", "backwards", "path"])
def test_a_session_and_a_user_may_be_called_anything(
    watched: Page, project: TestProject, word: str
) -> None:
    id = quote(WORDS[word], safe="")
    _open(watched, project, f"/sessions/{id}", "main article")
    _open(watched, project, f"/users/{id}", "main h1")
    expect(watched.get_by_role("main").get_by_role("alert")).to_have_count(0)


@pytest.mark.usefixtures("filled")
def test_what_was_refused_is_shown_as_it_came(watched: Page, project: TestProject) -> None:
    wait_until_counted(project, "rejected")
    _open(watched, project, "/health", "main li button[aria-expanded]")
    folded = watched.locator("main li button[aria-expanded=false]")
    while folded.count():
        folded.first.click()
    expect(watched.locator("main pre", has_text="window.hacked").first).to_be_visible()
    _in_shape(watched)


def test_names_that_colleagues_give_are_words(
    watched: Page, project: TestProject, context: BrowserContext, owner: User
) -> None:
    hostile = [text[:100] for text in WORDS.values()]
    with project.http() as http:
        for number, text in enumerate(hostile):
            chart = {
                "id": f"w{number}",
                "title": text,
                "kind": "number",
                "question": {"measures": [{"measure": "count"}]},
                "x": 0,
                "y": 0,
                "w": 12,
                "h": 4,
            }
            body = {"name": text, "widgets": [chart], "revision": 0}
            path = f"/api/pilothouse/projects/{project.id}/dashboards/d{number}"
            http.put(path, json=body).raise_for_status()
    with project.server.database.write() as db:
        accounts.rename_project(db, project.id, WORDS["handler"])
    _open(watched, project, "/dashboards", "main li")
    for number in range(len(hostile)):
        _open(watched, project, f"/dashboards/d{number}", "main section")


@pytest.mark.usefixtures("filled")
def test_a_table_of_formulas_opens_as_text(watched: Page, project: TestProject) -> None:
    _open(watched, project, "/traces", "tbody tr")
    watched.get_by_role("button", name="Export", exact=True).click()
    watched.get_by_role("button", name=re.compile("csv", re.IGNORECASE)).click()
    with watched.expect_download() as file:
        watched.get_by_role("link", name="Download").click()
    told = file.value.path().read_text("utf-8-sig")
    assert "'=HYPERLINK" in told
    assert not re.search(r'(^|,)"?=HYPERLINK', told)


def test_a_megabyte_without_a_space_is_read(watched: Page, project: TestProject) -> None:
    said = [{"role": "user", "parts": [{"type": "text", "content": "x" * 1_000_000}]}]
    made = span(
        "chat",
        attributes={
            "gen_ai.operation.name": "chat",
            "gen_ai.input.messages": json.dumps(said),
            "output.value": "y" * 1_000_000,
            "langfuse.trace.metadata.long": "z" * 1_000_000,
        },
    )
    with project.http(**{"content-type": "application/x-protobuf"}) as http:
        body = request(made).SerializeToString()
        http.post("/api/public/otel/v1/traces", content=body).raise_for_status()
    trace = f"/traces/{made.trace_id.hex()}"
    for tab in ("messages", "io", "attributes"):
        _open(watched, project, f"{trace}?tab={tab}", "main [role=tabpanel]")
        for more in watched.get_by_role("button", name="more").all():
            more.click()
        _in_shape(watched)
    _open(watched, project, f"{trace}?pane=transcript", "main ol article")
