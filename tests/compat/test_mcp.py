"""The official clients of the Model Context Protocol, as agents carry them."""

import json
from typing import Any

import pytest

from pilothouse.protocols.langfuse.mcp import ENVELOPED, HANDSHAKES
from pilothouse.protocols.langfuse.mcp_tools import ALL
from tests.emitters.environments import run_reader
from tests.serving import Server

SPOKEN = {"auto": ENVELOPED, "legacy": HANDSHAKES[0]}


@pytest.fixture(scope="module", params=["mcp_v1", "mcp_v2"])
def told(request: pytest.FixtureRequest, server: Server) -> dict[str, Any]:
    """What the client printed, by how it got to know the server."""
    project = server.new_project(request.param)
    printed = run_reader(request.param, project.environment()).stdout
    return json.loads(printed.strip().splitlines()[-1])


def test_both_sides_agree_and_the_tools_are_listed(told: dict[str, Any]) -> None:
    agents = {way: told[way] for way in SPOKEN if way in told}
    assert agents
    for way, agent in agents.items():
        assert agent["protocol"] == SPOKEN[way]
        assert (agent["server"], agent["instructions"]) == ("pilothouse", True)
        assert agent["tools"] == sorted(each.name for each in ALL)


def test_tools_read_and_write(told: dict[str, Any]) -> None:
    for way in SPOKEN:
        if agent := told.get(way):
            first = agent["versions"][0]
            assert agent["versions"] == [first, first + 1]
            assert agent["read"] == [1, "Hi {{who}}"]
            assert agent["health"] == "OK"
            assert agent["items"][0]
            assert agent["scores"][0]


def test_what_a_tool_refuses_is_an_answer_and_what_is_no_tool_an_error(
    told: dict[str, Any],
) -> None:
    for way in SPOKEN:
        if agent := told.get(way):
            assert agent["refused"][0]
            assert "nowhere" in agent["refused"][1]
            assert agent["wrong"][0]
            assert "value" in agent["wrong"][1]
            assert agent["unknown"] == -32602


def test_a_key_that_nobody_knows_is_refused(told: dict[str, Any]) -> None:
    if "stranger" in told:
        assert told["stranger"] != "let in"
