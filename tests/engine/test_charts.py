"""Every measure, aggregation, bucket and dimension of charts, on the real engine."""

from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pilothouse.domain.clock import DAY, HOUR, SECOND
from pilothouse.domain.errors import BadRequest
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.domain.span import Level
from pilothouse.query import charts
from pilothouse.query.answers import ChartRows
from pilothouse.query.charts import AGGREGATIONS, ChartQuestion
from pilothouse.query.parser import parse
from pilothouse.reading.service import Reading
from pilothouse.store.clickhouse.writer import Writer
from tests.engine.family import DAY_OF_IT, START, call, score, span


@pytest.fixture
def calls(write: Writer, scope: Scope) -> None:
    write.write(
        [
            span(scope, "a", "root", 0, user_id="u", session_id="s", tags=["x", "y"]),
            call(scope, "a", "one", 1, user_id="u", first_token_time=START + SECOND + 250_000),
            call(scope, "a", "two", 2, end_time=START + 5 * SECOND, model="claude", user_id="u"),
            span(scope, "b", "root", 7_200, level=Level.ERROR, user_id="v"),
            call(scope, "b", "one", 7_201, total_cost=0.0, cost={}, cost_source="unpriced"),
            call(scope, "b", "again", 7_202, billable=0, metadata={"tenant": '"acme"'}),
        ]
    )
    write.write([score(scope, "1", "a", value=0.5), score(scope, "2", "b", value=1.0)])


def _ask(reading: Reading, scope: Scope, *measures: tuple[Any, ...], **more: Any) -> ChartRows:
    filter = parse(more.pop("filter", ""))
    view = more.pop("view", "spans")
    split = tuple(charts.dimension(each, view) for each in more.pop("dimensions", ()))
    question = ChartQuestion(
        view=view,
        measures=tuple(charts.measure(*each) for each in measures),
        within=more.pop("within", DAY_OF_IT),
        dimensions=split,
        filter=filter,
        **more,
    )
    return reading.chart(scope, charts.resolved(question))


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize(
    ("view", "measure", "expected"),
    [
        ("spans", ("count",), 6),
        ("spans", ("errors",), 1),
        ("spans", ("error_rate",), 1 / 6),
        ("spans", ("traces",), 2),
        ("spans", ("users",), 2),
        ("spans", ("sessions",), 1),
        ("spans", ("latency", "max"), 3 * SECOND),
        ("spans", ("latency", "avg"), 8 * SECOND / 6),
        ("spans", ("time_to_first_token", "avg"), 250_000),
        ("spans", ("input_tokens",), 300),
        ("spans", ("output_tokens", "avg"), 20),
        ("spans", ("total_tokens", "max"), 120),
        ("spans", ("tokens", "sum", "output"), 60),
        ("spans", ("tokens_per_second", "max"), 20 * SECOND / 750_000),
        ("spans", ("cost",), 0.006),
        ("spans", ("cost", "avg"), 0.003),
        ("spans", ("score", "avg", "quality"), 0.75),
        ("traces", ("count",), 2),
        ("traces", ("errors",), 1),
        ("traces", ("error_rate",), 0.5),
        ("traces", ("traces",), 2),
        ("traces", ("users",), 2),
        ("traces", ("sessions",), 1),
        ("traces", ("latency", "max"), 5 * SECOND),
        ("traces", ("time_to_first_token", "avg"), 1_250_000),
        ("traces", ("input_tokens",), 300),
        ("traces", ("total_tokens", "max"), 240),
        ("traces", ("tokens", "sum", "input"), 300),
        ("traces", ("cost", "avg"), 0.006),
        ("traces", ("score", "max", "quality"), 1.0),
    ],
)
def test_measures(
    reading: Reading, scope: Scope, view: str, measure: tuple[str, ...], expected: float
) -> None:
    found = _ask(reading, scope, measure, view=view)
    assert found.rows == [[pytest.approx(expected)]]


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize("view", ["spans", "traces"])
def test_every_aggregation_answers(reading: Reading, scope: Scope, view: str) -> None:
    for name, ways in AGGREGATIONS.items():
        if name == "value":
            continue
        for way in dict.fromkeys(ways):
            key = {"tokens": "input", "score": "quality"}.get(name, "")
            found = _ask(reading, scope, (name, way, key), view=view)
            assert len(found.rows) == 1
            assert found.rows[0][0] is not None, (name, way)
            if way == "histogram":
                assert all(low <= high for low, high, _ in found.rows[0][0])


@pytest.mark.usefixtures("calls")
def test_scores_by_themselves(reading: Reading, scope: Scope) -> None:
    for way in AGGREGATIONS["value"]:
        assert len(_ask(reading, scope, ("value", way), view="scores").rows) == 1
    found = _ask(reading, scope, ("count",), dimensions=("name", "user"), view="scores")
    assert {row[0] for row in found.rows} == {"quality"}
    assert {row[1] for row in found.rows} == {"u", "v"}
    with pytest.raises(BadRequest):
        _ask(reading, scope, ("latency",), view="scores")
    with pytest.raises(BadRequest):
        _ask(reading, scope, ("value",), view="spans")
    with pytest.raises(BadRequest):
        _ask(reading, scope, ("count",), dimensions=("provider",), view="scores")


