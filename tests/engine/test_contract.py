"""What the rooms above rely on, of both engines: the reader sees what the writer stored."""

import msgspec
import pytest

from pilothouse.domain.clock import MINUTE, now
from pilothouse.domain.errors import Unavailable
from pilothouse.domain.outcome import IngestCount, RejectedItem
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.domain.span import Span
from pilothouse.store.clickhouse.engine import Engine, EngineRefused, Remote
from pilothouse.store.clickhouse.reader import Reader
from pilothouse.store.clickhouse.writer import Writer
from tests.engine.family import DAY_OF_IT, START, call, question, score, span
from tests.serving import eventually


def test_a_span_comes_back_as_it_was(writer: Writer, reader: Reader, scope: Scope) -> None:
    whole = call(
        scope,
        "t",
        "s",
        first_token_time=START + 7,
        input='{"问题": "退款\\n\'\\"政策\\""}',
        output="plain {text} \\ with 'quotes' 🙂",
        metadata={"k.ey": '"v"', "z": "1", "a": "[]"},
        attributes={"x": "{}"},
        tags=["b", "a"],
        cost={"input": 0.005211, "output": 0.030941249999},
        total_cost=0.036152249999,
    )
    assert writer.write([whole]) == []
    assert reader.spans_of(scope, ["t"]) == [whole]


def test_costs_are_not_cut_off(writer: Writer, reader: Reader, scope: Scope) -> None:
    writer.write([call(scope, "t", f"s{n}", total_cost=0.1 + 0.2) for n in range(3)])
    assert reader.summaries(scope, ["t"])["t"].totals.total_cost == pytest.approx(0.9, abs=1e-15)


def test_the_highest_revision_is_the_span(writer: Writer, reader: Reader, scope: Scope) -> None:
    writer.write([span(scope, "t", "s", revision=2, name="newer")])
    writer.write([span(scope, "t", "s", revision=1, name="older")])
    assert [found.name for found in reader.spans_of(scope, ["t"])] == ["newer"]
    [(_, listed)] = reader.spans(scope, question("spans"))
    assert listed.name == "newer"


def test_what_is_deleted_is_gone(writer: Writer, reader: Reader, scope: Scope) -> None:
    writer.write([span(scope, "t", "s"), span(scope, "other", "s")])
    writer.write([span(scope, "t", "s", revision=2, is_deleted=1)])
    assert reader.spans_of(scope, ["t"]) == []
    assert reader.span(scope, "t", "s", None) is None
    assert reader.summaries(scope, ["t"]) == {}
    assert [found.head.trace_id for _, found in reader.traces(scope, question("traces"))] == [
        "other"
    ]
    assert reader.count(scope, question("spans")) == 1


def test_a_project_is_forgotten_and_no_other(
    writer: Writer, reader: Reader, engine: Engine, scope: Scope
) -> None:
    doomed = Scope(f"{scope.project_id}' OR 1 = 1 --")
    for each in (scope, doomed):
        writer.write([span(each, "t", "s")])
        writer.write([score(each, "a", "t")])
    writer.forget_project(doomed)
    for table in ("spans", "scores", "trace_times"):
        left = f"SELECT count() FROM {table} WHERE project_id = {{id:String}}"
        eventually(lambda left=left: engine.select(left, {"id": doomed.project_id}) == [[0]])
    assert len(reader.spans_of(scope, ["t"])) == len(reader.scores_of(scope, ["t"])) == 1


def test_a_record_that_is_refused_is_set_apart(writer: Writer, scope: Scope) -> None:
    good = [span(scope, "t", f"s{number}") for number in range(20)]
    bad = span(scope, "t", "bad", input_tokens=-1)
    refused = writer.write([*good[:7], bad, *good[7:]])
    assert [item for item, _ in refused] == [bad]
    assert all(words for _, words in refused)


