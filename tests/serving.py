"""A real server in a process of its own, as a user starts it.

Import the fixtures into a conftest:

    from tests.serving import server
"""

import base64
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any

import httpx
import pytest

from pilothouse.domain.access import KeyScope, Role
from pilothouse.edge.access import COOKIE, OWN_REQUEST
from pilothouse.store.relational import accounts, keys
from pilothouse.store.relational.database import Database
from tests.forked import Forked

NO_TLS = False
"""For `verify` of httpx. Servers of tests speak plain HTTP, and reading the certificates for nothing takes
30 ms of every client."""


@dataclass(frozen=True)
class TestProject:
    """A project of a running server, with a key pair that may do everything."""

    __test__ = False

    server: "Server"
    id: str
    public_key: str
    secret_key: str

    @property
    def authorization(self) -> str:
        return basic(self.public_key, self.secret_key)

    def http(self, **headers: str) -> httpx.Client:
        """A client that signs in with the key pair."""
        return httpx.Client(
            verify=NO_TLS,
            base_url=self.server.url,
            headers={"authorization": self.authorization, **headers},
            timeout=60,
        )

    def environment(self) -> dict[str, str]:
        """What an application's environment holds to reach this project."""
        return {
            "PILOTHOUSE_URL": self.server.url,
            "PILOTHOUSE_PUBLIC_KEY": self.public_key,
            "PILOTHOUSE_SECRET_KEY": self.secret_key,
        }

    def key(self, scope: KeyScope) -> str:
        """The Authorization header of another key."""
        with self.server.database.write() as db:
            key, secret = keys.add(db, self.id, scope=scope)
        return basic(key.public_key, secret)

    def person(self, role: Role | None) -> dict[str, str]:
        """Headers of a signed-in person with that role in this project; of a stranger if None."""
        with self.server.database.write() as db:
            user = accounts.add_user(db, f"{accounts.new_id()}@example.com", "Someone")
            if role is not None:
                accounts.add_project_member(db, user.id, self.id, role)
            token = accounts.sign_in(db, user.id)
        return {"cookie": f"{COOKIE}={token}", OWN_REQUEST: "1"}


@dataclass
class Server:
    """One process over one data folder (or over given stores)."""

    folder: Path
    port: int
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    forked: bool = False
    process: subprocess.Popen[str] | Forked | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def database(self) -> Database:
        url = self.settings.get("PILOTHOUSE_DATABASE_URL")
        return Database(url or f"sqlite:///{self.folder / 'pilothouse.sqlite'}")

    @cached_property
    def client(self) -> httpx.Client:
        """Keeps its connections, and no cookies: whoever asks has to say who they are."""
        forgetful = CookieJar(DefaultCookiePolicy(allowed_domains=()))
        return httpx.Client(verify=NO_TLS, base_url=self.url, cookies=forgetful, timeout=30)

    def start(self, *arguments: str, wait: bool = True) -> "Server":
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("PILOTHOUSE_", "LANGFUSE_"))
        }
        environment = kept | dict(self.settings)
        command = ["up", "--port", str(self.port), "--data-dir", str(self.folder), *arguments]
        log = self.folder.parent / f"{self.folder.name}.log"
        if self.forked:
            self.process = Forked(command, environment, log)
        else:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pilothouse", *command],
                env=environment,
                stdout=log.open("a"),
                stderr=subprocess.STDOUT,
                text=True,
            )
        if wait:
            self.wait()
        return self

    def wait(self, seconds: float = 60) -> None:
        """Until it is ready."""
        assert self.process is not None
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.process.poll() is None, f"exit {self.process.returncode}\n{self.log()}"
            try:
                if httpx.get(f"{self.url}/readyz", timeout=5, verify=NO_TLS).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"the server was not ready after {seconds} s:\n{self.log()}")

    def log(self) -> str:
        return (self.folder.parent / f"{self.folder.name}.log").read_text("utf-8")[-4000:]

    def stop(self) -> float:
        """By SIGTERM; gives the seconds that it took."""
        assert self.process is not None
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(30)
        return time.monotonic() - began

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(30)

    def new_project(self, name: str = "test") -> TestProject:
        with self.database.write() as db:
            organisation = accounts.first_organisation(db)
            assert organisation is not None
            project = accounts.add_project(db, organisation.id, name)
            key, secret = keys.add(db, project.id)
        return TestProject(self, project.id, key.public_key, secret)


def basic(public_key: str, secret_key: str) -> str:
    return "Basic " + base64.b64encode(f"{public_key}:{secret_key}".encode()).decode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def new_server(settings: Mapping[str, str] | None = None, *, forked: bool = False) -> Server:
    """Not started yet. Its folder lies in a temporary one that `remove` takes away. `forked`: it starts
    in a fraction of the time, and not as a user starts it."""
    home = Path(tempfile.mkdtemp(prefix="pilothouse-test-"))
    return Server(home / "data", free_port(), settings or {}, forked)


def remove(server: Server) -> None:
    if server.process is not None and server.process.poll() is None:
        server.kill()
    shutil.rmtree(server.folder.parent, ignore_errors=True)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server that all tests of a session share; each takes a project of its own."""
    running = new_server()
    try:
        yield running.start()
    finally:
        remove(running)


@pytest.fixture
def project(server: Server) -> TestProject:
    return server.new_project()


def eventually(check: Any, seconds: float = 10) -> Any:
    """The first true answer of `check`; for what other processes bring about."""
    end = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)
