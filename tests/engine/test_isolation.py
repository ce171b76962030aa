"""Two projects never see one another, whatever is asked."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest

from pilothouse.domain.evaluation import Target
from pilothouse.domain.outcome import IngestCount, RejectedItem
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.query import charts, fields
from pilothouse.query.arrivals import ArrivalQuestion
from pilothouse.query.charts import ChartQuestion
from pilothouse.query.prompts import PromptQuestion, Slice
from pilothouse.store.clickhouse.engine import Engine, Params, Row
from pilothouse.store.clickhouse.reader import Reader
from pilothouse.store.clickhouse.writer import Writer
from tests.engine.family import DAY_OF_IT, START, call, question, score, span

_EVERYTHING = "user:* or -text:nothing or score:* or latency:>0 or model:g* or metadata.k:* or x"
_TABLES = re.compile(r"\bFROM (spans|scores|trace_times|ingest_counts|rejected_items)\b")
_GUARDED = re.compile(
    r"\bFROM (?:spans|scores|trace_times|ingest_counts|rejected_items)(?: FINAL)?\n"
    r"WHERE project_id = \{project:String\}\n  AND "
)


class Listening:
    """An engine that remembers what it was asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.asked: list[str] = []

    def select(self, sql: str, params: Params | None = None) -> list[Row]:
        self.asked.append(sql)
        return self._engine.select(sql, params)


def _chart(name: str) -> ChartQuestion:
    key = "quality" if name == "score" else ""
    return ChartQuestion(
        "traces",
        (charts.measure(name, None, key),),
        DAY_OF_IT,
        (charts.dimension("model"),),
        filter=question("traces", "user:* or kind:llm").filter,
    )


def _calls(reader: Reader, scope: Scope) -> Iterator[tuple[str, Any]]:
    """Every method of the reader, asked for all there is."""
    model = fields.named("model")
    metadata = fields.named("metadata")
    yield "spans", reader.spans(scope, question("spans", _EVERYTHING))
    yield "span", reader.span(scope, "t", "s", 10)
    yield "find_span", reader.find_span(scope, "s")
    spans, its_scores = reader.trace(scope, "t", None, 10)
    yield "trace", [*spans, *its_scores]
    yield "calls_of_trace", reader.calls_of_trace(scope, "t", None, 10)
    yield "spans_of", reader.spans_of(scope, ["t"])
    yield "places_of", reader.places_of(scope, ["t"])
    yield "in_range", list(reader.in_range(scope, DAY_OF_IT, ""))
    yield "traces", reader.traces(scope, question("traces", _EVERYTHING))
    yield "traces", reader.traces(scope, question("traces", _EVERYTHING, "-cost"))
    yield "summaries", reader.summaries(scope, ["t"])
    yield "measured", reader.measured(scope, ["t"])
    yield "measured_spans", reader.measured_spans(scope, [("t", "s")])
    for target in Target:
        lately = ArrivalQuestion(
            target, DAY_OF_IT, 0, 2**60, question("traces", _EVERYTHING).filter
        )
        yield "arrived", reader.arrived(scope, lately)
    yield "numbers", reader.numbers(scope, ["t"])
    for view in ("spans", "traces", "sessions", "users", "scores"):
        yield "count", reader.count(scope, question(view))  # type: ignore[arg-type]
    yield "scores", reader.scores(scope, question("scores"))
    for by in ("target", "trace"):
        given = question("scores")
        yield "score_pairs", reader.score_pairs(scope, given, given, by, 5)[0]  # type: ignore[arg-type]
    yield "scores_of", reader.scores_of(scope, ["t"])
    yield "scores_of_sessions", reader.scores_of_sessions(scope, ["chat"])
    yield "scores_by_id", reader.scores_by_id(scope, ["id"])
    yield "sessions", reader.sessions(scope, question("sessions", _EVERYTHING))
    yield "session", reader.session(scope, "chat")
    yield "turns", reader.turns(scope, ["t"], 10)
    yield "users", reader.users(scope, question("users", _EVERYTHING))
    yield "facets", reader.facets(scope, "traces", [model], DAY_OF_IT, None, 5)[0][0]
    yield "values_like", reader.values_like(scope, model, "", "", DAY_OF_IT, 5)
    yield "values_like", reader.values_like(scope, metadata, "k", "", DAY_OF_IT, 5)
    yield "keys_like", reader.keys_like(scope, metadata, "", DAY_OF_IT, 5)
    yield "keys_like", reader.keys_like(scope, fields.named("score"), "", DAY_OF_IT, 5)
    yield "chart", reader.chart(scope, _chart("count"))
    yield "score_chart", reader.score_chart(scope, _chart("score"))
    yield "seen_models", reader.seen_models(scope, DAY_OF_IT)
    yield "releases", reader.releases(scope, DAY_OF_IT)
    linked = PromptQuestion("greeting", (Slice(2, DAY_OF_IT),))
    yield "prompt_calls", reader.prompt_calls(scope, linked)
    yield "prompt_scores", reader.prompt_scores(scope, linked)
    yield "ingest_counts", reader.ingest_counts(scope, DAY_OF_IT)
    yield "rejected_items", reader.rejected_items(scope, TimeRange(0, 2**51), 5)
    yield "last_received", reader.last_received(scope, DAY_OF_IT)
    yield "latest_trace", reader.latest_trace(scope, DAY_OF_IT)


@pytest.fixture
def full(write: Writer, scope: Scope) -> None:
    known = {"session_id": "chat", "user_id": "u", "metadata": {"k": '"v"'}, "input": "x"}
    known["release"] = "1.0"
    linked = {"prompt_name": "greeting", "prompt_version": 2}
    write.write([span(scope, "t", "root", **known), call(scope, "t", "s", 1, **known, **linked)])
    write.write(
        [
            score(scope, "id", "t"),
            score(scope, "of call", "t", span_id="s"),
            score(scope, "of session", "", session_id="chat"),
        ]
    )
    write.write([IngestCount(project_id=scope.project_id, time=START, outcome="accepted", items=1)])
    moment = 1_795_000_000_000_000
    write.write([RejectedItem(project_id=scope.project_id, time=moment, reason="x", message="m")])


@pytest.mark.usefixtures("full")
def test_another_project_sees_nothing(embedded: Engine, scope: Scope) -> None:
    reader = Reader(embedded)
    for name, answer in _calls(reader, scope):
        assert answer, f"{name} says nothing to the project that has it"
    for name, answer in _calls(reader, Scope("another")):
        assert not answer, f"{name} tells of another project"


@pytest.mark.usefixtures("full")
def test_every_table_is_printed_with_its_guard(embedded: Engine, scope: Scope) -> None:
    listening = Listening(embedded)
    reader = Reader(listening)  # type: ignore[arg-type]
    asked = {name for name, _ in _calls(reader, scope)}
    public = {
        name
        for name, _ in inspect.getmembers(Reader, inspect.isfunction)
        if not name.startswith("_")
    }
    assert asked == public, "a method of the reader is missing from this walk"
    assert len(listening.asked) >= len(public)
    for sql in listening.asked:
        assert len(_TABLES.findall(sql)) == len(_GUARDED.findall(sql)) > 0, sql
