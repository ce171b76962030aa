"""What pages ask, on the real engine."""

from dataclasses import replace
from typing import Any

import pytest

from pilothouse.domain.clock import DAY, HOUR, SECOND
from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.domain.evaluation import Target
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.domain.span import Kind, Level
from pilothouse.query.arrivals import ArrivalQuestion
from pilothouse.query.filters import And, Compare, Match, equal
from pilothouse.query.lists import Order
from pilothouse.query.parser import parse
from pilothouse.reading.service import Reading
from pilothouse.reading.totals import summed
from pilothouse.store.clickhouse.engine import Engine
from pilothouse.store.clickhouse.reader import Reader
from pilothouse.store.clickhouse.writer import Writer
from tests.engine.family import DAY_OF_IT, START, call, question, score, span


@pytest.fixture
def shop(write: Writer, scope: Scope) -> None:
    """Four traces: an answered question, an error, one of another user, one that still runs."""
    ask = {"user_id": "wzr", "session_id": "chat", "tags": ["beta"], "environment": "prod"}
    write.write(
        [
            span(
                scope,
                "a",
                "root",
                trace_name="support",
                input="I want a refund",
                output="Done",
                input_preview="I want a refund",
                output_preview="Done",
                **ask,
            ),
            call(
                scope,
                "a",
                "chat",
                1,
                input='[{"role":"user","content":"line\\nrefund please"}]',
                output='{"text": "foo.bar退款政策"}',
                trace_name="support",
                prompt_name="greet",
                first_token_time=START + SECOND + 200_000,
                **ask,
            ),
            call(scope, "a", "again", 2, model="gpt-5-mini", trace_name="support", **ask),
            span(scope, "b", "root", 100, trace_name="research", level=Level.ERROR, user_id="li"),
            call(
                scope,
                "b",
                "chat",
                101,
                model="claude",
                cost={},
                total_cost=0.0,
                cost_source="unpriced",
                level=Level.ERROR,
                status_message="rate limit",
                metadata={"tenant": '"acme"', "attempt": "3"},
                user_id="li",
            ),
            span(scope, "c", "root", 200, trace_name="support", end_time=START + 230 * SECOND),
            span(scope, "c", "tool", 201, kind=Kind.TOOL, parent_id="root", name="search"),
            call(scope, "d", "chat", 300, end_time=0, parent_id="not here", user_id="wzr"),
        ]
    )
    write.write(
        [
            score(scope, "s1", "a", value=0.25),
            score(scope, "s2", "a", value=0.75, timestamp=START + 5, source="annotation"),
            score(scope, "s3", "b", name="verdict", data_type="categorical", text="bad"),
            score(scope, "s4", "a", span_id="chat", name="span only", value=1, data_type="boolean"),
        ]
    )  # fmt: skip


def _traces(reading: Reading, scope: Scope, filter: str = "", by: str = "") -> list[str]:
    page = reading.traces(scope, question("traces", filter, by))
    return [item.head.trace_id for item in page.items]


def _spans(reading: Reading, scope: Scope, filter: str = "", by: str = "") -> list[str]:
    page = reading.spans(scope, question("spans", filter, by))
    return [f"{item.trace_id}/{item.span_id}" for item in page.items]


