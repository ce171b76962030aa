"""Exports to storage of projects' own: kept with their secret sealed, run when they are due.

A run is a job. It writes what began between the end of the last run and twenty minutes ago, in windows of the
export's frequency, one file of each table and window. A window that was cut short is written again under the
same name.
"""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import structlog

from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest, NotFound, PilothouseError, Unavailable
from pilothouse.domain.job import OPEN, Job, JobStatus
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.domain.storage_export import SETTLED, StorageExport
from pilothouse.exporting import files
from pilothouse.exporting.bucket import Bucket, StorageRefused
from pilothouse.jobs.worker import Progress
from pilothouse.outbound.transport import Outbound
from pilothouse.store.relational import accounts, jobs, storage_exports
from pilothouse.store.relational.database import Database
from pilothouse.store.sealing import Sealing

log = structlog.get_logger(__name__)

STORAGE_EXPORT = "storage_export"
"""Kind of job."""
_LOOK_EVERY = 15.0
_TIMEOUT = 120.0

Row = dict[str, Any]


class Tables(Protocol):
    """What can be exported."""

    def columns(self, table: str, groups: Sequence[str]) -> list[str]: ...

    def rows(
        self, scope: Scope, table: str, groups: Sequence[str], within: TimeRange
    ) -> Iterator[Row]:
        """What began in the range."""
        ...

    def first(self, scope: Scope) -> int:
        """When the first of it began; 0: there is nothing."""
        ...


class StorageExports:
    """A task of the server that sees what is due, and the keeper of the exports."""

    def __init__(
        self, database: Database, sealing: Sealing, outbound: Outbound, tables: Tables
    ) -> None:
        self._database = database
        self._sealing = sealing
        self._outbound = outbound
        self._tables = tables
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._look(), name="storage-exports")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    # -- keeping (these block; from any thread) ----------------------------------------------

    def put(self, export: StorageExport, secret: str | None) -> StorageExport:
        """Keep it, once the storage has taken a trial. No secret: the one that is kept. Raises
        BadRequest that says what the storage said."""
        before = self.of_project(export.project_id)
        if secret is None:
            if before is None:
                raise BadRequest("a secret access key is needed")
            secret = self._opened(before)
        else:
            export = replace(export, secret=self._sealing.seal(secret, _place(export.project_id)))
        try:
            self._bucket(export, secret).check(f"{export.prefix}.pilothouse-check")
        except StorageRefused as error:
            raise BadRequest(f"the storage does not take files: {error}") from error
        with self._database.write() as db:
            storage_exports.put(db, export)
        return export

    def of_project(self, project_id: str) -> StorageExport | None:
        with self._database.read() as db:
            return storage_exports.of_project(db, project_id)

    def of_organisation(self, organisation_id: str) -> list[StorageExport]:
        with self._database.read() as db:
            projects = [each.id for each in accounts.projects_of(db, organisation_id)]
            return storage_exports.of_projects(db, projects)

    def find(self, organisation_id: str, id: str) -> StorageExport:
        found = next(
            (each for each in self.of_organisation(organisation_id) if each.id == id), None
        )
        if found is None:
            raise NotFound("Blob storage integration not found")
        return found

    def remove(self, export: StorageExport) -> None:
        """What was written stays where it is."""
        with self._database.write() as db:
            storage_exports.remove(db, export.id)

    def run(self, export: StorageExport) -> JobStatus | None:
        """The status of a run that has not ended; None: there is none."""
        with self._database.read() as db:
            job = jobs.latest(db, export.project_id, STORAGE_EXPORT, export.id)
        return job.status if job is not None and job.status in OPEN else None

    # -- what is due ---------------------------------------------------------------------------

    async def _look(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self.look)
            except Unavailable as error:
                log.warning("exports to storage cannot be looked for", error=str(error)[:200])
            except Exception as error:
                log.error("exports to storage were not looked for", exc_info=error)
            await asyncio.sleep(_LOOK_EVERY)

    def look(self) -> None:
        """A job for each that is due. Blocks."""
        with self._database.read() as db:
            due = storage_exports.due(db)
        for export in due:
            if self.run(export) is not None:
                continue
            with self._database.write() as db:
                if storage_exports.take(db, export, now() + export.frequency.length):
                    jobs.forget_ended(db, export.project_id, STORAGE_EXPORT, export.id)
                    jobs.add(db, export.project_id, STORAGE_EXPORT, export.id, {}, "")

    # -- a run ---------------------------------------------------------------------------------

    async def do(self, job: Job, progress: Progress) -> None:
        """Does jobs of the kind `storage_export`."""
        until = now() - SETTLED
        try:
            while (found := await asyncio.to_thread(self._next, job.subject, until)) is not None:
                export, within = found
                progress.done += await asyncio.to_thread(self._write, export, within)
                progress.total = progress.done
        except PilothouseError as error:
            await asyncio.to_thread(self._failed, job.subject, str(error))
            raise

    def _next(self, id: str, until: int) -> tuple[StorageExport, TimeRange] | None:
        """The next window to be written; None: all is, or the export is gone or switched off."""
        with self._database.read() as db:
            export = storage_exports.one(db, id)
        if export is None or not export.is_enabled:
            return None
        start = (
            export.exported_until
            or export.starts_at
            or self._tables.first(Scope(export.project_id))
        )
        if not start or start >= until:
            self._went_well(export, export.exported_until)
            return None
        return export, TimeRange(start, min(until, start + export.frequency.length))

    def _write(self, export: StorageExport, within: TimeRange) -> int:
        """Gives how many rows there were."""
        bucket = self._bucket(export, self._opened(export))
        written = 0
        with tempfile.TemporaryDirectory(prefix="pilothouse-storage-") as folder:
            for table in export.tables:
                path = Path(folder) / table
                count = files.write(
                    path,
                    self._tables.rows(Scope(export.project_id), table, export.groups, within),
                    export.file_type,
                    self._tables.columns(table, export.groups),
                    compressed=export.is_compressed,
                )
                if count:
                    type = files.MEDIA_TYPES[export.file_type]
                    bucket.put(
                        _key(export, table, within),
                        path,
                        "application/gzip" if export.is_compressed else type,
                    )
                written += count
        self._went_well(export, within.end)
        return written

    def _went_well(self, export: StorageExport, until: int) -> None:
        with self._database.write() as db:
            storage_exports.note(db, export, exported_until=until, error="", error_at=0)

    def _failed(self, id: str, error: str) -> None:
        with self._database.write() as db:
            export = storage_exports.one(db, id)
            if export is not None:
                storage_exports.note(db, export, error=error[:1000], error_at=now())

    def _bucket(self, export: StorageExport, secret: str) -> Bucket:
        return Bucket(export, secret, self._outbound.blocking_client(_TIMEOUT))

    def _opened(self, export: StorageExport) -> str:
        return self._sealing.open(export.secret, _place(export.project_id))


def _place(project_id: str) -> str:
    """Where a secret belongs, for sealing."""
    return f"storage_export {project_id}"


def _key(export: StorageExport, table: str, within: TimeRange) -> str:
    """Of a window always the same."""
    until = datetime.fromtimestamp(within.end / 1_000_000, UTC)
    name = until.isoformat(timespec="milliseconds").replace("+00:00", "Z").replace(":", "-")
    end = files.ending(export.file_type, compressed=export.is_compressed)
    return f"{export.prefix}{export.project_id}/{table}/{name}{end}"
