"""Addresses that people follow from elsewhere: the sign-in link, and the links SDKs print."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse

from pilothouse.domain.scope import Scope
from pilothouse.edge.access import COOKIE
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.edge.shared import Shared, is_shared, link
from pilothouse.protocols.native import finding
from pilothouse.protocols.native.people import set_cookie
from pilothouse.store.relational import accounts

router = Router()

_MOST_LOOKED_IN = 100
"""Projects, the newest first, for somebody who need not be anybody: each look costs a question to
the store. An address that names the project needs none."""


@router.get("/auth/link/{token}")
def use_link(token: str, request: Request, services: ServicesOf) -> RedirectResponse:
    """Sign in once by the link that the terminal prints."""
    with services.database.write() as db:
        user_id = accounts.use_link(db, token)
        sign_in = accounts.sign_in(db, user_id) if user_id else ""
    if not sign_in:
        return RedirectResponse("/sign-in?spent=1", 303)
    response = RedirectResponse("/", 303)
    set_cookie(response, request, sign_in)
    return response


@router.get("/trace/{trace_id}")
def open_trace(trace_id: str, request: Request, services: ServicesOf) -> RedirectResponse:
    """Old SDKs print a trace's address without its project; find it among the person's projects.
    Who is not signed in gets to see it when it is public, as with Langfuse."""
    user = services.access.person(request.cookies.get(COOKIE, ""))
    if user is None:
        if token := _shared(services, trace_id):
            return RedirectResponse(f"/share/{token}", 303)
        return RedirectResponse(f"/sign-in?to={quote(f'/trace/{trace_id}', safe='')}", 303)
    projects = finding.projects_of(services, user)
    for project_id in projects:
        if finding.trace_in(services.reading, Scope(project_id), trace_id):
            return RedirectResponse(_page(project_id, trace_id), 303)
    return RedirectResponse(_page(projects[0], trace_id) if projects else "/", 303)


def _shared(services: Services, trace_id: str) -> str:
    """The link of a public trace, wherever it is; empty when there is none."""
    with services.database.read() as db:
        newest_first = accounts.projects(db)[::-1]
    for project in newest_first[:_MOST_LOOKED_IN]:
        wanted = Shared(Scope(project.id), "trace", trace_id)
        if is_shared(services, wanted):
            return link(services, wanted)
    return ""


def _page(project_id: str, trace_id: str) -> str:
    return f"/project/{quote(project_id, safe='')}/traces/{quote(trace_id, safe='')}"
