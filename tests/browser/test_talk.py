"""What people do together with traces: see what was attached, comment, bookmark, correct, share."""

import base64
import json
import os
import re
import struct
import time
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from pilothouse.domain.access import Role, User
from pilothouse.edge.access import COOKIE
from pilothouse.store.relational import accounts
from tests.browser.walk import in_dark, resize, speak, too_wide, violations
from tests.otlp import request, span
from tests.serving import TestProject

ANSWER = "The **shade** is cracked near the socket."


def _picture() -> bytes:
    def piece(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = b"".join(b"\0" + os.urandom(3 * 40) for _ in range(30))
    head = piece(b"IHDR", struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + piece(b"IDAT", zlib.compress(rows)) + piece(b"IEND", b"")


def _uri(kind: str, body: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(body).decode()}"


def _send(project: TestProject, session: str = "lamp") -> tuple[str, str]:
    """A trace whose model call was asked about a picture: its id and that of the call."""
    gone = "@@@langfuseMedia:type=image/jpeg|id=abcdefghijklmnopqrstuv|source=bytes@@@"
    content = [
        {"type": "text", "text": "What is broken?"},
        {"type": "image_url", "image_url": {"url": _uri("image/png", _picture())}},
        {
            "type": "file",
            "file": {"filename": "a.pdf", "file_data": _uri("application/pdf", b"%PDF")},
        },
        {"type": "image_url", "image_url": {"url": gone}},
    ]
    root = span("answer", attributes={"session.id": session, "output.value": "See the chat."})
    told: dict[str, Any] = {
        "gen_ai.operation.name": "chat",
        "langfuse.observation.input": json.dumps([{"role": "user", "content": content}]),
        "langfuse.observation.output": json.dumps([{"role": "assistant", "content": ANSWER}]),
    }
    chat = span("chat", trace_id=root.trace_id, parent_span_id=root.span_id, attributes=told)
    with project.http(**{"content-type": "application/x-protobuf"}) as http:
        body = request(root, chat).SerializeToString()
        http.post("/api/public/otel/v1/traces", content=body).raise_for_status()
    return root.trace_id.hex(), chat.span_id.hex()


def _open(page: Page, project: TestProject, path: str) -> None:
    page.goto(f"{project.server.url}/project/{project.id}{path}")


@pytest.fixture
def reader(browser: Browser) -> Iterator[Page]:
    """Somebody who is not signed in, in a browser of their own."""
    context = browser.new_context(locale="en-US")
    yield context.new_page()
    context.close()


def _select(page: Page, text: str) -> None:
    """Selects a piece of what was answered, as a hand would."""
    page.locator("[data-side=output]").get_by_text(text).first.wait_for()
    page.evaluate(
        """(text) => {
          const root = document.querySelector("[data-side=output]");
          const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(text);
            if (at < 0) continue;
            getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + text.length);
            return;
          }
        }""",
        text,
    )


def _until(page: Page, expression: str) -> None:
    """The page's policy lets no text become code, which waiting for a function needs."""
    deadline = time.monotonic() + 10
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(50)


_PAINTED = "[...(CSS.highlights.get('comment') ?? [])].map(String)"


def test_what_was_attached_is_shown(page: Page, project: TestProject) -> None:
    trace, chat = _send(project)
    _open(page, project, f"/traces/{trace}?span={chat}")
    picture = page.get_by_role("button", name="Enlarge: Image")
    expect(picture.get_by_role("img")).to_have_js_property("naturalWidth", 40)
    expect(page.get_by_text("image/png ·")).to_be_visible()
    expect(page.get_by_text("a.pdf")).to_be_visible()
    expect(page.get_by_role("link", name="Open", exact=True)).to_be_visible()
    expect(page.get_by_text("Image: cannot be shown")).to_be_visible()
    picture.click()
    expect(page.get_by_role("dialog").get_by_role("img")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Input / Output").click()
    expect(page.locator("[data-side=input] img")).to_be_visible()
    page.get_by_role("radio", name="Text").first.click()
    expect(page.locator("[data-side=input]")).to_contain_text("@@@langfuseMedia:type=image/png")
    page.get_by_role("radio", name="Transcript").click()
    expect(page.get_by_role("list", name="Transcript").get_by_role("img").first).to_be_visible()
    _open(page, project, "/sessions/lamp")
    expect(page.locator("main article img").first).to_be_visible()


def test_a_comment_stays_with_the_text_it_is_about(page: Page, project: TestProject) -> None:
    trace, chat = _send(project)
    _open(page, project, f"/traces/{trace}?span={chat}")
    _select(page, "cracked near")
    page.get_by_role("button", name="Comment on this").click()
    pane = page.get_by_role("complementary", name="Comments")
    expect(pane).to_contain_text("cracked near")
    pane.get_by_role("textbox", name="New comment").fill("Is it **really**?")
    pane.get_by_role("button", name="Comment", exact=True).click()
    said = pane.get_by_role("article")
    expect(said.locator("strong")).to_have_text("really")
    expect(said).to_contain_text("Ann")
    page.reload()
    _until(page, f"{_PAINTED}.join() === 'cracked near'")
    expect(
        page.get_by_role("treeitem").filter(has_text="chat").get_by_role("img", name="1 comment")
    ).to_be_visible()
    page.get_by_role("treeitem").first.click()
    expect(page.locator("h2", has_text="answer")).to_be_visible()
    pane.get_by_role("button", name=re.compile("cracked near")).click()
    expect(page).to_have_url(re.compile(f"span={chat}"))
    _until(page, "CSS.highlights.has('comment-now')")
    said.hover()
    said.get_by_role("button", name="Edit the comment").click()
    said.get_by_role("textbox").fill("It is.")
    said.get_by_role("button", name="Save").click()
    expect(said).to_contain_text("It is.")
    expect(said).to_contain_text("edited")
    said.hover()
    said.get_by_role("button", name="Delete the comment").click()
    expect(said).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(said).to_have_count(1)


def test_text_that_has_changed_is_told(page: Page, project: TestProject, owner: User) -> None:
    trace, chat = _send(project)
    about = {"subject": "span", "trace_id": trace, "span_id": chat, "content": "Hm"}
    quote = {"side": "output", "quote": "was never said", "hash": "other"}
    _open(page, project, f"/traces/{trace}?span={chat}")
    answer = page.request.post(
        f"{project.server.url}/api/pilothouse/projects/{project.id}/comments",
        data={**about, "anchor": quote},
        headers={"x-pilothouse": "1"},
    )
    assert answer.status == 201
    page.reload()
    expect(page.get_by_role("button", name="1 comment")).to_be_visible()
    page.keyboard.press("c")
    pane = page.get_by_role("complementary", name="Comments")
    expect(pane).to_contain_text("The text has changed since.")


def test_members_are_mentioned_and_see_it(page: Page, project: TestProject) -> None:
    with project.server.database.write() as db:
        organisation = accounts.first_organisation(db)
        assert organisation is not None
        ben = accounts.add_user(db, f"{accounts.new_id()}@example.com", "Benjamin Li")
        accounts.add_member(db, ben.id, organisation.id, Role.VIEWER)
    trace, _ = _send(project)
    _open(page, project, f"/traces/{trace}")
    page.get_by_role("button", name="Comments").click()
    field = page.get_by_role("textbox", name="New comment")
    field.press_sequentially("Ask @benj")
    expect(page.get_by_role("option")).to_have_count(1)
    field.press("Enter")
    expect(field).to_have_value("Ask @Benjamin Li ")
    field.press("Control+Enter")
    said = page.get_by_role("complementary", name="Comments").get_by_role("article")
    expect(said.locator(".text-accent")).to_have_text("Benjamin Li")
    with project.http() as http:
        found = http.get(
            f"/api/pilothouse/projects/{project.id}/comments", params={"trace_id": trace}
        ).json()
    assert found["items"][0]["content"] == f"Ask @[Benjamin Li](user:{ben.id})"
    with project.server.database.write() as db:
        token = accounts.sign_in(db, ben.id)
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": project.server.url}])
    _open(page, project, "/users")
    page.get_by_role("button", name="1 new mention").press("Enter")
    mentions = page.get_by_role("dialog", name="Mentions")
    expect(mentions.get_by_role("link")).to_contain_text("Ask @Benjamin Li")
    assert violations(page) == []
    mentions.get_by_role("link").click()
    expect(said).to_contain_text("Ask @Benjamin Li")
    expect(page.get_by_role("button", name="Mentions", exact=True)).to_be_visible()
    resize(page, "phone")
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("button", name="Mentions", exact=True).click()
    expect(mentions.get_by_role("link")).to_be_visible()
    expect(mentions.get_by_role("button", name="Mark all as read")).to_have_count(0)
    assert too_wide(page) == []


def test_bookmarks_show_in_lists_and_heads(page: Page, project: TestProject) -> None:
    trace, _ = _send(project)
    _open(page, project, f"/traces?peek={trace}")
    head = page.get_by_role("complementary", name="Trace")
    with page.expect_response(re.compile("/bookmarks/traces/")):
        head.get_by_role("button", name="Bookmark").click()
    expect(
        page.get_by_role("row").get_by_role("button", name="Remove the bookmark")
    ).to_be_visible()
    _open(page, project, f"/traces?filter=bookmarked:true trace:{trace}")
    expect(page.locator("main tbody tr")).to_have_count(1)
    _open(page, project, f"/traces/{trace}")
    off = page.get_by_role("button", name="Remove the bookmark")
    expect(off).to_be_visible()
    page.keyboard.press("b")
    expect(off).to_have_count(0)
    _open(page, project, "/sessions/lamp")
    expect(page.get_by_role("heading", name="lamp")).to_be_visible()
    page.keyboard.press("b")
    expect(off).to_be_visible()


def test_an_output_is_corrected(page: Page, project: TestProject) -> None:
    trace, chat = _send(project)
    _open(page, project, f"/traces/{trace}?span={chat}")
    page.get_by_role("button", name="Correct the output").click()
    field = page.get_by_role("textbox", name="Corrected output")
    expect(field).to_have_value(ANSWER)
    field.fill(ANSWER.replace("cracked", "bent"))
    field.press("Control+Enter")
    shown = page.get_by_role("region", name="Corrected output")
    expect(shown.locator("del")).to_have_text("cracked")
    expect(shown.locator("ins")).to_have_text("bent")
    expect(shown).to_contain_text("Ann")
    shown.get_by_role("radio", name="Side by side").click()
    expect(shown.locator("h4")).to_have_count(2)
    shown.get_by_role("button", name="Remove the correction").click()
    expect(shown).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(shown).to_be_visible()


def _share(page: Page) -> str:
    page.get_by_role("button", name="Share by link").click()
    page.get_by_role("switch", name="Anybody with the link can read").click()
    return page.get_by_role("textbox", name="Link").input_value()


def test_a_shared_trace_is_read_without_signing_in(
    page: Page, reader: Page, project: TestProject
) -> None:
    trace, _ = _send(project)
    _open(page, project, f"/traces/{trace}")
    reader.goto(f"{project.server.url}/project/{project.id}/traces/{trace}")
    expect(reader).to_have_url(re.compile("/sign-in"))
    address = _share(page)
    expect(page.get_by_role("dialog")).to_contain_text("anybody who has the link")
    reader.goto(address)
    expect(reader.get_by_text("Shared by link, read only")).to_be_visible()
    reader.get_by_role("treeitem").filter(has_text="chat").click()
    expect(reader.get_by_role("button", name="Enlarge: Image")).to_be_visible()
    for name in ("Comments", "Bookmark", "Share by link", "Compare", "Correct the output", "Score"):
        expect(reader.get_by_role("button", name=name)).to_have_count(0)
    assert violations(reader) == []
    for plain in (f"/project/{project.id}/traces/{trace}", f"/trace/{trace}"):
        reader.goto(project.server.url + plain)
        expect(reader).to_have_url(re.compile("/share/"))
        expect(reader.get_by_role("treeitem")).to_have_count(2)
    page.get_by_role("switch").click()
    expect(page.get_by_role("textbox", name="Link")).to_have_count(0)
    reader.goto(address)
    expect(reader.get_by_text("Nothing is shared here")).to_be_visible()


def test_a_shared_session_is_read_without_signing_in(
    page: Page, reader: Page, project: TestProject
) -> None:
    _send(project, "shared one")
    _open(page, project, "/sessions/shared one")
    reader.goto(_share(page))
    expect(reader.get_by_role("heading", name="shared one")).to_be_visible()
    reader.get_by_role("button", name="Details").click()
    expect(reader.get_by_role("region", name="Details")).to_contain_text("chat")
    expect(reader.get_by_role("link", name="Open trace")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everybody_can_use_it(page: Page, project: TestProject, language: str) -> None:
    trace, chat = _send(project)
    speak(page, language)
    _open(page, project, f"/traces/{trace}?span={chat}")
    _select(page, "cracked near")
    page.keyboard.press("c")
    pane = page.locator("aside").last
    pane.get_by_role("textbox").fill("见 **这里**")
    pane.get_by_role("textbox").press("Control+Enter")
    expect(pane.get_by_role("article")).to_have_count(1)
    wrong = violations(page)
    for size in ("phone", "laptop", "4K"):
        resize(page, size)
        assert too_wide(page) == []
    in_dark(page)
    assert wrong + violations(page, "color-contrast") == []
