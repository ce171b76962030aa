"""Protected labels and their approval, labels that are split, and webhooks."""

import hashlib
import hmac
import json
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest

from pilothouse.domain.access import Role
from tests.server.test_prompts import Prompts, call, error
from tests.serving import TestProject

MOMENT = "2026-11-26T10:00:00Z"


@pytest.fixture
def prompts(project: TestProject) -> Prompts:
    return Prompts(project)


@pytest.fixture
def admin(project: TestProject) -> Prompts:
    return _as(project, Role.ADMIN)


@pytest.fixture
def second_admin(project: TestProject) -> Prompts:
    return _as(project, Role.ADMIN)


def _as(project: TestProject, role: Role) -> Prompts:
    found = Prompts(project)
    found.headers = project.person(role)
    return found


def protect(admin: Prompts, label: str = "production", needs_approval: bool = False) -> None:
    body = {"label": label, "needs_approval": needs_approval}
    assert admin.ask("PUT", "/rules", json=body).status_code == 204


def asked(prompts: Prompts, version: int, **more: Any) -> httpx.Response:
    body = {"name": "greet", "label": "production", "version": version, **more}
    return prompts.ask("POST", "/requests", json=body)


def decided(prompts: Prompts, id: str, status: str) -> httpx.Response:
    return prompts.ask("PUT", f"/requests/{id}", json={"status": status})


# -- protected labels ----------------------------------------------------------------------------


def test_a_protected_label_is_moved_by_administrators_alone(
    prompts: Prompts, admin: Prompts
) -> None:
    prompts.made("greet", labels=["production"])
    prompts.made("greet", "Second")
    body = {"label": "production"}
    assert prompts.ask("PUT", "/rules", json=body).status_code == 403
    protect(admin)
    assert prompts.get("/rules") == {
        "items": [{"label": "production", "needs_approval": False}],
        "may_release": False,
    }
    status, message = error(prompts.move("greet", 2))
    assert (status, "protected label" in message) == (403, True)
    assert prompts.move("greet", 0).status_code == 403
    assert prompts.write("greet", "Third", labels=["production"]).status_code == 403
    assert (
        prompts.ask("DELETE", "/version", params={"name": "greet", "version": 1}).status_code == 403
    )
    assert prompts.ask("DELETE", "/one", params={"name": "greet"}).status_code == 403
    with prompts.project.http() as http:
        path = "/api/public/v2/prompts"
        labels = {"newLabels": ["production"]}
        assert http.patch(f"{path}/greet/versions/2", json=labels).status_code == 403
        fresh = {"name": "greet", "prompt": "x", "labels": ["production"]}
        assert http.post(path, json=fresh).status_code == 403
        assert http.delete(f"{path}/greet").status_code == 403
        assert http.post(path, json={**fresh, "labels": []}).status_code == 201
    # Nothing of what was refused is left, other labels move, and an administrator moves this one.
    assert [each["version"] for each in prompts.get("/one", name="greet")["versions"]] == [3, 2, 1]
    assert prompts.move("greet", 2, label="staging").status_code == 204
    assert admin.move("greet", 2).status_code == 204
    assert admin.ask("DELETE", "/rules", params={"label": "production"}).status_code == 204
    assert prompts.move("greet", 1).status_code == 204


