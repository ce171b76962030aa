"""`store.api.AnalyticReader` over an engine."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Literal

from pilothouse.domain.outcome import IngestCount, RejectedItem
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.domain.score import Score, gathered, values
from pilothouse.domain.span import Span
from pilothouse.query.answers import (
    CallSums,
    Counted,
    Measured,
    Numbered,
    ScorePair,
    ScoreSums,
    SeenModel,
    SeenRelease,
    SessionSummary,
    TraceSummary,
    TraceTotals,
    UserSummary,
)
from pilothouse.query.arrivals import ArrivalQuestion, Arrived
from pilothouse.query.charts import ChartQuestion
from pilothouse.query.fields import Field, Type
from pilothouse.query.filters import Filter
from pilothouse.query.lists import ListQuestion, Matched, Position
from pilothouse.query.prompts import PromptQuestion
from pilothouse.store.clickhouse import (
    arrivals,
    charts,
    groups,
    lists,
    prompts,
    sampling,
    score_charts,
    scores,
)
from pilothouse.store.clickhouse.columns import REJECTED_ITEMS, SCORES, SPANS
from pilothouse.store.clickhouse.engine import Engine
from pilothouse.store.clickhouse.lists import HEAD, LISTED, OPENED, SPOKEN, WHOLE, Query
from pilothouse.store.clickhouse.windows import joined, windows

_PIECE = 2_000
"""Whole spans fetched at once where many are walked through."""

_OUTERMOST = 3
"""Traces at either end of a session that are looked at for how it began and ended."""
_SCORED = 200
"""Newest traces of a session whose scores are looked at."""

Placed = tuple[Position, Span]
_ALL = sampling.Sample((), 1.0)
_FEWEST_SAMPLED = 500
"""Occurrences of the most frequent value in a sample, below which it says too little."""


_FEWEST_TOLD = 50
"""The same of one field, below which its counts are not told."""


class Reader:
    """Questions in, values out. Which SQL answers them stands in the modules beside this one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._beside = ThreadPoolExecutor(4, "beside")
        """Asks what does not wait for the answer of another question."""

    def _rows(self, query: Query) -> list[list[Any]]:
        return self._engine.select(query.sql, query.params)

    # -- spans ---------------------------------------------------------------------------------

    def spans(
        self, scope: Scope, question: ListQuestion, *, bodies: bool = False
    ) -> list[tuple[Position, Span]]:
        keys: list[list[Any]] = []
        if question.order.by == "start_time":
            for window in windows(question):
                missing = question.limit - len(keys)
                keys += self._rows(lists.span_keys(scope, question, window, missing))
                if len(keys) >= question.limit:
                    break
        else:
            keys = self._rows(lists.span_keys(scope, question, question.within, question.limit))
        if not keys:
            return []
        query = lists.spans_by_key(
            scope,
            [(trace, span) for _, trace, span, _ in keys],
            joined(TimeRange(start, start + 1) for _, _, _, start in keys),
            columns := WHOLE if bodies else LISTED,
        )
        found: dict[tuple[str, str], Span] = {
            (span.trace_id, span.span_id): span for span in SPANS.rows(self._rows(query), columns)
        }
        return [
            ((value, trace, span), found[trace, span])
            for value, trace, span, _ in keys
            if (trace, span) in found
        ]

    def span(
        self, scope: Scope, trace_id: str, span_id: str, limit_chars: int | None
    ) -> tuple[Span, int, int] | None:
        within = self._times(scope, [trace_id])
        if not within:
            return None
        rows = self._rows(lists.one_span(scope, trace_id, span_id, within, limit_chars))
        if not rows:
            return None
        *row, input, output, input_size, output_size = rows[0]
        span: Span = SPANS.rows([row], WHOLE - {"input", "output"})[0]
        span.input, span.output = input, output
        return span, input_size, output_size

    def find_span(self, scope: Scope, span_id: str) -> Span | None:
        rows = self._rows(lists.span_by_id(scope, span_id))
        return SPANS.rows(rows)[0] if rows else None

    def trace(
        self, scope: Scope, trace_id: str, after: Position | None, limit: int
    ) -> tuple[list[Span], list[Score]]:
        found = self._beside.submit(self.scores_of, scope, [trace_id])
        within = self._times(scope, [trace_id])
        spans: list[Span] = []
        if within:
            query = lists.spans_of_trace(scope, trace_id, after, limit, within)
            spans = SPANS.rows(self._rows(query), OPENED)
        return spans, found.result()

    def calls_of_trace(
        self, scope: Scope, trace_id: str, after: Position | None, limit: int
    ) -> list[Span]:
        within = self._times(scope, [trace_id])
        if not within:
            return []
        # First which, from narrow columns: the bodies of a long trace are too much to sort.
        keys = self._rows(lists.calls_of_trace(scope, trace_id, after, limit, within))
        if not keys:
            return []
        query = lists.spans_by_key(
            scope,
            [(trace_id, span) for span, _ in keys],
            joined(TimeRange(start, start + 1) for _, start in keys),
            SPOKEN,
        )
        spans: list[Span] = SPANS.rows(self._rows(query), SPOKEN)
        return sorted(spans, key=lambda span: (span.start_time, span.span_id))

    def spans_of(self, scope: Scope, trace_ids: Sequence[str]) -> list[Span]:
        within = self._times(scope, trace_ids)
        if not within:
            return []
        return SPANS.rows(self._rows(lists.spans_of(scope, trace_ids, within)))

    def _times(self, scope: Scope, trace_ids: Sequence[str]) -> list[TimeRange]:
        """Ranges in which all spans of the traces began; none when there are none."""
        rows = self._rows(lists.trace_times(scope, trace_ids)) if trace_ids else []
        return joined(TimeRange(first, last + 1) for first, last in rows)

    def in_range(self, scope: Scope, within: TimeRange, model: str) -> Iterator[list[Span]]:
        after: Position | None = None
        while True:
            query = lists.spans_with_usage(scope, within, model, after, _PIECE)
            piece: list[Span] = SPANS.rows(self._rows(query))
            if piece:
                yield piece
            if len(piece) < _PIECE:
                return
            last = piece[-1]
            after = (last.start_time, last.trace_id, last.span_id)
            within = TimeRange(last.start_time, within.end)

    # -- traces --------------------------------------------------------------------------------

    def traces(self, scope: Scope, question: ListQuestion) -> list[tuple[Position, TraceSummary]]:
        if question.order.by != "start_time":
            return self._traces_by_total(scope, question)
        found: list[tuple[Position, TraceSummary]] = []
        while len(found) < question.limit:
            wanted = question.limit - len(found)
            keys = self._trace_keys(scope, question, wanted)
            found += self._at_their_heads(scope, keys)
            if len(keys) < wanted:
                break
            question = replace(question, after=tuple(keys[-1]), offset=0)
        return found

    def _trace_keys(self, scope: Scope, question: ListQuestion, wanted: int) -> list[list[Any]]:
        keys: list[list[Any]] = []
        for window in windows(question):
            keys += self._rows(lists.trace_keys(scope, question, window, wanted - len(keys)))
            if len(keys) >= wanted:
                break
        return keys

    def _at_their_heads(
        self, scope: Scope, keys: list[list[Any]]
    ) -> list[tuple[Position, TraceSummary]]:
        """The traces whose head is where the window saw it; the others are listed where it is."""
        if not keys:
            return []
        summaries = self.summaries(scope, [trace for _, trace in keys])
        return [
            ((start, trace), summary)
            for start, trace in keys
            if (summary := summaries.get(trace)) and summary.head.start_time == start
        ]

    def _traces_by_total(
        self, scope: Scope, question: ListQuestion
    ) -> list[tuple[Position, TraceSummary]]:
        found: list[tuple[Position, TraceSummary]] = []
        within = question.within
        while len(found) < question.limit:
            wanted = question.limit - len(found)
            keys = self._rows(lists.trace_keys_by_total(scope, question, wanted))
            summaries = self.summaries(scope, [trace for _, trace in keys])
            found += [
                ((value, trace), summary)
                for value, trace in keys
                if (summary := summaries.get(trace))
                and within.start <= summary.head.start_time < within.end
            ]
            if len(keys) < wanted:
                break
            question = replace(question, after=tuple(keys[-1]), offset=0)
        return found

    def summaries(
        self,
        scope: Scope,
        trace_ids: Sequence[str],
        *,
        bodies: frozenset[str] = frozenset(),
    ) -> dict[str, TraceSummary]:
        if not trace_ids:
            return {}
        found = self._beside.submit(self._values, scope, trace_ids)
        within = self._times(scope, trace_ids)
        if not within:
            return {}
        columns = HEAD | bodies
        query = lists.trace_summaries(scope, trace_ids, within, columns)
        summaries: dict[str, TraceSummary] = {}
        for head, *sums in self._rows(query):
            totals = TraceTotals(**dict(zip(lists.SUMMARY_TOTALS, sums, strict=True)))
            span = SPANS.rows([head], columns)[0]
            summaries[totals.trace_id] = TraceSummary(head=span, totals=totals)
        for trace_id, said in found.result().items():
            if trace_id in summaries:
                summaries[trace_id].scores = said
        return summaries

    def measured(self, scope: Scope, trace_ids: Sequence[str]) -> list[Measured]:
        within = self._times(scope, trace_ids)
        if not within:
            return []
        return [
            Measured(trace_id=trace, latency=latency, cost=cost, failed=bool(failed))
            for trace, latency, cost, failed in self._rows(
                lists.trace_measures(scope, trace_ids, within)
            )
        ]

    def measured_spans(self, scope: Scope, keys: Sequence[tuple[str, str]]) -> list[Measured]:
        within = self._times(scope, sorted({trace for trace, _ in keys}))
        if not within:
            return []
        wanted = set(keys)
        return [
            Measured(trace_id=trace, span_id=span, latency=latency, cost=cost, failed=bool(failed))
            for trace, span, latency, cost, failed in self._rows(
                lists.span_measures(scope, keys, within)
            )
            if (trace, span) in wanted
        ]

    def _values(self, scope: Scope, trace_ids: Sequence[str]) -> dict[str, dict[str, float | str]]:
        """What the scores of each trace say, those of its spans included."""
        query = scores.by_column(scope, "trace_id", trace_ids, scores.VALUED)
        found: dict[str, list[Score]] = defaultdict(list)
        for score in SCORES.rows(self._rows(query), scores.VALUED):
            found[score.trace_id].append(score)
        return {trace_id: values(of_it) for trace_id, of_it in found.items()}

    def arrived(self, scope: Scope, question: ArrivalQuestion) -> list[Arrived]:
        return [
            Arrived(trace_id=trace, span_id=span, session_id=session, last=last)
            for trace, span, session, last in self._rows(arrivals.arrived(scope, question))
        ]

    def count(self, scope: Scope, question: ListQuestion) -> int:
        counts = {
            "spans": lists.span_count,
            "traces": lists.trace_count,
            "scores": scores.count,
            "sessions": groups.group_count,
            "users": groups.group_count,
        }
        return self._rows(counts[question.view](scope, question))[0][0]

    # -- scores --------------------------------------------------------------------------------

    def scores(self, scope: Scope, question: ListQuestion) -> list[Score]:
        return SCORES.rows(self._rows(scores.page(scope, question, question.limit)))

    def score_pairs(
        self, scope: Scope, first: ListQuestion, second: ListQuestion, by: Matched, limit: int
    ) -> tuple[list[ScorePair], int]:
        rows = self._rows(scores.pairs(scope, first, second, by, limit))
        pairs = [ScorePair((one, label), (other, text)) for one, label, other, text, _ in rows]
        return pairs, rows[0][4] if rows else 0

    def scores_of(self, scope: Scope, trace_ids: Sequence[str]) -> list[Score]:
        return self._scores_by(scope, "trace_id", trace_ids)

    def numbers(self, scope: Scope, trace_ids: Sequence[str], name: str = "") -> list[Numbered]:
        if not trace_ids:
            return []
        return [
            Numbered(name=name, traces=traces, spans=spans, values=values)
            for name, traces, spans, values in self._rows(scores.numbers(scope, trace_ids, name))
        ]

    def scores_of_sessions(self, scope: Scope, session_ids: Sequence[str]) -> list[Score]:
        return self._scores_by(scope, "session_id", session_ids)

    def scores_by_id(self, scope: Scope, score_ids: Sequence[str]) -> list[Score]:
        return self._scores_by(scope, "score_id", score_ids)

    def _scores_by(self, scope: Scope, column: str, ids: Sequence[str]) -> list[Score]:
        return SCORES.rows(self._rows(scores.by_column(scope, column, ids))) if ids else []

    # -- sessions and users --------------------------------------------------------------------

    def sessions(
        self, scope: Scope, question: ListQuestion
    ) -> list[tuple[Position, SessionSummary]]:
        keys = self._rows(groups.groups(scope, question, question.limit))
        ids = [id for _, id, _, _ in keys]
        within = joined(TimeRange(first, last + 1) for _, _, first, last in keys)
        found = self._sessions(scope, ids, within, question.filter)
        return [((value, id), found[id]) for value, id, _, _ in keys if id in found]

    def session(self, scope: Scope, session_id: str) -> SessionSummary | None:
        return self._sessions(scope, [session_id], None).get(session_id)

    def _sessions(
        self,
        scope: Scope,
        ids: Sequence[str],
        within: Sequence[TimeRange] | None,
        filter: Filter | None = None,
    ) -> dict[str, SessionSummary]:
        if not ids:
            return {}
        own = self._beside.submit(self.scores_of_sessions, scope, ids)
        rows = self._rows(groups.session_sums(scope, ids, within, filter))
        traces = {
            row[0]: [trace for _, trace in sorted(zip(begun, names, strict=True))]
            for *row, (names, begun) in rows
        }
        scores = self._beside.submit(self._scores_of_talks, scope, traces)
        ends = self._ends(scope, traces)
        given = scores.result()
        for score in own.result():
            given[score.session_id].append(score)
        return {
            row[0]: SessionSummary(
                **dict(zip(groups.SESSION, row, strict=True)),
                first_input=ends[row[0]][0],
                last_output=ends[row[0]][1],
                scores=gathered(given[row[0]]),
            )
            for *row, _ in rows
        }

    def _ends(
        self, scope: Scope, traces: dict[str, list[str]]
    ) -> defaultdict[str, tuple[str, str]]:
        """By session how it begins and ends, as its outermost traces tell."""
        outer = [id for own in traces.values() for id in (*own[:_OUTERMOST], *own[-_OUTERMOST:])]
        within = self._times(scope, outer) if outer else []
        rows = self._rows(groups.session_ends(scope, outer, list(traces), within)) if within else []
        found = {session: (first, last) for session, first, last in rows}
        return defaultdict(lambda: ("", ""), found)

    def _scores_of_talks(
        self, scope: Scope, traces: dict[str, list[str]]
    ) -> defaultdict[str, list[Score]]:
        """By session the scores of its newest traces."""
        session_of = {trace: session for session, own in traces.items() for trace in own[-_SCORED:]}
        given: defaultdict[str, list[Score]] = defaultdict(list)
        query = scores.by_column(scope, "trace_id", list(session_of), scores.VALUED)
        for score in SCORES.rows(self._rows(query), scores.VALUED) if session_of else ():
            given[session_of[score.trace_id]].append(score)
        return given

    def turns(
        self, scope: Scope, trace_ids: Sequence[str], limit_chars: int
    ) -> dict[str, tuple[str, str]]:
        within = self._times(scope, trace_ids)
        if not within:
            return {}
        rows = self._rows(groups.turns(scope, trace_ids, within, limit_chars))
        return {trace: (input, output) for trace, input, output in rows}

    def users(self, scope: Scope, question: ListQuestion) -> list[tuple[Position, UserSummary]]:
        return [
            ((value, sums[0]), UserSummary(**dict(zip(groups.USER, sums, strict=True))))
            for value, *sums in self._rows(groups.groups(scope, question, question.limit))
        ]

    # -- values, charts, what came in ----------------------------------------------------------

    def facets(
        self,
        scope: Scope,
        view: Literal["spans", "traces"],
        fields: Sequence[Field],
        within: TimeRange,
        filter: Filter | None,
        limit: int,
    ) -> tuple[list[list[Counted]], bool]:
        sample = self._sample(scope, within)
        if sample is not None:
            found = self._facets(scope, view, fields, within, filter, limit, sample)
            most = max((each.count for own in found for each in own), default=0)
            if most >= _FEWEST_SAMPLED * sample.scale:
                return [_without_chance(own, sample.scale) for own in found], True
        return self._facets(scope, view, fields, within, filter, limit), False

    def _sample(self, scope: Scope, within: TimeRange) -> sampling.Sample | None:
        rows = self._rows(sampling.rows(scope, within))[0][0]
        if rows <= sampling.MOST_EXACT:
            return None
        width = sampling.width(within, rows)
        slices = self._rows(sampling.rows_by_slice(scope, within, width))
        return sampling.sample(within, width, [(each[0], each[1]) for each in slices])

    def _facets(
        self,
        scope: Scope,
        view: Literal["spans", "traces"],
        fields: Sequence[Field],
        within: TimeRange,
        filter: Filter | None,
        limit: int,
        sample: sampling.Sample = _ALL,
    ) -> list[list[Counted]]:
        found: dict[str, list[Counted]] = {field.name: [] for field in fields}
        # A span has several tags, and its row must count once for everything else.
        tags = [field for field in fields if field.type is Type.TAGS]
        others = [field for field in fields if field.type is not Type.TAGS]
        grouped = [group for group in (others, tags) if group]
        asked = [
            groups.facets(scope, view, group, within, filter, limit, sample.ranges)
            for group in grouped
        ]
        for group, own in zip(grouped, self._beside.map(self._rows, asked), strict=True):
            for place, value, count in own:
                found[group[place].name].append(Counted(value, round(count * sample.scale)))
        return [found[field.name] for field in fields]

    def values_like(
        self, scope: Scope, field: Field, key: str, prefix: str, within: TimeRange, limit: int
    ) -> list[Counted]:
        rows = self._rows(groups.values_like(scope, field, key, prefix, within, limit))
        return [Counted(value, count) for value, count in rows]

    def keys_like(
        self, scope: Scope, field: Field, prefix: str, within: TimeRange, limit: int
    ) -> list[Counted]:
        rows = self._rows(groups.keys_like(scope, field, prefix, within, limit))
        return [Counted(key, count) for key, count in rows]

    def chart(self, scope: Scope, question: ChartQuestion) -> list[list[Any]]:
        if question.view == "scores":
            return self._rows(score_charts.of_scores(scope, question))
        return self._rows(charts.chart(scope, question))

    def score_chart(self, scope: Scope, question: ChartQuestion) -> list[list[Any]]:
        return self._rows(score_charts.measures(scope, question))

    def seen_models(self, scope: Scope, within: TimeRange) -> list[SeenModel]:
        rows = self._rows(groups.seen_models(scope, within))
        names = SeenModel.__struct_fields__
        return [SeenModel(**dict(zip(names, row, strict=True))) for row in rows]

    def releases(self, scope: Scope, within: TimeRange) -> list[SeenRelease]:
        rows = self._rows(groups.releases(scope, within))
        names = SeenRelease.__struct_fields__
        return [SeenRelease(**dict(zip(names, row, strict=True))) for row in rows]

    def prompt_calls(self, scope: Scope, question: PromptQuestion) -> list[CallSums]:
        rows = self._rows(prompts.calls(scope, question))
        names = CallSums.__struct_fields__
        return [CallSums(**dict(zip(names, row, strict=True))) for row in rows]

    def prompt_scores(self, scope: Scope, question: PromptQuestion) -> list[ScoreSums]:
        rows = self._rows(prompts.scores(scope, question))
        names = ScoreSums.__struct_fields__
        return [ScoreSums(**dict(zip(names, row, strict=True))) for row in rows]

    def ingest_counts(self, scope: Scope, within: TimeRange) -> list[IngestCount]:
        rows = self._rows(groups.ingest_counts(scope, within))
        return [IngestCount(**dict(zip(groups.COUNTS, row, strict=True))) for row in rows]

    def rejected_items(self, scope: Scope, within: TimeRange, limit: int) -> list[RejectedItem]:
        return REJECTED_ITEMS.rows(self._rows(groups.rejected_items(scope, within, limit)))

    def last_received(self, scope: Scope, within: TimeRange) -> int:
        return self._rows(groups.last_received(scope, within))[0][0]

    def latest_trace(self, scope: Scope, within: TimeRange) -> str:
        question = ListQuestion("traces", within, limit=1)
        found = self.traces(scope, question)
        return found[0][1].head.trace_id if found else ""

    def places_of(self, scope: Scope, trace_ids: Sequence[str]) -> list[Span]:
        within = self._times(scope, trace_ids)
        if not within:
            return []
        return [
            Span(project_id=scope.project_id, trace_id=trace, span_id=span, start_time=start)
            for trace, span, start in self._rows(lists.places_of(scope, trace_ids, within))
        ]


def _without_chance(values: list[Counted], scale: float) -> list[Counted]:
    """Where a field has nothing but rare values, such as users, the most frequent of a sample are those
    that it happened to hold more of: their counts would mislead."""
    if values and values[0].count < _FEWEST_TOLD * scale:
        return [Counted(each.value, 0) for each in values]
    return values
