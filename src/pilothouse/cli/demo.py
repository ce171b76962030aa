"""`pilothouse demo`: fill a project with a believable month."""

import base64
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.progress import track

from pilothouse import wiring
from pilothouse.cli.local import serving
from pilothouse.cli.options import DataDir, RunningPort, fail, load, out
from pilothouse.cli.provision import provision
from pilothouse.demo import experiments, scores
from pilothouse.demo.traces import Month
from pilothouse.domain.access import Project
from pilothouse.domain.errors import PilothouseError
from pilothouse.settings import Settings
from pilothouse.store.relational import accounts, keys, schema

PROJECT = "demo"


def demo(
    data_dir: DataDir = None,
    port: RunningPort = None,
    conversations: Annotated[int, typer.Option(help="How many people write in.")] = 1_500,
    days: Annotated[int, typer.Option(help="How long the story is.")] = 30,
) -> None:
    """Fill the project “Demo: support assistant” with a month of traces, sessions and scores.

    Works with a server that is running and without one.
    """
    settings = load(data_dir=data_dir, port=port)
    try:
        project, authorization = _project(settings)
        with serving(settings) as base:
            _fill(base, authorization, Month(time.time_ns(), days, conversations))
    except PilothouseError as error:
        fail(str(error))
    url = f"{settings.public_url or f'http://{settings.host}:{settings.port}'}/project/{project.id}"
    out.print(f"The demo project is ready: {url}", soft_wrap=True)


def _project(settings: Settings) -> tuple[Project, str]:
    """The demo project, made when it is not there, and a key for it that lasts an hour."""
    relational = wiring.database(settings)
    schema.migrate(relational)
    own = provision(relational, settings.init).project
    with relational.write() as db:
        project = accounts.project(db, PROJECT) or accounts.add_project(
            db, own.organisation_id, "Demo: support assistant", PROJECT
        )
        expires = time.time_ns() // 1000 + 3_600_000_000
        key, secret = keys.add(db, project.id, note="filled by the demo", expires_at=expires)
    pair = base64.b64encode(f"{key.public_key}:{secret}".encode()).decode()
    return project, f"Basic {pair}"


def _fill(base: str, authorization: str, month: Month) -> None:
    requests = list(track(month.requests(), "Writing the story", transient=True, total=None))
    for body in track(requests, "Sending traces", transient=True):
        _post(f"{base}/v1/traces", authorization, body, "application/x-protobuf")
    for batch in track(list(_batches(month)), "Sending scores", transient=True):
        body = json.dumps({"batch": batch}).encode()
        _post(f"{base}/api/public/ingestion", authorization, body, "application/json")
    _experiments(base, authorization)
    out.print(f"{len(month.told)} traces sent.")


def _experiments(base: str, authorization: str) -> None:
    def post(path: str, body: Any) -> None:
        content = json.dumps(body).encode()
        _post(f"{base}/api/public{path}", authorization, content, "application/json")

    post("/v2/datasets", experiments.dataset())
    items = experiments.items()
    for item in items:
        post("/dataset-items", item)
    for version in track(experiments.VERSIONS, "Sending experiments", transient=True):
        events, links = experiments.run(version, items, datetime.now(UTC))
        post("/ingestion", {"batch": events})
        for link in links:
            post("/dataset-run-items", link)


def _batches(month: Month) -> Iterator[list[dict[str, Any]]]:
    events = list(scores.events(month.told))
    for start in range(0, len(events), 500):
        yield events[start : start + 500]


def _post(url: str, authorization: str, body: bytes, content_type: str) -> None:
    headers = {"authorization": authorization, "content-type": content_type}
    request = urllib.request.Request(url, body, headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            answer.read()
    except urllib.error.HTTPError as error:
        fail(f"{url} answered {error.code}: {error.read()[:300].decode('utf-8', 'replace')}")
