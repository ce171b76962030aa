"""A project of a million spans and a trace of 50,000: still a page, not a wait.

How long things take is measured in `bench/browser.py`; here a generous bound catches what is broken.
"""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from pilothouse.domain.access import Role
from pilothouse.edge.access import COOKIE
from pilothouse.store.clickhouse.engine import Embedded
from pilothouse.store.clickhouse.migrations import migrate
from pilothouse.store.relational import accounts
from tests.long_trace import TRACE, bodies
from tests.serving import TestProject, new_server, remove

SPANS = 1_000_000
LONG = 50_000

# Rows that the engine makes of numbers are there in seconds; through the front door they would take
# minutes. They lie in traces of ten, evenly over the last thirty days.
_FILL = f"""
INSERT INTO spans (project_id, trace_id, span_id, parent_id, start_time, end_time, name, kind, level,
  input_preview, output_preview, model, total_tokens, total_cost, billable, is_root, trace_name,
  session_id, user_id, tags, environment, release, revision)
SELECT '{{project}}', lower(hex(MD5(toString(intDiv(number, 10))))), lower(leftPad(hex(number), 16, '0')),
  if(is_root, '', lower(leftPad(hex(number - number % 10), 16, '0'))),
  now64(6) - toIntervalMicrosecond(({SPANS} - number) * {30 * 86_400_000_000 // SPANS}) AS began,
  began + toIntervalMillisecond(number % 997),
  ['agent', 'plan', 'chat', 'search'][number % 10 % 4 + 1] AS name,
  ['agent', 'chain', 'llm', 'tool'][number % 10 % 4 + 1] AS kind,
  if(cityHash64(number) % 50 = 0, 'error', 'default'),
  concat('question ', toString(number)), concat('answer ', toString(number)),
  if(kind = 'llm', ['gpt-5', 'gpt-5-mini', 'claude-sonnet-4-5'][intDiv(number, 10) % 3 + 1], ''),
  if(kind = 'llm', number % 3000, 0), if(kind = 'llm', (number % 3000) / 100000, 0), kind = 'llm',
  number % 10 = 0 AS is_root, ['support', 'research'][intDiv(number, 10) % 2 + 1],
  concat('session-', toString(intDiv(number, 50))), concat('user-', toString(intDiv(number, 50) % 5000)),
  ['web'], 'production', concat('2026.', toString(intDiv(number, 200000))), number + 1
FROM numbers({SPANS})
"""


@pytest.fixture(scope="module")
def much() -> Iterator[TestProject]:
    server = new_server()
    server.folder.mkdir(parents=True)
    engine = Embedded(server.folder / "clickhouse")
    migrate(engine)
    engine.command(_FILL.format(project="much"))
    engine.close()
    try:
        server.start()
        with server.database.write() as db:
            organisation = accounts.first_organisation(db)
            assert organisation is not None
            accounts.add_project(db, organisation.id, "Much", "much")
        yield TestProject(server, "much", "", "")
    finally:
        remove(server)


@pytest.fixture
def visitor(stranger: Page, context: BrowserContext, much: TestProject) -> Page:
    with much.server.database.write() as db:
        user = accounts.add_user(db, f"{accounts.new_id()}@example.com", "Ann")
        accounts.add_project_member(db, user.id, much.id, Role.MEMBER)
        token = accounts.sign_in(db, user.id)
    context.add_cookies([{"name": COOKIE, "value": token, "url": much.server.url}])
    return stranger


def test_a_million_spans_are_listed_counted_and_narrowed(visitor: Page, much: TestProject) -> None:
    base = f"{much.server.url}/project/{much.id}"
    visitor.goto(f"{base}/traces?range=30d")
    rows = visitor.locator("tbody tr")
    expect(rows.first).to_be_visible()
    facet = visitor.get_by_role("complementary", name="Facets").get_by_role("checkbox")
    expect(facet.filter(has_text="support")).to_contain_text(
        re.compile(r"≈ (4[5-9]|5[0-5])(\.\d)?K")
    )
    facet.filter(has_text="support").click()
    expect(rows.first).to_contain_text("support")
    expect(rows.filter(has_text="research")).to_have_count(0)
    visitor.get_by_role("columnheader", name="Cost").get_by_role("button").click()
    expect(visitor.locator("th[aria-sort=descending]")).to_contain_text("Cost")
    rows.first.locator("td").nth(2).click()
    tree = visitor.get_by_role("complementary", name="Trace").get_by_role("treeitem")
    expect(tree).to_have_count(10)
    for path, shown in {
        "?range=30d": "main figure canvas",
        "/sessions?range=30d": "tbody tr",
        "/users?range=30d": "tbody tr",
        "/users/user-7?range=30d": "main h1",
    }.items():
        visitor.goto(base + path)
        expect(visitor.locator(shown).first).to_be_visible(timeout=20_000)


def test_a_trace_of_50_000_spans_is_opened_searched_and_scrolled(
    page: Page, project: TestProject
) -> None:
    with project.http(**{"content-type": "application/x-protobuf"}) as http:
        for body in bodies(LONG):
            http.post("/v1/traces", content=body).raise_for_status()
    began = time.monotonic()
    page.goto(f"{project.server.url}/project/{project.id}/traces/{TRACE.hex()}")
    rows = page.get_by_role("treeitem")
    expect(rows.first).to_be_visible()
    assert time.monotonic() - began < 10, "the first rows wait for the last ones"
    expect(page.get_by_text("of 50,000 spans")).to_have_count(0)
    page.get_by_role("tree").focus()
    page.keyboard.press("End")
    expect(page).to_have_url(f"{page.url.split('?')[0]}?span={LONG:016x}")
    assert rows.count() < 100, "rows that nobody sees are drawn"
    page.get_by_role("button", name="Errors").click()
    expect(rows.filter(has_text="lookup_order").first).to_be_visible()
    page.get_by_role("radio", name="Transcript").click()
    expect(page.get_by_role("list", name="Transcript").get_by_role("article").first).to_be_visible()
    page.get_by_role("radio", name="Graph").click()
    expect(
        page.get_by_role("group", name="Calls as a graph").get_by_role("button").first
    ).to_be_visible()
