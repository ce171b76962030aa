"""Halves become whole spans, however they come; on both relational stores."""

import itertools
import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilothouse.domain.clock import DAY, HOUR, MINUTE, SECOND
from pilothouse.domain.span import Kind, Span
from pilothouse.ingest import joining as joining_module
from pilothouse.ingest.halves import Half
from pilothouse.ingest.intake import Revisions
from pilothouse.ingest.joining import Joining
from pilothouse.store.relational.database import Database
from tests.databases import new_sqlite
from tests.unit.ingest.memory import AtOnce, Memory

T = 1_795_600_000_000_000
_ids = itertools.count()


def joining(database: Database, store: Memory) -> Joining:
    return Joining(database, store, store, lambda spans: None, Revisions().next, AtOnce())


def half(span_id: str = "s", time: int = T, **given: Any) -> Half:
    known = {"id", "is_update", "metadata", "tags", "trace_id", "project_id"}
    told = {name: given.pop(name) for name in list(given) if name in known}
    told = {"id": f"e{next(_ids)}", "project_id": "p", "trace_id": "t", **told}
    return Half(span_id=span_id, time=time, fields=given, **told)


def head(time: int = T, **given: Any) -> Half:
    return half("", time, kind=Kind.TRACE, is_root=1, **given)


def test_two_halves_in_two_batches_are_one_span(database: Database) -> None:
    store = Memory()
    joined = joining(database, store)
    joined.write([half(start_time=T, name="a", input="i")])
    assert store.live()["t", "s"].end_time == 0
    joined.write([half(time=T + SECOND, is_update=1, end_time=T + SECOND, output="o")])
    span = store.live()["t", "s"]
    assert (span.name, span.input, span.output) == ("a", "i", "o")
    assert span.end_time == T + SECOND


def test_what_was_joined_is_written_once_it_has_settled(database: Database) -> None:
    store, go = Memory(), threading.Event()
    with ThreadPoolExecutor(1) as inserting:
        inserting.submit(go.wait, 5)
        joined = Joining(database, store, store, lambda spans: None, Revisions().next, inserting)
        rest = joined.write([half(start_time=T, name="a")])
        assert not rest.done()
        threading.Timer(0.02, go.set).start()
        joined.settle()
        assert store.live()["t", "s"].name == "a"


def test_an_update_before_its_creation_moves_the_row(database: Database) -> None:
    store = Memory()
    joined = joining(database, store)
    joined.write([half(time=T, is_update=1, output="o")])
    joined.write([half(time=T, start_time=T - HOUR, name="a")])
    span = store.live()["t", "s"]
    assert (span.start_time, span.name, span.output) == (T - HOUR, "a", "o")


def test_a_repeated_request_changes_nothing(database: Database) -> None:
    store = Memory()
    joined = joining(database, store)
    halves = [head(name="n", tags=["a"]), half(start_time=T, metadata={"a": "1"})]
    joined.write(halves)
    before = without_revision(store)
    for _ in range(3):
        joined.write(msgspec.convert(msgspec.to_builtins(halves), list[Half]))
    assert without_revision(store) == before


@pytest.mark.parametrize("head_first", [True, False])
def test_every_span_carries_what_the_head_tells(database: Database, head_first: bool) -> None:
    store = Memory()
    joined = joining(database, store)
    told = head(start_time=T, trace_name="n", user_id="u", session_id="s", release="r", tags=["x"])
    batches = [[told], [half("a", start_time=T)], [half("b", start_time=T, version="own")]]
    for batch in batches if head_first else reversed(batches):
        joined.write(batch)
    for span_id in ("a", "b"):
        span = store.live()["t", span_id]
        carried = (span.trace_name, span.user_id, span.session_id, span.release, span.tags)
        assert carried == ("n", "u", "s", "r", ["x"])
        assert span.is_root == 0
    assert store.live()["t", "b"].version == "own"
    assert store.live()["t", ""].is_root == 1


