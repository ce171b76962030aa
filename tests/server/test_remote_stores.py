"""A ClickHouse server that goes away and comes back, under a process that stays."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import otlp
from tests.server.test_faults import PROTOBUF, stored
from tests.serving import Server, eventually, free_port, new_server, remove

ROOT = Path(__file__).resolve().parents[2]


class ClickHouse:
    """The thin stand-in that speaks ClickHouse's HTTP over the same engine, in its own process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.clickhouse_http", str(self._folder), str(self.port)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        assert int(self._process.stdout.readline()) == self.port

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)


@pytest.fixture
def clickhouse(tmp_path: Path) -> Iterator[ClickHouse]:
    running = ClickHouse(tmp_path / "clickhouse")
    running.start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def over_http(clickhouse: ClickHouse) -> Iterator[Server]:
    url = f"clickhouse://default@127.0.0.1:{clickhouse.port}/default"
    server = new_server({"PILOTHOUSE_CLICKHOUSE_URL": url}, forked=True)
    try:
        yield server.start()
    finally:
        remove(server)


def test_a_store_that_is_away_is_said_and_found_again(
    over_http: Server, clickhouse: ClickHouse
) -> None:
    project = over_http.new_project()
    first, lost, last = otlp.span(), otlp.span(), otlp.span()

    def send(span: object) -> int:
        body = otlp.request(span).SerializeToString()  # pyright: ignore[reportArgumentType]
        return http.post("/v1/traces", content=body, headers=PROTOBUF).status_code

    with project.http() as http:
        assert send(first) == 200
        clickhouse.stop()
        began = time.monotonic()
        refused = http.post(
            "/v1/traces", content=otlp.request(lost).SerializeToString(), headers=PROTOBUF
        )
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        assert time.monotonic() - began < 30
        assert http.get("/readyz").status_code == 503
        read = http.get(
            f"/api/pilothouse/projects/{project.id}/traces", params={"start": 0, "end": 1}
        )
        assert read.status_code == 503
        assert read.json()["error"]["code"] == "unavailable"
        clickhouse.start()
        assert eventually(lambda: send(last) == 200, 30)
        assert http.get("/readyz").status_code == 200
    assert sorted(stored(project)) == sorted(span.span_id.hex() for span in (first, last))
