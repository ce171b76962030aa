"""A trace summed up from all its spans, where they are at hand: the same head and sums as the store
computes for lists, without a second look at it."""

from collections.abc import Sequence

from pilothouse.domain.span import CostSource, Kind, Level, Span
from pilothouse.query.answers import TraceSummary, TraceTotals

_MOST_MODELS = 50


def summed(spans: Sequence[Span]) -> TraceSummary:
    """Of one trace; there must be a span."""
    work = [span for span in spans if span.kind != Kind.TRACE]
    billed = [span for span in spans if span.billable]
    totals = TraceTotals(
        trace_id=spans[0].trace_id,
        start_time=min(span.start_time for span in spans),
        end_time=max(span.end_time for span in spans),
        spans=len(work),
        errors=sum(span.level == Level.ERROR for span in work),
        warnings=sum(span.level == Level.WARNING for span in work),
        models=sorted({span.model for span in spans if span.model})[:_MOST_MODELS],
        input_tokens=sum(span.input_tokens for span in billed),
        output_tokens=sum(span.output_tokens for span in billed),
        total_tokens=sum(span.total_tokens for span in billed),
        total_cost=round(sum(span.total_cost for span in billed), 12),
        unpriced=sum(span.cost_source == CostSource.UNPRICED for span in billed),
    )
    return TraceSummary(head=min(spans, key=_rank), totals=totals)


def _rank(span: Span) -> tuple[int, int, str]:
    kind = 0 if span.kind == Kind.TRACE else 1 if span.is_root else 2
    return kind, span.start_time, span.span_id
