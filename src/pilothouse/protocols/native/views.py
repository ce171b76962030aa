"""Saved views of lists: a person's own, and those that the project shares."""

from dataclasses import replace

from fastapi import Depends, Response

from pilothouse.domain.access import Permission
from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest, Forbidden, NotFound
from pilothouse.domain.view import SavedView
from pilothouse.edge.access import Caller, CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.protocols.native import view_wire
from pilothouse.query import lists
from pilothouse.query.parser import parse
from pilothouse.store.relational import saved_views

router = Router(
    prefix="/projects/{project_id}/views",
    tags=["views"],
    dependencies=[Depends(project_in_path)],
)

_MOST_VIEWS = 200
"""Of one person in one project."""


@router.get("")
def list_views(caller: CallerOf, services: ServicesOf) -> view_wire.SavedViews:
    """The caller's own views and the shared ones, by name."""
    with services.database.read() as db:
        found = saved_views.seen_by(db, caller.project_id, caller.user_id)
        defaults = saved_views.defaults(db, caller.project_id, caller.user_id)
    return view_wire.SavedViews(items=[_view(each, caller, defaults) for each in found])


@router.post("", status_code=201)
def add_view(
    body: view_wire.NewView, caller: CallerOf, services: ServicesOf
) -> view_wire.SavedView:
    """Keep a view under a name. Sharing it needs the permission to edit."""
    _of_a_person(caller)
    _check(body.list, body.query)
    if body.shared:
        _may_share(caller)
    with services.database.write() as db:
        if saved_views.count(db, caller.project_id, caller.user_id) >= _MOST_VIEWS:
            raise BadRequest(f"a person keeps at most {_MOST_VIEWS} views in a project")
        view = saved_views.add(
            db,
            caller.project_id,
            caller.user_id,
            body.list,
            body.name,
            body.query.model_dump_json(),
            shared=body.shared,
        )
    return _view(view, caller, {})


@router.patch("/{view_id}")
def change_view(
    view_id: str, body: view_wire.ViewPatch, caller: CallerOf, services: ServicesOf
) -> view_wire.SavedView:
    """Rename, share or update a view."""
    _of_a_person(caller)
    with services.database.write() as db:
        view = _changeable(saved_views.one(db, caller.project_id, view_id), caller)
        if body.query is not None:
            _check(view.list, body.query)
        if body.shared is not None and body.shared != view.shared:
            _may_share(caller)
        view = replace(
            view,
            name=view.name if body.name is None else body.name,
            shared=view.shared if body.shared is None else body.shared,
            query=view.query if body.query is None else body.query.model_dump_json(),
            updated_at=now(),
        )
        saved_views.replace(db, view)
        defaults = saved_views.defaults(db, caller.project_id, caller.user_id)
    return _view(view, caller, defaults)


@router.delete("/{view_id}", status_code=204)
def remove_view(view_id: str, caller: CallerOf, services: ServicesOf) -> Response:
    """Whoever had it as default gets the plain list again."""
    _of_a_person(caller)
    with services.database.write() as db:
        view = _changeable(saved_views.one(db, caller.project_id, view_id), caller)
        saved_views.remove(db, caller.project_id, view.id)
    return Response(status_code=204)


@router.put("/default/{list}", status_code=204)
def set_default(
    list: view_wire.Listed, body: view_wire.DefaultView, caller: CallerOf, services: ServicesOf
) -> Response:
    """Which view of a list opens when the caller asks for nothing special."""
    _of_a_person(caller)
    with services.database.write() as db:
        if not body.view_id:
            saved_views.unset_default(db, caller.user_id, caller.project_id, list)
            return Response(status_code=204)
        view = _seen(saved_views.one(db, caller.project_id, body.view_id), caller)
        if view.list != list:
            raise BadRequest(f"this is a view of {view.list}")
        saved_views.set_default(db, caller.user_id, view)
    return Response(status_code=204)


def _of_a_person(caller: Caller) -> None:
    if not caller.user_id:
        raise BadRequest("views belong to people: a key has none, sign in")


def _may_share(caller: Caller) -> None:
    if Permission.EDIT not in caller.permissions:
        raise Forbidden("sharing a view needs the permission to edit")


def _seen(view: SavedView | None, caller: Caller) -> SavedView:
    if view is None or not (view.shared or view.owner_id == caller.user_id):
        raise NotFound("no such view")
    return view


def _changeable(view: SavedView | None, caller: Caller) -> SavedView:
    found = _seen(view, caller)
    if not _may_change(found, caller):
        raise Forbidden("a shared view of somebody else needs the permission to edit")
    return found


def _may_change(view: SavedView, caller: Caller) -> bool:
    return view.owner_id == caller.user_id or Permission.EDIT in caller.permissions


def _check(list: view_wire.Listed, query: view_wire.ViewQuery) -> None:
    """Raises BadRequest on a view that could not be opened."""
    parse(query.filter)
    lists.order(list, query.order)
    if query.start or query.end:
        lists.ranged(query.start, query.end)


def _view(view: SavedView, caller: Caller, defaults: dict[str, str]) -> view_wire.SavedView:
    return view_wire.SavedView(
        id=view.id,
        list=view.list,
        name=view.name,
        shared=view.shared,
        own=view.owner_id == caller.user_id,
        changeable=bool(caller.user_id) and _may_change(view, caller),
        default=defaults.get(view.list) == view.id,
        query=view_wire.ViewQuery.model_validate_json(view.query),
        updated_at=view.updated_at,
    )
