"""Takes the pictures of the guide: a server with the demo's month, and Chromium before it.

python -m scripts.gallery                     all of them, into docs/images
python -m scripts.gallery --only trace graph  some of them
python -m scripts.gallery --every FOLDER      every page instead, in both languages, light and
                                              dark, from a phone to 4K, to be looked at
"""

import argparse
import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, FilePayload, Page, expect

from pilothouse.demo import evaluators, experiments, scores
from pilothouse.domain.access import Role
from pilothouse.edge.access import COOKIE
from pilothouse.store.relational import accounts, keys, organisation_keys
from tests.browser.walk import SIZES, Place, filled, go
from tests.chromium import chromium
from tests.evals.conftest import Provider
from tests.serving import TestProject, new_server, remove

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
_PROGRESS = "main [role=progressbar]"
_ANSWERED = 27
_LOOKS = [("en", "light"), ("zh", "dark"), ("en", "dark"), ("zh", "light")]


@dataclass(frozen=True)
class Picture:
    name: str
    place: Place
    look: tuple[str, str] = ("en", "light")
    size: tuple[int, int] = SIZES["laptop"]
    prepare: Callable[[Page], Any] | None = None


@dataclass(frozen=True)
class Traces:
    """Ids of traces that show something."""

    told: str
    """A conversation with tools, in English."""
    told_zh: str
    other: str
    failed: str
    session: str
    user: str


def _traces(project: TestProject) -> Traces:
    with project.http() as http:

        def find(filter: str) -> dict[str, Any]:
            asked: dict[str, str | int] = {"start": 0, "end": 2**52, "filter": filter, "limit": 50}
            answer = http.get(f"/api/pilothouse/projects/{project.id}/traces", params=asked)
            items = answer.raise_for_status().json()["items"]
            return max(items, key=lambda item: item["spans"])

        told, failed = find("tags:en tags:refunds -level:error"), find("tags:en errors:>0")
        other = find(f"tags:en tags:orders -trace:{told['trace_id']}")
        return Traces(
            told["trace_id"],
            find("tags:zh tags:refunds -level:error")["trace_id"],
            other["trace_id"],
            failed["trace_id"],
            told["session_id"],
            told["user_id"],
        )


def pictures(of: Traces) -> list[Picture]:
    row, node, chart = "main tbody tr", "main [role=treeitem]", "main figure canvas"
    trace, zh = f"/traces/{of.told}", f"/traces/{of.told_zh}"

    def call(page: Page) -> None:
        page.get_by_role("treeitem").filter(has_text="chat").last.click()
        expect(page.locator("article").first).to_be_visible()

    def palette(page: Page) -> None:
        page.keyboard.press("Control+k")
        page.keyboard.type("chen")
        expect(page.get_by_role("dialog").get_by_role("option").first).to_be_visible()

    return [
        Picture("home", Place("?range=30d", chart)),
        Picture("home-zh-dark", Place("?range=30d", chart), ("zh", "dark")),
        Picture("traces", Place("/traces?range=30d&filter=refund", row)),
        Picture("trace", Place(trace, node), prepare=call),
        Picture("trace-zh", Place(zh, node), ("zh", "light"), prepare=call),
        Picture("trace-phone", Place(trace, node), ("en", "dark"), SIZES["phone"]),
        Picture("transcript-zh", Place(f"{zh}?pane=transcript", "main article"), ("zh", "dark")),
        Picture("graph", Place(f"{trace}?pane=graph", "main [role=group] button")),
        Picture("compare-dark", Place(f"{trace}/compare/{of.other}", node), ("en", "dark")),
        Picture("session", Place(f"/sessions/{of.session}", "main article")),
        Picture("user", Place(f"/users/{of.user}?range=30d", chart)),
        Picture("dashboard-cost", Place("/dashboards/demo-cost?range=30d", chart)),
        Picture("health", Place("/health?range=30d", chart)),
        Picture("palette-dark", Place("/traces?range=30d", row), ("en", "dark"), prepare=palette),
    ]


@dataclass(frozen=True)
class Evaluated:
    """Ids of what was tried, judged and labelled."""

    dataset: str
    complaints: str
    runs: list[str]
    """The oldest first."""
    judge: str
    python: str
    queue: str


