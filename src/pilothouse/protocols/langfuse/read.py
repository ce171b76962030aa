"""From Langfuse's events to halves of spans and to scores: pure, driven by tables of rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import UNSET, Raw

from pilothouse.domain.clock import DAY
from pilothouse.domain.outcome import Reason, Rejected
from pilothouse.domain.score import Score
from pilothouse.domain.span import Kind
from pilothouse.ingest.halves import Half
from pilothouse.protocols.langfuse import read_scores, values, wire
from pilothouse.protocols.langfuse.values import Bad, identifier

KINDS = {
    "span": Kind.SPAN,
    "generation": Kind.LLM,
    "event": Kind.EVENT,
    "agent": Kind.AGENT,
    "tool": Kind.TOOL,
    "chain": Kind.CHAIN,
    "retriever": Kind.RETRIEVER,
    "evaluator": Kind.EVALUATOR,
    "embedding": Kind.EMBEDDING,
    "guardrail": Kind.GUARDRAIL,
}
"""Langfuse's word for a kind, in lower case, and ours."""

_EARLIEST = 946_684_800_000_000  # 2000-01-01: no LLM ran before
_TIMES = ("start_time", "end_time", "first_token_time")
_HEAD = 2_000
_HARMLESS = ("score-create", "sdk-log")


@dataclass(frozen=True, slots=True)
class Row:
    """What a body says, the field it fills and, where the value needs reading, how. Without a
    reader null empties the field; a reader gives None for what shall change nothing."""

    said: str
    field: str
    read: Callable[[Any], Any] | None = None


_COMMON = (
    Row("name", "name"),
    Row("input", "input", values.payload),
    Row("output", "output", values.payload),
    Row("version", "version"),
    Row("environment", "environment", values.environment),
)
_TRACE_ROWS = (
    *_COMMON,
    Row("name", "trace_name"),
    Row("timestamp", "start_time", values.moment),
    Row("user_id", "user_id"),
    Row("session_id", "session_id"),
    Row("release", "release"),
    Row("public", "public", values.flag),
    Row("bookmarked", "bookmarked", values.flag),
)
_OBSERVATION_ROWS = (
    *_COMMON,
    Row("parent_observation_id", "parent_id"),
    Row("start_time", "start_time", values.moment),
    Row("end_time", "end_time", values.moment),
    Row("completion_start_time", "first_token_time", values.moment),
    Row("model", "model"),
    Row("model_parameters", "model_parameters", values.parameters),
    Row("level", "level", values.level),
    Row("status_message", "status_message"),
)

_trace = msgspec.json.Decoder(wire.TraceBody)
_observation = msgspec.json.Decoder(wire.ObservationBody)
_score = msgspec.json.Decoder(wire.ScoreBody)
_AT_FAULT = (Bad, msgspec.MsgspecError, RecursionError)


@dataclass
class Batch:
    """The events of one request, read."""

    halves: list[Half] = field(default_factory=list[Half])
    scores: list[Score] = field(default_factory=list[Score])
    rejected: list[Rejected] = field(default_factory=list[Rejected])
    event_ids: list[str] = field(default_factory=list[str])
    """Of all events that could be read, in their order."""
    event_of_score: dict[str, str] = field(default_factory=dict[str, str])


