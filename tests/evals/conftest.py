"""A running application in the process of the tests, and a provider whose answers follow the question."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from pilothouse.cli.provision import provision
from pilothouse.evals import looking
from pilothouse.jobs import worker
from pilothouse.server.app import create
from pilothouse.settings import Init, Settings
from pilothouse.wiring import Wired, wire
from tests.unit.llm.provider import chat

PROJECT = "project-of-evaluations"
INIT = Init(
    org_id="org",
    org_name="Org",
    project_id=PROJECT,
    project_name="Project",
    public_key="pk-lf-1234567890",
    secret_key="sk-lf-1234567890",
)
Reply = Callable[[str], str | int]


SIGNS = 0.3
"""Seconds between a worker's signs of life."""


@pytest.fixture(scope="session", autouse=True)
def soon() -> Iterator[None]:
    """What a server looks at every few seconds, these tests need not wait for so long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(looking, "_LOOK_EVERY", 0.2)
        patch.setattr(worker, "_SIGN_EVERY", SIGNS)
        yield


@pytest.fixture(scope="session")
def wired(tmp_path_factory: pytest.TempPathFactory) -> Wired:
    opened = wire(Settings(data_dir=tmp_path_factory.mktemp("evals")))
    provision(opened.services.database, INIT)
    return opened


@pytest.fixture(scope="session")
def app(wired: Wired) -> FastAPI:
    return create(wired.services.settings, wired)


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as opened:
        opened.auth = (INIT.public_key, INIT.secret_key)
        yield opened


class Provider(ThreadingHTTPServer):
    """Speaks OpenAI's chat completions. `reply` makes an answer of the last message, or a status."""

    daemon_threads = True

    def __init__(self) -> None:
        self.reply: Reply = lambda text: text
        self.asked: list[str] = []
        self.bodies: list[Any] = []
        self.gate = threading.Event()
        """Answers are held back while it is clear."""
        self.gate.set()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None: ...


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Provider  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        text = str(body["messages"][-1]["content"])
        self.server.asked.append(text)
        self.server.bodies.append(body)
        self.server.gate.wait(30)
        reply = self.server.reply(text)
        if isinstance(reply, int):
            told = json.dumps({"error": {"message": "not now", "code": "busy"}}).encode()
            self._send(reply, "application/json", told)
            return
        usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
        pieces = chat({"content": reply}, usage=usage)
        self._send(200, "text/event-stream", b"".join(pieces))

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def provider() -> Iterator[Provider]:
    server = Provider()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.gate.set()
    server.shutdown()
    thread.join()
    server.server_close()
