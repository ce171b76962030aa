"""People of an organisation by SCIM."""

import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

from pilothouse.domain.access import Role
from pilothouse.store.relational import accounts, organisation_keys
from pilothouse.wiring import Wired
from tests.langfuse.conftest import INIT, PROJECT

USERS = "/api/public/scim/Users"
Pair = tuple[str, str]


def new_email() -> str:
    return f"{uuid.uuid4().hex[:12]}@example.com"


def create(client: TestClient, key: Pair, email: str, **more: Any) -> Any:
    body = {"userName": email, "name": {"formatted": "Ada L."}} | more
    return client.post(USERS, auth=key, json=body)


def test_a_person_is_made_found_and_taken_away(
    client: TestClient, wired: Wired, organisation_key: Pair
) -> None:
    email = new_email()
    made = create(client, organisation_key, email.upper(), password="a long password")
    assert made.status_code == 201
    assert made.headers["content-type"] == "application/scim+json"
    user = made.json()
    assert (user["userName"], user["name"]["formatted"]) == (email, "Ada L.")
    assert "password" not in made.text
    asked = {"filter": f'userName eq "{email}"'}
    found = client.get(USERS, auth=organisation_key, params=asked).json()
    assert (found["totalResults"], found["Resources"]) == (1, [user])
    assert client.get(f"{USERS}/{user['id']}", auth=organisation_key).json() == user
    # They come in by the password, with the role of a viewer.
    signed = {"email": email, "password": "a long password"}
    assert client.post("/api/pilothouse/auth/sign-in", json=signed).status_code == 204
    client.cookies.clear()
    with wired.services.database.read() as db:
        assert accounts.member_role(db, user["id"], INIT.org_id) is Role.VIEWER
    with wired.services.database.write() as db:
        accounts.add_project_member(db, user["id"], PROJECT, Role.ADMIN)
    assert client.delete(f"{USERS}/{user['id']}", auth=organisation_key).status_code == 204
    assert client.get(f"{USERS}/{user['id']}", auth=organisation_key).status_code == 404
    with wired.services.database.read() as db:
        assert accounts.user(db, user["id"])
        assert accounts.role_in(db, user["id"], PROJECT) is None


def test_who_is_known_keeps_their_password(
    client: TestClient, wired: Wired, organisation_key: Pair
) -> None:
    email = new_email()
    with wired.services.database.write() as db:
        known = accounts.add_user(db, email, "Grace", "hash of theirs")
    made = create(client, organisation_key, email, password="another password", roles=["ADMIN"])
    assert (made.status_code, made.json()["id"]) == (201, known.id)
    with wired.services.database.read() as db:
        assert accounts.user(db, known.id) == known
        assert accounts.member_role(db, known.id, INIT.org_id) is Role.ADMIN
    again = create(client, organisation_key, email)
    assert (again.status_code, again.json()["status"]) == (409, "409")


def test_pages_of_people(client: TestClient, organisation_key: Pair) -> None:
    for _ in range(2):
        create(client, organisation_key, new_email())
    every = client.get(USERS, auth=organisation_key).json()
    page = client.get(USERS, auth=organisation_key, params={"startIndex": 2, "count": 1}).json()
    assert page["Resources"] == every["Resources"][1:2]
    assert (page["startIndex"], page["itemsPerPage"]) == (2, 1)
    assert page["totalResults"] == every["totalResults"]


@pytest.mark.parametrize(
    "told",
    [
        {"userName": "nobody"},
        {"password": "short"},
        {"active": False},
        {"roles": ["KING"]},
        {"roles": ["ADMIN", "OWNER"]},
    ],
)
def test_people_who_cannot_be(
    client: TestClient, organisation_key: Pair, told: dict[str, Any]
) -> None:
    answer = create(client, organisation_key, new_email(), **told)
    assert answer.status_code == 400
    assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert answer.json()["detail"]


def test_what_else_is_told_and_refused(client: TestClient, wired: Wired) -> None:
    with wired.services.database.write() as db:
        alone = accounts.add_organisation(db, "Alone")
        key, secret = organisation_keys.add(db, alone.id)
        owner = accounts.add_user(db, new_email(), "Owner")
        accounts.add_member(db, owner.id, alone.id, Role.OWNER)
        stranger = accounts.add_user(db, new_email(), "Stranger")
        accounts.add_member(db, stranger.id, INIT.org_id, Role.VIEWER)
    auth = (key.public_key, secret)
    assert client.delete(f"{USERS}/{owner.id}", auth=auth).status_code == 409
    for method in ("GET", "DELETE"):
        assert client.request(method, f"{USERS}/{stranger.id}", auth=auth).status_code == 404
    bad = {"filter": 'title eq "x"'}
    assert client.get(USERS, auth=auth, params=bad).status_code == 400
    base = "/api/public/scim"
    config = client.get(f"{base}/ServiceProviderConfig", auth=auth).json()
    assert config["filter"]["supported"] is True
    for path, id in (
        ("ResourceTypes", "User"),
        ("Schemas", "urn:ietf:params:scim:schemas:core:2.0:User"),
    ):
        told = client.get(f"{base}/{path}", auth=auth).json()
        assert [each["id"] for each in told["Resources"]] == [id]
        assert client.get(f"{base}/{path}").status_code == 403


def test_who_is_no_longer_active_has_no_place(client: TestClient, organisation_key: Pair) -> None:
    user = create(client, organisation_key, new_email()).json()["id"]
    path = f"{USERS}/{user}"

    def patched(*operations: Any) -> Any:
        return client.patch(path, auth=organisation_key, json={"Operations": operations})

    assert patched({"op": "Replace", "path": "active", "value": True}).json()["active"] is True
    for bad in (
        {"op": "replace", "path": "userName", "value": "x@example.com"},
        {"op": "remove", "path": "active"},
        {"op": "replace", "value": {"active": False, "title": "x"}},
        {"op": "replace", "path": "active", "value": "perhaps"},
    ):
        assert patched(bad).status_code == 400
    assert patched().status_code == 400
    assert patched({"op": "replace", "value": {"active": False}}).json()["active"] is False
    assert client.get(path, auth=organisation_key).status_code == 404
