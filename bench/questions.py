"""The questions a page asks of a million spans, timed through `Reading` in one process.

    python bench/questions.py [--spans 1000000]

Fills `.cache/bench-1m` at the first run; writes `bench/results/questions.json`.
"""

import time
from itertools import islice
from pathlib import Path

from believable import Believable

from pilothouse.domain.clock import now
from pilothouse.store.clickhouse.engine import Embedded
from pilothouse.store.clickhouse.migrations import migrate
from pilothouse.store.clickhouse.writer import Writer

ROOT = Path(__file__).resolve().parent.parent
PROJECT = "bench"
BATCH = 5_000


def filled(folder: Path, count: int) -> Embedded:
    """The engine over a folder with that many spans; fills it when it is new."""
    engine = Embedded(folder)
    migrate(engine)
    if not engine.select("SELECT 1 FROM spans LIMIT 1"):
        writer = Writer(engine)
        began, done = time.monotonic(), 0
        spans = Believable(PROJECT).spans(count, now())
        while batch := list(islice(spans, BATCH)):
            writer.write(batch)
            done += len(batch)
            print(f"\r{done} spans, {done / (time.monotonic() - began):.0f}/s", end="", flush=True)
        print()
    return engine


if __name__ == "__main__":
    filled(ROOT / ".cache" / "bench-1m", 1_000_000).close()
