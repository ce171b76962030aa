"""Tables that are exported to storage, in the shapes in which this API reads them."""

from collections.abc import Iterator, Sequence
from typing import Any

from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.domain.score import Score
from pilothouse.domain.span import Span
from pilothouse.protocols.langfuse import answers
from pilothouse.protocols.langfuse.questions import NOT_A_HEAD
from pilothouse.query.answers import TraceSummary, TraceTotals
from pilothouse.query.lists import ALWAYS, ListQuestion, View, order
from pilothouse.reading.service import Reading
from pilothouse.store.api import Blobs
from pilothouse.store.relational import prompts
from pilothouse.store.relational.database import Database
from pilothouse.store.whole_payloads import make_whole

Row = dict[str, Any]

TRACES, OBSERVATIONS, OBSERVATIONS_V2, SCORES = (
    *("traces", "observations", "observations_v2"),
    "scores",
)
_PAGE = 100
_SPAN = Span(project_id="", trace_id="", span_id="", start_time=0)
_LEFT_OUT = ("observations", "scores")
"""Of traces: they have tables of their own."""


class ExportedTables:
    """`exporting.scheduled.Tables` over what is stored."""

    def __init__(self, database: Database, reading: Reading, blobs: Blobs) -> None:
        self._database = database
        self._reading = reading
        self._blobs = blobs

    def columns(self, table: str, groups: Sequence[str]) -> list[str]:
        """As an empty row has them."""
        match table:
            case "traces":
                return list(_trace(TraceSummary(head=_SPAN, totals=TraceTotals(trace_id=""))))
            case "scores":
                return list(answers.score(Score(project_id="", score_id="", timestamp=0, name="")))
            case _:
                return list(answers.observation_v2(_SPAN, groups, {}))

    def rows(
        self, scope: Scope, table: str, groups: Sequence[str], within: TimeRange
    ) -> Iterator[Row]:
        match table:
            case "traces":
                return self._traces(scope, within)
            case "scores":
                return self._scores(scope, within)
            case _:
                return self._observations(scope, groups, within)

    def first(self, scope: Scope) -> int:
        spans = self._reading.spans(scope, _oldest("spans", "start_time")).items
        traces = self._reading.traces(scope, _oldest("traces", "start_time")).items
        scores = self._reading.scores(scope, _oldest("scores", "timestamp")).items
        began = [
            *(span.start_time for span in spans),
            *(trace.head.start_time for trace in traces),
            *(score.timestamp for score in scores),
        ]
        return min(began, default=0)

    def _traces(self, scope: Scope, within: TimeRange) -> Iterator[Row]:
        cursor: str | None = None
        question = ListQuestion("traces", within, None, order("traces", ""), _PAGE)
        while True:
            page = self._reading.traces(scope, question.at(cursor))
            ids = [each.head.trace_id for each in page.items]
            whole = self._reading.summaries(scope, ids)
            for id in ids:
                if id in whole:
                    make_whole(self._blobs, whole[id].head, None)
                    yield _trace(whole[id])
            if (cursor := page.next_cursor) is None:
                return

    def _observations(
        self, scope: Scope, groups: Sequence[str], within: TimeRange
    ) -> Iterator[Row]:
        cursor: str | None = None
        question = ListQuestion("spans", within, NOT_A_HEAD, order("spans", ""), _PAGE)
        while True:
            page = self._reading.spans(scope, question.at(cursor), bodies=True)
            ids = self._prompt_ids(scope, page.items) if "prompt" in groups else {}
            for span in page.items:
                make_whole(self._blobs, span, None)
                yield answers.observation_v2(span, groups, ids)
            if (cursor := page.next_cursor) is None:
                return

    def _prompt_ids(self, scope: Scope, spans: Sequence[Span]) -> answers.PromptIds:
        named = [(span.prompt_name, span.prompt_version) for span in spans if span.prompt_name]
        if not named:
            return {}
        with self._database.read() as db:
            return prompts.ids(db, scope.project_id, named)

    def _scores(self, scope: Scope, within: TimeRange) -> Iterator[Row]:
        cursor: str | None = None
        question = ListQuestion("scores", within, None, order("scores", ""), _PAGE)
        while True:
            page = self._reading.scores(scope, question.at(cursor))
            for score in page.items:
                yield answers.score(score)
            if (cursor := page.next_cursor) is None:
                return


def _oldest(view: View, column: str) -> ListQuestion:
    return ListQuestion(view, ALWAYS, None, order(view, column), 1)


def _trace(summary: TraceSummary) -> Row:
    told = answers.trace(summary)
    return {name: value for name, value in told.items() if name not in _LEFT_OUT}