@pytest.mark.usefixtures("shop")
def test_one_row_for_each_trace_newest_first(reading: Reading, scope: Scope) -> None:
    page = reading.traces(scope, question("traces"))
    assert [item.head.trace_id for item in page.items] == ["d", "c", "b", "a"]
    assert page.next_cursor is None
    running, plain, wrong, answered = page.items
    assert answered.totals.spans == 3
    assert answered.totals.models == ["gpt-5", "gpt-5-mini"]
    assert answered.totals.total_tokens == 240
    assert answered.totals.total_cost == pytest.approx(0.006)
    assert answered.totals.end_time - answered.totals.start_time == 3 * SECOND
    assert answered.head.input_preview == "I want a refund"
    assert answered.scores == {"quality": 0.75, "span only": 1.0}
    assert (wrong.totals.errors, wrong.totals.unpriced) == (2, 1)
    assert wrong.scores == {"verdict": "bad"}
    assert plain.totals.end_time == START + 230 * SECOND
    assert (running.head.span_id, running.totals.end_time) == ("chat", 0)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("filter", "traces", "spans"),
    [
        ("level:error", "b", "b/chat b/root"),
        ("-level:error", "dca", "d/chat c/tool c/root a/again a/chat a/root"),
        ("name:support", "ca", ""),
        ("name:sup*", "ca", ""),
        ("name:(support or research)", "cba", ""),
        ("kind:tool", "c", "c/tool"),
        ("name:search", "", "c/tool"),
        ("model:gpt-5", "da", "d/chat a/chat"),
        ("model:GPT*", "da", "d/chat a/again a/chat"),
        ("model:claude,gpt-5-mini", "ba", "b/chat a/again"),
        ("-model:*", "c", "c/tool c/root b/root a/root"),
        ("provider:openai -model:claude", "da", "d/chat a/again a/chat"),
        ("user:wzr", "da", "d/chat a/again a/chat a/root"),
        ("-user:*", "c", "c/tool c/root"),
        ("session:chat", "a", "a/again a/chat a/root"),
        ("tags:beta", "a", "a/again a/chat a/root"),
        ("tag:be*", "a", "a/again a/chat a/root"),
        ("-tags:*", "dcb", "d/chat c/tool c/root b/chat b/root"),
        ("env:prod", "a", "a/again a/chat a/root"),
        ("prompt:greet", "a", "a/chat"),
        ("status:rate*", "b", "b/chat"),
        ("latency:>2s", "ca", "c/root"),
        ("latency:<1500ms", "d", "c/tool b/chat b/root a/again a/chat a/root"),
        ("latency:1s..2s", "b", "c/tool b/chat b/root a/again a/chat a/root"),
        ("ttft:<300ms", "a", "a/chat"),
        ("streamed:true", "a", "a/chat"),
        ("running:true", "d", "d/chat"),
        ("cost:>0.005", "a", ""),
        ("cost:>=0.003", "da", "d/chat a/again a/chat"),
        ("tokens:>200", "a", ""),
        ("input_tokens:100", "db", "d/chat b/chat a/again a/chat"),
        ("errors:>0", "b", "b/chat b/root"),
        ("spans:>2", "a", ""),
        ("pricing:unpriced", "b", "b/chat"),
        ("root:true level:error", "b", "b/root"),
        ("metadata.tenant:acme", "b", "b/chat"),
        ("metadata.tenant:a*", "b", "b/chat"),
        ("metadata.attempt:>2", "b", "b/chat"),
        ("metadata.attempt:3", "b", "b/chat"),
        ("-metadata:*", "dca", "d/chat c/tool c/root b/root a/again a/chat a/root"),
        ("usage.input:>50", "dba", "d/chat b/chat a/again a/chat"),
        ("score.quality:>0.5", "a", ""),
        ("score.verdict:bad", "b", ""),
        ('score."span only":true', "a", "a/chat"),
        ("score:*", "ba", "a/chat"),
        ("trace:a", "a", "a/again a/chat a/root"),
        ("span:tool", "c", "c/tool"),
        ("refund", "a", "a/chat a/root"),
        ("REFUND", "a", "a/chat a/root"),
        ("input:refund output:done", "a", "a/root"),
        ('"refund please"', "a", "a/chat"),
        ('"please refund"', "", ""),
        ("退款", "a", "a/chat"),
        ('"款政"', "a", "a/chat"),
        ("fund*", "a", "a/chat a/root"),
        ("nothinglikeit", "", ""),
        ("output:*", "a", "a/chat a/root"),
        ("user:wzr (model:gpt-5-mini or running:true)", "da", "d/chat a/again"),
        ("time:>2026-09-21T14:17:00Z", "d", "d/chat"),
    ],
)
def test_every_filter(reading: Reading, scope: Scope, filter: str, traces: str, spans: str) -> None:
    assert "".join(_traces(reading, scope, filter)) == traces
    assert " ".join(_spans(reading, scope, filter)) == spans


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    "by", ["-latency", "latency", "-cost", "tokens", "-errors", "-spans", "name"]
)
def test_traces_in_other_orders(reading: Reading, scope: Scope, by: str) -> None:
    whole = _traces(reading, scope, by=by)
    assert sorted(whole) == ["a", "b", "c", "d"]
    assert whole == _in_pages(reading, scope, by)
    if by == "-cost":
        assert whole[0] == "a"


