"""Does the evaluations that wait: reads what is to be judged, asks the evaluator, stores the scores.

Evaluations are rows, so that a server that dies leaves none behind: another takes up what it had begun.
The ids of scores are derived; what is judged twice is scored once.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import sqlalchemy as sa
import structlog

from pilothouse.domain.clock import DAY, MINUTE, SECOND, now
from pilothouse.domain.dataset import ExperimentItem
from pilothouse.domain.errors import BadRequest, NotFound, Unavailable
from pilothouse.domain.evaluation import (
    Case,
    Evaluation,
    EvaluationStatus,
    Evaluator,
    EvaluatorVersion,
    Outcome,
)
from pilothouse.domain.scope import Scope
from pilothouse.domain.score import DataType, Score, Source
from pilothouse.domain.span import Span
from pilothouse.evals.cases import Cases, Wanted
from pilothouse.evals.facts import facts_of
from pilothouse.evals.sandbox import Sandbox
from pilothouse.evals.scorers import Scorer, Tools, scorer, with_variables
from pilothouse.ingest.books import Books
from pilothouse.ingest.intake import Intake
from pilothouse.ingest.outcomes import Arrival
from pilothouse.llm.door import Door
from pilothouse.llm.registry import Connections
from pilothouse.media.library import Library
from pilothouse.reading.service import Reading
from pilothouse.store.relational import (
    evaluation_rules,
    evaluations,
    evaluators,
    experiments,
    model_spend,
)
from pilothouse.store.relational.database import Database

log = structlog.get_logger(__name__)

_LOOK_EVERY = 1.0
_SIGN_EVERY = 20.0
"""Seconds."""
_TOGETHER = 200
_BATCHES = 3
_AT_ONCE = 16
"""Evaluators that work at a time."""
_COMPANY_SECONDS = 0.5
"""After a batch that was not full the next one gathers: reading what is judged costs by the batch."""
_MOST_ATTEMPTS = 5
_BUDGET_AGAIN = 10 * MINUTE
_PROTOCOL = "evaluator"


@dataclass
class _Batch:
    """Evaluations of one project that were claimed together, with what they need."""

    project_id: str
    evaluations: list[Evaluation]
    cases: dict[str, Case | None] = field(default_factory=dict[str, Case | None])
    scorers: dict[tuple[str, str, int], Scorer | str] = field(
        default_factory=dict[tuple[str, str, int], Scorer | str]
    )
    """By rule, evaluator and version; a text where there is none, which says why."""
    names: dict[str, str] = field(default_factory=dict[str, str])
    """Of evaluators by id."""
    held: set[str] = field(default_factory=set[str])
    """Rules that have spent their budget of today."""
    unpaid: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])
    """Evaluators that ask models, where the project has spent its budget of today."""


class Evaluating:
    """A task of the server; any number of servers may run it side by side."""

    def __init__(
        self,
        database: Database,
        reading: Reading,
        intake: Intake,
        door: Door,
        connections: Connections,
        books: Books,
        sandbox: Sandbox,
        media: Library,
    ) -> None:
        self._database = database
        self._reading = reading
        self._cases = Cases(reading)
        self._intake = intake
        self._door = door
        self._connections = connections
        self._books = books
        self._sandbox = sandbox
        self._media = media
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._look(), name="evaluating")

    def wake(self) -> None:
        """There is something new to do. From any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake.set)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.to_thread(self._sandbox.close)

    def tools(self, project_id: str) -> Tools:
        """What evaluators of a project work with. May block at its first use."""

        async def record(spans: list[Span]) -> None:
            arrival = Arrival(project_id, "", _PROTOCOL, "pilothouse")
            await asyncio.to_thread(self._intake.complete, spans)
            await self._intake.accept(arrival, spans)

        return Tools(
            project_id,
            self._door,
            self._connections,
            self._books.of(project_id),
            self._sandbox,
            self._media,
            record,
        )

    async def _look(self) -> None:
        """Several batches at a time, so that one with a slow judge does not hold up the rest."""
        running: set[asyncio.Task[None]] = set()
        try:
            while True:
                self._wake.clear()
                claimed = await self._claimed() if len(running) < _BATCHES else []
                if claimed:
                    task = asyncio.create_task(self._work(claimed))
                    running.add(task)
                    task.add_done_callback(running.discard)
                    task.add_done_callback(lambda _: self._wake.set())
                    if len(claimed) < _TOGETHER:
                        await asyncio.sleep(_COMPANY_SECONDS)
                else:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), _LOOK_EVERY)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _claimed(self) -> list[Evaluation]:
        try:
            return await asyncio.to_thread(self._claim)
        except Unavailable as error:
            log.warning("evaluations cannot be looked for", error=str(error)[:200])
            return []

    def _claim(self) -> list[Evaluation]:
        with self._database.read() as db:
            if not evaluations.any_to_do(db):
                return []
        with self._database.write() as db:
            return evaluations.claim(db, _TOGETHER)

    async def _work(self, claimed: Sequence[Evaluation]) -> None:
        by_project: defaultdict[str, list[Evaluation]] = defaultdict(list)
        for each in claimed:
            by_project[each.project_id].append(each)
        ids = [each.id for each in claimed]
        signs = asyncio.create_task(self._signs(ids))
        try:
            await asyncio.gather(*(self._work_for(id, own) for id, own in by_project.items()))
        except asyncio.CancelledError:
            await asyncio.shield(asyncio.to_thread(self._give_back, ids))
            raise
        except Exception as error:
            # They fall silent, and are tried again after a while.
            log.error("evaluations were not done", exc_info=error)
        finally:
            signs.cancel()

    async def _signs(self, ids: Sequence[str]) -> None:
        while True:
            await asyncio.sleep(_SIGN_EVERY)
            with contextlib.suppress(Unavailable):
                await asyncio.to_thread(self._alive, ids)

    def _alive(self, ids: Sequence[str]) -> None:
        with self._database.write() as db:
            evaluations.alive(db, ids)

    def _give_back(self, ids: Sequence[str]) -> None:
        with contextlib.suppress(Unavailable), self._database.write() as db:
            evaluations.give_back(db, ids)

    async def _work_for(self, project_id: str, own: list[Evaluation]) -> None:
        batch = await asyncio.to_thread(self._prepared, project_id, own)
        outcomes = await asyncio.gather(*(self._outcome(batch, each) for each in own))
        ended = list(zip(own, outcomes, strict=True))
        scores = [score for each, outcome in ended for score in self._scores(batch, each, outcome)]
        if scores:
            arrival = Arrival(project_id, "", _PROTOCOL, "pilothouse")
            await self._intake.accept(arrival, scores=scores)
        await asyncio.to_thread(self._end, batch, ended)

    # -- what is needed ----------------------------------------------------------------------

    def _prepared(self, project_id: str, own: list[Evaluation]) -> _Batch:
        batch, scope = _Batch(project_id, own), Scope(project_id)
        tools = self.tools(project_id)
        with self._database.read() as db:
            rules = sorted({e.rule_id for e in own if e.rule_id})
            told = evaluation_rules.variables(db, rules)
            for rule, id, number in {_judge(e) for e in own}:
                evaluator = evaluators.one(db, project_id, id)
                version = evaluators.version(db, project_id, id, number)
                batch.names[id] = evaluator.name if evaluator else ""
                batch.scorers[rule, id, number] = _scorer(
                    evaluator, version, told.get((rule, id), {}), tools
                )
                if version is not None and version.asks_models:
                    batch.unpaid.add((id, number))
            if model_spend.over_budget(db, project_id, now() // DAY) is None:
                batch.unpaid.clear()
            items = self._items(batch, own)
            others = _others(db, project_id, own, items)
            limits = evaluation_rules.budgets(db, rules)
            today = now() // DAY * DAY
            batch.held = {
                id for id, budget in limits.items() if evaluations.spent(db, id, today) >= budget
            }
        wanted = [Wanted(e.trace_id, e.span_id, e.session_id, items.get(e.id)) for e in own]
        batch.cases = {
            each.id: case for each, case in zip(own, self._cases.of(scope, wanted), strict=True)
        }
        self._set_against(scope, batch, others)
        return batch

    def _items(self, batch: _Batch, own: Sequence[Evaluation]) -> dict[str, ExperimentItem]:
        """By evaluation the item of the experiment, with what is known of it."""
        asked = [each for each in own if each.experiment_id]
        if not asked:
            return {}
        with self._database.read() as db:
            found = experiments.items_by_trace(
                db, batch.project_id, sorted({each.trace_id for each in asked})
            )
            told = facts_of(db, batch.project_id, list(found.values()))
        items: dict[str, ExperimentItem] = {}
        for each in asked:
            item = found.get((each.experiment_id, each.trace_id, each.span_id))
            if item is not None:
                items[each.id] = told[item.id]
        return items

    def _set_against(self, scope: Scope, batch: _Batch, others: dict[str, ExperimentItem]) -> None:
        """What another experiment answered, for judges that compare."""
        ids = list(others)
        wanted = [Wanted(others[id].trace_id, others[id].span_id) for id in ids]
        for id, other in zip(ids, self._cases.of(scope, wanted), strict=True):
            case = batch.cases.get(id)
            if case is not None and other is not None:
                batch.cases[id] = _with_other(case, other)

    # -- judging -------------------------------------------------------------------------------

    async def _outcome(self, batch: _Batch, each: Evaluation) -> Outcome | None:
        """None: it has to wait for a budget."""
        evaluator = (each.evaluator_id, each.evaluator_version)
        if each.rule_id in batch.held or evaluator in batch.unpaid:
            return None
        case = batch.cases.get(each.id)
        found = batch.scorers[_judge(each)]
        if isinstance(found, str):
            return Outcome(error=found)
        if case is None:
            return Outcome(error="what was to be judged is not there any more")
        async with self._turns:
            return await found.score(case)

    def _scores(self, batch: _Batch, each: Evaluation, outcome: Outcome | None) -> list[Score]:
        case = batch.cases.get(each.id)
        if outcome is None or outcome.error or case is None:
            return []
        moment = now()
        told = {
            "evaluator_id": each.evaluator_id,
            "evaluator_version": each.evaluator_version,
            "probability": each.probability,
            "run_trace_id": outcome.run_trace_id,
            "rule_id": each.rule_id,
            "experiment_id": each.experiment_id,
        }
        metadata = {key: _text(value) for key, value in told.items() if value != ""}
        found: list[Score] = []
        for judgement in outcome.judgements:
            name = judgement.name or batch.names[each.evaluator_id]
            score = Score(
                project_id=batch.project_id,
                score_id=f"{each.id}-{name}"[:200],
                timestamp=moment,
                name=name,
                source=Source.EVALUATOR,
                comment=judgement.reason,
                trace_id=each.trace_id,
                span_id=each.span_id,
                session_id=each.session_id,
                config_id=judgement.config_id,
                environment=case.environment,
                metadata={key: _text(value) for key, value in judgement.metadata.items()}
                | metadata,
            )
            _set_value(score, judgement.value)
            found.append(score)
        return found

    def _end(self, batch: _Batch, ended: Sequence[tuple[Evaluation, Outcome | None]]) -> None:
        with self._database.write() as db:
            evaluations.end(db, [_ended(each, outcome) for each, outcome in ended])


def _judge(each: Evaluation) -> tuple[str, str, int]:
    """A rule may have the same evaluator look at other fields."""
    return each.rule_id, each.evaluator_id, each.evaluator_version


def _scorer(
    evaluator: Evaluator | None,
    version: EvaluatorVersion | None,
    variables: Mapping[str, str],
    tools: Tools,
) -> Scorer | str:
    if evaluator is None or version is None:
        return "the evaluator is not there any more"
    try:
        return scorer(with_variables(version, variables), evaluator.name, tools)
    except (BadRequest, NotFound) as error:
        return str(error)


def _others(
    db: sa.Connection,
    project_id: str,
    own: Sequence[Evaluation],
    items: dict[str, ExperimentItem],
) -> dict[str, ExperimentItem]:
    """By evaluation the newest answer to the same item of the experiment it is compared with."""
    asked = [each for each in own if each.against and each.id in items]
    newest = {
        (each.experiment_id, each.item_id): each
        for against in {each.against for each in asked}
        for each in reversed(
            experiments.answers_of(
                db,
                project_id,
                against,
                sorted({items[e.id].item_id for e in asked if e.against == against}),
            )
        )
    }
    found = {each.id: newest.get((each.against, items[each.id].item_id)) for each in asked}
    return {id: other for id, other in found.items() if other is not None}


def _with_other(case: Case, other: Case) -> Case:
    return replace(case, other_output=other.output)


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _set_value(score: Score, value: bool | float | str) -> None:
    if isinstance(value, bool):
        score.data_type, score.value = DataType.BOOLEAN, float(value)
    elif isinstance(value, str):
        score.data_type, score.text = DataType.CATEGORICAL, value
    else:
        score.data_type, score.value = DataType.NUMERIC, float(value)


def _ended(each: Evaluation, outcome: Outcome | None) -> evaluations.Ended:
    moment = now()
    if outcome is None:
        # A budget may be raised before it starts anew.
        later = min((moment // DAY + 1) * DAY, moment + _BUDGET_AGAIN)
        return evaluations.Ended(
            each.id,
            each.attempts,
            EvaluationStatus.WAITING,
            later,
            "waits: the budget of the rule or of the project is spent for today",
            0.0,
            "",
            0,
        )
    again = outcome.again and each.attempts < _MOST_ATTEMPTS
    status = (
        EvaluationStatus.WAITING
        if again
        else EvaluationStatus.FAILED
        if outcome.error
        else EvaluationStatus.DONE
    )
    return evaluations.Ended(
        each.id,
        each.attempts,
        status,
        moment + 5 * 4**each.attempts * SECOND if again else each.run_at,
        outcome.error[:2000],
        outcome.cost,
        outcome.run_trace_id,
        0 if again else moment,
    )
