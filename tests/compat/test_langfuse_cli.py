"""The real langfuse-cli: what it writes it reads back, and every list that is served answers."""

import json
from typing import Any

import pytest

from pilothouse.edge.not_served import ABSENT
from pilothouse.edge.permissions import ROUTES, Open
from pilothouse.protocols.langfuse.project import SERVED
from tests.emitters.environments import run_reader
from tests.serving import Server


@pytest.fixture(scope="module")
def told(server: Server) -> Any:
    project = server.new_project("cli")
    printed = run_reader("langfuse_cli", project.environment()).stdout
    return json.loads(printed.strip().splitlines()[-1])


def test_it_finds_the_api_that_is_served(told: Any) -> None:
    assert told["detected"] == f"{SERVED} -> {SERVED}"
    assert told["project"] == "cli"


def test_prompts_are_written_and_rolled_back(told: Any) -> None:
    prompt = told["prompt"]
    assert (prompt["prompt"], prompt["version"]) == ("Hello", 1)
    assert [(each["name"], each["versions"]) for each in told["prompts"]] == [
        ("team/greet", [1, 2])
    ]


def test_all_pages_of_a_data_set_are_read(told: Any) -> None:
    items = told["items"]
    assert {item["input"]["city"] for item in items["data"]} == {"Paris", "北京", "Lima"}
    assert items["meta"] == {"pages": 2, "fetchedItems": 3, "totalItems": 3, "truncated": False}


def test_a_trace_is_written_scored_commented_and_deleted(told: Any) -> None:
    (call,) = told["observations"]
    assert (call["name"], call["input"], call["output"]) == ("answer", "?", "!")
    (score,) = told["scores"]
    assert (score["name"], score["value"], score["subject"]["id"]) == ("tone", 4, "trace")
    assert told["trace"]["observations"][0]["id"] == "call"
    assert [each["content"] for each in told["comments"]] == ["well said"]
    assert told["left"] == []


def test_what_is_refused_says_why(told: Any) -> None:
    for refused, status in ((told["refused"], 400), (told["absent"], 404)):
        assert refused["status"] == 5, "the program's code for an HTTP error"
        answer = json.loads(refused["stdout"])
        assert answer["status"] == status
        assert answer["body"]["message"]
    assert "5" in json.loads(told["refused"]["stdout"])["body"]["message"]


def test_every_list_answers(told: Any) -> None:
    absent = {route for each in ABSENT for route in each.routes}
    assert len(told["lists"]) > 10
    for path, status in told["lists"].items():
        if f"GET {path.removeprefix('/api/public')}" in absent:
            assert status == 501, path
        else:
            # The key is a project's, and an organisation asks for its own.
            is_theirs = ROUTES[f"GET {path}"] is Open.ORGANISATION_KEY
            assert status == (403 if is_theirs else 200), path
