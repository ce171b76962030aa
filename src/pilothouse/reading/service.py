"""The way out: what pages and protocols ask of stored spans and scores.

Every method takes the `Scope` first. All block and may be called from any thread.
"""

from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.domain.score import Score
from pilothouse.domain.span import Span
from pilothouse.query.answers import (
    Page,
    SessionSummary,
    SessionView,
    SpanView,
    TraceSummary,
    TraceView,
    UserSummary,
)
from pilothouse.query.lists import ListQuestion
from pilothouse.store.api import AnalyticReader


class Reading:
    """Over any analytic reader."""

    def __init__(self, reader: AnalyticReader) -> None:
        self._reader = reader

    # -- traces and spans ----------------------------------------------------------------------

    def traces(self, scope: Scope, question: ListQuestion) -> Page[TraceSummary]:
        """One page of traces with totals and scores."""
        raise NotImplementedError

    def spans(self, scope: Scope, question: ListQuestion, *, bodies: bool = False) -> Page[Span]:
        """One page of spans; without bodies, attributes and events unless asked for."""
        raise NotImplementedError

    def count(self, scope: Scope, question: ListQuestion) -> int:
        """How many rows all pages of the question hold."""
        raise NotImplementedError

    def trace(
        self, scope: Scope, trace_id: str, limit: int = 2000, cursor: str | None = None
    ) -> TraceView:
        """Raises NotFound."""
        raise NotImplementedError

    def span(
        self, scope: Scope, trace_id: str, span_id: str, limit_chars: int | None = None
    ) -> SpanView:
        """A whole span. Raises NotFound."""
        raise NotImplementedError

    def spans_of(self, scope: Scope, trace_ids: list[str]) -> list[Span]:
        """Every span of the traces, bodies included, in order of start."""
        return self._reader.spans_of(scope, trace_ids)

    # -- sessions, users, scores ---------------------------------------------------------------

    def sessions(self, scope: Scope, question: ListQuestion) -> Page[SessionSummary]:
        raise NotImplementedError

    def session(
        self, scope: Scope, session_id: str, limit: int = 50, cursor: str | None = None
    ) -> SessionView:
        """Raises NotFound."""
        raise NotImplementedError

    def users(self, scope: Scope, question: ListQuestion) -> Page[UserSummary]:
        raise NotImplementedError

    def scores(self, scope: Scope, question: ListQuestion) -> Page[Score]:
        """Scores; the filter's fields are those of `query.fields.SCORES`."""
        raise NotImplementedError

    def score(self, scope: Scope, score_id: str) -> Score:
        """Raises NotFound."""
        raise NotImplementedError

    def latest_trace(self, scope: Scope, within: TimeRange) -> str:
        """The id of the newest trace, or nothing."""
        raise NotImplementedError
