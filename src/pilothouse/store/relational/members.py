"""Who has a place in a project. Functions of an open transaction."""

import sqlalchemy as sa

from pilothouse.domain.access import Member, Project, Reach, Role
from pilothouse.store.relational import accounts
from pilothouse.store.relational import tables as t


def of_project(db: sa.Connection, project: Project) -> list[Member]:
    """By e-mail. A place in the project alone stands instead of the organisation's."""
    found = {
        user.id: Member(user, role, Reach.ORGANISATION)
        for user, role in accounts.members(db, project.organisation_id)
    }
    found |= {
        user.id: Member(user, role, Reach.PROJECT)
        for user, role in accounts.project_members(db, project.id)
    }
    return sorted(found.values(), key=lambda member: member.user.email)


def one(db: sa.Connection, project: Project, user_id: str) -> Member | None:
    return next((each for each in of_project(db, project) if each.user.id == user_id), None)


def owners(db: sa.Connection, organisation_id: str) -> list[str]:
    """Ids of the people who own the organisation."""
    everyone = accounts.members(db, organisation_id)
    return [user.id for user, role in everyone if role is Role.OWNER]


def lock(db: sa.Connection, organisation_id: str) -> None:
    """Whoever else wants to change members of the organisation waits until this has ended."""
    row = t.organisations.c.id == organisation_id
    db.execute(sa.select(t.organisations.c.id).where(row).with_for_update())


def place_in_organisation(
    db: sa.Connection, user_id: str, organisation_id: str, role: Role | None
) -> None:
    """The role that the person has from now on, in the organisation itself; None: no place in it."""
    its = t.memberships.c
    here = sa.and_(its.user_id == user_id, its.organisation_id == organisation_id)
    db.execute(t.memberships.delete().where(here))
    if role:
        accounts.add_member(db, user_id, organisation_id, role)


def place_in_project(db: sa.Connection, user_id: str, project_id: str, role: Role | None) -> None:
    """The same in the project alone."""
    its = t.project_memberships.c
    here = sa.and_(its.user_id == user_id, its.project_id == project_id)
    db.execute(t.project_memberships.delete().where(here))
    if role:
        accounts.add_project_member(db, user_id, project_id, role)


def add(db: sa.Connection, project: Project, member: Member) -> None:
    if member.reach is Reach.PROJECT:
        accounts.add_project_member(db, member.user.id, project.id, member.role)
    else:
        accounts.add_member(db, member.user.id, project.organisation_id, member.role)


def set_role(db: sa.Connection, project: Project, member: Member, role: Role) -> None:
    table, its = _place(project, member)
    db.execute(table.update().where(its).values(role=role))


def remove(db: sa.Connection, project: Project, member: Member) -> None:
    table, its = _place(project, member)
    db.execute(table.delete().where(its))


def _place(project: Project, member: Member) -> tuple[sa.Table, sa.ColumnElement[bool]]:
    if member.reach is Reach.PROJECT:
        own = t.project_memberships.c
        return t.project_memberships, sa.and_(
            own.user_id == member.user.id, own.project_id == project.id
        )
    of_all = t.memberships.c
    return t.memberships, sa.and_(
        of_all.user_id == member.user.id, of_all.organisation_id == project.organisation_id
    )
