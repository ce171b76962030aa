"""What is read from Langfuse is told as the same."""

from typing import Any

import pytest

from pilothouse.importing import translate
from pilothouse.protocols.langfuse import values

AT = "2026-05-02T08:00:00.000Z"
SPAN = {"id": "o", "traceId": "t", "type": "SPAN", "startTime": AT}


def test_an_event_is_known_by_what_it_says() -> None:
    told = {"id": "t", "timestamp": AT, "name": "n", "tags": ["a"], "latency": 1.5}
    same = {"name": "n", "timestamp": AT, "tags": ["a"], "id": "t", "latency": 9.9}
    assert translate.trace(told)["id"] == translate.trace(same)["id"]
    assert translate.trace(told)["id"] != translate.trace({**told, "name": "m"})["id"]


@pytest.mark.parametrize("value", ["3", '"3"', "text", "null", 3, None, [1], {"a": "1"}, "{", ""])
def test_metadata_is_read_back_as_it_was(value: Any) -> None:
    body = translate.observation({**SPAN, "metadata": {"k": value}})["body"]
    assert values.metadata(body["metadata"]) == {"k": values.as_json(value)}


@pytest.mark.parametrize(
    ("told", "body"),
    [
        ({"usageDetails": {"input": 1}}, {"usageDetails": {"input": 1}}),
        ({"usage": {"input": 5, "total": 5, "unit": "CHARACTERS"}, "usageDetails": {"input": 5}},
         {"usage": {"input": 5, "total": 5, "unit": "CHARACTERS"}}),
        ({"usage": {"input": 0, "output": 0, "total": 0, "unit": None}}, {}),
        ({"calculatedTotalCost": 0.5}, {"costDetails": {"total": 0.5}}),
        ({"costDetails": {"input": 0.1}, "calculatedTotalCost": 0.5},
         {"costDetails": {"input": 0.1}}),
    ],
)  # fmt: skip
def test_usage_and_cost_of_every_generation(told: dict[str, Any], body: dict[str, Any]) -> None:
    event = translate.observation({**SPAN, **told})
    assert event["body"] == {"id": "o", "traceId": "t", "startTime": AT} | body


def test_kinds_that_are_not_known_are_spans() -> None:
    assert translate.observation({**SPAN, "type": "AGENT"})["type"] == "agent-create"
    assert translate.observation({**SPAN, "type": "SOMETHING"})["type"] == "span-create"


def test_where_there_are_no_traces_roots_tell_of_them() -> None:
    root = {**SPAN, "id": "r", "name": "root", "input": "i", "userId": "u", "traceName": "whole"}
    child = {**SPAN, "id": "c", "parentObservationId": "r", "input": "x", "userId": "u"}
    alone = {**child, "traceId": "other", "tags": ["a"]}
    [head, other] = [each["body"] for each in translate.traces_of([child, root, alone])]
    assert (head["id"], head["name"], head["input"]) == ("t", "whole", "i")
    assert (other["id"], other["userId"], other["tags"]) == ("other", "u", ["a"])
    assert "input" not in other


def test_scores_find_their_config_and_their_run() -> None:
    told = {"id": "s", "name": "n", "dataType": "NUMERIC", "value": 1, "timestamp": AT}
    of_run = {**told, "configId": "c", "subject": {"kind": "experiment", "id": "old"}}
    body = translate.score(of_run, {"c": "c2"}, {"old": "new"})["body"]
    assert (body["configId"], body["datasetRunId"]) == ("c2", "new")
    with pytest.raises(LookupError):
        translate.score(of_run, {}, {})
