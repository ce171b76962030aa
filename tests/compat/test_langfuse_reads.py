"""Langfuse's own reads through its real SDKs: what one application sent, another of them finds."""

import json
from typing import Any

import pytest

from tests.compat.conftest import Emitted
from tests.compat.seen import Seen
from tests.emitters.environments import run_reader
from tests.model import Model

Told = dict[str, Any]


def read(seen: Seen, reader: str) -> Told:
    """What a reader was given of the project that an application has filled."""
    printed = run_reader(reader, seen.project.environment()).stdout
    return json.loads(printed.strip().splitlines()[-1])


def by_name(items: list[Told]) -> dict[str, Told]:
    return {item["name"]: item for item in items}


# -- Python 2 -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def second(emitted: Emitted) -> Told:
    return read(emitted("langfuse_v2_openai"), "langfuse_v2")


def test_python_2_signs_in(second: Told) -> None:
    assert second["signed_in"] is True
    assert (second["health"], second["project"]) == ("OK", "langfuse_v2_openai")


def test_python_2_lists_traces_in_pages_and_by_filters(second: Told) -> None:
    assert second["pages"] == [["order", "ask", "story"], ["sum"]]
    assert second["meta"] == {"page": 1, "limit": 3, "totalItems": 4, "totalPages": 2}
    assert second["oldest_first"] == ["sum", "story", "ask", "order"]
    assert second["of_user"] == ["sum", "ask"]
    assert second["of_session"] == ["order"]
    assert second["tagged"] == ["ask"]


def test_python_2_fetches_a_trace_with_its_observations_and_scores(second: Told) -> None:
    whole = second["whole"]
    assert (whole["userId"], whole["sessionId"]) == ("ada", "session-asks")
    assert (whole["release"], whole["version"]) == ("r1", "2")
    assert whole["tags"] == ["decorated", "测试"]
    assert whole["metadata"] == {"tier": "gold"}
    assert whole["input"] == {"args": ["What is Paris?"], "kwargs": {}}
    assert whole["totalCost"] == pytest.approx(0.00017)
    assert whole["latency"] > 0
    observations = by_name(whole["observations"])
    assert observations.keys() == {
        "retrieve",
        "answer_by_hand",
        "OpenAI-generation",
        "failing",
    }
    by_hand = observations["answer_by_hand"]
    assert by_hand["type"] == "GENERATION"
    assert by_hand["usageDetails"] == {
        "input": 12,
        "output": 5,
        "cache_read_input_tokens": 4,
        "total": 21,
    }
    assert by_hand["costDetails"]["total"] == pytest.approx(0.00017)
    assert observations["failing"]["level"] == "ERROR"
    assert observations["failing"]["statusMessage"] == "this step does not work"
    assert {score["name"]: score["value"] for score in whole["scores"]}["helpful"] == 1
    assert {each["id"] for each in whole["observations"]} == set(second["ask"]["observations"])


def test_python_2_fetches_observations(second: Told) -> None:
    order, write = second["order"], second["write"]
    assert (order["public"], order["output"]) == (True, {"state": "confirmed"})
    assert (write["name"], write["traceId"]) == ("write", order["id"])
    assert write["model"] == "gpt-4o"
    assert write["modelParameters"] == {"temperature": "0.7", "max_tokens": 100}
    assert write["usage"] == {"input": 21, "output": 6, "total": 27, "unit": "TOKENS"}
    assert write["calculatedTotalCost"] == pytest.approx(0.0001125)
    assert write["startTime"] <= write["completionStartTime"] <= write["endTime"]
    assert second["errors"] == ["failing"]
    assert sorted(second["of_parent"]) == ["mail-sent", "write"]


def test_python_2_reads_sessions_and_scores(second: Told) -> None:
    assert sorted(second["sessions"]) == ["session-asks", "session-orders", "session-sums"]
    assert second["session"] == ["order"]
    scores = second["scores"]
    assert scores.keys() == {"helpful", "tone", "accuracy", "passed", "class"}
    assert (scores["tone"]["dataType"], scores["tone"]["stringValue"]) == (
        "CATEGORICAL",
        "friendly",
    )
    assert (scores["passed"]["dataType"], scores["passed"]["value"]) == ("BOOLEAN", 1)
    assert scores["class"]["observationId"] == second["write"]["id"]
    assert scores["helpful"]["comment"] == "thumbs up"
    assert second["score"] is True


def test_python_2_reads_the_days(second: Told) -> None:
    assert sum(day["countTraces"] for day in second["daily"]) == 4
    usage = {row["model"]: row for day in second["daily"] for row in day["usage"]}
    assert usage["gpt-4o"]["totalUsage"] == 27
    assert usage["gpt-4o"]["totalCost"] == pytest.approx(0.0001125)