def _in_pages(reading: Reading, scope: Scope, by: str) -> list[str]:
    asked = question("traces", "", by, limit=1)
    found: list[str] = []
    cursor = None
    while True:
        page = reading.traces(scope, asked.at(cursor))
        found += [item.head.trace_id for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return found


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    "by", ["start_time", "-start_time", "-latency", "ttft", "-cost", "tokens", "name"]
)
def test_spans_in_pages_are_the_whole(reading: Reading, scope: Scope, by: str) -> None:
    whole = _spans(reading, scope, by=by)
    assert len(whole) == 8
    asked = question("spans", "", by, limit=3)
    found: list[str] = []
    page = reading.spans(scope, asked)
    while True:
        found += [f"{item.trace_id}/{item.span_id}" for item in page.items]
        if page.next_cursor is None:
            break
        page = reading.spans(scope, asked.at(page.next_cursor))
    assert found == whole


@pytest.mark.usefixtures("shop")
def test_a_cursor_belongs_to_its_question(reading: Reading, scope: Scope) -> None:
    page = reading.traces(scope, question("traces", limit=1))
    with pytest.raises(BadRequest):
        question("traces", "level:error", limit=1).at(page.next_cursor)
    with pytest.raises(BadRequest):
        question("traces").at("no cursor")


def test_pages_over_days(write: Writer, reading: Reading, scope: Scope) -> None:
    write.write([span(scope, f"t{n:03}", "root", at=n * 7_000) for n in range(120)])
    asked = replace(
        question("traces", limit=25),
        within=TimeRange(START, START + 30 * DAY),
        order=Order("start_time"),
    )
    found: list[str] = []
    page = reading.traces(scope, asked)
    while True:
        found += [item.head.trace_id for item in page.items]
        if page.next_cursor is None:
            break
        page = reading.traces(scope, asked.at(page.next_cursor))
    assert found == [f"t{n:03}" for n in reversed(range(120))]
    assert reading.count(scope, asked) == 120


def test_a_head_that_a_client_described_stands_for_its_trace(
    write: Writer, reading: Reading, scope: Scope
) -> None:
    write.write(
        [
            span(scope, "t", "", 0, kind=Kind.TRACE, end_time=0, trace_name="said", user_id="head"),
            span(scope, "t", "one", 5_000, user_id="root"),
            span(scope, "t", "two", 9_000, user_id="root"),
        ]
    )
    page = reading.traces(scope, question("traces"))
    [item] = page.items
    assert (item.head.span_id, item.head.user_id, item.totals.spans) == ("", "head", 2)
    assert _traces(reading, scope, "user:head") == ["t"]
    assert _traces(reading, scope, "user:root") == []
    assert _spans(reading, scope) == ["t/two", "t/one"]
    assert reading.span(scope, "t", "").span.trace_name == "said"


def test_a_trace_whose_root_comes_later(write: Writer, reading: Reading, scope: Scope) -> None:
    write.write([span(scope, "t", f"child{n}", n * 3_000, parent_id="root") for n in (1, 2, 3)])
    [item] = reading.traces(scope, question("traces")).items
    assert item.head.span_id == "child1"
    write.write([span(scope, "t", "root", 0, name="here")])
    [item] = reading.traces(scope, question("traces")).items
    assert (item.head.name, item.totals.spans) == ("here", 4)


def test_what_was_received_lately(write: Writer, reading: Reading, scope: Scope) -> None:
    known = [span(scope, "old", "root", 0), span(scope, "grows", "root", 1_000)]
    write.write(known)
    lately = START + 5_000 * SECOND
    write.write([span(scope, "grows", "more", 0, parent_id="root", revision=lately)])
    asked = "received:>=2026-09-21T15:00:00"
    assert _traces(reading, scope, asked) == ["grows"]
    assert _spans(reading, scope, asked) == ["grows/more"]
    assert _spans(reading, scope, f"-{asked}") == ["grows/root", "old/root"]


