"""Keys of organisations, for their owners: with one a program makes projects and lets people in."""

import sqlalchemy as sa
from fastapi import Response

from pilothouse.domain.access import OrganisationKey, Role, User
from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest, Forbidden, NotFound
from pilothouse.edge.access import PersonOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.protocols.native import settings_wire
from pilothouse.store.relational import accounts, organisation_keys

router = Router(prefix="/organisations/{organisation_id}", tags=["settings"])


@router.get("/keys")
def list_organisation_keys(
    organisation_id: str, person: PersonOf, services: ServicesOf
) -> settings_wire.OrganisationKeys:
    with services.database.read() as db:
        _owned(db, person, organisation_id)
        found = organisation_keys.of_organisation(db, organisation_id)
    return settings_wire.OrganisationKeys(items=[_key(each) for each in found])


@router.post("/keys", status_code=201)
def add_organisation_key(
    organisation_id: str,
    body: settings_wire.NewOrganisationKey,
    person: PersonOf,
    services: ServicesOf,
) -> settings_wire.CreatedOrganisationKey:
    """Make a key pair. The secret is in this answer and nowhere after."""
    if body.expires_at and body.expires_at <= now():
        raise BadRequest("expires_at lies in the past")
    with services.database.write() as db:
        _owned(db, person, organisation_id)
        key, secret = organisation_keys.add(
            db, organisation_id, note=body.note, expires_at=body.expires_at
        )
    return settings_wire.CreatedOrganisationKey(key=_key(key), secret_key=secret)


@router.delete("/keys/{key_id}", status_code=204)
def revoke_organisation_key(
    organisation_id: str, key_id: str, person: PersonOf, services: ServicesOf
) -> Response:
    """Programs that use the pair are refused from now on."""
    with services.database.write() as db:
        _owned(db, person, organisation_id)
        if not organisation_keys.revoke(db, organisation_id, key_id):
            raise NotFound("no such key")
    return Response(status_code=204)


def _owned(db: sa.Connection, person: User, organisation_id: str) -> None:
    """Raises Forbidden for a member who is no owner; to others it looks like none at all."""
    role = accounts.member_role(db, person.id, organisation_id)
    if role is None:
        raise NotFound("no such organisation")
    if role is not Role.OWNER:
        raise Forbidden("keys of an organisation are for its owners")


def _key(key: OrganisationKey) -> settings_wire.OrganisationKey:
    return settings_wire.OrganisationKey(
        id=key.id,
        public_key=key.public_key,
        secret_hint=key.secret_hint,
        note=key.note,
        created_at=key.created_at,
        last_used_at=key.last_used_at,
        expires_at=key.expires_at,
    )
