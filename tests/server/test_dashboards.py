"""Dashboards are kept as they were put, for those who may see the project."""

from typing import Any

import httpx
import pytest

from pilothouse.domain.access import KeyScope, Role
from tests.serving import Server, TestProject


def widget(id: str = "a", **more: Any) -> dict[str, Any]:
    question = {"measures": [{"measure": "count"}], **more.pop("question", {})}
    return {"id": id, "kind": "line", "question": question, "x": 0, "y": 0, "w": 6, "h": 4, **more}


def path(project: TestProject, id: str = "") -> str:
    return f"/api/pilothouse/projects/{project.id}/dashboards" + (f"/{id}" if id else "")


def put(
    project: TestProject, id: str, *widgets: Any, revision: int = 0, name: str = "Costs"
) -> Any:
    with project.http() as http:
        body = {"name": name, "widgets": list(widgets), "revision": revision}
        return http.put(path(project, id), json=body)


def test_a_dashboard_is_kept_changed_and_deleted(project: TestProject) -> None:
    put(project, "first", name="First").raise_for_status()
    question = {
        "view": "traces",
        "measures": [{"measure": "score", "aggregation": "avg", "key": "helpful"}],
        "dimensions": ["release"],
        "bucket": "day",
        "filter": "env:production",
    }
    made = put(project, "mine", widget(title="Quality", question=question)).json()
    assert made["revision"] == 1
    assert made["widgets"][0]["question"] == question | {"order": "", "limit": 1000}
    with project.http() as http:
        assert http.get(path(project, "mine")).json() == made
        listed = http.get(path(project)).json()["items"]
        assert [(each["id"], each["kinds"]) for each in listed] == [
            ("mine", ["line"]),
            ("first", []),
        ]
        assert put(project, "mine", revision=1, name="  Renamed ").json()["name"] == "Renamed"
        assert http.delete(path(project, "mine")).status_code == 204
        assert http.delete(path(project, "mine")).status_code == 404
        assert http.get(path(project, "mine")).status_code == 404
    # Undoing the deletion puts it under its id again, so that links to it hold.
    assert put(project, "mine", *made["widgets"]).json()["widgets"] == made["widgets"]


def test_no_change_is_overwritten_unseen(project: TestProject) -> None:
    put(project, "mine", name="First")
    assert put(project, "mine", revision=1, name="Second").status_code == 200
    late = put(project, "mine", revision=1, name="Late")
    assert (late.status_code, late.json()["error"]["code"]) == (409, "conflict")
    assert put(project, "mine", name="Once more").status_code == 409
    assert put(project, "gone", revision=3).status_code == 404
    with project.http() as http:
        assert http.get(path(project, "mine")).json()["name"] == "Second"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"question": {"filter": "modle:x"}}, "modle"),
        ({"question": {"dimensions": ["latency"]}}, "charts cannot be split by latency"),
        ({"question": {"measures": [{"measure": "score"}]}}, "score needs a key"),
        ({"question": {"measures": [{"measure": "count", "aggregation": "p95"}]}}, "count"),
        ({"question": {"order": "-nothing"}}, "order by one of"),
        ({"x": 8, "w": 6}, "beyond the 12 columns"),
        ({"kind": "radar"}, "kind"),
        ({"h": 0}, "h"),
        ({"title": "x" * 101}, "title"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_could_not_be_drawn_is_refused_and_why(
    project: TestProject, wrong: dict[str, Any], says: str
) -> None:
    refused = put(project, "mine", widget(), widget("b", **{"title": "Sorry", **wrong}))
    assert refused.status_code == 400
    message = refused.json()["error"]["message"]
    assert says in message
    assert "Sorry" in message or "widgets.1" in message
    with project.http() as http:
        assert http.get(path(project)).json()["items"] == []


def test_names_ids_and_numbers_are_bounded(project: TestProject) -> None:
    assert put(project, "mine", name="   ").status_code == 400
    assert put(project, "mine", name="x" * 101).status_code == 400
    assert put(project, "no spaces").status_code == 400
    assert put(project, "mine", widget(), widget()).status_code == 400
    assert put(project, "mine", *(widget(f"w{n}") for n in range(61))).status_code == 400


def test_viewers_see_and_members_change(project: TestProject, server: Server) -> None:
    put(project, "mine")
    url = server.url + path(project, "mine")
    change = {"name": "Changed", "widgets": [], "revision": 1}
    for who in (project.person(Role.VIEWER), {"authorization": project.key(KeyScope.READ)}):
        assert httpx.get(url, headers=who).status_code == 200
        assert httpx.put(url, json=change, headers=who).status_code == 403
        assert httpx.delete(url, headers=who).status_code == 403
    assert httpx.put(url, json=change, headers=project.person(Role.MEMBER)).status_code == 200
    assert httpx.get(url, headers=project.person(None)).status_code == 404


def test_the_same_id_in_two_projects_is_two_dashboards(
    project: TestProject, server: Server
) -> None:
    other = server.new_project()
    put(project, "mine", name="Ours")
    with other.http() as http:
        assert http.get(path(other, "mine")).status_code == 404
        assert http.get(path(project, "mine")).status_code == 404
    put(other, "mine", name="Theirs").raise_for_status()
    with other.http() as http:
        http.delete(path(other, "mine"))
    with project.http() as http:
        assert http.get(path(project, "mine")).json()["name"] == "Ours"


def test_charts_tell_what_they_can_measure(project: TestProject) -> None:
    with project.http() as http:
        told = http.get(f"/api/pilothouse/projects/{project.id}/charts/measures").json()["measures"]
    ways = {each["name"]: (each["aggregations"][0], each["keyed"]) for each in told}
    assert ways["latency"] == ("p95", False)
    assert ways["score"] == ("avg", True)
