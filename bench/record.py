"""Keeps the figures of a benchmark: one JSON file each, newest entry last, named by commit."""

import json
import platform
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
_KEPT = 50


def record(name: str, figures: dict[str, Any]) -> None:
    """Append the figures, and print them beside the last ones."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{name}.json"
    entries = json.loads(file.read_text("utf-8")) if file.exists() else []
    if entries:
        _compare(entries[-1]["figures"], figures)
    entries.append(
        {
            "commit": _commit(),
            "at": datetime.now(UTC).isoformat(timespec="minutes"),
            "python": platform.python_version(),
            "million_additions_ms": speed(),
            "figures": figures,
        }
    )
    file.write_text(json.dumps(entries[-_KEPT:], indent=1) + "\n", "utf-8")


def speed() -> float:
    """CPU milliseconds of a loop of a million additions: what this machine gives at the moment.
    Virtual machines are slowed down without telling; figures of runs that differ here say little."""
    began, total = time.thread_time(), 0
    for number in range(1_000_000):
        total += number
    return round((time.thread_time() - began) * 1000)


def _commit() -> str:
    git = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(git, capture_output=True, text=True).stdout.strip()


def _compare(old: dict[str, Any], new: dict[str, Any]) -> None:
    for key, value in new.items():
        before = old.get(key)
        if isinstance(value, int | float) and isinstance(before, int | float) and before:
            print(f"{key:32} {before:>12} → {value:>12}  ({value / before - 1:+.0%})")
