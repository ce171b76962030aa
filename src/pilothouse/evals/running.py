"""Experiments that the server runs: every item of a plan is asked of a model, answers become traces, and
what is to be scored is asked of the evaluators.

A run may be killed at any moment. What was stored is found again by its trace id, and not run twice.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import msgspec
import structlog

from pilothouse.domain.clock import now
from pilothouse.domain.dataset import Experiment, ExperimentItem, Item
from pilothouse.domain.errors import BadRequest, NotFound, PilothouseError, Refused
from pilothouse.domain.job import Job
from pilothouse.domain.messages import Message
from pilothouse.domain.scope import Scope
from pilothouse.domain.span import Kind, Level, Span
from pilothouse.evals import plans
from pilothouse.evals.pieces import Pieces, as_answered
from pilothouse.evals.plans import Piece, Plan, trace_id, values
from pilothouse.ingest.books import Books
from pilothouse.ingest.intake import Intake
from pilothouse.ingest.outcomes import Arrival
from pilothouse.jobs.worker import Progress
from pilothouse.llm.attachments import carried, refers
from pilothouse.llm.connections import Connection
from pilothouse.llm.door import Call, Door
from pilothouse.llm.failures import BudgetSpent, ModelFailure
from pilothouse.llm.parts import plain
from pilothouse.llm.recording import Recording
from pilothouse.llm.registry import Connections
from pilothouse.llm.request import Request
from pilothouse.media.library import Library
from pilothouse.prompts.rendering import rendered
from pilothouse.prompts.templates import Syntax
from pilothouse.reading.service import Reading
from pilothouse.store.relational import evaluations, experiments
from pilothouse.store.relational.database import Database

log = structlog.get_logger(__name__)

KIND = "experiment"
ENVIRONMENT = "experiment"
BEFORE = "-before"
"""Behind the id of a replay: that of the same calls as production answered them."""

_TOGETHER = 200
"""Answers that are stored at once."""
_COMPANY_SECONDS = 0.25
"""How long an answer waits for others to be stored with: a write costs much more than what it writes."""
_GIVEN_UP = 10
"""Items that fail alike from the first on, before the rest is spared."""
_LONGEST_PAUSE = 60.0
_LOOKED_UP = 1_000


class Stopped(Refused):
    code = "experiment_stopped"


@dataclass(frozen=True, slots=True)
class _Turn:
    """One repetition of a piece."""

    piece: Piece
    repetition: int
    trace_id: str
    before: tuple[str, ...] = ()
    """Traces of the same that failed, when failed items were taken up again."""


@dataclass(frozen=True, slots=True)
class _Answered:
    turn: _Turn
    recording: Recording
    failure: ModelFailure | BadRequest | None
    cost: float


class Runner:
    """Does jobs of the kind `experiment`."""

    def __init__(
        self,
        database: Database,
        reading: Reading,
        pieces: Pieces,
        connections: Connections,
        door: Door,
        intake: Intake,
        books: Books,
        media: Library,
        judge: Callable[[], None],
    ) -> None:
        """`judge` says that there is something to evaluate."""
        self.judge = judge
        self.database = database
        self.reading = reading
        self.pieces = pieces
        self.connections = connections
        self.door = door
        self.intake = intake
        self.books = books
        self.media = media

    async def __call__(self, job: Job, progress: Progress) -> None:
        """Raises what ends the whole; what goes wrong with an item is told of that item alone."""
        plan = msgspec.convert(job.settings["plan"], Plan)
        connection = await asyncio.to_thread(
            self.connections.ready, job.project_id, plan.connection_id
        )
        run = _Run(self, job, plan, connection, progress)
        await run.whole()


class _Run:
    def __init__(
        self, runner: Runner, job: Job, plan: Plan, connection: Connection, progress: Progress
    ) -> None:
        self._with = runner
        self._job = job
        self._plan = plan
        self._connection = connection
        self._progress = progress
        self._turns = int(job.settings.get("turn", 0))
        self._experiment: Experiment
        self._found: list[Item] | list[Span]
        self._answered: asyncio.Queue[_Answered | None] = asyncio.Queue(2 * _TOGETHER)
        self._next_start = 0.0
        self._fresh = 0
        self._alike: set[str] = set()

    async def whole(self) -> None:
        await asyncio.to_thread(self._begin)
        storing = asyncio.create_task(self._store())
        try:
            await self._ask_all()
        finally:
            # What was answered and paid for is kept, however the run ends.
            await self._answered.put(None)
            await asyncio.shield(storing)

    def _begin(self) -> None:
        with self._with.database.read() as db:
            found = experiments.one(db, self._job.project_id, self._job.subject)
        if found is None:
            raise NotFound("the experiment is not there any more")
        self._experiment = found
        self._found = self._with.pieces.found(self._job.project_id, self._plan)
        if self._plan.replay is not None:
            self._note_before([each for each in self._found if isinstance(each, Span)])

    def _note_before(self, calls: Sequence[Span]) -> None:
        """What production answered is an experiment too, so that it can be compared with."""
        of = replace(
            self._experiment,
            id=self._experiment.id + BEFORE,
            name=f"{self._experiment.name} (before)",
            metadata={"replay_of": self._experiment.id},
        )
        items = [as_answered(of.id, each) for each in calls]
        alone = [each for each in self._plan.evaluators if not each.against]
        with self._with.database.write() as db:
            experiments.put(db, of)
            experiments.put_items(db, items)
            evaluations.ask(db, plans.evaluations(of.id, items, alone))
        self._with.judge()

    # -- asking ----------------------------------------------------------------------------

    async def _ask_all(self) -> None:
        waiting: asyncio.Queue[_Turn | None] = asyncio.Queue(2 * self._plan.concurrency)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._plan.concurrency):
                    group.create_task(self._ask_some(waiting))
                async for turn in self._turns_to_do():
                    await waiting.put(turn)
                for _ in range(self._plan.concurrency):
                    await waiting.put(None)
        except* PilothouseError as failures:
            raise failures.exceptions[0] from None

    async def _ask_some(self, waiting: "asyncio.Queue[_Turn | None]") -> None:
        while (turn := await waiting.get()) is not None:
            await self._pace()
            answered = await self._ask(turn)
            await self._answered.put(answered)
            self._look_at(answered.failure)

    async def _turns_to_do(self) -> AsyncGenerator[_Turn]:
        """What is not stored yet."""
        pieces = await asyncio.to_thread(lambda: list(self._pieces()))
        turns = [
            (piece, repetition)
            for repetition in range(1, self._plan.repetitions + 1)
            for piece in pieces
        ]
        if not turns:
            raise BadRequest("there is nothing to run: no item fits what was chosen")
        self._progress.total = len(turns)
        self._progress.done = self._progress.failed = 0
        every = [
            _Turn(piece, repetition, own[-1], tuple(own[:-1]))
            for piece, repetition in turns
            for own in [self._ids(piece, repetition)]
        ]
        stored = await asyncio.to_thread(self._stored, every)
        for turn in every:
            if turn.trace_id in stored:
                self._progress.done += 1
                self._progress.failed += stored[turn.trace_id]
            elif any(stored.get(id) is False for id in turn.before):
                self._progress.done += 1
            else:
                yield turn

    def _pieces(self) -> Iterator[Piece]:
        return self._with.pieces.of(self._job.project_id, self._plan, self._found)

    def _ids(self, piece: Piece, repetition: int) -> list[str]:
        """Traces that may have answered it, the last of which a new answer gets."""
        return [
            trace_id(self._experiment.id, piece.item_id, repetition, turn)
            for turn in range(self._turns + 1)
        ]

    def _stored(self, turns: Sequence[_Turn]) -> dict[str, bool]:
        """By trace whether it failed. What was stored just before the server died is noted now."""
        project_id, experiment_id = self._job.project_id, self._experiment.id
        with self._with.database.read() as db:
            noted = {item.trace_id for item in experiments.items_of(db, project_id, experiment_id)}
        if not noted and self._job.attempts == 1 and not self._job.settings.get("resumed"):
            return {}
        scope, found = Scope(project_id), dict[str, bool]()
        ids = [id for turn in turns for id in (*turn.before, turn.trace_id)]
        for start in range(0, len(ids), _LOOKED_UP):
            for each in self._with.reading.measured(scope, ids[start : start + _LOOKED_UP]):
                if each.latency is not None:
                    found[each.trace_id] = each.failed
        late = [each for each in turns if each.trace_id in found and each.trace_id not in noted]
        self._note([(turn, now(), found[turn.trace_id]) for turn in late])
        return found

    async def _pace(self) -> None:
        """No more calls begin in a minute than the plan allows."""
        if not self._plan.per_minute:
            return
        loop = asyncio.get_running_loop()
        start = max(loop.time(), self._next_start)
        self._next_start = start + 60 / self._plan.per_minute
        await asyncio.sleep(start - loop.time())

    async def _ask(self, turn: _Turn) -> _Answered:
        recording = self._recording(turn)
        try:
            request = await self._request(turn.piece)
        except BadRequest as error:
            recording.end(None, str(error))
            return _Answered(turn, recording, error, 0.0)
        recording.begin(request.messages)
        failure, cost, call = None, 0.0, Call(request)
        for attempt in range(self._plan.retries + 1):
            call = Call(request)
            failure = await self._call(call)
            cost += call.cost
            recording.model(self._connection, call, failure)
            if failure is None or not failure.again or attempt == self._plan.retries:
                break
            # Not the last word: it does not make a failure of the whole.
            recording.spans[-1].level = Level.WARNING
            await asyncio.sleep(_pause(failure, attempt))
        said = call.answer.message()
        recording.end(said, str(failure) if failure else "")
        if said.parts and all(part.type in ("text", "reasoning") for part in said.parts):
            # What is compared with an expected output is what was said, not how it was wrapped.
            recording.root.output = _text(plain(said))
        return _Answered(turn, recording, failure, cost)

    async def _call(self, call: Call) -> ModelFailure | None:
        prices = await self._with.books.at_hand(self._job.project_id)
        try:
            events = self._with.door.stream(self._job.project_id, self._connection, call, prices)
            async for _ in events:
                pass
        except BudgetSpent:
            raise
        except ModelFailure as failure:
            return failure
        return None

    async def _request(self, piece: Piece) -> Request:
        if piece.problem:
            raise BadRequest(piece.problem)
        if piece.messages is not None:
            messages = list(piece.messages)
        elif self._plan.syntax is Syntax.JINJA:
            messages = await asyncio.to_thread(self._rendered, piece)
        else:
            messages = self._rendered(piece)
        if any(refers(part) for each in messages for part in each.parts):
            media, project_id = self._with.media, self._job.project_id
            messages = await asyncio.to_thread(carried, media, project_id, messages)
        return msgspec.structs.replace(self._plan.request, messages=messages)

    def _rendered(self, piece: Piece) -> list[Message]:
        told, places = values(self._plan, piece)
        return rendered(self._plan.request.messages, self._plan.syntax, told, places)

    def _recording(self, turn: _Turn) -> Recording:
        told = {
            "experiment_id": self._experiment.id,
            "experiment": self._experiment.name,
            "item_id": turn.piece.item_id,
            "repetition": turn.repetition,
        }
        recording = Recording(
            self._job.project_id,
            self._experiment.name,
            "",
            self._plan.prompt_name,
            self._plan.prompt_version,
            {key: msgspec.json.encode(value).decode() for key, value in told.items()},
            ENVIRONMENT,
            Kind.TASK,
            turn.trace_id,
        )
        recording.root.span_id = turn.trace_id[:16]
        return recording

    def _look_at(self, failure: ModelFailure | BadRequest | None) -> None:
        """Where the first items all fail alike for what another try does not mend, the rest would
        too."""
        self._fresh += 1
        if self._fresh > _GIVEN_UP:
            return
        again = failure is None or getattr(failure, "again", False)
        self._alike.add("" if again else type(failure).__name__)
        if self._fresh == _GIVEN_UP and len(self._alike) == 1 and "" not in self._alike:
            raise Stopped(f"stopped, as the first {_GIVEN_UP} items all failed: {failure}")

    # -- storing ---------------------------------------------------------------------------

    async def _store(self) -> None:
        ended = False
        while not ended:
            some = [await self._answered.get()]
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_COMPANY_SECONDS):
                    while None not in some and len(some) < _TOGETHER:
                        some.append(await self._answered.get())
            ended = None in some
            answered = [each for each in some if each is not None]
            if answered:
                await self._keep(answered)

    async def _keep(self, answered: Sequence[_Answered]) -> None:
        """The traces first: an item that is noted has one."""
        spans = [span for each in answered for span in each.recording.spans]
        arrival = Arrival(self._job.project_id, self._job.author_id, ENVIRONMENT, "pilothouse")
        await asyncio.to_thread(self._with.intake.complete, spans)
        await self._with.intake.accept(arrival, spans)
        ended = [
            (each.turn, each.recording.root.start_time, each.failure is not None)
            for each in answered
        ]
        await asyncio.to_thread(self._note, ended)
        self._progress.done += len(answered)
        self._progress.failed += sum(each.failure is not None for each in answered)
        self._progress.cost += sum(each.cost for each in answered)
        last = next((each.failure for each in reversed(answered) if each.failure), None)
        if last is not None:
            self._progress.error = str(last)

    def _note(self, ended: Sequence[tuple[_Turn, int, bool]]) -> None:
        """Turns with their start, and whether they failed."""
        items = [self._item(turn, started) for turn, started, _ in ended]
        # Where nothing was answered there is nothing to judge, and the failure counts by itself.
        to_judge = [item for item, each in zip(items, ended, strict=True) if not each[2]]
        with self._with.database.write() as db:
            experiments.put_items(db, items)
            evaluations.ask(
                db, plans.evaluations(self._experiment.id, to_judge, self._plan.evaluators)
            )
        self._with.judge()

    def _item(self, turn: _Turn, started: int) -> ExperimentItem:
        piece, moment = turn.piece, now()
        return ExperimentItem(
            id="",
            project_id=self._job.project_id,
            experiment_id=self._experiment.id,
            item_id=piece.item_id,
            trace_id=turn.trace_id,
            span_id="",
            item_version=piece.item_version,
            expected_output=_text(piece.expected_output),
            item_metadata=_text(piece.metadata),
            started_at=started,
            created_at=moment,
            updated_at=moment,
        )


def _text(value: object) -> str:
    return "" if value is None else msgspec.json.encode(value).decode()


def _pause(failure: ModelFailure, attempt: int) -> float:
    if failure.retry_after is not None:
        return min(failure.retry_after, _LONGEST_PAUSE)
    # Spread, so that items that failed together do not come back together.
    spread = random.uniform(0.75, 1.25)  # noqa: S311 - no secret
    return min(2.0**attempt * spread, _LONGEST_PAUSE)