def test_a_changed_head_reaches_spans_that_inherited_the_old_one(database: Database) -> None:
    store = Memory()
    joined = joining(database, store)
    joined.write([head(user_id="ada"), half("a", start_time=T), half("b", user_id="own")])
    joined.write([head(time=T + 1, user_id="bob", tags=["late"])])
    assert store.live()["t", "a"].user_id == "bob"
    assert store.live()["t", "a"].tags == ["late"]
    assert store.live()["t", "b"].user_id == "own"


def test_a_span_alone_stands_for_its_trace_until_the_head_comes(database: Database) -> None:
    store = Memory()
    joined = joining(database, store)
    joined.write([half("a", start_time=T)])
    assert store.live()["t", "a"].is_root == 1
    joined.write([head()])
    assert store.live()["t", "a"].is_root == 0


def test_a_half_without_a_trace_finds_that_of_its_span(database: Database) -> None:
    store = Memory()
    joined = joining(database, store)
    joined.write([half("a", start_time=T)])
    joined.write([half("a", trace_id="", is_update=1, output="o")])
    joined.write([half("lonely", trace_id="", name="x")])
    assert store.live()["t", "a"].output == "o"
    assert store.live()["lonely", "lonely"].name == "x"


def test_projects_are_apart(database: Database) -> None:
    store = Memory()
    joined = joining(database, store)
    joined.write(
        [half(start_time=T, name="mine"), half(project_id="q", start_time=T, name="other")]
    )
    assert {(row.project_id, row.name) for row in store.rows.values()} == {
        ("p", "mine"),
        ("q", "other"),
    }


