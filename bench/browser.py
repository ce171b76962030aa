"""What a person at the browser waits for: pages, clicks, scrolling, and what is very large.

    python -m bench.browser [--rounds 7] [--only pages clicks scroll large]

In headless Chromium, against a server with the million spans that `bench/questions.py` makes, the
demo project, and a trace of 50,000 spans. Writes `results/browser.json`.
"""

import argparse
import gzip
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Response

from bench.million import served
from bench.payloads import text
from bench.products.pilothouse import PROJECT, Pilothouse
from bench.record import record
from tests.chromium import chromium
from tests.long_trace import TRACE, bodies
from tests.otlp import request, span

_SPANS_OF_LONG_TRACE = 50_000
_LARGE = 10_000_000
"""Characters of the large output."""
_DAY, _MONTH = 86_400, 30 * 86_400

_FIRST_CONTENT, _ANSWER, _LONG_TRACE, _FREEZE = 1_000, 150, 2_000, 100
_SLOW_FRAMES, _SCRIPT_KB = 5.0, 400

_IN_PAGE = """
(() => {
  let began = 0;
  for (const kind of ["pointerdown", "keydown"])
    addEventListener(kind, (event) => { began = event.timeStamp; }, true);
  // Milliseconds from the last press (or from the navigation) until what is shown has been painted.
  window.shownAfter = (shown, fromStart) => new Promise((done) => {
    const painted = () => setTimeout(() => done(performance.now() - (fromStart ? 0 : began)));
    const look = () => requestAnimationFrame(shown() ? painted : look);
    look();
  });
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.longTasks.push(entry.duration);
  }).observe({ type: "longtask", buffered: true });
})();
"""
_FRAMES = """
(() => {
  const times = [];
  const tick = (at) => { times.push(at); if (!window.scrolled) requestAnimationFrame(tick); };
  window.scrolled = false;
  window.frames_ = times;
  requestAnimationFrame(tick);
})();
"""
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
_ROWS = "document.querySelector('tbody tr') && !document.querySelector('tbody.opacity-60')"
_TREE = "document.querySelector('main [role=treeitem], aside [role=treeitem]')"


