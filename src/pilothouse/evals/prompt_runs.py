"""Which experiments ran a prompt: what may justify that one of its versions is released."""

from dataclasses import dataclass
from typing import Any, cast

from pilothouse.domain.dataset import Experiment
from pilothouse.domain.scope import Scope
from pilothouse.query.filters import Match, equal, every
from pilothouse.query.lists import ALWAYS, ListQuestion
from pilothouse.reading.answering import MOST_READ
from pilothouse.reading.service import Reading
from pilothouse.store.relational import experiments
from pilothouse.store.relational.database import Database

MOST = 200
"""Experiments that are looked at: the newest."""


@dataclass(frozen=True, slots=True)
class Ran:
    experiment: Experiment
    version: int
    """Of the prompt; 0: it is not known to have run one."""


def that_ran(database: Database, reading: Reading, scope: Scope, prompt: str) -> list[Ran]:
    """The newest experiments of a project: first those that ran a version of the prompt, by what they
    say of themselves or by the trace of one of their items."""
    with database.read() as db:
        found, _ = experiments.listed(db, scope.project_id, "", "", MOST, 0)
        told = {each.id: _told(each.metadata, prompt) for each in found}
        silent = [id for id, version in told.items() if not version]
        traces = experiments.traces_of(db, scope.project_id, silent)
    seen = _seen(reading, scope, prompt, sorted(set(traces.values())))
    ran = [Ran(each, told[each.id] or seen.get(traces.get(each.id, ""), 0)) for each in found]
    return sorted(ran, key=lambda each: not each.version)


def _told(metadata: Any, prompt: str) -> int:
    """By an experiment that the server ran."""
    if not isinstance(metadata, dict):
        return 0
    told = cast(dict[str, Any], metadata)
    version = told.get("prompt_version")
    return version if told.get("prompt") == prompt and isinstance(version, int) else 0


def _seen(reading: Reading, scope: Scope, prompt: str, traces: list[str]) -> dict[str, int]:
    """By trace the version that a call of it was made with."""
    if not traces:
        return {}
    among = every(Match("trace", equal(*traces)), Match("prompt", equal(prompt)))
    question = ListQuestion("spans", ALWAYS, among, limit=MOST_READ)
    return {each.trace_id: each.prompt_version for each in reading.spans(scope, question).items}
