"""Takes jobs and has them done: a task of the server, which any number of servers may run side by side."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import structlog

from pilothouse.domain.clock import now
from pilothouse.domain.errors import PilothouseError, Unavailable
from pilothouse.domain.job import Job, JobStatus
from pilothouse.store.relational import jobs
from pilothouse.store.relational.database import Database

log = structlog.get_logger(__name__)

_LOOK_EVERY = 1.0
_SIGN_EVERY = 2.0
"""Seconds."""
_AT_ONCE = 4
_MOST_ATTEMPTS = 20
"""Of a job whose workers die on it."""


@dataclass
class Progress:
    """What a job has come to. Its doer counts; the worker writes it down with each sign of life."""

    total: int = 0
    done: int = 0
    failed: int = 0
    cost: float = 0.0
    error: str = ""
    """Of a part that failed while the rest went on."""

    def values(self) -> dict[str, Any]:
        """By column."""
        return {**asdict(self), "error": self.error[:1000]}


Do = Callable[[Job, Progress], Awaitable[None]]
"""Does a job from where it stands. Cancelled when the job is, or the server stops; must then be able to
go on later. May raise PilothouseError, which ends the job in failure."""


class Worker:
    """`doing` is by kind of job."""

    def __init__(self, database: Database, doing: Mapping[str, Do]) -> None:
        self._database = database
        self._doing = doing
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: dict[str, asyncio.Task[None]] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._look(), name="jobs")

    def wake(self) -> None:
        """There is something new to do, or something to stop. From any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake.set)

    async def close(self) -> None:
        """What runs is given back, for whoever looks next."""
        tasks = [*([self._task] if self._task else []), *self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look(self) -> None:
        while True:
            self._wake.clear()
            try:
                while len(self._running) < _AT_ONCE:
                    job = await asyncio.to_thread(self._claim)
                    if job is None:
                        break
                    self._begin(job)
            except Unavailable as error:
                log.warning("jobs cannot be looked for", error=str(error)[:200])
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _LOOK_EVERY)

    def _claim(self) -> Job | None:
        with self._database.write() as db:
            return jobs.claim(db, tuple(self._doing))

    def _begin(self, job: Job) -> None:
        task = asyncio.create_task(self._done(job), name=f"job-{job.id}")
        self._running[job.id] = task
        task.add_done_callback(lambda _: self._ended(job.id))

    def _ended(self, id: str) -> None:
        self._running.pop(id, None)
        self._wake.set()

    async def _done(self, job: Job) -> None:
        progress = Progress(job.total, job.done, job.failed, job.cost)
        if job.attempts > _MOST_ATTEMPTS:
            error = f"given up: {_MOST_ATTEMPTS} attempts ended with their worker"
            await self._end(job, progress, JobStatus.FAILED, error)
            return
        signs = asyncio.create_task(self._signs(job, progress))
        work = asyncio.ensure_future(self._doing[job.kind](job, progress))
        try:
            await asyncio.wait({signs, work}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                return
            work.result()
            await self._end(job, progress, JobStatus.DONE, progress.error)
        except asyncio.CancelledError:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            await asyncio.shield(asyncio.to_thread(self._give_back, job, progress))
            raise
        except PilothouseError as error:
            await self._end(job, progress, JobStatus.FAILED, str(error))
        except Exception as error:
            log.error("a job failed", kind=job.kind, job=job.id, exc_info=error)
            await self._end(job, progress, JobStatus.FAILED, "internal error")
        finally:
            for task in (signs, work):
                task.cancel()
            await asyncio.gather(signs, work, return_exceptions=True)

    async def _signs(self, job: Job, progress: Progress) -> None:
        """Returns when the job is not this worker's any more."""
        while True:
            await asyncio.sleep(_SIGN_EVERY)
            try:
                if not await asyncio.to_thread(self._note, job, progress.values()):
                    return
            except Unavailable as error:
                log.warning("a job's progress was not noted", job=job.id, error=str(error)[:200])

    def _note(self, job: Job, values: dict[str, Any]) -> bool:
        with self._database.write() as db:
            return jobs.note(db, job, **values)

    def _give_back(self, job: Job, progress: Progress) -> None:
        # Another attempt than one whose worker died: it is not counted.
        values = {"status": JobStatus.WAITING.value, "attempts": job.attempts - 1}
        with contextlib.suppress(Unavailable):
            self._note(job, progress.values() | values)

    async def _end(self, job: Job, progress: Progress, status: JobStatus, error: str) -> None:
        progress.error = error
        values = progress.values() | {"status": status.value, "finished_at": now()}
        try:
            await asyncio.to_thread(self._note, job, values)
        except Unavailable as failure:
            # Its signs of life end here, so that it is taken up again.
            log.warning("a job's end was not noted", job=job.id, error=str(failure)[:200])
