"""Two server processes over one PostgreSQL and one ClickHouse, each with some of the halves."""

import random
import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.serving import Server, TestProject, new_server, remove

pytestmark = pytest.mark.postgres
AT, LATER = "2026-11-25T10:00:00Z", "2026-11-25T10:00:05Z"
TRACES = 40
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def replicas(postgres_database: str, tmp_path: Path) -> Iterator[tuple[Server, Server]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.clickhouse_http", str(tmp_path / "clickhouse")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as clickhouse:
        assert clickhouse.stdout is not None
        settings = {
            "PILOTHOUSE_DATABASE_URL": postgres_database,
            "PILOTHOUSE_CLICKHOUSE_URL": (
                f"clickhouse://default@127.0.0.1:{int(clickhouse.stdout.readline())}/default"
            ),
        }
        both = new_server(settings, forked=True), new_server(settings, forked=True)
        try:
            for server in both:
                server.start()
            yield both
        finally:
            for server in both:
                remove(server)
            clickhouse.kill()


def test_halves_in_two_processes_become_one_whole(replicas: tuple[Server, Server]) -> None:
    project = replicas[0].new_project()
    other = TestProject(replicas[1], project.id, project.public_key, project.secret_key)
    traces = [str(uuid.uuid4()) for _ in range(TRACES)]
    messages = [half for trace_id in traces for half in halves(trace_id)]
    random.Random(7).shuffle(messages)
    with project.http() as one, other.http() as two, ThreadPoolExecutor(8) as pool:
        sent = pool.map(lambda turn: send((one, two)[turn[0] % 2], turn[1]), enumerate(messages))
        assert all(sent)
        for trace_id in traces:
            found = one.get(f"/api/public/traces/{trace_id}").json()
            assert (found["name"], found["userId"]) == ("name", "ada")
            (span,) = found["observations"]
            assert (span["name"], span["input"], span["output"]) == ("s", "input", "output")
            assert (span["startTime"], span["endTime"]) == (
                "2026-11-25T10:00:00.000Z",
                "2026-11-25T10:00:05.000Z",
            )
        listed = two.get("/api/public/v2/observations", params={"userId": "ada", "limit": 1000})
        assert len(listed.json()["data"]) == TRACES


def halves(trace_id: str) -> list[dict[str, Any]]:
    span = {"id": f"s-{trace_id}", "traceId": trace_id}
    return [
        event("trace-create", {"id": trace_id, "name": "name", "timestamp": AT}),
        event("trace-create", {"id": trace_id, "userId": "ada"}, LATER),
        event("span-create", {**span, "name": "s", "input": "input", "startTime": AT}),
        event("span-update", {**span, "output": "output", "endTime": LATER}, LATER),
    ]


def event(type: str, body: dict[str, Any], at: str = AT) -> dict[str, Any]:
    return {"id": uuid.uuid4().hex, "type": type, "timestamp": at, "body": body}


def send(client: httpx.Client, half: dict[str, Any]) -> bool:
    answer = client.post("/api/public/ingestion", json={"batch": [half]})
    return answer.status_code == 207 and bool(answer.json()["successes"])