@pytest.mark.usefixtures("calls")
def test_dimensions(reading: Reading, scope: Scope) -> None:
    found = _ask(reading, scope, ("count",), ("cost",), dimensions=("model",))
    assert found.columns == ["model", "count_count", "sum_cost"]
    assert found.rows == [["gpt-5", 3, 0.003], ["", 2, 0], ["claude", 1, 0.003]]
    found = _ask(
        reading, scope, ("count",), dimensions=("tags",), filter="root:true", view="traces"
    )
    assert sorted(found.rows) == [["", 1], ["x", 1], ["y", 1]]
    found = _ask(reading, scope, ("count",), dimensions=("metadata.tenant",), filter="metadata:*")
    assert found.rows == [["acme", 1]]
    found = _ask(
        reading, scope, ("score", "avg", "quality"), ("count",), dimensions=("user",), view="traces"
    )
    assert sorted(found.rows) == [["u", 0.5, 1], ["v", 1.0, 1]]
    found = _ask(reading, scope, ("count",), dimensions=("model",), order="model", limit=1)
    assert (found.rows, len(found.warnings)) == ([["", 2]], 1)


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize("view", ["spans", "traces"])
def test_a_cost_that_nobody_knows_is_not_zero(
    reading: Reading, write: Writer, scope: Scope, view: str
) -> None:
    unpriced = {"total_cost": 0.0, "cost": {}, "cost_source": "unpriced"}
    write.write(
        [
            span(scope, "c", "root", 3, trace_name="mixed"),
            call(scope, "c", "one", 4, trace_name="mixed"),
            call(scope, "c", "two", 5, trace_name="mixed", **unpriced),
            span(scope, "d", "root", 6, trace_name="unknown"),
            call(scope, "d", "one", 7, trace_name="unknown", **unpriced),
            span(scope, "e", "root", 8, trace_name="free"),
        ]
    )
    costs: list[tuple[str, ...]] = [("cost",), ("cost", "avg"), ("cost", "max"), ("cost", "p95")]
    measures = [("count",), *costs]
    found = _ask(reading, scope, *measures, dimensions=("trace_name",), view=view)
    rows = {row[0]: row[2:] for row in found.rows}
    one = pytest.approx(0.003)
    assert rows["mixed"] == [one, one, one, one]
    assert rows["unknown"] == [None, None, None, None]
    assert rows["free"] == [0, None, None, None]
    dearest_first = _ask(
        reading, scope, ("cost",), dimensions=("trace_name",), view=view, order="-sum_cost"
    )
    assert dearest_first.rows[-1] == ["unknown", None]


@pytest.mark.usefixtures("calls")
def test_time_in_buckets(reading: Reading, scope: Scope) -> None:
    within = TimeRange(START - HOUR // 2, START + 3 * HOUR)
    found = _ask(reading, scope, ("count",), bucket="hour", within=within)
    assert [row[1] for row in found.rows] == [3, 3]
    assert all(row[0] in found.times for row in found.rows)
    assert found.partial == [found.times[0], found.times[-1]]
    with_scores = _ask(
        reading, scope, ("score", "avg", "quality"), ("count",), bucket="hour", within=within
    )
    assert [row[1:] for row in with_scores.rows] == [[0.75, 3], [None, 3]]


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York", "Asia/Kolkata"])
@pytest.mark.parametrize("bucket", ["minute", "hour", "day", "week", "month", "auto"])
@pytest.mark.parametrize("view", ["spans", "traces"])
def test_buckets_of_the_store_are_those_of_the_answer(
    reading: Reading, scope: Scope, zone: str, bucket: str, view: str
) -> None:
    found = _ask(reading, scope, ("count",), bucket=bucket, timezone=zone, view=view)
    assert found.rows
    assert {row[0] for row in found.rows} <= set(found.times)
    assert found.times == sorted(found.times)


def test_days_follow_the_clock_of_the_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first, last = (datetime(2026, 10, day, tzinfo=berlin).timestamp() for day in (24, 28))
    october = ChartQuestion(
        "spans",
        (charts.measure("count"),),
        TimeRange(int(first) * SECOND, int(last) * SECOND),
        bucket="day",
        timezone="Europe/Berlin",
    )
    starts, partial = charts.times(october)
    lengths = [after - before for before, after in pairwise(starts)]
    assert lengths == [DAY, 25 * HOUR, DAY]
    assert partial == []


@pytest.mark.parametrize(
    ("measures", "more"),
    [
        ([("nonsense",)], {}),
        ([("count", "p95")], {}),
        ([("tokens",)], {}),
        ([("count",)], {"dimensions": ("input",)}),
        ([("count",)], {"dimensions": ("colour",)}),
        ([("count",)], {"timezone": "Mars/Olympus"}),
        ([("count",)], {"timezone": "../etc/passwd"}),
        ([("count",)], {"order": "name"}),
        ([("count",)], {"bucket": "minute", "within": TimeRange(START, START + 30 * DAY)}),
    ],
)
def test_bad_questions(
    reading: Reading, scope: Scope, measures: list[tuple[str, ...]], more: dict[str, Any]
) -> None:
    with pytest.raises(BadRequest):
        _ask(reading, scope, *measures, **more)


def test_releases_are_new_when_they_were_not_there_before(
    write: Writer, reading: Reading, scope: Scope
) -> None:
    write.write(
        [
            span(scope, "old", "s", -30 * 60, release="1.0"),
            span(scope, "still", "s", 10, release="1.0"),
            span(scope, "new", "s", 20, release="1.1"),
            span(scope, "again", "s", 40, release="1.1"),
            span(scope, "none", "s", 5),
        ]
    )
    found = reading.releases(scope, TimeRange(START, START + HOUR))
    assert [(each.release, each.first_seen, each.spans) for each in found] == [
        ("1.1", START + 20 * SECOND, 2)
    ]
