"""What holds on every page: the palette, undo, a server that goes away, keys, nothing from outside."""

import re
import time

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from playwright.sync_api import BrowserContext, Page, Route, expect

from pilothouse.domain.access import User
from pilothouse.edge import passwords
from pilothouse.edge.access import COOKIE
from pilothouse.store.relational import accounts
from tests.browser.test_pages import address, trace
from tests.otlp import SECOND, request, span
from tests.serving import TestProject

__all__ = ["trace"]

_CALL = "00f067aa0ba902b7"
_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted += one.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def _send(project: TestProject, *names: str) -> list[str]:
    spans = [span(name) for name in names]
    _send_spans(project, *spans)
    return [one.trace_id.hex() for one in spans]


def _send_spans(project: TestProject, *spans: Span) -> None:
    with project.http(**{"content-type": "application/x-protobuf"}) as http:
        body = request(*spans).SerializeToString()
        http.post("/api/public/otel/v1/traces", content=body).raise_for_status()


def _open(page: Page, project: TestProject, path: str) -> None:
    """Until keys are heard."""
    page.goto(address(project, path))
    expect(page.get_by_role("main")).to_be_visible()


def _search(page: Page, text: str) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Command palette").fill(text)


def _paste(page: Page, text: str) -> None:
    """As the browser does it: the event, then the text."""
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Command palette").evaluate(
        """(field, text) => {
          const data = new DataTransfer();
          data.setData("text", text);
          field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
          document.execCommand("insertText", false, text);
        }""",
        text,
    )


# -- the palette -------------------------------------------------------------------------------


def test_a_pasted_id_opens_what_it_belongs_to_in_any_project(
    page: Page, project: TestProject, trace: str
) -> None:
    _open(page, project, "/health")
    _paste(page, _CALL)
    expect(page).to_have_url(re.compile(rf"/traces/{trace}\?span={_CALL}"))
    other = project.server.new_project("elsewhere")
    [far] = _send(other, "far away")
    _open(page, project, "/health")
    _search(page, far)
    option = page.get_by_role("option", name="far away")
    expect(option).to_contain_text("elsewhere")
    page.keyboard.press("Enter")
    expect(page).to_have_url(address(other, f"/traces/{far}"))
    expect(page.get_by_role("heading", name="far away", level=1)).to_be_visible()


@pytest.mark.usefixtures("trace")
def test_names_pages_and_actions_are_found_in_both_languages(
    page: Page, project: TestProject
) -> None:
    with project.http() as http:
        base = f"/api/pilothouse/projects/{project.id}"
        http.post(f"{base}/datasets", json={"name": "cases/returns"}).raise_for_status()
        metric = {"name": "concise", "kind": "metric", "settings": {"metric": "length"}}
        http.post(f"{base}/evaluators", json=metric).raise_for_status()
    _open(page, project, "/traces")
    found = page.get_by_role("option")
    for text, name in (
        ("uppor", "support"),
        ("chat", "chat 1"),
        ("ann", "ann"),
        ("gpt", "gpt-5-mini"),
        ("价格", "Models & prices"),
        ("dark theme", "Dark"),
        ("last 7", "Last 7 days"),
        ("returns", "cases/returns"),
        ("concise", "concise"),
        ("新建规则", "New rule"),
        ("calib", "Calibration"),
    ):
        _search(page, text)
        expect(found.filter(has_text=name).first).to_be_visible()
        page.keyboard.press("Escape")
    _search(page, "深色")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    _search(page, "7d")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("range=7d"))
    _search(page, "new dashboard")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="New dashboard")).to_be_visible()


def test_an_answer_to_an_older_question_is_never_shown(page: Page, project: TestProject) -> None:
    _send(project, "apple pie", "apricot tart")
    _open(page, project, "/health")

    def late(route: Route) -> None:
        if "name%3A*a*" in route.request.url:
            page.wait_for_timeout(800)
        route.continue_()

    page.route("**/traces?*", late)
    _search(page, "a")
    page.wait_for_timeout(150)
    page.get_by_role("combobox").fill("apri")
    expect(page.get_by_role("option", name="apricot tart")).to_be_visible()
    page.wait_for_timeout(1000)
    expect(page.get_by_role("option", name="apple pie")).to_have_count(0)


@pytest.mark.usefixtures("trace")
def test_what_was_open_last_is_at_hand(page: Page, project: TestProject) -> None:
    _open(page, project, "/sessions/chat%201")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.keyboard.press("Control+k")
    page.get_by_role("group", name="Opened last").get_by_role("option").first.click()
    expect(page).to_have_url(re.compile("/sessions/chat%201"))


# -- undo --------------------------------------------------------------------------------------


