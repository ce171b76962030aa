"""What was said in a trace: the messages of its model calls, or of its head when it has none."""

from pilothouse.domain import messages
from pilothouse.domain.errors import NotFound
from pilothouse.domain.scope import Scope
from pilothouse.domain.span import Span
from pilothouse.query.answers import SpokenCall, Transcript
from pilothouse.query.lists import ListQuestion
from pilothouse.reading.pages import page
from pilothouse.store.api import AnalyticReader, Blobs
from pilothouse.store.whole_payloads import make_whole

_LONGEST = 2_000_000
"""Characters of an input or output that are read."""


def transcript(
    reader: AnalyticReader, blobs: Blobs, scope: Scope, trace_id: str, question: ListQuestion
) -> Transcript:
    """One page of a trace's model calls in order of start. Raises NotFound."""
    found = reader.calls_of_trace(scope, trace_id, question.after, question.limit + 1)
    shown = page(question, [((span.start_time, span.span_id), span) for span in found])
    spans = shown.items
    if not spans and question.after is None:
        summaries = reader.summaries(
            scope, [trace_id], bodies=frozenset({"input", "output", "attributes"})
        )
        if trace_id not in summaries:
            raise NotFound("no such trace")
        spans = [summaries[trace_id].head]
    return Transcript(calls=[_spoken(blobs, span) for span in spans], next_cursor=shown.next_cursor)


def _spoken(blobs: Blobs, span: Span) -> SpokenCall:
    sizes = make_whole(blobs, span, _LONGEST)
    input = sizes.get("input", len(span.input)) <= _LONGEST
    output = sizes.get("output", len(span.output)) <= _LONGEST
    return SpokenCall(
        span_id=span.span_id,
        input=messages.told(span.input, "user") or [] if input else [],
        output=messages.told(span.output, "assistant") or [] if output else [],
        cut=not (input and output),
    )
