"""Scores that people give in the UI: held to their configs, listed, and set against one another."""

import time
import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

from pilothouse.domain.access import Role
from pilothouse.edge.access import COOKIE, OWN_REQUEST
from pilothouse.store.relational import accounts
from pilothouse.wiring import Wired
from tests.langfuse.conftest import PROJECT

BASE = f"/api/pilothouse/projects/{PROJECT}"
ALWAYS = {"start": 0, "end": 2**52}


class Person:
    """Somebody signed in, with a role in the project."""

    def __init__(self, client: TestClient, wired: Wired, role: Role) -> None:
        with wired.services.database.write() as db:
            user = accounts.add_user(db, f"{uuid.uuid4().hex}@example.com", role.value)
            accounts.add_project_member(db, user.id, PROJECT, role)
            self._headers = {
                "cookie": f"{COOKIE}={accounts.sign_in(db, user.id)}",
                OWN_REQUEST: "1",
            }
        self.id = user.id
        self._client = client

    def ask(self, method: str, path: str, **more: Any) -> Any:
        return self._asked(method, BASE + path, **more)

    def ask_of_me(self, method: str, path: str, **more: Any) -> Any:
        return self._asked(method, f"/api/pilothouse/me{path}", **more)

    def _asked(self, method: str, path: str, **more: Any) -> Any:
        return self._client.request(method, path, headers=self._headers, auth=_nobody, **more)

    def config(self, **body: Any) -> str:
        body = {"name": uuid.uuid4().hex, "data_type": "numeric", **body}
        answer = self.ask("POST", "/score-configs", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def give(self, trace_id: str, config_id: str, value: Any, id: str = "", **more: Any) -> Any:
        body = {"trace_id": trace_id, "config_id": config_id, "value": value, **more}
        return self.ask("PUT", f"/scores/{id or uuid.uuid4().hex}", json=body)

    def listed(self, **asked: Any) -> list[dict[str, Any]]:
        answer = self.ask("GET", "/scores", params={**ALWAYS, **asked})
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]


def _nobody(request: Any) -> Any:
    return request


@pytest.fixture
def member(client: TestClient, wired: Wired) -> Person:
    return Person(client, wired, Role.MEMBER)


@pytest.fixture
def annotator(client: TestClient, wired: Wired) -> Person:
    return Person(client, wired, Role.ANNOTATOR)


def trace(client: TestClient, **more: Any) -> str:
    trace_id = uuid.uuid4().hex
    body = {"id": trace_id, "name": "answer", "environment": "production", **more}
    event = {"id": uuid.uuid4().hex, "type": "trace-create", "body": body}
    event["timestamp"] = "2026-11-01T00:00:00Z"
    client.post("/api/public/ingestion", json={"batch": [event]}).raise_for_status()
    return trace_id


def sent(client: TestClient, trace_id: str, name: str, value: Any, **more: Any) -> None:
    body = {"name": name, "traceId": trace_id, "value": value, **more}
    client.post("/api/public/scores", json=body).raise_for_status()


# -- given by people -----------------------------------------------------------------------------


def test_a_person_gives_changes_and_takes_back_a_score(
    client: TestClient, annotator: Person, member: Person
) -> None:
    trace_id = trace(client)
    config_id = member.config(min_value=0, max_value=1)
    before = time.time_ns() // 1000
    made = annotator.give(trace_id, config_id, 0.5, "mine/1", comment="so so").json()
    assert (made["source"], made["author_id"], made["value"]) == ("annotation", annotator.id, 0.5)
    assert made["environment"] == "production"
    assert made["timestamp"] >= before
    # The same id again changes it; a comment that is gone is gone, and it stays where it was.
    again = annotator.give("", "", 0.75, "mine/1").json()
    assert again == made | {"value": 0.75, "comment": ""}
    shown = annotator.ask("GET", f"/traces/{trace_id}").json()["scores"]
    assert shown == [again]
    assert annotator.ask("DELETE", "/scores/mine/1").status_code == 204
    assert annotator.ask("GET", f"/traces/{trace_id}").json()["scores"] == []
    assert annotator.ask("DELETE", "/scores/mine/1").status_code == 404


