"""Two experiments of ten thousand items, compared: what the page waits for.

    python -m bench.comparison [--items 10000] [--rounds 5]

In one process over embedded stores of its own; each item has a trace of one model call and three scores.
Milliseconds, median and worst of the rounds; writes `results/comparison.json`.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.record import record
from pilothouse.cli.provision import provision
from pilothouse.cli.up import settle_interpreter
from pilothouse.domain.clock import SECOND, now
from pilothouse.domain.dataset import Experiment, ExperimentItem
from pilothouse.domain.scope import Scope
from pilothouse.domain.score import Score
from pilothouse.domain.span import Span
from pilothouse.evals.comparison import Asked
from pilothouse.evals.comparisons import Named
from pilothouse.settings import Init, Settings
from pilothouse.store.clickhouse.writer import Writer
from pilothouse.store.relational import experiments
from pilothouse.wiring import Wired, wire

PROJECT = "bench"
_PIECE = 5_000
_NAMES = ("before", "after")


def _run(wired: Wired, name: str, items: int, seed: int) -> None:
    chance, moment = random.Random(seed), now()
    writer = Writer(wired.engine)
    experiment = Experiment(PROJECT, name, "", name, "", None, moment, moment, moment)
    spans: list[Span] = []
    scores: list[Score] = []
    linked: list[ExperimentItem] = []
    for number in range(items):
        trace, start = uuid.UUID(int=chance.getrandbits(128)).hex, moment + number
        spans.append(
            Span(
                project_id=PROJECT,
                trace_id=trace,
                span_id=trace[:16],
                name="answer",
                kind="llm",
                is_root=1,
                start_time=start,
                end_time=start + chance.randrange(SECOND, 3 * SECOND),
                output="an answer " * 20,
                total_cost=chance.random() / 100,
                cost_source="reported",
                billable=1,
                revision=moment,
            )
        )
        for score, value in (
            ("right", float(chance.random() < 0.8)),
            ("quality", chance.random()),
            ("brief", chance.gauss(0.5, 0.1)),
        ):
            scores.append(
                Score(
                    project_id=PROJECT,
                    score_id=uuid.UUID(int=chance.getrandbits(128)).hex,
                    timestamp=start,
                    name=score,
                    data_type="boolean" if score == "right" else "numeric",
                    value=value,
                    trace_id=trace,
                    revision=moment,
                )
            )
        linked.append(
            ExperimentItem(
                "", PROJECT, name, f"item {number:06}", trace, "", 0, "", "", start, start, start
            )
        )
    for records in (spans, scores):
        for at in range(0, len(records), _PIECE):
            writer.write(records[at : at + _PIECE])
    with wired.services.database.write() as db:
        experiments.put(db, experiment)
        for each in linked:
            experiments.put_item(db, each)


def _timed(ask: Callable[[], Any], rounds: int) -> dict[str, int]:
    ask()
    taken: list[float] = []
    for _ in range(rounds):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return {"median_ms": round(statistics.median(taken)), "worst_ms": round(max(taken))}


def measured(items: int, rounds: int) -> dict[str, Any]:
    home = Path(tempfile.mkdtemp(prefix="pilothouse-bench-"))
    wired = wire(Settings(data_dir=home))
    try:
        init = Init(org_id="bench", project_id=PROJECT, public_key="pk-lf-b", secret_key="sk-lf-b")
        provision(wired.services.database, init)
        for seed, name in enumerate(_NAMES):
            _run(wired, name, items, seed)
        settle_interpreter()
        scope, named = Scope(PROJECT), Named(_NAMES[0], (_NAMES[1],))
        comparisons = wired.services.comparisons
        return {
            "items": items,
            "load_before": round(os.getloadavg()[0], 1),
            "compare": _timed(lambda: comparisons.compare(scope, named, Asked()), rounds),
            "first_rows": _timed(lambda: comparisons.rows(scope, named, "right", limit=25), rounds),
        }
    finally:
        shutil.rmtree(home, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    figures = measured(given.items, given.rounds)
    record("comparison", figures)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
