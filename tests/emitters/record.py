"""Record what emitters send, as samples: `python -m tests.emitters.record [NAME ...]`.

A server that accepts everything stands where Pilothouse would, the small model answers for real,
and what arrived is written below `tests/samples/<emitter>/`: bodies without their compression,
and `requests.json` with what the requests looked like. What would tell of this machine is
replaced in the decoded message, so that a sample says nothing but what the SDK said.
"""

from __future__ import annotations

import argparse
import getpass
import gzip
import json
import re
import shutil
import socket
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.emitters.environments import REPOSITORY, cache_folder, emitters, run_emitter
from tests.model import Model, running_model

SAMPLES = REPOSITORY / "tests" / "samples"
PUBLIC_KEY = "pk-lf-recorded"
SECRET_KEY = "sk-lf-recorded"
PROJECT = {"id": "recorded", "name": "Recorded", "metadata": {}, "retentionDays": 0}

# Headers that say nothing of the SDK, or that must not be kept.
DROPPED = {
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "host",
    "keep-alive",
    "transfer-encoding",
}

# Resource attributes that tell of the machine, and what stands in their place.
REPLACED: dict[str, str] = {
    "host.name": "host",
    "host.id": "0123456789abcdef0123456789abcdef",
    "host.arch": "amd64",
    "host.ip": "192.0.2.1",
    "os.version": "6.1",
    "process.command": "/app/main",
    "process.command_line": "/app/main",
    "process.command_args": "/app/main",
    "process.executable.path": "/usr/bin/program",
    "process.owner": "user",
    "service.instance.id": "00000000-0000-4000-8000-000000000000",
}

OTLP: dict[str, type[Message]] = {
    "traces": ExportTraceServiceRequest,
    "logs": ExportLogsServiceRequest,
    "metrics": ExportMetricsServiceRequest,
}