def test_a_deleted_price_and_dashboard_come_back(page: Page, project: TestProject) -> None:
    with project.http() as http:
        base = f"/api/pilothouse/projects/{project.id}"
        price = {"pattern": "my-model", "prices": {"input": 1}}
        http.post(f"{base}/prices", json=price).raise_for_status()
        board = {"name": "Mine", "widgets": [], "revision": 0}
        http.put(f"{base}/dashboards/mine", json=board).raise_for_status()
    page.goto(address(project, "/settings/models?source=override"))
    row = page.get_by_role("row", name=re.compile("my-model"))
    row.get_by_role("button", name="Delete").click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(row).to_be_visible()

    page.goto(address(project, "/dashboards"))
    card = page.get_by_role("listitem").filter(has_text="Mine")
    card.get_by_role("button", name="More about Mine").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(card).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(card).to_be_visible()
    # Leaving the page is no way back: what was not undone is gone.
    card.get_by_role("button", name="More about Mine").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(card).to_have_count(0)
    page.goto("about:blank")
    page.goto(address(project, "/dashboards"))
    expect(page.get_by_text("No dashboards yet")).to_be_visible()


# -- states ------------------------------------------------------------------------------------


def test_nothing_comes_from_outside_and_nothing_shifts(
    page: Page, project: TestProject, trace: str
) -> None:
    outside: list[str] = []

    def note(url: str) -> None:
        if not url.startswith((project.server.url, "data:", "blob:", "about:")):
            outside.append(url)

    page.on("request", lambda one: note(one.url))
    page.add_init_script(_SHIFTS)
    # As for somebody who was never here.
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    shifted: dict[str, float] = {}
    paths = ["?range=1h", "/dashboards", "/traces", "/traces?view=spans", "/sessions", "/users"]
    paths += ["/health", "/start", "/sessions/chat%201", "/users/ann"]
    paths += [f"/settings/{one}" for one in ("general", "keys", "models", "members", "account")]
    for path in (*paths, f"/traces/{trace}?pane=transcript", f"/traces/{trace}?pane=graph"):
        page.goto(address(project, path))
        page.wait_for_load_state("networkidle")
        shifted[path] = page.evaluate("window.shifted")
    assert outside == []
    assert {path: much for path, much in shifted.items() if much > 0.01} == {}


def test_a_server_that_is_gone_is_told_and_found_again(page: Page, project: TestProject) -> None:
    [one] = _send(project, "first")
    page.goto(address(project, "/traces"))
    expect(page.get_by_role("row").filter(has_text="first")).to_be_visible()
    for path in ("**/api/**", "**/healthz"):
        page.route(path, lambda route: route.abort())
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_text("The server does not answer. Trying again")).to_be_visible()
    # The rows stay, and are told to be old.
    expect(page.get_by_text("Could not refresh. What you see is from")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="first")).to_be_visible()
    assert one
    for path in ("**/api/**", "**/healthz"):
        page.unroute(path)
    expect(page.get_by_text("The server does not answer. Trying again")).to_have_count(0)
    expect(page.get_by_text("Could not refresh. What you see is from")).to_have_count(0)


def test_an_expired_sign_in_leads_back_to_the_page(
    page: Page, project: TestProject, owner: User, context: BrowserContext
) -> None:
    with project.server.database.write() as db:
        accounts.set_password(db, owner.id, passwords.hashed("correct horse"))
        token = accounts.sign_in(db, owner.id)
    context.add_cookies([{"name": COOKIE, "value": token, "url": project.server.url}])
    page.goto(address(project, "/traces?range=7d"))
    expect(page.get_by_role("button", name="Time range: Last 7 days")).to_be_visible()
    # A refresh joins a request that is still under way, which was signed in.
    expect(page.locator("main p.text-base")).to_be_visible()
    context.clear_cookies()
    page.get_by_role("button", name="Refresh").click()
    expect(page).to_have_url(re.compile(r"/sign-in\?to="))
    page.get_by_label("E-mail").fill(owner.email)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/traces\?range=7d"))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/traces/nothing", "There is no such trace in this project"),
        ("/sessions/nothing", "There is no such session in this project"),
        ("/dashboards/nothing", "There is no such dashboard in this project"),
        ("/nothing", "Nothing is here"),
    ],
)
def test_what_is_not_there_is_told(page: Page, project: TestProject, path: str, words: str) -> None:
    page.goto(address(project, path))
    expect(page.get_by_text(words)).to_be_visible()


def test_times_are_told_in_the_zone_one_chose(page: Page, project: TestProject) -> None:
    start, end = 1_780_000_000_000_000, 1_780_003_600_000_000
    page.goto(address(project, f"/traces?start={start}&end={end}"))
    expect(page.get_by_role("button", name="May 28, 22:26 – May 28, 23:26")).to_be_visible()
    _search(page, "utc")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="May 28, 20:26 – May 28, 21:26")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="May 28, 20:26 – May 28, 21:26").click()
    expect(page.get_by_label("From")).to_have_value("2026-05-28T20:26")


