"""Keys of model providers go in and never come out: not by the API, not in logs, not in traces, not in
the store."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from pilothouse.domain.access import KeyScope, Role
from tests.serving import Server, TestProject, eventually
from tests.unit.llm.provider import Answer, Standing, chat, provider, said_json

__all__ = ["provider"]

KEY = "sk-secret-abcdefghijklmnop"
HEADER = "secret-header-value"


def path(project: TestProject, rest: str = "/connections") -> str:
    return f"/api/pilothouse/projects/{project.id}{rest}"


def draft(url: str, **more: Any) -> dict[str, Any]:
    return {
        "name": "mine",
        "provider": "openai-compatible",
        "base_url": url,
        "key": KEY,
        "headers": {"x-team": HEADER},
        "models": ["model-x"],
    } | more


def run(http: httpx.Client, project: TestProject, connection_id: str, **more: Any) -> list[Any]:
    message = {"role": "user", "parts": [{"type": "text", "text": "Hello"}]}
    body = {"connection_id": connection_id, "model": "model-x", "messages": [message]} | more
    with http.stream("POST", path(project, "/playground/run"), json=body) as response:
        assert response.status_code == 200, response.read()
        lines = list(response.iter_lines())
    return [json.loads(line[6:]) for line in lines if line.startswith("data: ")]


def test_a_connection_is_made_tried_changed_and_deleted(
    project: TestProject, provider: Standing
) -> None:
    provider.answers = [Answer(chat({"content": "ok"}))]
    with project.http() as http:
        made = http.post(path(project), json=draft(provider.url)).json()
        assert (made["has_key"], made["key_hint"]) == (True, "mnop")
        assert made["header_names"] == ["x-team"]
        tried = http.post(
            path(project, "/connections/test"), json={"connection_id": made["id"]}
        ).json()
        assert (tried["answer"], tried["failure"]) == ("ok", None)
        assert provider.asked[-1].headers["authorization"] == f"Bearer {KEY}"
        assert provider.asked[-1].headers["x-team"] == HEADER

        # The key stays where it is not told anew …
        change = draft(provider.url, name="renamed", key=None, headers=None)
        changed = http.put(path(project, f"/connections/{made['id']}"), json=change).json()
        assert (changed["name"], changed["key_hint"]) == ("renamed", "mnop")
        http.post(path(project, "/connections/test"), json={"connection_id": made["id"]})
        assert provider.asked[-1].headers["authorization"] == f"Bearer {KEY}"
        # … but is not sent to another address.
        elsewhere = draft("https://evil.example", key=None, headers=None)
        refused = http.put(path(project, f"/connections/{made['id']}"), json=elsewhere)
        assert refused.status_code == 400
        assert "enter it again" in refused.text
        tried = http.post(
            path(project, "/connections/test"),
            json={"connection_id": made["id"], "draft": elsewhere},
        )
        assert tried.status_code == 400

        assert http.post(path(project), json=draft("", name="renamed")).status_code in (400, 409)
        assert http.delete(path(project, f"/connections/{made['id']}")).status_code == 204
        assert http.delete(path(project, f"/connections/{made['id']}")).status_code == 404


def test_no_key_comes_out_again(server: Server, project: TestProject, provider: Standing) -> None:
    echo = {"error": {"message": f"Incorrect API key {KEY} for {HEADER}", "code": "invalid"}}
    provider.answers = [said_json(401, echo)]
    with project.http() as http:
        made = http.post(path(project), json=draft(provider.url))
        listed = http.get(path(project))
        tried = http.post(
            path(project, "/connections/test"), json={"connection_id": made.json()["id"]}
        )
        events = run(http, project, made.json()["id"])
        wrong = http.post(path(project), json=draft("nonsense"))
        langfuse = http.get("/api/public/llm-connections")
        [failure] = [event for event in events if event["type"] == "failure"]
        assert failure["code"] == "key_refused"
        trace_id = events[0]["trace_id"]
        trace = eventually(lambda: _trace(http, project, trace_id))
        spans = [
            http.get(path(project, f"/traces/{trace_id}/spans/{span['span_id']}")).text
            for span in trace["spans"]
        ]
    [called] = [span for span in trace["spans"] if span["kind"] == "llm"]
    assert called["level"] == "error"
    assert "key" in called["status_message"]
    shown = [
        made.text,
        listed.text,
        tried.text,
        wrong.text,
        langfuse.text,
        *spans,
        json.dumps(events),
    ]
    for secret in (KEY, HEADER):
        assert [text for text in shown if secret in text] == []
        assert secret not in server.log()
        assert _files_with(server.folder, secret.encode()) == []


def _trace(http: httpx.Client, project: TestProject, trace_id: str) -> Any:
    answer = http.get(path(project, f"/traces/{trace_id}"))
    return answer.json() if answer.status_code == 200 else None


def _files_with(folder: Path, secret: bytes) -> list[Path]:
    """All that lies in the data folder, the stores and their logs among it."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert any(file.name == "encryption.key" for file in files)
    return [file for file in files if secret in file.read_bytes()]


def test_who_may_do_what(project: TestProject, provider: Standing, server: Server) -> None:
    with httpx.Client(base_url=server.url) as http:
        viewer, member = project.person(Role.VIEWER), project.person(Role.MEMBER)
        body = draft(provider.url)
        assert http.post(path(project), json=body, headers=viewer).status_code == 403
        assert http.post(path(project), json=body, headers=member).status_code == 200
        assert http.get(path(project), headers=viewer).status_code == 200
        budget = path(project, "/model-budget")
        assert http.put(budget, json={"daily": 1}, headers=member).status_code == 403
        admin = project.person(Role.ADMIN)
        assert http.put(budget, json={"daily": 1}, headers=admin).json()["daily"] == 1
        assert http.put(budget, json={"daily": -1}, headers=admin).status_code == 400
        write = {"authorization": project.key(KeyScope.WRITE)}
        assert http.get(path(project), headers=write).status_code == 403
        stranger = project.person(None)
        assert http.get(path(project), headers=stranger).status_code == 404


def test_the_budget_of_a_project_blocks_its_runs(
    project: TestProject, provider: Standing, server: Server
) -> None:
    provider.answers = [Answer(chat({"content": "ok"}))]
    with project.http() as http:
        made = http.post(path(project), json=draft(provider.url)).json()
        admin = project.person(Role.ADMIN)
        httpx.put(
            server.url + path(project, "/model-budget"), json={"daily": 0}, headers=admin
        ).raise_for_status()
        events = run(http, project, made["id"])
    [failure] = [event for event in events if event["type"] == "failure"]
    assert failure["code"] == "budget_spent"
    assert provider.asked == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://10.0.0.1/v1", "address_refused"),
        ("http://169.254.169.254/v1", "address_forbidden"),
        ("http://[fd00:ec2::254]/v1", "address_forbidden"),
    ],
)
def test_inner_addresses_are_not_called(project: TestProject, url: str, code: str) -> None:
    with project.http() as http:
        made = http.post(path(project), json=draft(url)).json()
        tried = http.post(
            path(project, "/connections/test"), json={"connection_id": made["id"]}
        ).json()
    failure = tried["failure"]
    assert failure["code"] == code
    # A remedy that would not help is none.
    assert ("PILOTHOUSE_OUTBOUND_ALLOW" in failure["remedy"]) == (code == "address_refused")