def test_a_second_person_grants_what_one_asks_for(
    prompts: Prompts, admin: Prompts, second_admin: Prompts
) -> None:
    prompts.made("greet", labels=["production"])
    prompts.made("greet", "Second")
    assert error(asked(prompts, 2))[0] == 400
    protect(admin, needs_approval=True)
    status, message = error(admin.move("greet", 2))
    assert (status, "second person" in message) == (403, True)
    evidence = "https://example.com/experiments/12"
    own = asked(admin, 2, reason="It won.", evidence=evidence).json()
    assert (own["status"], own["evidence"], own["author_name"]) == ("open", evidence, "Someone")
    assert error(decided(admin, own["id"], "granted"))[0] == 403
    assert error(decided(prompts, own["id"], "granted"))[0] == 403
    assert error(decided(prompts, own["id"], "withdrawn"))[0] == 403
    done = decided(second_admin, own["id"], "granted").json()
    assert (done["status"], done["decided_name"]) == ("granted", "Someone")
    assert prompts.get("/version", name="greet", label="production")["version"] == 2
    assert prompts.get("/moves", name="greet")["items"][0]["reason"] == "It won."
    assert error(decided(second_admin, own["id"], "refused"))[0] == 409
    # A version that had the label before waits for nobody.
    assert admin.move("greet", 1).status_code == 204
    prompts.made("greet", "Third")
    later = asked(prompts, 3).json()
    assert decided(prompts, later["id"], "withdrawn").json()["status"] == "withdrawn"
    refused = asked(prompts, 3).json()
    assert decided(admin, refused["id"], "refused").json()["status"] == "refused"
    assert prompts.get("/version", name="greet", label="production")["version"] == 1
    listed = prompts.get("/requests", name="greet")["items"]
    assert [each["status"] for each in listed] == ["refused", "withdrawn", "granted"]
    assert asked(prompts, 3, evidence="javascript:alert(1)").status_code == 400
    assert asked(prompts, 9).status_code == 404


def experiment(project: TestProject, dataset: str, name: str, *, prompt: int = 0) -> str:
    """One item over a data set; its trace may have called a version of the prompt."""
    trace = uuid.uuid4().hex
    called = {"promptName": "greet", "promptVersion": prompt} if prompt else {}
    told = {"id": trace, "traceId": trace, "startTime": MOMENT, "endTime": MOMENT, **called}
    event = {"id": trace, "timestamp": MOMENT, "type": "generation-create", "body": told}
    with project.http() as http:
        answer = http.post("/api/public/ingestion", json={"batch": [event]})
        assert not answer.raise_for_status().json()["errors"]
        if not http.get(f"/api/public/v2/datasets/{dataset}").is_success:
            http.post("/api/public/v2/datasets", json={"name": dataset}).raise_for_status()
            item = {"datasetName": dataset, "id": f"item of {dataset}", "input": 1}
            http.post("/api/public/dataset-items", json=item).raise_for_status()
        link = {"runName": name, "datasetItemId": f"item of {dataset}", "traceId": trace}
        made = http.post("/api/public/dataset-run-items", json=link).raise_for_status().json()
    return made["datasetRunId"]


def test_an_experiment_is_attached_to_what_one_asks_for(prompts: Prompts, admin: Prompts) -> None:
    project = prompts.project
    prompts.made("greet", labels=["production"])
    prompts.made("greet", "Second")
    protect(admin, needs_approval=True)
    before, after = (
        experiment(project, "cases", name, prompt=version)
        for name, version in (("before", 1), ("after", 2))
    )
    other = experiment(project, "elsewhere", "other")
    found = prompts.get("/experiments", name="greet")["items"]
    assert [(each["name"], each["version"], each["dataset_name"]) for each in found] == [
        ("after", 2, "cases"),
        ("before", 1, "cases"),
        ("other", 0, "elsewhere"),
    ]
    own = asked(prompts, 2, experiment_id=after, baseline_id=before).json()
    assert own["experiment"] == {"id": after, "name": "after", "is_there": True}
    assert own["baseline"] == {"id": before, "name": "before", "is_there": True}
    # It is an experiment of this project, and a baseline belongs to another one.
    assert asked(prompts, 2, experiment_id="nowhere").status_code == 404
    assert asked(prompts, 2, baseline_id=before).status_code == 400
    assert asked(prompts, 2, experiment_id=after, baseline_id=after).status_code == 400
    stranger = experiment(project.server.new_project("elsewhere"), "cases", "theirs")
    assert asked(prompts, 2, experiment_id=stranger).status_code == 404
    # What was deleted is said to be, by the name that it had.
    address = f"{project.server.url}/api/pilothouse/projects/{project.id}/experiments/{after}"
    assert httpx.delete(address, headers=prompts.headers).status_code == 204
    [listed] = prompts.get("/requests", name="greet")["items"]
    assert listed["experiment"] == {"id": after, "name": "after", "is_there": False}
    assert listed["baseline"]["is_there"]
    assert asked(prompts, 2, experiment_id=other).json()["baseline"] is None


