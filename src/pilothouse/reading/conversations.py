"""A session as a conversation: each trace is a turn, and each turn shows what it added.

Applications send the whole history with every call, and agents answer with it. A turn's messages
are those behind the ones that were shown before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import msgspec

from pilothouse.domain import messages
from pilothouse.domain.errors import NotFound
from pilothouse.domain.messages import Message, Part
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.query.answers import SessionView, TraceSummary, Turn
from pilothouse.query.filters import Match, equal
from pilothouse.query.lists import ListQuestion, Order
from pilothouse.reading.pages import one_more, page
from pilothouse.store.api import AnalyticReader

_LONGEST = 1_000_000
"""Characters of a turn's input or output that are read."""


def session(
    reader: AnalyticReader,
    scope: Scope,
    session_id: str,
    limit: int,
    cursor: str | None,
    offset: int = 0,
) -> SessionView:
    """One page of a session's turns, behind a cursor or so many turns. Raises NotFound."""
    summary = reader.session(scope, session_id)
    if summary is None:
        raise NotFound("no such session")
    within = TimeRange(summary.start_time, summary.end_time + 1)
    filter = Match("session", equal(session_id))
    first = ListQuestion("traces", within, filter, Order("start_time", False), limit)
    question = first.at(cursor)
    # The turn before the page is read as well, as what was said there is not said again.
    skipped = 1 if offset else 0
    question = replace(question, offset=offset - skipped, limit=limit + skipped)
    shown = page(question, reader.traces(scope, one_more(question)))
    before = [each.head.trace_id for each in shown.items[:skipped]] or _before(question)
    return SessionView(
        session=summary,
        turns=_turns(reader, scope, shown.items[skipped:], before),
        next_cursor=shown.next_cursor,
        scores=reader.scores_of_sessions(scope, [session_id]),
    )


def _before(question: ListQuestion) -> list[str]:
    """The trace that the page before this one ended with."""
    return [str(question.after[1])] if question.after else []


def _turns(
    reader: AnalyticReader,
    scope: Scope,
    traces: Sequence[TraceSummary],
    before: Sequence[str],
) -> list[Turn]:
    ids = [trace.head.trace_id for trace in traces]
    bodies = reader.turns(scope, [*before, *ids], _LONGEST)
    seen: set[bytes] = set()
    for trace_id in before:
        for body in bodies.get(trace_id, ()):
            seen |= _marks(messages.read(body) or ())
    turns: list[Turn] = []
    for trace in traces:
        input, output = bodies.get(trace.head.trace_id, ("", ""))
        asked, answered = messages.told(input, "user"), messages.told(output, "assistant")
        new = _added(asked, seen) if asked else asked
        seen |= _marks(asked or ())
        turns.append(
            Turn(
                trace=trace,
                input=input,
                output=output,
                input_messages=new,
                output_messages=_added(answered, seen) if answered else answered,
            )
        )
        seen |= _marks(answered or ())
    return turns


def _added(asked: list[Message], seen: set[bytes]) -> list[Message]:
    """What stands behind the messages already shown. The last one always does: people do say the
    same thing twice."""
    first = 0
    while first < len(asked) - 1 and _mark(asked[first]) in seen:
        first += 1
    return asked[first:]


def _marks(given: Iterable[Message]) -> set[bytes]:
    return {_mark(message) for message in given}


def _mark(message: Message) -> bytes:
    """What two tellings of one message have in common."""
    parts = [_essence(part) for part in message.parts if part.type != "reasoning"]
    return msgspec.json.encode((message.role, parts))


def _essence(part: Part) -> tuple[object, ...]:
    return (part.type, part.text.strip(), part.name, part.arguments, part.result, part.url)
