"""A prompt asked for by its name at a steady pace, first on a quiet server, then while spans come in.

    python -m bench.prompts [--asks-per-second 200] [--spans-per-second 2000] [--seconds 20]

Writes `results/prompts.json`.
"""

import argparse
import asyncio
import os
import tempfile
import time
from multiprocessing import Process, Queue
from pathlib import Path
from typing import Any

from bench.payloads import Templates
from bench.products.pilothouse import Pilothouse
from bench.record import record
from bench.sender import Connection, Target, send

_SPANS_A_REQUEST = 100
_CONNECTIONS = 8


async def _asked(target: Target, per_second: float, seconds: float) -> list[float]:
    """Milliseconds of each, over a few connections in turn: from when it was due where an answer before it
    was late, else from when it was sent. That a timer of the asker's rings late is not the server's."""
    latencies: list[float] = []
    began, turn = time.perf_counter(), 0

    async def one() -> None:
        nonlocal turn
        connection = Connection(target)
        await connection.open()
        while (due := began + turn / per_second) < began + seconds:
            turn += 1
            asked = due
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
                asked = time.perf_counter()
            if await connection.get() != 200:
                raise SystemExit("the prompt was not answered")
            latencies.append((time.perf_counter() - asked) * 1000)
        connection.close()

    await asyncio.gather(*(one() for _ in range(_CONNECTIONS)))
    return sorted(latencies)


def _figures(latencies: list[float]) -> dict[str, float]:
    def at(share: float) -> float:
        return round(latencies[min(len(latencies) - 1, int(share * len(latencies)))], 2)

    return {"p50_ms": at(0.5), "p95_ms": at(0.95), "p99_ms": at(0.99), "max_ms": at(1)}


def _write(per_second: float, seconds: float, told: "Queue[float]") -> None:
    """Spans at a steady pace; tells how many a second it were. A process of its own, so that it
    takes no turns from the asker."""
    bodies = Templates(_SPANS_A_REQUEST).bodies(time.time_ns, seed=5)
    target, pace = Pilothouse().target(), per_second / _SPANS_A_REQUEST
    began, requests = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        requests += asyncio.run(send(target, bodies, 2, per_second=pace)).requests
    told.put(requests * _SPANS_A_REQUEST / (time.perf_counter() - began))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--asks-per-second", type=float, default=200)
    parser.add_argument("--spans-per-second", type=float, default=2000)
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    load = round(os.getloadavg()[0], 1)
    product = Pilothouse()
    with tempfile.TemporaryDirectory(prefix="pilothouse-bench-") as home:
        server = product.server(Path(home) / "data")
        server.start()
        try:
            figures = _run(product, given)
        finally:
            server.stop()
    record("prompts", {"load_before": load, **figures})


def _run(product: Pilothouse, given: argparse.Namespace) -> dict[str, Any]:
    with product.client() as client:
        body = {"name": "agents/greet", "prompt": "Be kind. " * 200, "labels": ["production"]}
        client.post("/api/public/v2/prompts", json=body).raise_for_status()
    path = "/api/public/v2/prompts/agents%2Fgreet"
    target = Target(product.port, path, product.headers)

    def asked() -> dict[str, float]:
        return _figures(asyncio.run(_asked(target, given.asks_per_second, given.seconds)))

    quiet = asked()
    told: Queue[float] = Queue()
    writer = Process(target=_write, args=(given.spans_per_second, given.seconds + 4, told))
    writer.start()
    time.sleep(3)
    busy = asked()
    written = round(told.get())
    writer.join()
    found = {"quiet": quiet, "while_writing": busy, "written_per_second": written}
    print(found)
    return found


if __name__ == "__main__":
    main()
