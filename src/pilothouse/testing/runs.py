"""A task over the items of a data set, many at a time, each a trace of its own."""

import hashlib
import os
import threading
import time
import uuid
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from pilothouse.domain.errors import BadRequest, NotFound, PilothouseError
from pilothouse.domain.evaluation import Judgement
from pilothouse.importing.client import Client
from pilothouse.testing import items, reporting
from pilothouse.testing.calling import Function, called, judgements
from pilothouse.testing.items import Item
from pilothouse.testing.reporting import Answered, Journal, Reporter, Telling

MOST_CONCURRENCY = 256
_PAGE = 1_000
_ASK_EVERY = 0.3
_JUDGING = 3_600.0
"""Seconds that evaluators of the server are waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A judge's mean freed of its errors, by so many labels of people."""

    value: float
    low: float | None
    high: float | None
    labels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run came to."""

    id: str
    name: str
    dataset: str
    url: str
    """Of its page."""
    total: int
    """Items times repetitions."""
    ran: int
    """Of these, now; the others were answered before it was resumed."""
    failed: int
    metrics: dict[str, float] = field(default_factory=dict[str, float])
    """Means over items, by score, with `latency`, `cost` and `failures`."""
    corrected: dict[str, Rate] = field(default_factory=dict[str, Rate])
    """Of judges that say yes or no, by their errors wherever people labelled (Rogan–Gladen)."""
    powered: dict[str, Rate] = field(default_factory=dict[str, Rate])
    """Of judges some of whose items people labelled (prediction-powered)."""
    problems: list[str] = field(default_factory=list[str])
    """What went wrong, each told once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to run, and how."""

    task: Function
    dataset: str
    name: str = ""
    evaluators: Sequence[Function] = ()
    stored: Sequence[str] = ()
    """Names of evaluators of the server."""
    repeat: int = 1
    concurrency: int = 8
    per_minute: int = 0
    retries: int = 0
    timeout: float = 0
    """Seconds that one item may take; 0: as long as it takes."""
    at: int = 0
    split: str = ""
    tags: Sequence[str] = ()
    limit: int = 0
    description: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])
    resume: str = ""
    """Id or name of a run that was stopped: what it has answered is not run again."""


def run_experiment(
    task: Function,
    *,
    dataset: str,
    evaluators: Sequence[Function | str] = (),
    server: str = "",
    public_key: str = "",
    secret_key: str = "",
    **more: Any,
) -> Run:
    """Runs the task over a data set and waits until everything is stored and judged.

    Evaluators are functions, or names of evaluators of the server. The server and its keys are those of
    LANGFUSE_BASE_URL, LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY where they are not given. `more`: name,
    repeat, concurrency, per_minute, retries, timeout, at, split, tags, limit, description, metadata,
    resume. Raises PilothouseError where nothing can be run.
    """
    own = [each for each in evaluators if not isinstance(each, str)]
    stored = [each for each in evaluators if isinstance(each, str)]
    asked = Asked(task=task, dataset=dataset, evaluators=own, stored=stored, **more)
    with client(server, public_key, secret_key) as connected:
        return Running(connected, asked).whole()


@contextmanager
def client(server: str = "", public_key: str = "", secret_key: str = "") -> Generator[Client]:
    """Raises PilothouseError where the keys are not told."""
    told = os.environ
    public = public_key or told.get("LANGFUSE_PUBLIC_KEY", "")
    secret = secret_key or told.get("LANGFUSE_SECRET_KEY", "")
    if not public or not secret:
        raise PilothouseError("set LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY")
    address = server or told.get("LANGFUSE_BASE_URL", "") or "http://127.0.0.1:3000"
    opened = Client(address, public, secret)
    try:
        yield opened
    finally:
        opened.close()


class Running:
    """One run. `tick` is told of every item that has ended."""

    def __init__(
        self, client: Client, asked: Asked, tick: Callable[[int, int, int], None] | None = None
    ) -> None:
        if not 1 <= asked.concurrency <= MOST_CONCURRENCY:
            raise BadRequest(f"the concurrency is 1 to {MOST_CONCURRENCY}")
        if asked.repeat < 1:
            raise BadRequest("a run has at least one repetition")
        self._client = client
        self._asked = asked
        self._tick = tick or _silent
        project_id, _ = client.project()
        self._base = f"{client.url}/api/pilothouse/projects/{project_id}"
        self._pages = f"{client.url}/project/{project_id}/experiments"
        self._pace = _Pace(asked.per_minute)
        self._problems: dict[str, None] = {}

    def baseline(self, wanted: str) -> str:
        """Id of an experiment over the same data set. Raises NotFound."""
        dataset_id = items.dataset_id(self._client, self._base, self._asked.dataset)
        found = items.experiment(self._client, self._base, wanted, dataset_id)
        if found is None:
            raise NotFound(f"no experiment over {self._asked.dataset!r} is called {wanted!r}")
        return found["id"]

    def whole(self) -> Run:
        """Raises PilothouseError where nothing can be run, and where it cannot be stored."""
        asked = self._asked
        dataset_id = items.dataset_id(self._client, self._base, asked.dataset)
        stored = self._stored_evaluators()
        own = list(
            items.items(
                self._client,
                self._base,
                dataset_id,
                at=asked.at,
                split=asked.split,
                tags=asked.tags,
                limit=asked.limit,
            )
        )
        if not own:
            raise BadRequest(f"there is nothing to run in {asked.dataset!r}: no item fits")
        telling = self._telling(dataset_id)
        journal = Journal(_journals() / f"{telling.id}.jsonl")
        reporter = Reporter(self._client, telling)
        try:
            before = self._before(telling, journal, reporter)
            ran, failed = self._run(telling, own, before, journal, reporter)
        finally:
            try:
                reporter.close()
            except BaseException:
                journal.close()
                raise
        journal.remove()
        if stored:
            self._judge(telling.id, stored)
        return self._told(telling, len(own) * asked.repeat, ran, failed)

    def _telling(self, dataset_id: str) -> Telling:
        asked, started = self._asked, time.time_ns()
        id, name = uuid.uuid4().hex[:16], asked.name
        if asked.resume:
            found = items.experiment(self._client, self._base, asked.resume, dataset_id)
            id, name = (found["id"], found["name"]) if found else (asked.resume, asked.resume)
        name = (
            name or f"{getattr(asked.task, '__name__', 'task')} {time.strftime('%Y-%m-%d %H:%M')}"
        )
        return Telling(id, name, dataset_id, asked.description, dict(asked.metadata), started)

    def _before(self, telling: Telling, journal: Journal, reporter: Reporter) -> set[str]:
        """Traces of what was answered before the run was stopped: of the server, and of the journal,
        which tells the server now."""
        if not self._asked.resume:
            return set()
        known: set[str] = set()
        offset, total = 0, 1
        while offset < total:
            page = self._client.find(
                f"{self._base}/experiments/{telling.id}/items", limit=_PAGE, offset=offset
            )
            if page is None:
                break
            known |= {each["trace_id"] for each in page["items"]}
            offset, total = offset + _PAGE, page["total"]
        for each in journal.read():
            if each.trace_id not in known:
                known.add(each.trace_id)
                reporter.add(each)
        return known

    # -- running -----------------------------------------------------------------------------

    def _run(
        self,
        telling: Telling,
        own: Sequence[Item],
        before: set[str],
        journal: Journal,
        reporter: Reporter,
    ) -> tuple[int, int]:
        turns = [
            (item, id)
            for repetition in range(1, self._asked.repeat + 1)
            for item in own
            if (id := trace_id(telling.id, item.id, repetition)) not in before
        ]
        total = len(own) * self._asked.repeat
        ran = failed = 0
        for answered in self._answers(turns):
            journal.add(answered)
            reporter.add(answered)
            ran += 1
            failed += bool(answered.error)
            if answered.error:
                self._problems.setdefault(answered.error)
            for name, why in answered.failures:
                self._problems.setdefault(f"{name}: {why}")
            self._tick(total - len(turns) + ran, total, failed)
        return ran, failed

    def _answers(self, turns: Iterable[tuple[Item, str]]) -> Generator[Answered]:
        """As they come; never more in memory than are under way."""
        left = iter(turns)
        with ThreadPoolExecutor(self._asked.concurrency, "task") as pool:
            running: set[Future[Answered]] = set()
            try:
                while True:
                    while len(running) < 2 * self._asked.concurrency:
                        turn = next(left, None)
                        if turn is None:
                            break
                        running.add(pool.submit(self._one, *turn))
                    if not running:
                        return
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for each in done:
                        yield each.result()
            finally:
                for each in running:
                    each.cancel()

    def _one(self, item: Item, trace_id: str) -> Answered:
        self._pace.wait()
        known = {
            "input": item.input,
            "expected_output": item.expected_output,
            "metadata": item.metadata,
            "item": item,
        }
        output, error, start = None, "", time.time_ns()
        for attempt in range(self._asked.retries + 1):
            start, error = time.time_ns(), ""
            try:
                with traced(trace_id):
                    output = _plain(_in_time(self._asked.task, known, self._asked.timeout))
                break
            except Exception as failure:  # of the application: told of the item, the rest goes on
                error = f"{type(failure).__name__}: {failure}"[:2_000]
                if attempt < self._asked.retries:
                    time.sleep(min(30.0, 0.5 * 2**attempt))
        end = time.time_ns()
        judged, failures = ([], []) if error else self._judged(output, known)
        return reporting.answered(item, trace_id, start, end, output, error, judged, failures)

    def _judged(
        self, output: Any, known: Mapping[str, Any]
    ) -> tuple[list[Judgement], list[tuple[str, str]]]:
        found: list[Judgement] = []
        failures: list[tuple[str, str]] = []
        for evaluator in self._asked.evaluators:
            name = str(getattr(evaluator, "__name__", "score"))
            try:
                answer = called(evaluator, {"output": output, **known})
                found += judgements(name, answer)
            except Exception as failure:  # no score, and the rest goes on
                failures.append((name, f"{type(failure).__name__}: {failure}"[:500]))
        return found, failures

    # -- evaluators of the server --------------------------------------------------------------

    def _stored_evaluators(self) -> list[str]:
        """Ids of those that are named. Raises BadRequest."""
        if not self._asked.stored:
            return []
        page = self._client.get(f"{self._base}/evaluators")
        by_name = {each["name"]: each["id"] for each in page["items"]}
        unknown = [name for name in self._asked.stored if name not in by_name]
        if unknown:
            raise BadRequest(f"there is no evaluator called {unknown[0]!r}")
        return [by_name[name] for name in self._asked.stored]

    def _judge(self, experiment_id: str, evaluator_ids: Sequence[str]) -> None:
        chosen = [{"evaluator_id": id} for id in evaluator_ids]
        path = f"{self._base}/experiments/{experiment_id}"
        self._client.post(f"{path}/evaluate", {"evaluators": chosen})
        end = time.monotonic() + _JUDGING
        while time.monotonic() < end:
            told = self._client.get(f"{path}/run")["evaluators"]
            if not any(each["waiting"] for each in told):
                break
            time.sleep(_ASK_EVERY)
        for each in self._client.get(f"{path}/evaluations", status="failed")["items"]:
            self._problems.setdefault(each["error"])

    def _told(self, telling: Telling, total: int, ran: int, failed: int) -> Run:
        found = self._client.get(f"{self._base}/experiments/{telling.id}")
        return Run(
            id=telling.id,
            name=telling.name,
            dataset=self._asked.dataset,
            url=f"{self._pages}/{telling.id}",
            total=total,
            ran=ran,
            failed=failed,
            metrics={each["metric"]: each["value"] for each in found["metrics"]},
            corrected=_rates(found["metrics"], "freed"),
            powered=_rates(found["metrics"], "powered"),
            problems=list(self._problems)[:20],
        )


def _rates(metrics: Sequence[dict[str, Any]], way: str) -> dict[str, Rate]:
    return {each["metric"]: Rate(**each[way]) for each in metrics if each[way]}


def _silent(done: int, total: int, failed: int) -> None: ...


class _Pace:
    """No more items begin in a minute than are allowed."""

    def __init__(self, per_minute: int) -> None:
        self._apart = 60 / per_minute if per_minute else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        if not self._apart:
            return
        with self._lock:
            start = max(time.monotonic(), self._next)
            self._next = start + self._apart
        time.sleep(max(0.0, start - time.monotonic()))


def _in_time(task: Function, known: Mapping[str, Any], timeout: float) -> Any:
    """A task that takes longer is left to itself: threads cannot be stopped."""
    if not timeout:
        return called(task, known)
    given: list[Any] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            given.append(called(task, known))
        except BaseException as error:  # raised again by who waits
            failed.append(error)

    # With the trace that its spans belong to.
    thread = threading.Thread(target=copy_context().run, args=(run,), daemon=True)
    thread.start()
    thread.join(timeout)
    if thread.is_alive():
        raise TimeoutError(f"took longer than {timeout:g} seconds")
    if failed:
        raise failed[0]
    return given[0]


@contextmanager
def traced(trace_id: str) -> Generator[None]:
    """Spans that OpenTelemetry makes inside belong to the item's trace, where it is installed."""
    try:
        from opentelemetry import context, trace
    except ImportError:
        yield
        return
    parent = trace.SpanContext(
        int(trace_id, 16), int(trace_id[:16], 16), is_remote=True, trace_flags=trace.TraceFlags(1)
    )
    token = context.attach(trace.set_span_in_context(trace.NonRecordingSpan(parent)))
    try:
        yield
    finally:
        context.detach(token)


def trace_id(run_id: str, item_id: str, repetition: int) -> str:
    """The same for the same, so that what was answered is known again."""
    told = msgspec.json.encode([run_id, item_id, repetition])
    return hashlib.sha256(told).hexdigest()[:32]


def _plain(output: Any) -> Any:
    """In JSON values; what is none becomes the text that it prints as."""
    return msgspec.json.decode(msgspec.json.encode(output, enc_hook=_as_told))


def _as_told(value: Any) -> Any:
    for way in ("model_dump", "to_dict", "dict"):
        if callable(told := getattr(value, way, None)):
            return told()
    return str(value)


def _journals() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "pilothouse" / "runs"
