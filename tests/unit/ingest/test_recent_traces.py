"""Finished spans learn what their trace knows, in whatever order and over how many requests."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.domain.span import TOLD_TO_TRACE, Span
from pilothouse.ingest import recent_traces
from pilothouse.ingest.recent_traces import RecentTraces


def span(span_id: str, trace_id: str = "t", **given: Any) -> Span:
    return Span(project_id="p", trace_id=trace_id, span_id=span_id, start_time=1, **given)


def root(trace_id: str = "t") -> Span:
    return span("root", trace_id, is_root=1, trace_name="n", user_id="u", tags=["a"])


def test_a_child_before_its_root_is_written_again() -> None:
    recent = RecentTraces()
    child = span("c", parent_id="root")
    assert recent.catch_up([child]) == []
    again = recent.catch_up([root()])
    assert [(each.span_id, each.trace_name, each.user_id, each.tags) for each in again] == [
        ("c", "n", "u", ["a"])
    ]
    assert child.user_id == "", "the state on its way to the store is not touched"
    assert recent.catch_up([root()]) == []


def test_a_child_after_its_root_is_filled() -> None:
    recent = RecentTraces()
    recent.catch_up([root()])
    child = span("c", parent_id="root", user_id="own")
    assert recent.catch_up([child]) == []
    assert (child.trace_name, child.user_id) == ("n", "own")


def call(span_id: str, parent_id: str = "", **given: Any) -> Span:
    told = {"usage": {"input": 3}, "kind": "llm", "cost_source": "catalogue", "total_cost": 1.0}
    return span(span_id, parent_id=parent_id, **told | given)


def test_a_call_that_an_inner_one_reported_earlier_is_not_paid_again() -> None:
    recent = RecentTraces()
    inner, outer = call("inner", "step"), call("outer", "root")
    recent.catch_up([inner])
    assert recent.catch_up([span("step", parent_id="outer"), outer, call("root", is_root=1)]) == []
    assert (inner.billable, outer.billable) == (1, 0)
    assert (outer.cost_source, outer.total_cost) == ("", 0.0)


def test_a_call_that_came_before_the_one_inside_it_is_written_again_unpaid() -> None:
    recent = RecentTraces()
    outer = call("outer", "root")
    recent.catch_up([outer])
    again = recent.catch_up([call("inner", "outer")])
    assert [(each.span_id, each.billable) for each in again] == [("outer", 0)]
    assert outer.billable == 1, "the state on its way to the store is not touched"
    again = recent.catch_up([root()])
    assert {(each.span_id, each.billable, each.user_id) for each in again} == {
        ("outer", 0, "u"),
        ("inner", 1, "u"),
    }


def test_calls_beside_one_another_are_both_paid() -> None:
    recent = RecentTraces()
    first, second = call("a", "root"), call("b", "root")
    assert recent.catch_up([first]) == recent.catch_up([second]) == []
    assert (first.billable, second.billable) == (1, 1)


def test_a_name_that_a_child_was_told_beats_the_one_its_root_lends() -> None:
    recent = RecentTraces()
    recent.catch_up([span("c", parent_id="root", trace_name="told")])
    lending = span("root", is_root=1, name="main", trace_name="main")
    assert recent.catch_up([lending]) == []
    assert lending.trace_name == "told"
    late = span("d", parent_id="root")
    again_lending = span("root", is_root=1, name="main", trace_name="main")
    recent.catch_up([late, again_lending])
    assert (late.trace_name, again_lending.trace_name) == ("told", "told")


def test_a_root_lends_its_name_to_a_trace_without() -> None:
    recent = RecentTraces()
    recent.catch_up([span("c", parent_id="root")])
    again = recent.catch_up([span("root", is_root=1, name="main", trace_name="main")])
    assert [each.trace_name for each in again] == ["main"]


def test_a_root_has_what_spans_inside_were_told_for_the_whole_trace() -> None:
    recent = RecentTraces()
    told = {TOLD_TO_TRACE: '{"key":"\\"value\\"","other":"1"}'}
    recent.catch_up([span("a", scope="langfuse-sdk", tags=["b"], attributes=told)])
    head = span("r", scope="langfuse-sdk", tags=["a"], metadata={"other": "2"}, is_root=1)
    recent.catch_up([span("b", tags=["its own"]), head])
    assert head.tags == ["a", "b"]
    assert head.metadata == {"key": '"value"', "other": "2"}


def test_a_root_that_came_first_is_told_of_it_too() -> None:
    recent = RecentTraces()
    sdk = {"scope": "langfuse-sdk"}
    head = span("r", tags=["a"], metadata={"own": "1"}, is_root=1, revision=7, **sdk)
    assert recent.catch_up([head]) == []
    told = {TOLD_TO_TRACE: '{"key":"2","own":"3"}'}
    (again,) = recent.catch_up([span("a", tags=["b"], attributes=told, **sdk)])
    assert (again.span_id, again.tags, again.revision) == ("r", ["a", "b"], 0)
    assert again.metadata == {"key": "2", "own": "1"}
    assert (head.tags, head.metadata) == (["a"], {"own": "1"}), "it may still be underway"
    assert recent.catch_up([span("b", tags=["b"], attributes=told, **sdk)]) == []
    resent = span("r", tags=["a"], metadata={"own": "1"}, is_root=1, **sdk)
    assert recent.catch_up([resent]) == []
    assert (resent.tags, resent.metadata) == (again.tags, again.metadata)


def test_traces_and_projects_are_apart() -> None:
    recent = RecentTraces()
    recent.catch_up([root()])
    other, foreign = span("c", "other"), span("c")
    foreign.project_id = "q"
    recent.catch_up([other])
    recent.catch_up([foreign])
    assert (other.user_id, foreign.user_id) == ("", "")


def test_what_could_not_be_written_comes_with_the_next_request() -> None:
    recent = RecentTraces()
    recent.catch_up([span("c")])
    again = recent.catch_up([root()])
    recent.give_back(again)
    assert [each.span_id for each in recent.catch_up([root()])] == ["c"]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent_traces, "MOST_SPANS", 10)
    recent = RecentTraces()
    for n in range(100):
        recent.catch_up([span("c", f"t{n}")])
    assert recent.catch_up([root("t0")]) == []
    assert [each.span_id for each in recent.catch_up([root("t99")])] == ["c"]


@given(st.permutations([*"abcdef", "root"]), st.sets(st.integers(1, 6)))
def test_any_order_and_any_split_gives_the_same(order: list[str], cuts: set[int]) -> None:
    recent = RecentTraces()
    stored: dict[str, Span] = {}
    for start, end in itertools.pairwise([0, *sorted(cuts), len(order)]):
        spans = [
            root() if name == "root" else span(name, parent_id="root") for name in order[start:end]
        ]
        for each in [*recent.catch_up(spans), *spans]:
            stored[each.span_id] = each
    assert {each.user_id for each in stored.values()} == {"u"}
    assert {tuple(each.tags) for each in stored.values()} == {("a",)}
    assert len(stored) == 7
