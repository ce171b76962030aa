"""Sets flags on the head of a trace that is stored: bookmarked, public."""

import msgspec

from pilothouse.domain.clock import now
from pilothouse.domain.errors import NotFound
from pilothouse.domain.scope import Scope
from pilothouse.domain.span import Span
from pilothouse.ingest.halves import Half
from pilothouse.store.api import AnalyticReader
from pilothouse.store.relational import open_spans
from pilothouse.store.relational.database import Database


class Marking:
    def __init__(self, database: Database, reader: AnalyticReader) -> None:
        self._database = database
        self._reader = reader

    def change(
        self, scope: Scope, trace_id: str, told: dict[str, int], revision: int
    ) -> Half | Span:
        """What is to be written. While more may yet be said of the head, that is one more half of
        it, as the next one would undo anything else; later it is a new state of the row, all of
        which stays as it is. Raises NotFound."""
        found = self._reader.summaries(scope, [trace_id])
        if trace_id not in found:
            raise NotFound("no such trace")
        head = found[trace_id].head
        with self._database.read() as db:
            rows = open_spans.load(db, [(scope.project_id, trace_id, head.span_id)])
        if any(row.state for row in rows):
            return Half(
                id=f"mark-{revision}",
                project_id=scope.project_id,
                trace_id=trace_id,
                span_id=head.span_id,
                time=max(now(), head.start_time),
                is_update=1,
                fields=dict(told),
            )
        stored = self._reader.span(scope, trace_id, head.span_id, None)
        if stored is None:
            raise NotFound("no such trace")
        return msgspec.structs.replace(stored[0], **told)
