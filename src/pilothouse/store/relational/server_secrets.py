"""Secrets of the server itself, shared by its replicas. Functions of an open transaction."""

import secrets

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pilothouse.store.relational import tables as t

_s = t.server_secrets.c


def known(db: sa.Connection, name: str) -> str | None:
    """The secret of that name, if it was asked for before."""
    return db.execute(sa.select(_s.value).where(_s.name == name)).scalar_one_or_none()


def named(db: sa.Connection, name: str) -> str:
    """The secret of that name, made at random when it is first asked for."""
    asked = sa.select(_s.value).where(_s.name == name)
    found = db.execute(asked).scalar_one_or_none()
    if found is None:
        try:
            with db.begin_nested():
                made = t.server_secrets.insert().values(name=name, value=secrets.token_urlsafe(32))
                db.execute(made)
        except IntegrityError:
            pass
        found = db.execute(asked).scalar_one()
    return found