# -- charts and keys ---------------------------------------------------------------------------


@pytest.mark.usefixtures("trace")
def test_a_chart_is_read_and_zoomed_by_keys(page: Page, project: TestProject) -> None:
    page.goto(address(project, "?range=1h"))
    chart = page.get_by_role("slider", name="Chart: Traces and errors")
    expect(chart).to_have_attribute("aria-valuetext", re.compile("Arrow keys"))
    expect(page.get_by_text(re.compile(r"Traces: 1 in all, most 1 at"))).to_be_attached()
    chart.focus()
    page.keyboard.press("End")
    expect(chart).to_have_attribute("aria-valuetext", re.compile(r"Traces: \d+, Errors: \d+"))
    for _ in range(4):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Escape")
    expect(chart).to_have_attribute("aria-valuetext", re.compile("Arrow keys"))
    page.keyboard.press("End")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?start=\d+&end=\d+"))


@pytest.mark.usefixtures("trace")
def test_the_range_before_is_drawn_too(page: Page, project: TestProject) -> None:
    page.goto(address(project, "?range=1h"))
    chart = page.get_by_role("figure", name="Traces and errors")
    expect(chart.get_by_text("Errors", exact=True)).to_be_visible()
    # Nothing was there: there is no line to draw.
    expect(chart.get_by_text("Range before")).to_have_count(0)
    then = time.time_ns() - 90 * 60 * SECOND
    _send_spans(project, span("past", start_time_unix_nano=then, end_time_unix_nano=then + SECOND))
    page.reload()
    expect(chart.get_by_text("Range before")).to_be_visible()
    page.get_by_role("button", name="Show the range before").click()
    expect(chart.get_by_text("Range before")).to_have_count(0)


@pytest.mark.usefixtures("trace")
def test_cells_of_a_heat_map_are_reached_by_keys(page: Page, project: TestProject) -> None:
    page.goto(address(project, "/dashboards"))
    page.get_by_role("button", name="Latency", exact=True).click()
    cell = page.locator("[data-cell][tabindex='0']").first
    cell.focus()
    expect(
        page.get_by_role("figure", name="Latency: spread over time", exact=True)
    ).to_contain_text(re.compile(r"≥ .* · "))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/traces\?"))


def test_the_help_shows_the_keys(page: Page, project: TestProject) -> None:
    _open(page, project, "/traces")
    page.keyboard.press("?")
    helped = page.get_by_role("dialog", name="Keyboard shortcuts")
    for label in ("Undo a deletion while it is offered", "Choose the row", "Show the whole graph"):
        expect(helped.get_by_text(label)).to_be_visible()


# -- lists -------------------------------------------------------------------------------------


def test_live_tail_shows_what_comes_in(page: Page, project: TestProject) -> None:
    _send(project, "before")
    page.goto(address(project, "/traces"))
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Live").click()
    expect(page).to_have_url(re.compile("live=1"))
    with page.expect_request(re.compile(r"filter=received%3A%3Enow-\d+s")):
        pass
    _send(project, "fresh")
    expect(rows.first).to_contain_text("fresh")
    expect(rows).to_have_count(2)
    # More than a page at once is not all shown, and that is said.
    _send(project, *[f"many {number}" for number in range(130)])
    expect(page.get_by_text("More came in than is shown here.")).to_be_visible()
    page.get_by_role("main").get_by_text("Refresh").last.click()


def test_columns_are_dragged(page: Page, project: TestProject) -> None:
    _send(project, "one")
    page.goto(address(project, "/traces?columns=name,start_time,cost"))
    heads = page.locator("thead th")
    expect(heads.nth(1)).to_have_text("Name")
    heads.nth(3).locator("[draggable]").drag_to(heads.nth(1))
    expect(page).to_have_url(re.compile(r"columns=cost(%2C|,)name(%2C|,)start_time"))
    page.get_by_role("button", name="Columns").click()
    shown = page.locator("li[draggable]")
    shown.nth(2).drag_to(shown.nth(0))
    expect(page).to_have_url(re.compile(r"columns=start_time(%2C|,)cost(%2C|,)name"))


def test_spans_have_a_default_view_of_their_own(page: Page, project: TestProject) -> None:
    _send(project, "one")
    page.goto(address(project, "/traces?view=spans&filter=name%3Aone"))
    page.get_by_role("button", name="Views").click()
    page.get_by_role("button", name="Save as a new view").click()
    page.get_by_role("textbox", name="Name").fill("Ones")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Views: Ones").click()
    page.get_by_role("button", name="Open first for me").click()
    expect(page.get_by_role("button", name="Do not open first")).to_be_visible()
    page.goto(address(project, "/traces"))
    expect(page.locator("tbody tr")).to_have_count(1)
    assert "saved" not in page.url
    page.get_by_role("radio", name="Spans").click()
    expect(page).to_have_url(re.compile("filter=name%3Aone"))
