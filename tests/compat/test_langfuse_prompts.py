"""Calls that tell which prompt they used: the openai drop-in and LangChain's handler of every generation."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from pilothouse.domain.dataset import experiment_id
from tests.compat.promises import is_counted
from tests.compat.seen import Seen
from tests.emitters.environments import run_reader
from tests.model import Model
from tests.serving import Server

GENERATIONS = ("v2", "v3", "v4", "v5", "js3", "js5")
TEXT = ("capital", 2)
CHAT = ("team/chat", 1)


@pytest.fixture(scope="module")
def linked(server: Server, model: Model) -> Callable[[str], Seen]:
    """What each SDK's project shows after its calls."""

    @cache
    def of(generation: str) -> Seen:
        project = server.new_project()
        environment = project.environment() | {"MODEL_URL": model.url, "MODEL_NAME": model.name}
        name = f"langfuse_{generation}_prompts"
        return Seen(name, project, run_reader(name, environment).stdout)

    return of


@pytest.fixture(params=GENERATIONS)
def seen(request: pytest.FixtureRequest, linked: Callable[[str], Seen]) -> Seen:
    return linked(request.param)


def calls(seen: Seen, trace: str) -> list[Any]:
    """The calls of a trace that a prompt is linked to."""
    found = [span for span in seen.trace(trace).of_kind("llm") if span["prompt_name"]]
    for span in found:
        is_counted(span)
    return found


def test_each_call_shows_name_and_version_of_its_prompt(seen: Seen) -> None:
    used = {
        trace: [(span["prompt_name"], span["prompt_version"]) for span in calls(seen, trace)]
        for trace in ("by openai", "by template", "by messages")
    }
    assert used == {"by openai": [TEXT], "by template": [TEXT], "by messages": [CHAT]}


def test_braces_of_json_are_no_variables_for_langchain(seen: Seen) -> None:
    (call,) = calls(seen, "by template")
    if "_v2_" in seen.application:
        assert call.said("user") == ["Name the capital of Chad."], "it has no such braces"
        return
    assert call.said("user") == ['{"of": "Chad"}: name its capital.']


def test_placeholders_are_filled_for_langchain(seen: Seen) -> None:
    told = json.loads(seen.printed.strip().splitlines()[-1])["chat"]
    (call,) = calls(seen, "by messages")
    if "_v2_" in seen.application:
        assert told == [["system", "Be kind."], ["user", "{question}"]], "it knows no placeholders"
        return
    assert told[1:] == [["user", "Hi"], ["assistant", "Hello"], ["user", "{question}"]]
    assert (call.said("system"), call.said("assistant")) == (["Be kind."], ["Hello"])
    assert call.said("user") == ["Hi", "Who are you?"]


def test_a_data_set_is_run_with_langchain(seen: Seen) -> None:
    with seen.project.http() as http:
        dataset = http.get("/api/public/v2/datasets/capitals").json()
        run = http.get("/api/public/datasets/capitals/runs/by LangChain").json()
        ids = [item["traceId"] for item in run["datasetRunItems"]]
        assert run["id"] == experiment_id(seen.project.id, dataset["id"], "by LangChain")
    (trace,) = [trace for trace in seen.traces if trace["trace_id"] in ids]
    (call,) = [span for span in trace.of_kind("llm") if span["prompt_name"]]
    assert (call["prompt_name"], call["prompt_version"]) == TEXT
    (question,) = call.said("user")
    assert "Peru" in question