def test_what_arrived_lately_and_is_quiet(write: Writer, reading: Reading, scope: Scope) -> None:
    chat = {"session_id": "chat-of-arrivals"}
    write.write(
        [
            span(scope, "old", "root", 1, revision=10),
            span(scope, "quiet", "root", 2, revision=20, user_id="wzr", **chat),
            call(scope, "quiet", "c", 3, revision=30, parent_id="root"),
            span(scope, "busy", "root", 4, revision=25, user_id="wzr", **chat),
            call(scope, "busy", "c", 5, revision=40, parent_id="root"),
        ]
    )

    def found(target: Target, fits: str = "", until: int = 35) -> list[str]:
        asked = ArrivalQuestion(target, DAY_OF_IT, 15, until, parse(fits))
        return [
            "/".join(filter(None, (e.trace_id, e.span_id, e.session_id)))
            for e in reading.arrived(scope, asked)
        ]

    assert found(Target.TRACE) == ["quiet"]
    assert found(Target.TRACE, until=50) == ["quiet", "busy"]
    assert found(Target.TRACE, "user:wzr") == ["quiet"], "its head fits, whatever its news was"
    assert found(Target.TRACE, "user:somebody") == []
    assert found(Target.SPAN) == ["quiet/root", "busy/root", "quiet/c"]
    assert found(Target.SPAN, "kind:llm", until=50) == ["quiet/c", "busy/c"]
    asked = ArrivalQuestion(Target.SPAN, DAY_OF_IT, 15, 50, limit=2)
    first = reading.arrived(scope, asked)
    rest = reading.arrived(scope, replace(asked, after=first[-1]))
    pages = [each.span_id for each in (*first, *rest)]
    assert pages == ["root", "root", "c", "c"], "pages go on where they ended"
    assert found(Target.SESSION) == ["chat-of-arrivals"]
    assert found(Target.SESSION, until=24) == [], "news after that"


def test_a_trace_is_listed_where_its_head_is(write: Writer, reading: Reading, scope: Scope) -> None:
    write.write([span(scope, "t", "root", 0), span(scope, "t", "late", 50_000, parent_id="root")])
    late = TimeRange(START + 40_000 * SECOND, START + 60_000 * SECOND)
    assert reading.traces(scope, replace(question("traces"), within=late)).items == []
    assert _traces(reading, scope) == ["t"]


@pytest.mark.usefixtures("shop")
def test_sums_at_hand_are_the_sums_of_the_store(
    reading: Reading, scope: Scope, embedded: Engine
) -> None:
    reader = Reader(embedded)
    for trace_id, summary in reader.summaries(scope, ["a", "b", "c", "d"]).items():
        at_hand = summed(reader.spans_of(scope, [trace_id]))
        assert at_hand.totals == summary.totals
        assert at_hand.head.span_id == summary.head.span_id


@pytest.mark.usefixtures("shop")
def test_a_trace_and_a_span(reading: Reading, scope: Scope) -> None:
    view = reading.trace(scope, "a")
    assert [item.span_id for item in view.spans] == ["root", "chat", "again"]
    assert len(view.scores) == 3
    piece = reading.span(scope, "a", "chat", 10)
    assert (len(piece.span.input), piece.input_size) == (10, 49)
    assert [each.name for each in piece.scores] == ["span only"]
    with pytest.raises(NotFound):
        reading.trace(scope, "none")
    with pytest.raises(NotFound):
        reading.span(scope, "a", "none")


