"""An organisation's key runs its projects, their keys and who may see them, and nothing else."""

import base64
from typing import Any

import pytest
from starlette.testclient import TestClient

from pilothouse.domain.access import Role
from pilothouse.domain.clock import now
from pilothouse.edge.access import COOKIE, OWN_REQUEST
from pilothouse.store.blobs.keys import of_media
from pilothouse.store.relational import accounts, organisation_keys
from pilothouse.wiring import Wired
from tests.langfuse.conftest import INIT, PROJECT
from tests.serving import eventually

BASE = "/api/public"
Pair = tuple[str, str]


def new_project(client: TestClient, key: Pair, name: str, **more: Any) -> dict[str, Any]:
    made = client.post(f"{BASE}/projects", auth=key, json={"name": name, "retention": 0} | more)
    assert made.status_code == 201, made.text
    return made.json()


def new_pair(client: TestClient, key: Pair, project: str, **more: Any) -> dict[str, Any]:
    made = client.post(f"{BASE}/projects/{project}/apiKeys", auth=key, json=more)
    assert made.status_code == 201, made.text
    return made.json()


def person(wired: Wired, role: Role | None = None) -> tuple[str, dict[str, str]]:
    """An id, and the headers of somebody signed in with that role in the organisation."""
    with wired.services.database.write() as db:
        user = accounts.add_user(db, f"{accounts.new_id()}@example.com", "Someone")
        if role:
            accounts.add_member(db, user.id, INIT.org_id, role)
        token = accounts.sign_in(db, user.id)
    return user.id, {"cookie": f"{COOKIE}={token}", OWN_REQUEST: "1"}


# -- keys of the organisation --------------------------------------------------------------------


def test_owners_make_list_and_revoke_keys(client: TestClient, wired: Wired) -> None:
    path = f"/api/pilothouse/organisations/{INIT.org_id}/keys"
    _, owner = person(wired, Role.OWNER)
    made = client.post(path, headers=owner, json={"note": "terraform"})
    assert made.status_code == 201
    key, secret = made.json()["key"], made.json()["secret_key"]
    pair = (key["public_key"], secret)
    told = client.get(f"{BASE}/organizations/apiKeys", auth=pair)
    assert told.status_code == 200
    mine = next(each for each in told.json()["apiKeys"] if each["id"] == key["id"])
    assert (mine["note"], mine["name"]) == ("terraform", "terraform")
    assert secret not in told.text
    assert secret not in client.get(path, headers=owner).text
    with wired.services.database.read() as db:
        kept = organisation_keys.by_public_key(db, pair[0])
        assert kept is not None
        assert secret not in str(kept)
    assert (
        client.get(f"{BASE}/organizations/projects", auth=(pair[0], "sk-lf-x")).status_code == 401
    )
    assert client.delete(f"{path}/{key['id']}", headers=owner).status_code == 204
    assert client.get(f"{BASE}/organizations/projects", auth=pair).status_code == 401
    assert client.delete(f"{path}/{key['id']}", headers=owner).status_code == 404
    past = client.post(path, headers=owner, json={"expires_at": now() - 1})
    assert past.status_code == 400


@pytest.mark.parametrize(("role", "status"), [(Role.ADMIN, 403), (Role.MEMBER, 403), (None, 404)])
def test_keys_are_for_owners(
    client: TestClient, wired: Wired, role: Role | None, status: int
) -> None:
    path = f"/api/pilothouse/organisations/{INIT.org_id}/keys"
    _, headers = person(wired, role)
    for answer in (
        client.get(path, headers=headers),
        client.post(path, headers=headers, json={}),
        client.delete(f"{path}/x", headers=headers),
    ):
        assert answer.status_code == status


def test_each_kind_of_key_is_refused_where_the_other_belongs(
    client: TestClient, organisation_key: Pair
) -> None:
    for path in ("/traces", "/projects", "/v2/prompts", "/scores"):
        assert client.get(BASE + path, auth=organisation_key).status_code == 403
    traces = f"/api/pilothouse/projects/{PROJECT}/traces"
    assert client.get(traces, auth=organisation_key).status_code == 403
    refused = client.get(f"{BASE}/organizations/memberships")
    assert (refused.status_code, refused.json()["error"]) == (403, "ForbiddenError")
    assert client.post(f"{BASE}/projects", json={"name": "x"}).status_code == 403
    assert client.delete(f"{BASE}/projects/{PROJECT}").status_code == 403


# -- projects and their keys ---------------------------------------------------------------------