class Bench:
    """A signed-in browser before a server that has everything."""

    def __init__(
        self, browser: Browser, product: Pilothouse, link: str, end: float, rounds: int
    ) -> None:
        self._browser, self._end, self._rounds = browser, end, rounds
        self.base = f"http://127.0.0.1:{product.port}"
        context = self._context()
        page = context.new_page()
        page.goto(link)
        page.wait_for_url("**/project/**")
        self._cookies = context.cookies()
        context.close()

    def range(self, seconds: int) -> str:
        return f"start={int((self._end - seconds) * 1e6)}&end={int(self._end * 1e6)}"

    def address(self, path: str = "", project: str = PROJECT) -> str:
        return f"{self.base}/project/{project}{path}"

    def _context(self) -> BrowserContext:
        context = self._browser.new_context(
            viewport={"width": 1440, "height": 900}, locale="en-US", timezone_id="Europe/Berlin"
        )
        context.set_default_timeout(60_000)
        context.add_init_script(_IN_PAGE)
        return context

    @contextmanager
    def page(self) -> Generator[Page, None, None]:
        """Nothing in its cache."""
        context = self._context()
        context.add_cookies(self._cookies)  # pyright: ignore[reportArgumentType]
        try:
            yield context.new_page()
        finally:
            context.close()

    def first_content(self, url: str, shown: str) -> dict[str, float]:
        """Cold: nothing cached. Warm: opened once more by the same browser. Paint: when the frame of the
        cold page is there; the others end with its data."""
        cold: list[float] = []
        warm: list[float] = []
        paint: list[float] = []
        for _ in range(max(2, self._rounds // 2)):
            with self.page() as page:
                for walls in (cold, warm):
                    page.goto(url, wait_until="commit")
                    walls.append(page.evaluate(f"shownAfter(() => {shown}, true)"))
                    page.wait_for_load_state("networkidle")
                    if walls is cold:
                        paint.append(page.evaluate(_PAINT))
        return {
            "paint_ms": _middle(paint),
            "cold_ms": _middle(cold),
            "warm_ms": _middle(warm),
            "worst_ms": round(max(cold + warm)),
        }

    def answers(self, act: "Act") -> dict[str, float]:
        """Until something true about the press is painted, and until what was asked for is there. The
        page is made ready anew for each round; the first one warms up."""
        walls: list[float] = []
        data: list[float] = []
        with self.page() as page:
            for _ in range(self._rounds + 1):
                act.ready(page)
                page.wait_for_load_state("networkidle")
                page.wait_for_timeout(150)
                wanted = [f"shownAfter(() => {each})" for each in (act.answered, act.shown)]
                page.evaluate(f"void (window.asked = Promise.all([{', '.join(wanted)}]))")
                act.press(page)
                answered, shown = page.evaluate("asked")
                walls.append(answered)
                data.append(shown)
        return {
            "p50_ms": _middle(walls[1:]),
            "worst_ms": round(max(walls[1:])),
            "first_ms": round(walls[0]),
            "data_p50_ms": _middle(data[1:]),
            "data_worst_ms": round(max(data[1:])),
        }

    def slow_frames(self, url: str, shown: str, box: str, way: int) -> dict[str, float]:
        """Missed frames while the wheel turns over a box for `way` pixels at 2,000 a second."""
        with self.page() as page:
            page.goto(url)
            page.wait_for_function(f"() => {shown}")
            page.wait_for_load_state("networkidle")
            bounds = page.locator(box).bounding_box()
            assert bounds
            page.evaluate(_FRAMES)
            page.context.new_cdp_session(page).send(
                "Input.synthesizeScrollGesture",
                {
                    "x": bounds["x"] + bounds["width"] / 2,
                    "y": bounds["y"] + bounds["height"] / 2,
                    "yDistance": -way,
                    "speed": 2_000,
                    "gestureSourceType": "mouse",
                },
            )
            times: list[float] = page.evaluate("(window.scrolled = true, frames_)")
            moved = page.locator(box).evaluate("(one) => one.scrollTop")
        gaps = [after - before for before, after in pairwise(times)]
        missed = sum(max(0, round(gap * 60 / 1000) - 1) for gap in gaps)
        share = 100 * missed / (len(gaps) + missed)
        return {"slow_percent": round(share, 1), "longest_ms": round(max(gaps)), "pixels": moved}


class Act:
    """Something that is pressed, what shows that it was answered, and what all of the answer is."""

    def __init__(
        self,
        name: str,
        ready: Callable[[Page], Any],
        press: Callable[[Page], Any],
        shown: str,
        answered: str = "",
    ) -> None:
        self.name, self.ready, self.press, self.shown = name, ready, press, shown
        self.answered = answered or shown


def _pages(bench: Bench) -> dict[str, dict[str, float]]:
    day = bench.range(_DAY)
    chart = "document.querySelector('main figure canvas')"
    wanted = {
        "home": (f"?{day}", chart),
        "traces": (f"/traces?{day}", _ROWS),
        "spans": (f"/traces?view=spans&{day}", _ROWS),
        "sessions": (f"/sessions?{day}", _ROWS),
        "users": (f"/users?{day}", _ROWS),
        "dashboards": ("/dashboards", "document.querySelector('main h1')"),
        "health": ("/health", "document.querySelector('main h1')"),
        "settings": ("/settings/models", "document.querySelector('main tbody tr')"),
    }
    found = {
        f"{name} of a day": bench.first_content(bench.address(path), shown)
        for name, (path, shown) in wanted.items()
    }
    month = bench.range(_MONTH)
    for name in ("home", "traces", "sessions", "users"):
        path, shown = wanted[name]
        found[f"{name} of 30 days"] = bench.first_content(
            bench.address(path.replace(day, month)), shown
        )
    found["facets of 30 days"] = bench.first_content(
        bench.address(f"/traces?{month}"), "document.querySelector('aside [role=checkbox]')"
    )
    for name in ("home", "traces", "sessions", "users"):
        path, shown = wanted[name]
        demo = bench.address(path.replace(day, "range=30d"), "demo")
        found[f"{name} of the demo"] = bench.first_content(demo, shown)
    return found


def _scripts(bench: Bench) -> dict[str, int]:
    """Kilobytes, gzipped, of all scripts that a cold page loads until it shows its data."""
    sizes: dict[str, int] = {}
    day = bench.range(_DAY)
    wanted = {
        "home": (f"?{day}", "document.querySelector('main figure canvas')"),
        "traces": (f"/traces?{day}", _ROWS),
    }
    for name, (path, shown) in wanted.items():
        found: list[Response] = []

        def keep(one: Response, found: list[Response] = found) -> None:
            if urlsplit(one.url).path.endswith(".js"):
                found.append(one)

        with bench.page() as page:
            page.on("response", keep)
            page.goto(bench.address(path))
            page.wait_for_function(f"() => {shown}")
            sizes[name] = round(sum(len(gzip.compress(one.body())) for one in found) / 1000)
    return sizes


def _clicks(bench: Bench) -> dict[str, dict[str, float]]:
    traces = bench.address(f"/traces?{bench.range(_DAY)}")
    peeked = "document.querySelector('aside[aria-label=Trace] section h2') && " + _TREE
    fresh = "!document.querySelector('tbody.opacity-60')"
    sorted_ = "document.querySelector('th[aria-sort=descending] button[title*=Cost]')"
    ticked = "document.querySelector('aside [role=checkbox][aria-checked=true]')"

    def checked(name: str) -> str:
        one = "[...document.querySelectorAll('[role=radio][aria-checked=true]')]"
        return f"{one}.some((one) => one.textContent === '{name}')"

    def current(name: str) -> str:
        one = "[...document.querySelectorAll('nav a[aria-current=page]')]"
        return f"{one}.some((one) => one.textContent.startsWith('{name}'))"

    def at(url: str, shown: str = _ROWS) -> Callable[[Page], None]:
        def ready(page: Page) -> None:
            page.goto(url)
            page.wait_for_function(f"() => {shown}")

        return ready

    def peek(page: Page) -> None:
        at(traces)(page)
        page.locator("tbody tr").nth(3).locator("td").nth(2).click()
        page.wait_for_function(f"() => {peeked}")
        page.evaluate("window.before = new URLSearchParams(location.search).get('peek')")

    def opened(page: Page) -> None:
        peek(page)
        page.get_by_role("link", name="Open full page").click()
        page.wait_for_function(
            f"() => {_TREE} && !document.querySelector('aside[aria-label=Trace]')"
        )

    def link(name: str) -> Callable[[Page], None]:
        return lambda page: (
            page.get_by_role("navigation").get_by_role("link", name=name).first.click()
        )

    def coloured(page: Page) -> None:
        at(traces)(page)
        page.evaluate("window.before = document.documentElement.dataset.theme")

    def facet(page: Page) -> None:
        page.get_by_role("checkbox", name="staging").click()

    acts = [
        Act(
            "peek at a trace",
            at(traces),
            lambda page: page.locator("tbody tr").nth(3).locator("td").nth(2).click(),
            peeked,
            "document.querySelector('aside[aria-label=Trace]')",
        ),
        Act(
            "peek at the next one",
            peek,
            lambda page: page.keyboard.press("j"),
            f"{peeked} && before !== new URLSearchParams(location.search).get('peek')",
            "before !== new URLSearchParams(location.search).get('peek')",
        ),
        Act(
            "open a trace",
            peek,
            lambda page: page.get_by_role("link", name="Open full page").click(),
            f"{_TREE} && !document.querySelector('aside[aria-label=Trace]')",
            "!document.querySelector('aside[aria-label=Trace]')",
        ),
        Act(
            "open a span",
            opened,
            lambda page: page.get_by_role("treeitem").filter(has_text="chat").first.click(),
            "document.querySelector('section[aria-label=chat] article')",
            "document.querySelector('section[aria-label=chat]')",
        ),
        Act(
            "change the tab",
            opened,
            lambda page: page.get_by_role("tab", name="Attributes").click(),
            "document.querySelector('[role=tab][aria-selected=true]').textContent === 'Attributes'"
            " && document.querySelector('[role=tabpanel] h3')",
        ),
        Act(
            "show the transcript",
            opened,
            lambda page: page.get_by_role("radio", name="Transcript").click(),
            "document.querySelector('ol[aria-label=Transcript] article')",
            checked("Transcript"),
        ),
        Act(
            "show the graph",
            opened,
            lambda page: page.get_by_role("radio", name="Graph").click(),
            "document.querySelector('[aria-label=\"Calls as a graph\"] button')",
            checked("Graph"),
        ),
        Act(
            "sort by cost",
            at(traces),
            lambda page: (
                page.get_by_role("columnheader", name="Cost").get_by_role("button").click()
            ),
            f"{sorted_} && {_ROWS}",
            sorted_,
        ),
        Act(
            "a facet",
            at(traces, f"{_ROWS} && document.querySelector('aside [role=checkbox]')"),
            facet,
            f"{ticked} && {_ROWS}",
            ticked,
        ),
        Act(
            "traces to spans",
            at(traces),
            lambda page: page.get_by_role("radio", name="Spans").click(),
            f"document.querySelector('table[aria-label=Spans] tbody tr') && {fresh}",
            checked("Spans"),
        ),
        Act(
            "the command palette",
            at(traces),
            lambda page: page.keyboard.press("Control+k"),
            "document.querySelector('[role=dialog] [role=option]')",
        ),
        Act(
            "dark and light",
            coloured,
            lambda page: page.keyboard.press("d"),
            "document.documentElement.dataset.theme !== before",
        ),
        *(
            Act(f"go to {name}", at(traces), link(name), shown, current(name))
            for name, shown in {
                "Home": "document.querySelector('main figure canvas')",
                "Sessions": "document.querySelector('table[aria-label=Sessions] tbody tr')",
                "Users": "document.querySelector('table[aria-label=Users] tbody tr')",
                "Dashboards": "location.pathname.endsWith('dashboards') && document.querySelector('main h1')",
                "Settings": "location.pathname.includes('settings') && document.querySelector('main form')",
            }.items()
        ),
    ]
    return {act.name: bench.answers(act) for act in acts}


def _scroll(bench: Bench) -> dict[str, dict[str, float]]:
    traces = bench.address(f"/traces?{bench.range(_DAY)}")
    tree = bench.address(f"/traces/{TRACE.hex()}")
    loaded = f"{_TREE} && !document.body.textContent.includes('of 50,000')"
    return {
        "table of traces": bench.slow_frames(traces, _ROWS, "[data-table]", 16_000),
        "tree of 50,000 spans": bench.slow_frames(tree, loaded, "[role=tree]", 16_000),
    }


def _large(bench: Bench, outputs: dict[str, str]) -> dict[str, dict[str, float]]:
    tree = bench.address(f"/traces/{TRACE.hex()}")
    found = {
        "first rows of 50,000 spans": bench.first_content(tree, _TREE),
        "all of 50,000 spans": bench.first_content(
            tree, f"{_TREE} && document.querySelector('main [role=tree] > div').offsetHeight > 1e6"
        ),
        "their transcript": bench.first_content(
            f"{tree}?pane=transcript", "document.querySelector('ol[aria-label=Transcript] article')"
        ),
        "their graph": bench.first_content(
            f"{tree}?pane=graph",
            "document.querySelector('[aria-label=\"Calls as a graph\"] button')",
        ),
    }
    for name, trace in outputs.items():
        found[f"10 MB of {name}"] = _opened_wholly(bench, bench.address(f"/traces/{trace}?tab=io"))
    return found


def _opened_wholly(bench: Bench, url: str) -> dict[str, float]:
    """The longest task while an output is opened, and while all of it is asked for."""
    with bench.page() as page:
        page.goto(url)
        more = page.get_by_role("button", name="more")
        more.first.wait_for()
        page.wait_for_load_state("networkidle")
        first = page.evaluate("Math.max(0, ...longTasks)")
        page.evaluate("longTasks.length = 0")
        while more.count():
            more.first.click()
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(500)
        return {
            "open_task_ms": round(first),
            "longest_task_ms": round(page.evaluate("Math.max(0, ...longTasks)")),
        }


def _outputs(product: Pilothouse) -> dict[str, str]:
    """Traces with 10 MB of output: a text without a space, lines, and JSON."""
    shapes = {
        "one word": "x" * _LARGE,
        "lines": "The customer asks where the parcel is, and waits.\n" * (_LARGE // 50),
        "JSON": "["
        + ",".join('{"order": 8842, "state": "on its way"}' for _ in range(_LARGE // 39))
        + "]",
    }
    found: dict[str, str] = {}
    with product.client() as client:
        for name, output in shapes.items():
            made = span(f"10 MB of {name}")
            made.attributes.append(text("output.value", output))
            _send(client, request(made).SerializeToString())
            found[name] = made.trace_id.hex()
    return found


def _send(client: Any, body: bytes) -> None:
    headers = {"content-type": "application/x-protobuf"}
    client.post("/v1/traces", content=body, headers=headers).raise_for_status()


def _fill(product: Pilothouse, data: Path) -> str:
    """Adds the demo and the long trace; gives the link that signs in."""
    command = [sys.executable, "-m", "pilothouse"]
    place = ["--data-dir", str(data), "--port", str(product.port)]
    subprocess.run([*command, "demo", *place], check=True, stdout=subprocess.DEVNULL)
    with product.client() as client:
        for body in bodies(_SPANS_OF_LONG_TRACE):
            _send(client, body)
    link = subprocess.run([*command, "link", *place], check=True, capture_output=True, text=True)
    return link.stdout.strip()


def _middle(walls: list[float]) -> float:
    return round(statistics.median(walls))


_PARTS = ("pages", "clicks", "scroll", "large")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", nargs="+", choices=_PARTS, default=_PARTS)
    given = parser.parse_args()
    load = round(os.getloadavg()[0], 1)
    figures: dict[str, Any] = {"load_before": load}
    with served() as (product, server), chromium() as browser:
        with product.client() as client:
            end = product.newest(client) + 1
        link = _fill(product, server.folder)
        outputs = _outputs(product)
        time.sleep(10)  # Merges of what was written end.
        bench = Bench(browser, product, link, end, given.rounds)
        if "pages" in given.only:
            figures["script_kb"] = _scripts(bench)
            figures["pages"] = _pages(bench)
        if "clicks" in given.only:
            figures["clicks"] = _clicks(bench)
        if "scroll" in given.only:
            figures["scroll"] = _scroll(bench)
        if "large" in given.only:
            figures["large"] = _large(bench, outputs)
    _tell(figures)
    if set(given.only) == set(_PARTS):
        record("browser", figures)


def _tell(figures: dict[str, Any]) -> None:
    """Marks what is over its target."""
    targets = {
        "paint_ms": _FIRST_CONTENT,
        "cold_ms": _FIRST_CONTENT,
        "warm_ms": _FIRST_CONTENT,
        "p50_ms": _ANSWER,
        "slow_percent": _SLOW_FRAMES,
        "open_task_ms": _FREEZE,
        "longest_task_ms": _FREEZE,
    }
    print("scripts, gzipped:", figures.get("script_kb"), "target", _SCRIPT_KB)
    for part in _PARTS:
        for name, row in figures.get(part, {}).items():
            limits = targets | (
                {"cold_ms": _LONG_TRACE, "warm_ms": _LONG_TRACE} if part == "large" else {}
            )
            over = [key for key, value in row.items() if value > limits.get(key, 1e9)]
            print(f"{'!' if over else ' '} {part:7} {name:28} {row}")


if __name__ == "__main__":
    main()
