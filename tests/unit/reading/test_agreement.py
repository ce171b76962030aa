"""Agreement of two scores, against values worked out by hand or published."""

from math import sqrt

import pytest

from pilothouse.reading.agreement import Estimate, of_labels, of_numbers, ranks


def near(found: Estimate | None, *wanted: float, within: float = 5e-4) -> None:
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx(wanted, abs=within)


GRANTS = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
"""The textbook's 50 grant proposals of two readers: 0.7 observed, 0.5 by chance."""


def test_kappa_of_the_textbook() -> None:
    found = of_labels(GRANTS)
    # By hand: variance (0.10972 + 0.10188 - 0.01) / (50 * 0.25) = 0.016128.
    half = 1.959964 * sqrt(0.016128)
    near(found.kappa, 0.4, 0.4 - half, 0.4 + half, within=1e-6)
    near(found.agreement, 0.7, 0.5625, 0.8090)


def test_kappa_of_three_labels() -> None:
    """Fleiss, Cohen and Everitt (1969), of 200 patients: 0.429."""
    table = {"aa": 106, "ab": 10, "ac": 4, "ba": 22, "bb": 28, "bc": 10, "ca": 2, "cb": 12, "cc": 6}
    pairs = [(cell[0], cell[1]) for cell, count in table.items() for _ in range(count)]
    found = of_labels(pairs).kappa
    assert found is not None
    assert found.low is not None
    assert found.value == pytest.approx(0.4286, abs=5e-4)
    # Their standard error is 0.054.
    assert (found.value - found.low) / 1.96 == pytest.approx(0.054, abs=5e-4)


def test_kappa_at_its_ends() -> None:
    near(of_labels([("a", "a"), ("b", "b")] * 5).kappa, 1, 1, 1)
    near(of_labels([("a", "b"), ("b", "a")] * 5).kappa, -1, -1, -1)
    assert of_labels([("a", "a")] * 3).kappa is None


def test_f1_is_about_one_label_or_about_all() -> None:
    # yes: 2*20 / (25+30); no: 2*15 / (25+20).
    assert of_labels(GRANTS, positive="yes").f1 == pytest.approx(40 / 55)
    assert of_labels(GRANTS).f1 == pytest.approx((40 / 55 + 30 / 45) / 2)
    assert of_labels([("no", "no")], positive="yes").f1 is None


def test_correlations_and_distances() -> None:
    first, second = [1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 1.0, 4.0, 3.0, 5.0]
    found = of_numbers(list(zip(first, second, strict=True)))
    # Both are 8/10. z = atanh 0.8 = 1.0986, its error 1/sqrt 2, or sqrt(1.32/2) of ranks.
    near(found.pearson, 0.8, -0.2796, 0.9863)
    near(found.spearman, 0.8, -0.4572, 0.9911)
    assert (found.mae, found.rmse, found.bias) == pytest.approx((0.8, sqrt(0.8), 0))


def test_spearman_sees_order_and_pearson_lines() -> None:
    found = of_numbers([(float(x), float(x) ** 3) for x in range(10)])
    near(found.spearman, 1, 1, 1)
    assert found.pearson is not None
    assert 0.9 < found.pearson.value < 0.95


def test_what_pairs_cannot_tell() -> None:
    constant = of_numbers([(1, 2), (2, 2), (3, 2)])
    assert (constant.pearson, constant.spearman) == (None, None)
    assert constant.bias == 0
    few = of_numbers([(1, 1), (2, 3), (3, 2)]).pearson
    assert few == Estimate(pytest.approx(0.5), None, None)  # type: ignore[arg-type]


def test_equal_values_share_a_rank() -> None:
    assert ranks([30, 10, 20, 10]) == [4, 1.5, 3, 1.5]
