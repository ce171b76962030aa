"""Intervals and differences, against figures that are known from elsewhere."""

import random

import pytest

from pilothouse.domain.intervals import Share, Sums, holm, mean, of_means, of_shares, share


def sums(*values: float) -> Sums:
    return Sums(len(values), sum(values), sum(each * each for each in values))


def test_a_share_has_wilsons_interval() -> None:
    found = share(8, 10)
    assert (found.value, found.low, found.high) == pytest.approx((0.8, 0.4902, 0.9433), abs=1e-4)
    assert (share(0, 20).low, share(20, 20).high) == pytest.approx((0.0, 1.0))


def test_two_shares_differ_by_newcombes_interval() -> None:
    """Example (a) of Newcombe, 1998: 56/70 less 48/80 is 0.2000, from 0.0524 to 0.3339."""
    found = of_shares(Share(48, 80), Share(56, 70))
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)


def test_a_mean_of_one_value_has_no_interval() -> None:
    assert (mean(sums(3)).value, mean(sums(3)).low) == (3, None)
    found = mean(sums(1, 2, 3, 4))
    assert (found.value, found.low, found.high) == pytest.approx((2.5, 1.235, 3.765), abs=1e-3)


def test_equal_values_that_were_summed_up_do_not_differ() -> None:
    found = of_means(sums(*[0.1] * 40), sums(*[0.1] * 90))
    assert (found.value, found.p) == (0.0, 1.0)


def test_a_difference_needs_enough_on_both_sides() -> None:
    assert not of_means(sums(*range(29)), sums(*range(50))).enough
    assert of_shares(Share(1, 30), Share(2, 30)).enough


def test_chance_alone_is_rarely_called_a_difference() -> None:
    chance = random.Random(7)

    def draw() -> Sums:
        return sums(*(chance.gauss(0, 1) for _ in range(60)))

    assert sum(of_means(draw(), draw()).p < 0.05 for _ in range(600)) / 600 == pytest.approx(
        0.05, abs=0.02
    )


def test_several_questions_at_once_are_held_to_more() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.9]) == [1.0, 1.0]
    assert holm([]) == []
