"""The way out: what pages and protocols ask of stored spans and scores.

Every method takes the `Scope` first. All block and may be called from any thread.
"""

from collections.abc import Sequence
from typing import Literal

from pilothouse.domain.clock import DAY, now
from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.domain.outcome import IngestCount, RejectedItem
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.domain.score import Score, values
from pilothouse.domain.span import Span
from pilothouse.query import fields
from pilothouse.query.answers import (
    ChartRows,
    Counted,
    Measured,
    Numbered,
    Page,
    SeenModel,
    SeenRelease,
    SessionSummary,
    SessionView,
    SpanView,
    TraceSummary,
    TraceView,
    Transcript,
    UserSummary,
)
from pilothouse.query.arrivals import ArrivalQuestion, Arrived
from pilothouse.query.charts import ChartQuestion
from pilothouse.query.filters import Filter, Match, equal, every
from pilothouse.query.lists import ALWAYS, ListQuestion
from pilothouse.query.prompts import PromptQuestion, Slice
from pilothouse.reading import (
    charts,
    completion,
    conversations,
    prompts,
    score_analytics,
    transcripts,
)
from pilothouse.reading.pages import one_more, page
from pilothouse.reading.totals import summed
from pilothouse.store.api import AnalyticReader, Blobs
from pilothouse.store.whole_payloads import make_whole

_FACET_VALUES = 30
_REJECTED = 20
_MOST_WHOLE = 1_000
_MOST_FACETS = 20


