"""Who is asking, and whether they may. Every route comes through here."""

import base64
import binascii
import threading
import time
from dataclasses import dataclass
from typing import Annotated, NoReturn

from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from pilothouse.domain.access import WITHOUT_SECRET, ApiKey, Permission, User, permissions
from pilothouse.domain.errors import Forbidden, NotFound, Unauthenticated, Unavailable
from pilothouse.domain.scope import Scope
from pilothouse.edge.permissions import ROUTES, Open
from pilothouse.store.relational import accounts, keys, organisation_keys
from pilothouse.store.relational.database import Database

COOKIE = "pilothouse_session"
OWN_REQUEST = "x-pilothouse"
"""A header that no form and no foreign page can send; changes by cookie need it."""

_HOW = "send the key pair as HTTP Basic authorization"
_UNKNOWN = "no such key, or the secret does not fit it"
_SAFE = {"GET", "HEAD", "OPTIONS"}
_REMEMBERED = 10.0
"""Seconds for which another replica's revocation of a key may go unnoticed."""
_TRUSTED_WITHOUT_STORE = 3600.0
"""Seconds. Nobody can revoke a key while its store is away either."""
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a place in one project: a program by its key, or a person by their sign-in."""

    scope: Scope
    permissions: frozenset[Permission]
    key_id: str = ""
    public_key: str = ""
    user_id: str = ""
    has_secret: bool = True
    """False for who told a public key alone."""

    @property
    def project_id(self) -> str:
        return self.scope.project_id

    @property
    def author_id(self) -> str:
        """Who did it: a person's id, else a key's."""
        return self.user_id or self.key_id


@dataclass(frozen=True, slots=True)
class OrganisationCaller:
    """A program that runs an organisation, by the organisation's key."""

    organisation_id: str
    key_id: str


class Access:
    """Keys and sign-ins, looked up. Keys that were good are remembered for a few seconds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[str, str], tuple[float, Caller]] = {}
        self._lock = threading.Lock()

    def remembered(self, public_key: str, secret_key: str | None) -> Caller | None:
        found = self._known.get((public_key, _hash(secret_key)))
        return found[1] if found and found[0] > time.monotonic() else None

    def by_key(self, public_key: str, secret_key: str | None) -> Caller | None:
        """The caller behind a key pair, or behind a public key alone; None when there is none.
        While the store is away, who was let in before is let in for an hour more. Blocks."""
        try:
            with self._database.read() as db:
                key = keys.by_public_key(db, public_key)
        except Unavailable:
            last = self._known.get((public_key, _hash(secret_key)))
            if last and last[0] > time.monotonic() - _TRUSTED_WITHOUT_STORE:
                return last[1]
            raise
        if key is None:
            return None
        if not (keys.is_valid(key) if secret_key is None else keys.matches(key, secret_key)):
            return None
        self._note_use(key)
        granted = permissions(key.scope)
        caller = Caller(
            Scope(key.project_id),
            granted & WITHOUT_SECRET if secret_key is None else granted,
            key_id=key.id,
            public_key=public_key,
            has_secret=secret_key is not None,
        )
        with self._lock:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[public_key, _hash(secret_key)] = (time.monotonic() + _REMEMBERED, caller)
        return caller

    def _note_use(self, key: ApiKey) -> None:
        if keys.use_is_stale(key):
            with self._database.write() as db:
                keys.touch(db, key.id)

    def organisation_by_key(
        self, public_key: str, secret_key: str | None
    ) -> OrganisationCaller | None:
        """The caller behind an organisation's key pair, or None. Blocks."""
        if secret_key is None:
            return None
        with self._database.read() as db:
            key = organisation_keys.by_public_key(db, public_key)
        if key is None or not keys.matches(key, secret_key):
            return None
        if keys.use_is_stale(key):
            with self._database.write() as db:
                organisation_keys.touch(db, key.id)
        return OrganisationCaller(key.organisation_id, key.id)

    def forget_keys(self) -> None:
        """After a key was revoked."""
        with self._lock:
            self._known.clear()

    def person(self, token: str) -> User | None:
        """The person behind a sign-in. Blocks."""
        if not token:
            return None
        with self._database.read() as db:
            user_id = accounts.signed_in(db, token)
            return accounts.user(db, user_id) if user_id else None

    def person_in(self, token: str, project_id: str) -> Caller | None:
        """The person's place in a project, or None. Blocks."""
        with self._database.read() as db:
            user_id = accounts.signed_in(db, token) if token else None
            role = accounts.role_in(db, user_id, project_id) if user_id else None
        if user_id is None:
            raise Unauthenticated("sign in first")
        return Caller(Scope(project_id), permissions(role), user_id=user_id) if role else None