def test_a_large_trace_opens_in_pages(write: Writer, reading: Reading, scope: Scope) -> None:
    count = 50_000
    spans = [span(scope, "big", "root")]
    spans += [
        span(scope, "big", f"s{n:05}", n // 100, parent_id="root", total_cost=0.001, billable=1)
        for n in range(1, count)
    ]
    for first in range(0, count, 10_000):
        write.write(spans[first : first + 10_000])
    view = reading.trace(scope, "big", 2_000)
    assert (view.trace.totals.spans, len(view.spans)) == (count, 2_000)
    assert view.trace.totals.total_cost == pytest.approx((count - 1) * 0.001)
    seen = {item.span_id for item in view.spans}
    while view.next_cursor:
        view = reading.trace(scope, "big", 10_000, view.next_cursor)
        seen |= {item.span_id for item in view.spans}
    assert len(seen) == count


# -- sessions and users ------------------------------------------------------------------------


def test_a_conversation_shows_what_each_turn_added(
    write: Writer, reading: Reading, scope: Scope
) -> None:
    def told(*messages: tuple[str, str]) -> str:
        listed = ", ".join(f'{{"role": "{role}", "content": "{text}"}}' for role, text in messages)
        return f"[{listed}]"

    start = (("system", "be kind"), ("user", "hello"))
    second = (*start, ("assistant", "hi"), ("user", "and now?"))
    write.write(
        [
            span(scope, "t1", "r", 0, session_id="s", user_id="u", input=told(*start),
                 output=told(("assistant", "hi")), input_preview="hello"),
            span(scope, "t2", "r", 60, session_id="s", user_id="u"),
            call(scope, "t2", "c", 61, session_id="s", user_id="u", parent_id="r",
                 input=told(*second), output=told(*second, ("assistant", "later"))),
            span(scope, "t3", "r", 120, session_id="s", user_id="v", input="plain", output="text",
                 output_preview="text"),
        ]
    )  # fmt: skip
    write.write([score(scope, "x", "", session_id="s")])
    view = reading.session(scope, "s")
    assert [turn.trace.head.trace_id for turn in view.turns] == ["t1", "t2", "t3"]
    assert (view.session.traces, view.session.spans, view.session.users) == (3, 4, ["u", "v"])
    assert (view.session.first_input, view.session.last_output) == ("hello", "text")
    assert [len(turn.input_messages or ()) for turn in view.turns] == [2, 1, 1]
    assert view.turns[1].input_messages[0].parts[0].text == "and now?"  # type: ignore[index]
    assert [len(turn.output_messages or ()) for turn in view.turns] == [1, 1, 1]
    assert view.turns[2].input_messages[0].parts[0].text == "plain"  # type: ignore[index]
    assert len(view.scores) == 1
    first = reading.session(scope, "s", limit=1)
    assert [turn.trace.head.trace_id for turn in first.turns] == ["t1"]
    following = reading.session(scope, "s", limit=1, cursor=first.next_cursor)
    assert [len(turn.input_messages or ()) for turn in following.turns] == [1]
    third = reading.session(scope, "s", limit=1, offset=1)
    assert [turn.trace.head.trace_id for turn in third.turns] == ["t2"]
    assert [len(turn.input_messages or ()) for turn in third.turns] == [1]
    assert reading.session(scope, "s", limit=5, offset=2).next_cursor is None
    assert reading.session(scope, "s", limit=5, offset=3).turns == []
    [row] = reading.sessions(scope, question("sessions")).items
    assert (row.session_id, row.traces, row.first_input) == ("s", 3, "hello")
    with pytest.raises(NotFound):
        reading.session(scope, "none")


def test_a_session_whose_heads_tell_nothing_is_told_by_its_model_calls(
    write: Writer, reading: Reading, scope: Scope
) -> None:
    write.write(
        [
            span(scope, "a", "r", 0, session_id="s"),
            call(scope, "a", "c", 1, session_id="s", input_preview="hi", output_preview="hello"),
            span(scope, "b", "tool", 2, session_id="s", parent_id="c", output_preview="noise"),
        ]
    )
    [row] = reading.sessions(scope, question("sessions")).items
    assert (row.first_input, row.last_output) == ("hi", "hello")


def test_scores_of_a_session_are_its_own_and_those_of_its_traces(
    write: Writer, reading: Reading, scope: Scope
) -> None:
    write.write(
        [span(scope, trace, "r", at, session_id="s") for at, trace in enumerate(("a", "b"))]
        + [span(scope, "c", "r", 2, session_id="other")]
    )
    write.write(
        [
            score(scope, "1", "a", value=0.25),
            score(scope, "2", "b", value=0.75),
            score(scope, "3", "b", name="verdict", data_type="categorical", text="good"),
            score(scope, "4", "", session_id="s", name="solved", data_type="boolean", value=1.0),
        ]
    )
    rows = {row.session_id: row for row in reading.sessions(scope, question("sessions")).items}
    assert rows["s"].scores == {"quality": 0.5, "verdict": "good", "solved": 1.0}
    assert rows["other"].scores == {}
    assert reading.session(scope, "s").session.scores == rows["s"].scores


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    "by",
    [
        *("-last_seen", "first_seen", "-traces", "sessions", "-cost", "-tokens", "errors"),
        *("error_rate", "-error_rate"),
    ],
)
def test_users(reading: Reading, scope: Scope, by: str) -> None:
    asked = question("users", "", by, limit=1)
    page = reading.users(scope, asked)
    second = reading.users(scope, asked.at(page.next_cursor))
    rows = {row.user_id: row for row in (*page.items, *second.items)}
    assert second.next_cursor is None
    assert (rows["wzr"].traces, rows["wzr"].sessions, rows["wzr"].total_tokens) == (2, 1, 360)
    assert (rows["li"].errors, rows["li"].failed_traces, rows["li"].unpriced) == (2, 1, 1)
    if by.endswith("error_rate"):
        assert page.items[0].user_id == ("li" if by.startswith("-") else "wzr")
    assert reading.count(scope, asked) == 2


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    "by", ["-end_time", "start_time", "-traces", "cost", "-tokens", "errors", "-duration"]
)
def test_sessions_in_every_order(reading: Reading, scope: Scope, by: str) -> None:
    [row] = reading.sessions(scope, question("sessions", "", by)).items
    assert (row.session_id, row.spans) == ("chat", 3)
    assert reading.sessions(scope, question("sessions", "model:claude")).items == []