def test_python_2_is_told_what_is_not_there(second: Told) -> None:
    assert second["absent"] == ["NotFoundError"] * 4


# -- Python 3, 4 and 5 ----------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["langfuse_v3", "langfuse_v4", "langfuse_v5"])
def newer(request: pytest.FixtureRequest, emitted: Emitted) -> tuple[int, Told]:
    """The major version and what its reader was told."""
    return int(request.param[-1]), read(emitted(request.param), request.param)


def test_newer_sdks_sign_in(newer: tuple[int, Told]) -> None:
    major, told = newer
    assert told["signed_in"] is True
    assert (told["health"], told["project"]) == ("OK", f"langfuse_v{major}")


def test_older_reads_of_newer_sdks(newer: tuple[int, Told]) -> None:
    major, told = newer
    if major == 5:
        assert "whole" not in told, "version 5 has no such reads"
        return
    whole = told["whole"]
    assert (whole["name"], whole["userId"]) == ("ask", "ada")
    assert (whole["environment"], whole["release"]) == ("staging", "r42")
    assert whole["metadata"]["tier"] == "gold"
    assert len(whole["observations"]) == 7
    assert {score["name"] for score in whole["scores"]} == {"helpful", "tone"}
    assert told["ask"]["id"] == whole["id"]
    assert told["of_user"] == ["ask"]
    assert sorted(told["generations"]) == ["by-hand", "plain", "streamed"]
    assert told["observation"] == whole["observations"][0]["id"]
    assert "session-asks" in told["sessions"]
    assert told["session"] == ["ask"]
    assert told["scores_v2"].keys() == {"helpful", "tone", "accuracy", "passed"}
    assert told["scores_v2"]["helpful"]["trace"]["userId"] == "ada"
    assert told["score"] is True
    assert told["absent"] == "NotFoundError"


def test_newer_reads_of_newer_sdks(newer: tuple[int, Told], model: Model) -> None:
    major, told = newer
    if major == 3:
        assert "observations" not in told, "version 3 has no such reads"
        return
    observations = by_name(told["observations"])
    assert len({each["id"] for each in told["observations"]}) == len(told["observations"]) == 25
    streamed = observations["streamed"]
    assert (streamed["type"], streamed["userId"]) == ("GENERATION", "ada")
    assert streamed["providedModelName"] == model.name
    assert streamed["usageDetails"]["output"] == 30
    assert 0 < streamed["timeToFirstToken"] < streamed["latency"]
    assert streamed["tags"] == ["decorated", "测试"]
    assert observations["by-hand"]["totalCost"] == pytest.approx(0.00017)
    assert "input" not in told["core"] or told["core"]["input"] is None
    assert set(told["roots"]) == {"ask", "agent", "continued", "SayHello"}
    assert len(told["of_session"]) == 7
    scores = told["scores_v3"]
    assert (scores["passed"]["value"], scores["tone"]["value"]) == (True, "friendly")
    assert scores["helpful"]["comment"] == "thumbs up"
    assert scores["helpful"]["subject"]["kind"] == "observation"
    assert scores["helpful"]["subject"]["id"] == observations["ask"]["id"]
    assert scores["tone"]["subject"] == {"kind": "trace", "id": observations["ask"]["traceId"]}
    assert told["numeric"] == ["helpful"]


# -- JavaScript -----------------------------------------------------------------------------------


def test_javascript_3(emitted: Emitted) -> None:
    told = read(emitted("langfuse_js3"), "langfuse_js3")
    assert told["meta"] == {"page": 1, "limit": 1, "totalItems": 2, "totalPages": 2}
    whole = told["whole"]
    assert (whole["userId"], whole["tags"]) == ("bob", ["orders", "测试"])
    assert len(whole["observations"]) == 5
    assert {score["name"] for score in whole["scores"]} == {"accuracy", "class"}
    assert sorted(told["generations"]) == ["streamed", "write"]
    assert told["write"]["usageDetails"] == {"input": 21, "output": 6, "total": 27}
    assert sorted(told["sessions"]) == ["session-js3", "session-lc"]


def test_javascript_5(emitted: Emitted) -> None:
    told = read(emitted("langfuse_js5"), "langfuse_js5")
    assert (told["health"], told["project"]) == ("OK", "langfuse_js5")
    assert told["whole"]["metadata"]["tier"] == "gold"
    assert len(told["whole"]["observations"]) == 6
    assert told["counts"] == [3, 11]
    assert told["scores"].keys() == told["scoresV3"].keys() == {"helpful", "tone", "passed"}
    assert told["scoresV3"]["passed"]["value"] is True
    assert told["scoresV3"]["helpful"]["subject"]["kind"] == "observation"
    assert told["sessions"] == ["session-js"]
    assert told["absent"].endswith("NotFoundError")