def test_a_project_is_made_changed_and_used(client: TestClient, organisation_key: Pair) -> None:
    made = new_project(client, organisation_key, "shop", metadata={"team": "a"})
    assert made["metadata"] == {"team": "a"}
    assert made["organization"] == {"id": INIT.org_id, "name": INIT.org_name}
    path = f"{BASE}/projects/{made['id']}"
    changed = client.put(path, auth=organisation_key, json={"name": "shop 2"}).json()
    assert (changed["name"], changed["metadata"]) == ("shop 2", {"team": "a"})
    every = client.get(f"{BASE}/organizations/projects", auth=organisation_key).json()["projects"]
    assert "shop 2" in [each["name"] for each in every]

    pair = new_pair(client, organisation_key, made["id"], name="backend")
    auth = (pair["publicKey"], pair["secretKey"])
    assert client.get(f"{BASE}/projects", auth=auth).json()["data"][0]["metadata"] == {"team": "a"}
    listed = client.get(f"{path}/apiKeys", auth=organisation_key)
    assert [each["name"] for each in listed.json()["apiKeys"]] == ["backend"]
    assert pair["secretKey"] not in listed.text
    gone = client.delete(f"{path}/apiKeys/{pair['id']}", auth=organisation_key)
    assert gone.json() == {"success": True}
    assert client.get(f"{BASE}/projects", auth=auth).status_code == 401
    assert client.delete(f"{path}/apiKeys/{pair['id']}", auth=organisation_key).status_code == 404


def test_a_given_pair_is_taken_as_it_is(client: TestClient, organisation_key: Pair) -> None:
    project = new_project(client, organisation_key, "given")["id"]
    told = {"publicKey": "pk-lf-of-my-own-choice", "secretKey": "sk-lf-of-my-own-choice"}
    assert new_pair(client, organisation_key, project, **told)["secretKey"] == told["secretKey"]
    auth = (told["publicKey"], told["secretKey"])
    assert client.get(f"{BASE}/projects", auth=auth).status_code == 200
    keys = f"{BASE}/projects/{project}/apiKeys"
    assert client.post(keys, auth=organisation_key, json=told).status_code == 409


@pytest.mark.parametrize(
    "told",
    [
        {"publicKey": "pk-lf-of-my-own-choice-too"},
        {"publicKey": "mine-of-my-own-choice", "secretKey": "sk-lf-of-my-own-choice"},
        {"publicKey": "pk-lf-x", "secretKey": "sk-lf-x"},
        {"name": "a", "note": "a"},
        {"expiresAt": "2020-01-01T00:00:00Z"},
        {"expiresAt": "tomorrow"},
    ],
)
def test_keys_that_cannot_be(
    client: TestClient, organisation_key: Pair, told: dict[str, str]
) -> None:
    keys = f"{BASE}/projects/{PROJECT}/apiKeys"
    assert client.post(keys, auth=organisation_key, json=told).status_code == 400


@pytest.mark.parametrize(
    "told",
    [{}, {"name": ""}, {"name": "r", "retention": 30}, {"name": "m", "metadata": "text"}],
)
def test_projects_that_cannot_be(
    client: TestClient, organisation_key: Pair, told: dict[str, Any]
) -> None:
    assert client.post(f"{BASE}/projects", auth=organisation_key, json=told).status_code == 400


def test_a_name_is_given_once(client: TestClient, organisation_key: Pair) -> None:
    body = {"name": INIT.project_name}
    assert client.post(f"{BASE}/projects", auth=organisation_key, json=body).status_code == 409


def test_what_others_have_looks_like_nothing(client: TestClient, wired: Wired) -> None:
    with wired.services.database.write() as db:
        other = accounts.add_organisation(db, "Other")
        key, secret = organisation_keys.add(db, other.id)
    auth = (key.public_key, secret)
    place = {"userId": "x", "role": "MEMBER"}
    for method, path, body in (
        ("PUT", f"/projects/{PROJECT}", {"name": "mine"}),
        ("DELETE", f"/projects/{PROJECT}", None),
        ("GET", f"/projects/{PROJECT}/apiKeys", None),
        ("POST", f"/projects/{PROJECT}/apiKeys", {}),
        ("DELETE", f"/projects/{PROJECT}/apiKeys/x", None),
        ("GET", f"/projects/{PROJECT}/memberships", None),
        ("PUT", f"/projects/{PROJECT}/memberships", place),
        ("DELETE", f"/projects/{PROJECT}/memberships", place),
    ):
        assert client.request(method, BASE + path, auth=auth, json=body).status_code == 404, path
    assert client.get(f"{BASE}/organizations/projects", auth=auth).json() == {"projects": []}
    assert client.get(f"{BASE}/organizations/memberships", auth=auth).json() == {"memberships": []}


