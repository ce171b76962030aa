"""What a field of an event means, and what becomes of events that cannot be taken."""

import json
from typing import Any

import pytest

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.outcome import Reason
from pilothouse.domain.score import Score
from pilothouse.domain.span import Span
from pilothouse.ingest.halves import fold
from pilothouse.protocols.langfuse import wire
from pilothouse.protocols.langfuse.read import Batch, Reader

NOW = 1_795_600_000_000_000
AT = "2026-11-25T10:00:00Z"
MOMENT = 1_795_600_800_000_000


def read(*events: Any) -> Batch:
    body = json.dumps({"batch": [*events]})
    return Reader("p", "python 2.60.10", NOW).batch(wire.envelope(body.encode()))


def event(type: str, body: Any, **given: Any) -> dict[str, Any]:
    return {"id": "e1", "type": type, "timestamp": AT, "body": body, **given}


def span(type: str = "span-create", **body: Any) -> Span:
    batch = read(event(type, {"id": "s", "traceId": "t", **body}))
    assert batch.rejected == []
    return fold(batch.halves)


def score(**body: Any) -> Score:
    batch = read(event("score-create", {"id": "x", "traceId": "t", "name": "n", **body}))
    assert batch.rejected == []
    return batch.scores[0]


def refusal(item: Any) -> tuple[Reason, str]:
    batch = read(item)
    assert (batch.halves, batch.scores, batch.event_ids) == ([], [], [])
    return batch.rejected[0].reason, batch.rejected[0].item_id


@pytest.mark.parametrize(
    ("type", "kind"),
    [
        ("span-create", "span"),
        ("span-update", "span"),
        ("generation-create", "llm"),
        ("event-create", "event"),
        ("agent-create", "agent"),
        ("tool-create", "tool"),
        ("chain-create", "chain"),
        ("retriever-create", "retriever"),
        ("evaluator-create", "evaluator"),
        ("embedding-create", "embedding"),
        ("guardrail-create", "guardrail"),
        ("observation-create", "span"),
    ],
)
def test_kinds(type: str, kind: str) -> None:
    assert span(type).kind == kind


def test_a_generic_observation_says_its_type_in_its_body() -> None:
    batch = read(event("observation-update", {"id": "s", "traceId": "t", "type": "GENERATION"}))
    assert fold(batch.halves).kind == "llm"


def test_a_trace_is_a_head_row_that_stands_for_it() -> None:
    batch = read(event("trace-create", {"id": "t", "name": "n", "timestamp": AT, "public": True}))
    head = fold(batch.halves)
    assert (head.trace_id, head.span_id, head.kind, head.is_root) == ("t", "", "trace", 1)
    assert (head.name, head.trace_name, head.start_time, head.public) == ("n", "n", MOMENT, 1)


def test_ids_that_are_not_told_are_the_events() -> None:
    batch = read(event("trace-create", {}), event("span-create", {"traceId": "t"}, id="e2"))
    assert [(half.trace_id, half.span_id) for half in batch.halves] == [("e1", ""), ("t", "e2")]


def test_null_empties_a_field_and_silence_keeps_it() -> None:
    told, null, silent = (
        read(event("span-update", {"id": "s", "traceId": "t", **body})).halves[0].fields
        for body in ({"name": "a"}, {"name": None}, {})
    )
    assert (told["name"], null["name"], "name" in silent) == ("a", "", False)


@pytest.mark.parametrize("nothing", [None, "", False, 0, [], {}])
def test_an_empty_payload_replaces_nothing(nothing: Any) -> None:
    fields = read(event("span-update", {"id": "s", "traceId": "t", "output": nothing}))
    assert "output" not in fields.halves[0].fields


def test_payloads_are_text_or_compact_json() -> None:
    assert span(input="plain \u0000 text").input == "plain  text"
    assert span(input={"a": [1, 2]}).input == '{"a":[1,2]}'
    assert span(input=12345678901234567890123).input == "12345678901234567890123"


def test_absent_public_keeps_what_was_said() -> None:
    batch = read(event("trace-create", {"id": "t", "public": None}))
    assert "public" not in batch.halves[0].fields


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-25T10:00:00Z", MOMENT),
        ("2026-11-25T10:00:00.000123Z", MOMENT + 123),
        ("2026-11-25T10:00:00", MOMENT),
        ("2026-11-25T18:00:00+08:00", MOMENT),
    ],
)
def test_times_with_and_without_zone(text: str, moment: int) -> None:
    assert span(startTime=text).start_time == moment


def test_levels_and_status() -> None:
    assert span(level="ERROR", statusMessage="no").level == "error"
    assert span(level=None).level == "default"


