"""What a span costs in Python on the way in, step by step, in one thread.

    python -m bench.steps [--requests 40]

Prints microseconds a span (the lower quartile over the requests) and writes `results/steps.json`.
"""

import argparse
import gc
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from bench.payloads import Templates, within
from bench.products.product import DAY
from bench.record import record
from pilothouse.domain.clock import now
from pilothouse.domain.span import Span
from pilothouse.ingest.limits import ItemLimits
from pilothouse.ingest.recent_traces import RecentTraces
from pilothouse.ingest.steps import pipeline
from pilothouse.pricing import PriceBook
from pilothouse.protocols.otlp import wire
from pilothouse.protocols.otlp.translate import Translator
from pilothouse.store.clickhouse.columns import SPANS

T = TypeVar("T")
_SPANS = 500
_MONTH = 30 * DAY * 10**9


class Clock:
    """Times by name."""

    def __init__(self) -> None:
        self._seconds: dict[str, list[float]] = defaultdict(list)

    def time(self, name: str, work: Callable[[], T]) -> T:
        began = time.perf_counter()
        result = work()
        self._seconds[name].append(time.perf_counter() - began)
        return result

    def microseconds(self) -> dict[str, float]:
        """A span, of the request at the lower quartile."""
        quartiles = {
            name: sorted(times)[len(times) // 4] * 1e6 / _SPANS
            for name, times in self._seconds.items()
        }
        return {name: round(value, 1) for name, value in quartiles.items()}


def _translated(wire_spans: list[wire.WireSpan]) -> list[Span]:
    translator = Translator("bench", now())
    found = (translator.span(each) for each in wire_spans)
    return [span for span in found if isinstance(span, Span)]


def measured(requests: int) -> dict[str, Any]:
    clock, recent, book = Clock(), RecentTraces(), PriceBook()
    steps = pipeline(ItemLimits(), lambda _: book)
    bodies = Templates(_SPANS).bodies(within(time.time_ns() - _MONTH, _MONTH - 10**11))
    for _ in range(requests):
        body = next(bodies)
        wire_spans, _ = clock.time("decode", lambda: wire.spans_from_protobuf(body))  # noqa: B023
        spans = clock.time("translate", lambda: _translated(wire_spans))  # noqa: B023
        for step in steps:
            clock.time(step.__qualname__.partition(".")[0], lambda: step(spans))  # noqa: B023
        clock.time("catch_up", lambda: recent.catch_up(spans))  # noqa: B023
        clock.time("arrow", lambda: SPANS.batch(spans))  # noqa: B023
        clock.time("free", lambda: (wire_spans.clear(), spans.clear()))  # noqa: B023
    return clock.microseconds()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=40)
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)  # as the server has it
    figures = measured(parser.parse_args().requests)
    figures["all"] = round(sum(figures.values()), 1)
    record("steps", figures)
    for name, value in figures.items():
        print(f"{name:12} {value:6.1f} µs a span")


if __name__ == "__main__":
    main()
