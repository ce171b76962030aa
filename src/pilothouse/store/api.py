"""The narrow waist: what the rooms above need of the stores, and what each promise is.

Implementations hang below (`clickhouse`, `relational`, `blobs`); `wiring` chooses among them. All
methods block and may be called from any thread. A store that cannot answer now raises
`domain.errors.Unavailable`, and then nothing was half-written.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

import msgspec

from pilothouse.domain.outcome import IngestCount, RejectedItem
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.domain.score import Score
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
    UserSummary,
)
from pilothouse.query.arrivals import ArrivalQuestion, Arrived
from pilothouse.query.charts import ChartQuestion
from pilothouse.query.fields import Field
from pilothouse.query.filters import Filter
from pilothouse.query.lists import ListQuestion, Matched, Position
from pilothouse.query.prompts import PromptQuestion

Record = msgspec.Struct
"""A Span, Score, IngestCount or RejectedItem."""

R = TypeVar("R", bound=Record)


class AnalyticWriter(Protocol):
    """Appends to the analytic store."""

    def write(self, records: Sequence[R]) -> list[tuple[R, str]]:
        """Store records of one type; give back those that the engine will not take, with its word.

        When this returns, every other record is durable and the next read sees it. A record
        replaces the one of the same identity and place in time with a lower `revision`; writing it
        again changes nothing.
        """
        ...

    def forget_project(self, scope: Scope) -> None:
        """Erase everything that the project has here. The rows leave the disk when the engine next has
        time; whoever removes a project sees to it that nobody reads it meanwhile."""
        ...


class SpanReader(Protocol):
    """Whole spans by identity."""

    def spans_of(self, scope: Scope, trace_ids: Sequence[str]) -> list[Span]:
        """Every live span of the traces, bodies included, in order of start. Empty when none."""
        ...

    def scores_of(self, scope: Scope, trace_ids: Sequence[str]) -> list[Score]:
        """Every live score that names one of the traces, oldest first."""
        ...

    def in_range(self, scope: Scope, within: TimeRange, model: str) -> Iterator[list[Span]]:
        """Whole spans with usage that began in the range, in pieces; of one model when given."""
        ...


class AnalyticReader(SpanReader, Protocol):
    """Everything that is read of the analytic store, by typed question.

    A question's `limit` bounds the rows; lists come with the position of each row, from which the
    next page continues. A row that was replaced or deleted is never seen.
    """

    def spans(
        self, scope: Scope, question: ListQuestion, *, bodies: bool = False
    ) -> list[tuple[Position, Span]]:
        """Spans of a list; without bodies, attributes and events unless asked for."""
        ...

    def span(
        self, scope: Scope, trace_id: str, span_id: str, limit_chars: int | None
    ) -> tuple[Span, int, int] | None:
        """A whole span, its input and output cut, and how many characters those have."""
        ...

    def find_span(self, scope: Scope, span_id: str) -> Span | None:
        """A whole span by its own id alone."""
        ...

    def trace(
        self, scope: Scope, trace_id: str, after: Position | None, limit: int
    ) -> tuple[list[Span], list[Score]]:
        """Spans without bodies in order of start, `after` being (start, span_id), and every score."""
        ...

    def calls_of_trace(
        self, scope: Scope, trace_id: str, after: Position | None, limit: int
    ) -> list[Span]:
        """Model calls, only with their bodies, in order of start; `after` is (start, span_id)."""
        ...

    def places_of(self, scope: Scope, trace_ids: Sequence[str]) -> list[Span]:
        """Of every row of the traces no more than identity and start."""
        ...

    def traces(self, scope: Scope, question: ListQuestion) -> list[tuple[Position, TraceSummary]]:
        """Traces, one row each, placed where their head is."""
        ...

    def summaries(
        self,
        scope: Scope,
        trace_ids: Sequence[str],
        *,
        bodies: frozenset[str] = frozenset(),
    ) -> dict[str, TraceSummary]:
        """Head and totals by trace; `bodies` names fields of the head that lists leave out."""
        ...

    def measured(self, scope: Scope, trace_ids: Sequence[str]) -> list[Measured]:
        """What these traces took and cost; those that exist."""
        ...

    def measured_spans(self, scope: Scope, keys: Sequence[tuple[str, str]]) -> list[Measured]:
        """The same of single spans, named by trace and span."""
        ...

    def numbers(self, scope: Scope, trace_ids: Sequence[str], name: str = "") -> list[Numbered]:
        """By name the numeric and boolean scores of these traces and of their spans, the mean of each;
        people's only where no program scored the same. Of one name alone where it is told."""
        ...

    def arrived(self, scope: Scope, question: ArrivalQuestion) -> list[Arrived]:
        """What came in lately and has been quiet since, the longest quiet first."""
        ...

    def count(self, scope: Scope, question: ListQuestion) -> int:
        """Rows of all pages."""
        ...

    def scores(self, scope: Scope, question: ListQuestion) -> list[Score]: ...

    def score_pairs(
        self, scope: Scope, first: ListQuestion, second: ListQuestion, by: Matched, limit: int
    ) -> tuple[list[ScorePair], int]:
        """What two kinds of scores say of the same, the latest of each: at most `limit` pairs, always
        the same ones, and how many there are."""
        ...

    def scores_of_sessions(self, scope: Scope, session_ids: Sequence[str]) -> list[Score]: ...

    def scores_by_id(self, scope: Scope, score_ids: Sequence[str]) -> list[Score]: ...

    def sessions(
        self, scope: Scope, question: ListQuestion
    ) -> list[tuple[Position, SessionSummary]]:
        """Sessions with sums over the range."""
        ...

    def session(self, scope: Scope, session_id: str) -> SessionSummary | None:
        """With sums over all time."""
        ...

    def turns(
        self, scope: Scope, trace_ids: Sequence[str], limit_chars: int
    ) -> dict[str, tuple[str, str]]:
        """Input and output by trace: of the head, or else of the first and last model call."""
        ...

    def users(self, scope: Scope, question: ListQuestion) -> list[tuple[Position, UserSummary]]:
        """Users with sums over the range."""
        ...

    def facets(
        self,
        scope: Scope,
        view: Literal["spans", "traces"],
        fields: Sequence[Field],
        within: TimeRange,
        filter: Filter | None,
        limit: int,
    ) -> tuple[list[list[Counted]], bool]:
        """Per field its most frequent values: spans, or traces with such a span; and whether the counts
        are estimated from a part of the spans, where 0 says that it told too little."""
        ...

    def values_like(
        self, scope: Scope, field: Field, key: str, prefix: str, within: TimeRange, limit: int
    ) -> list[Counted]: ...

    def keys_like(
        self, scope: Scope, field: Field, prefix: str, within: TimeRange, limit: int
    ) -> list[Counted]: ...

    def chart(self, scope: Scope, question: ChartQuestion) -> list[list[Any]]:
        """Rows of time, dimensions and all measures but scores; one more than the limit at most."""
        ...

    def score_chart(self, scope: Scope, question: ChartQuestion) -> list[list[Any]]:
        """The same of the score measures alone."""
        ...

    def seen_models(self, scope: Scope, within: TimeRange) -> list[SeenModel]: ...

    def releases(self, scope: Scope, within: TimeRange) -> list[SeenRelease]:
        """Releases new in the range: not seen in as much time before it. Oldest first."""
        ...

    def prompt_calls(self, scope: Scope, question: PromptQuestion) -> list[CallSums]:
        """What the calls of each slice come to, by place; slices without a call are left out."""
        ...

    def prompt_scores(self, scope: Scope, question: PromptQuestion) -> list[ScoreSums]:
        """What numeric, boolean and categorical scores say of each slice: those of its calls, and those
        of whole traces, once for each slice that the trace has calls of."""
        ...

    def ingest_counts(self, scope: Scope, within: TimeRange) -> list[IngestCount]:
        """Sums by minute, hour or day, as long as the range is."""
        ...

    def rejected_items(self, scope: Scope, within: TimeRange, limit: int) -> list[RejectedItem]:
        """The newest first, so many at most of each outcome and reason."""
        ...

    def last_received(self, scope: Scope, within: TimeRange) -> int:
        """0 when nothing was."""
        ...

    def latest_trace(self, scope: Scope, within: TimeRange) -> str:
        """Empty when there is none."""
        ...


class Blobs(Protocol):
    """Things too large for a row, by key. Keys are made of `[A-Za-z0-9._/-]`."""

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Store; the same key again replaces."""
        ...

    def put_file(self, key: str, path: Path, content_type: str) -> None:
        """Store what lies in a file, however long, without holding it in memory."""
        ...

    def get(self, key: str) -> bytes | None:
        """The body, or None."""
        ...

    def pieces(self, key: str, part: range | None = None) -> Iterator[bytes] | None:
        """The body piece by piece, or only a part of its bytes, which is not empty; or None."""
        ...

    def delete(self, key: str) -> None:
        """Forget; a key that is not there is no error."""
        ...

    def delete_below(self, prefix: str) -> None:
        """Forget everything whose key begins with a prefix that ends in `/`."""
        ...
