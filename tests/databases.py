"""Relational databases for tests: SQLite, and a real PostgreSQL that is started from its Debian binaries
in a folder that goes away.

Import the fixtures into a conftest:

    from tests.databases import database, postgres_database, postgres_server

`database` runs a test on SQLite and, marked `postgres`, on PostgreSQL: each time in an empty database
with all migrations applied. `postgres_database` is the URL of an empty one on PostgreSQL.
"""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pilothouse.domain.errors import Unavailable
from pilothouse.store.relational import schema, tables
from pilothouse.store.relational.database import Database

USER = "nobody"
"""Who runs the server when the tests are root's, which PostgreSQL refuses to be run by."""


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a running server, without a database name; fails where PostgreSQL is not installed."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries:
        pytest.fail("PostgreSQL is not installed: scripts/test unit installs it")
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    folder.chmod(0o777)
    port = _free_port()
    with (folder / "log").open("wb") as log:
        _run(folder, binaries[-1] / "initdb", "-D", folder / "data", "-U", "test", "-A", "trust")
        server = subprocess.Popen(
            _command(
                binaries[-1] / "postgres",
                *("-D", folder / "data", "-k", folder, "-p", port),
                *("-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"),
            ),
            cwd=folder,
            stdout=log,
            stderr=log,
        )
        try:
            url = f"postgresql://test@127.0.0.1:{port}"
            _wait(url, folder / "log")
            yield url
        finally:
            # At once: what it holds goes away anyway.
            server.send_signal(signal.SIGQUIT)
            server.wait(timeout=20)
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_database(postgres_server: str) -> str:
    """URL of an empty database on PostgreSQL."""
    return _new_database(postgres_server)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        opened = new_sqlite(tmp_path / "test.sqlite")
        yield opened
    else:
        opened = Database(_migrated(request.getfixturevalue("postgres_server")))
        yield opened
        _empty(opened)
    opened.close()


def new_sqlite(file: Path) -> Database:
    """A database in that file, with all migrations applied."""
    shutil.copyfile(_migrated_file(), file)
    return Database(f"sqlite:///{file}")


# Applying all migrations takes longer than most tests. SQLite's file is copied; on PostgreSQL, where a copy
# takes long too, tests have one database, and each leaves it empty.


@cache
def _migrated_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="pilothouse-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "migrated.sqlite"
    _migrate(f"sqlite:///{file}")
    return file


@cache
def _migrated(server: str) -> str:
    url = _new_database(server)
    _migrate(url)
    return url


def _migrate(url: str) -> None:
    opened = Database(url)
    schema.migrate(opened)
    opened.close()


def _empty(opened: Database) -> None:
    with opened.write() as db:
        for table in reversed(tables.metadata.sorted_tables):
            db.execute(table.delete())


def _new_database(server: str) -> str:
    name = f"t{time.time_ns()}"
    _execute(server, f"CREATE DATABASE {name}")
    return f"{server}/{name}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _command(*parts: Any) -> list[str]:
    prefix = ["setpriv", f"--reuid={USER}", "--regid=nogroup", "--clear-groups"]
    return [*(prefix if os.geteuid() == 0 else []), *map(str, parts)]


def _run(folder: Path, *parts: Any) -> None:
    done = subprocess.run(_command(*parts), cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _wait(url: str, log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            _execute(url, "SELECT 1")
        except Unavailable:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())


def _execute(server: str, statement: str) -> None:
    opened = Database(f"{server}/postgres")
    try:
        with opened.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(sa.text(statement))
    except sa.exc.OperationalError as error:
        raise Unavailable(str(error)) from error
    finally:
        opened.close()
