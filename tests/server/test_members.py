"""Who may see a project: inviting, changing roles, taking places away, and who may not."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from pilothouse.domain.access import Project, Role
from pilothouse.edge.access import COOKIE, OWN_REQUEST
from pilothouse.store.relational import accounts, keys
from tests.serving import Server, TestProject


@dataclass
class Someone:
    """A person with a place, before the members of a project."""

    id: str
    client: httpx.Client

    def members(self) -> dict[str, tuple[str, str]]:
        items = self.client.get("/members").raise_for_status().json()["items"]
        return {each["user_id"]: (each["role"], each["reach"]) for each in items}

    def invites(self, **body: Any) -> httpx.Response:
        return self.client.post("/members", json={"email": _email(), **body})

    def changes(self, other: "Someone | str", role: Role) -> int:
        return self.client.patch(f"/members/{_id(other)}", json={"role": role}).status_code

    def removes(self, other: "Someone | str") -> int:
        return self.client.delete(f"/members/{_id(other)}").status_code


def _id(other: "Someone | str") -> str:
    return other if isinstance(other, str) else other.id


def _email() -> str:
    return f"{accounts.new_id()}@example.com"


@pytest.fixture
def project(server: Server) -> TestProject:
    """Of an organisation of its own, which has no members yet."""
    with server.database.write() as db:
        organisation = accounts.add_organisation(db, "Acme")
        project = accounts.add_project(db, organisation.id, "shop")
        key, secret = keys.add(db, project.id)
    return TestProject(server, project.id, key.public_key, secret)


def _place(project: TestProject) -> Project:
    with project.server.database.read() as db:
        found = accounts.project(db, project.id)
    assert found is not None
    return found


def _someone(project: TestProject, role: Role, alone: bool = False) -> Someone:
    """Of the organisation, or of the project alone."""
    with project.server.database.write() as db:
        user = accounts.add_user(db, _email(), "Ann")
        if alone:
            accounts.add_project_member(db, user.id, project.id, role)
        else:
            accounts.add_member(db, user.id, _place(project).organisation_id, role)
        token = accounts.sign_in(db, user.id)
    headers = {"cookie": f"{COOKIE}={token}", OWN_REQUEST: "1"}
    base = f"{project.server.url}/api/pilothouse/projects/{project.id}"
    return Someone(user.id, httpx.Client(base_url=base, headers=headers))


@pytest.fixture
def owner(project: TestProject) -> Someone:
    return _someone(project, Role.OWNER)


def test_who_is_new_comes_in_by_the_link_of_the_invitation(
    project: TestProject, owner: Someone
) -> None:
    told = owner.invites(email=" New@Example.com ", role="annotator").raise_for_status().json()
    member = told["member"]
    assert (member["email"], member["role"], member["reach"]) == (
        "new@example.com",
        "annotator",
        "project",
    )
    with httpx.Client() as newcomer:
        newcomer.get(told["link"])
        me = newcomer.get(f"{project.server.url}/api/pilothouse/me").raise_for_status().json()
        assert [each["id"] for each in me["organisations"][0]["projects"]] == [project.id]
        again = newcomer.get(told["link"]).headers["location"]
        assert again.startswith("/sign-in"), "a link is good once"


def test_nobody_gets_a_link_that_signs_in_as_somebody_who_was_here(
    server: Server, owner: Someone
) -> None:
    elsewhere = owner.invites(email="both@example.com").json()
    other = server.new_project()
    with server.database.write() as db:
        person = accounts.add_user(db, _email(), "Bob", "a hash")
        left = accounts.add_user(db, _email(), "Cid")
        accounts.sign_in(db, left.id)
        accounts.add_project_member(db, elsewhere["member"]["user_id"], other.id, Role.VIEWER)
    for email in (person.email, left.email):
        told = owner.invites(email=email).raise_for_status().json()
        assert told["link"] == ""
    assert owner.removes(elsewhere["member"]["user_id"]) == 204
    assert owner.invites(email="both@example.com").json()["link"] == ""


def test_a_new_invitation_ends_the_link_of_the_old_one(owner: Someone) -> None:
    email = _email()
    first = owner.invites(email=email).json()
    owner.removes(first["member"]["user_id"])
    second = owner.invites(email=email).json()
    assert (
        httpx.get(first["link"], follow_redirects=False).headers["location"].startswith("/sign-in")
    )
    assert not httpx.get(second["link"]).headers["location"].startswith("/sign-in")


def test_roles_are_changed_and_places_taken_away(project: TestProject, owner: Someone) -> None:
    of_all, alone = _someone(project, Role.MEMBER), _someone(project, Role.VIEWER, alone=True)
    assert owner.members()[of_all.id] == ("member", "organisation")
    assert owner.members()[alone.id] == ("viewer", "project")
    assert owner.changes(of_all, Role.ADMIN) == owner.changes(alone, Role.MEMBER) == 200
    assert owner.members()[of_all.id] == ("admin", "organisation")
    assert owner.members()[alone.id] == ("member", "project")
    assert owner.removes(of_all) == owner.removes(alone) == 204
    assert set(owner.members()) == {owner.id}
    assert alone.client.get("/members").status_code == 404
    assert owner.changes(alone, Role.MEMBER) == owner.removes(alone) == 404


def test_a_member_of_the_organisation_may_have_another_role_in_a_project(
    project: TestProject, owner: Someone
) -> None:
    person = _someone(project, Role.MEMBER)
    with project.server.database.read() as db:
        user = accounts.user(db, person.id)
    assert user is not None
    assert owner.invites(email=user.email, reach="organisation").status_code == 409
    assert owner.invites(email=user.email, role="viewer").status_code == 201
    assert owner.members()[person.id] == ("viewer", "project")
    assert owner.invites(email=user.email).status_code == 409
    assert owner.removes(person) == 204
    assert owner.members()[person.id] == ("member", "organisation")


def test_the_last_owner_stays(project: TestProject, owner: Someone) -> None:
    assert owner.removes(owner) == owner.changes(owner, Role.ADMIN) == 409
    other = _someone(project, Role.OWNER)
    assert owner.changes(owner, Role.ADMIN) == 200
    assert owner.removes(other) == 403
    assert other.removes(owner) == 204


def test_only_owners_decide_about_owners(project: TestProject, owner: Someone) -> None:
    admin, member = _someone(project, Role.ADMIN), _someone(project, Role.MEMBER)
    assert admin.invites(role="owner", reach="organisation").status_code == 403
    assert admin.changes(member, Role.OWNER) == admin.changes(admin, Role.OWNER) == 403
    assert admin.changes(owner, Role.VIEWER) == admin.removes(owner) == 403
    assert admin.invites(role="member", reach="organisation").status_code == 201
    assert admin.changes(member, Role.VIEWER) == 200


def test_who_administers_a_project_alone_leaves_the_organisation_alone(
    project: TestProject, owner: Someone
) -> None:
    admin, member = _someone(project, Role.OWNER, alone=True), _someone(project, Role.MEMBER)
    with project.server.database.read() as db:
        named = accounts.user(db, member.id)
    assert named is not None
    assert admin.invites(reach="organisation").status_code == 403
    assert admin.changes(member, Role.ADMIN) == admin.removes(member) == 403
    assert admin.invites(email=named.email, role="viewer").status_code == 403
    assert admin.changes(owner, Role.VIEWER) == 403
    guest = admin.invites(role="viewer").raise_for_status().json()["member"]["user_id"]
    assert admin.changes(guest, Role.MEMBER) == 200
    assert admin.removes(guest) == 204


def test_what_is_no_address_is_refused(owner: Someone) -> None:
    for email in ("", "ann", "ann@", "@example.com", "a b@example.com"):
        assert owner.invites(email=email).status_code in (400, 422), email
    assert owner.invites(role="king").status_code in (400, 422)