# -- splits --------------------------------------------------------------------------------------


def split(prompts: Prompts, **weights: int) -> httpx.Response:
    arms = [
        {"label": label.replace("_", "-"), "weight": weight} for label, weight in weights.items()
    ]
    body = {"name": "greet", "label": "production", "arms": arms}
    return prompts.ask("PUT", "/splits", json=body)


def arms(prompts: Prompts) -> None:
    prompts.made("greet", "First", labels=["production", "prod-a"])
    prompts.made("greet", "Second", labels=["prod-b"])


def test_a_label_is_dealt_by_weight_and_stays_with_its_key(prompts: Prompts) -> None:
    arms(prompts)
    assert split(prompts, prod_a=30, prod_b=70).status_code == 204
    with prompts.project.http() as http:

        def served(label: str = "", **asked: str) -> int:
            told = {"label": label} if label else {}
            path = "/api/public/v2/prompts/greet"
            return http.get(path, params={**told, **asked}).raise_for_status().json()["version"]

        by_key = {key: served(stickyKey=key) for key in map(str, range(200))}
        assert Counter(by_key.values())[2] == pytest.approx(140, abs=30)
        # The same key gets the same arm, however it is told and whatever is remembered.
        assert {key: served(f"production@{key}") for key in by_key} == by_key
        assert {served() for _ in range(60)} == {1, 2}
        assert (served("prod-a"), served("prod-b@7")) == (1, 2)
        assert served(version="1", stickyKey="7") == 1
        # An arm that moves is seen at once; one that is gone leaves the label itself.
        assert prompts.move("greet", 1, label="prod-b").status_code == 204
        assert {served(stickyKey=key) for key in by_key} == {1}
        assert prompts.move("greet", 0, label="prod-b").status_code == 204
        assert {served(stickyKey=key) for key in by_key} == {1}
        assert prompts.move("greet", 2, label="prod-b").status_code == 204
        assert split(prompts).status_code == 204
        assert {served(stickyKey=key) for key in by_key} == {1}
        assert served("production@7") == 1


@pytest.mark.parametrize(
    "weights",
    [
        {"prod_a": 1},
        {"prod_a": 1, "none": 1},
        {"prod_a": 1, "production": 1},
        {"prod_a": 1, "latest": 1},
        {"prod_a": 0, "prod_b": 1},
    ],
)
def test_a_split_that_makes_no_sense_is_refused(prompts: Prompts, weights: dict[str, int]) -> None:
    arms(prompts)
    assert split(prompts, **weights).status_code == 400
    assert prompts.get("/splits", name="greet")["items"] == []


def test_the_arms_of_a_split_are_held_against_each_other(prompts: Prompts) -> None:
    arms(prompts)
    split(prompts, prod_a=1, prod_b=1).raise_for_status()
    with prompts.project.http() as http:
        call(http, "greet", 1, time.time() - 60, 500, level="ERROR")
        for place in range(35):
            call(http, "greet", 1, time.time(), 1 + place / 100, score=0.3 + place / 400)
            call(http, "greet", 2, time.time(), 1 + place / 100, score=0.7 + place / 400)
    (found,) = prompts.get("/splits", name="greet")["items"]
    first, second = found["arms"]
    assert (first["label"], first["figures"]["calls"], first["differences"]) == ("prod-a", 35, [])
    assert (second["version"], second["figures"]["calls"]) == (2, 35)
    told = {each["name"] or each["measure"]: each for each in second["differences"]}
    assert (told["helpful"]["is_real"], told["helpful"]["is_better"]) == (True, True)
    assert not told["latency"]["is_real"]
    assert not told["errors"]["is_real"]


def test_a_split_of_a_protected_label_is_protected_with_its_arms(
    prompts: Prompts, admin: Prompts
) -> None:
    arms(prompts)
    protect(admin)
    assert split(prompts, prod_a=1, prod_b=1).status_code == 403
    assert split(admin, prod_a=1, prod_b=1).status_code == 204
    assert prompts.move("greet", 1, label="prod-b").status_code == 403
    assert split(prompts).status_code == 403
    protect(admin, needs_approval=True)
    admin.made("greet", "Third")
    assert admin.move("greet", 3, label="prod-b").status_code == 403
    assert admin.move("greet", 1, label="prod-b").status_code == 204


