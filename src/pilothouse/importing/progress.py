"""How far an import came, in a file, so that it can go on after it was killed."""

import hashlib
import os
from datetime import timedelta
from pathlib import Path

import msgspec

from pilothouse.importing.moments import Moment

_LOOK_BACK = timedelta(days=1)
"""What a later import looks at once more: then things were still under way."""


class Range(msgspec.Struct):
    """A stretch of time that is being walked from its end by a cursor."""

    start: Moment
    end: Moment
    cursor: str = ""


class State(msgspec.Struct):
    source: str
    is_finished: bool = False
    done: dict[str, Moment] = {}
    """By kind, the time up to which all was copied."""
    open: dict[str, Range] = {}
    """By kind, what was begun."""
    configs: dict[str, str] = {}
    """Ids of the source and ours, of score configs, prompt versions and runs."""
    prompts: dict[str, str] = {}
    runs: dict[str, str] = {}


class Progress:
    def __init__(self, folder: Path, source: str, *parts: str) -> None:
        """Of the import from this source with these particulars, as far as it came before."""
        name = hashlib.sha256("\n".join((source, *parts)).encode()).hexdigest()[:16]
        self._path = folder / f"{name}.json"
        self.state = State(source)

    def load(self, *, again: bool = False) -> bool:
        """Whether there was one before. `again` looks at everything once more."""
        try:
            self.state = msgspec.json.decode(self._path.read_bytes(), type=State)
        except (OSError, msgspec.MsgspecError):
            return False
        if again:
            self.state.done, self.state.open = {}, {}
        elif self.state.is_finished:
            for kind, moment in self.state.done.items():
                self.state.done[kind] = moment - _LOOK_BACK
        self.state.is_finished = False
        self.save()
        return True

    def start_of(self, kind: str, since: Moment) -> Moment:
        return max(self.state.done.get(kind, since), since)

    def done(self, kind: str, until: Moment) -> None:
        self.state.done[kind] = until
        self.state.open.pop(kind, None)
        self.save()

    def at(self, kind: str, position: Range) -> None:
        self.state.open[kind] = position
        self.save()

    def finish(self) -> None:
        self.state.is_finished = True
        self.save()

    def save(self) -> None:
        """All of it or nothing, whenever the process dies."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = self._path.with_suffix(".new")
        with new.open("wb") as file:
            file.write(msgspec.json.encode(self.state))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)
