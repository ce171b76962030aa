"""What anybody may read who has the link of a shared trace or session, and nothing else of its
project. Paths below a token are those of `/projects/{project_id}`, so that the same pages show it."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import Query, Request
from starlette.responses import Response

from pilothouse.domain.errors import NotFound
from pilothouse.domain.scope import Scope
from pilothouse.domain.score import Score
from pilothouse.edge.media_links import streamed
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.edge.shared import Shared, SharedOf, is_shared, link, trace_of
from pilothouse.protocols.native import media as media_routes
from pilothouse.protocols.native import reading_wire, rows
from pilothouse.protocols.native import talk_wire as shapes
from pilothouse.protocols.native.reading import Cursor
from pilothouse.query import lists
from pilothouse.query.filters import Match, equal
from pilothouse.query.lists import ListQuestion
from pilothouse.reading.blinding import Sight
from pilothouse.store.relational import media

router = Router(prefix="/shared", tags=["shared"])

_HEAD = "-"
_MOST_USES = 1_000
"""Of one media, that are looked through for a turn of the session."""


@router.get("")
def find_shared(
    services: ServicesOf,
    project_id: Annotated[str, Query(max_length=64)],
    trace_id: Annotated[str, Query(max_length=800)],
) -> shapes.SharedLink:
    """The link of a trace by its plain address, when it is public."""
    wanted = Shared(Scope(project_id), "trace", trace_id)
    if not is_shared(services, wanted):
        raise NotFound("no such trace")
    return shapes.SharedLink(token=link(services, wanted))


@router.get("/{token}")
def show_shared(shared: SharedOf) -> shapes.SharedThing:
    """What the link leads to."""
    return shapes.SharedThing(kind=shared.kind, id=shared.id)


@router.get("/{token}/traces")
def shared_turns(
    shared: SharedOf,
    services: ServicesOf,
    start: int,
    end: int,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 50,
    cursor: Cursor = None,
    order: str = "",
    filter: Annotated[str, Query(description="Not looked at: it is always the session")] = "",
) -> reading_wire.TracePage:
    """The traces of a shared session."""
    if shared.kind != "session":
        raise NotFound("no such session")
    question = ListQuestion(
        "traces",
        lists.ranged(start, end),
        Match("session", equal(shared.id)),
        lists.order("traces", order),
        limit,
    ).at(cursor)
    page = services.reading.traces(shared.scope, question)
    sums = {each.head.trace_id: each.scores for each in page.items}
    _sight(services, shared).hide_in(sums)
    return reading_wire.TracePage(
        items=[rows.trace(item) for item in page.items],
        next_cursor=page.next_cursor,
        question=rows.question(question, ""),
    )


@router.get("/{token}/traces/{trace_id}")
def shared_trace(
    trace_id: str,
    shared: SharedOf,
    services: ServicesOf,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 2_000,
    cursor: Cursor = None,
) -> reading_wire.TraceDetail:
    """A shared trace, or one of a shared session, with one page of its spans."""
    trace_id = trace_of(services, shared, trace_id)
    found = services.reading.trace(shared.scope, trace_id, limit, cursor)
    found = _sight(services, shared).trace(found)
    return rows.trace_detail(found).model_copy(update={"scores": _nameless(found.scores)})


@router.get("/{token}/traces/{trace_id}/spans/{span_id}")
def shared_span(
    trace_id: str,
    span_id: str,
    shared: SharedOf,
    services: ServicesOf,
    limit_chars: Annotated[int, Query(ge=0, le=20_000_000)] = 100_000,
) -> reading_wire.SpanDetail:
    """A span with its bodies."""
    trace_id = trace_of(services, shared, trace_id)
    wanted = "" if span_id == _HEAD else span_id
    found = services.reading.span(shared.scope, trace_id, wanted, limit_chars)
    seen = _sight(services, shared).scores(found.scores)
    return rows.span_detail(found).model_copy(update={"scores": _nameless(seen)})


@router.get("/{token}/traces/{trace_id}/transcript")
def shared_transcript(
    trace_id: str,
    shared: SharedOf,
    services: ServicesOf,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Cursor = None,
) -> reading_wire.Transcript:
    """What was said in the trace."""
    trace_id = trace_of(services, shared, trace_id)
    return rows.transcript(services.reading.transcript(shared.scope, trace_id, limit, cursor))


@router.get("/{token}/sessions/{session_id:path}")
def shared_session(
    session_id: str,
    shared: SharedOf,
    services: ServicesOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Cursor = None,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> reading_wire.SessionDetail:
    """A shared session as a conversation."""
    if shared.kind != "session" or shared.id != session_id:
        raise NotFound("no such session")
    found = services.reading.session(shared.scope, session_id, limit, cursor, offset)
    found = _sight(services, shared).session(found)
    return rows.session_detail(found).model_copy(update={"scores": _nameless(found.scores)})


@router.get(
    "/{token}/media/{media_id}",
    response_class=Response,
    responses={200: {"content": {"*/*": {}}}},
)
def shared_media(
    media_id: str, request: Request, shared: SharedOf, services: ServicesOf
) -> Response:
    """Media that what is shared uses."""
    _check_use(services, shared, media_id)
    return streamed(request, services, shared.scope.project_id, media_id)


@router.get("/{token}/media/{media_id}/facts")
def shared_media_facts(
    media_id: str, shared: SharedOf, services: ServicesOf
) -> reading_wire.MediaFacts:
    _check_use(services, shared, media_id)
    return media_routes.facts(services.media.find(shared.scope.project_id, media_id))


def _check_use(services: Services, shared: Shared, media_id: str) -> None:
    with services.database.read() as db:
        used = media.traces_using(db, shared.scope.project_id, media_id)
    if shared.kind == "trace":
        belongs = shared.id in used
    else:
        found = services.reading.summaries(shared.scope, used[:_MOST_USES])
        belongs = any(each.head.session_id == shared.id for each in found.values())
    if not belongs:
        raise NotFound("Media asset not found")


def _sight(services: Services, shared: Shared) -> Sight:
    return Sight(services.database, shared.scope.project_id)


def _nameless(scores: Iterable[Score]) -> list[reading_wire.ScoreRow]:
    """Who gave a score is nothing that a link tells."""
    return [row.model_copy(update={"author_id": ""}) for row in rows.scores(scores)]
