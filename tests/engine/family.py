"""Small traces for tests."""

from typing import Any

from pilothouse.domain.clock import MINUTE, SECOND
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.domain.score import Score
from pilothouse.domain.span import Kind, Span
from pilothouse.query.lists import ListQuestion, View, order
from pilothouse.query.parser import parse

START = 1_790_000_000_000_000
"""2026-09-21T14:13:20Z"""
DAY_OF_IT = TimeRange(START - 60 * MINUTE, START + 24 * 60 * MINUTE)


def span(scope: Scope, trace_id: str, span_id: str, at: int = 0, **fields: Any) -> Span:
    """A span `at` seconds after the start, one second long unless told."""
    start = START + at * SECOND
    known: dict[str, Any] = {
        "end_time": start + SECOND,
        "name": span_id,
        "is_root": int(not fields.get("parent_id")),
        "revision": 1,
        **fields,
    }
    return Span(
        project_id=scope.project_id, trace_id=trace_id, span_id=span_id, start_time=start, **known
    )


def call(scope: Scope, trace_id: str, span_id: str, at: int = 0, **fields: Any) -> Span:
    """A model call with usage and cost."""
    known: dict[str, Any] = {
        "kind": Kind.LLM,
        "model": "gpt-5",
        "provider": "openai",
        "usage": {"input": 100, "output": 20},
        "input_tokens": 100,
        "output_tokens": 20,
        "total_tokens": 120,
        "cost": {"input": 0.001, "output": 0.002},
        "total_cost": 0.003,
        "cost_source": "catalogue",
        "parent_id": "root",
        **fields,
    }
    return span(scope, trace_id, span_id, at, **known)


def score(scope: Scope, score_id: str, trace_id: str, **fields: Any) -> Score:
    known: dict[str, Any] = {"name": "quality", "value": 0.5, "timestamp": START, "revision": 1}
    return Score(
        project_id=scope.project_id,
        score_id=score_id,
        trace_id=trace_id,
        **{**known, **fields},
    )


def question(view: View, filter: str = "", by: str = "", limit: int = 50) -> ListQuestion:
    return ListQuestion(view, DAY_OF_IT, parse(filter), order(view, by), limit)
