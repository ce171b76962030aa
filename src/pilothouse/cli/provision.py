"""The first organisation, project, keys and owner; found again at every later start."""

from dataclasses import dataclass

import sqlalchemy as sa

from pilothouse.domain.access import ApiKey, Organisation, Project, Role, User
from pilothouse.edge import passwords
from pilothouse.settings import Init
from pilothouse.store.relational import accounts, keys
from pilothouse.store.relational.database import Database

OWNER = "owner@pilothouse.local"


@dataclass(frozen=True, slots=True)
class Provisioned:
    project: Project
    owner: User
    key: ApiKey | None
    secret_key: str
    """Empty unless the key was made just now: the store holds only its hash."""


def provision(database: Database, init: Init) -> Provisioned:
    """Make what is missing. `init` (the `LANGFUSE_INIT_*` variables) provisions exactly what it
    says; without it an empty store gets one of each with names of our own. Safe to run again."""
    with database.write() as db:
        organisation = _organisation(db, init)
        project = _project(db, init, organisation)
        owner = _owner(db, init, organisation)
        key, secret = _key(db, init, project)
    return Provisioned(project, owner, key, secret)


def _organisation(db: sa.Connection, init: Init) -> Organisation:
    if init.org_id:
        found = accounts.organisation(db, init.org_id)
        name = init.org_name or "Provisioned organisation"
        return found or accounts.add_organisation(db, name, init.org_id)
    return accounts.first_organisation(db) or accounts.add_organisation(
        db, init.org_name or "My organisation"
    )


def _project(db: sa.Connection, init: Init, organisation: Organisation) -> Project:
    if init.project_id:
        found = accounts.project(db, init.project_id)
        name = init.project_name or "Provisioned project"
        return found or accounts.add_project(db, organisation.id, name, init.project_id)
    own = [each for each in accounts.projects(db) if each.organisation_id == organisation.id]
    return (
        own[0]
        if own
        else accounts.add_project(db, organisation.id, init.project_name or "My project")
    )


def _owner(db: sa.Connection, init: Init, organisation: Organisation) -> User:
    if init.user_email:
        user = accounts.user_by_email(db, init.user_email)
        if user is None:
            secret = passwords.hashed(init.user_password) if init.user_password else ""
            name = init.user_name or init.user_email
            user = accounts.add_user(db, init.user_email, name, secret)
        if accounts.member_role(db, user.id, organisation.id) is None:
            accounts.add_member(db, user.id, organisation.id, Role.OWNER)
        return user
    for user, role in accounts.members(db, organisation.id):
        if role is Role.OWNER:
            return user
    user = accounts.user_by_email(db, OWNER) or accounts.add_user(db, OWNER, "Owner")
    accounts.add_member(db, user.id, organisation.id, Role.OWNER)
    return user


def _key(db: sa.Connection, init: Init, project: Project) -> tuple[ApiKey | None, str]:
    if init.public_key and init.secret_key:
        found = keys.by_public_key(db, init.public_key)
        if found and keys.matches(found, init.secret_key):
            return found, init.secret_key
        if found:
            keys.revoke(db, found.project_id, found.id)
        return keys.add(
            db,
            project.id,
            note="provisioned",
            public_key=init.public_key,
            secret_key=init.secret_key,
        )
    own = keys.of_project(db, project.id)
    return (own[0], "") if own else keys.add(db, project.id, note="made at the first start")
