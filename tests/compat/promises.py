"""What holds for every model call, whoever reports it."""

from tests.compat.seen import Seen, Span

SOON = 1_000_000
"""Microseconds between the first chunk of a stream and the application's next line, on a machine
that is busy with other work."""


def is_counted(span: Span) -> None:
    """Tokens lie in buckets that do not overlap, and the totals are their sums."""
    usage = span["usage"]
    assert all(count > 0 for count in usage.values())
    assert span["input_tokens"] == sum(usage[key] for key in usage if key.startswith("input")) > 0
    assert span["output_tokens"] == sum(usage[key] for key in usage if key.startswith("output"))
    assert span["total_tokens"] == sum(usage.values())


def is_unpriced(span: Span) -> None:
    """Nobody knows the price of this model: the cost says so, and is not a zero that was paid."""
    assert span["cost_source"] == "unpriced"
    assert span["cost"] == {}
    assert span["price_id"] == ""


def is_streamed(span: Span) -> None:
    assert span["start_time"] < span["first_token_time"] < span["end_time"]


def is_streamed_as_seen(span: Span, seen: Seen) -> None:
    """The first token came about when the application saw the first chunk."""
    is_streamed(span)
    (chunk,) = seen.first_chunks
    assert abs(span["first_token_time"] - chunk) < SOON


def is_one_family(span: Span) -> None:
    """What lies below a span began after it; Node's clocks are coarse. A head may have no time of its
    own, as with the agents SDK; it then has that of its arrival."""
    for child in span.children:
        assert span["kind"] == "trace" or child["start_time"] >= span["start_time"] - 1_000
        assert child["trace_id"] == span["trace_id"]
        is_one_family(child)
