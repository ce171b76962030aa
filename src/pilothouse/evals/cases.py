"""What evaluators look at, read from what is stored: many traces, spans and sessions at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from pilothouse.domain import messages
from pilothouse.domain.dataset import ExperimentItem
from pilothouse.domain.errors import NotFound
from pilothouse.domain.evaluation import Case, ToolUse
from pilothouse.domain.messages import Message, Part, parse
from pilothouse.domain.scope import Scope
from pilothouse.domain.span import Kind, Span
from pilothouse.evals.documents import texts_of
from pilothouse.query.answers import TraceSummary
from pilothouse.query.filters import Match, equal, every
from pilothouse.query.lists import ALWAYS, ListQuestion, Order
from pilothouse.reading.service import Reading

_LOOKED_INTO = (Kind.LLM, Kind.TOOL, Kind.RETRIEVER, Kind.RERANKER)
_MOST_INSIDE = 5_000
"""Spans of a trace that are looked into, the earliest first."""
_TURNS = 200
"""Of a session that are read together."""
_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """A trace, a span of it, or a session."""

    trace_id: str = ""
    span_id: str = ""
    session_id: str = ""
    item: ExperimentItem | None = None
    """What it answered, with expected output and metadata as they are told there."""


class Cases:
    """Blocks; may be used from any thread."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def of(self, scope: Scope, wanted: Sequence[Wanted]) -> list[Case | None]:
        """In the order asked for; None for what is not there (any more)."""
        traces = sorted({each.trace_id for each in wanted if each.trace_id})
        heads = self._reading.summaries(scope, traces) if traces else {}
        inside = self._inside(scope, list(heads))
        spans = {
            (span.trace_id, span.span_id): span
            for span in self._reading.whole_spans(
                scope, sorted({(w.trace_id, w.span_id) for w in wanted if w.span_id})
            )
        }
        found: list[Case | None] = []
        for each in wanted:
            if each.session_id:
                found.append(self._session(scope, each.session_id))
            elif each.span_id:
                span = spans.get((each.trace_id, each.span_id))
                found.append(_of_span(span, inside[each.trace_id], each.item) if span else None)
            else:
                trace = heads.get(each.trace_id)
                found.append(_of_trace(trace, inside[each.trace_id], each.item) if trace else None)
        return found

    def _inside(self, scope: Scope, trace_ids: Sequence[str]) -> defaultdict[str, list[Span]]:
        """By trace its calls of models, tools and retrievers, in the order they began."""
        found: defaultdict[str, list[Span]] = defaultdict(list)
        if not trace_ids:
            return found
        among = every(
            Match("trace", equal(*trace_ids)),
            Match("kind", equal(*(kind.value for kind in _LOOKED_INTO))),
        )
        question = ListQuestion(
            "spans", ALWAYS, among, Order("start_time", False), limit=_MOST_INSIDE
        )
        page = self._reading.spans(scope, question, bodies=True)
        if page.next_cursor and len(trace_ids) > 1:
            middle = len(trace_ids) // 2
            for half in (trace_ids[:middle], trace_ids[middle:]):
                found |= self._inside(scope, half)
            return found
        for span in self._reading.made_whole(page.items):
            found[span.trace_id].append(span)
        return found

    def _session(self, scope: Scope, session_id: str) -> Case | None:
        try:
            view = self._reading.session(scope, session_id, _TURNS)
            turns = view.turns
            while view.next_cursor:
                view = self._reading.session(scope, session_id, _TURNS, view.next_cursor)
                turns += view.turns
        except NotFound:
            return None
        said: list[tuple[str, str]] = []
        for turn in turns:
            said += _spoken(turn.input_messages or ())
            said += _spoken(turn.output_messages or ())
        session, first, last = view.session, turns[:1], turns[-1:]
        return Case(
            input=parse(first[0].input) if first and first[0].input else None,
            output=parse(last[0].output) if last and last[0].output else None,
            conversation=tuple(said),
            latency=(session.end_time - session.start_time) / _SECOND,
            cost=None if session.unpriced else session.total_cost,
            session_id=session_id,
            environment=session.environment,
        )