# -- values ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("shop")
def test_facets_count_what_the_list_would_show(reading: Reading, scope: Scope) -> None:
    names = ["level", "environment", "name", "model", "user", "tags", "kind"]
    for view, ids in (("traces", _traces), ("spans", _spans)):
        found, _ = reading.facets(scope, view, names, DAY_OF_IT)  # type: ignore[arg-type]
        for field, values in found.items():
            for each in values:
                shown = ids(reading, scope, f'{field}:"{each.value}"')
                assert len(shown) == each.count, (view, field, each)
    narrowed, _ = reading.facets(scope, "traces", ["model"], DAY_OF_IT, parse("level:error"))
    assert [(each.value, each.count) for each in narrowed["model"]] == [("claude", 1)]
    with pytest.raises(BadRequest):
        reading.facets(scope, "traces", ["latency"], DAY_OF_IT)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "text:"),
        ("mod", "model:"),
        ("-us", "user:"),
        ("model:", "gpt-5"),
        ("model:cl", "claude"),
        ("level:e", "error"),
        ("user:(wzr or l", "li"),
        ("metadata.", "tenant:"),
        ("metadata.tenant:", "acme"),
        ("score.", "quality:"),
        ("latency:", ">"),
        ("tags:b", "beta"),
    ],
)
def test_completion(reading: Reading, scope: Scope, text: str, expected: str) -> None:
    found = reading.complete(scope, text, len(text), DAY_OF_IT)
    assert expected in [item.text for item in found.items]
    assert 0 <= found.start <= found.end <= len(text)


def test_seen_models(write: Writer, reading: Reading, scope: Scope) -> None:
    write.write([call(scope, "t", f"s{n}", price_id="p") for n in range(3)])
    [seen] = reading.seen_models(scope, DAY_OF_IT)
    assert (seen.model, seen.provider, seen.calls, seen.price_id) == ("gpt-5", "openai", 3, "p")
    assert seen.total_cost == pytest.approx(0.009)


def test_a_label_of_what_was_scored_is_no_second_score(
    reading: Reading, write: Writer, scope: Scope
) -> None:
    label = {"source": "annotation", "value": 0.0}
    write.write([score(scope, "judge", "both", source="evaluator", value=1.0)])
    write.write([score(scope, "person", "both", **label), score(scope, "alone", "label", **label)])
    [found] = reading.numbers(scope, ["both", "label"])
    assert dict(zip(found.traces, found.values, strict=True)) == {"both": 1.0, "label": 0.0}


@pytest.mark.usefixtures("shop")
def test_scores_with_filters(reading: Reading, scope: Scope) -> None:
    def found(filter: Any) -> list[str]:
        page = reading.scores(scope, replace(question("scores"), filter=filter))
        return sorted(item.score_id for item in page.items)

    assert found(None) == ["s1", "s2", "s3", "s4"]
    assert found(Match("name", equal("quality"))) == ["s1", "s2"]
    assert found(Match("value", Compare(">", 0.5))) == ["s2", "s4"]
    assert found(Match("source", equal("annotation"))) == ["s2"]
    assert found(And((Match("user", equal("wzr")), Match("data_type", equal("numeric"))))) == [
        "s1",
        "s2",
    ]
    assert reading.score(scope, "s3").text == "bad"
    with pytest.raises(NotFound):
        reading.score(scope, "none")
    with pytest.raises(BadRequest):
        found(Match("colour", equal("red")))


@pytest.mark.usefixtures("shop")
def test_latest_trace(reading: Reading, scope: Scope) -> None:
    assert reading.latest_trace(scope, DAY_OF_IT) == "d"
    assert reading.latest_trace(scope, TimeRange(START - 2 * HOUR, START - HOUR)) == ""