@dataclass
class Request:
    """One request as it arrived, its body still compressed."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Recording:
    """The address of a recording server and what it has heard so far."""

    url: str
    requests: list[Request] = field(default_factory=list)


@contextmanager
def recording(port: int = 0) -> Iterator[Recording]:
    """Serve a listener that accepts everything while the block runs."""
    heard: list[Request] = []
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            request = Request(self.command, self.path, _headers(self), _read(self))
            with lock:
                heard.append(request)
            status, kind, body = reply(request)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Recording(f"http://127.0.0.1:{server.server_port}", heard)
    finally:
        server.shutdown()
        server.server_close()


def reply(request: Request) -> tuple[int, str, bytes]:
    """What a willing server answers: status, content type, body."""
    path = request.path.partition("?")[0]
    kind = request.headers.get("content-type", "")
    if path.endswith(("/v1/traces", "/v1/logs", "/v1/metrics")):
        return (200, kind, b"") if "protobuf" in kind else (200, "application/json", b"{}")
    if path.endswith("/traces/ingest"):
        return _json(200, {})
    if path == "/api/public/projects":
        return _json(200, {"data": [PROJECT]})
    if request.method == "POST" and path in ("/api/public/ingestion", "/api/public/scores"):
        sent = json.loads(content(request))
        items = sent if isinstance(sent, list) else sent.get("batch")
        if items is None:
            return _json(200, {"id": sent.get("id")})
        successes = [{"id": item.get("id"), "status": 201} for item in items]
        return _json(207, {"successes": successes, "errors": []})
    return _json(404, {"message": "Not found", "error": "LangfuseNotFoundError"})


def content(request: Request) -> bytes:
    """The body without its compression."""
    encoding = request.headers.get("content-encoding", "")
    if encoding == "gzip":
        return gzip.decompress(request.body)
    if encoding == "deflate":
        return zlib.decompress(request.body)
    return request.body


def store(name: str, requests: list[Request], model: Model, url: str) -> int:
    """Write the requests of one emitter as its samples; hand back their size."""
    folder = SAMPLES / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    clean = cleaner(model, url)
    listed: list[dict[str, Any]] = []
    size = 0
    for number, request in enumerate(requests, 1):
        file, body = sample(request, clean)
        row: dict[str, Any] = {"method": request.method, "path": clean(request.path)}
        if body:
            file = f"{number:03}.{file}"
            (folder / file).write_bytes(body)
            row |= {
                "file": file,
                "content_type": request.headers.get("content-type"),
                "content_encoding": request.headers.get("content-encoding"),
                "bytes_on_the_wire": len(request.body),
            }
            size += len(body)
        kept = {k: clean(v) for k, v in request.headers.items() if k not in DROPPED}
        listed.append(row | {"headers": dict(sorted(kept.items()))})
    text = json.dumps(listed, indent=2, ensure_ascii=False) + "\n"
    (folder / "requests.json").write_text(text, encoding="utf-8")
    return size


def sample(request: Request, clean: Callable[[str], str]) -> tuple[str, bytes]:
    """The ending and the cleaned content of one request's body."""
    body = content(request)
    if not body:
        return "", b""
    if "protobuf" in request.headers.get("content-type", ""):
        message = OTLP[request.path.rpartition("/")[2]]()
        message.ParseFromString(body)
        clean_message(message, clean)
        return "pb", message.SerializeToString(deterministic=True)
    value = clean_json(json.loads(body), clean)
    return "json", (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def clean_message(message: Message, clean: Callable[[str], str]) -> None:
    """Replace what tells of this machine in every string of a message."""
    if message.DESCRIPTOR.name == "KeyValue" and message.key in REPLACED:  # type: ignore[attr-defined]
        listed = message.value.HasField("array_value")  # type: ignore[attr-defined]
        message.value.Clear()  # type: ignore[attr-defined]
        text = REPLACED[message.key]  # type: ignore[attr-defined]
        target = message.value.array_value.values.add() if listed else message.value  # type: ignore[attr-defined]
        target.string_value = text
        return
    for descriptor, value in message.ListFields():
        repeated = not isinstance(value, Message | str | bytes | int | float)
        if descriptor.type == FieldDescriptor.TYPE_MESSAGE:
            for item in value if repeated else [value]:
                clean_message(item, clean)
        elif descriptor.type == FieldDescriptor.TYPE_STRING:
            if repeated:
                value[:] = [clean(item) for item in value]
            else:
                setattr(message, descriptor.name, clean(value))


def clean_json(value: Any, clean: Callable[[str], str]) -> Any:
    """Replace what tells of this machine in every string of a JSON value."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_json(item, clean) for item in value]
    if isinstance(value, dict):
        key = value.get("key")
        if key in REPLACED and isinstance(value.get("value"), dict):
            text = {"stringValue": REPLACED[key]}
            listed = "arrayValue" in value["value"]
            return {"key": key, "value": {"arrayValue": {"values": [text]}} if listed else text}
        return {name: clean_json(item, clean) for name, item in value.items()}
    return value


def cleaner(model: Model, url: str) -> Callable[[str], str]:
    """A function that replaces this machine's names and paths in a text."""
    environment = rf"{re.escape(str(cache_folder()))}/envs/[\w-]+-[0-9a-f]{{12}}"
    replaced: list[tuple[str, str]] = [
        (re.escape(model.url), "http://127.0.0.1:8080/v1"),
        (re.escape(url), "http://127.0.0.1:3000"),
        (environment, "/app/env"),
        (re.escape(str(cache_folder())), "/app/cache"),
        (re.escape(str(REPOSITORY)), "/app"),
        (rf"{re.escape(sys.base_prefix)}(?=/)", "/usr"),
        (rf"{re.escape(str(Path.home()))}(?=/)", "/home/user"),
        (rf"\b{re.escape(socket.gethostname())}\b", "host"),
        (rf"(?<=/home/){re.escape(getpass.getuser())}\b", "user"),
    ]
    patterns = [(re.compile(pattern), text) for pattern, text in replaced]

    def clean(text: str) -> str:
        for pattern, replacement in patterns:
            text = pattern.sub(replacement, text)
        return text

    return clean


def environment_of(model: Model, url: str) -> dict[str, str]:
    """What every emitter is told."""
    return {
        "PILOTHOUSE_URL": url,
        "PILOTHOUSE_PUBLIC_KEY": PUBLIC_KEY,
        "PILOTHOUSE_SECRET_KEY": SECRET_KEY,
        "MODEL_URL": model.url,
        "MODEL_NAME": model.name,
    }


def record(name: str, model: Model) -> str:
    """Run one emitter and keep what it sent; hand back a line about it."""
    with recording() as listener:
        result = run_emitter(name, environment_of(model, listener.url))
        if not listener.requests:
            raise RuntimeError(f"{name} sent nothing:\n{result.stdout}{result.stderr}")
        size = store(name, listener.requests, model, listener.url)
    return f"{name}: {len(listener.requests)} requests, {size / 1000:.0f} kB"


def main() -> None:
    """Record the emitters that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.emitters.record", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="emitters; none means all")
    parser.add_argument("--model-port", type=int, default=8080, help="stands in the samples")
    arguments = parser.parse_args()
    with running_model(arguments.model_port) as model:
        for name in arguments.names or emitters():
            print(record(name, model), flush=True)


def _headers(handler: BaseHTTPRequestHandler) -> dict[str, str]:
    return {name.lower(): value for name, value in handler.headers.items()}


def _read(handler: BaseHTTPRequestHandler) -> bytes:
    if handler.headers.get("Transfer-Encoding", "").lower() != "chunked":
        return handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
    parts: list[bytes] = []
    while size := int(handler.rfile.readline().split(b";")[0], 16):
        parts.append(handler.rfile.read(size))
        handler.rfile.readline()
    handler.rfile.readline()
    return b"".join(parts)


def _json(status: int, value: object) -> tuple[int, str, bytes]:
    return status, "application/json", json.dumps(value).encode()


if __name__ == "__main__":
    main()
