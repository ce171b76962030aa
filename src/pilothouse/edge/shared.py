"""Readers by a link: anybody, of the one trace or session that is shared.

A trace is shared as long as its head is `public`: a person switched that on, or the application told
it, as Langfuse's SDKs do. A session, which has no row of its own, is shared as long as it carries
that mark. So Langfuse's API and our pages always tell the same. The link is signed, not stored: it
leads nowhere from the moment that sharing ends, and is the same when it begins again.
"""

import hashlib
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends
from itsdangerous import BadData, URLSafeSerializer

from pilothouse.domain.errors import NotFound
from pilothouse.domain.review import Mark
from pilothouse.domain.scope import Scope
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.store.relational import server_secrets, session_marks

Kind = Literal["trace", "session"]

_LEADS_NOWHERE = "nothing is shared here, or no longer"


@dataclass(frozen=True, slots=True)
class Shared:
    scope: Scope
    kind: Kind
    id: str


def link(services: Services, shared: Shared) -> str:
    """The token of its address."""
    return _signer(services).dumps([shared.scope.project_id, shared.kind, shared.id])


def is_shared(services: Services, shared: Shared) -> bool:
    """False also for what is not there."""
    if shared.kind == "session":
        with services.database.read() as db:
            project_id = shared.scope.project_id
            return bool(session_marks.marked(db, project_id, [shared.id], Mark.PUBLIC))
    try:
        return bool(services.reading.head(shared.scope, shared.id).public)
    except NotFound:
        return False


def shared(token: str, services: ServicesOf) -> Shared:
    """What the token in the path leads to. Raises NotFound."""
    try:
        told: Any = _signer(services).loads(token)
    except BadData as error:
        raise NotFound(_LEADS_NOWHERE) from error
    project_id, kind, id = told
    found = Shared(Scope(project_id), kind, id)
    if not is_shared(services, found):
        raise NotFound(_LEADS_NOWHERE)
    return found


def trace_of(services: Services, shared: Shared, trace_id: str) -> str:
    """The id of a trace, given back when it is what is shared or a turn of it. Raises NotFound."""
    if shared.kind == "trace":
        belongs = shared.id == trace_id
    else:
        belongs = services.reading.head(shared.scope, trace_id).session_id == shared.id
    if not belongs:
        raise NotFound("no such trace")
    return trace_id


def _signer(services: Services) -> URLSafeSerializer:
    with services.database.read() as db:
        secret = server_secrets.known(db, "share-links")
    if secret is None:
        with services.database.write() as db:
            secret = server_secrets.named(db, "share-links")
    return URLSafeSerializer(secret, salt="share", signer_kwargs={"digest_method": hashlib.sha256})


SharedOf = Annotated[Shared, Depends(shared)]
