"""The real engine: one in this process, one behind HTTP; a fresh project for every test."""

import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from pilothouse.domain.scope import Scope
from pilothouse.reading.service import Reading
from pilothouse.store.blobs.files import Files
from pilothouse.store.clickhouse.engine import Embedded, Engine, Remote
from pilothouse.store.clickhouse.migrations import migrate
from pilothouse.store.clickhouse.reader import Reader
from pilothouse.store.clickhouse.writer import Writer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = Embedded(tmp_path_factory.mktemp("engine"))
    migrate(engine)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("server")
    with subprocess.Popen(
        [sys.executable, "-m", "tests.clickhouse_http", str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        engine = Remote(f"clickhouse://default@127.0.0.1:{port}/default")
        migrate(engine)
        yield engine
        engine.close()
        assert server.stdin is not None
        server.stdin.close()
        server.wait(10)


@pytest.fixture
def scope() -> Scope:
    return Scope(f"project-{uuid.uuid4().hex[:12]}")


@pytest.fixture(params=["embedded", "remote"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.getfixturevalue(request.param)


@pytest.fixture
def writer(engine: Engine) -> Writer:
    return Writer(engine)


@pytest.fixture
def reader(engine: Engine) -> Reader:
    return Reader(engine)


@pytest.fixture
def reading(embedded: Engine, tmp_path: Path) -> Reading:
    return Reading(Reader(embedded), Files(tmp_path / "blobs"))


@pytest.fixture
def write(embedded: Engine) -> Writer:
    return Writer(embedded)
