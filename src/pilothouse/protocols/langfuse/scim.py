"""People of an organisation by SCIM 2.0, with the organisation's key.

A person who is taken away loses their place, not their account. One who is there already keeps name and
password, whatever is told: others may have let them in.
"""

import re
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from pilothouse.domain.access import Role, User
from pilothouse.domain.errors import BadRequest, Conflict, NotFound
from pilothouse.edge import passwords
from pilothouse.edge.access import OrganisationCaller, OrganisationCallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.langfuse.organisations import keep_an_owner
from pilothouse.store.relational import accounts, members
from pilothouse.store.relational.database import claiming

router = Router()

Object = dict[str, Any]

_CORE, _MESSAGES = "urn:ietf:params:scim:schemas:core:2.0", "urn:ietf:params:scim:api:messages:2.0"
_USER = f"{_CORE}:User"
_BASE = "/api/public/scim"
_FILTER = re.compile(r'\s*userName\s+eq\s+"((?:[^"\\]|\\.)*)"\s*', re.IGNORECASE)
_MOST = 1_000
_LEAST_PASSWORD = 10


class Name(BaseModel):
    model_config = ConfigDict(extra="ignore")

    formatted: str | None = Field(default=None, max_length=200)
    givenName: str | None = Field(default=None, max_length=200)
    familyName: str | None = Field(default=None, max_length=200)

    def told(self) -> str:
        return self.formatted or " ".join(filter(None, [self.givenName, self.familyName]))


class NewUser(BaseModel):
    model_config = ConfigDict(extra="ignore")

    userName: str = Field(max_length=320, pattern=r"^\s*[^\s@]+@[^\s@]+\s*$")
    name: Name = Name()
    active: bool = True
    password: str | None = Field(
        default=None, min_length=_LEAST_PASSWORD, max_length=1_000, repr=False
    )
    roles: list[Any] = []


class Operation(BaseModel):
    model_config = ConfigDict(extra="ignore")

    op: str
    path: str | None = None
    value: Any = None

    def active(self) -> bool:
        """Raises BadRequest for anything but a new value of `active`, which some write as a text."""
        told = {self.path: self.value} if self.path else self.value
        if self.op.lower() not in ("replace", "add") or not isinstance(told, dict):
            raise BadRequest("Operations replace active, and nothing else")
        value = str(told.get("active")).lower()
        if set(told) != {"active"} or value not in ("true", "false"):
            raise BadRequest("Operations replace active by true or false, and nothing else")
        return value == "true"


class Change(BaseModel):
    model_config = ConfigDict(extra="ignore")

    Operations: list[Operation] = Field(min_length=1, max_length=20)


# -- people ------------------------------------------------------------------------------------


@router.get("/scim/Users")
def list_users(
    caller: OrganisationCallerOf,
    services: ServicesOf,
    filter: str | None = None,
    startIndex: int = 1,
    count: Annotated[int, Query(le=_MOST)] = 100,
) -> Response:
    """By e-mail."""
    with services.database.read() as db:
        found = [user for user, _ in accounts.members(db, caller.organisation_id)]
    if filter:
        name = _asked(filter)
        found = [user for user in found if user.email == name]
    first = max(1, startIndex)
    page = found[first - 1 : first - 1 + max(0, count)]
    return _answer(
        {
            "schemas": [f"{_MESSAGES}:ListResponse"],
            "totalResults": len(found),
            "startIndex": first,
            "itemsPerPage": len(page),
            "Resources": [_shown(user) for user in page],
        }
    )


@router.post("/scim/Users")
async def create_user(
    body: NewUser, caller: OrganisationCallerOf, services: ServicesOf
) -> Response:
    """Give a person a place: of a viewer, unless a role is told."""
    if not body.active:
        raise BadRequest("a person who is not active has no place here; leave them out")
    role = _role(body.roles)
    hashed = await run_in_threadpool(passwords.hashed, body.password) if body.password else ""
    user = await run_in_threadpool(_placed, services, caller, body, role, hashed)
    return _answer(_shown(user), 201)


@router.get("/scim/Users/{user_id}")
def get_user(user_id: str, caller: OrganisationCallerOf, services: ServicesOf) -> Response:
    with services.database.read() as db:
        return _answer(_shown(_member(db, caller, user_id)))


@router.delete("/scim/Users/{user_id}")
def delete_user(
    user_id: str, request: Request, caller: OrganisationCallerOf, services: ServicesOf
) -> Response:
    """Take the place away, in the organisation and in each of its projects."""
    _removed(services, caller, user_id)
    # SCIM wants no body; Langfuse's SDKs fail without one.
    is_sdk = "x-langfuse-sdk-name" in request.headers
    return _answer({}) if is_sdk else Response(status_code=204)


@router.patch("/scim/Users/{user_id}")
def change_user(
    user_id: str, body: Change, caller: OrganisationCallerOf, services: ServicesOf
) -> Response:
    """What providers do when somebody leaves: `active` becomes false, and the place is taken away."""
    told = [each.active() for each in body.Operations]
    if not told[-1]:
        return _answer(_shown(_removed(services, caller, user_id)) | {"active": False})
    with services.database.read() as db:
        return _answer(_shown(_member(db, caller, user_id)))


