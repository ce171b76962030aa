"""Keys of organisations, hashed like those of projects. Functions of an open transaction."""

import sqlalchemy as sa

from pilothouse.domain.access import OrganisationKey
from pilothouse.domain.clock import now
from pilothouse.store.relational import keys
from pilothouse.store.relational import tables as t
from pilothouse.store.relational.accounts import digest, new_id

_k = t.organisation_keys.c


def add(
    db: sa.Connection, organisation_id: str, *, note: str = "", expires_at: int = 0
) -> tuple[OrganisationKey, str]:
    """A new key and its secret."""
    public_key, secret_key = keys.pair()
    key = OrganisationKey(
        id=new_id(),
        organisation_id=organisation_id,
        public_key=public_key,
        secret_hash=digest(secret_key),
        secret_hint=secret_key[-4:],
        note=note,
        created_at=now(),
        last_used_at=0,
        expires_at=expires_at,
    )
    values = {name: getattr(key, name) for name in OrganisationKey.__slots__}
    db.execute(t.organisation_keys.insert().values(values))
    return key, secret_key


def of_organisation(db: sa.Connection, organisation_id: str) -> list[OrganisationKey]:
    rows = db.execute(
        sa.select(t.organisation_keys)
        .where(_k.organisation_id == organisation_id)
        .order_by(_k.created_at, _k.id)
    )
    return [OrganisationKey(**row) for row in rows.mappings()]


def by_public_key(db: sa.Connection, public_key: str) -> OrganisationKey | None:
    asked = sa.select(t.organisation_keys).where(_k.public_key == public_key)
    row = db.execute(asked).mappings().one_or_none()
    return OrganisationKey(**row) if row else None


def revoke(db: sa.Connection, organisation_id: str, key_id: str) -> bool:
    mine = _k.organisation_id == organisation_id, _k.id == key_id
    return db.execute(t.organisation_keys.delete().where(*mine)).rowcount == 1


def touch(db: sa.Connection, key_id: str) -> None:
    """Note that the key was used."""
    db.execute(t.organisation_keys.update().where(_k.id == key_id).values(last_used_at=now()))
