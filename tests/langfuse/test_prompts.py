"""Prompts through Langfuse's API: shapes, status codes and rules that its SDKs branch on."""

import uuid
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.langfuse.conftest import PROJECT


def create(client: TestClient, name: str, prompt: Any, **more: Any) -> dict[str, Any]:
    answer = client.post("/api/public/v2/prompts", json={"name": name, "prompt": prompt, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_text_prompt_is_made_and_read(client: TestClient) -> None:
    made = create(
        client,
        "folder/greet",
        "Hello {{name}}",
        labels=["production"],
        tags=["t"],
        config={"temperature": 0},
        commitMessage="first",
    )
    assert (made["version"], made["type"], made["projectId"]) == (1, "text", PROJECT)
    assert made["labels"] == ["production", "latest"]
    read = client.get("/api/public/v2/prompts/folder%2Fgreet").json()
    assert read | {"resolutionGraph": None} == made
    assert read["commitMessage"] == "first"
    again = client.get("/api/public/v2/prompts/folder%2Fgreet", params={"version": 1}).json()
    assert again == read
    old = client.get("/api/public/prompts", params={"name": "folder/greet"}).json()
    assert (old["prompt"], old["isActive"]) == ("Hello {{name}}", True)


def test_a_chat_prompt_keeps_its_messages(client: TestClient) -> None:
    messages = [
        {"role": "system", "content": "你是助手"},
        {"type": "placeholder", "name": "history"},
        {"role": "user", "content": "{{question}}", "type": "chatmessage"},
    ]
    made = create(client, "chatty", messages, type="chat")
    assert (made["prompt"], made["labels"], made["config"]) == (messages, ["latest"], {})
    missing = client.get("/api/public/v2/prompts/chatty")
    assert (missing.status_code, missing.json()["error"]) == (404, "LangfuseNotFoundError")
    newest = client.get("/api/public/v2/prompts/chatty", params={"label": "latest"}).json()
    assert newest["prompt"] == messages


def test_rollback_by_label(client: TestClient) -> None:
    create(client, "back", "one", labels=["production"])
    create(client, "back", "two", labels=["production", "staging"])
    assert client.get("/api/public/v2/prompts/back").json()["prompt"] == "two"
    moved = client.patch(
        "/api/public/v2/prompts/back/versions/1", json={"newLabels": ["production"]}
    )
    assert (moved.status_code, moved.json()["labels"]) == (200, ["production"])
    assert client.get("/api/public/v2/prompts/back").json()["version"] == 1
    staging = client.get("/api/public/v2/prompts/back", params={"label": "staging"}).json()
    assert staging["labels"] == ["latest", "staging"] or staging["labels"] == ["staging", "latest"]


def test_composed_prompts_tell_what_they_took_in(client: TestClient) -> None:
    part = create(client, "part", "inner", labels=["production"])
    whole = create(
        client,
        "whole",
        "outer @@@langfusePrompt:name=part|label=production@@@",
        labels=["production"],
    )
    read = client.get("/api/public/v2/prompts/whole").json()
    assert read["prompt"] == "outer inner"
    assert read["resolutionGraph"] == {
        "root": {"id": whole["id"], "name": "whole", "version": 1},
        "dependencies": {whole["id"]: [{"id": part["id"], "name": "part", "version": 1}]},
    }
    raw = client.get("/api/public/v2/prompts/whole", params={"resolve": "false"}).json()
    assert raw["prompt"] == "outer @@@langfusePrompt:name=part|label=production@@@"
    refused = client.delete("/api/public/v2/prompts/part")
    assert (refused.status_code, refused.json()["error"]) == (400, "InvalidRequestError")
    assert client.delete("/api/public/v2/prompts/whole").status_code == 204
    assert client.delete("/api/public/v2/prompts/part").status_code == 204
    assert client.delete("/api/public/v2/prompts/part").status_code == 404


def test_lists(client: TestClient) -> None:
    create(client, "listed/a", "x", tags=["list-me"])
    create(client, "listed/a", "y", labels=["production"], config={"n": 2})
    create(client, "listed/b", "z", tags=["list-me"])
    answer = client.get("/api/public/v2/prompts", params={"tag": "list-me", "limit": 1}).json()
    assert answer["meta"] == {"page": 1, "limit": 1, "totalItems": 2, "totalPages": 2}
    assert answer["pagination"] == answer["meta"]
    row = answer["data"][0]
    assert row.pop("lastUpdatedAt").endswith("Z")
    assert row == {
        "name": "listed/a",
        "type": "text",
        "versions": [1, 2],
        "labels": ["production", "latest"],
        "tags": ["list-me"],
        "lastConfig": {"n": 2},
    }
    named = client.get("/api/public/v2/prompts", params={"name": "listed/b"}).json()
    assert [each["name"] for each in named["data"]] == ["listed/b"]


@pytest.mark.parametrize(
    "body",
    [
        {"name": "bad", "prompt": 3},
        {"prompt": "no name"},
        {"name": "bad", "prompt": "x", "labels": "production"},
        {"name": "bad", "prompt": "x", "labels": ["Upper"]},
        {"name": "bad", "prompt": "x", "type": "poem"},
        {"name": "bad|", "prompt": "x"},
        {"name": "bad", "prompt": [{"role": "user"}], "type": "chat"},
    ],
)
def test_bad_bodies_are_told(client: TestClient, body: dict[str, Any]) -> None:
    answer = client.post("/api/public/v2/prompts", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"] == "InvalidRequestError"
    assert client.get("/api/public/v2/prompts", params={"name": "bad"}).json()["data"] == []


def test_bad_questions_are_told(client: TestClient) -> None:
    create(client, "asked", "x", labels=["production"])
    both = client.get("/api/public/v2/prompts/asked", params={"version": 1, "label": "production"})
    assert both.status_code == 400
    assert client.get("/api/public/v2/prompts/asked", params={"version": "x"}).status_code == 400
    latest = client.patch("/api/public/v2/prompts/asked/versions/1", json={"newLabels": ["latest"]})
    assert latest.status_code == 400
    none = client.patch("/api/public/v2/prompts/asked/versions/9", json={"newLabels": ["a"]})
    assert none.status_code == 404


def test_a_call_tells_which_version_it_used(client: TestClient) -> None:
    made = create(client, "used", "x")
    span = uuid.uuid4().hex
    at = "2026-11-01T00:00:00Z"
    body = {"id": span, "traceId": span, "startTime": at, "promptName": "used", "promptVersion": 1}
    event = {"id": span, "type": "generation-create", "timestamp": at, "body": body}
    client.post("/api/public/ingestion", json={"batch": [event]}).raise_for_status()
    found = client.get(f"/api/public/observations/{span}").json()
    assert (found["promptId"], found["promptName"]) == (made["id"], "used")
    newer = client.get(
        "/api/public/v2/observations", params={"traceId": span, "fields": "prompt"}
    ).json()
    assert newer["data"][0]["promptId"] == made["id"]
