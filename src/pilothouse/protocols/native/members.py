"""Who may see a project: inviting people, changing what they may do, taking their place away.

People of the organisation are the business of its owners and admins, and owners that of owners. Who
has a place in the project alone is the business of whoever administers the project.
"""

import sqlalchemy as sa
from fastapi import Depends, Request, Response

from pilothouse.domain.access import Member, Permission, Project, Reach, Role, User, permissions
from pilothouse.domain.clock import DAY
from pilothouse.domain.errors import Conflict, Forbidden, NotFound
from pilothouse.edge.access import Caller, CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.protocols.native import settings_wire
from pilothouse.store.relational import accounts, members
from pilothouse.store.relational.database import claiming

router = Router(
    prefix="/projects/{project_id}/members",
    tags=["settings"],
    dependencies=[Depends(project_in_path)],
)

_INVITATION_LASTS = 7 * DAY


@router.get("")
def list_members(caller: CallerOf, services: ServicesOf) -> settings_wire.Members:
    with services.database.read() as db:
        found = members.of_project(db, _project(db, caller))
    return settings_wire.Members(items=[_told(each) for each in found])


@router.post("", status_code=201)
def invite(
    body: settings_wire.NewMember, request: Request, caller: CallerOf, services: ServicesOf
) -> settings_wire.Invited:
    """Give a person a place. Whoever was never here before comes in by the link of this answer."""
    role, reach = Role(body.role), Reach(body.reach)
    with services.database.write() as db:
        project = _decided(db, caller)
        user = accounts.user_by_email(db, body.email)
        there = members.one(db, project, user.id) if user else None
        _may_decide(db, project, caller, there or reach, role)
        if there:
            _may_stand_beside(there, reach)
        if user is None:
            with claiming("person", body.email):
                user = accounts.add_user(db, body.email, body.name.strip())
        token = _way_in(db, user)
        member = Member(user, role, reach)
        members.add(db, project, member)
    base = services.settings.public_url or str(request.base_url).rstrip("/")
    return settings_wire.Invited(
        member=_told(member), link=f"{base}/auth/link/{token}" if token else ""
    )


@router.patch("/{user_id}")
def change_member(
    user_id: str, body: settings_wire.MemberPatch, caller: CallerOf, services: ServicesOf
) -> settings_wire.Member:
    """Give a member another role."""
    role = Role(body.role)
    with services.database.write() as db:
        project = _decided(db, caller)
        member = _found(db, project, user_id)
        _may_decide(db, project, caller, member, role)
        if role is not Role.OWNER:
            _keep_an_owner(db, project, member)
        members.set_role(db, project, member, role)
    return _told(Member(member.user, role, member.reach))


@router.delete("/{user_id}", status_code=204)
def remove_member(user_id: str, caller: CallerOf, services: ServicesOf) -> Response:
    """Take a person's place away. What they wrote stays."""
    with services.database.write() as db:
        project = _decided(db, caller)
        member = _found(db, project, user_id)
        _may_decide(db, project, caller, member)
        _keep_an_owner(db, project, member)
        members.remove(db, project, member)
    return Response(status_code=204)


def _project(db: sa.Connection, caller: Caller) -> Project:
    project = accounts.project(db, caller.project_id)
    if project is None:
        raise NotFound("no such project")
    return project


def _decided(db: sa.Connection, caller: Caller) -> Project:
    """One decision at a time, so that two owners cannot remove one another."""
    project = _project(db, caller)
    members.lock(db, project.organisation_id)
    return project


def _found(db: sa.Connection, project: Project, user_id: str) -> Member:
    member = members.one(db, project, user_id)
    if member is None:
        raise NotFound("no such member")
    return member


def _may_decide(
    db: sa.Connection,
    project: Project,
    caller: Caller,
    about: Member | Reach,
    role: Role | None = None,
) -> None:
    """About a member, or a place that is still to be given, and the role that it is to have."""
    roles, of_all = {role}, about is Reach.ORGANISATION
    if isinstance(about, Member):
        roles.add(about.role)
        of_all = accounts.member_role(db, about.user.id, project.organisation_id) is not None
    own = (
        accounts.member_role(db, caller.user_id, project.organisation_id)
        if of_all
        else accounts.role_in(db, caller.user_id, project.id)
    )
    if own is None or Permission.ADMINISTER not in permissions(own):
        raise Forbidden("this is for the owners and admins of the organisation")
    if Role.OWNER in roles and own is not Role.OWNER:
        raise Forbidden("only owners decide about owners")


def _may_stand_beside(there: Member, reach: Reach) -> None:
    """A member of the organisation may have another role in one project; nothing else may be twice."""
    if there.reach is Reach.PROJECT or reach is Reach.ORGANISATION:
        raise Conflict(f"{there.user.email} has a place here already")
    if there.role is Role.OWNER:
        raise Conflict("an owner of the organisation is one in each of its projects")


def _keep_an_owner(db: sa.Connection, project: Project, member: Member) -> None:
    owners = members.owners(db, project.organisation_id)
    if member.reach is Reach.ORGANISATION and owners == [member.user.id]:
        raise Conflict("an organisation keeps at least one owner")


def _way_in(db: sa.Connection, user: User) -> str:
    """A token for who was never here; whoever was has a way of their own."""
    if not accounts.is_newcomer(db, user):
        return ""
    accounts.drop_links(db, user.id)
    return accounts.add_link(db, user.id, _INVITATION_LASTS)


def _told(member: Member) -> settings_wire.Member:
    return settings_wire.Member(
        user_id=member.user.id,
        email=member.user.email,
        name=member.user.name,
        role=member.role.value,
        reach=member.reach.value,
    )