def _evaluated(project: TestProject) -> Evaluated:
    with project.http() as http:

        def items(path: str) -> list[dict[str, Any]]:
            answer = http.get(f"/api/pilothouse/projects/{project.id}/{path}")
            return answer.raise_for_status().json()["items"]

        sets = {each["name"]: each["id"] for each in items("datasets")}
        made = {each["name"]: each["id"] for each in items("evaluators")}
        return Evaluated(
            sets[experiments.REGRESSION],
            sets[experiments.COMPLAINTS],
            [each["id"] for each in reversed(items("experiments"))],
            made[scores.RESOLVED],
            made.get(evaluators.PYTHON, made[evaluators.CORRECT]),
            items("annotation-queues")[0]["id"],
        )


def pictures_of_evaluation(of: Evaluated) -> list[Picture]:
    row, article = "main tbody tr", "main article"
    prompt, dataset = "/prompts/support%2Fanswer", f"/datasets/{of.dataset}"
    compare = f"/experiments/compare?baseline={of.runs[1]}&candidates={','.join(of.runs[2:])}"
    bench = "main section li input[type=checkbox]"
    dialog = "[role=dialog] form, [role=dialog] footer"

    def file(page: Page) -> None:
        lines = [
            "question,answer,topic,weight",
            '"Where is my order HG-20417?","It left Leipzig today.",orders,1.5',
            '"Do I pay for the return?","No, it is free.",refunds,2',
            '"这款台灯防水吗？","支持 IPX4 防泼溅。",products,1',
        ]
        content: FilePayload = {
            "name": "cases.csv",
            "mimeType": "text/csv",
            "buffer": "\n".join(lines).encode(),
        }
        page.locator("input[type=file]").set_input_files(content)
        expect(page.locator("[role=dialog] table").first).to_be_visible()

    def tried(page: Page) -> None:
        page.get_by_role("radio", name="Experiments").click()
        for place in (0, 1, 2):
            page.locator(bench).nth(place).click()
        page.get_by_role("button", name="Try").click()
        expect(page.locator("main section li [data-trial]").first).to_be_visible()

    return [
        Picture("prompts", Place("/prompts?folder=support", row)),
        Picture("prompt", Place(prompt, "main .cm-content")),
        Picture(
            "prompt-diff-dark", Place(f"{prompt}?tab=compare", "main .cm-content"), ("en", "dark")
        ),
        Picture("prompt-production", Place(f"{prompt}?tab=production&range=30d", "main table")),
        Picture("prompt-split-zh", Place(f"{prompt}?tab=split", "main table"), ("zh", "light")),
        Picture("prompt-webhooks", Place("/settings/prompts", "main h2")),
        Picture("playground-dark", Place("/playground", "main .cm-content"), ("en", "dark")),
        Picture("datasets", Place("/datasets", row)),
        Picture("dataset", Place(dataset, row)),
        Picture(
            "dataset-item-zh",
            Place(f"{dataset}?item=support/regression/025", "[role=dialog] textarea"),
            ("zh", "dark"),
        ),
        Picture("dataset-import", Place(f"{dataset}?open=import", dialog), prepare=file),
        Picture("dataset-from-traces", Place(f"/datasets/{of.complaints}", row)),
        Picture("experiments", Place(f"{dataset}?tab=experiments", "main section svg")),
        Picture(
            "experiment-new", Place(f"/experiments/new?dataset={of.dataset}", "main .cm-content")
        ),
        Picture("experiment", Place(f"/experiments/{of.runs[3]}", article)),
        Picture("comparison", Place(compare, article)),
        Picture(
            "comparison-slices-zh",
            Place(f"{compare}&margin=0.05&cluster=story&slice=topic", article),
            ("zh", "light"),
        ),
        Picture("evaluators", Place("/evaluators", row)),
        Picture(
            "evaluator-bench-dark",
            Place(f"/evaluators/{of.python}", bench),
            ("en", "dark"),
            prepare=tried,
        ),
        Picture("rules", Place("/rules", "main li")),
        Picture("queue", Place(f"/annotation/{of.queue}", row)),
        Picture("annotating", Place(f"/annotation/{of.queue}/work", "main [data-row]")),
        Picture(
            "agreement-zh",
            Place(f"/annotation/{of.queue}?tab=agreement", "main table"),
            ("zh", "dark"),
        ),
        Picture(
            "disagreements",
            Place(f"/annotation/{of.queue}?tab=disagreements", article),
        ),
        Picture("calibration", Place("/calibration?judge=resolved&range=30d", "main dl")),
    ]


def pictures_of_the_organisation(project: TestProject) -> list[Picture]:
    with project.server.database.write() as db:
        found = accounts.project(db, project.id)
        assert found is not None
        for note in ("Terraform", "SCIM of the directory"):
            key, _ = organisation_keys.add(db, found.organisation_id, note=note)
        organisation_keys.touch(db, key.id)
    return [Picture("organisation", Place("/settings/organisation", "main tbody tr"))]


