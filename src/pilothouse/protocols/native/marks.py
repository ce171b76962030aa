"""Bookmarks, and what is shared with anybody who has the link."""

from typing import Annotated

from fastapi import Depends, Path, Response
from starlette.concurrency import run_in_threadpool

from pilothouse.domain.review import Mark
from pilothouse.edge.access import Caller, CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.edge.shared import Shared, is_shared, link
from pilothouse.protocols.native import talk_wire as shapes
from pilothouse.store.relational import session_marks

router = Router(
    prefix="/projects/{project_id}", tags=["marks"], dependencies=[Depends(project_in_path)]
)

SessionId = Annotated[str, Path(min_length=1, max_length=800)]


@router.put("/bookmarks/traces/{trace_id}", status_code=204)
async def bookmark_trace(trace_id: str, caller: CallerOf, services: ServicesOf) -> Response:
    await services.intake.mark(caller.scope, trace_id, bookmarked=1)
    return Response(status_code=204)


@router.delete("/bookmarks/traces/{trace_id}", status_code=204)
async def unbookmark_trace(trace_id: str, caller: CallerOf, services: ServicesOf) -> Response:
    await services.intake.mark(caller.scope, trace_id, bookmarked=0)
    return Response(status_code=204)


@router.put("/bookmarks/sessions/{session_id:path}", status_code=204)
def bookmark_session(session_id: SessionId, caller: CallerOf, services: ServicesOf) -> Response:
    _mark(session_id, Mark.BOOKMARKED, caller, services, on=True)
    return Response(status_code=204)


@router.delete("/bookmarks/sessions/{session_id:path}", status_code=204)
def unbookmark_session(session_id: SessionId, caller: CallerOf, services: ServicesOf) -> Response:
    _mark(session_id, Mark.BOOKMARKED, caller, services, on=False)
    return Response(status_code=204)


@router.get("/sharing/traces/{trace_id}")
def trace_sharing(trace_id: str, caller: CallerOf, services: ServicesOf) -> shapes.Sharing:
    """Whether anybody may read the trace, and by which link."""
    services.reading.head(caller.scope, trace_id)
    return _sharing(services, Shared(caller.scope, "trace", trace_id))


@router.put("/sharing/traces/{trace_id}")
async def share_trace(
    trace_id: str, body: shapes.SharingChange, caller: CallerOf, services: ServicesOf
) -> shapes.Sharing:
    """Let anybody read the trace who has its link, or nobody any more from now on."""
    await services.intake.mark(caller.scope, trace_id, public=int(body.shared))
    return await run_in_threadpool(_sharing, services, Shared(caller.scope, "trace", trace_id))


@router.get("/sharing/sessions/{session_id:path}")
def session_sharing(
    session_id: SessionId, caller: CallerOf, services: ServicesOf
) -> shapes.Sharing:
    """Whether anybody may read the session with its traces, and by which link."""
    services.reading.session(caller.scope, session_id, 1)
    return _sharing(services, Shared(caller.scope, "session", session_id))


@router.put("/sharing/sessions/{session_id:path}")
def share_session(
    session_id: SessionId, body: shapes.SharingChange, caller: CallerOf, services: ServicesOf
) -> shapes.Sharing:
    """Let anybody read the session with its traces who has its link, or nobody any more."""
    _mark(session_id, Mark.PUBLIC, caller, services, on=body.shared)
    return _sharing(services, Shared(caller.scope, "session", session_id))


def _mark(id: str, mark: Mark, caller: Caller, services: Services, *, on: bool) -> None:
    services.reading.session(caller.scope, id, 1)
    with services.database.write() as db:
        if on:
            session_marks.put(db, caller.project_id, id, mark, caller.author_id)
        else:
            session_marks.remove(db, caller.project_id, id, mark)


def _sharing(services: Services, shared: Shared) -> shapes.Sharing:
    return shapes.Sharing(shared=is_shared(services, shared), token=link(services, shared))
