"""Of very many spans a part is counted, and stands for the rest."""

import random

import pytest

from pilothouse.domain.clock import DAY, MINUTE, SECOND
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.query.parser import parse
from pilothouse.reading.service import Reading
from pilothouse.store.clickhouse import sampling
from pilothouse.store.clickhouse.writer import Writer
from tests.engine.family import START, span

WITHIN = TimeRange(START, START + DAY)
SPANS = 6_000


@pytest.fixture
def many(write: Writer, scope: Scope, monkeypatch: pytest.MonkeyPatch) -> Scope:
    chance = random.Random(1)
    write.write(
        [
            span(
                scope,
                f"t{number}",
                f"s{number}",
                number * DAY // SPANS // SECOND,
                user_id=f"user {number % 600}",
                model="rare" if number % 1_000 == 1 else chance.choice(["one", "two", "two"]),
                tags=["web"] if number % 2 else ["web", "late"],
            )
            for number in range(SPANS)
        ]
    )
    monkeypatch.setattr(sampling, "MOST_EXACT", 3_000)
    monkeypatch.setattr(sampling, "_WANTED", 2_000)
    return scope


@pytest.mark.parametrize("view", ["spans", "traces"])
def test_a_part_is_scaled_to_the_whole(reading: Reading, many: Scope, view: str) -> None:
    found, is_estimate = reading.facets(many, view, ["model", "tags"], WITHIN)  # type: ignore[arg-type]
    assert is_estimate
    counts = {each.value: each.count for own in found.values() for each in own}
    assert counts["two"] == pytest.approx(4_000, rel=0.1)
    assert counts["one"] == pytest.approx(2_000, rel=0.1)
    assert counts["web"] == pytest.approx(6_000, rel=0.02)
    assert counts["late"] == pytest.approx(3_000, rel=0.02)


def test_what_is_rare_is_counted_one_by_one(reading: Reading, many: Scope) -> None:
    found, is_estimate = reading.facets(many, "spans", ["model"], WITHIN, parse("model:rare"))
    assert not is_estimate
    assert [(each.value, each.count) for each in found["model"]] == [("rare", 6)]


def test_counts_that_chance_decides_are_not_told(reading: Reading, many: Scope) -> None:
    found, is_estimate = reading.facets(many, "spans", ["model", "user"], WITHIN)
    assert is_estimate
    assert found["user"]
    assert {each.count for each in found["user"]} == {0}
    assert all(each.count for each in found["model"])


def test_few_spans_are_counted_whole(reading: Reading, many: Scope) -> None:
    part = TimeRange(START, START + DAY // 4)
    found, is_estimate = reading.facets(many, "spans", ["level"], part)
    assert not is_estimate
    assert sum(each.count for each in found["level"]) == SPANS // 4


@pytest.mark.parametrize(
    "slices",
    [
        [(number, 10_000) for number in range(100)],
        [(50, 900_000)],
        [(1, 5), (2, 900_000), (99, 400_000)],
    ],
)
def test_a_sample_stands_for_all_rows(slices: list[tuple[int, int]]) -> None:
    width = DAY // 100
    found = sampling.sample(WITHIN, width, slices)
    base = START // MINUTE * MINUTE
    numbers = [(each.start - base) // width for each in found.ranges]
    rows = sum(many for number, many in slices if number in numbers)
    assert rows * found.scale == pytest.approx(sum(many for _, many in slices))
    assert all(WITHIN.start <= each.start < each.end <= WITHIN.end for each in found.ranges)


def test_a_slice_is_a_minute_at_least() -> None:
    assert sampling.width(TimeRange(START, START + MINUTE), 10**9) == MINUTE
