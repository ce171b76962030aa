"""Lists written to files in the background.

An export is a row of the relational store. A worker of any replica claims it, gives signs of life
while it writes, and puts the file among the blobs. An export whose worker fell silent, as when the
server was restarted, is begun again by another; after some attempts it has failed and says so.
"""

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog

from pilothouse.domain.clock import DAY, now
from pilothouse.domain.errors import PilothouseError, Refused, Unavailable
from pilothouse.domain.export import Export, Status
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.query import lists
from pilothouse.query.answers import Page
from pilothouse.query.lists import ListQuestion
from pilothouse.query.parser import parse
from pilothouse.reading.blinding import Sight
from pilothouse.reading.export_files import MEDIA_TYPES, writer
from pilothouse.reading.service import Reading
from pilothouse.store.api import Blobs
from pilothouse.store.blobs.keys import of_export
from pilothouse.store.relational import accounts, exports
from pilothouse.store.relational.database import Database
from pilothouse.store.whole_payloads import make_whole

log = structlog.get_logger(__name__)

KEPT = 7 * DAY
_LOOK_EVERY = 10.0
_PAGE = 100
"""Rows with their bodies, which may be long."""
_MOST_ATTEMPTS = 3


class _Stopped(Exception):
    """The server goes down, or nobody wants the export any more."""


class Exports:
    """The worker of this process; one export at a time."""

    def __init__(self, database: Database, reading: Reading, blobs: Blobs, most_rows: int) -> None:
        self._database = database
        self._reading = reading
        self._blobs = blobs
        self._most_rows = most_rows
        self._woken = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="exports", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Something was added."""
        self._woken.set()

    def close(self) -> None:
        """An export that is being written goes back to those that wait."""
        self._stopping = True
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join()

    def pieces(self, export: Export) -> Iterator[bytes] | None:
        """The file of an export that is done; None when it is gone."""
        return self._blobs.pieces(of_export(export.project_id, export.id))

    def remove(self, export: Export) -> None:
        """Forget the export and its file. A worker that writes it notices and stops."""
        with self._database.write() as db:
            exports.remove(db, export.id)
        self._blobs.delete(of_export(export.project_id, export.id))

    # -- the worker ----------------------------------------------------------------------------

    def _work(self) -> None:
        while not self._stopping:
            try:
                export = self._next()
                if export is not None:
                    self._attempt(export)
                    continue
            except PilothouseError as error:
                log.warning("exports wait", error=str(error))
            self._woken.wait(_LOOK_EVERY)
            self._woken.clear()

    def _next(self) -> Export | None:
        with self._database.read() as db:
            old = exports.expired(db)
        for each in old:
            self.remove(each)
        with self._database.write() as db:
            return exports.claim(db)

    def _attempt(self, export: Export) -> None:
        try:
            if export.attempts > _MOST_ATTEMPTS:
                raise Refused("interrupted: the server stopped each time while it was written")
            self._write(export)
        except _Stopped:
            self._note(export, status=Status.WAITING.value, attempts=export.attempts - 1)
        except Unavailable as error:
            if export.attempts < _MOST_ATTEMPTS:
                self._note(export, status=Status.WAITING.value)
                raise
            self._failed(export, str(error))
        except Refused as error:
            self._failed(export, str(error))
        except Exception as error:
            log.exception("export failed", export=export.id, error=repr(error)[:500])
            self._failed(export, "an error inside the server; its log tells more")

    def _write(self, export: Export) -> None:
        scope, sight = Scope(export.project_id), self._sight(export)
        question = _question(export, sight)
        total = self._reading.count(scope, question)
        self._note(export, total=total)
        with tempfile.TemporaryDirectory(prefix="pilothouse-export-") as folder:
            path = Path(folder) / "file"
            file, rows = writer(export.format, export.list, path), 0
            try:
                for page in self._pages(scope, question, sight):
                    page = page[: self._most_rows - rows]
                    file.write(page)
                    rows += len(page)
                    if self._stopping or not self._note(export, rows=rows):
                        raise _Stopped
                    if rows >= self._most_rows:
                        break
            finally:
                file.close()
            key = of_export(export.project_id, export.id)
            self._blobs.put_file(key, path, MEDIA_TYPES[export.format])
            total = total if rows >= self._most_rows else rows
            done: dict[str, Any] = {"status": Status.DONE.value, "rows": rows, "total": total}
            if not self._note(export, **done, bytes=path.stat().st_size, finished_at=now()):
                self._blobs.delete(key)

    def _sight(self, export: Export) -> Sight:
        """A file tells no more than pages tell to who asked for it. Programs see all."""
        with self._database.read() as db:
            is_person = accounts.user(db, export.creator_id) is not None
        user_id = export.creator_id if is_person else ""
        return Sight(self._database, export.project_id, user_id, sees_all=not is_person)

    def _pages(self, scope: Scope, question: ListQuestion, sight: Sight) -> Iterator[list[Any]]:
        """Pages of rows with their bodies."""
        cursor: str | None = None
        while True:
            found = self._page(scope, question.at(cursor), sight)
            yield found.items
            cursor = found.next_cursor
            if cursor is None:
                return

    def _page(self, scope: Scope, question: ListQuestion, sight: Sight) -> Page[Any]:
        if question.view == "spans":
            spans = self._reading.spans(scope, question, bodies=True)
            for span in spans.items:
                make_whole(self._blobs, span, None)
            return spans
        traces = self._reading.traces(scope, question)
        ids = [trace.head.trace_id for trace in traces.items]
        whole = self._reading.summaries(scope, ids)
        sight.hide_in({id: trace.scores for id, trace in whole.items()})
        for trace in whole.values():
            make_whole(self._blobs, trace.head, None)
        return Page([whole[each] for each in ids if each in whole], traces.next_cursor)

    def _failed(self, export: Export, error: str) -> None:
        self._note(export, status=Status.FAILED.value, error=error[:1000], finished_at=now())

    def _note(self, export: Export, **values: int | str) -> bool:
        with self._database.write() as db:
            return exports.note(db, export, **values)


def _question(export: Export, sight: Sight) -> ListQuestion:
    return ListQuestion(
        export.list,
        TimeRange(export.start, export.end),
        sight.narrowed(parse(export.filter)),
        lists.order(export.list, export.order),
        _PAGE,
    )
