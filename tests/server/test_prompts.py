"""Prompts as the pages read and change them."""

import os
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest

from pilothouse.domain.access import Role
from pilothouse.protocols.native.prompts import IN_USE
from tests.serving import TestProject

DAY = 86_400_000_000


@pytest.fixture
def prompts(project: TestProject) -> "Prompts":
    return Prompts(project)


class Prompts:
    """The API of one project, as a member uses it."""

    def __init__(self, project: TestProject) -> None:
        self.project = project
        self.headers = project.person(Role.MEMBER)

    def ask(self, method: str, path: str = "", **more: Any) -> httpx.Response:
        url = f"{self.project.server.url}/api/pilothouse/projects/{self.project.id}/prompts{path}"
        return httpx.request(method, url, headers=self.headers, timeout=60, **more)

    def get(self, path: str = "", **asked: Any) -> Any:
        answer = self.ask("GET", path, params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def write(self, name: str, prompt: Any = "Hello {{name}}", **more: Any) -> httpx.Response:
        kind = "text" if isinstance(prompt, str) else "chat"
        body = {"name": name, "type": kind, "prompt": prompt, **more}
        return self.ask("POST", "/versions", json=body)

    def made(self, name: str, prompt: Any = "Hello {{name}}", **more: Any) -> dict[str, Any]:
        answer = self.write(name, prompt, **more)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def move(
        self, name: str, version: int, label: str = "production", **more: Any
    ) -> httpx.Response:
        body = {"name": name, "label": label, "version": version, **more}
        return self.ask("PUT", "/labels", json=body)

    def check(self, prompt: Any, **more: Any) -> Any:
        kind = "text" if isinstance(prompt, str) else "chat"
        body = {"name": "draft", "type": kind, "prompt": prompt, **more}
        answer = self.ask("POST", "/check", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()


def error(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["message"]


def test_a_prompt_is_written_changed_released_and_rolled_back(prompts: Prompts) -> None:
    first = prompts.made("support/greet", labels=["production"], config={"model": "m"}, based_on=0)
    assert (first["version"], first["variables"], first["author_name"]) == (1, ["name"], "Someone")
    second = prompts.made("support/greet", "Hi {{name}}", commit_message="shorter", based_on=1)
    assert second["labels"] == ["latest"]
    assert prompts.move("support/greet", 2, reason="It won.", seen=1).status_code == 204
    with prompts.project.http() as http:
        served = http.get("/api/public/v2/prompts/support%2Fgreet").json()
        assert (served["version"], served["prompt"]) == (2, "Hi {{name}}")
        assert prompts.move("support/greet", 1, reason="It lost.", seen=2).status_code == 204
        assert http.get("/api/public/v2/prompts/support%2Fgreet").json()["version"] == 1
    moves = prompts.get("/moves", name="support/greet")["items"]
    assert [(each["from_version"], each["to_version"], each["reason"]) for each in moves] == [
        (2, 1, "It lost."),
        (1, 2, "It won."),
        (0, 1, ""),
    ]
    assert {each["author_name"] for each in moves} == {"Someone"}
    whole = prompts.get("/one", name="support/greet")
    assert [(each["version"], sorted(each["labels"])) for each in whole["versions"]] == [
        (2, ["latest"]),
        (1, ["production"]),
    ]


def test_nobody_overwrites_what_they_have_not_seen(prompts: Prompts) -> None:
    prompts.made("greet", based_on=0)
    assert error(prompts.write("greet", based_on=0)) == (
        409,
        "there is a prompt named 'greet' already",
    )
    prompts.made("greet", "Second", based_on=1)
    assert error(prompts.write("greet", "Late", based_on=1)) == (
        409,
        "version 2 was made meanwhile",
    )
    prompts.move("greet", 1, seen=0)
    late = prompts.move("greet", 2, seen=0)
    assert error(late) == (409, "'production' was moved meanwhile: it stands at version 1")


def test_prompts_lie_in_folders_and_are_found(prompts: Prompts) -> None:
    for name in ("a/b/one", "a/b/two", "a/three", "ab", "100%_sure"):
        prompts.made(
            name, tags=["x"] if "b" in name else ["y"], labels=["staging"] if name == "ab" else []
        )
    top = prompts.get()
    assert top["folders"] == [{"name": "a", "prompts": 3}]
    assert [each["name"] for each in top["items"]] == ["100%_sure", "ab"]
    assert (top["tags"], top["labels"]) == (["x", "y"], ["staging"])
    inside = prompts.get(folder="a")
    assert inside["folders"] == [{"name": "a/b", "prompts": 2}]
    assert [each["name"] for each in inside["items"]] == ["a/three"]

    def found(**asked: Any) -> list[str]:
        return [each["name"] for each in prompts.get(**asked)["items"]]

    assert found(words="T") == ["a/b/two", "a/three"]
    assert found(words="%_") == ["100%_sure"]
    assert found(words="one", folder="a/b") == ["a/b/one"]
    assert found(tag="y") == ["100%_sure", "a/three"]
    assert found(label="staging") == ["ab"]
    page = prompts.get(tag="x", limit=2, offset=2)
    assert ([each["name"] for each in page["items"]], page["total"]) == (["ab"], 3)


def test_tags_copies_and_deletions(prompts: Prompts) -> None:
    prompts.made("one", labels=["production"])
    prompts.made("one", "Second", tags=["kept"])
    assert (
        prompts.ask("PUT", "/tags", json={"name": "one", "tags": ["a", "b", "a"]}).status_code
        == 204
    )
    assert prompts.get("/one", name="one")["tags"] == ["a", "b"]
    copied = prompts.ask("POST", "/duplicate", json={"name": "one", "to": "two/copy", "version": 1})
    assert (copied.json()["version"], copied.json()["labels"]) == (1, ["latest"])
    whole = prompts.ask("POST", "/duplicate", json={"name": "one", "to": "all"})
    assert whole.json()["version"] == 2
    again = prompts.ask("POST", "/duplicate", json={"name": "one", "to": "all"})
    assert error(again) == (409, "there is a prompt named 'all' already")
    assert (
        prompts.ask("DELETE", "/version", params={"name": "one", "version": 2}).status_code == 204
    )
    assert [each["version"] for each in prompts.get("/one", name="one")["versions"]] == [1]
    assert prompts.ask("DELETE", "/one", params={"name": "one"}).status_code == 204
    assert prompts.ask("GET", "/one", params={"name": "one"}).status_code == 404
    # Who moved which label stays, whatever becomes of the prompt.
    assert len(prompts.get("/moves", name="one")["items"]) == 2


def test_a_label_is_taken_away_and_latest_is_nobodys(prompts: Prompts) -> None:
    prompts.made("greet", labels=["production"])
    assert prompts.move("greet", 0, seen=1).status_code == 204
    with prompts.project.http() as http:
        assert http.get("/api/public/v2/prompts/greet").status_code == 404
    assert error(prompts.move("greet", 1, label="latest"))[0] == 400
    assert error(prompts.move("greet", 9))[0] == 404
    assert error(prompts.move("none", 1))[0] == 404
    assert error(prompts.move("greet", 1, label="Not A Label"))[0] == 400


@pytest.mark.parametrize(
    "name", ["a//b", "/a", "a/", "new", "a|b", "<b>", " ", "a" * 256, "a\x00b"]
)
def test_hostile_names_are_refused(prompts: Prompts, name: str) -> None:
    assert prompts.write(name).status_code == 400


@pytest.mark.parametrize(
    "name", ["../../etc", "名/前", "a?b#c%2F", "'; DROP TABLE prompts;--", "😀"]
)
def test_odd_names_go_all_the_way(prompts: Prompts, name: str) -> None:
    text = "</script>\u202e{{x}} \U0001f600"
    prompts.made(name, text, labels=["production"])
    assert prompts.get("/version", name=name)["prompt"] == text
    assert prompts.get("/one", name=name)["name"] == name


def test_a_draft_is_looked_at_while_it_is_written(prompts: Prompts) -> None:
    prompts.made("tone", "In {{language}}.", labels=["production"])
    prompts.made("draft", "Hi {{name}}", labels=["production"])
    part = "@@@langfusePrompt:name=tone|label=production@@@"
    found = prompts.check(f"Hi {{{{name}}}}. {part}", config={"temperature": "hot"})
    assert found["variables"] == ["language", "name"]
    assert found["composed"] == "Hi {{name}}. In {{language}}."
    assert [(each["code"], each["subject"]) for each in found["problems"]] == [
        ("variable_new", "language"),
        ("config_type", "temperature"),
    ]
    broken = prompts.check("@@@langfusePrompt:name=none|label=production@@@")
    assert (broken["composed"], broken["problems"][0]["is_error"]) == (None, True)
    assert (
        prompts.write("draft", "@@@langfusePrompt:name=none|label=production@@@").status_code == 400
    )


def test_a_viewer_reads_and_changes_nothing(prompts: Prompts) -> None:
    prompts.made("greet")
    prompts.headers = prompts.project.person(Role.VIEWER)
    assert len(prompts.get("/one", name="greet")["versions"]) == 1
    assert prompts.check("Hi")["variables"] == []
    assert prompts.write("greet").status_code == 403
    assert prompts.move("greet", 1).status_code == 403
    assert prompts.ask("DELETE", "/one", params={"name": "greet"}).status_code == 403


def test_what_is_said_of_a_version_stays_with_it(prompts: Prompts) -> None:
    id = prompts.made("greet")["id"]
    path = f"{prompts.project.server.url}/api/pilothouse/projects/{prompts.project.id}/comments"
    about = {"prompt_version_id": id}
    with httpx.Client(headers=prompts.headers, timeout=60) as http:
        body = {"subject": "prompt", **about, "content": "Too long."}
        made = http.post(path, json=body).json()
        assert (made["subject"], made["prompt_version_id"]) == ("prompt", id)
        assert http.post(path, json={**body, "prompt_version_id": "none"}).status_code == 404
        assert http.post(path, json={**body, "trace_id": "x"}).status_code == 400
        assert [each["content"] for each in http.get(path, params=about).json()["items"]] == [
            "Too long."
        ]
        with prompts.project.http() as other:
            asked = {"objectType": "PROMPT", "objectId": id}
            found = other.get("/api/public/comments", params=asked).json()["data"]
            assert [each["content"] for each in found] == ["Too long."]
        prompts.ask("DELETE", "/one", params={"name": "greet"})
        assert http.get(path, params=about).json()["items"] == []


# -- in production -------------------------------------------------------------------------------


def call(
    http: httpx.Client, name: str, version: int, at: float, seconds: float, **more: Any
) -> str:
    """One model call made with a version, at a time, and the score of it."""
    trace_id, span_id = uuid.uuid4().hex, uuid.uuid4().hex[:16]
    events = [
        (
            "trace-create",
            {"id": trace_id, "timestamp": iso(at), "environment": more.get("environment", "live")},
        ),
        (
            "generation-create",
            {
                "id": span_id,
                "traceId": trace_id,
                "name": "answer",
                "startTime": iso(at),
                "endTime": iso(at + seconds),
                "promptName": name,
                "promptVersion": version,
                "model": "gpt-5-mini",
                "usage": {"input": 1000, "output": 100},
                "level": more.get("level", "DEFAULT"),
                "environment": more.get("environment", "live"),
            },
        ),
        (
            "score-create",
            {
                "id": uuid.uuid4().hex,
                "traceId": trace_id,
                "observationId": span_id,
                "name": "helpful",
                "value": more.get("score", 0.5),
            },
        ),
        (
            "score-create",
            {
                "id": uuid.uuid4().hex,
                "traceId": trace_id,
                "name": "solved",
                "value": more.get("solved", 1),
                "dataType": "BOOLEAN",
            },
        ),
        (
            "score-create",
            {
                "id": uuid.uuid4().hex,
                "traceId": trace_id,
                "name": "tone",
                "value": more.get("tone", "warm"),
            },
        ),
    ]
    batch = [
        {"id": uuid.uuid4().hex, "type": kind, "timestamp": iso(at), "body": body}
        for kind, body in events
    ]
    http.post("/api/public/ingestion", json={"batch": batch}).raise_for_status()
    return trace_id


def iso(at: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at % 1 * 1000):03}Z"


def test_each_version_tells_what_it_does_in_production(prompts: Prompts) -> None:
    prompts.made("greet", labels=["production"])
    prompts.made("greet", "Second")
    began = time.time()
    with prompts.project.http() as http:
        for place in range(40):
            call(
                http,
                "greet",
                1,
                time.time(),
                1 + place / 100,
                level="ERROR" if place < 8 else "DEFAULT",
                score=0.4 + place / 400,
                solved=place % 2,
                tone="dry" if place < 30 else "warm",
            )
        prompts.move("greet", 2, reason="better").raise_for_status()
        time.sleep(0.01)
        for place in range(40):
            call(http, "greet", 2, time.time(), 2 + place / 100, score=0.8 + place / 400)
        call(http, "greet", 2, time.time(), 500, environment="playground", level="ERROR")
        call(http, "other", 1, time.time(), 500, level="ERROR")
    within = {"start": int(began * 1e6) - DAY, "end": int(time.time() * 1e6) + DAY}
    found = prompts.get("/production", name="greet", **within)
    second, first = found["versions"]
    assert (second["version"], second["calls"], second["errors"]) == (2, 40, 0)
    assert (first["version"], first["calls"], first["errors"]) == (1, 40, 8)
    assert first["error_rate"]["low"] < 0.2 < first["error_rate"]["high"]
    # Of 40 sorted values the 20th, between the 13th and the 28th; of the 95th percentile no upper
    # bound.
    p50 = [first["p50"][each] for each in ("value", "low", "high")]
    assert p50 == [1_190_000, 1_120_000, 1_270_000]
    assert (first["p95"]["value"], first["p95"]["high"]) == (1_370_000, None)
    assert first["cost"]["value"] > 0
    scores = {each["name"]: each for each in first["scores"]}
    assert scores["helpful"]["value"]["value"] == pytest.approx(0.44875)
    assert (scores["solved"]["is_share"], scores["solved"]["value"]["value"]) == (True, 0.5)
    assert [(each["label"], each["version"]) for each in found["stays"]] == [
        ("production", 2),
        ("production", 1),
    ]
    moved = found["moves"][0]
    assert (moved["move"]["reason"], moved["before"]["calls"], moved["after"]["calls"]) == (
        "better",
        40,
        40,
    )
    tones = [
        (each["category"], each["count"], each["value"]["value"])
        for version in (first, second)
        for each in version["scores"]
        if each["name"] == "tone"
    ]
    assert tones == [("warm", 40, 0.25), ("dry", 40, 0.75), ("warm", 40, 1), ("dry", 40, 0)]
    drier = next(each for each in moved["differences"] if each["category"] == "dry")
    assert (drier["value"], drier["is_real"], drier["is_better"]) == (-0.75, True, None)
    told = {(each["measure"], each["name"]): each for each in moved["differences"]}
    assert (told["errors", ""]["is_real"], told["errors", ""]["is_better"]) == (True, True)
    assert (told["latency", ""]["is_real"], told["latency", ""]["is_better"]) == (True, False)
    assert told["latency", ""]["value"] == pytest.approx(0.84, abs=0.02)
    assert not told["cost", ""]["is_real"]
    assert (told["score", "helpful"]["is_real"], told["score", "helpful"]["is_better"]) == (
        True,
        True,
    )
    # A score of the whole trace counts for the versions that it has calls of.
    chart = {
        "view": "spans",
        "measures": [{"measure": "score", "aggregation": "avg", "key": "solved"}],
        "dimensions": ["prompt_version"],
        "filter": "prompt:greet",
        **within,
    }
    with prompts.project.http() as http:
        path = f"/api/pilothouse/projects/{prompts.project.id}/charts"
        rows = http.post(path, json=chart).raise_for_status().json()["rows"]
    assert sorted(rows) == [[1, 0.5], [2, 1]]
    every = prompts.get("/production", name="greet", filter="", **within)
    assert every["versions"][0]["calls"] == 41
    # What stands behind a number is found by the filter language.
    filter = f"prompt:greet prompt_version:1 level:error {IN_USE}"
    path = f"/api/pilothouse/projects/{prompts.project.id}/traces"
    with prompts.project.http() as http:
        listed = http.get(path, params={**within, "filter": filter}).json()["items"]
    assert len(listed) == 8


def test_a_prompt_that_nobody_called_has_no_figures(prompts: Prompts) -> None:
    prompts.made("quiet", labels=["production"])
    now = int(time.time() * 1e6)
    found = prompts.get("/production", name="quiet", start=now - DAY, end=now + DAY)
    assert found["versions"] == []
    assert [each["figures"] for each in found["stays"]] == [None]
    assert (
        prompts.ask(
            "GET", "/production", params={"name": "quiet", "start": now, "end": 0}
        ).status_code
        == 400
    )


# -- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["json", "prompty", "langchain"])
def test_a_prompt_goes_out_as_a_file_and_comes_in_again(prompts: Prompts, format: str) -> None:
    prompts.made("a/greet", "First {{x}}")
    prompts.made("a/greet", "Second {{x}}", labels=["production"])
    sent = prompts.ask("GET", "/export", params={"name": "a/greet", "format": format})
    assert "attachment; filename*=UTF-8''greet" in sent.headers["content-disposition"]
    body = {"text": sent.text, "filename": f"greet.{format}", "name": "b/copy"}
    items = prompts.ask("POST", "/import", json=body).json()["items"]
    assert items[-1]["is_new"]
    found = prompts.get("/version", name="b/copy")
    assert (found["prompt"], found["labels"]) == ("Second {{x}}", ["latest"])
    again = prompts.ask("POST", "/import", json=body).json()["items"]
    assert (again[-1]["is_new"], again[-1]["version"]) == (
        format == "json",
        4 if format == "json" else 1,
    )


def test_a_file_for_others_has_the_texts_that_are_taken_in(prompts: Prompts) -> None:
    tag = "@@@langfusePrompt:name=tone|label=latest@@@"
    prompts.made("tone", "Be {{mood}}.")
    prompts.made("whole", f"{tag} Hi {{{{name}}}}")
    for format, has in (("json", tag), ("prompty", "Be {{mood}}."), ("langchain", "Be {mood}.")):
        sent = prompts.ask("GET", "/export", params={"name": "whole", "format": format})
        assert has in sent.text


def test_a_file_that_is_none_changes_nothing(prompts: Prompts) -> None:
    for text in ("{", '{"prompt": "x", "name": "a//b"}', '[{"prompt": "x"}, {"prompt": 3}]'):
        assert (
            prompts.ask("POST", "/import", json={"text": text, "filename": "x.json"}).status_code
            == 400
        )
    assert prompts.get()["total"] == 0


def command(project: TestProject, *words: str) -> tuple[int, str]:
    keys = {"LANGFUSE_PUBLIC_KEY": project.public_key, "LANGFUSE_SECRET_KEY": project.secret_key}
    done = subprocess.run(
        [sys.executable, "-m", "pilothouse", "prompts", *words, "--server", project.server.url],
        env={**os.environ, **keys},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_folder_and_a_project_are_brought_up_to_each_other(
    prompts: Prompts, tmp_path: Path
) -> None:
    project, folder = prompts.project, tmp_path / "prompts"
    prompts.made("a/greet", "Hello {{name}}", config={"model": "m"}, tags=["x"])
    prompts.made(
        "answer", [{"role": "user", "content": "Hi"}, {"type": "placeholder", "name": "h"}]
    )
    assert command(project, "pull", str(folder)) == (
        0,
        "new       a/greet\nnew       answer\n2 new\n",
    )
    assert command(project, "pull", str(folder)) == (0, "2 same\n")
    assert command(project, "diff", str(folder)) == (0, "")
    file = folder / "a/greet.yaml"
    assert "version: 1\n" in file.read_text("utf-8")

    file.write_text(file.read_text("utf-8").replace("Hello", "Good day"), "utf-8")
    code, told = command(project, "diff", str(folder))
    assert (code, "-prompt: Hello {{name}}\n+prompt: Good day {{name}}\n" in told) == (1, True)
    words = ("push", str(folder), "--label", "production", "-m", "politer")
    assert command(project, *words) == (0, "changed   a/greet  version 1 → 2\n1 changed, 1 same\n")
    assert command(project, "push", str(folder)) == (0, "2 same\n")
    found = prompts.get("/version", name="a/greet")
    assert (found["version"], found["prompt"], found["commit_message"]) == (
        2,
        "Good day {{name}}",
        "politer",
    )
    assert (found["config"], found["tags"], "production" in found["labels"]) == (
        {"model": "m"},
        ["x"],
        True,
    )

    # Both sides go on: that is told, and nothing is lost.
    prompts.made("a/greet", "Server")
    file.write_text(file.read_text("utf-8").replace("Good day", "Folder"), "utf-8")
    for way in ("push", "pull"):
        code, told = command(project, way, str(folder))
        assert (code, "conflict  a/greet  changed here from version 2" in told) == (1, True)
    assert "Folder" in file.read_text("utf-8")
    assert prompts.get("/version", name="a/greet")["prompt"] == "Server"
    assert command(project, "pull", str(folder), "--force")[0] == 0
    assert "version: 3\n" in file.read_text("utf-8")

    # Only the server goes on: pull brings it, push says to pull first.
    prompts.made("a/greet", "Fourth")
    code, told = command(project, "push", str(folder))
    assert (code, "ahead     a/greet  version 4 is newer; pull it" in told) == (0, True)
    assert "changed   a/greet" in command(project, "pull", str(folder))[1]

    (folder / "fresh.yaml").write_text("prompt: New here\n", "utf-8")
    assert "new       fresh" in command(project, "push", str(folder))[1]
    assert prompts.get("/version", name="fresh")["prompt"] == "New here"
    (folder / "bad.yaml").write_text("promt: x\n", "utf-8")
    code, told = command(project, "push", str(folder))
    assert (code, "bad.yaml: there is no key 'promt'" in told) == (1, True)