def test_scores_of_spans_and_sessions(client: TestClient, member: Person) -> None:
    session_id = uuid.uuid4().hex
    trace_id = trace(client, sessionId=session_id)
    config_id = member.config(data_type="boolean")
    of_session = member.give("", config_id, True, session_id=session_id).json()
    assert (of_session["session_id"], of_session["value"], of_session["text"]) == (
        session_id,
        1,
        "True",
    )
    shown = member.ask("GET", f"/sessions/{session_id}").json()["scores"]
    assert [each["score_id"] for each in shown] == [of_session["score_id"]]
    for wrong in (
        {"session_id": session_id},
        {"span_id": "nowhere"},
    ):
        assert member.give(trace_id, config_id, True, **wrong).status_code in (400, 404)
    assert member.give("no such trace", config_id, True).status_code == 404
    assert member.give("", config_id, True, session_id="no such").status_code == 404
    assert member.give("", config_id, True, span_id="s").status_code == 400


@pytest.mark.parametrize(
    ("config", "good", "bad"),
    [
        ({"min_value": 0, "max_value": 5}, [0, 5, 2.5], [5.1, -1, "3", True]),
        ({"data_type": "boolean"}, [True, False], [1, "True"]),
        ({"data_type": "text"}, ["很好"], ["", "  ", 3, "x" * 501]),
        (
            {
                "data_type": "categorical",
                "categories": [{"label": "good", "value": 2}, {"label": "bad", "value": 1}],
            },
            ["good", "bad"],
            ["fine", 2],
        ),
    ],
)
def test_scores_are_held_to_their_config(
    client: TestClient,
    member: Person,
    config: dict[str, Any],
    good: list[Any],
    bad: list[Any],
) -> None:
    trace_id, config_id = trace(client), member.config(**config)
    for value in good:
        assert member.give(trace_id, config_id, value).status_code == 200
    for value in bad:
        refused = member.give(trace_id, config_id, value)
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "bad_request"), value
    assert len(member.ask("GET", f"/traces/{trace_id}").json()["scores"]) == len(good)


def test_who_may_do_what(
    client: TestClient, wired: Wired, annotator: Person, member: Person
) -> None:
    trace_id, config_id = trace(client), member.config()
    viewer = Person(client, wired, Role.VIEWER)
    other = Person(client, wired, Role.ANNOTATOR)
    assert viewer.give(trace_id, config_id, 1).status_code == 403
    made = annotator.give(trace_id, config_id, 1).json()
    assert other.give(trace_id, config_id, 2, made["score_id"]).status_code == 403
    assert other.ask("DELETE", f"/scores/{made['score_id']}").status_code == 403
    changed = member.give(trace_id, config_id, 3, made["score_id"]).json()
    assert (changed["value"], changed["author_id"]) == (3, annotator.id)
    sent(client, trace_id, "said by a program", 1, id="program" + trace_id)
    assert member.give(trace_id, config_id, 2, "program" + trace_id).status_code == 400
    assert annotator.ask("DELETE", "/scores/program" + trace_id).status_code == 403
    assert member.ask("DELETE", "/scores/program" + trace_id).status_code == 204
    by_key = client.put(f"{BASE}/scores/x", json={"trace_id": trace_id, "value": 1})
    assert by_key.status_code == 400


# -- configs -------------------------------------------------------------------------------------