@pytest.mark.parametrize(
    ("usage", "details", "expected"),
    [
        ({"input": 3, "output": 4, "total": 7, "unit": "TOKENS"}, None, {"input": 3, "output": 4}),
        (
            {"promptTokens": 3, "completionTokens": 4, "totalTokens": 7},
            None,
            {"input": 3, "output": 4},
        ),
        (None, {"input": 3, "output": 4, "own": 2}, {"input": 3, "output": 4, "own": 2}),
        ({"input": 9}, {"input": 3}, {"input": 3}),
        (
            None,
            {"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 6}, "total_tokens": 9},
            {"input": 3, "input_cache_read": 6},
        ),
        ({"input": 3, "unit": "CHARACTERS"}, None, {}),
    ],
)
def test_usage_in_each_form(usage: Any, details: Any, expected: dict[str, int]) -> None:
    assert span("generation-create", usage=usage, usageDetails=details).usage == expected


def test_usage_in_another_unit_is_kept_as_told() -> None:
    told = span("generation-create", usage={"input": 3, "unit": "CHARACTERS"}).reported_usage
    assert json.loads(told) == {"input": 3, "unit": "CHARACTERS"}


def test_costs_of_both_generations() -> None:
    old = span("generation-create", usage={"input": 1, "inputCost": 0.5, "totalCost": 0.7})
    new = span("generation-create", costDetails={"input": 0.5, "total": 0.7, "bad": -1})
    assert old.cost == new.cost == {"input": 0.5, "total": 0.7}
    assert old.cost_source == new.cost_source == "reported"


def test_a_prompt_needs_name_and_version() -> None:
    assert span("generation-create", promptName="a", promptVersion=2).prompt_version == 2
    assert span("generation-create", promptName="a").prompt_name == ""


def test_metadata_of_any_form() -> None:
    told = {"text": "a", "number": "3", "list": "[1]", "object": {"x": 1}, "flag": True}
    assert span(metadata=told).metadata == {
        "text": '"a"',
        "number": "3",
        "list": "[1]",
        "object": '{"x":1}',
        "flag": "true",
    }
    assert span(metadata=["a"]).metadata == {"metadata": '["a"]'}
    assert span(metadata=None).metadata == {}


def test_environments_lose_langfuses_prefix() -> None:
    assert span(environment="langfuse-Prod").environment == "prod"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"value": 0.5}, ("numeric", 0.5, "")),
        ({"value": 3}, ("numeric", 3.0, "")),
        ({"value": "good"}, ("categorical", 0.0, "good")),
        ({"value": True}, ("boolean", 1.0, "True")),
        ({"value": 0, "dataType": "BOOLEAN"}, ("boolean", 0.0, "False")),
        ({"value": "long", "dataType": "TEXT"}, ("text", 0.0, "long")),
        ({"value": "better", "dataType": "CORRECTION"}, ("correction", 0.0, "better")),
    ],
)
def test_scores(body: Any, expected: tuple[str, float, str]) -> None:
    found = score(**body)
    assert (found.data_type, found.value, found.text) == expected
    assert found.timestamp == MOMENT


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"value": 2, "dataType": "BOOLEAN"}, Reason.WRONG_TYPE),
        ({"value": "x", "dataType": "NUMERIC"}, Reason.WRONG_TYPE),
        ({"value": 1, "dataType": "CATEGORICAL"}, Reason.WRONG_TYPE),
        ({"value": 1, "dataType": "STARS"}, Reason.WRONG_TYPE),
        ({}, Reason.MISSING_FIELD),
        ({"value": 1, "sessionId": "s"}, Reason.MISSING_FIELD),
        ({"value": 1, "traceId": None}, Reason.MISSING_FIELD),
        ({"value": 1, "name": ""}, Reason.MISSING_FIELD),
    ],
)
def test_scores_that_are_refused(body: Any, reason: Reason) -> None:
    told = {"id": "x", "traceId": "t", "name": "n", **body}
    assert refusal(event("score-create", told)) == (reason, "e1")


@pytest.mark.parametrize(
    ("item", "reason", "item_id"),
    [
        (5, Reason.WRONG_TYPE, ""),
        ({"id": "e1"}, Reason.MISSING_FIELD, "e1"),
        ({"id": 7, "type": "span-create", "body": {}}, Reason.WRONG_TYPE, ""),
        (event("dataset-run-item-create", {}), Reason.UNKNOWN_TYPE, "e1"),
        (event("span-delete", {}), Reason.UNKNOWN_TYPE, "e1"),
        (event("span-create", {"name": 5}), Reason.WRONG_TYPE, "e1"),
        (event("span-create", {"id": "x" * 801}), Reason.BAD_ID, "e1"),
        (event("span-create", {"startTime": "yesterday"}), Reason.BAD_TIME, "e1"),
        (event("span-create", {"startTime": "1990-01-01T00:00:00Z"}), Reason.BAD_TIME, "e1"),
        (event("span-create", {"startTime": "2999-01-01T00:00:00Z"}), Reason.BAD_TIME, "e1"),
        (event("span-create", {}, timestamp="soon"), Reason.BAD_TIME, "e1"),
    ],
)
def test_events_that_are_refused(item: Any, reason: Reason, item_id: str) -> None:
    assert refusal(item) == (reason, item_id)


def test_a_bad_event_takes_no_other_with_it() -> None:
    good = event("span-create", {"id": "s", "traceId": "t", "unheard": [1]}, id="good")
    batch = read(event("span-create", {"name": 5}), good, event("sdk-log", {"log": 1}, id="log"))
    assert batch.event_ids == ["good", "log"]
    assert [half.id for half in batch.halves] == ["good"]
    assert len(batch.rejected) == 1


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"batch":5}', b"\xff\xfe", b"[" * 9000]
)
def test_bodies_that_are_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        wire.envelope(body)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"NaN", ""),
        (b'"\\ud800x"', "\ufffdx"),
        (b'"a\xffb"', "a\ufffdb"),
        (b"[Infinity]", "[null]"),
    ],
)
def test_values_that_json_does_not_have_cost_only_themselves(value: bytes, expected: str) -> None:
    body = b'{"batch":[{"id":"a","type":"span-create","body":{"id":"s","input":%s}}]}' % value
    batch = Reader("p", "", NOW).batch(wire.envelope(body))
    assert fold(batch.halves).input == expected
