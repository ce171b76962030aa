"""Load on the way in: OTLP protobuf over HTTP, as fast as the server acknowledges.

    python -m bench.load [--seconds 60] [--spans-per-request 500 50] [--connections 4]

Starts Pilothouse on embedded stores in a folder of its own. `stored` is the server's own count, not
the sum of its acknowledgements.
"""

import argparse
import asyncio
import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.payloads import Templates, within
from bench.products.pilothouse import Pilothouse
from bench.products.product import DAY, Product
from bench.record import record
from bench.sender import Sent, send
from bench.server import Memory, Peak, Server

_MONTH = 30 * DAY * 10**9
_WARM_UP = 3.0
_POLL = 3.0
"""Seconds; counting more often slows the peer that is counted."""


def loaded(
    product: Product,
    server: Server,
    templates: Templates,
    seconds: float,
    connections: int,
    patience: float = 0,
) -> dict[str, Any]:
    """Figures of a running server under load. Its traces begin at random in the last 30 days.

    A product that acknowledges before it stores has `patience` more seconds to store the rest; they
    count in its rate and its CPU.
    """
    idle = server.memory()
    spans = templates.spans
    starts = within(time.time_ns() - _MONTH, _MONTH - 10**11)

    def sent_for(seconds: float, seed: int) -> Sent:
        bodies = templates.bodies(starts, seed)
        return asyncio.run(send(product.target(), bodies, seconds, connections))

    warm = sent_for(_WARM_UP, seed=1)
    with product.client() as client, Peak(server) as peak:
        before, used, began = product.stored(client), server.cpu(), time.perf_counter()
        threads = server.cpu_by_thread()
        sent = sent_for(seconds, seed=2)
        total = product.stored(client)
        ended = time.perf_counter()
        acknowledged = (warm.requests + sent.requests) * spans
        waiting = acknowledged - total
        while total < acknowledged and time.perf_counter() - ended < patience:
            time.sleep(_POLL)
            total = product.stored(client)
        stored = total - before
        elapsed, used = time.perf_counter() - began, server.cpu() - used
        threads = server.cpu_by_thread() - threads
    return {
        "spans_per_request": spans,
        "acknowledged": acknowledged,
        "acknowledged_but_not_stored": waiting,
        "acknowledged_per_second": round(sent.requests * spans / sent.elapsed),
        "stored_per_second": round(stored / elapsed),
        "requests_refused": sent.refused,
        "cpu_seconds_per_1000_stored": round(used / max(stored, 1) * 1000, 3),
        "cpu_microseconds_a_span_by_thread": {
            name: round(seconds / max(stored, 1) * 1e6) for name, seconds in threads.most_common(4)
        },
        "request_p50_ms": round(sent.milliseconds(0.5)),
        "request_p99_ms": round(sent.milliseconds(0.99)),
        **megabytes("idle", idle),
        **megabytes("peak", peak.memory),
    }


def megabytes(when: str, memory: Memory) -> dict[str, int]:
    return {
        f"{when}_rss_mb": round(memory.rss / 1e6),
        f"{when}_pss_mb": round(memory.pss / 1e6),
        f"{when}_own_mb": round(memory.own / 1e6),
    }


def started_again(product: Product, server: Server) -> dict[str, Any]:
    """Stop and start it; what it then has is what it kept."""
    stopped = server.stop()
    seconds = server.start()
    with product.client() as client:
        kept = product.stored(client)
    return {
        "stop_seconds": round(stopped, 2),
        "second_start_seconds": round(seconds, 2),
        "stored_after_restart": kept,
    }


def disk(product: Product, folder: Path, spans: int) -> dict[str, int]:
    """Of a server that has stopped."""
    return {"disk_bytes_per_span": round(product.disk(folder) / max(spans, 1))}


def _run(spans_per_request: int, seconds: float, connections: int) -> dict[str, Any]:
    product, templates = Pilothouse(), Templates(spans_per_request)
    home = Path(tempfile.mkdtemp(prefix="pilothouse-bench-"))
    server = product.server(home / "data")
    try:
        figures: dict[str, Any] = {
            "load_before": round(os.getloadavg()[0], 1),
            "first_start_seconds": round(server.start(), 2),
        }
        time.sleep(2)
        figures |= loaded(product, server, templates, seconds, connections)
        figures |= started_again(product, server)
        server.stop()
        return figures | disk(product, home / "data", figures["stored_after_restart"])
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--spans-per-request", type=int, nargs="+", default=[500, 50])
    parser.add_argument("--connections", type=int, default=4)
    given = parser.parse_args()
    for spans in given.spans_per_request:
        figures = _run(spans, given.seconds, given.connections)
        record(f"load-{spans}", figures)
        print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
