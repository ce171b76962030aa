"""Agreement of annotators, against published examples and other programs."""

from itertools import permutations

import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa

from pilothouse.evals.annotator_agreement import Level, alpha, distance, kappa, pairs, same

_ = None
KRIPPENDORFF = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]
"""Krippendorff (2011), example C: four observers, twelve units, answers missing."""


def by_unit(rows: list[list[int | None]]) -> list[dict[str, float]]:
    return [
        {str(who): float(value) for who, value in enumerate(unit) if value is not None}
        for unit in zip(*rows, strict=True)
    ]


@pytest.mark.parametrize(
    ("level", "published"),
    [(Level.NOMINAL, 0.743), (Level.ORDINAL, 0.815), (Level.INTERVAL, 0.849)],
)
def test_alpha_of_the_published_example(level: Level, published: float) -> None:
    found = alpha(by_unit(KRIPPENDORFF), level)
    assert found is not None
    assert found.value == pytest.approx(published, abs=5e-4)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high


def slowly(units: list[dict[str, float]], level: Level) -> float:
    """Alpha by its definition: every pair of answers, every distance."""
    units = [unit for unit in units if len(unit) > 1]
    every = [value for unit in units for value in unit.values()]
    n = len(every)

    def apart(one: float, other: float) -> float:
        if level is Level.NOMINAL:
            return float(one != other)
        if level is Level.INTERVAL:
            return (one - other) ** 2
        low, high = min(one, other), max(one, other)
        between = sum(low <= value <= high for value in every)
        ends = sum(value == low for value in every) + sum(value == high for value in every)
        return (between - ends / 2) ** 2

    observed = sum(
        apart(one, other) / (len(unit) - 1)
        for unit in units
        for one, other in permutations(unit.values(), 2)
    )
    expected = sum(apart(one, other) for one, other in permutations(every, 2))
    return 1 - (observed / n) / (expected / (n * (n - 1)))


@pytest.mark.parametrize("level", list(Level))
def test_alpha_equals_its_definition(level: Level) -> None:
    chance = np.random.default_rng(3)
    for _ in range(5):
        truth = chance.integers(1, 6, 20)
        units = [
            {
                str(who): float(np.clip(true + chance.integers(-1, 2), 1, 5))
                for who in range(4)
                if chance.random() < 0.8
            }
            for true in truth
        ]
        found = alpha(units, level)
        assert found is not None
        assert found.value == pytest.approx(slowly(units, level))


def test_alpha_does_not_depend_on_where_numbers_lie() -> None:
    units = by_unit(KRIPPENDORFF)
    far = [{who: 1e9 + value for who, value in unit.items()} for unit in units]
    found = alpha(far, Level.INTERVAL)
    assert found is not None
    assert found.value == pytest.approx(slowly(units, Level.INTERVAL), abs=1e-6)


def test_alpha_at_its_ends() -> None:
    agreed = [{"a": float(n % 3), "b": float(n % 3)} for n in range(12)]
    for level in Level:
        found = alpha(agreed, level)
        assert found is not None
        assert (found.value, found.low, found.high) == (1, 1, 1)
    # Everybody always says the same: nothing tells agreement from habit.
    assert alpha([{"a": 1.0, "b": 1.0}] * 10, Level.NOMINAL) is None
    assert alpha([{"a": 1.0}, {}, {"b": 2.0}], Level.NOMINAL) is None
    few = alpha(agreed[:4], Level.NOMINAL)
    assert few is not None
    assert few.low is None


TABLE = {
    (0, 0): 40,
    (0, 1): 12,
    (0, 2): 3,
    (1, 0): 9,
    (1, 1): 31,
    (1, 2): 14,
    (2, 1): 8,
    (2, 2): 33,
}
SAID = [(float(one), float(other)) for (one, other), n in TABLE.items() for _ in range(n)]


@pytest.mark.parametrize("weighted", [False, True])
def test_kappa_equals_that_of_statsmodels(weighted: bool) -> None:
    table = np.zeros((3, 3))
    for (one, other), n in TABLE.items():
        table[one, other] = n
    other = cohens_kappa(table, wt="quadratic" if weighted else None)
    found = kappa(SAID, weighted=weighted)
    assert found is not None
    assert found.value == pytest.approx(other.kappa)
    # Resampling and the formula of large samples come to the same.
    assert found.low == pytest.approx(other.kappa_low, abs=0.015)
    assert found.high == pytest.approx(other.kappa_upp, abs=0.015)


def test_kappa_of_every_two_people() -> None:
    units = by_unit(KRIPPENDORFF)
    found = pairs(units, ordered=True)
    assert len(found) == 6
    assert found[0].items == max(each.items for each in found)
    [first] = [each for each in found if (each.first, each.second) == ("0", "1")]
    assert (first.items, first.same.value) == (9, pytest.approx(8 / 9))
    assert first.kappa is not None
    assert first.weighted is not None
    assert pairs(units, ordered=False)[0].weighted is None


def test_share_of_the_same() -> None:
    # By hand: (1 + 1/3) / 2.
    found = same([{"a": 1, "b": 1, "c": 1}, {"a": 1, "b": 1, "c": 2}, {"a": 5}])
    assert found is not None
    assert found.value == pytest.approx(2 / 3)
    assert same([{"a": 1}]) is None


def test_distance_of_answers() -> None:
    assert distance([1, 1, 1], Level.NOMINAL, 0) == 0
    assert distance([1, 2, 2], Level.NOMINAL, 0) == pytest.approx(2 / 3)
    assert distance([1, 5], Level.INTERVAL, 4) == 1
    assert distance([2, 4, 3], Level.INTERVAL, 4) == 0.5
    assert distance([2], Level.INTERVAL, 4) == 0


@pytest.mark.parametrize("level", [Level.NOMINAL, Level.INTERVAL])
def test_intervals_of_alpha_hold_what_they_say(level: Level) -> None:
    """Three people with known habits, 60 items, 200 times: the alpha of endless items lies within
    the interval about as often as it says."""
    chance = np.random.default_rng(11)

    def units(n: int) -> list[dict[str, float]]:
        truth = chance.integers(0, 4, n)
        wrong = chance.random((3, n)) < 0.25
        said = np.where(wrong, chance.integers(0, 4, (3, n)), truth)
        return [dict(zip("abc", map(float, column), strict=True)) for column in said.T]

    endless = alpha(units(40_000), level)
    assert endless is not None
    held = 0
    for _ in range(200):
        found = alpha(units(60), level)
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        held += found.low <= endless.value <= found.high
    assert held / 200 >= 0.90
