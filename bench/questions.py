"""The questions a page asks of a million spans, timed through `Reading` in one process.

    python bench/questions.py [--rounds 40]

Fills `.cache/bench-1m` at the first run; writes `bench/results/questions.json`.
"""

import argparse
import json
import os
import platform
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from believable import RARE_WORD, USERS, Believable

from pilothouse.domain.clock import DAY, now
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.query import charts
from pilothouse.query.charts import ChartQuestion
from pilothouse.query.lists import ListQuestion, View, order
from pilothouse.query.parser import parse
from pilothouse.reading.service import Reading
from pilothouse.store.blobs.files import Files
from pilothouse.store.clickhouse.engine import Embedded
from pilothouse.store.clickhouse.migrations import migrate
from pilothouse.store.clickhouse.reader import Reader
from pilothouse.store.clickhouse.writer import Writer

ROOT = Path(__file__).resolve().parent.parent
PROJECT = "bench"
SPANS = 1_000_000
BATCH = 5_000
FACETS = ("level", "environment", "name", "model", "user", "tags", "release", "version")


def filled(folder: Path) -> tuple[Embedded, float]:
    """The engine over a folder of a million spans, and the rate of filling it; 0 when it was."""
    engine = Embedded(folder)
    migrate(engine)
    if engine.select("SELECT 1 FROM spans LIMIT 1"):
        return engine, 0.0
    writer = Writer(engine)
    spans = Believable(PROJECT).spans(SPANS, now())
    done, spent = 0, 0.0
    while batch := list(islice(spans, BATCH)):
        began = time.perf_counter()
        writer.write(batch)
        spent += time.perf_counter() - began
        done += len(batch)
        print(f"\r{done} spans, {done / spent:.0f}/s", end="", flush=True)
    print()
    return engine, done / spent


@dataclass
class Question:
    name: str
    target: float
    """Milliseconds."""
    ask: Callable[[], Any]


def questions(engine: Embedded) -> list[Question]:
    reading = Reading(Reader(engine), Files(Path(tempfile.gettempdir())))
    writer, scope = Writer(engine), Scope(PROJECT)
    pick = random.Random(11)
    end = engine.select("SELECT toUnixTimestamp64Micro(max(start_time)) FROM spans")[0][0] + 1
    ids = [row[0] for row in engine.select("SELECT trace_id FROM spans WHERE is_root LIMIT 5000")]
    fresh = Believable(PROJECT, seed=now())

    def asked(view: View, filter: str, days: int) -> ListQuestion:
        within = TimeRange(end - days * DAY, end)
        return ListQuestion(view, within, parse(filter), order(view, ""), 50)

    def read_after_write() -> None:
        spans = fresh.trace(end)
        writer.write(spans)
        assert len(reading.trace(scope, spans[0].trace_id).spans) == len(spans)

    month = TimeRange(end - 30 * DAY, end)
    chart = charts.resolved(
        ChartQuestion(
            "spans",
            tuple(charts.measure(name) for name in ("cost", "total_tokens", "latency")),
            month,
            (charts.dimension("model"),),
            "day",
            parse("model:*"),
        )
    )
    return [
        Question(
            "latest 50 traces with previews",
            50,
            lambda: reading.traces(scope, asked("traces", "", 30)),
        ),
        Question(
            "one trace with all spans by id", 30, lambda: reading.trace(scope, pick.choice(ids))
        ),
        Question(
            "one user's traces of 7 days",
            80,
            lambda: reading.traces(scope, asked("traces", f"user:user-{pick.randrange(USERS)}", 7)),
        ),
        Question(
            "cost, tokens and p95 latency by model and day over 30 days",
            150,
            lambda: reading.chart(scope, chart),
        ),
        Question(
            "a rare word in inputs of 30 days",
            100,
            lambda: reading.spans(scope, asked("spans", f"input:{RARE_WORD}", 30)),
        ),
        Question(
            "facets with counts",
            150,
            lambda: reading.facets(scope, "traces", FACETS, TimeRange(end - DAY, end)),
        ),
        Question(
            "facets with counts over 30 days",
            0,
            lambda: reading.facets(scope, "traces", FACETS, month),
        ),
        Question(
            "traces with a rare word, 30 days",
            0,
            lambda: reading.traces(scope, asked("traces", RARE_WORD, 30)),
        ),
        # Last: what it writes is merged while other questions are asked.
        Question("read after write, one small trace", 60, read_after_write),
    ]


def _settle(engine: Embedded) -> None:
    """Until no merge has run for two seconds."""
    quiet = 0
    while quiet < 20:
        time.sleep(0.1)
        quiet = 0 if engine.select("SELECT 1 FROM system.merges LIMIT 1") else quiet + 1


def timed(question: Question, rounds: int) -> dict[str, Any]:
    question.ask()
    question.ask()
    walls: list[float] = []
    cores: list[float] = []
    for _ in range(rounds):
        wall, core = time.perf_counter(), time.process_time()
        question.ask()
        walls.append((time.perf_counter() - wall) * 1000)
        cores.append((time.process_time() - core) * 1000)
    walls.sort()
    return {
        "question": question.name,
        "target_ms": question.target,
        "p50_ms": round(statistics.median(walls), 1),
        "p95_ms": round(walls[min(rounds - 1, int(rounds * 0.95))], 1),
        "cpu_ms": round(statistics.median(cores), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    rounds: int = parser.parse_args().rounds
    engine, rate = filled(ROOT / ".cache" / "bench-1m")
    _settle(engine)
    found: list[dict[str, Any]] = []
    for question in questions(engine):
        row = timed(question, rounds)
        found.append(row)
        print(
            f"{row['question']:<60} p50 {row['p50_ms']:>7} p95 {row['p95_ms']:>7}"
            f" cpu {row['cpu_ms']:>7}  target {row['target_ms']}"
        )
    result = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "spans": engine.select("SELECT count() FROM spans")[0][0],
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "written_per_second": round(rate) or None,
        "questions": found,
    }
    file = ROOT / "bench" / "results" / "questions.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(result, indent=2) + "\n")
    engine.close()


if __name__ == "__main__":
    main()
