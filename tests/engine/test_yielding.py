"""The engine's threads give way to Python's, and those keep their place."""

import os
import sys
import threading
from pathlib import Path

import pytest

from pilothouse.store.clickhouse.engine import Engine
from pilothouse.store.clickhouse.yielding import Yielding

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="threads have no priorities there")


def _of_engine() -> set[int]:
    tasks = {int(task.name) for task in Path("/proc/self/task").iterdir()}
    named = {task: Path(f"/proc/self/task/{task}/comm").read_text().strip() for task in tasks}
    return {task for task, name in named.items() if name in ("MergeMutate", "ThreadPool")}


def test_only_threads_of_the_engine_are_lowered(embedded: Engine) -> None:
    embedded.select("SELECT count() FROM spans")
    waits = threading.Event()
    thread = threading.Thread(target=waits.wait)
    thread.start()
    yielding = Yielding(every=0)
    yielding.look()
    yielding.look()
    try:
        pythons = {each.native_id for each in threading.enumerate()}
        assert {os.getpriority(os.PRIO_PROCESS, each) for each in pythons if each} == {0}
        assert {os.getpriority(os.PRIO_PROCESS, each) for each in _of_engine()} == {5}
    finally:
        waits.set()
        thread.join()
