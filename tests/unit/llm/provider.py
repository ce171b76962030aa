"""A server on this machine that answers as the providers do: official SDKs talk to it over real sockets.

The shapes are those of the providers' own references and of the SDKs' types.
"""

import base64
import binascii
import json
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class Answer:
    """`pieces` are sent one by one; `cut` breaks the connection after them, in the middle of a chunk."""

    pieces: Iterable[bytes] = ()
    status: int = 200
    content_type: str = "text/event-stream"
    headers: dict[str, str] = field(default_factory=dict[str, str])
    cut: bool = False
    pause: float = 0


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    body: Any


class Standing(ThreadingHTTPServer):
    """Gives its answers in order, the last of them again and again."""

    daemon_threads = True

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked: list[Asked] = []
        self.heard = threading.Event()
        """Has somebody asked?"""
        self.broken_off = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None: ...


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Standing  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        told = json.loads(body) if body else None
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append(Asked(self.path, headers, told))
        self.server.heard.set()
        answers = self.server.answers
        self._answer(answers.pop(0) if len(answers) > 1 else answers[0])

    do_GET = do_POST

    def _answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("content-type", answer.content_type)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        try:
            for piece in answer.pieces:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                self.wfile.flush()
                time.sleep(answer.pause)
            self.wfile.write(b"ff\r\nhalf" if answer.cut else b"0\r\n\r\n")
        except OSError:
            self.server.broken_off.set()
        if answer.cut:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def provider() -> Iterator[Standing]:
    server = Standing()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def said_json(status: int, body: Any, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer([json.dumps(body).encode()], status, "application/json", named)


# -- OpenAI ------------------------------------------------------------------------------------


def chat(*deltas: dict[str, Any], finish: str | None = "stop", usage: Any = None) -> list[bytes]:
    """Chunks of a chat completion, usage in one of its own, and the end."""
    base = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-x-1"}
    rows: list[dict[str, Any]] = [
        {**base, "choices": [{"index": 0, "delta": delta, "finish_reason": None}], "usage": None}
        for delta in deltas
    ]
    if finish:
        last = {"index": 0, "delta": {}, "finish_reason": finish}
        rows.append({**base, "choices": [last], "usage": None})
    if usage is not None:
        rows.append({**base, "choices": [], "usage": usage})
    return [*(b"data: " + json.dumps(row).encode() + b"\n\n" for row in rows), b"data: [DONE]\n\n"]


def events(*rows: dict[str, Any]) -> list[bytes]:
    """Server-sent events that name their type, as Anthropic and the responses API send them."""
    return [f"event: {row['type']}\ndata: {json.dumps(row)}\n\n".encode() for row in rows]


def gemini(*rows: dict[str, Any]) -> list[bytes]:
    return [b"data: " + json.dumps(row).encode() + b"\r\n\r\n" for row in rows]


# -- Bedrock -----------------------------------------------------------------------------------


def frames(*rows: tuple[str, dict[str, Any]], kind: str = "event") -> list[bytes]:
    """Messages of AWS's binary event stream."""
    return [_frame(name, row, kind) for name, row in rows]


def _frame(name: str, row: dict[str, Any], kind: str) -> bytes:
    told = {":message-type": kind, ":content-type": "application/json"}
    told[":exception-type" if kind == "exception" else ":event-type"] = name
    headers = b"".join(_header(key, value) for key, value in told.items())
    payload = json.dumps(row).encode()
    length = 16 + len(headers) + len(payload)
    prelude = struct.pack(">II", length, len(headers))
    prelude += struct.pack(">I", binascii.crc32(prelude))
    message = prelude + headers + payload
    return message + struct.pack(">I", binascii.crc32(message))


def _header(name: str, value: str) -> bytes:
    key, text = name.encode(), value.encode()
    return bytes([len(key)]) + key + b"\x07" + struct.pack(">H", len(text)) + text


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


Make = Callable[..., list[bytes]]
