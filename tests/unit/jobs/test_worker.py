"""Jobs are done once, survive their workers, and stop when they are told to."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest
from pilothouse.domain.job import Job, JobStatus
from pilothouse.jobs import worker
from pilothouse.jobs.worker import Do, Progress, Worker
from pilothouse.store.relational import accounts, jobs
from pilothouse.store.relational.database import Database


@pytest.fixture
def project(database: Database) -> str:
    with database.write() as db:
        organisation = accounts.add_organisation(db, "org")
        return accounts.add_project(db, organisation.id, "project").id


def _add(database: Database, project: str, **settings: Any) -> Job:
    with database.write() as db:
        return jobs.add(db, project, "count", "", settings, "me")


def _now(database: Database, job: Job) -> Job:
    with database.read() as db:
        found = jobs.one(db, job.project_id, job.id)
    assert found is not None
    return found


async def _until(database: Database, job: Job, status: JobStatus) -> Job:
    async with asyncio.timeout(20):
        while (found := _now(database, job)).status is not status:  # noqa: ASYNC110 - a row
            await asyncio.sleep(0.02)
    return found


def _run(database: Database, do: Do, then: Callable[[Worker], Awaitable[None]]) -> None:
    async def whole() -> None:
        worker = Worker(database, {"count": do})
        worker.start()
        try:
            await then(worker)
        finally:
            await worker.close()

    asyncio.run(whole())


def test_a_job_is_done_and_tells_what_it_came_to(database: Database, project: str) -> None:
    async def do(job: Job, progress: Progress) -> None:
        progress.total = job.settings["most"]
        for number in range(progress.total):
            progress.done += 1
            progress.failed += number == 0
            progress.cost += 0.5

    job = _add(database, project, most=4)

    async def then(_: Worker) -> None:
        found = await _until(database, job, JobStatus.DONE)
        assert (found.total, found.done, found.failed, found.cost) == (4, 4, 1, 2.0)
        assert found.finished_at > 0
        assert found.attempts == 1

    _run(database, do, then)


def test_a_sign_of_life_that_comes_after_the_end_loses_nothing(
    database: Database, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_SIGN_EVERY", 0.05)
    signed, ended, note = threading.Event(), threading.Event(), Worker._note

    def late(self: Worker, job: Job, values: dict[str, Any]) -> bool:
        if "status" not in values:
            signed.set()
            ended.wait(10)
        noted = note(self, job, values)
        if "status" in values:
            ended.set()
        return noted

    monkeypatch.setattr(Worker, "_note", late)

    async def do(job: Job, progress: Progress) -> None:
        progress.done = 4
        await asyncio.to_thread(signed.wait)

    job = _add(database, project)

    async def then(_: Worker) -> None:
        assert (await _until(database, job, JobStatus.DONE)).done == 4

    _run(database, do, then)


def test_a_failure_is_told(database: Database, project: str) -> None:
    async def do(job: Job, progress: Progress) -> None:
        raise BadRequest("there is nothing to do it with")

    job = _add(database, project)

    async def then(_: Worker) -> None:
        found = await _until(database, job, JobStatus.FAILED)
        assert found.error == "there is nothing to do it with"

    _run(database, do, then)


def test_a_cancelled_job_stops(
    database: Database, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_SIGN_EVERY", 0.1)
    stopped = asyncio.Event()

    async def do(job: Job, progress: Progress) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()

    job = _add(database, project)

    async def then(_: Worker) -> None:
        await _until(database, job, JobStatus.RUNNING)
        with database.write() as db:
            assert jobs.cancel(db, project, job.id)
        async with asyncio.timeout(20):
            await stopped.wait()
        assert _now(database, job).status is JobStatus.CANCELLED

    _run(database, do, then)


def test_a_server_that_stops_gives_its_jobs_back(database: Database, project: str) -> None:
    job = _add(database, project)

    async def do(job: Job, progress: Progress) -> None:
        progress.done += 1
        await asyncio.sleep(60)

    async def then(_: Worker) -> None:
        await _until(database, job, JobStatus.RUNNING)
        await asyncio.sleep(0.05)

    _run(database, do, then)
    found = _now(database, job)
    assert found.status is JobStatus.WAITING
    assert (found.attempts, found.done) == (0, 1)


def test_the_job_of_a_dead_worker_is_taken_over_by_one(database: Database, project: str) -> None:
    job = _add(database, project)
    with database.write() as db:
        dead = jobs.claim(db, ["count"])
        assert dead is not None
        assert jobs.claim(db, ["count"]) is None, "it is not silent yet"
        jobs.note(db, dead, done=3)
        db.exec_driver_sql(f"UPDATE jobs SET heartbeat_at = {now() - jobs.SILENT - 1}")
        heir = jobs.claim(db, ["count"])
        assert heir is not None
        assert (heir.id, heir.attempts, heir.done) == (job.id, 2, 3)
        assert not jobs.note(db, dead, done=99), "what the dead one would say does not count"
        assert jobs.note(db, heir, done=4)


def test_what_failed_can_be_taken_up_again(database: Database, project: str) -> None:
    job = _add(database, project)
    with database.write() as db:
        assert not jobs.again(db, project, job.id, {"most": 1}), "it waits already"
        assert jobs.cancel(db, project, job.id)
        assert not jobs.cancel(db, project, job.id), "it has ended"
        assert jobs.again(db, project, job.id, {"most": 1})
        claimed = jobs.claim(db, ["count"])
    assert claimed is not None
    assert (claimed.id, claimed.settings) == (job.id, {"most": 1})
