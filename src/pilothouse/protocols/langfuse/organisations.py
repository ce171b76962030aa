"""An organisation by its own key: who is in it and in its projects, and what it has."""

import json
from typing import Any, Literal

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from pilothouse.domain.access import OrganisationKey, Project, Role, User
from pilothouse.domain.errors import Conflict, NotFound
from pilothouse.edge.access import OrganisationCaller, OrganisationCallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.protocols.langfuse.answers import moment
from pilothouse.store.relational import accounts, members, organisation_keys

router = Router()

Object = dict[str, Any]

_TOLD = {Role.ANNOTATOR: "VIEWER"}
"""Langfuse's clients know no role of annotators, and would fail on its name."""


class Place(BaseModel):
    model_config = ConfigDict(extra="ignore")

    userId: str
    role: Literal["OWNER", "ADMIN", "MEMBER", "VIEWER"]


class Leaver(BaseModel):
    model_config = ConfigDict(extra="ignore")

    userId: str


# -- what it has -------------------------------------------------------------------------------


@router.get("/organizations/projects")
def list_projects(caller: OrganisationCallerOf, services: ServicesOf) -> Object:
    with services.database.read() as db:
        found = accounts.projects_of(db, caller.organisation_id)
    return {"projects": [_listed(each) for each in found]}


def _listed(project: Project) -> Object:
    return {
        "id": project.id,
        "name": project.name,
        "metadata": json.loads(project.metadata),
        "createdAt": moment(project.created_at),
        "updatedAt": moment(project.updated_at),
    }


@router.get("/organizations/apiKeys")
def list_keys(caller: OrganisationCallerOf, services: ServicesOf) -> Object:
    """The organisation's own keys."""
    with services.database.read() as db:
        found = organisation_keys.of_organisation(db, caller.organisation_id)
    return {"apiKeys": [_key(each) for each in found]}


def _key(key: OrganisationKey) -> Object:
    return {
        "id": key.id,
        "createdAt": moment(key.created_at),
        "expiresAt": moment(key.expires_at),
        "lastUsedAt": moment(key.last_used_at),
        "name": key.note or None,
        "note": key.note or None,
        "publicKey": key.public_key,
        "displaySecretKey": f"sk-lf-...{key.secret_hint}",
    }


# -- who is in it ------------------------------------------------------------------------------


@router.get("/organizations/memberships")
def list_members(caller: OrganisationCallerOf, services: ServicesOf) -> Object:
    with services.database.read() as db:
        found = accounts.members(db, caller.organisation_id)
    return {"memberships": [_member(*each) for each in found]}


@router.put("/organizations/memberships")
def put_member(body: Place, caller: OrganisationCallerOf, services: ServicesOf) -> Object:
    """Give a person who is known to the server a place, or the one they have another role."""
    role = Role(body.role.lower())
    with services.database.write() as db:
        members.lock(db, caller.organisation_id)
        user = known_user(db, body.userId)
        if role is not Role.OWNER:
            keep_an_owner(db, caller.organisation_id, user.id)
        members.place_in_organisation(db, user.id, caller.organisation_id, role)
    return _member(user, role)


@router.delete("/organizations/memberships")
def delete_member(body: Leaver, caller: OrganisationCallerOf, services: ServicesOf) -> Object:
    with services.database.write() as db:
        members.lock(db, caller.organisation_id)
        user = known_user(db, body.userId)
        if accounts.member_role(db, user.id, caller.organisation_id) is None:
            raise NotFound("the person is no member of the organisation")
        keep_an_owner(db, caller.organisation_id, user.id)
        members.place_in_organisation(db, user.id, caller.organisation_id, None)
    return {"message": "Membership deleted successfully", "userId": user.id}


# -- who is in a project -----------------------------------------------------------------------


@router.get("/projects/{id}/memberships")
def list_project_members(id: str, caller: OrganisationCallerOf, services: ServicesOf) -> Object:
    """Those whom the project names itself, besides the members of the organisation."""
    with services.database.read() as db:
        found = accounts.project_members(db, own_project(db, caller, id).id)
    return {"memberships": [_member(*each) for each in found]}


@router.put("/projects/{id}/memberships")
def put_project_member(
    id: str, body: Place, caller: OrganisationCallerOf, services: ServicesOf
) -> Object:
    """Give a person a role in the project, which stands instead of the organisation's."""
    role = Role(body.role.lower())
    with services.database.write() as db:
        project, user = own_project(db, caller, id), known_user(db, body.userId)
        if accounts.member_role(db, user.id, caller.organisation_id) is Role.OWNER:
            raise Conflict("an owner of the organisation is one in each of its projects")
        members.place_in_project(db, user.id, project.id, role)
    return _member(user, role)


@router.delete("/projects/{id}/memberships")
def delete_project_member(
    id: str, body: Leaver, caller: OrganisationCallerOf, services: ServicesOf
) -> Object:
    with services.database.write() as db:
        project, user = own_project(db, caller, id), known_user(db, body.userId)
        if user.id not in {each.id for each, _ in accounts.project_members(db, project.id)}:
            raise NotFound("the person has no role of their own in the project")
        members.place_in_project(db, user.id, project.id, None)
    return {"message": "Membership deleted successfully", "userId": user.id}


def own_project(db: sa.Connection, caller: OrganisationCaller, id: str) -> Project:
    """A project of others looks like none at all. Raises NotFound."""
    project = accounts.project(db, id)
    if project is None or project.organisation_id != caller.organisation_id:
        raise NotFound("Project not found")
    return project


def known_user(db: sa.Connection, id: str) -> User:
    """Raises NotFound."""
    user = accounts.user(db, id)
    if user is None:
        raise NotFound("User not found")
    return user


def keep_an_owner(db: sa.Connection, organisation_id: str, leaver_id: str) -> None:
    """Raises Conflict when nobody would own the organisation."""
    if members.owners(db, organisation_id) == [leaver_id]:
        raise Conflict("an organisation keeps at least one owner")


def _member(user: User, role: Role) -> Object:
    told = _TOLD.get(role, role.upper())
    return {"userId": user.id, "role": told, "email": user.email, "name": user.name}
