"""The same load and the same questions to Pilothouse, Arize Phoenix and MLflow, one after another.

    python -m bench.peers [--seconds 60] [--only pilothouse,phoenix,mlflow]

Each runs with its default settings but for port, folder and telemetry, in a folder of its own. The
questions are asked through each product's public API, after a second start, of what it has kept of
the load. Writes `results/peers.json` and `results/peers.md`.
"""

import argparse
import os
import random
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.asking import timed, write_and_read
from bench.load import disk, loaded, started_again
from bench.payloads import RARE, Templates
from bench.products.mlflow import Mlflow
from bench.products.phoenix import Phoenix
from bench.products.pilothouse import Pilothouse
from bench.products.product import WRITE_READ, Facts, Product
from bench.record import RESULTS, record
from bench.table import table

_PRODUCTS: list[type[Product]] = [Pilothouse, Phoenix, Mlflow]
_SECONDS_A_QUESTION = 15
_PATIENCE = 240
"""Seconds after the load to store what was acknowledged."""


def _run(product: Product, templates: Templates, given: argparse.Namespace) -> dict[str, Any]:
    home = Path(tempfile.mkdtemp(prefix=f"bench-{product.name}-"))
    server = product.server(home / "data")
    figures: dict[str, Any] = {
        "title": product.title,
        "version": product.version(),
        "load_before": round(os.getloadavg()[0], 1),
    }
    try:
        figures["first_start_seconds"] = round(server.start(), 2)
        time.sleep(3)
        figures |= loaded(product, server, templates, given.seconds, given.connections, _PATIENCE)
        figures |= started_again(product, server)
        figures["questions"] = _asked(product, templates, given.rounds)
        with product.client() as client:
            kept = product.stored(client)
        server.stop()
        return figures | disk(product, home / "data", kept)
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def _asked(product: Product, templates: Templates, rounds: int) -> dict[str, Any]:
    pick = random.Random(3)
    facts = Facts(time.time(), lambda: pick.choice(templates.users), RARE)
    with product.client() as client:
        found = {WRITE_READ: write_and_read(product, client, rounds)}
        for question in product.questions(client, facts):
            found[question.name] = timed(question, rounds, _SECONDS_A_QUESTION)
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--spans-per-request", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", default=",".join(each.name for each in _PRODUCTS))
    given = parser.parse_args()
    templates = Templates(given.spans_per_request)
    found: dict[str, Any] = {}
    try:
        for each in _PRODUCTS:
            if each.name in given.only.split(","):
                found[each.name] = _run(each(), templates, given)
                print(table(found), flush=True)
    finally:
        record("peers", {"seconds": given.seconds, **found})
        (RESULTS / "peers.md").write_text(table(found), "utf-8")


if __name__ == "__main__":
    main()
