"""The narrow waist: what the rooms above need of the stores, and what each promise is.

Implementations hang below (`clickhouse`, `relational`, `blobs`); `wiring` chooses among them. All
methods block and may be called from any thread. A store that cannot answer now raises
`domain.errors.Unavailable`, and then nothing was half-written.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

import msgspec

from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.domain.score import Score
from pilothouse.domain.span import Span

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
    """Everything that is read of the analytic store."""


class Blobs(Protocol):
    """Things too large for a row, by key. Keys are made of `[A-Za-z0-9._/-]`."""

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Store; the same key again replaces."""
        ...

    def get(self, key: str) -> bytes | None:
        """The body, or None."""
        ...

    def delete(self, key: str) -> None:
        """Forget; a key that is not there is no error."""
        ...
