"""The command line in a process that has been forked off one which has read the program in already.

To read it in takes some seconds, which is most of a server's start. Only for tests that start many servers, and
that do not ask how one is started.
"""

import os
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path

from pilothouse.cli.main import app

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["pytest", "pilothouse.cli.up", __name__])


class Forked:
    """A running command; has of `subprocess.Popen` what tests use."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        told = (list(arguments), dict(environment), str(log))
        self._process = _FORKS.Process(target=_run, args=told, daemon=True)
        self._process.start()

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def wait(self, timeout: float) -> None:
        self._process.join(timeout)
        assert self._process.exitcode is not None, "it has not ended"


def _run(arguments: list[str], environment: dict[str, str], log: str) -> None:
    os.environ.clear()
    os.environ.update(environment)
    with open(log, "ab") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    app(arguments)