def test_a_removed_project_takes_everything_with_it(
    client: TestClient, wired: Wired, organisation_key: Pair
) -> None:
    project = new_project(client, organisation_key, "doomed")["id"]
    pair = new_pair(client, organisation_key, project)
    auth = (pair["publicKey"], pair["secretKey"])
    image = base64.b64encode(b"PNG of the doomed").decode()
    trace = {"id": "doomed-trace", "input": f"data:image/png;base64,{image}"}
    event = {"id": "e1", "type": "trace-create", "timestamp": "2026-01-01T00:00:00Z", "body": trace}
    score = {"traceId": "doomed-trace", "name": "s", "value": 1}
    client.post(f"{BASE}/ingestion", auth=auth, json={"batch": [event]})
    client.post(f"{BASE}/scores", auth=auth, json=score)
    prompt = {"name": "p", "prompt": "hi", "labels": ["production"]}
    client.post(f"{BASE}/v2/prompts", auth=auth, json=prompt)
    assert client.get(f"{BASE}/traces/doomed-trace", auth=auth).status_code == 200
    media_id = client.get(f"{BASE}/traces/doomed-trace", auth=auth).json()["input"].split("id=")[1]
    blobs = of_media(project, media_id[:22])
    assert wired.services.media._blobs.get(blobs) is not None  # pyright: ignore[reportPrivateUsage]

    path = f"{BASE}/projects/{project}"
    assert client.delete(path, auth=organisation_key).status_code == 202
    assert client.get(f"{BASE}/traces/doomed-trace", auth=auth).status_code == 401
    assert client.delete(path, auth=organisation_key).status_code == 404
    assert wired.services.media._blobs.get(blobs) is None  # pyright: ignore[reportPrivateUsage]
    for table in ("spans", "scores", "trace_times"):
        left = f"SELECT count() FROM {table} WHERE project_id = {{project:String}}"
        eventually(lambda left=left: wired.engine.select(left, {"project": project}) == [[0]])


# -- members -------------------------------------------------------------------------------------


def test_members_come_change_and_go(
    client: TestClient, wired: Wired, organisation_key: Pair
) -> None:
    path = f"{BASE}/organizations/memberships"
    user, _ = person(wired)

    def roles() -> dict[str, str]:
        found = client.get(path, auth=organisation_key).json()["memberships"]
        return {each["userId"]: each["role"] for each in found}

    for role in ("MEMBER", "ADMIN"):
        body = {"userId": user, "role": role}
        assert client.put(path, auth=organisation_key, json=body).json()["role"] == role
        assert roles()[user] == role
    gone = client.request("DELETE", path, auth=organisation_key, json={"userId": user})
    assert (gone.status_code, gone.json()["userId"]) == (200, user)
    assert user not in roles()
    again = client.request("DELETE", path, auth=organisation_key, json={"userId": user})
    assert again.status_code == 404
    for body, status in (
        ({"userId": "nobody", "role": "MEMBER"}, 404),
        ({"userId": user, "role": "KING"}, 400),
        ({"role": "MEMBER"}, 400),
    ):
        assert client.put(path, auth=organisation_key, json=body).status_code == status


def test_an_organisation_keeps_an_owner(client: TestClient, wired: Wired) -> None:
    with wired.services.database.write() as db:
        alone = accounts.add_organisation(db, "Alone")
        key, secret = organisation_keys.add(db, alone.id)
        user = accounts.add_user(db, "alone@example.com", "Alone")
        accounts.add_member(db, user.id, alone.id, Role.OWNER)
    path, auth = f"{BASE}/organizations/memberships", (key.public_key, secret)
    lower = {"userId": user.id, "role": "MEMBER"}
    assert client.put(path, auth=auth, json=lower).status_code == 409
    assert client.request("DELETE", path, auth=auth, json=lower).status_code == 409


def test_a_role_in_one_project(client: TestClient, wired: Wired, organisation_key: Pair) -> None:
    path = f"{BASE}/projects/{PROJECT}/memberships"
    user, headers = person(wired)
    traces = f"/api/pilothouse/projects/{PROJECT}/settings"
    without = {"authorization": ""} | headers
    assert client.get(traces, headers=without, auth=None).status_code == 404
    body = {"userId": user, "role": "VIEWER"}
    assert client.put(path, auth=organisation_key, json=body).json()["role"] == "VIEWER"
    found = client.get(path, auth=organisation_key).json()["memberships"]
    assert user in [each["userId"] for each in found]
    gone = client.request("DELETE", path, auth=organisation_key, json={"userId": user})
    assert gone.status_code == 200
    again = client.request("DELETE", path, auth=organisation_key, json={"userId": user})
    assert again.status_code == 404
    owner, _ = person(wired, Role.OWNER)
    body = {"userId": owner, "role": "VIEWER"}
    assert client.put(path, auth=organisation_key, json=body).status_code == 409
