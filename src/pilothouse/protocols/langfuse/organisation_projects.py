"""Projects of an organisation, and their keys, by the organisation's key."""

import json
from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from pilothouse.domain.access import ApiKey, Project
from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest, Conflict, NotFound
from pilothouse.domain.scope import Scope
from pilothouse.edge.access import OrganisationCaller, OrganisationCallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.langfuse.answers import moment
from pilothouse.protocols.langfuse.organisations import own_project
from pilothouse.protocols.langfuse.questions import micros
from pilothouse.store.relational import accounts, keys
from pilothouse.store.relational.database import claiming

router = Router()

Object = dict[str, Any]
Name = Annotated[str, Field(min_length=1, max_length=100)]

_MOST_METADATA = 20_000


class NewProject(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: Name
    retention: int | None = None
    metadata: Object | None = None


class ProjectChange(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: Name | None = None
    retention: int | None = None
    metadata: Object | None = None


class NewKey(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str | None = Field(default=None, max_length=200)
    note: str | None = Field(default=None, max_length=200)
    expiresAt: datetime | None = None
    publicKey: str | None = Field(default=None, max_length=200)
    secretKey: str | None = Field(default=None, max_length=200, repr=False)


# -- projects ----------------------------------------------------------------------------------


@router.post("/projects", status_code=201)
def create_project(body: NewProject, caller: OrganisationCallerOf, services: ServicesOf) -> Object:
    _check_retention(body.retention)
    metadata = _metadata(body.metadata or {})
    with services.database.write() as db:
        _check_name(db, caller.organisation_id, body.name)
        project = accounts.add_project(db, caller.organisation_id, body.name, metadata=metadata)
        return _told(db, project)


@router.put("/projects/{id}")
def update_project(
    id: str, body: ProjectChange, caller: OrganisationCallerOf, services: ServicesOf
) -> Object:
    _check_retention(body.retention)
    values: dict[str, str] = {}
    if body.metadata is not None:
        values["metadata"] = _metadata(body.metadata)
    with services.database.write() as db:
        project = own_project(db, caller, id)
        if body.name is not None and body.name != project.name:
            _check_name(db, caller.organisation_id, body.name)
            values["name"] = body.name
        accounts.change_project(db, id, **values)
        return _told(db, own_project(db, caller, id))


@router.delete("/projects/{id}", status_code=202)
async def delete_project(id: str, caller: OrganisationCallerOf, services: ServicesOf) -> Object:
    """Remove the project and everything it has. No read finds any of it when this returns."""
    project = await run_in_threadpool(_close, caller, services, id)
    await services.intake.delete_project(Scope(project.id))
    services.books.forget(project.id)
    return {"success": True, "message": f"The project {project.name} and its data are removed"}


def _close(caller: OrganisationCaller, services: Services, id: str) -> Project:
    """Nothing more comes into it."""
    with services.database.write() as db:
        project = own_project(db, caller, id)
        keys.revoke_all(db, project.id)
    services.access.forget_keys()
    return project


def _told(db: sa.Connection, project: Project) -> Object:
    organisation = accounts.organisation(db, project.organisation_id)
    return {
        "id": project.id,
        "name": project.name,
        "organization": {
            "id": project.organisation_id,
            "name": organisation.name if organisation else "",
        },
        "metadata": json.loads(project.metadata),
    }


def _check_name(db: sa.Connection, organisation_id: str, name: str) -> None:
    if any(each.name == name for each in accounts.projects_of(db, organisation_id)):
        raise Conflict("A project with this name already exists in your organization")


def _check_retention(days: int | None) -> None:
    if days:
        raise BadRequest("retention is not served: data are kept until they are deleted; give 0")


def _metadata(told: Object) -> str:
    text = json.dumps(told)
    if len(text) > _MOST_METADATA:
        raise BadRequest(f"metadata has more than {_MOST_METADATA} characters")
    return text


# -- their keys --------------------------------------------------------------------------------


@router.get("/projects/{id}/apiKeys")
def list_keys(id: str, caller: OrganisationCallerOf, services: ServicesOf) -> Object:
    with services.database.read() as db:
        found = keys.of_project(db, own_project(db, caller, id).id)
    return {"apiKeys": [_key(each) | {"lastUsedAt": moment(each.last_used_at)} for each in found]}


@router.post("/projects/{id}/apiKeys", status_code=201)
def create_key(id: str, body: NewKey, caller: OrganisationCallerOf, services: ServicesOf) -> Object:
    """The secret is in this answer and nowhere after."""
    if body.name is not None and body.note is not None:
        raise BadRequest("give name or note, not both: they are the same")
    expires_at = micros(body.expiresAt) if body.expiresAt else 0
    if expires_at and expires_at <= now():
        raise BadRequest("expiresAt lies in the past")
    public_key, secret_key = _given_pair(body)
    with services.database.write() as db:
        project = own_project(db, caller, id)
        with claiming("key", public_key):
            key, secret = keys.add(
                db,
                project.id,
                note=body.name or body.note or "",
                expires_at=expires_at,
                public_key=public_key,
                secret_key=secret_key,
            )
    return _key(key) | {"secretKey": secret}


@router.delete("/projects/{id}/apiKeys/{key_id}")
def delete_key(id: str, key_id: str, caller: OrganisationCallerOf, services: ServicesOf) -> Object:
    with services.database.write() as db:
        found = keys.revoke(db, own_project(db, caller, id).id, key_id)
    services.access.forget_keys()
    if not found:
        raise NotFound("API key not found")
    return {"success": True}


def _given_pair(body: NewKey) -> tuple[str, str]:
    """Empty halves are made at random."""
    public_key, secret_key = body.publicKey or "", body.secretKey or ""
    if bool(public_key) != bool(secret_key):
        raise BadRequest("give both publicKey and secretKey, or neither")
    if public_key and not (public_key.startswith("pk-lf-") and secret_key.startswith("sk-lf-")):
        raise BadRequest("publicKey begins with pk-lf- and secretKey with sk-lf-")
    if public_key and min(len(public_key), len(secret_key)) < 16:
        raise BadRequest("a key has 16 characters at least: whoever guesses it gets in")
    return public_key, secret_key


def _key(key: ApiKey) -> Object:
    return {
        "id": key.id,
        "createdAt": moment(key.created_at),
        "expiresAt": moment(key.expires_at),
        "publicKey": key.public_key,
        "displaySecretKey": f"sk-lf-...{key.secret_hint}",
        "name": key.note or None,
        "note": key.note or None,
    }
