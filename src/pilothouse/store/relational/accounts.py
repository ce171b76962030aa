"""Organisations, projects, people and how they signed in. Functions of an open transaction."""

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from pilothouse.domain.access import Organisation, Project, Role, User
from pilothouse.domain.clock import DAY, now
from pilothouse.store.relational import tables as t

SIGN_IN_LASTS = 30 * DAY


def digest(token: str) -> str:
    """Tokens are random and long, so one pass of SHA-256 keeps them secret at rest."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_migrated(db: sa.Connection) -> bool:
    """Do the tables exist yet?"""
    return sa.inspect(db).has_table(t.projects.name)


def new_id() -> str:
    return uuid.uuid4().hex


# -- organisations and projects ----------------------------------------------------------------


def add_organisation(db: sa.Connection, name: str, id: str = "") -> Organisation:
    row = Organisation(id or new_id(), name, now())
    db.execute(t.organisations.insert().values(id=row.id, name=row.name, created_at=row.created_at))
    return row


def organisation(db: sa.Connection, id: str) -> Organisation | None:
    row = (
        db.execute(sa.select(t.organisations).where(t.organisations.c.id == id))
        .mappings()
        .one_or_none()
    )
    return Organisation(**row) if row else None


def first_organisation(db: sa.Connection) -> Organisation | None:
    row = (
        db.execute(
            sa.select(t.organisations).order_by(t.organisations.c.created_at, t.organisations.c.id)
        )
        .mappings()
        .first()
    )
    return Organisation(**row) if row else None


def add_project(
    db: sa.Connection, organisation_id: str, name: str, id: str = "", metadata: str = "{}"
) -> Project:
    moment = now()
    row = Project(id or new_id(), organisation_id, name, moment, metadata, moment)
    values = {column: getattr(row, column) for column in Project.__slots__}
    db.execute(t.projects.insert().values(values))
    return row


def project(db: sa.Connection, id: str) -> Project | None:
    row = db.execute(sa.select(t.projects).where(t.projects.c.id == id)).mappings().one_or_none()
    return Project(**row) if row else None


def projects(db: sa.Connection) -> list[Project]:
    return _projects(db)


def projects_of(db: sa.Connection, organisation_id: str) -> list[Project]:
    return _projects(db, t.projects.c.organisation_id == organisation_id)


def _projects(db: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[Project]:
    """The oldest first."""
    asked = sa.select(t.projects).where(*conditions)
    rows = db.execute(asked.order_by(t.projects.c.created_at, t.projects.c.id))
    return [Project(**row) for row in rows.mappings()]


def rename_project(db: sa.Connection, id: str, name: str) -> None:
    change_project(db, id, name=name)


def change_project(db: sa.Connection, id: str, **values: str) -> None:
    changed = t.projects.update().where(t.projects.c.id == id)
    db.execute(changed.values(updated_at=now(), **values))


# -- people ------------------------------------------------------------------------------------


def add_user(
    db: sa.Connection, email: str, name: str, password_hash: str = "", id: str = ""
) -> User:
    row = User(id or new_id(), email.strip().lower(), name, password_hash)
    db.execute(
        t.users.insert().values(
            id=row.id,
            email=row.email,
            name=row.name,
            password_hash=row.password_hash,
            created_at=now(),
        )
    )
    return row


def _user(db: sa.Connection, condition: Any) -> User | None:
    columns = (t.users.c.id, t.users.c.email, t.users.c.name, t.users.c.password_hash)
    row = db.execute(sa.select(*columns).where(condition)).mappings().one_or_none()
    return User(**row) if row else None


def user(db: sa.Connection, id: str) -> User | None:
    return _user(db, t.users.c.id == id)


def user_by_email(db: sa.Connection, email: str) -> User | None:
    return _user(db, t.users.c.email == email.strip().lower())


def someone_has_password(db: sa.Connection) -> bool:
    return (
        db.execute(sa.select(t.users.c.id).where(t.users.c.password_hash != "")).first() is not None
    )


def set_password(db: sa.Connection, user_id: str, password_hash: str) -> None:
    """Also ends every sign-in of the person, so that a stolen one dies with the old password."""
    db.execute(t.users.update().where(t.users.c.id == user_id).values(password_hash=password_hash))
    db.execute(t.sign_ins.delete().where(t.sign_ins.c.user_id == user_id))


def add_member(db: sa.Connection, user_id: str, organisation_id: str, role: Role) -> None:
    db.execute(
        t.memberships.insert().values(user_id=user_id, organisation_id=organisation_id, role=role)
    )


def add_project_member(db: sa.Connection, user_id: str, project_id: str, role: Role) -> None:
    db.execute(
        t.project_memberships.insert().values(user_id=user_id, project_id=project_id, role=role)
    )


def member_role(db: sa.Connection, user_id: str, organisation_id: str) -> Role | None:
    role = db.execute(
        sa.select(t.memberships.c.role).where(
            t.memberships.c.user_id == user_id, t.memberships.c.organisation_id == organisation_id
        )
    ).scalar_one_or_none()
    return Role(role) if role else None


def members(db: sa.Connection, organisation_id: str) -> list[tuple[User, Role]]:
    return _placed(db, t.memberships, t.memberships.c.organisation_id == organisation_id)


def project_members(db: sa.Connection, project_id: str) -> list[tuple[User, Role]]:
    """Those whom the project names itself."""
    return _placed(db, t.project_memberships, t.project_memberships.c.project_id == project_id)


def _placed(db: sa.Connection, places: sa.Table, condition: Any) -> list[tuple[User, Role]]:
    rows = db.execute(
        sa.select(
            t.users.c.id, t.users.c.email, t.users.c.name, t.users.c.password_hash, places.c.role
        )
        .join(places, places.c.user_id == t.users.c.id)
        .where(condition)
        .order_by(t.users.c.email)
    )
    return [(User(*row[:4]), Role(row[4])) for row in rows]


def names(db: sa.Connection, user_ids: Iterable[str]) -> dict[str, str]:
    """What people are called: by name, or else by e-mail."""
    rows = db.execute(
        sa.select(t.users.c.id, t.users.c.name, t.users.c.email).where(
            t.users.c.id.in_(list(user_ids))
        )
    )
    return {id: name or email for id, name, email in rows}


def role_in(db: sa.Connection, user_id: str, project_id: str) -> Role | None:
    """The person's role in a project: its own when there is one, else the organisation's."""
    own = db.execute(
        sa.select(t.project_memberships.c.role).where(
            t.project_memberships.c.user_id == user_id,
            t.project_memberships.c.project_id == project_id,
        )
    ).scalar_one_or_none()
    if own:
        return Role(own)
    role = db.execute(
        sa.select(t.memberships.c.role)
        .join(t.projects, t.projects.c.organisation_id == t.memberships.c.organisation_id)
        .where(t.memberships.c.user_id == user_id, t.projects.c.id == project_id)
    ).scalar_one_or_none()
    return Role(role) if role else None


def reachable(db: sa.Connection, user_id: str) -> list[tuple[Organisation, Role, list[Project]]]:
    """Every organisation in which the person has a place, with the projects they reach: all of it
    for its members, single ones for those who were added to a project alone. The role of the latter
    is the one they have in the first of these projects."""
    m, pm = t.memberships.c, t.project_memberships.c
    roles = {
        row.organisation_id: row.role
        for row in db.execute(sa.select(m.organisation_id, m.role).where(m.user_id == user_id))
    }
    own = {
        row.project_id: row.role
        for row in db.execute(sa.select(pm.project_id, pm.role).where(pm.user_id == user_id))
    }
    found: list[tuple[Organisation, Role, list[Project]]] = []
    every = projects(db)
    for row in db.execute(sa.select(t.organisations).order_by(t.organisations.c.created_at)):
        inside = [each for each in every if each.organisation_id == row.id]
        if row.id in roles:
            role = roles[row.id]
        else:
            inside = [each for each in inside if each.id in own]
            if not inside:
                continue
            role = own[inside[0].id]
        found.append((Organisation(row.id, row.name, row.created_at), Role(role), inside))
    return found


def is_newcomer(db: sa.Connection, user: User) -> bool:
    """Has the person never come in, and no place anywhere? Only such a one may be let in by whoever
    invites them."""
    known = (t.sign_ins, t.memberships, t.project_memberships)
    rows = (sa.select(sa.literal(1)).where(each.c.user_id == user.id) for each in known)
    return not user.password_hash and db.execute(sa.union_all(*rows)).first() is None


# -- signing in --------------------------------------------------------------------------------


def add_link(db: sa.Connection, user_id: str, lasts: int = DAY) -> str:
    """A token that signs the person in once."""
    token = secrets.token_urlsafe(32)
    db.execute(
        t.sign_in_links.insert().values(
            token_hash=digest(token), user_id=user_id, expires_at=now() + lasts
        )
    )
    return token


def drop_links(db: sa.Connection, user_id: str) -> None:
    db.execute(t.sign_in_links.delete().where(t.sign_in_links.c.user_id == user_id))


def use_link(db: sa.Connection, token: str) -> str | None:
    """The user id behind a token that is still good; it is spent by this."""
    row = db.execute(
        t.sign_in_links.delete()
        .where(t.sign_in_links.c.token_hash == digest(token))
        .returning(t.sign_in_links.c.user_id, t.sign_in_links.c.expires_at)
    ).one_or_none()
    return row.user_id if row and row.expires_at > now() else None


def sign_in(db: sa.Connection, user_id: str) -> str:
    """A new sign-in; the token goes into the cookie."""
    token = secrets.token_urlsafe(32)
    db.execute(
        t.sign_ins.insert().values(
            token_hash=digest(token),
            user_id=user_id,
            created_at=now(),
            expires_at=now() + SIGN_IN_LASTS,
        )
    )
    return token


def signed_in(db: sa.Connection, token: str) -> str | None:
    """The user id of a sign-in that is still good."""
    return db.execute(
        sa.select(t.sign_ins.c.user_id).where(
            t.sign_ins.c.token_hash == digest(token), t.sign_ins.c.expires_at > now()
        )
    ).scalar_one_or_none()


def sign_out(db: sa.Connection, token: str) -> None:
    db.execute(t.sign_ins.delete().where(t.sign_ins.c.token_hash == digest(token)))
