"""Python of the user, run where it can do nothing but compute.

A pool of processes (`sandbox_process`), each of which forks for every run. A machine that cannot wall them
in runs no such code at all.
"""

import asyncio
import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from pilothouse.evals.sandbox_process import HEADER, LENGTH, MOST_ANSWER

MOST_SECONDS = 60
MEMORY = 256 << 20
"""Bytes that a run may take on top of the interpreter."""

_MOST_REQUEST = 32 << 20
_PATIENCE = 20.0
"""Seconds that a process has beyond those of a run: to start, to take the case, to answer."""
_MOST = 4
_SCRIPT = Path(__file__).with_name("sandbox_process.py")
_CONTEXT = Path(__file__).with_name("sandbox_context.py")


class CodeFailed(Exception):
    """No value came of it; the text says why."""

    def __init__(self, message: str, *, again: bool = False) -> None:
        super().__init__(message)
        self.again = again


class Sandbox:
    """Nothing is started before the first use. May be used from any event loop."""

    def __init__(self, processes: int = 0) -> None:
        self._size = processes or max(1, min(_MOST, os.cpu_count() or 1))
        self._threads = ThreadPoolExecutor(self._size, "sandbox")
        self._idle: list[_Process] = []
        self._busy: set[_Process] = set()
        self._is_closed = False
        self._lock = threading.Lock()

    async def run(
        self, source: str, case: Mapping[str, Any], seconds: float, contract: str = "case"
    ) -> Any:
        """What `evaluate` returned, in JSON values. Raises CodeFailed."""
        asked = {"source": source, "case": case, "check": False, "before": _before(contract)}
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, self._run, asked, seconds
        )

    async def check(self, source: str, case: Mapping[str, Any], contract: str = "case") -> None:
        """Reads the code without calling it for anything. Raises CodeFailed that says what is wrong."""
        asked = {"source": source, "case": case, "check": True, "before": _before(contract)}
        await asyncio.get_running_loop().run_in_executor(self._threads, self._run, asked, 5.0)

    def close(self) -> None:
        """What runs is ended, and may be tried again elsewhere. Blocks."""
        with self._lock:
            self._is_closed = True
            processes = [*self._idle, *self._busy]
            self._idle.clear()
        for process in processes:
            process.kill()
        self._threads.shutdown()
        for process in processes:
            process.end()

    def _run(self, asked: dict[str, Any], seconds: float) -> Any:
        request = json.dumps(asked).encode()
        if len(request) > _MOST_REQUEST:
            raise CodeFailed(f"code and case have more than {_MOST_REQUEST >> 20} MB")
        process = self._taken()
        try:
            told = process.ask(request, seconds)
        except CodeFailed:
            process.end()
            raise
        finally:
            with self._lock:
                self._busy.discard(process)
        with self._lock:
            if not self._is_closed:
                self._idle.append(process)
        return _value(told)

    def _taken(self) -> "_Process":
        with self._lock:
            if self._is_closed:
                raise _gone()
            process = self._idle.pop() if self._idle else None
        process = process or _Process()
        with self._lock:
            if not self._is_closed:
                self._busy.add(process)
                return process
        process.end()
        raise _gone()


@cache
def _before(contract: str) -> str:
    """What the process runs before the code, as it knows one contract by itself."""
    return "" if contract == "case" else _CONTEXT.read_text("utf-8")


class _Process:
    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            bufsize=0,
            start_new_session=True,
        )
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        assert self._process.stdout is not None  # noqa: S101
        self._in = self._process.stdin.fileno()
        self._out = self._process.stdout.fileno()
        try:
            _value(self._answer(time.monotonic() + _PATIENCE))
        except CodeFailed:
            self.end()
            raise

    def ask(self, request: bytes, seconds: float) -> bytes:
        """Raises CodeFailed when the process itself is of no more use."""
        deadline = time.monotonic() + seconds + _PATIENCE
        view = memoryview(HEADER.pack(len(request), seconds, MEMORY) + request)
        try:
            while view:
                view = view[os.write(self._in, view) :]
        except OSError as error:
            raise _gone() from error
        return self._answer(deadline)

    def _answer(self, deadline: float) -> bytes:
        (length,) = LENGTH.unpack(self._read(LENGTH.size, deadline))
        if length > MOST_ANSWER + 1_000:
            raise _gone()
        return self._read(length, deadline)

    def _read(self, length: int, deadline: float) -> bytes:
        pieces: list[bytes] = []
        while length:
            ready, _, _ = select.select([self._out], [], [], max(0, deadline - time.monotonic()))
            piece = os.read(self._out, length) if ready else b""
            if not piece:
                raise _gone()
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _gone() -> CodeFailed:
    return CodeFailed("the process that runs evaluators in Python ended", again=True)


def _value(told: bytes) -> Any:
    try:
        answer = json.loads(told)
    except (ValueError, RecursionError) as error:
        raise CodeFailed("its answer cannot be read") from error
    if not isinstance(answer, dict) or not answer.keys() & {"value", "error"}:
        raise CodeFailed("its answer cannot be read")
    if "error" in answer:
        raise CodeFailed(str(answer["error"])[:2_000])
    return answer["value"]