def _removed(services: Services, caller: OrganisationCaller, user_id: str) -> User:
    with services.database.write() as db:
        members.lock(db, caller.organisation_id)
        user = _member(db, caller, user_id)
        keep_an_owner(db, caller.organisation_id, user.id)
        members.place_in_organisation(db, user.id, caller.organisation_id, None)
        for project in accounts.projects_of(db, caller.organisation_id):
            members.place_in_project(db, user.id, project.id, None)
    return user


def _placed(
    services: Services, caller: OrganisationCaller, body: NewUser, role: Role, hashed: str
) -> User:
    email = body.userName.strip().lower()
    with services.database.write() as db:
        members.lock(db, caller.organisation_id)
        user = accounts.user_by_email(db, email)
        if user is None:
            with claiming("person", email):
                user = accounts.add_user(db, email, body.name.told(), hashed)
        elif accounts.member_role(db, user.id, caller.organisation_id):
            raise Conflict(f"{email} has a place in the organisation already")
        members.place_in_organisation(db, user.id, caller.organisation_id, role)
    return user


def _member(db: sa.Connection, caller: OrganisationCaller, user_id: str) -> User:
    """Those of other organisations look like nobody."""
    user = accounts.user(db, user_id)
    if user is None or accounts.member_role(db, user_id, caller.organisation_id) is None:
        raise NotFound("User not found")
    return user


def _asked(filter: str) -> str:
    told = _FILTER.fullmatch(filter)
    if told is None:
        raise BadRequest('filter is userName eq "somebody@example.com"')
    return re.sub(r"\\(.)", r"\1", told[1]).strip().lower()


def _role(roles: list[Any]) -> Role:
    if not roles:
        return Role.VIEWER
    told = str(roles[0].get("value") if isinstance(roles[0], dict) else roles[0]).lower()
    if len(roles) > 1 or told not in ("owner", "admin", "member", "viewer"):
        raise BadRequest("roles holds one of OWNER, ADMIN, MEMBER and VIEWER")
    return Role(told)


def _shown(user: User) -> Object:
    return {
        "schemas": [_USER],
        "id": user.id,
        "userName": user.email,
        "name": {"formatted": user.name},
        "emails": [{"primary": True, "value": user.email, "type": "work"}],
        "active": True,
        "meta": {"resourceType": "User", "location": f"{_BASE}/Users/{user.id}"},
    }


# -- what is served ----------------------------------------------------------------------------


@router.get("/scim/ServiceProviderConfig")
def service_provider_config(caller: OrganisationCallerOf) -> Response:
    no: Object = {"supported": False}
    return _answer(
        {
            "schemas": [f"{_CORE}:ServiceProviderConfig"],
            "documentationUri": "https://datatracker.ietf.org/doc/html/rfc7644",
            "patch": {"supported": True},
            "bulk": {**no, "maxOperations": 0, "maxPayloadSize": 0},
            "filter": {"supported": True, "maxResults": _MOST},
            "changePassword": no,
            "sort": no,
            "etag": no,
            "authenticationSchemes": [
                {
                    "name": "HTTP Basic",
                    "description": "Public and secret key of the organisation",
                    "specUri": "https://www.rfc-editor.org/info/rfc2617",
                    "type": "httpbasic",
                    "primary": True,
                }
            ],
            "meta": _meta("ServiceProviderConfig", "ServiceProviderConfig"),
        }
    )


@router.get("/scim/ResourceTypes")
def resource_types(caller: OrganisationCallerOf) -> Response:
    return _listed(
        {
            "schemas": [f"{_CORE}:ResourceType"],
            "id": "User",
            "name": "User",
            "endpoint": "/Users",
            "description": "A person with a place in the organisation",
            "schema": _USER,
            "schemaExtensions": [],
            "meta": _meta("ResourceType", "ResourceTypes/User"),
        }
    )


@router.get("/scim/Schemas")
def schemas(caller: OrganisationCallerOf) -> Response:
    return _listed(
        {
            "id": _USER,
            "name": "User",
            "description": "A person with a place in the organisation",
            "attributes": [
                _attribute("userName", "Their e-mail address", required=True, unique="server"),
                _attribute("name", "What they are called", kind="complex")
                | {"subAttributes": [_attribute("formatted", "The whole name")]},
                _attribute("emails", "Their e-mail address", kind="complex", many=True),
                _attribute("active", "False takes the place away", kind="boolean"),
                _attribute("password", "Of somebody new", written=True),
                _attribute("roles", "OWNER, ADMIN, MEMBER or VIEWER", many=True, written=True),
            ],
            "meta": _meta("Schema", f"Schemas/{_USER}"),
        }
    )


def _attribute(
    name: str,
    description: str,
    *,
    kind: str = "string",
    many: bool = False,
    required: bool = False,
    written: bool = False,
    unique: str = "none",
) -> Object:
    return {
        "name": name,
        "type": kind,
        "multiValued": many,
        "description": description,
        "required": required,
        "caseExact": False,
        "mutability": "writeOnly" if written else "readWrite",
        "returned": "never" if written else "default",
        "uniqueness": unique,
    }


def _listed(resource: Object) -> Response:
    told = {"schemas": [f"{_MESSAGES}:ListResponse"], "totalResults": 1, "Resources": [resource]}
    return _answer(told)


def _meta(kind: str, place: str) -> Object:
    return {"resourceType": kind, "location": f"{_BASE}/{place}"}


def _answer(body: Object, status: int = 200) -> Response:
    return JSONResponse(body, status, media_type="application/scim+json")
