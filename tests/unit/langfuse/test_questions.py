"""Langfuse's parameters as questions of ours."""

import json
from typing import Any

import pytest

from pilothouse.domain.errors import BadRequest
from pilothouse.protocols.langfuse import questions
from pilothouse.query.filters import show


def shown(view: Any, *conditions: dict[str, Any]) -> str:
    return show(questions.parsed(json.dumps(conditions), view))


def condition(column: str, operator: str, value: Any = None, **given: Any) -> dict[str, Any]:
    return {"type": "any", "column": column, "operator": operator, "value": value, **given}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (condition("name", "=", "a"), "name:a"),
        (condition("User ID", "<>", "ada"), "-user:ada"),
        (condition("type", "any of", ["TOOL", "GENERATION"]), "kind:tool,llm"),
        (condition("level", "none of", ["ERROR"]), "-level:error"),
        (condition("tags", "all of", ["a", "b"]), "tags:a tags:b"),
        (condition("latency", ">", 1.5), "latency:>1500000us"),
        (condition("totalCost", "<=", 0.25), "cost:<=0.25"),
        (condition("totalTokens", ">=", 100), "tokens:>=100.0"),
        (condition("input", "contains", "hello"), "input:*hello*"),
        (condition("output", "does not contain", "x"), "-output:*x*"),
        (condition("model", "starts with", "gpt"), "model:gpt*"),
        (condition("model", "ends with", "mini"), "model:*mini"),
        (condition("metadata", "=", "gold", key="tier"), "metadata.tier:gold"),
        (condition("sessionId", "is null"), "-session:*"),
        (condition("sessionId", "is not null"), "session:*"),
        (condition("isRootObservation", "=", True), "root:true or -parent:*"),
        (condition("isRootObservation", "<>", True), "-(root:true or -parent:*)"),
        (condition("id", "=", "x"), "span:x"),
    ],
)
def test_conditions_on_observations(given: dict[str, Any], expected: str) -> None:
    assert shown("spans", given) == expected


def test_conditions_on_traces_are_about_the_trace() -> None:
    assert shown("traces", condition("name", "=", "a")) == "trace_name:a"
    assert shown("traces", condition("id", "=", "x")) == "trace:x"


def test_times_are_read_with_their_zone() -> None:
    given = condition("startTime", ">=", "2026-11-25T18:00:00+08:00")
    assert shown("spans", given) == "time:>=2026-11-25T10:00:00"


def test_all_conditions_must_hold() -> None:
    both = shown("spans", condition("name", "=", "a"), condition("model", "=", "b"))
    assert both == "name:a model:b"


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"column":"name"}',
        json.dumps([condition("colour", "=", "red")]),
        json.dumps([condition("name", "sounds like", "a")]),
        json.dumps([condition("latency", ">", "long")]),
        json.dumps([condition("startTime", ">", "soon")]),
    ],
)
def test_conditions_that_are_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        questions.parsed(text, "spans")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, "-start_time"),
        ("timestamp.desc", "-start_time"),
        ("timestamp.asc", "start_time"),
        ("totalCost.desc", "-cost"),
        ("unheard.of", "-start_time"),
    ],
)
def test_orders(text: str | None, expected: str) -> None:
    assert str(questions.ordered("traces", text)) == expected


def test_pages_are_counted() -> None:
    paging = questions.Paging(page=3, limit=20)
    assert paging.question("traces", questions.within(None, None), None).offset == 40
    assert paging.meta(41) == {"page": 3, "limit": 20, "totalItems": 41, "totalPages": 3}
    assert paging.meta(0)["totalPages"] == 0
