"""API keys. A secret is shown once, when it is made; the store holds its hash."""

import hmac
import secrets
from typing import Any

import sqlalchemy as sa

from pilothouse.domain.access import ApiKey, KeyScope, OrganisationKey
from pilothouse.domain.clock import MINUTE, now
from pilothouse.store.relational import tables as t
from pilothouse.store.relational.accounts import digest, new_id


def add(
    db: sa.Connection,
    project_id: str,
    *,
    note: str = "",
    scope: KeyScope = KeyScope.FULL,
    expires_at: int = 0,
    public_key: str = "",
    secret_key: str = "",
) -> tuple[ApiKey, str]:
    """A new key and its secret. Given halves are taken as they are."""
    made_public, made_secret = pair()
    public_key, secret_key = public_key or made_public, secret_key or made_secret
    key = ApiKey(
        id=new_id(),
        project_id=project_id,
        public_key=public_key,
        secret_hash=digest(secret_key),
        secret_hint=secret_key[-4:],
        note=note,
        scope=scope,
        created_at=now(),
        last_used_at=0,
        expires_at=expires_at,
    )
    db.execute(t.api_keys.insert().values({name: getattr(key, name) for name in ApiKey.__slots__}))
    return key, secret_key


def pair() -> tuple[str, str]:
    """A public key and its secret, at random."""
    return f"pk-lf-{secrets.token_hex(16)}", f"sk-lf-{secrets.token_hex(24)}"


def _key(row: sa.RowMapping) -> ApiKey:
    fields: dict[str, Any] = {str(name): value for name, value in row.items()}
    fields["scope"] = KeyScope(fields["scope"])
    return ApiKey(**fields)


def of_project(db: sa.Connection, project_id: str) -> list[ApiKey]:
    rows = db.execute(
        sa.select(t.api_keys)
        .where(t.api_keys.c.project_id == project_id)
        .order_by(t.api_keys.c.created_at, t.api_keys.c.id)
    )
    return [_key(row) for row in rows.mappings()]


def by_public_key(db: sa.Connection, public_key: str) -> ApiKey | None:
    row = (
        db.execute(sa.select(t.api_keys).where(t.api_keys.c.public_key == public_key))
        .mappings()
        .one_or_none()
    )
    return _key(row) if row else None


def matches(key: ApiKey | OrganisationKey, secret_key: str) -> bool:
    """Constant time in the secret."""
    return hmac.compare_digest(key.secret_hash, digest(secret_key)) and is_valid(key)


def is_valid(key: ApiKey | OrganisationKey) -> bool:
    return not key.expires_at or key.expires_at > now()


def revoke(db: sa.Connection, project_id: str, key_id: str) -> bool:
    gone = db.execute(
        t.api_keys.delete().where(t.api_keys.c.project_id == project_id, t.api_keys.c.id == key_id)
    )
    return gone.rowcount == 1


def revoke_all(db: sa.Connection, project_id: str) -> None:
    db.execute(t.api_keys.delete().where(t.api_keys.c.project_id == project_id))


def use_is_stale(key: ApiKey | OrganisationKey) -> bool:
    """Use is noted to the minute, so that it costs no writing."""
    return key.last_used_at < now() - MINUTE


def touch(db: sa.Connection, key_id: str) -> None:
    """Note that the key was used."""
    db.execute(
        t.api_keys.update()
        .where(t.api_keys.c.id == key_id, t.api_keys.c.last_used_at < now() - MINUTE)
        .values(last_used_at=now())
    )
