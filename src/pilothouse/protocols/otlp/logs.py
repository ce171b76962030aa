"""Messages told as log records find their span, whichever of the two comes first.

Both sides write first and look for the other after, so that one of them always finds it.
"""

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from pilothouse.domain.outcome import Reason, Rejected
from pilothouse.domain.scope import Scope
from pilothouse.domain.span import Kind, Level, Span
from pilothouse.edge.services import Services
from pilothouse.protocols.otlp import conversation, evaluations
from pilothouse.protocols.otlp.wire import WireLog
from pilothouse.store.relational import waiting_messages as waiting
from pilothouse.store.relational.waiting_messages import SpanKey, WaitingMessage

MARK = "pilothouse.messages"
"""Attribute of spans whose messages came as log records: later ones may add to them."""

_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder(tuple[str, dict[str, object], object]).decode
_SWEEP_SECONDS = 600


@dataclass(frozen=True)
class Sorted:
    """The log records of a request by what they are for."""

    messages: list[WaitingMessage]
    evaluations: list[WireLog]
    rejected: list[Rejected]
    """One for all records that nobody here has a use for; there may be very many."""


def sort(records: Iterable[WireLog]) -> Sorted:
    messages: list[WaitingMessage] = []
    judged: list[WireLog] = []
    others = 0
    for position, record in enumerate(records):
        name = record.name or str(record.attributes.get("event.name", ""))
        if not (record.trace_id and record.span_id):
            others += 1
        elif name in conversation.NAMES:
            messages.append(_message(record, name, position))
        elif name == evaluations.NAME:
            judged.append(record)
        else:
            others += 1
    rejected: list[Rejected] = []
    if others:
        message = (
            f"{others} log records are no GenAI events of a span; Pilothouse keeps messages and"
            " evaluations, not logs"
        )
        rejected.append(Rejected(reason=Reason.NOT_KEPT, message=message, items=others))
    return Sorted(messages, judged, rejected)


def _message(record: WireLog, name: str, position: int) -> WaitingMessage:
    attributes = {
        key: value for key, value in record.attributes.items() if not key.startswith("code.")
    }
    event = _encode((name, attributes, record.body))
    digest = hashlib.sha256(b"%d" % record.time + event).hexdigest()
    return WaitingMessage(
        record.trace_id, record.span_id, digest, record.time // 1000, position, event
    )


class Joining:
    """Blocks; for a thread. One for the process, so that the sweep is not done too often."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._swept = time.monotonic()

    def remember(self, project_id: str, messages: Sequence[WaitingMessage]) -> None:
        """Durable when this returns."""
        with self._services.database.write() as db:
            waiting.save(db, project_id, messages)
            if time.monotonic() > self._swept + _SWEEP_SECONDS:
                self._swept = time.monotonic()
                waiting.forget_old(db)

    def filled(self, scope: Scope, keys: Sequence[SpanKey]) -> list[Span]:
        """New states of those spans that are stored and whose messages are here."""
        with self._services.database.read() as db:
            found = waiting.of_spans(db, scope.project_id, keys)
        if not found:
            return []
        traces = sorted({trace_id for trace_id, _ in found})
        changed: list[Span] = []
        for span in self._services.reading.spans_of(scope, traces):
            messages = found.get((span.trace_id, span.span_id))
            if messages and _fill(span, messages):
                changed.append(span)
        self._services.intake.complete_again(changed)
        return changed


def lacking(spans: Iterable[Span]) -> list[SpanKey]:
    """Model calls that told no messages: theirs may come, or have come, as log records."""
    return [
        (span.trace_id, span.span_id)
        for span in spans
        if span.kind == Kind.LLM
        and not span.input
        and not span.output
        and (span.level != Level.ERROR or span.end_time)
    ]


def _fill(span: Span, messages: Sequence[WaitingMessage]) -> bool:
    ours = MARK in span.attributes
    if not ours and (span.input or span.output):
        return False
    before = span.input, span.output
    span.input, span.output = conversation.read([_decode(each.event) for each in messages])
    span.attributes[MARK] = '"log records"'
    return (span.input, span.output) != before
