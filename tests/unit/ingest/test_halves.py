"""The rules by which halves become a whole, one by one."""

import itertools
from typing import Any

from pilothouse.domain.span import Span
from pilothouse.ingest.halves import Half, fold

_ids = itertools.count()


def half(time: int = 10, *, is_update: int = 0, **given: Any) -> Half:
    apart = {name: given.pop(name) for name in ("metadata", "tags", "id") if name in given}
    told = {"id": f"e{next(_ids)}", **apart}
    return Half(
        project_id="p",
        trace_id="t",
        span_id="s",
        time=time,
        is_update=is_update,
        fields=given,
        **told,
    )


def test_the_later_word_wins_whatever_the_order_of_arrival() -> None:
    early, late = half(1, name="early", output="x"), half(2, name="late")
    for halves in ([early, late], [late, early]):
        span = fold(halves)
        assert (span.name, span.output) == ("late", "x")


def test_at_the_same_time_an_update_comes_after_its_creation() -> None:
    span = fold([half(is_update=1, name="update"), half(name="creation")])
    assert span.name == "update"


def test_the_first_word_on_start_environment_and_kind_stays() -> None:
    span = fold(
        [
            half(1, start_time=5, environment="one", kind="llm"),
            half(2, start_time=6, environment="two", kind="span"),
        ]
    )
    assert (span.start_time, span.environment, span.kind) == (5, "one", "llm")


def test_a_creations_word_on_them_comes_before_an_updates() -> None:
    span = fold(
        [half(1, is_update=1, kind="span", start_time=5), half(2, kind="llm", start_time=6)]
    )
    assert (span.kind, span.start_time) == ("llm", 6)


def test_a_start_that_nobody_told_is_the_time_of_the_first_word() -> None:
    assert fold([half(7, name="a"), half(5, is_update=1, output="x")]).start_time == 5


def test_metadata_is_merged_in_depth() -> None:
    span = fold(
        [
            half(1, metadata={"a": '{"x":1,"y":{"z":2}}', "b": "1"}),
            half(2, metadata={"a": '{"y":{"w":3}}', "b": "[2]"}),
        ]
    )
    assert span.metadata == {"a": '{"x":1,"y":{"z":2,"w":3}}', "b": "[2]"}


def test_tags_are_united() -> None:
    assert fold([half(1, tags=["b"]), half(2, tags=["a", "b"])]).tags == ["a", "b"]


def test_maps_but_for_metadata_are_replaced_whole() -> None:
    span = fold([half(1, usage={"input": 1}), half(2, usage={"output": 2})])
    assert span.usage == {"output": 2}


def test_what_was_known_before_stays_where_nothing_new_is_said() -> None:
    base = Span(
        project_id="p",
        trace_id="t",
        span_id="s",
        start_time=3,
        name="known",
        output="old",
        metadata={"a": "1"},
        tags=["x"],
    )
    span = fold([half(9, start_time=8, output="new", metadata={"b": "2"}, tags=["y"])], base)
    assert (span.start_time, span.name, span.output) == (3, "known", "new")
    assert (span.metadata, span.tags) == ({"a": "1", "b": "2"}, ["x", "y"])