def test_scores_by_trace_session_and_id(writer: Writer, reader: Reader, scope: Scope) -> None:
    scores = [
        score(scope, "a", "t"),
        score(scope, "b", "t", span_id="s", text="fine", data_type="categorical"),
        score(scope, "c", "", session_id="chat"),
    ]
    writer.write(scores)
    writer.write([score(scope, "a", "t", value=0.9, revision=2)])
    assert [(found.score_id, found.value) for found in reader.scores_of(scope, ["t"])] == [
        ("a", 0.9),
        ("b", 0.5),
    ]
    assert [found.score_id for found in reader.scores_of_sessions(scope, ["chat"])] == ["c"]
    assert [found.score_id for found in reader.scores_by_id(scope, ["b"])] == ["b"]


def test_walks_spans_with_usage(writer: Writer, reader: Reader, scope: Scope) -> None:
    calls = [call(scope, f"t{n % 7}", f"s{n:04}", at=n // 3) for n in range(4_500)]
    writer.write([*calls, span(scope, "t", "no usage"), call(scope, "t", "other", model="m")])
    pieces = list(reader.in_range(scope, DAY_OF_IT, "gpt-5"))
    found = [piece_span.span_id for piece in pieces for piece_span in piece]
    assert len(pieces) == 3
    assert sorted(found) == [each.span_id for each in calls]


def test_counts_and_rejected_items(writer: Writer, reader: Reader, scope: Scope) -> None:
    count = IngestCount(
        project_id=scope.project_id, time=START, outcome="accepted", items=3, bytes=10
    )
    writer.write([count])
    writer.write([count, msgspec.structs.replace(count, outcome="rejected", reason="bad_id")])
    hour = TimeRange(START - 60_000_000, START + 60_000_000)
    found = {each.outcome: each.items for each in reader.ingest_counts(scope, hour)}
    assert found == {"accepted": 6, "rejected": 3}
    assert reader.last_received(scope, hour) == START


def test_the_longest_delay_of_a_minute_is_kept(
    engine: Engine, writer: Writer, reader: Reader, scope: Scope
) -> None:
    for worst in (7, 9, 8):
        writer.write(
            [
                IngestCount(
                    project_id=scope.project_id,
                    time=START,
                    outcome="late",
                    reason="over_1h",
                    items=1,
                    worst=worst,
                )
            ]
        )
    engine.command("OPTIMIZE TABLE ingest_counts FINAL")
    hour = TimeRange(START - 60_000_000, START + 60_000_000)
    (found,) = reader.ingest_counts(scope, hour)
    assert (found.items, found.worst) == (3, 9)


def test_values_are_bound_not_printed(writer: Writer, reader: Reader, scope: Scope) -> None:
    strange = "'; DROP TABLE spans; -- \\ \\n {p0:String} \r\n\t\0\b`\"退款"
    writer.write([span(scope, strange, strange, name=strange, user_id=strange)])
    assert [found.name for found in reader.spans_of(scope, [strange])] == [strange]
    assert reader.span(scope, strange, strange, 5) is not None
    assert reader.find_span(scope, strange) is not None


@pytest.mark.parametrize(
    "texts", [[], ["a"], ["a", "", "退款 b"], ["a\0", "it's", "\\", "\t\n\r", ","]]
)
def test_lists_are_bound_whole(engine: Engine, texts: list[str]) -> None:
    (row,) = engine.select("SELECT {texts:Array(String)}", {"texts": texts})
    assert row == [texts]


def test_errors_say_whether_trying_again_helps(engine: Engine) -> None:
    with pytest.raises(EngineRefused):
        engine.select("SELECT nothing FROM nowhere")
    with pytest.raises(EngineRefused):
        engine.command("NOT A STATEMENT")
    with pytest.raises(Unavailable):
        Remote("clickhouse://default@127.0.0.1:9/default")


def test_an_empty_write_is_no_write(writer: Writer) -> None:
    nothing: list[Span] = []
    assert writer.write(nothing) == []


def test_rejected_items_are_kept(writer: Writer, reader: Reader, scope: Scope) -> None:
    moment = now()
    item = RejectedItem(project_id=scope.project_id, time=moment, reason="bad_id", message="no")
    writer.write([item])
    minute = TimeRange(moment - MINUTE, moment + MINUTE)
    assert reader.rejected_items(scope, minute, 10) == [item]
