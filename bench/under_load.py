"""The questions over HTTP to a server with a million spans: when it is quiet, then while it writes.

    python -m bench.under_load [--rounds 40] [--spans-per-second 1000]

Works on a copy of the store that `bench/questions.py` fills. Writes `results/under_load.json`.
"""

import argparse
import asyncio
import os
import random
import threading
import time
from typing import Any

from bench.asking import timed, write_and_read
from bench.believable import RARE_WORD, USERS
from bench.million import served
from bench.payloads import Templates
from bench.products.pilothouse import Pilothouse
from bench.products.product import WRITE_READ, Facts, Product
from bench.record import record
from bench.sender import Sent, send

_SPANS_A_REQUEST = 100
_SECONDS_A_QUESTION = 30


def _asked(product: Pilothouse, rounds: int) -> dict[str, dict[str, Any]]:
    pick = random.Random(11)
    with product.client() as client:
        end = product.newest(client) + 1
        facts = Facts(end, lambda: f"user-{pick.randrange(USERS)}", RARE_WORD)
        found = {
            question.name: timed(question, rounds, _SECONDS_A_QUESTION)
            for question in product.questions(client, facts)
        }
        # Last: what it writes is merged while other questions are asked.
        return {**found, WRITE_READ: write_and_read(product, client, rounds)}


class _Writer(threading.Thread):
    """Writes spans that begin now, at a steady pace, while the block runs."""

    def __init__(self, product: Product, spans_per_second: float) -> None:
        super().__init__(daemon=True)
        self._product, self._pace = product, spans_per_second / _SPANS_A_REQUEST
        self._templates = Templates(_SPANS_A_REQUEST)
        self.sent = Sent()

    def __enter__(self) -> "_Writer":
        self._going = True
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._going = False
        self.join()

    def run(self) -> None:
        bodies = self._templates.bodies(time.time_ns, seed=9)
        target = self._product.target()
        began = time.perf_counter()
        while self._going:
            part = asyncio.run(send(target, bodies, 2, per_second=self._pace))
            self.sent.requests += part.requests
            self.sent.refused += part.refused
            self.sent.latencies += part.latencies
        self.sent.elapsed = time.perf_counter() - began

    def figures(self) -> dict[str, Any]:
        return {
            "written_per_second": round(self.sent.requests * _SPANS_A_REQUEST / self.sent.elapsed),
            "requests_refused": self.sent.refused,
            "request_p50_ms": round(self.sent.milliseconds(0.5)),
            "request_p99_ms": round(self.sent.milliseconds(0.99)),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--spans-per-second", type=float, default=1000)
    given = parser.parse_args()
    load = round(os.getloadavg()[0], 1)
    with served() as (product, server):
        with product.client() as client:
            spans = product.stored(client)
        quiet = _asked(product, given.rounds)
        with _Writer(product, given.spans_per_second) as writer:
            time.sleep(3)
            busy = _asked(product, given.rounds)
        memory = round(server.memory().pss / 1e6)
    for name, figures in quiet.items():
        print(f"{name:60} p95 {figures['p95_ms']:>8} → {busy[name]['p95_ms']:>8} ms")
    written = writer.figures()
    print(written)
    record(
        "under_load",
        {
            "spans": spans,
            "load_before": load,
            "pss_mb": memory,
            "quiet": quiet,
            "while_writing": busy,
            **written,
        },
    )


if __name__ == "__main__":
    main()
