"""The SQL that readers send, and the schema of a cluster, as text to be read in the diff.

`UPDATE_GOLDEN=1` writes the files anew.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pilothouse.domain.evaluation import Target
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.query import charts, fields
from pilothouse.query.arrivals import ArrivalQuestion, Arrived
from pilothouse.query.charts import ChartQuestion
from pilothouse.query.lists import ListQuestion, View, order
from pilothouse.query.parser import parse
from pilothouse.store.clickhouse import (
    arrivals,
    groups,
    lists,
    migrations,
    sampling,
    score_charts,
    scores,
)
from pilothouse.store.clickhouse import charts as chart_sql
from pilothouse.store.clickhouse.lists import Query

GOLDEN = Path(__file__).parent / "golden"
SCOPE = Scope("project")
WITHIN = TimeRange(1_790_000_000_000_000, 1_790_086_400_000_000)


def _same(name: str, text: str) -> None:
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    assert file.read_text("utf-8") == text


def _list(view: View, filter: str = "", by: str = "") -> ListQuestion:
    return ListQuestion(view, WITHIN, parse(filter), order(view, by), 50)


def _chart(view: charts.View, *measures: str, filter: str = "user:wzr") -> ChartQuestion:
    return ChartQuestion(
        view,
        tuple(
            charts.measure(name, None, "quality" if name == "score" else "") for name in measures
        ),
        WITHIN,
        (charts.dimension("model"),),
        "day",
        parse(filter),
        timezone="Asia/Shanghai",
    )


def _queries() -> Iterator[tuple[str, Query]]:
    rich = 'level:error latency:>2 model:gpt* (user:wzr or tags:a,b) "refund policy" -score.q:<0.5'
    yield "spans", lists.span_keys(SCOPE, _list("spans", rich), WITHIN, 51)
    yield "spans_by_cost", lists.span_keys(SCOPE, _list("spans", "", "-cost"), WITHIN, 51)
    yield "spans_by_key", lists.spans_by_key(SCOPE, [("t", "s")], [WITHIN], lists.LISTED)
    yield "traces", lists.trace_keys(SCOPE, _list("traces", rich), WITHIN, 51)
    yield "traces_by_cost", lists.trace_keys_by_total(SCOPE, _list("traces", "", "-cost"), 51)
    for target in Target:
        lately = ArrivalQuestion(target, WITHIN, 1, 2, parse("user:wzr errors:>0"), 50)
        yield f"arrived_{target}", arrivals.arrived(SCOPE, lately)
        last = Arrived(
            trace_id="" if target is Target.SESSION else "t",
            span_id="s" if target is Target.SPAN else "",
            session_id="c" if target is Target.SESSION else "",
            last=2,
        )
        lately = replace(lately, filter=None, after=last)
        yield f"arrived_{target}_on", arrivals.arrived(SCOPE, lately)
    yield "trace_times", lists.trace_times(SCOPE, ["t", "u"])
    yield "trace_summaries", lists.trace_summaries(SCOPE, ["t"], [WITHIN], lists.HEAD)
    yield "trace_spans", lists.spans_of_trace(SCOPE, "t", (7, "s"), 2000, [WITHIN])
    yield "span", lists.one_span(SCOPE, "t", "s", [WITHIN], 1000)
    yield "sessions", groups.groups(SCOPE, _list("sessions", "level:error"), 51)
    yield "session_sums", groups.session_sums(SCOPE, ["s"], [WITHIN], parse("level:error"))
    yield "session_ends", groups.session_ends(SCOPE, ["a", "b"], ["s"], [WITHIN])
    yield "users", groups.groups(SCOPE, _list("users", "", "-cost"), 51)
    faceted = [fields.named(name) for name in ("level", "model", "name")]
    yield "facets", groups.facets(SCOPE, "traces", faceted, WITHIN, parse("env:prod"), 30)
    yield "numbers", scores.numbers(SCOPE, ["t", "u"])
    yield "numbers_of_one_name", scores.numbers(SCOPE, ["t"], "quality")
    yield "rows", sampling.rows(SCOPE, WITHIN)
    yield "rows_by_slice", sampling.rows_by_slice(SCOPE, WITHIN, 900_000_000)
    yield "scores", scores.page(SCOPE, _list("scores"), 51)
    yield "chart_of_spans", chart_sql.chart(SCOPE, _chart("spans", "cost", "latency", "count"))
    yield "chart_of_traces", chart_sql.chart(SCOPE, _chart("traces", "cost", "latency", "count"))
    yield "chart_of_all_traces", chart_sql.chart(SCOPE, _chart("traces", "count", filter=""))
    yield "chart_of_scores", score_charts.measures(SCOPE, _chart("traces", "score"))


@pytest.mark.parametrize(
    ("name", "query"), [pytest.param(*each, id=each[0]) for each in _queries()]
)
def test_statements(name: str, query: Query) -> None:
    bound = "\n".join(f"-- {key} = {value!r}" for key, value in query.params.items())
    _same(f"{name}.sql", f"{query.sql}\n\n{bound}\n")


def test_the_schema_of_a_cluster() -> None:
    cluster = migrations.Cluster("main")
    for name, text in migrations.files():
        found = ";\n\n".join(migrations.statements(text, cluster))
        _same(f"cluster_{name}.sql", found + ";\n")


def test_rows_leave_every_shard() -> None:
    told = "ALTER TABLE spans DELETE WHERE project_id = 'p'"
    assert migrations.statements(told, migrations.Cluster("main")) == [
        "ALTER TABLE spans_local ON CLUSTER 'main' DELETE WHERE project_id = 'p'"
    ]
