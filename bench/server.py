"""A server under measurement: its process with all descendants, from start to stop."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
"""Anything else of the caller's environment could change a product's settings."""


@dataclass
class Server:
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    """Where it runs and keeps its data."""
    ready: str
    """Address that answers 200 once it is healthy."""
    log: Path
    _cpu: dict[int, float] = field(default_factory=dict[int, float])

    def start(self, patience: float = 180) -> float:
        """Seconds until it is healthy."""
        inherited = {key: os.environ[key] for key in _INHERITED if key in os.environ}
        began = time.perf_counter()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                env=inherited | dict(self.environment),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while time.perf_counter() - began < patience:
            if self._process.poll() is not None:
                raise SystemExit(f"ended before it was healthy:\n{self._told()}")
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(self.ready, timeout=5).status_code == 200:
                    return time.perf_counter() - began
            time.sleep(0.02)
        raise SystemExit(f"not healthy after {patience} s:\n{self._told()}")

    def stop(self) -> float:
        """Seconds that it took from SIGTERM on. No process of it is left."""
        began = time.perf_counter()
        tree = self._tree()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        took = time.perf_counter() - began
        _, left = psutil.wait_procs(tree, 2)
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        return took

    def cpu(self) -> float:
        """Seconds of CPU that all its processes have used, those that have ended included."""
        for process in self._tree():
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                self._cpu[process.pid] = times.user + times.system
        return sum(tuple(self._cpu.values()))

    def cpu_by_thread(self) -> Counter[str]:
        """Seconds of CPU of the threads that live, by the name of the thread."""
        used: Counter[str] = Counter()
        for process in self._tree():
            for stat in Path(f"/proc/{process.pid}/task").glob("*/stat"):
                with contextlib.suppress(OSError):
                    named, _, rest = stat.read_text().rpartition(")")
                    fields = rest.split()
                    ticks = int(fields[11]) + int(fields[12])
                    used[named.partition("(")[2]] += ticks / os.sysconf("SC_CLK_TCK")
        return used

    def memory(self) -> "Memory":
        total = Memory()
        for process in self._tree():
            with contextlib.suppress(psutil.Error):
                found = process.memory_full_info()
                total.rss += found.rss
                total.pss += found.pss
                total.own += found.rss - found.shared
        return total

    def _told(self) -> str:
        return self.log.read_text("utf-8", errors="replace")[-3000:]

    def _tree(self) -> list[psutil.Process]:
        try:
            root = psutil.Process(self._process.pid)
            return [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


@dataclass
class Memory:
    """Bytes over all processes. PSS counts a page that several share only once; own are those that
    are no pages of files, which the kernel takes back when it needs them."""

    rss: int = 0
    pss: int = 0
    own: int = 0


class Peak(threading.Thread):
    """Watches the memory of a server while the block runs."""

    def __init__(self, server: Server) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._done = threading.Event()
        self.memory = Memory()

    def __enter__(self) -> "Peak":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.join()

    def run(self) -> None:
        while not self._done.wait(0.5):
            now = self._server.memory()
            self.memory.rss = max(self.memory.rss, now.rss)
            self.memory.pss = max(self.memory.pss, now.pss)
            self.memory.own = max(self.memory.own, now.own)
            self._server.cpu()


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
