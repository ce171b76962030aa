"""Every page of a project, and what can be asked of each of them."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from pilothouse.domain.clock import HOUR
from tests.serving import TestProject, eventually

_AXE = Path(__file__).parents[2] / "ui/node_modules/axe-core/axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = {"phone": (360, 740), "laptop": (1440, 900), "4K": (3840, 2160)}


@dataclass(frozen=True)
class Place:
    path: str
    """Below the project."""
    shown: str
    """Selector of what stands there once the page has its data."""


_ROW, _NODE = "main tbody tr", "main [role=treeitem]"

EMPTY = (
    Place("", "main a[href$='/start']"),
    Place("/start", "main h1"),
    Place("/dashboards", "main h1"),
    *(Place(path, "main p.text-base") for path in ("/traces", "/traces?view=spans")),
    *(Place(path, "main p.text-base") for path in ("/sessions", "/users")),
    *(Place(path, "main p.text-base") for path in ("/scores", "/scores?tab=analytics")),
    Place("/health", "main h1"),
    Place("/prompts", "main h2"),
    Place("/prompts/new", "main .cm-content"),
    Place("/settings/prompts", "main h2"),
    Place("/playground", "main .cm-content"),
    *(Place(path, "main p.text-base") for path in ("/datasets", "/experiments")),
    Place("/experiments/compare", "main p.text-base"),
    Place("/experiments/new", "main .cm-content"),
    Place("/experiments/new?over=replay", "main .cm-content"),
    Place("/rules", "main p.text-base"),
    *(Place(path, "main p.text-base") for path in ("/annotation", "/calibration")),
    Place("/evaluators", "main h2"),
    Place("/evaluators/new", "main h2"),
    Place("/settings/connections", "main p.text-base"),
    *(
        Place(f"/settings/{name}", "main h2")
        for name in ("general", "keys", "members", "organisation", "account")
    ),
    Place("/settings/models", _ROW),
    Place("/settings/scores", "main p.text-base"),
)
"""Pages of a project that nothing was sent to."""


def filled(project: TestProject) -> Iterator[Place]:
    """Pages of a project with traces of the last month, of which one has a session and a user."""
    with project.http() as http:
        base = f"/api/pilothouse/projects/{project.id}"
        month = {"start": 0, "end": 2**52, "limit": 2}
        one, other = http.get(f"{base}/traces", params=month).raise_for_status().json()["items"]
    trace = f"/traces/{one['trace_id']}"
    yield Place("?range=30d", "main figure canvas")
    yield Place("/dashboards", "main h1")
    for board in ("cost", "quality"):
        yield Place(f"/dashboards/demo-{board}?range=30d", "main figure canvas")
    yield Place("/traces?range=30d", _ROW)
    yield Place("/traces?range=30d&view=spans", _ROW)
    yield Place(f"/traces?range=30d&peek={one['trace_id']}", "aside [role=treeitem]")
    yield Place(trace, _NODE)
    for tab in ("messages", "io", "usage", "attributes", "events", "scores"):
        yield Place(f"{trace}?tab={tab}", "main [role=tabpanel]")
    yield Place(f"{trace}?pane=transcript", "main ol article")
    yield Place(f"{trace}?pane=graph", "main [role=group] button")
    yield Place(f"{trace}/compare/{other['trace_id']}", _NODE)
    yield Place("/sessions?range=30d", _ROW)
    yield Place(f"/sessions/{one['session_id']}", "main article")
    yield Place("/users?range=30d", _ROW)
    yield Place(f"/users/{one['user_id']}?range=30d", "main h1")
    yield Place("/scores?range=30d", _ROW)
    one_kind, other = "boolean::thumbs%20up", "numeric::helpfulness"
    yield Place(f"/scores?range=30d&tab=analytics&one={one_kind}", "main figure canvas")
    compared = f"/scores?range=30d&tab=analytics&one={one_kind}&other={other}&by=trace"
    yield Place(compared, "main td[title]")
    yield Place("/health?range=30d", "main h1")
    yield Place("/playground", "main .cm-content")
    yield from _prompts(project)
    yield from _evaluators(project)
    yield from _experiments(project)
    yield from _annotation(project, one["trace_id"])
    for name in ("general", "keys", "members", "organisation", "account"):
        yield Place(f"/settings/{name}", "main h2")
    yield Place("/settings/models", _ROW)


def _experiments(project: TestProject) -> Iterator[Place]:
    """Of the demo: a data set with five runs over it."""
    with project.http() as http:
        base = f"/api/pilothouse/projects/{project.id}"
        sets = http.get(f"{base}/datasets").raise_for_status().json()["items"]
        [dataset] = [each["id"] for each in sets if each["name"] == "support/regression"]
        runs = [each["id"] for each in http.get(f"{base}/experiments").json()["items"]]
    yield Place("/datasets", _ROW)
    yield Place(f"/datasets/{dataset}", _ROW)
    yield Place(f"/datasets/{dataset}?item=support/regression/001", "[role=dialog] textarea")
    yield Place(f"/datasets/{dataset}?tab=experiments", _ROW)
    yield Place("/datasets?folder=support", _ROW)
    yield Place(f"/datasets/{dataset}?tab=changes", "main article")
    yield Place(f"/datasets/{dataset}?tab=duplicates&near=0.6", "main section, main p.text-base")
    for name in ("settings", "split", "import"):
        yield Place(f"/datasets/{dataset}?open={name}", "[role=dialog] footer, [role=dialog] form")
    yield Place("/experiments", _ROW)
    yield Place(f"/experiments/{runs[0]}", "main article")
    compared = f"/experiments/compare?baseline={runs[-1]}&candidates={','.join(runs[:-1])}"
    yield Place(compared, "main article")
    yield Place("/rules", "main li")
    yield Place("/rules?keep=new", "[role=dialog] form")
    yield Place("/calibration?judge=resolved&range=30d", "main dl")
    yield Place(f"{compared}&margin=0.05&cluster=story&slice=topic&show=worse", "main article")


def _annotation(project: TestProject, trace_id: str) -> Iterator[Place]:
    """A queue with an item, and a judge whose scores nobody labelled."""
    name = f"correct {time.time_ns()}"
    with project.http() as http:
        base = f"/api/pilothouse/projects/{project.id}"
        asked = {"name": name, "data_type": "boolean", "description": "By the manual"}
        config = http.post(f"{base}/score-configs", json=asked).raise_for_status().json()["id"]
        body = {"name": name, "score_config_ids": [config], "instructions": "Read **all** of it"}
        queue = http.post(f"{base}/annotation-queues", json=body).raise_for_status().json()["id"]
        items = f"{base}/annotation-queues/{queue}/items"
        http.post(items, json={"subjects": [{"trace_id": trace_id}]}).raise_for_status()
        score = {"traceId": trace_id, "name": name, "value": 1, "dataType": "BOOLEAN"}
        http.post("/api/public/scores", json={**score, "source": "EVAL"}).raise_for_status()
    yield Place("/annotation", _ROW)
    yield Place("/annotation?new=1", "[role=dialog] textarea")
    yield Place(f"/annotation/{queue}", _ROW)
    for tab in ("agreement", "disagreements"):
        yield Place(f"/annotation/{queue}?tab={tab}", "main p.text-base")
    yield Place(f"/annotation/{queue}/work", "main [data-row]")
    yield Place(f"/calibration?judge={name}", "main dl")


def _evaluators(project: TestProject) -> Iterator[Place]:
    """One in two versions, and what new ones begin with."""
    source = "def evaluate(output):\n    return 'thank' in str(output)"
    with project.http() as http:
        base = f"/api/pilothouse/projects/{project.id}/evaluators"
        known = {each["name"]: each["id"] for each in http.get(base).json()["items"]}
        made = known.get("is polite")
        if made is None:
            body = {"name": "is polite", "kind": "code", "settings": {"source": source}}
            made = http.post(base, json=body).raise_for_status().json()["id"]
            settings = {"source": source, "seconds": 3}
            change = {"kind": "code", "settings": settings, "note": "quicker"}
            http.post(f"{base}/{made}/versions", json=change).raise_for_status()
    yield Place("/evaluators", _ROW)
    yield Place("/evaluators/new", "main section h2")
    for kind in ("judge", "pairwise", "panel", "metric", "code"):
        yield Place(f"/evaluators/new?kind={kind}", "main section li input[type=checkbox]")
    judge = "/evaluators/new?kind=judge&from=correctness&language=zh"
    yield Place(judge, "main section li input[type=checkbox]")
    yield Place(f"/evaluators/{made}", "main section li input[type=checkbox]")
    yield Place(f"/evaluators/{made}?version=2&with=1", "main .cm-merge-a, main .cm-deletedChunk")


def _prompts(project: TestProject) -> Iterator[Place]:
    """A prompt of two versions, one of which is in production, and one in a folder."""
    messages = [
        {"role": "system", "content": "You answer about {{product}}."},
        {"type": "placeholder", "name": "history"},
    ]
    with project.http() as http:
        for body in (
            {"name": "answer", "prompt": messages, "type": "chat", "labels": ["production"]},
            {"name": "answer", "prompt": messages[:1], "type": "chat", "commitMessage": "shorter"},
            {"name": "support/greet", "prompt": "Hello {{name}}", "tags": ["support"]},
        ):
            http.post("/api/public/v2/prompts", json=body).raise_for_status()
    yield Place("/prompts", _ROW)
    yield Place("/prompts?folder=support", _ROW)
    yield Place("/prompts/answer", "main .cm-content")
    yield Place("/prompts/answer?tab=compare", "main .cm-merge-a, main .cm-deletedChunk")
    yield Place("/prompts/answer?tab=production", "main p.text-base")
    yield Place("/prompts/support%2Fanswer?tab=production&range=30d", "main table")
    yield Place("/prompts/support%2Fanswer?tab=split", "main table")
    yield Place("/prompts/answer?tab=split", "main p.text-base")
    yield Place("/prompts/answer?tab=history", "main ol li")
    yield Place("/settings/prompts", "main h2")


def go(page: Page, project: TestProject, place: Place) -> None:
    """Opens a place and waits until it has its data."""
    page.goto(f"{project.server.url}/project/{project.id}{place.path}")
    page.locator(place.shown).first.wait_for()
    loaded(page)


def loaded(page: Page) -> None:
    """Waits until nothing holds the place of what is being loaded."""
    page.locator(".bg-hover[class*=breathe]").first.wait_for(state="detached")


def speak(page: Page, language: str) -> None:
    page.add_init_script(f"localStorage.setItem('pilothouse.language', '{language}')")


def in_dark(page: Page) -> None:
    page.evaluate("document.documentElement.dataset.theme = 'dark'")


_AT_REST = """
async () => {
  const moving = () => document.getAnimations().filter((one) => one instanceof CSSTransition);
  do {
    await Promise.all(moving().map((one) => one.finished.catch(() => null)));
    await new Promise(requestAnimationFrame);
  } while (moving().length);
}
"""
"""A button that is just becoming usable has colours of its own on the way."""


def violations(page: Page, *rules: str) -> list[str]:
    """What axe finds on the page as it is, by all of its rules or by some."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text("utf-8"))
    only: dict[str, Any] = (
        {"type": "rule", "values": rules} if rules else {"type": "tag", "values": _RULES}
    )
    page.evaluate(_AT_REST)
    found = page.evaluate("(only) => axe.run({ runOnly: only, resultTypes: ['violations'] })", only)
    return [
        f"{broken['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
        for broken in found["violations"]
        for node in broken["nodes"]
    ]


_WIDER = """
() => {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  const kept = (one) => {
    for (let above = one.parentElement; above !== document.body; above = above.parentElement) {
      if (getComputedStyle(above).overflowX !== "visible") return true;
    }
    return false;
  };
  return [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !kept(one))
    .map((one) => `${one.tagName}.${one.getAttribute("class")}`.slice(0, 160))
    .slice(0, 5);
}
"""


def resize(page: Page, name: str) -> None:
    width, height = SIZES[name]
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def too_wide(page: Page) -> list[str]:
    """What makes the page as a whole scroll sideways."""
    return page.evaluate(_WIDER)


def wait_until_counted(project: TestProject, what: str = "counts") -> None:
    """What came in is counted once a second, and after the counts what was refused is kept."""
    now = time.time_ns() // 1000
    within = {"start": now - HOUR, "end": now + HOUR}
    with project.http() as http:

        def told() -> Any:
            path = f"/api/pilothouse/projects/{project.id}/ingest-health"
            return http.get(path, params=within).json()[what]

        eventually(told, 20)