# -- webhooks ------------------------------------------------------------------------------------


class Heard(ThreadingHTTPServer):
    """A server that is told of changes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Listener)
        self.calls: list[tuple[dict[str, str], str]] = []
        self.status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/hook"


class _Listener(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        heard: Any = self.server
        heard.calls.append((dict(self.headers), body))
        self.send_response(heard.status)
        self.send_header("location", "http://169.254.169.254/")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None: ...


@pytest.fixture
def heard() -> Iterator[Heard]:
    server = Heard()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def until(found: Callable[[], Any], seconds: float = 15) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if told := found():
            return told
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def test_changes_are_told_and_signed(prompts: Prompts, admin: Prompts, heard: Heard) -> None:
    made = admin.ask("POST", "/webhooks", json={"url": heard.url}).json()
    secret = made["secret"]
    prompts.made("greet", labels=["production"], commit_message="first")
    until(lambda: len(heard.calls) >= 2)
    events = [json.loads(body) for _, body in heard.calls]
    assert {each["event"] for each in events} == {"prompt.version_created", "prompt.label_moved"}
    created = next(each for each in events if each["event"] == "prompt.version_created")
    assert (created["data"]["name"], created["data"]["version"]) == ("greet", 1)
    for headers, body in heard.calls:
        at, _, signed = headers["X-Pilothouse-Signature"].partition(",v1=")
        told = f"{at.removeprefix('t=')}.{body}".encode()
        assert hmac.new(secret.encode(), told, hashlib.sha256).hexdigest() == signed
    path = f"/webhooks/{made['webhook']['id']}"
    log = until(
        lambda: [
            each
            for each in admin.get(f"{path}/deliveries")["items"]
            if each["status"] == "delivered"
        ]
    )
    assert (log[0]["attempts"], log[0]["response_status"], log[0]["error"]) == (1, 200, "")
    # The secret is told once, and stands nowhere in the clear.
    assert secret not in admin.ask("GET", "/webhooks").text
    assert secret.encode() not in (admin.project.server.folder / "pilothouse.sqlite").read_bytes()
    assert prompts.ask("GET", "/webhooks").status_code == 403


def test_what_is_not_heard_is_tried_again_and_redirects_lead_nowhere(
    prompts: Prompts, admin: Prompts, heard: Heard
) -> None:
    heard.status = 302
    made = admin.ask("POST", "/webhooks", json={"url": heard.url}).json()
    path = f"/webhooks/{made['webhook']['id']}"
    assert admin.ask("POST", f"{path}/test").status_code == 204

    def tried() -> Any:
        (found,) = admin.get(f"{path}/deliveries")["items"]
        return found if found["error"] else None

    found = until(tried)
    assert (found["status"], found["response_status"], found["attempts"]) == ("waiting", 302, 1)
    assert found["next_at"] > time.time() * 1e6
    assert len(heard.calls) == 1
    silent = admin.ask("PATCH", path, json={"is_active": False})
    assert silent.status_code == 204
    prompts.made("greet")
    assert len(admin.get(f"{path}/deliveries")["items"]) == 1
    assert admin.ask("DELETE", path).status_code == 204
    assert admin.ask("GET", f"{path}/deliveries").status_code == 404


def test_inner_addresses_are_not_called(admin: Prompts) -> None:
    made = admin.ask("POST", "/webhooks", json={"url": "http://169.254.169.254/latest"}).json()
    path = f"/webhooks/{made['webhook']['id']}"
    admin.ask("POST", f"{path}/test")

    def tried() -> Any:
        (found,) = admin.get(f"{path}/deliveries")["items"]
        return found if found["error"] else None

    assert "never called" in until(tried)["error"]
    for url in ("file:///etc/passwd", "ftp://x", "http://"):
        assert admin.ask("POST", "/webhooks", json={"url": url}).status_code == 400
