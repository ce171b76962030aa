"""Threads of the embedded engine give way to Python's.

A merge of ClickHouse wants every core for seconds. Whoever waits for an answer that needs no engine at
all, or that it has given already, would wait for its turn behind it. Linux alone has priorities of
single threads; elsewhere nothing is done.
"""

import contextlib
import os
import threading
import time
from pathlib import Path

_TASKS = Path("/proc/self/task")
_NICE = 5
"""A third of the share of a thread of Python, where both want the core."""
_LOOK_EVERY = 5.0


class Yielding:
    """Lowers the priority of threads that are not Python's. May be used from any thread."""

    def __init__(self, every: float = _LOOK_EVERY) -> None:
        self._every = every
        self._next = time.monotonic() if _TASKS.is_dir() else float("inf")
        self._seen: set[int] = set()
        self._lowered: set[int] = set()

    def look(self) -> None:
        """The engine makes threads when it needs them, so they are looked for now and then. Costs
        nothing between two looks."""
        if (at := time.monotonic()) < self._next:
            return
        self._next = at + self._every
        pythons = {thread.native_id for thread in threading.enumerate()}
        others = {int(task.name) for task in _TASKS.iterdir()} - pythons
        # One of Python's that is only just beginning is not known to be one; the next time it is.
        for task in (others & self._seen) - self._lowered:
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, task, _NICE)
        self._lowered = others & self._seen
        self._seen = others