def test_late_words_find_a_trace_that_was_let_go(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Memory()
    joined = joining(database, store)
    joined.write(
        [
            head(start_time=T, user_id="ada", metadata={"a": "1"}),
            half("a", start_time=T, end_time=T, input="i"),
        ]
    )
    monkeypatch.setattr(joining_module, "now", lambda: T + DAY * 400)
    monkeypatch.setattr(joining_module, "KEEP_RECORDS", DAY * 1_000)
    assert joined.let_go() == 1
    assert joined.let_go() == 0
    joined.write([half("a", time=T + DAY, is_update=1, output="o")])
    joined.write([head(time=T + DAY, user_id="bob", metadata={"b": "2"})])
    span, root = store.live()["t", "a"], store.live()["t", ""]
    assert (span.input, span.output, span.user_id) == ("i", "o", "bob")
    assert (root.metadata, root.start_time) == ({"a": "1", "b": "2"}, T)


def test_the_head_of_a_finished_trace_changes_its_root(database: Database) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    store = Memory()
    root = finished(trace, "r", is_root=1, user_id="ada", input="question", name="root")
    store.write([root, finished(trace, "c", parent_id="r", user_id="ada")])
    joined = joining(database, store)
    joined.write([head(trace_id=trace, trace_name="new", user_id="bob", tags=["good"])])
    live = store.live()
    assert set(live) == {(trace, "r"), (trace, "c")}
    assert live[trace, "r"].input == "question"
    assert (live[trace, "r"].name, live[trace, "r"].is_root) == ("root", 1)
    for span in live.values():
        assert (span.trace_name, span.user_id, span.tags) == ("new", "bob", ["good"])


def test_many_changes_of_one_span_are_folded(database: Database) -> None:
    store = Memory()
    joined = joining(database, store)
    for n in range(150):
        joined.write([half(time=T + n, start_time=T, metadata={f"k{n}": str(n)}, output=f"{n}")])
    span = store.live()["t", "s"]
    assert (len(span.metadata), span.output) == (150, "149")


def test_two_processes_with_a_half_each_leave_one_whole(database: Database) -> None:
    store = Memory()
    for n in range(20):
        trace = f"t{n}"
        halves = [
            [half(trace_id=trace, start_time=T, name="a")],
            [half(trace_id=trace, is_update=1, output="o", end_time=T + 1)],
            [head(trace_id=trace, user_id="u")],
        ]
        at_once([lambda each=each: joining(database, store).write(each) for each in halves])
    for n in range(20):
        span = store.live()[f"t{n}", "s"]
        assert (span.name, span.output, span.end_time, span.user_id) == ("a", "o", T + 1, "u")


def at_once(calls: Sequence[Any]) -> None:
    failures: list[BaseException] = []

    def run(call: Any) -> None:
        try:
            call()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def finished(trace_id: str, span_id: str, **given: Any) -> Span:
    return Span(
        project_id="p",
        trace_id=trace_id,
        span_id=span_id,
        start_time=T,
        end_time=T + 1,
        protocol="otlp",
        revision=1,
        **given,
    )


def without_revision(store: Memory) -> dict[Any, str]:
    return {
        key: json.dumps(msgspec.to_builtins(msgspec.structs.replace(span, revision=0)))
        for key, span in store.live().items()
    }


# Any order and any split into batches of the same halves gives the same spans.

_times = st.integers(T, T + 3 * MINUTE)
_span_fields = st.fixed_dictionaries(
    {},
    optional={
        "start_time": _times,
        "end_time": _times,
        "name": st.sampled_from(["", "a", "b"]),
        "input": st.sampled_from(["x", "y"]),
        "output": st.sampled_from(["x", "y"]),
        "parent_id": st.sampled_from(["", "s1"]),
        "environment": st.sampled_from(["one", "two"]),
    },
)
_head_fields = st.fixed_dictionaries(
    {},
    optional={
        "start_time": _times,
        "trace_name": st.sampled_from(["", "n", "m"]),
        "user_id": st.sampled_from(["", "u", "v"]),
        "environment": st.sampled_from(["one", "two"]),
        "public": st.integers(0, 1),
    },
)
_metadata = st.dictionaries(
    st.sampled_from("ab"), st.sampled_from(["1", '{"x":1}', '{"y":{"z":2}}', '{"x":null}'])
)


@st.composite
def _halves(draw: st.DrawFn) -> list[Half]:
    halves: list[Half] = []
    for n in range(draw(st.integers(1, 8))):
        span_id = draw(st.sampled_from(["", "s1", "s2"]))
        fields = draw(_span_fields if span_id else _head_fields)
        fields["kind"] = "span" if span_id else "trace"
        halves.append(
            Half(
                id=f"h{n}",
                project_id="p",
                trace_id=draw(st.sampled_from(["t1", "t2"])),
                span_id=span_id,
                time=draw(st.integers(T, T + 3)),
                is_update=draw(st.integers(0, 1)) if span_id else 0,
                fields=fields,
                metadata=draw(_metadata),
                tags=[] if span_id else draw(st.lists(st.sampled_from("xyz"))),
            )
        )
    return halves


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_halves(), st.data())
def test_order_and_batches_do_not_matter(
    tmp_path: Path, halves: list[Half], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(halves))
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(halves) - 1)))))
    repeated = data.draw(st.integers(0, len(halves) - 1))
    batches = [shuffled[a:b] for a, b in itertools.pairwise([0, *cuts, len(halves)])]
    batches.append([shuffled[repeated]])
    database = new_sqlite(tmp_path / f"{next(_ids)}.sqlite")
    try:
        at_once_store, in_pieces = Memory(), Memory()
        joining(database, at_once_store).write(of_project("p", halves))
        pieces = joining(database, in_pieces)
        for batch in batches:
            if batch:
                pieces.write(of_project("q", batch))
    finally:
        database.close()
    expected = {key: said(span) for key, span in at_once_store.live().items()}
    assert {key: said(span) for key, span in in_pieces.live().items()} == expected


def of_project(project_id: str, halves: Sequence[Half]) -> list[Half]:
    return [msgspec.structs.replace(each, project_id=project_id) for each in halves]


def said(span: Span) -> dict[str, Any]:
    told = msgspec.structs.asdict(span)
    return {name: told[name] for name in told if name not in ("revision", "project_id")}