def test_configs_are_added_changed_and_archived(client: TestClient, member: Person) -> None:
    name = uuid.uuid4().hex
    config_id = member.config(name=name, max_value=10, description="how good")
    double = member.ask("POST", "/score-configs", json={"name": name, "data_type": "text"})
    assert (double.status_code, double.json()["error"]["code"]) == (409, "conflict")
    body = {"name": name, "max_value": 5, "is_archived": True}
    changed = member.ask("PUT", f"/score-configs/{config_id}", json=body).json()
    assert (changed["max_value"], changed["data_type"], changed["description"]) == (
        5,
        "numeric",
        "",
    )
    archived = member.give(trace(client), config_id, 1)
    assert "archived" in archived.json()["error"]["message"]
    # Its name is free again, and then it cannot come back under it.
    member.config(name=name)
    back = member.ask("PUT", f"/score-configs/{config_id}", json=body | {"is_archived": False})
    assert back.status_code == 409
    listed = member.ask("GET", "/score-configs").json()["items"]
    assert [each["is_archived"] for each in listed if each["name"] == name] == [True, False]
    wrong = {"name": "x", "data_type": "numeric", "min_value": 2, "max_value": 1}
    assert member.ask("POST", "/score-configs", json=wrong).status_code == 400
    assert member.ask("PUT", "/score-configs/none", json=body).status_code == 404


# -- lists ---------------------------------------------------------------------------------------


def test_scores_are_listed_by_what_is_known_of_them(client: TestClient, member: Person) -> None:
    trace_id, mark = trace(client), uuid.uuid4().hex
    config_id = member.config(name=mark)
    for value in (1, 2, 3):
        sent(client, trace_id, mark, value)
    sent(client, trace_id, mark, "good", dataType="CATEGORICAL", comment="well said")
    made = member.give(trace_id, config_id, 9).json()
    every = member.listed(name=mark)
    assert len(every) == 5
    assert {each["target_name"] for each in every} == {"answer"}
    times = [each["score"]["timestamp"] for each in every]
    assert times == sorted(times, reverse=True)

    def values(**asked: Any) -> list[Any]:
        found = member.listed(name=mark, **asked)
        return sorted(each["score"]["text"] or each["score"]["value"] for each in found)

    assert values(source="annotation") == [9]
    assert values(author=member.id) == [9]
    assert values(value_min=2) == [2, 3, 9]
    assert values(value_min=2, value_max=3) == [2, 3]
    assert values(value_max=0.5) == []
    assert values(data_type="categorical") == ["good"]
    assert values(label="good", comment="yes") == ["good"]
    assert values(target="span") == values(target="session") == []
    assert len(member.listed(name=mark, trace=trace_id, target="trace")) == 5
    first = member.ask("GET", "/scores", params={**ALWAYS, "name": mark, "limit": 3}).json()
    rest = member.listed(name=mark, limit=3, cursor=first["next_cursor"])
    ids = [each["score"]["score_id"] for each in [*first["items"], *rest]]
    assert len(set(ids)) == 5
    oldest = member.listed(name=mark, order="timestamp")
    assert oldest[-1]["score"]["score_id"] == made["score_id"]
    kinds = member.ask("GET", "/scores/kinds", params=ALWAYS).json()["items"]
    mine = {
        (each["data_type"], each["source"]): each["count"] for each in kinds if each["name"] == mark
    }
    assert mine == {("numeric", "api"): 3, ("categorical", "api"): 1, ("numeric", "annotation"): 1}


# -- together ------------------------------------------------------------------------------------


