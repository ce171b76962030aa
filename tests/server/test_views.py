"""Saved views: whose they are, who sees and changes them, which one opens first."""

from collections.abc import Iterator

import httpx
import pytest

from pilothouse.domain.access import Role
from tests.serving import TestProject

QUERY = {"filter": "level:error", "columns": "name*,cost:120", "order": "-cost", "range": "7d"}


@pytest.fixture
def ann(project: TestProject) -> Iterator[httpx.Client]:
    yield from _client(project, Role.MEMBER)


@pytest.fixture
def bob(project: TestProject) -> Iterator[httpx.Client]:
    yield from _client(project, Role.VIEWER)


def _client(project: TestProject, role: Role) -> Iterator[httpx.Client]:
    base = f"{project.server.url}/api/pilothouse/projects/{project.id}"
    with httpx.Client(base_url=base, headers=project.person(role)) as client:
        yield client


def _add(client: httpx.Client, name: str = "dear ones", **more: object) -> dict[str, object]:
    body = {"list": "traces", "name": name, "query": QUERY, **more}
    answer = client.post("/views", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def _names(client: httpx.Client) -> list[str]:
    return [view["name"] for view in client.get("/views").json()["items"]]


def test_a_view_is_kept_renamed_updated_and_forgotten(ann: httpx.Client) -> None:
    view = _add(ann)
    assert [view[name] for name in ("own", "changeable", "shared")] == [True, True, False]
    assert {name: view["query"][name] for name in QUERY} == QUERY  # pyright: ignore[reportIndexIssue]
    path = f"/views/{view['id']}"
    changed = ann.patch(path, json={"name": "dearest", "query": {"filter": ""}}).json()
    assert (changed["name"], changed["query"]["filter"]) == ("dearest", "")
    assert _names(ann) == ["dearest"]
    assert ann.delete(path).status_code == 204
    assert _names(ann) == []
    assert ann.delete(path).status_code == 404


def test_own_views_are_nobody_elses(ann: httpx.Client, bob: httpx.Client) -> None:
    path = f"/views/{_add(ann)['id']}"
    assert _names(bob) == []
    assert bob.patch(path, json={"name": "mine"}).status_code == 404
    assert bob.delete(path).status_code == 404
    assert (
        bob.put("/views/default/traces", json={"view_id": path.rpartition("/")[2]}).status_code
        == 404
    )


def test_a_shared_view_is_seen_by_all_and_changed_by_those_who_edit(
    ann: httpx.Client, bob: httpx.Client
) -> None:
    assert (
        bob.post(
            "/views", json={"list": "traces", "name": "x", "query": {}, "shared": True}
        ).status_code
        == 403
    )
    mine = f"/views/{_add(bob, 'mine')['id']}"
    assert bob.patch(mine, json={"shared": True}).status_code == 403
    view = _add(ann, shared=True)
    assert _names(bob) == ["dear ones", "mine"]
    seen = next(each for each in bob.get("/views").json()["items"] if each["id"] == view["id"])
    assert not seen["own"]
    assert not seen["changeable"]
    assert bob.patch(f"/views/{view['id']}", json={"name": "x"}).status_code == 403
    assert bob.delete(f"/views/{view['id']}").status_code == 403


def test_each_person_has_a_default_of_each_list(ann: httpx.Client, bob: httpx.Client) -> None:
    view = _add(ann, shared=True)
    chosen = {"view_id": view["id"]}
    assert ann.put("/views/default/spans", json=chosen).status_code == 400
    for _ in range(2):
        assert bob.put("/views/default/traces", json=chosen).status_code == 204
    assert [each["default"] for each in bob.get("/views").json()["items"]] == [True]
    assert [each["default"] for each in ann.get("/views").json()["items"]] == [False]
    assert bob.put("/views/default/traces", json={"view_id": ""}).status_code == 204
    assert [each["default"] for each in bob.get("/views").json()["items"]] == [False]
    bob.put("/views/default/traces", json=chosen)
    assert ann.delete(f"/views/{view['id']}").status_code == 204
    assert bob.get("/views").json()["items"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"list": "sessions"},
        {"query": {"filter": "modle:x"}},
        {"query": {"order": "-nothing"}},
        {"query": {"start": 5, "end": 4}},
        {"query": {"colour": "red"}},
    ],
)
def test_a_view_that_could_not_be_opened_is_refused(
    ann: httpx.Client, wrong: dict[str, object]
) -> None:
    body = {"list": "traces", "name": "x", "query": QUERY, **wrong}
    answer = ann.post("/views", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_a_key_sees_what_is_shared_and_keeps_nothing(
    project: TestProject, ann: httpx.Client
) -> None:
    _add(ann, "own")
    _add(ann, "shared", shared=True)
    path = f"/api/pilothouse/projects/{project.id}/views"
    with project.http() as http:
        assert [each["name"] for each in http.get(path).json()["items"]] == ["shared"]
        body = {"list": "traces", "name": "x", "query": {}}
        assert http.post(path, json=body).status_code == 400


def test_a_view_of_another_project_is_not_there(project: TestProject, ann: httpx.Client) -> None:
    view = _add(ann, shared=True)
    other = project.server.new_project()
    base = f"{project.server.url}/api/pilothouse/projects/{other.id}"
    with httpx.Client(base_url=base, headers=other.person(Role.OWNER)) as stranger:
        assert _names(stranger) == []
        assert stranger.patch(f"/views/{view['id']}", json={"name": "x"}).status_code == 404
        assert stranger.delete(f"/views/{view['id']}").status_code == 404
