"""Stored values in the shapes of the wire."""

import json
from collections.abc import Iterable
from typing import Any

import msgspec

from pilothouse.domain import messages
from pilothouse.domain.errors import BadFilter
from pilothouse.domain.review import is_final
from pilothouse.domain.score import Score
from pilothouse.domain.span import Span
from pilothouse.protocols.native import reading_wire, wire
from pilothouse.query.answers import (
    SessionSummary,
    SessionView,
    SpanView,
    TraceSummary,
    TraceView,
    Transcript,
)
from pilothouse.query.filters import show
from pilothouse.query.lists import ListQuestion

_SPAN = tuple(reading_wire.SpanRow.model_fields)
_SCORE = tuple(reading_wire.ScoreRow.model_fields.keys() - {"adjudicated"})
_FLAGS = ("billable", "is_root")


def question(asked: ListQuestion, text: str) -> reading_wire.Question:
    return reading_wire.Question(
        start=asked.within.start,
        end=asked.within.end,
        filter=text or show(asked.filter),
        order=str(asked.order),
        limit=asked.limit,
    )


def trace(summary: TraceSummary) -> reading_wire.TraceRow:
    head, totals = summary.head, summary.totals
    ended = totals.end_time > 0
    return reading_wire.TraceRow(
        trace_id=head.trace_id,
        span_id=head.span_id,
        name=head.trace_name or head.name,
        start_time=head.start_time,
        end_time=totals.end_time,
        duration=max(0, totals.end_time - totals.start_time) if ended else 0,
        level=head.level,
        errors=totals.errors,
        warnings=totals.warnings,
        spans=totals.spans,
        input_preview=head.input_preview,
        output_preview=head.output_preview,
        user_id=head.user_id,
        session_id=head.session_id,
        tags=head.tags,
        environment=head.environment,
        release=head.release,
        version=head.version,
        models=totals.models,
        input_tokens=totals.input_tokens,
        output_tokens=totals.output_tokens,
        total_tokens=totals.total_tokens,
        total_cost=totals.total_cost,
        unpriced=totals.unpriced,
        scores=summary.scores,
        bookmarked=bool(head.bookmarked),
        public=bool(head.public),
    )


def span(row: Span) -> reading_wire.SpanRow:
    values: dict[str, Any] = {name: getattr(row, name) for name in _SPAN}
    for flag in _FLAGS:
        values[flag] = bool(values[flag])
    return reading_wire.SpanRow(**values)


def spans(rows: Iterable[Span]) -> list[reading_wire.SpanRow]:
    return [span(row) for row in rows]


def scores(rows: Iterable[Score]) -> list[reading_wire.ScoreRow]:
    return [
        reading_wire.ScoreRow(
            **{name: getattr(row, name) for name in _SCORE}, adjudicated=is_final(row)
        )
        for row in rows
    ]


def trace_detail(view: TraceView) -> reading_wire.TraceDetail:
    return reading_wire.TraceDetail(
        trace=trace(view.trace),
        spans=spans(view.spans),
        next_cursor=view.next_cursor,
        scores=scores(view.scores),
        metadata=json_values(view.metadata),
    )


def transcript(view: Transcript) -> reading_wire.Transcript:
    places: dict[bytes, int] = {}
    distinct: list[messages.Message] = []

    def place(message: messages.Message) -> int:
        at = places.setdefault(msgspec.json.encode(message), len(distinct))
        if at == len(distinct):
            distinct.append(message)
        return at

    calls = [
        reading_wire.SpokenCall(
            span_id=call.span_id,
            input=[place(message) for message in call.input],
            output=[place(message) for message in call.output],
            cut=call.cut,
        )
        for call in view.calls
    ]
    return reading_wire.Transcript(
        messages=conversation(distinct) or [], calls=calls, next_cursor=view.next_cursor
    )


def span_detail(view: SpanView) -> reading_wire.SpanDetail:
    row = view.span
    parameters = _object(row.model_parameters)
    tools = _tools(parameters) or messages.tools(row.input)
    return reading_wire.SpanDetail(
        span=span(row),
        input=row.input,
        output=row.output,
        input_size=view.input_size,
        output_size=view.output_size,
        input_messages=conversation(messages.read(row.input)),
        output_messages=conversation(messages.read(row.output)),
        model_parameters=parameters,
        tools=tools,
        response_id=row.response_id,
        finish_reason=row.finish_reason,
        cost=row.cost,
        price_id=row.price_id,
        price_date=row.price_date,
        metadata=json_values(row.metadata),
        attributes=json_values(row.attributes),
        resource=json_values(row.resource),
        events=[_event(each) for each in _objects(row.events)],
        links=[_link(each) for each in _objects(row.links)],
        scope=row.scope,
        sdk=row.sdk,
        protocol=row.protocol,
        received=row.revision,
        scores=scores(view.scores),
    )


def session(summary: SessionSummary, *, bookmarked: bool) -> reading_wire.SessionRow:
    return reading_wire.SessionRow(**msgspec.to_builtins(summary), bookmarked=bookmarked)


def session_detail(view: SessionView, *, bookmarked: bool = False) -> reading_wire.SessionDetail:
    return reading_wire.SessionDetail(
        session=session(view.session, bookmarked=bookmarked),
        turns=[
            reading_wire.Turn(
                trace=trace(turn.trace),
                input=turn.input,
                output=turn.output,
                input_messages=conversation(turn.input_messages),
                output_messages=conversation(turn.output_messages),
            )
            for turn in view.turns
        ],
        next_cursor=view.next_cursor,
        scores=scores(view.scores),
    )


def error(found: BadFilter | None) -> wire.ErrorBody | None:
    if found is None:
        return None
    return wire.ErrorBody(code=found.code, message=str(found), position=found.position)


def conversation(found: list[messages.Message] | None) -> list[reading_wire.Message] | None:
    if found is None:
        return None
    return [reading_wire.Message(**msgspec.to_builtins(message)) for message in found]


def json_values(texts: dict[str, str]) -> dict[str, Any]:
    """A map of JSON texts as values; what is no JSON stays the text it is."""
    return {key: _json(text) for key, text in texts.items()}


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _object(text: str) -> dict[str, Any]:
    found = _json(text) if text else {}
    return found if isinstance(found, dict) else {"value": found}


def _objects(text: str) -> list[dict[str, Any]]:
    found = _json(text) if text else []
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _tools(parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Taken out of the parameters, where emitters put the definitions."""
    found = parameters.pop("tools", None)
    if isinstance(found, str):
        found = _json(found)
    if not isinstance(found, list):
        return []
    return [each if isinstance(each, dict) else {"name": str(each)} for each in found]


def _event(given: dict[str, Any]) -> reading_wire.SpanEvent:
    time, attributes = given.get("time"), given.get("attributes")
    return reading_wire.SpanEvent(
        name=str(given.get("name", "")),
        time=time if isinstance(time, int) else 0,
        attributes=attributes if isinstance(attributes, dict) else {},
    )


def _link(given: dict[str, Any]) -> reading_wire.SpanLink:
    attributes = given.get("attributes")
    return reading_wire.SpanLink(
        trace_id=str(given.get("trace_id", "")),
        span_id=str(given.get("span_id", "")),
        attributes=attributes if isinstance(attributes, dict) else {},
    )
