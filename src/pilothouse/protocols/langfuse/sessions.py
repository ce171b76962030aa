"""Sessions, as Langfuse's API reads them."""

from typing import Any

from pilothouse.domain.errors import NotFound
from pilothouse.edge.access import CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.protocols.langfuse import answers, questions
from pilothouse.protocols.langfuse.questions import PagingOf, Time, Words, among
from pilothouse.query.lists import ALWAYS, ListQuestion, order

router = Router()

_MOST_TRACES = 1_000


@router.get("/sessions")
def sessions(
    caller: CallerOf,
    services: ServicesOf,
    paging: PagingOf,
    fromTimestamp: Time = None,
    toTimestamp: Time = None,
    environment: Words = None,
) -> dict[str, Any]:
    """A page of sessions, newest first."""
    question = paging.question(
        "sessions",
        questions.within(fromTimestamp, toTimestamp),
        among("environment", environment),
        order("sessions", "-start_time"),
    )
    page = services.reading.sessions(caller.scope, question)
    return {
        "data": [answers.session(each, caller.project_id) for each in page.items],
        "meta": paging.meta(services.reading.count(caller.scope, question)),
    }


@router.get("/sessions/{session_id:path}")
def session(session_id: str, caller: CallerOf, services: ServicesOf) -> dict[str, Any]:
    """A session with its traces."""
    try:
        found = services.reading.session(caller.scope, session_id, limit=1)
    except NotFound:
        raise NotFound(f"Session {session_id} not found within authorized project") from None
    question = ListQuestion(
        "traces", ALWAYS, among("session", session_id), order("traces", ""), _MOST_TRACES
    )
    page = services.reading.traces(caller.scope, question)
    ids = [summary.head.trace_id for summary in page.items]
    whole = services.reading.summaries(caller.scope, ids)
    return {
        **answers.session(found.session, caller.project_id),
        "traces": [answers.trace(whole[each]) for each in ids if each in whole],
    }
