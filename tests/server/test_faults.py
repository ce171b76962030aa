"""What was acknowledged is there, once, whatever happens to the process and to what it stands on."""

import itertools
import json
import os
import random
import sqlite3
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import otlp
from tests.serving import Server, TestProject, eventually, new_server, remove

ROUNDS = 20
PROTOBUF = {"content-type": "application/x-protobuf"}
JSON = {"content-type": "application/json"}

Sent = tuple[str, bytes, dict[str, str], list[str]]
"""Path, body, headers, and the ids of the spans that are stored when it is acknowledged."""


def protobuf() -> Sent:
    spans = [otlp.span() for _ in range(20)]
    body = otlp.request(*spans).SerializeToString()
    return "/v1/traces", body, PROTOBUF, [span.span_id.hex() for span in spans]


def otlp_json() -> Sent:
    spans = [otlp.span() for _ in range(20)]
    body = json.dumps(otlp.as_json(otlp.request(*spans))).encode()
    return "/api/public/otel/v1/traces", body, JSON, [span.span_id.hex() for span in spans]


def langfuse_halves() -> Sent:
    """A create, and an update of the same observation in the same batch or in one of its own."""
    trace, span = str(uuid.uuid4()), str(uuid.uuid4())
    created = _event("generation-create", {"id": span, "traceId": trace, "name": "half"})
    updated = _event("generation-update", {"id": span, "traceId": trace, "output": "whole"})
    batch = {"batch": [created, updated]}
    return "/api/public/ingestion", json.dumps(batch).encode(), JSON, [span]


def openai_agents() -> Sent:
    trace, span = f"trace_{uuid.uuid4().hex}", f"span_{uuid.uuid4().hex[:24]}"
    moment = datetime.now(UTC).isoformat()
    items = [
        {"object": "trace", "id": trace, "workflow_name": "w"},
        {
            "object": "trace.span",
            "id": span,
            "trace_id": trace,
            "parent_id": None,
            "started_at": moment,
            "ended_at": moment,
            "span_data": {"type": "agent", "name": "a"},
        },
    ]
    return "/v1/traces/ingest", json.dumps({"data": items}).encode(), JSON, [span]


WIRES: list[Callable[[], Sent]] = [protobuf, otlp_json, langfuse_halves, openai_agents]


def _event(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    moment = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return {"id": str(uuid.uuid4()), "type": kind, "timestamp": moment, "body": body}


def stored(project: TestProject) -> list[str]:
    """The id of every span of the project, as often as it is listed."""
    moment = time.time_ns() // 1000
    query: dict[str, Any] = {
        "start": moment - 3_600_000_000,
        "end": moment + 60_000_000,
        "limit": 500,
    }
    found: list[str] = []
    with project.http() as http:
        while True:
            page = http.get(f"/api/pilothouse/projects/{project.id}/spans", params=query).json()
            found += [row["span_id"] for row in page["items"]]
            if not page["next_cursor"]:
                return found
            query["cursor"] = page["next_cursor"]


class Sender:
    """Sends over all wires from some threads until the server is gone; keeps what was acknowledged."""

    def __init__(self, project: TestProject) -> None:
        self._project = project
        self._stop = threading.Event()
        self.acknowledged: list[str] = []

    def run(self, make: Callable[[], Sent]) -> None:
        with self._project.http() as http:
            while not self._stop.is_set():
                path, body, headers, ids = make()
                try:
                    answer = http.post(path, content=body, headers=headers)
                except httpx.HTTPError:
                    return
                if answer.status_code in (200, 204, 207):
                    self.acknowledged += ids

    @contextmanager
    def sending(self) -> Iterator[None]:
        with ThreadPoolExecutor(len(WIRES)) as pool:
            runs = [pool.submit(self.run, make) for make in WIRES]
            try:
                yield
            finally:
                self._stop.set()
                for run in runs:
                    run.result(30)


@pytest.fixture
def own_server() -> Iterator[Server]:
    server = new_server(forked=True)
    try:
        yield server.start()
    finally:
        remove(server)


@pytest.mark.timeout(900)
def test_killed_at_any_moment_no_acknowledged_span_is_lost_or_doubled(own_server: Server) -> None:
    project = own_server.new_project()
    acknowledged: list[str] = []
    moments = random.Random(5)
    for _ in range(ROUNDS):
        sender = Sender(project)
        with sender.sending():
            eventually(lambda sender=sender: sender.acknowledged, 60)
            time.sleep(moments.uniform(0, 0.8))
            own_server.kill()
        acknowledged += sender.acknowledged
        own_server.start()
    found = stored(project)
    assert len(acknowledged) > ROUNDS
    assert set(acknowledged) <= set(found)
    assert len(found) == len(set(found))


def test_a_polite_stop_drains_within_ten_seconds(own_server: Server) -> None:
    project = own_server.new_project()
    sender = Sender(project)
    with sender.sending():
        eventually(lambda: sender.acknowledged, 60)
        assert own_server.stop() < 10
    own_server.start()
    assert set(sender.acknowledged) <= set(stored(project))
    assert "Traceback" not in own_server.log()


@pytest.mark.parametrize("make", WIRES)
def test_a_request_sent_five_times_at_once_leaves_one_span(
    project: TestProject, make: Callable[[], Sent]
) -> None:
    path, body, headers, ids = make()

    def send(_: int) -> int:
        with project.http() as http:
            return http.post(path, content=body, headers=headers).status_code

    with ThreadPoolExecutor(5) as pool:
        assert set(pool.map(send, range(5))) <= {200, 204, 207}
    found = stored(project)
    assert sorted(span for span in found if span) == sorted(ids)


def test_a_locked_relational_store_is_said_and_gets_over_itself(own_server: Server) -> None:
    project = own_server.new_project()
    path, body, headers, ids = langfuse_halves()
    with project.http() as http:
        http.get("/api/public/traces")
        lock = sqlite3.connect(own_server.folder / "pilothouse.sqlite", isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
        refused = http.post(path, content=body, headers=headers)
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        lock.execute("ROLLBACK")
        assert http.post(path, content=body, headers=headers).status_code == 207
    assert stored(project) == ids


@contextmanager
def _small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_said_and_gets_over_itself() -> None:
    server = new_server(forked=True)
    with _small_disk(server.folder, 400):
        try:
            server.start()
            project = server.new_project()
            ballast = server.folder / "ballast"
            _fill(ballast)
            with project.http() as http:
                kept: list[str] = []
                statuses: list[int] = []
                for _ in range(40):
                    path, body, headers, ids = protobuf()
                    answer = http.post(path, content=body, headers=headers)
                    statuses.append(answer.status_code)
                    if answer.status_code == 200:
                        kept += ids
                    else:
                        assert answer.status_code == 503
                        assert int(answer.headers["retry-after"]) > 0
                        break
                assert statuses[-1] == 503
                ballast.unlink()
                path, body, headers, ids = protobuf()

                def accepted() -> bool:
                    return http.post(path, content=body, headers=headers).status_code == 200

                eventually(accepted, 30)
            found = stored(project)
            assert set(kept + ids) <= set(found)
            assert len(found) == len(set(found))
        finally:
            if server.process is not None:
                server.kill()


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            for _ in itertools.count():
                try:
                    file.write(os.urandom(size))
                except OSError:
                    break
