"""Load on the way in: OTLP protobuf over HTTP to a server started for this, on embedded stores.

    python -m bench.load [--seconds 60] [--spans-per-request 500] [--connections 4]

Prints and records spans stored per second, CPU seconds of the server per 1,000 spans, latency of
requests, memory, and disk per span. The sender sends bodies made beforehand with fresh ids.
"""

import argparse
import asyncio
import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import httptools
import psutil

from bench.payloads import Templates
from bench.record import record

DAY = 86_400 * 10**9
PORT = 3299
PUBLIC, SECRET = "pk-lf-bench", "sk-lf-bench"


@dataclass
class Sent:
    spans: int = 0
    refused: int = 0
    latencies: list[float] = field(default_factory=list)


class Connection:
    """One keep-alive connection; httptools reads the answers."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self._port = port
        self._head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.status = 0
        self._done = False

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    def on_message_complete(self) -> None:
        self._done = True

    async def post(self, path: str, body: bytes) -> int:
        head = (
            f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{self._head}"
            f"content-length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        await self._writer.drain()
        parser = httptools.HttpResponseParser(self)
        self._done = False
        while not self._done:
            piece = await self._reader.read(65_536)
            if not piece:
                raise ConnectionError("the server closed the connection")
            parser.feed_data(piece)
        return parser.get_status_code()


async def send(
    templates: Templates, spans: int, seconds: float, connections: int, path: str, seed: int = 0
) -> Sent:
    """Send as fast as the server acknowledges, over some connections, for some seconds."""
    token = base64.b64encode(f"{PUBLIC}:{SECRET}".encode()).decode()
    headers = {"content-type": "application/x-protobuf", "authorization": f"Basic {token}"}
    sent = Sent()
    end = time.perf_counter() + seconds
    bodies = templates.bodies(1 << 40, seed)

    async def one() -> None:
        connection = Connection(PORT, headers)
        await connection.open()
        while time.perf_counter() < end:
            body = next(bodies)
            began = time.perf_counter()
            status = await connection.post(path, body)
            sent.latencies.append(time.perf_counter() - began)
            if status == 200:
                sent.spans += spans
            else:
                sent.refused += spans
                await asyncio.sleep(0.2)

    await asyncio.gather(*(one() for _ in range(connections)))
    return sent


def start(folder: Path, port: int = PORT) -> tuple[subprocess.Popen[bytes], float]:
    """A server over a folder, and the seconds until it answers."""
    environment = {
        **os.environ,
        "LANGFUSE_INIT_ORG_ID": "bench",
        "LANGFUSE_INIT_PROJECT_ID": "bench",
        "LANGFUSE_INIT_PROJECT_PUBLIC_KEY": PUBLIC,
        "LANGFUSE_INIT_PROJECT_SECRET_KEY": SECRET,
    }
    began = time.perf_counter()
    command = [sys.executable, "-m", "pilothouse", "up"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--data-dir", str(folder)],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    asyncio.run(_healthy(port, process))
    return process, time.perf_counter() - began


async def _healthy(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            answer = await reader.read()
            writer.close()
            if re.match(rb"HTTP/1\.1 200", answer):
                return
        except OSError:
            pass
        await asyncio.sleep(0.02)
    raise SystemExit("the server ended before it was healthy")


def cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def stop(process: subprocess.Popen[bytes]) -> float:
    began = time.perf_counter()
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    return time.perf_counter() - began


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


async def watch(process: psutil.Process, peak: list[int]) -> None:
    while True:
        peak[0] = max(peak[0], process.memory_info().rss)
        await asyncio.sleep(0.25)


async def measured(
    process: psutil.Process, templates: Templates, given: argparse.Namespace
) -> dict[str, float]:
    peak = [0]
    watching = asyncio.create_task(watch(process, peak))
    spans = given.spans_per_request
    await send(templates, spans, 3, given.connections, "/v1/traces", seed=1)
    before, began = cpu(process), time.perf_counter()
    sent = await send(templates, spans, given.seconds, given.connections, "/v1/traces", seed=2)
    elapsed = time.perf_counter() - began
    used = cpu(process) - before
    watching.cancel()
    ordered = sorted(sent.latencies)
    return {
        "spans": sent.spans,
        "refused": sent.refused,
        "spans_per_second": round(sent.spans / elapsed),
        "cpu_seconds_per_1000": round(used / sent.spans * 1000, 3),
        "request_p50_ms": round(ordered[len(ordered) // 2] * 1000),
        "request_p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000),
        "peak_rss_mb": round(peak[0] / 1e6),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--spans-per-request", type=int, default=500)
    parser.add_argument("--connections", type=int, default=4)
    given = parser.parse_args()
    templates = Templates(given.spans_per_request, time.time_ns() - 2 * DAY, DAY)
    folder = Path(tempfile.mkdtemp(prefix="pilothouse-bench-"))
    try:
        process, _ = start(folder)
        watched = psutil.Process(process.pid)
        time.sleep(2)
        idle = watched.memory_info().rss
        figures = asyncio.run(measured(watched, templates, given))
        figures["idle_rss_mb"] = round(idle / 1e6)
        figures["stop_seconds"] = round(stop(process), 2)
        stored = figures["spans"]
        figures["disk_bytes_per_span"] = round(size(folder / "clickhouse/store") / stored)
        process, seconds = start(folder)
        figures["second_start_seconds"] = round(seconds, 2)
        stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    name = f"load-{given.spans_per_request}"
    record(name, figures)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