class Reader:
    """Of one request: whose it is, from which client, and when it came."""

    def __init__(self, project_id: str, sdk: str, now: int, *, only_scores: bool = False) -> None:
        self._project_id = project_id
        self._only_scores = only_scores
        self._origin = {"sdk": sdk, "protocol": "langfuse"}
        self._now = now

    def batch(self, envelope: wire.Envelope) -> Batch:
        found = Batch()
        for raw in envelope.batch:
            try:
                event = wire.event(raw)
                self._take(event, found)
                found.event_ids.append(event.id)
            except _AT_FAULT as error:
                found.rejected.append(_rejected(raw, error))
        return found

    def score(self, raw: Raw, default_id: str) -> Score | Rejected:
        """A score that came without an event around it."""
        try:
            body = _score.decode(raw)
            return self._checked(read_scores.score(body, self._project_id, default_id, self._now))
        except _AT_FAULT as error:
            return _rejected(raw, error)

    def _take(self, event: wire.Event, found: Batch) -> None:
        said_at = values.moment(event.timestamp) or self._now
        word, _, verb = event.type.rpartition("-")
        if self._only_scores and event.type not in _HARMLESS:
            raise Bad(Reason.NOT_ALLOWED, "a public key alone may only add scores")
        if event.type == "trace-create":
            found.halves.append(self._head(_trace.decode(event.body), event.id, said_at))
        elif event.type == "score-create":
            body = _score.decode(event.body)
            score = read_scores.score(body, self._project_id, event.id, said_at)
            found.scores.append(self._checked(score))
            found.event_of_score[score.score_id] = event.id
        elif verb in ("create", "update") and (word in KINDS or word == "observation"):
            half = self._part(_observation.decode(event.body), event.id, said_at, word)
            half.is_update = int(verb == "update")
            found.halves.append(half)
        elif event.type != "sdk-log":
            raise Bad(Reason.UNKNOWN_TYPE, f"event type {event.type[:100]!r} is not known")

    def _head(self, body: wire.TraceBody, event_id: str, said_at: int) -> Half:
        fields = self._fields(body, _TRACE_ROWS)
        fields.update(kind=Kind.TRACE, is_root=1, billable=0)
        return Half(
            id=event_id,
            project_id=self._project_id,
            trace_id=identifier(body.id) or event_id,
            span_id="",
            time=said_at,
            fields=fields,
            metadata=values.metadata(body.metadata),
            tags=sorted({values.clean(tag) for tag in body.tags or () if tag}),
        )

    def _part(self, body: wire.ObservationBody, event_id: str, said_at: int, word: str) -> Half:
        fields = self._fields(body, _OBSERVATION_ROWS)
        if word == "observation":
            word = str(body.type or "span").lower()
        fields["kind"] = KINDS.get(word, Kind.SPAN)
        fields.update(values.usage(body))
        if body.prompt_name and body.prompt_version:
            fields.update(prompt_name=body.prompt_name, prompt_version=body.prompt_version)
        return Half(
            id=event_id,
            project_id=self._project_id,
            trace_id=identifier(body.trace_id),
            span_id=identifier(body.id) or event_id,
            time=said_at,
            fields=fields,
            metadata=values.metadata(body.metadata),
        )

    def _fields(self, body: msgspec.Struct, rows: tuple[Row, ...]) -> dict[str, Any]:
        fields: dict[str, Any] = dict(self._origin)
        for row in rows:
            value = getattr(body, row.said)
            if value is UNSET:
                continue
            if row.read is None:
                fields[row.field] = values.clean(value or "")
            elif (read := row.read(value)) is not None:
                fields[row.field] = read
        for time in _TIMES:
            self._check_time(fields.get(time, 0))
        return fields

    def _checked(self, score: Score) -> Score:
        self._check_time(score.timestamp)
        if self._only_scores:
            # The public key stands in pages: whoever has it cannot speak for somebody.
            score.author_id = ""
        return score

    def _check_time(self, time: int) -> None:
        if time and not _EARLIEST <= time <= self._now + DAY:
            raise Bad(Reason.BAD_TIME, "a time is before 2000 or more than a day ahead")


def _rejected(raw: Raw, error: Exception) -> Rejected:
    head = wire.head(raw)
    if isinstance(error, Bad):
        reason, message = error.reason, str(error)
    elif isinstance(error, RecursionError):
        reason, message = Reason.TOO_DEEP, "the event is nested too deeply"
    else:
        missing = "missing required field" in str(error)
        reason, message = (Reason.MISSING_FIELD if missing else Reason.WRONG_TYPE), str(error)
    return Rejected(
        reason=reason,
        message=message,
        item_id=head.id if isinstance(head.id, str) else "",
        head=bytes(raw)[:_HEAD].decode("utf-8", "replace"),
    )