async def caller(request: Request) -> Caller:
    """The caller of a route that belongs to a project, with the permission that the route needs.

    A project comes from the path, or else from the key. Raises Unauthenticated, Forbidden, or
    NotFound for a project that the caller has no place in, whether it exists or not.
    """
    need = ROUTES[route_name(request)]
    found = await _identify(request)
    request.state.caller = found
    if isinstance(need, Permission) and need not in found.permissions:
        raise Forbidden(f"this needs the permission to {need.value}")
    if not found.has_secret and not isinstance(need, Permission):
        raise Forbidden("this needs the secret key too")
    return found


async def organisation_caller(request: Request) -> OrganisationCaller:
    """The caller of a route that belongs to an organisation. Raises Unauthenticated, and Forbidden for
    a project's key."""
    access = _access(request)
    pair = _told_pair(request)
    found = await run_in_threadpool(access.organisation_by_key, *pair)
    if found is not None:
        return found
    if access.remembered(*pair) or await run_in_threadpool(access.by_key, *pair):
        raise Forbidden("this needs a key of the organisation, and the pair is a project's")
    raise Unauthenticated(_UNKNOWN)


async def project_in_path(project_id: str) -> None:
    """For routers of one project: names the parameter in the description of the API."""


async def person(request: Request) -> User:
    """The signed-in person. Raises Unauthenticated."""
    access = _access(request)
    _refuse_forged(request)
    user = await run_in_threadpool(access.person, request.cookies.get(COOKIE, ""))
    if user is None:
        raise Unauthenticated("sign in first")
    return user


def route_name(request: Request) -> str:
    """As the table of permissions has it."""
    method = "GET" if request.method == "HEAD" else request.method
    # The route itself knows its path without the prefixes of the routers that include it.
    included = request.scope.get("fastapi", {}).get("effective_route_context")
    return f"{method} {(included or request.scope['route']).path}"


async def _identify(request: Request) -> Caller:
    access = _access(request)
    project_id: str | None = request.path_params.get("project_id")
    header = request.headers.get("authorization", "")
    if header:
        pair = _told_pair(request)
        found = access.remembered(*pair) or await run_in_threadpool(access.by_key, *pair)
        if found is None:
            await _refuse_unknown(access, pair)
    elif project_id is not None:
        _refuse_forged(request)
        token = request.cookies.get(COOKIE, "")
        found = await run_in_threadpool(access.person_in, token, project_id)
    else:
        raise Unauthenticated(_HOW)
    if found is None or (project_id is not None and found.project_id != project_id):
        raise NotFound("no such project")
    return found


async def _refuse_unknown(access: Access, pair: tuple[str, str | None]) -> NoReturn:
    if await run_in_threadpool(access.organisation_by_key, *pair):
        raise Forbidden("this needs a key of a project, and the pair is an organisation's")
    raise Unauthenticated(_UNKNOWN)


def _told_pair(request: Request) -> tuple[str, str | None]:
    header = request.headers.get("authorization", "")
    if not header:
        raise Unauthenticated(_HOW)
    pair = _key_pair(header)
    if pair is None:
        raise Unauthenticated("the Authorization header holds no key")
    return pair


def _refuse_forged(request: Request) -> None:
    if request.method not in _SAFE and request.headers.get(OWN_REQUEST) != "1":
        raise Forbidden(f"changes by cookie need the header {OWN_REQUEST}")


def _key_pair(header: str) -> tuple[str, str | None] | None:
    """Public and secret key of `Basic base64(public:secret)`; `Bearer` is taken with the same, or
    with `public:secret` in the clear, for exporters that can only send a bearer token. `Bearer`
    with a public key alone is how browsers send scores."""
    scheme, _, value = header.partition(" ")
    scheme, value = scheme.lower(), value.strip()
    if scheme not in ("basic", "bearer"):
        return None
    text = value if scheme == "bearer" and ":" in value else _decoded(value)
    public_key, colon, secret_key = text.partition(":")
    if colon:
        return public_key, secret_key
    return (value, None) if scheme == "bearer" and value else None


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _hash(secret_key: str | None) -> str:
    return "" if secret_key is None else accounts.digest(secret_key)


def _access(request: Request) -> Access:
    return request.app.state.services.access


CallerOf = Annotated[Caller, Depends(caller)]
OrganisationCallerOf = Annotated[OrganisationCaller, Depends(organisation_caller)]
PersonOf = Annotated[User, Depends(person)]

__all__ = [
    "COOKIE",
    "Access",
    "Caller",
    "CallerOf",
    "Open",
    "OrganisationCaller",
    "OrganisationCallerOf",
    "PersonOf",
    "caller",
    "person",
]