def _of_trace(trace: TraceSummary, inside: Sequence[Span], item: ExperimentItem | None) -> Case:
    head, totals = trace.head, trace.totals
    priced = totals.unpriced == 0
    return Case(
        **_common(head, inside, item),
        latency=(totals.end_time - totals.start_time) / _SECOND if totals.end_time else None,
        cost=totals.total_cost if priced else None,
        input_tokens=totals.input_tokens,
        output_tokens=totals.output_tokens,
        trace_id=head.trace_id,
    )


def _of_span(span: Span, inside: Sequence[Span], item: ExperimentItem | None) -> Case:
    own = [each for each in inside if each.parent_id == span.span_id] or (
        [span] if span.kind in _LOOKED_INTO else []
    )
    return Case(
        **_common(span, own, item),
        latency=(span.end_time - span.start_time) / _SECOND if span.end_time else None,
        cost=span.total_cost if span.cost_source not in ("", "unpriced") else None,
        input_tokens=span.input_tokens,
        output_tokens=span.output_tokens,
        trace_id=span.trace_id,
        span_id=span.span_id,
    )


def _common(span: Span, inside: Sequence[Span], item: ExperimentItem | None) -> dict[str, Any]:
    asked = messages.told(span.input, "user") if span.input else None
    answered = messages.told(span.output, "assistant") if span.output else None
    calls = [each for each in inside if each.kind == Kind.LLM]
    return {
        "input": parse(span.input) if span.input else None,
        "output": parse(span.output) if span.output else None,
        "expected_output": _value(item.expected_output) if item else None,
        "metadata": _value(item.item_metadata)
        if item and item.item_metadata
        else {key: _value(text) for key, text in span.metadata.items()} or None,
        "conversation": (*_spoken(asked or ()), *_spoken(answered or ())),
        "documents": tuple(
            text
            for each in inside
            if each.kind in (Kind.RETRIEVER, Kind.RERANKER)
            for text in texts_of(each.output)
        ),
        "tools": tuple(_tools(inside, calls)),
        "environment": span.environment,
        "available_tools": tuple(next(filter(None, (messages.tools(c.input) for c in calls)), [])),
    }


def _tools(inside: Sequence[Span], calls: Iterable[Span]) -> list[ToolUse]:
    """Spans of tools; where the application records none, what models asked for."""
    spans = [each for each in inside if each.kind == Kind.TOOL]
    if spans:
        return [
            ToolUse(
                each.name,
                parse(each.input) if each.input else None,
                parse(each.output) if each.output else None,
                each.status_message if each.level == "error" else "",
            )
            for each in spans
        ]
    return [
        ToolUse(part.name, part.arguments)
        for call in calls
        for message in messages.told(call.output, "assistant") or ()
        for part in message.parts
        if part.type == "tool_call"
    ]


def _spoken(said: Iterable[Message]) -> list[tuple[str, str]]:
    found = ((message.role, "\n".join(filter(None, map(_text, message.parts)))) for message in said)
    return [(role, text) for role, text in found if text]


def _text(part: Part) -> str:
    match part.type:
        case "text":
            return part.text
        case "tool_call":
            return f"[{part.name}({_json(part.arguments)})]"
        case "tool_result":
            return part.result if isinstance(part.result, str) else _json(part.result)
        case "json":
            return _json(part.value)
        case "media":
            return f"[{part.mime_type or 'media'}]"
        case "reasoning":
            return ""


def _json(value: Any) -> str:
    return "" if value is None else msgspec.json.encode(value).decode()


def _value(text: str) -> Any:
    try:
        return msgspec.json.decode(text) if text else None
    except msgspec.DecodeError:
        return text
