"""Evaluators tried before they are kept: on what is stored, on items of data sets, on typed values.

Nothing is scored. What models were asked costs, and is recorded as it is of any evaluator.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pilothouse.domain.dataset import ExperimentItem
from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.domain.evaluation import Case, EvaluatorKind, EvaluatorVersion, Outcome
from pilothouse.domain.scope import Scope
from pilothouse.domain.span import Kind, Span
from pilothouse.evals.cases import Cases, Wanted
from pilothouse.evals.evaluating import Evaluating
from pilothouse.evals.facts import facts_of
from pilothouse.evals.sandbox import CodeFailed
from pilothouse.evals.scorers import Tools, check, fields, scorer
from pilothouse.llm.registry import Connections
from pilothouse.reading.service import Reading
from pilothouse.store.relational import datasets, experiments
from pilothouse.store.relational.database import Database

MOST = 20
"""Cases that are tried together."""
_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Subject:
    """What is tried on. `values` by field of a case stand before what is stored."""

    trace_id: str = ""
    span_id: str = ""
    session_id: str = ""
    item_id: str = ""
    """Of a data set: input, expected output and metadata."""
    experiment_id: str = ""
    """Whose answer the trace is: expected output and metadata as they were when it was run."""
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Trial:
    case: Case | None
    """None: there is no such thing."""
    outcome: Outcome
    seconds: float
    calls: tuple[Span, ...]
    """Of models, as they were asked and answered."""


class Trials:
    def __init__(
        self,
        database: Database,
        reading: Reading,
        connections: Connections,
        evaluating: Evaluating,
    ) -> None:
        self._database = database
        self._cases = Cases(reading)
        self._connections = connections
        self._evaluating = evaluating

    async def check(self, project_id: str, kind: EvaluatorKind, settings: dict[str, Any]) -> None:
        """Raises BadRequest in words where settings cannot be kept: with what they name, and with the
        code read as Python."""
        checked = check(kind, settings)
        await asyncio.to_thread(self._check_connections, project_id, kind, checked)
        if kind is EvaluatorKind.CODE:
            tools = await asyncio.to_thread(self._evaluating.tools, project_id)
            try:
                await tools.sandbox.check(
                    checked["source"], fields.told(Case()), checked["contract"]
                )
            except CodeFailed as error:
                raise BadRequest(str(error)) from error

    def _check_connections(
        self, project_id: str, kind: EvaluatorKind, settings: dict[str, Any]
    ) -> None:
        asked = settings["members"] if kind is EvaluatorKind.PANEL else [settings]
        for each in asked:
            id = each.get("connection_id")
            if id:
                try:
                    self._connections.find(project_id, id)
                except NotFound as error:
                    raise BadRequest(f"{error}; choose another") from error

    def cases(self, project_id: str, subjects: Sequence[Subject]) -> list[Case | None]:
        """In the order asked for; None for what is not there. Blocks. Raises BadRequest."""
        answered = self._answered(project_id, subjects)
        wanted = [
            Wanted(
                each.trace_id,
                each.span_id,
                each.session_id,
                answered.get((each.experiment_id, each.trace_id, each.span_id)),
            )
            for each in subjects
        ]
        stored = [at for at, each in enumerate(wanted) if each.trace_id or each.session_id]
        read = self._cases.of(Scope(project_id), [wanted[at] for at in stored])
        found: list[Case | None] = [Case() for _ in subjects]
        for at, case in zip(stored, read, strict=True):
            found[at] = case
        return [
            None if case is None else self._whole(project_id, case, subject)
            for case, subject in zip(found, subjects, strict=True)
        ]

    def _answered(
        self, project_id: str, subjects: Sequence[Subject]
    ) -> dict[tuple[str, str, str], ExperimentItem]:
        """By experiment, trace and span the items that they answer."""
        traces = sorted({each.trace_id for each in subjects if each.experiment_id})
        if not traces:
            return {}
        with self._database.read() as db:
            found = experiments.items_by_trace(db, project_id, traces)
            told = facts_of(db, project_id, list(found.values()))
        return {key: told[item.id] for key, item in found.items()}

    def _whole(self, project_id: str, case: Case, subject: Subject) -> Case | None:
        if subject.item_id:
            with self._database.read() as db:
                item = datasets.item(db, project_id, subject.item_id)
            if item is None:
                return None
            given = {"expected_output": item.expected_output, "metadata": item.metadata}
            case = replace(case, **given, input=item.input if case.input is None else case.input)
        return fields.with_values(case, subject.values) if subject.values else case

    async def tried(
        self,
        project_id: str,
        name: str,
        kind: EvaluatorKind,
        settings: dict[str, Any],
        subjects: Sequence[Subject],
    ) -> list[Trial]:
        """Raises BadRequest where the settings are none."""
        version = EvaluatorVersion("", 0, kind, check(kind, settings), "", "", 0)
        cases = await asyncio.to_thread(self.cases, project_id, subjects)
        tools = await asyncio.to_thread(self._evaluating.tools, project_id)
        turns = asyncio.Semaphore(_AT_ONCE)

        async def one(case: Case | None) -> Trial:
            async with turns:
                return await _tried(version, name, tools, case)

        return list(await asyncio.gather(*map(one, cases)))


async def _tried(version: EvaluatorVersion, name: str, tools: Tools, case: Case | None) -> Trial:
    if case is None:
        return Trial(None, Outcome(error="it is not there (any more)"), 0, ())
    spans: list[Span] = []

    async def record(recorded: list[Span]) -> None:
        spans.extend(recorded)
        await tools.record(recorded)

    made = scorer(version, name, replace(tools, record=record))
    began = time.monotonic()
    outcome = await made.score(case)
    calls = tuple(each for each in spans if each.kind in (Kind.LLM, Kind.EMBEDDING))
    return Trial(case, outcome, time.monotonic() - began, calls)
