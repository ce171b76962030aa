"""Finding by id alone, in every project that a person reaches."""

from typing import Annotated

from fastapi import Query

from pilothouse.domain.access import User
from pilothouse.domain.errors import NotFound
from pilothouse.domain.scope import Scope
from pilothouse.edge.access import PersonOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.native import wire
from pilothouse.query.filters import quoted
from pilothouse.query.lists import ListQuestion
from pilothouse.query.parser import parse
from pilothouse.reading.service import Reading
from pilothouse.store.relational import accounts

router = Router(tags=["reading"])


@router.get("/find")
def find(
    user: PersonOf,
    services: ServicesOf,
    id: Annotated[str, Query(min_length=1, max_length=200)],
    project_id: Annotated[str, Query(description="The project to look in first")] = "",
) -> wire.Found:
    """The trace, span or session of an id, in the first project that has it."""
    for project in projects_of(services, user, first=project_id):
        for spelling in dict.fromkeys((id, id.replace("-", "").lower())):
            for look in (trace_in, _span_in, _session_in):
                if found := look(services.reading, Scope(project), spelling):
                    return wire.Found(item=found)
    return wire.Found(item=None)


def projects_of(services: Services, user: User, first: str = "") -> list[str]:
    """Every project that the person reaches."""
    with services.database.read() as db:
        reachable = accounts.reachable(db, user.id)
    found = [project.id for _, _, projects in reachable for project in projects]
    return sorted(found, key=lambda each: each != first)


def trace_in(reading: Reading, scope: Scope, id: str) -> wire.FoundItem | None:
    try:
        head = reading.trace(scope, id, limit=1).trace.head
    except NotFound:
        return None
    return _item("trace", scope, id, trace_id=id, name=head.trace_name or head.name)


def _span_in(reading: Reading, scope: Scope, id: str) -> wire.FoundItem | None:
    question = ListQuestion("spans", filter=parse(f"span:{quoted(id)}"), limit=1)
    for span in reading.spans(scope, question).items:
        return _item("span", scope, id, trace_id=span.trace_id, name=span.name)
    return None


def _session_in(reading: Reading, scope: Scope, id: str) -> wire.FoundItem | None:
    try:
        reading.session(scope, id, limit=1)
    except NotFound:
        return None
    return _item("session", scope, id, name=id)


def _item(
    kind: wire.FoundKind, scope: Scope, id: str, *, name: str, trace_id: str = ""
) -> wire.FoundItem:
    return wire.FoundItem(
        kind=kind, project_id=scope.project_id, trace_id=trace_id, id=id, name=name
    )
