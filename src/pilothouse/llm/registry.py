"""The connections of projects. A key goes in, is sealed, and comes out again only to be used."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pilothouse.domain.errors import BadRequest, Conflict, NotFound
from pilothouse.llm.connections import Connection, Secret, checked
from pilothouse.llm.failures import KeyUnreadable
from pilothouse.outbound.headers import check_headers, is_value
from pilothouse.store.relational import connections
from pilothouse.store.relational.accounts import new_id
from pilothouse.store.relational.connections import Stored
from pilothouse.store.relational.database import Database
from pilothouse.store.sealing import Sealing, Unopenable

MOST = 100
"""Connections of a project."""
MOST_MODELS = 500
_MOST_NAME = 100
_MOST_SECRET = 20_000


@dataclass(frozen=True, slots=True)
class Draft:
    """What a connection is made of or changed to. A secret part that is None stays as it was."""

    name: str
    provider: str
    base_url: str = ""
    models: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    key: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)


class Connections:
    """Blocks; for threads."""

    def __init__(self, database: Database, sealing: Sealing) -> None:
        self._database = database
        self._sealing = sealing

    def of_project(self, project_id: str) -> list[Stored]:
        with self._database.read() as db:
            return connections.of_project(db, project_id)

    def find(self, project_id: str, connection_id: str) -> Stored:
        """Raises NotFound."""
        with self._database.read() as db:
            found = connections.find(db, project_id, connection_id)
        if found is None:
            raise NotFound("no such connection to a model provider")
        return found

    def ready(self, project_id: str, connection_id: str) -> Connection:
        """Raises NotFound, and KeyUnreadable when its key cannot be opened."""
        return self._ready(self.find(project_id, connection_id))

    def tried(self, project_id: str, connection_id: str, draft: Draft) -> Connection:
        """As it would be after a change, to test it before; a new one where no id is told."""
        before = self.find(project_id, connection_id) if connection_id else None
        return self._ready(self._stored(project_id, before, draft, ""))

    def add(self, project_id: str, draft: Draft, author_id: str) -> Stored:
        """Raises BadRequest for what cannot be, Conflict when the name is taken."""
        made = self._stored(project_id, None, draft, author_id)
        with self._database.write() as db:
            if len(connections.of_project(db, project_id)) >= MOST:
                raise BadRequest(f"a project holds at most {MOST} connections")
            return connections.add(db, made)

    def change(self, project_id: str, connection_id: str, draft: Draft) -> Stored:
        changed = self._stored(project_id, self.find(project_id, connection_id), draft, "")
        with self._database.write() as db:
            return connections.change(db, changed)

    def put(self, project_id: str, draft: Draft, author_id: str) -> tuple[Stored, bool]:
        """Add it, or change the one of that name; tells whether it is new."""
        with self._database.read() as db:
            before = connections.named(db, project_id, draft.name)
        if before is not None:
            return self.change(project_id, before.id, draft), False
        try:
            return self.add(project_id, draft, author_id), True
        except Conflict:  # somebody else put it at the same moment
            return self.put(project_id, draft, author_id)

    def remove(self, project_id: str, connection_id: str) -> None:
        """Raises NotFound."""
        with self._database.write() as db:
            if not connections.remove(db, project_id, connection_id):
                raise NotFound("no such connection to a model provider")

    def _stored(
        self, project_id: str, before: Stored | None, draft: Draft, author_id: str
    ) -> Stored:
        _check(draft)
        _, address = checked(draft.provider, draft.base_url, draft.options)
        secret = self._secret(before, draft, address)
        sealed = _told(secret)
        return Stored(
            id=before.id if before else new_id(),
            project_id=project_id,
            name=draft.name,
            provider=draft.provider,
            base_url=draft.base_url.strip().rstrip("/"),
            secret=self._sealing.seal(json.dumps(sealed), project_id) if sealed else "",
            secret_hint=secret.hint,
            models=list(dict.fromkeys(draft.models)),
            options=dict(draft.options),
            author_id=before.author_id if before else author_id,
            created_at=before.created_at if before else 0,
        )

    def _secret(self, before: Stored | None, draft: Draft, address: str) -> Secret:
        """What stays of the old one and what is new. An old key is never sent to a new address:
        whoever may change the address must not get at the key by it."""
        old = Secret()
        if before is not None and before.secret and (draft.key is None or draft.headers is None):
            _, old_address = checked(before.provider, before.base_url, before.options)
            if (before.provider, old_address) == (draft.provider, address):
                old = self._open(before)
            elif draft.key is None:
                raise BadRequest(
                    "the key was given for another address or provider; enter it again"
                )
        return Secret(
            old.key if draft.key is None else draft.key.strip(),
            old.headers if draft.headers is None else dict(draft.headers),
            old.session_token if draft.session_token is None else draft.session_token.strip(),
        )

    def _ready(self, stored: Stored) -> Connection:
        provider, address = checked(stored.provider, stored.base_url, stored.options)
        secret = self._open(stored) if stored.secret else Secret()
        return Connection(
            stored.id, stored.name, provider, address, secret, tuple(stored.models), stored.options
        )

    def _open(self, stored: Stored) -> Secret:
        try:
            opened = json.loads(self._sealing.open(stored.secret, stored.project_id))
        except Unopenable as error:
            raise KeyUnreadable(
                f"The key of the connection {stored.name!r} was encrypted with another key"
            ) from error
        return Secret(**opened)

    def header_names(self, stored: Stored) -> list[str]:
        """Of the secret headers; none where they cannot be opened."""
        try:
            return sorted(self._open(stored).headers) if stored.secret else []
        except KeyUnreadable:
            return []


def _told(secret: Secret) -> dict[str, Any]:
    parts = {
        "key": secret.key,
        "headers": dict(secret.headers),
        "session_token": secret.session_token,
    }
    return {name: part for name, part in parts.items() if part}


def _check(draft: Draft) -> None:
    if not draft.name.strip() or len(draft.name) > _MOST_NAME:
        raise BadRequest(f"a connection's name has 1 to {_MOST_NAME} characters")
    if len(draft.models) > MOST_MODELS or any(not 0 < len(each) <= 300 for each in draft.models):
        raise BadRequest(f"a connection names at most {MOST_MODELS} models of 1 to 300 characters")
    headers = draft.headers or {}
    check_headers(headers)
    for word in (draft.key or "", draft.session_token or ""):
        if not is_value(word.strip()):
            raise BadRequest("the key holds a line break or a character that cannot be sent")
    if sum(map(len, (draft.key or "", *headers.values()))) > _MOST_SECRET:
        raise BadRequest("the key is too long")