@contextmanager
def _running(project: TestProject, dataset: str) -> Iterator[str]:
    """An experiment of which a third is answered. The rest is held back until the block ends."""
    provider, answers = Provider(), itertools.count(1)

    def reply(text: str) -> str:
        if next(answers) == _ANSWERED:
            provider.gate.clear()
        return f"Thank you for asking. {text.rstrip('?')}: let me look that up for you."

    provider.reply = reply
    thread = threading.Thread(target=provider.serve_forever, args=(0.02,))
    thread.start()
    base = f"/api/pilothouse/projects/{project.id}"
    try:
        with project.http() as http:

            def made(path: str, body: dict[str, Any]) -> dict[str, Any]:
                return http.post(f"{base}/{path}", json=body).raise_for_status().json()

            told = {"name": "Local", "provider": "openai-compatible", "base_url": provider.url}
            connection = made("connections", told | {"models": ["gpt-5-mini"]})["id"]
            known = http.get(f"{base}/evaluators").raise_for_status().json()["items"]
            asked = {"type": "text", "text": "{{question}}"}
            run = made(
                "experiments",
                {
                    "name": "gpt-5-mini, first try",
                    "connection_id": connection,
                    "model": "gpt-5-mini",
                    "messages": [{"role": "user", "parts": [asked]}],
                    "dataset_id": dataset,
                    "evaluators": [
                        {"evaluator_id": each["id"]}
                        for each in known
                        if each["kind"] in ("metric", "code")
                    ],
                },
            )["experiment_id"]
            end = time.monotonic() + 60
            while http.get(f"{base}/experiments/{run}/run").json()["job"]["done"] < _ANSWERED:
                assert time.monotonic() < end, "the experiment did not begin"
                time.sleep(0.2)
        yield run
    finally:
        provider.gate.set()
        provider.shutdown()
        thread.join()
        provider.server_close()


class Camera:
    def __init__(self, browser: Browser, project: TestProject) -> None:
        self._browser, self._project = browser, project
        with project.server.database.write() as db:
            found = accounts.project(db, project.id)
            assert found is not None
            user = accounts.add_user(db, "ann@example.com", "Ann")
            accounts.add_member(db, user.id, found.organisation_id, Role.OWNER)
            self._token = accounts.sign_in(db, user.id)

    def take(self, picture: Picture, file: Path) -> None:
        language, theme = picture.look
        width, height = picture.size
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            locale="en-US",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
        )
        for key, value in {"language": language, "theme": theme}.items():
            context.add_init_script(f"localStorage.setItem('pilothouse.{key}', '{value}')")
        context.add_cookies(
            [{"name": COOKIE, "value": self._token, "url": self._project.server.url}]
        )
        page = context.new_page()
        go(page, self._project, picture.place)
        if picture.prepare:
            picture.prepare(page)
        page.mouse.move(0, 0)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=file)
        context.close()


def _demo() -> TestProject:
    server = new_server().start()
    place = ["--data-dir", str(server.folder), "--port", str(server.port)]
    command = [sys.executable, "-m", "pilothouse", "demo", *place]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with server.database.write() as db:
        key, secret = keys.add(db, "demo")
    return TestProject(server, "demo", key.public_key, secret)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--every", type=Path)
    given = parser.parse_args()
    project = _demo()
    try:
        with chromium() as browser:
            camera = Camera(browser, project)
            if given.every:
                _every(camera, project, given.every)
                return
            of = _evaluated(project)

            def take(*every: Picture) -> None:
                for picture in every:
                    if not given.only or picture.name in given.only:
                        camera.take(picture, IMAGES / f"{picture.name}.png")
                        print(picture.name)

            take(*pictures(_traces(project)), *pictures_of_evaluation(of))
            take(*pictures_of_the_organisation(project))
            # The last: the project is another one afterwards.
            with _running(project, of.dataset) as run:
                take(Picture("experiment-running", Place(f"/experiments/{run}", _PROGRESS)))
    finally:
        remove(project.server)


def _every(camera: Camera, project: TestProject, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, place in enumerate(filled(project)):
        for name, size in SIZES.items():
            for look in _LOOKS:
                file = folder / f"{number:02}-{name}-{'-'.join(look)}.png"
                camera.take(Picture(file.stem, place, look, size), file)
        print(number, place.path)


if __name__ == "__main__":
    main()
