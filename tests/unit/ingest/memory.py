"""An analytic store in memory that keeps the contract of `store.api`: the highest revision of an
identity is the row, and a removed row is not there."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from typing import Any

import msgspec

from pilothouse.domain.clock import MINUTE
from pilothouse.domain.scope import Scope
from pilothouse.domain.span import Span


class AtOnce(Executor):
    """Runs what it is given before it says that it took it."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done


class Memory:
    def __init__(self) -> None:
        self.rows: dict[Any, Span] = {}
        self.written = 0
        self._lock = threading.Lock()

    def write(self, records: Sequence[Any]) -> list[tuple[Any, str]]:
        with self._lock:
            for span in records:
                assert span.revision > 0
                minute = span.start_time // MINUTE
                key = (span.project_id, minute, span.trace_id, span.span_id)
                known = self.rows.get(key)
                if known is None or known.revision <= span.revision:
                    self.rows[key] = msgspec.structs.replace(span)
                self.written += 1
        return []

    def spans_of(self, scope: Scope, trace_ids: Sequence[str]) -> list[Span]:
        found = [
            msgspec.structs.replace(span)
            for span in self.rows.values()
            if span.project_id == scope.project_id
            and span.trace_id in trace_ids
            and not span.is_deleted
        ]
        return sorted(found, key=lambda span: span.start_time)

    def scores_of(self, scope: Scope, trace_ids: Sequence[str]) -> list[Any]:
        return []

    def in_range(self, *_: Any) -> Any:
        return iter(())

    def live(self) -> dict[tuple[str, str], Span]:
        """By trace and span; fails where a span stands twice."""
        found: dict[tuple[str, str], Span] = {}
        for span in self.rows.values():
            if not span.is_deleted:
                assert (span.trace_id, span.span_id) not in found
                found[span.trace_id, span.span_id] = span
        return found