def analysis(member: Person, first: Any, second: Any = None, **more: Any) -> dict[str, Any]:
    now = time.time_ns() // 1000
    within = {"start": now - 3_600_000_000, "end": now + 60_000_000}
    answer = member.ask(
        "POST", "/scores/analytics", json={"first": first, "second": second, **within, **more}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_judge_is_held_against_a_person(client: TestClient, member: Person) -> None:
    mark = uuid.uuid4().hex
    config_id = member.config(name=mark, data_type="boolean")
    # Of ten traces, judge and person: 4 both yes, 3 both no, 2 judge alone, 1 person alone.
    for judge, person in [(1, 1)] * 4 + [(0, 0)] * 3 + [(1, 0)] * 2 + [(0, 1)]:
        trace_id = trace(client)
        # The judge thinks again: what it said last counts.
        for value in (1 - judge, judge):
            moment = f"2025-01-0{2 + value}T00:00:00Z" if value != judge else None
            sent(client, trace_id, mark, value, dataType="BOOLEAN", timestamp=moment)
        member.give(trace_id, config_id, bool(person)).raise_for_status()
    kind = {"name": mark, "data_type": "boolean"}
    found = analysis(
        member, kind | {"source": "api"}, kind | {"source": "annotation"}, start=0, end=2**52
    )
    agreement = found["agreement"]
    assert (agreement["pairs"], agreement["used"]) == (10, 10)
    assert [each["label"] for each in agreement["rows"]] == ["False", "True"]
    assert agreement["counts"] == [[3, 1], [2, 4]]
    labels = agreement["labels"]
    assert labels["agreement"]["value"] == pytest.approx(0.7)
    # Expected by chance: 0.4 * 0.5 + 0.6 * 0.5.
    assert labels["kappa"]["value"] == pytest.approx(0.4)
    assert labels["kappa"]["low"] < 0 < labels["kappa"]["high"]
    assert labels["f1"] == pytest.approx(8 / 11)
    assert agreement["numbers"]["pearson"]["value"] == pytest.approx(0.408, abs=1e-3)
    judge, person = found["summaries"]
    assert (judge["count"], person["count"]) == (20, 10)
    assert person["mean"] == pytest.approx(0.5)
    assert [
        (each["label"], n) for each, n in zip(person["bins"], person["counts"], strict=True)
    ] == [
        ("True", 5),
        ("False", 5),
    ]


def test_numbers_on_different_parts_of_a_trace(client: TestClient, member: Person) -> None:
    mark = uuid.uuid4().hex
    for n in range(12):
        trace_id = trace(client)
        sent(client, trace_id, mark, n / 10)
        sent(client, trace_id, f"{mark} of span", n / 10 + 0.1, observationId="s")
    first = {"name": mark, "data_type": "numeric"}
    second = {"name": f"{mark} of span", "data_type": "numeric"}
    assert analysis(member, first, second)["agreement"]["pairs"] == 0
    found = analysis(member, first, second, by="trace")
    agreement, numbers = found["agreement"], found["agreement"]["numbers"]
    assert (agreement["pairs"], agreement["same_scale"]) == (12, True)
    assert numbers["pearson"]["value"] == pytest.approx(1)
    assert (numbers["mae"], numbers["rmse"], numbers["bias"]) == pytest.approx((0.1, 0.1, 0.1))
    assert agreement["rows"] == agreement["columns"]
    assert sum(map(sum, agreement["counts"])) == 12
    summary = found["summaries"][0]
    assert (summary["least"], summary["most"], sum(summary["counts"])) == (
        0,
        pytest.approx(1.1),
        12,
    )
    trend = summary["trend"]
    assert trend["columns"] == ["time", "avg_value", "count_count"]
    assert sum(row[2] for row in trend["rows"]) == 12


def test_categories_and_what_cannot_be_counted(client: TestClient, member: Person) -> None:
    mark = uuid.uuid4().hex
    for label in ("open", "open", "resolved"):
        sent(client, trace(client), mark, label, dataType="CATEGORICAL")
    kind = {"name": mark, "data_type": "categorical"}
    summary = analysis(member, kind)["summaries"][0]
    assert [each["label"] for each in summary["bins"]] == ["open", "resolved"]
    assert (summary["counts"], summary["mean"]) == ([2, 1], None)
    assert summary["trend"]["columns"] == ["time", "string_value", "count_count"]
    same = analysis(member, kind, kind)["agreement"]
    assert same["labels"]["kappa"] == {"value": 1, "low": 1, "high": 1}
    assert same["numbers"] is None
    nothing = analysis(member, {"name": "never given", "data_type": "numeric"})
    assert nothing["summaries"][0]["count"] == 0
    refused = member.ask(
        "POST", "/scores/analytics", json={"first": {"name": "x", "data_type": "text"}, **ALWAYS}
    )
    assert refused.status_code == 400