class Reading:
    """Over any analytic reader, and the blobs that hold what is too long for a row."""

    def __init__(self, reader: AnalyticReader, blobs: Blobs) -> None:
        self._reader = reader
        self._blobs = blobs

    # -- traces and spans ----------------------------------------------------------------------

    def traces(self, scope: Scope, question: ListQuestion) -> Page[TraceSummary]:
        """One page of traces with totals and scores."""
        found = self._reader.traces(scope, one_more(question))
        return page(question, found)

    def spans(self, scope: Scope, question: ListQuestion, *, bodies: bool = False) -> Page[Span]:
        """One page of spans; without bodies, attributes and events unless asked for."""
        return page(question, self._reader.spans(scope, one_more(question), bodies=bodies))

    def arrived(self, scope: Scope, question: ArrivalQuestion) -> list[Arrived]:
        """What came in lately and has been quiet since, the longest quiet first."""
        return self._reader.arrived(scope, question)

    def count(self, scope: Scope, question: ListQuestion) -> int:
        """How many rows all pages of the question hold."""
        return self._reader.count(scope, question)

    def trace(
        self, scope: Scope, trace_id: str, limit: int = 2000, cursor: str | None = None
    ) -> TraceView:
        """A trace with one page of its spans in order of start. Raises NotFound."""
        question = _of_trace(trace_id, limit).at(cursor)
        spans, scores = self._reader.trace(scope, trace_id, question.after, limit + 1)
        shown = page(question, [((span.start_time, span.span_id), span) for span in spans])
        if not shown.items and cursor is None:
            # Its sums may have come since; whoever asks again sees all of it.
            raise NotFound("no such trace")
        if shown.next_cursor is None and cursor is None:
            summary = summed(shown.items)
        else:
            found = self._reader.summaries(scope, [trace_id], bodies=frozenset({"metadata"}))
            if trace_id not in found:
                raise NotFound("no such trace")
            summary = found[trace_id]
        summary.scores = values(scores)
        return TraceView(
            trace=summary,
            spans=shown.items,
            next_cursor=shown.next_cursor,
            scores=scores,
            metadata=summary.head.metadata,
        )

    def summaries(self, scope: Scope, trace_ids: Sequence[str]) -> dict[str, TraceSummary]:
        """Traces by id, with whole heads; those that exist."""
        found = self._reader.summaries(scope, trace_ids, bodies=_WHOLE)
        for each in found.values():
            make_whole(self._blobs, each.head, None)
        return found

    def measured(self, scope: Scope, trace_ids: Sequence[str]) -> list[Measured]:
        """What traces took and cost; those that exist."""
        return self._reader.measured(scope, trace_ids)

    def measured_spans(self, scope: Scope, keys: Sequence[tuple[str, str]]) -> list[Measured]:
        """The same of single spans, named by trace and span."""
        return self._reader.measured_spans(scope, keys)

    def numbers(self, scope: Scope, trace_ids: Sequence[str], name: str = "") -> list[Numbered]:
        """By name the numeric and boolean scores of traces and their spans."""
        return self._reader.numbers(scope, trace_ids, name)

    def head(self, scope: Scope, trace_id: str) -> Span:
        """The head of a trace without its bodies. Raises NotFound."""
        found = self._reader.summaries(scope, [trace_id])
        if trace_id not in found:
            raise NotFound("no such trace")
        return found[trace_id].head

    def names_of(self, scope: Scope, trace_ids: Sequence[str]) -> dict[str, str]:
        """What the traces are called; those that exist."""
        found = self._reader.summaries(scope, trace_ids)
        return {id: each.head.trace_name or each.head.name for id, each in found.items()}

    def span(
        self, scope: Scope, trace_id: str, span_id: str, limit_chars: int | None = None
    ) -> SpanView:
        """A whole span. Raises NotFound."""
        found = self._reader.span(scope, trace_id, span_id, limit_chars)
        if found is None:
            raise NotFound("no such span")
        span, input_size, output_size = found
        whole = make_whole(self._blobs, span, limit_chars)
        scores = [
            score for score in self._reader.scores_of(scope, [trace_id]) if score.span_id == span_id
        ]
        return SpanView(
            span=span,
            input_size=whole.get("input", input_size),
            output_size=whole.get("output", output_size),
            scores=scores,
        )

    def whole_spans(self, scope: Scope, keys: Sequence[tuple[str, str]]) -> list[Span]:
        """Spans named by trace and span with their whole bodies, in the order asked for; those that
        exist. Of at most a thousand."""
        if not keys:
            return []
        traces, spans = ({key[side] for key in keys} for side in (0, 1))
        among = every(Match("trace", equal(*sorted(traces))), Match("span", equal(*sorted(spans))))
        question = ListQuestion("spans", ALWAYS, among, limit=_MOST_WHOLE)
        found = {
            (span.trace_id, span.span_id): span
            for span in self.spans(scope, question, bodies=True).items
        }
        return self.made_whole([found[key] for key in keys if key in found])

    def made_whole(self, spans: list[Span]) -> list[Span]:
        """With what is kept apart of their inputs and outputs."""
        for span in spans:
            make_whole(self._blobs, span, None)
        return spans

    def transcript(
        self, scope: Scope, trace_id: str, limit: int = 100, cursor: str | None = None
    ) -> Transcript:
        """What was said in a trace, one page of its model calls. Raises NotFound."""
        question = _of_trace(trace_id, limit).at(cursor)
        return transcripts.transcript(self._reader, self._blobs, scope, trace_id, question)

    def find_span(self, scope: Scope, span_id: str) -> Span:
        """A whole span by its own id, for protocols that have no other. Raises NotFound."""
        found = self._reader.find_span(scope, span_id)
        if found is None:
            raise NotFound("no such span")
        make_whole(self._blobs, found, None)
        return found

    def spans_of(self, scope: Scope, trace_ids: Sequence[str]) -> list[Span]:
        """Every span of the traces, bodies included, in order of start."""
        return self._reader.spans_of(scope, trace_ids)

    def places_of(self, scope: Scope, trace_ids: Sequence[str]) -> list[Span]:
        """Every span of the traces, no more than identity and start."""
        return self._reader.places_of(scope, trace_ids)

    def latest_trace(self, scope: Scope, within: TimeRange) -> str:
        """The id of the newest trace, or nothing."""
        return self._reader.latest_trace(scope, within)

    # -- sessions and users --------------------------------------------------------------------

    def sessions(self, scope: Scope, question: ListQuestion) -> Page[SessionSummary]:
        """One page of sessions; sums are over the range."""
        return page(question, self._reader.sessions(scope, one_more(question)))

    def session(
        self,
        scope: Scope,
        session_id: str,
        limit: int = 50,
        cursor: str | None = None,
        offset: int = 0,
    ) -> SessionView:
        """A session as a conversation, oldest turn first. Raises NotFound."""
        return conversations.session(self._reader, scope, session_id, limit, cursor, offset)

    def users(self, scope: Scope, question: ListQuestion) -> Page[UserSummary]:
        """One page of users; sums are over the range."""
        return page(question, self._reader.users(scope, one_more(question)))

    # -- scores --------------------------------------------------------------------------------

    def scores(self, scope: Scope, question: ListQuestion) -> Page[Score]:
        """Scores; a filter's fields are those of `query.fields.SCORES`."""
        found = self._reader.scores(scope, one_more(question))
        return page(question, [((score.timestamp, score.score_id), score) for score in found])

    def scores_of(self, scope: Scope, trace_ids: Sequence[str]) -> list[Score]:
        """Every score that names one of the traces, oldest first."""
        return self._reader.scores_of(scope, trace_ids)

    def score(self, scope: Scope, score_id: str) -> Score:
        """Raises NotFound."""
        found = self.find_score(scope, score_id)
        if found is None:
            raise NotFound("no such score")
        return found

    def find_score(self, scope: Scope, score_id: str) -> Score | None:
        found = self._reader.scores_by_id(scope, [score_id])
        return found[-1] if found else None

    def find_scores(self, scope: Scope, score_ids: Sequence[str]) -> list[Score]:
        """Those that are there."""
        return self._reader.scores_by_id(scope, score_ids)

    def analyse(self, scope: Scope, question: score_analytics.Question) -> score_analytics.Analysis:
        """One kind of scores over a range, or two and how far they agree. Raises BadRequest."""
        return score_analytics.analysis(self._reader, scope, question)

    # -- values, charts ------------------------------------------------------------------------

    def facets(
        self,
        scope: Scope,
        view: Literal["spans", "traces"],
        names: Sequence[str],
        within: TimeRange,
        filter: Filter | None = None,
    ) -> tuple[dict[str, list[Counted]], bool]:
        """By field its most frequent values, and whether they were counted in a part of the spans and
        are an estimate. Raises BadRequest on a field that has none."""
        wanted = [fields.named(name) for name in names[:_MOST_FACETS]]
        for field in wanted:
            if not field.dimension or not field.column:
                raise BadRequest(f"values of {field.name} are not counted")
        if not wanted:
            return {}, False
        counted, estimated = self._reader.facets(scope, view, wanted, within, filter, _FACET_VALUES)
        return dict(zip(names, counted, strict=False)), estimated

    def complete(
        self, scope: Scope, text: str, position: int, within: TimeRange
    ) -> completion.Completion:
        """What could stand at the cursor of a filter."""
        return completion.complete(self._reader, scope, text, position, within)

    def chart(self, scope: Scope, question: ChartQuestion) -> ChartRows:
        """The answer to a chart question that is resolved. Raises BadRequest."""
        return charts.answer(self._reader, scope, question)

    def seen_models(self, scope: Scope, within: TimeRange) -> list[SeenModel]:
        """Models called in the range, the dearest first."""
        return self._reader.seen_models(scope, within)

    def releases(self, scope: Scope, within: TimeRange) -> list[SeenRelease]:
        """Releases that are new in the range, oldest first."""
        return self._reader.releases(scope, within)

    def prompt_production(
        self,
        scope: Scope,
        name: str,
        within: TimeRange,
        filter: Filter | None,
        moves: Sequence[prompts.Move],
    ) -> prompts.Production:
        """What each version of a prompt did, and what changed when its labels were moved."""
        return prompts.production(self._reader, scope, name, within, filter, moves)

    def prompt_figures(
        self, scope: Scope, question: PromptQuestion
    ) -> dict[Slice, prompts.Figures]:
        """What came of calls with versions of a prompt; slices without a call are left out."""
        return prompts.figures(self._reader, scope, question)

    # -- what came in --------------------------------------------------------------------------

    def ingest_counts(self, scope: Scope, within: TimeRange) -> list[IngestCount]:
        return self._reader.ingest_counts(scope, within)

    def rejected_items(self, scope: Scope, within: TimeRange) -> list[RejectedItem]:
        """The newest of each reason."""
        return self._reader.rejected_items(scope, within, _REJECTED)

    def last_received(self, scope: Scope) -> int:
        """When something was accepted last; 0 for not in the last year."""
        return self._reader.last_received(scope, TimeRange(now() - 366 * DAY, now() + DAY))


_WHOLE = frozenset(Span.__struct_fields__)


def _of_trace(trace_id: str, limit: int) -> ListQuestion:
    return ListQuestion("spans", ALWAYS, Match("trace", equal(trace_id)), limit=limit)
