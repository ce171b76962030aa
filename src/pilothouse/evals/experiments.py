"""Experiments that the server runs, as people begin, follow, stop and take them up again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from pilothouse.domain.clock import DAY, now
from pilothouse.domain.dataset import Experiment
from pilothouse.domain.errors import BadRequest, Conflict, NotFound
from pilothouse.domain.job import Job, JobStatus
from pilothouse.domain.messages import Message
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.domain.span import CostSource, Kind, Span
from pilothouse.evals import plans
from pilothouse.evals.pieces import Pieces
from pilothouse.evals.plans import Chosen, Piece, Plan, checked, values
from pilothouse.evals.running import BEFORE, KIND
from pilothouse.ingest.books import Books
from pilothouse.llm.door import priced_as
from pilothouse.llm.registry import Connections
from pilothouse.prompts.registry import Prompts
from pilothouse.prompts.rendering import rendered
from pilothouse.query.filters import Match, equal, every
from pilothouse.query.lists import ListQuestion
from pilothouse.reading.service import Reading
from pilothouse.store.relational import datasets, evaluations, evaluators, experiments, jobs
from pilothouse.store.relational.accounts import new_id
from pilothouse.store.relational.database import Database

MOST_RUNNING = 20
"""Experiments of a project that wait or run."""
_MOST_RENDERED = 200
_LOOKED_UP = 1_000
_LATELY = 30 * DAY
_USUAL_OUTPUT = 300
"""Tokens of an answer, where nothing better is known."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a plan would come to, before it runs."""

    items: int
    calls: int
    input_tokens: int
    output_tokens: int
    cost: float | None
    """US dollars of the model; None: nobody knows its price."""
    judging: float | None
    """US dollars of the evaluators, by what they cost lately; None: one has never worked."""
    problems: tuple[str, ...]
    """Why some items cannot be run, each told once."""
    broken: int
    """Such items, of those that were looked at."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an experiment is."""

    job: Job | None
    """None: something else than the server runs it."""
    plan: Plan | None
    evaluations: list[evaluations.Standing]


