"""Removes traces and scores: a row of a higher revision says that they are gone, at once. Removes whole
projects by erasing what they have in each store."""

from collections.abc import Callable, Sequence

import msgspec

from pilothouse.domain.scope import Scope
from pilothouse.domain.score import Score
from pilothouse.ingest.open_trace import tombstone
from pilothouse.media.library import Library
from pilothouse.store.api import AnalyticReader, AnalyticWriter, Blobs
from pilothouse.store.blobs.keys import of_project, of_trace
from pilothouse.store.relational import comments, leaving, open_spans
from pilothouse.store.relational.database import Database


class Deleting:
    """To be called where nothing is joined meanwhile; `settle` waits until what was joined before is
    written, so that it is found here."""

    def __init__(
        self,
        database: Database,
        reader: AnalyticReader,
        writer: AnalyticWriter,
        blobs: Blobs,
        media: Library,
        next_revision: Callable[[], int],
        settle: Callable[[], None],
    ) -> None:
        self._database = database
        self._reader = reader
        self._writer = writer
        self._blobs = blobs
        self._media = media
        self._next_revision = next_revision
        self._settle = settle

    def traces(self, scope: Scope, trace_ids: Sequence[str]) -> None:
        """Remove the traces with their spans, scores and comments. Traces that are not there are no error."""
        keys = [(scope.project_id, trace_id) for trace_id in trace_ids]
        with self._database.write() as db:
            open_spans.lock(db, keys)
            open_spans.forget(db, keys)
            comments.forget_traces(db, scope.project_id, trace_ids)
        self._settle()
        revision = self._next_revision()
        spans = self._reader.places_of(scope, trace_ids)
        for span in spans:
            span.revision = revision
        self._writer.write([tombstone(span) for span in spans])
        self._remove(self._reader.scores_of(scope, trace_ids))
        for trace_id in trace_ids:
            self._blobs.delete_below(of_trace(scope.project_id, trace_id))
        self._media.forget_traces(scope.project_id, trace_ids)

    def scores(self, scope: Scope, score_ids: Sequence[str]) -> int:
        """Remove the scores; gives how many there were."""
        found = self._reader.scores_by_id(scope, score_ids)
        self._remove(found)
        return len(found)

    def project(self, scope: Scope) -> None:
        """Remove the project with everything it has. The project itself goes last, so that a removal
        which was cut short can be asked for again."""
        self._settle()
        self._writer.forget_project(scope)
        for prefix in of_project(scope.project_id):
            self._blobs.delete_below(prefix)
        with self._database.write() as db:
            leaving.forget(db, scope.project_id)

    def _remove(self, scores: Sequence[Score]) -> None:
        revision = self._next_revision()
        self._writer.write(
            [
                msgspec.structs.replace(
                    score, is_deleted=1, revision=max(revision, score.revision + 1)
                )
                for score in scores
            ]
        )
