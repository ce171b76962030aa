"""The spans that answered the items of an experiment."""

from collections.abc import Sequence

from pilothouse.domain.dataset import ExperimentItem
from pilothouse.domain.scope import Scope
from pilothouse.domain.span import Span
from pilothouse.query.filters import Match, equal, every
from pilothouse.query.lists import ALWAYS, ListQuestion
from pilothouse.reading.service import Reading

MOST_READ = 1_000


def answering(
    reading: Reading, scope: Scope, items: Sequence[ExperimentItem], *, bodies: bool
) -> dict[str, Span]:
    """By id of an item the span that answered it: the one that it names, else the head of its trace.
    Of at most `MOST_READ` items."""
    found: dict[tuple[str, str], Span] = {}
    named = sorted({item.span_id for item in items if item.span_id})
    if named:
        traces = sorted({item.trace_id for item in items if item.span_id})
        among = every(Match("trace", equal(*traces)), Match("span", equal(*named)))
        question = ListQuestion("spans", ALWAYS, among, limit=MOST_READ)
        for span in reading.spans(scope, question, bodies=bodies).items:
            found[span.trace_id, span.span_id] = span
    whole = sorted({item.trace_id for item in items if not item.span_id})
    for trace_id, summary in reading.summaries(scope, whole).items():
        found[trace_id, ""] = summary.head
    return {
        item.id: found[item.trace_id, item.span_id]
        for item in items
        if (item.trace_id, item.span_id) in found
    }