class Experiments:
    """May be used from any thread. All methods block, and raise BadRequest, NotFound and Conflict."""

    def __init__(
        self,
        database: Database,
        reading: Reading,
        pieces: Pieces,
        connections: Connections,
        books: Books,
        prompts: Prompts,
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._reading = reading
        self._pieces = pieces
        self._connections = connections
        self._books = books
        self._prompts = prompts
        self._wake = wake

    def start(self, project_id: str, plan: Plan, author_id: str) -> tuple[Experiment, Job]:
        plan = self._ready(project_id, plan)
        moment = now()
        experiment = Experiment(
            project_id=project_id,
            id=new_id(),
            dataset_id=plan.dataset_id,
            name=plan.name,
            description="",
            metadata=_summary(plan),
            started_at=moment,
            created_at=moment,
            updated_at=moment,
        )
        with self._database.write() as db:
            if jobs.count_open(db, project_id, KIND) >= MOST_RUNNING:
                raise BadRequest(f"at most {MOST_RUNNING} experiments wait or run at a time")
            experiments.put(db, experiment)
            settings = {"plan": msgspec.to_builtins(plan)}
            job = jobs.add(db, project_id, KIND, experiment.id, settings, author_id)
        self._wake()
        return experiment, job

    def cancel(self, project_id: str, experiment_id: str) -> None:
        """What is under way is given up; what was answered stays."""
        with self._database.write() as db:
            job = _job(db, project_id, experiment_id)
            stopped = jobs.cancel(db, project_id, job.id)
            held = sum(
                evaluations.hold(db, project_id, id)
                for id in (experiment_id, experiment_id + BEFORE)
            )
            if not stopped and not held:
                raise Conflict("the experiment has ended already")
        self._wake()

    def resume(self, project_id: str, experiment_id: str, *, failed: bool) -> None:
        """Go on where it stopped; items and evaluations that failed are tried anew where `failed` says
        so."""
        with self._database.read() as db:
            job = _job(db, project_id, experiment_id)
        if job.status in (JobStatus.WAITING, JobStatus.RUNNING):
            raise Conflict("the experiment is running")
        gone = self._failed(project_id, experiment_id) if failed else []
        settings = job.settings | {"resumed": True}
        if gone:
            settings["turn"] = int(settings.get("turn", 0)) + 1
        with self._database.write() as db:
            experiments.remove_items(db, project_id, experiment_id, gone)
            jobs.again(db, project_id, job.id, settings)
            for id in (experiment_id, experiment_id + BEFORE):
                evaluations.let_go(db, project_id, id, failed=failed)
        self._wake()

    def _failed(self, project_id: str, experiment_id: str) -> list[str]:
        """Traces of items that failed."""
        with self._database.read() as db:
            items = experiments.items_of(db, project_id, experiment_id)
        traces = [each.trace_id for each in items]
        scope, found = Scope(project_id), list[str]()
        for start in range(0, len(traces), _LOOKED_UP):
            part = traces[start : start + _LOOKED_UP]
            found += [e.trace_id for e in self._reading.measured(scope, part) if e.failed]
        return found

    def evaluate(self, project_id: str, experiment_id: str, chosen: Sequence[Chosen]) -> int:
        """Have what an experiment answered looked at by evaluators, whoever ran it. Gives how many
        evaluations are new."""
        chosen = self._versions(project_id, chosen)
        with self._database.write() as db:
            if experiments.one(db, project_id, experiment_id) is None:
                raise NotFound("no such experiment")
            items = experiments.items_of(db, project_id, experiment_id)
            new = evaluations.ask(db, plans.evaluations(experiment_id, items, chosen))
        self._wake()
        return new

    def standing(self, project_id: str, experiment_id: str) -> Standing:
        with self._database.read() as db:
            job = jobs.latest(db, project_id, KIND, experiment_id)
            told = evaluations.of_experiments(db, project_id, [experiment_id])[experiment_id]
        plan = msgspec.convert(job.settings["plan"], Plan) if job else None
        return Standing(job, plan, told)

    # -- before it runs ------------------------------------------------------------------------

    def estimate(self, project_id: str, plan: Plan) -> Estimate:
        """By the length of the first items as they would be sent, and by what answers were like."""
        plan = self._ready(project_id, plan)
        found = self._pieces.found(project_id, plan)
        tokens, problems = list[int](), list[str]()
        for piece in self._pieces.of(project_id, plan, found[:_MOST_RENDERED]):
            try:
                tokens.append(sum(map(_tokens, _messages(plan, piece))))
            except BadRequest as error:
                problems.append(str(error))
        calls = len(found) * plan.repetitions
        into = round(sum(tokens) / len(tokens) * calls) if tokens else 0
        out = calls * self._usual_output(project_id, plan)
        return Estimate(
            items=len(found),
            calls=calls,
            input_tokens=into,
            output_tokens=out,
            cost=self._cost(project_id, plan, into, out),
            judging=self._judging(project_id, plan, calls),
            problems=tuple(dict.fromkeys(problems))[:5],
            broken=len(problems),
        )

    def _usual_output(self, project_id: str, plan: Plan) -> int:
        """Tokens that this prompt's answers had lately, never more than the plan allows."""
        usual, calls = _USUAL_OUTPUT, list[Span]()
        if plan.prompt_name:
            moment = now()
            of_it = every(
                Match("prompt", equal(plan.prompt_name)), Match("kind", equal(Kind.LLM.value))
            )
            lately = ListQuestion("spans", TimeRange(moment - _LATELY, moment), of_it, limit=200)
            calls = self._reading.spans(Scope(project_id), lately).items
        if counts := [each.output_tokens for each in calls if each.output_tokens]:
            usual = round(sum(counts) / len(counts))
        return min(usual, plan.request.max_tokens or usual)

    def _cost(self, project_id: str, plan: Plan, into: int, out: int) -> float | None:
        connection = self._connections.ready(project_id, plan.connection_id)
        span = Span(
            project_id=project_id,
            trace_id="",
            span_id="",
            start_time=now(),
            model=plan.request.model,
            provider=priced_as(connection),
            usage={"input": into, "output": out},
        )
        self._books.of(project_id).price(span)
        return None if span.cost_source == CostSource.UNPRICED else span.total_cost

    def _judging(self, project_id: str, plan: Plan, calls: int) -> float | None:
        whole = 0.0
        with self._database.read() as db:
            for chosen in plan.evaluators:
                version = evaluators.version(db, project_id, chosen.evaluator_id, chosen.version)
                if version is None or not version.asks_models:
                    continue
                mean = evaluations.mean_cost(db, project_id, chosen.evaluator_id)
                if mean is None:
                    return None
                whole += mean * calls
        return whole

    def _ready(self, project_id: str, plan: Plan) -> Plan:
        """As it is kept: what its prompt takes in, the state of the data set and the versions of
        evaluators are fixed."""
        messages = self._prompts.with_parts(project_id, plan.request.messages)
        request = msgspec.structs.replace(plan.request, messages=messages)
        plan = checked(msgspec.structs.replace(plan, request=request))
        self._connections.ready(project_id, plan.connection_id)
        if plan.dataset_id:
            with self._database.read() as db:
                if datasets.by_id(db, project_id, plan.dataset_id) is None:
                    raise NotFound("no such data set")
        return msgspec.structs.replace(
            plan,
            at=plan.at or now(),
            evaluators=tuple(self._versions(project_id, plan.evaluators)),
        )

    def _versions(self, project_id: str, chosen: Sequence[Chosen]) -> list[Chosen]:
        found: list[Chosen] = []
        with self._database.read() as db:
            for each in chosen:
                version = evaluators.version(db, project_id, each.evaluator_id, each.version)
                if version is None:
                    raise NotFound("no such version of an evaluator")
                if each.against and experiments.one(db, project_id, each.against) is None:
                    raise NotFound("there is no such experiment to compare with")
                found.append(msgspec.structs.replace(each, version=version.version))
        return found


def _job(db: Any, project_id: str, experiment_id: str) -> Job:
    found = jobs.latest(db, project_id, KIND, experiment_id)
    if found is None:
        raise NotFound("the server does not run this experiment")
    return found


def _messages(plan: Plan, piece: Piece) -> Sequence[Message]:
    if piece.problem:
        raise BadRequest(piece.problem)
    if piece.messages is not None:
        return piece.messages
    told, places = values(plan, piece)
    return rendered(plan.request.messages, plan.syntax, told, places)


def _tokens(message: Message) -> int:
    """A Chinese character is about a token, of other text four make one."""
    text = "".join(part.text for part in message.parts)
    wide = sum(character >= "\u2e80" for character in text)
    return wide + (len(text) - wide + 3) // 4 + 4


def _summary(plan: Plan) -> dict[str, Any]:
    """What people see of the plan, and filter by."""
    told: dict[str, Any] = {"model": plan.request.model, "run_by": "pilothouse"}
    if plan.prompt_name:
        told |= {"prompt": plan.prompt_name, "prompt_version": plan.prompt_version}
    if plan.replay:
        told["replay"] = {
            "start": plan.replay.start,
            "end": plan.replay.end,
            "filter": plan.replay.filter,
        }
    if plan.split:
        told["split"] = plan.split
    return told
