"""Against scipy, statsmodels and published examples."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.api import OLS
from statsmodels.stats.contingency_tables import mcnemar as their_mcnemar

from pilothouse.evals.statistics import (
    Interval,
    Method,
    Pairs,
    Verdict,
    clustered_error,
    difference,
    mcnemar,
    newcombe,
    noise_share,
    not_worse,
    verdict,
)

Z95 = 1.959963984540054


def normal(seed: int, count: int, mean: float = 0.0, spread: float = 1.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(mean, spread, count)


def pairs(apart: np.ndarray, clusters: list[str] | None = None) -> Pairs:
    baseline = normal(99, len(apart), 5)
    return Pairs(baseline, baseline + apart, clusters)


def yes_or_no(both: int, up: int, down: int, neither: int) -> Pairs:
    rows = [(1, 1)] * both + [(0, 1)] * up + [(1, 0)] * down + [(0, 0)] * neither
    baseline, candidate = np.array(rows, dtype=float).T
    return Pairs(baseline, candidate)


# -- yes or no -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("up", "down"), [(0, 0), (1, 0), (5, 0), (6, 0), (7, 2), (40, 61), (9, 9)])
def test_mcnemar_is_that_of_statsmodels(up: int, down: int) -> None:
    theirs = their_mcnemar([[30, up], [down, 20]], exact=True).pvalue
    assert mcnemar(up, down) == pytest.approx(theirs)


def test_newcombe_is_that_of_a_published_example() -> None:
    """Fagerland, Lydersen and Laake (2014), airway reactivity of 21 children: 1, 1, 7, 12."""
    low, high = newcombe(both=1, up=1, down=7, neither=12, z=Z95)
    assert (round(low, 3), round(high, 3)) == (-0.507, -0.026)


def test_newcombe_is_the_same_seen_from_the_other_side() -> None:
    low, high = newcombe(11, 5, 2, 3, Z95)
    assert newcombe(11, 2, 5, 3, Z95) == pytest.approx((-high, -low))


def test_newcombe_covers_what_it_says() -> None:
    chance = np.random.default_rng(7)
    cells = [0.45, 0.15, 0.1, 0.3]
    true, held = cells[1] - cells[2], 0
    for _ in range(2_000):
        both, up, down, neither = chance.multinomial(60, cells)
        low, high = newcombe(int(both), int(up), int(down), int(neither), Z95)
        held += low <= true <= high
    assert 0.935 < held / 2_000 < 0.975


def test_yes_or_no_values_are_told_by_their_flips() -> None:
    found = difference(yes_or_no(50, 14, 3, 33))
    assert (found.method, found.interval) == (Method.MCNEMAR, Interval.NEWCOMBE)
    assert (found.up, found.down, found.pairs) == (14, 3, 100)
    assert found.value == pytest.approx(0.11)
    assert found.p == pytest.approx(stats.binomtest(3, 17).pvalue)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.11 < found.high


# -- numbers -------------------------------------------------------------------------------------


def test_few_pairs_try_every_choice_of_signs() -> None:
    apart = normal(1, 11, 0.4)
    theirs = stats.permutation_test((apart,), np.mean, permutation_type="samples", n_resamples=1e9)
    found = difference(pairs(apart))
    assert found.method is Method.SIGNS
    assert found.p == pytest.approx(theirs.pvalue)


@pytest.mark.parametrize("count", [40, 399, 400, 1_000])
def test_many_pairs_come_close_to_it(count: int) -> None:
    apart = normal(2, count, 2 / count**0.5)
    theirs = stats.permutation_test(
        (apart,), np.mean, permutation_type="samples", n_resamples=20_000, rng=3, batch=500
    )
    assert difference(pairs(apart)).p == pytest.approx(theirs.pvalue, abs=0.012)


@pytest.mark.parametrize("count", [25, 150, 1_000])
def test_the_bootstrap_is_that_of_scipy(count: int) -> None:
    apart = np.random.default_rng(4).lognormal(0, 1, count)
    theirs = stats.bootstrap((apart,), np.mean, n_resamples=20_000, rng=5, batch=200)
    found = difference(pairs(apart))
    assert found.interval is Interval.BCA
    width = theirs.confidence_interval.high - theirs.confidence_interval.low
    assert found.low == pytest.approx(theirs.confidence_interval.low, abs=width * 0.05)
    assert found.high == pytest.approx(theirs.confidence_interval.high, abs=width * 0.05)


def test_the_bootstrap_of_a_few_values_is_that_of_scipy() -> None:
    apart = np.random.default_rng(4).choice([-0.5, 0, 0.25, 1], 400, p=[0.2, 0.5, 0.2, 0.1])
    theirs = stats.bootstrap((apart,), np.mean, n_resamples=20_000, rng=5, batch=200)
    found = difference(pairs(apart))
    width = theirs.confidence_interval.high - theirs.confidence_interval.low
    assert found.interval is Interval.BCA
    assert found.low == pytest.approx(theirs.confidence_interval.low, abs=width * 0.05)
    assert found.high == pytest.approx(theirs.confidence_interval.high, abs=width * 0.05)


def test_the_same_pairs_give_the_same_answer() -> None:
    apart = normal(6, 300, 0.1)
    assert difference(pairs(apart)) == difference(pairs(apart))


def test_pairs_that_all_differ_alike_have_no_width() -> None:
    found = difference(Pairs(np.zeros(8), np.full(8, 0.25)))
    assert (found.low, found.high, found.smallest) == (0.25, 0.25, None)
    assert found.p == pytest.approx(2 / 2**8)


def test_one_pair_tells_nothing() -> None:
    found = difference(Pairs(np.array([0.2]), np.array([0.9])))
    assert (found.low, found.high, found.p, found.smallest) == (None, None, 1.0, None)
    assert verdict(found, found.p, 0.5, higher_is_better=True) is Verdict.UNCLEAR


# -- clusters ------------------------------------------------------------------------------------


def test_clustered_errors_are_those_of_statsmodels() -> None:
    clusters = [f"doc {number // 7}" for number in range(140)]
    apart = normal(8, 140) + np.repeat(normal(9, 20), 7)
    codes = [int(name.split()[1]) for name in clusters]
    theirs = OLS(apart, np.ones(140)).fit(cov_type="cluster", cov_kwds={"groups": codes})
    error, count = clustered_error(apart, clusters)
    assert (count, error) == (20, pytest.approx(theirs.bse[0]))
    naive = apart.std(ddof=1) / 140**0.5
    assert error > 1.5 * naive
    found = difference(pairs(apart, clusters))
    half = stats.t.ppf(0.975, 19) * error
    assert (found.low, found.high) == pytest.approx((apart.mean() - half, apart.mean() + half))


def test_items_of_one_source_are_one_observation() -> None:
    apart = np.repeat(normal(10, 5, 1), 100)
    alone = difference(pairs(apart))
    together = difference(pairs(apart, [str(number // 100) for number in range(500)]))
    assert alone.p < 0.001
    assert together.p >= 2 / 2**5
    assert not together.enough


def test_all_items_of_one_source_have_no_interval() -> None:
    found = difference(pairs(normal(11, 30, 3), ["only"] * 30))
    assert (found.low, found.smallest, found.interval) == (None, None, Interval.NONE)


# -- verdicts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mean", "margin", "higher", "says"),
    [
        (0.5, 0.0, True, Verdict.BETTER),
        (0.5, 0.0, False, Verdict.WORSE),
        (-0.5, 0.0, True, Verdict.WORSE),
        (-0.5, 0.0, False, Verdict.BETTER),
        (0.0, 0.3, True, Verdict.EQUIVALENT),
        (0.0, 0.0, True, Verdict.UNCLEAR),
        (0.0, 0.01, True, Verdict.UNCLEAR),
    ],
)
def test_verdicts(mean: float, margin: float, higher: bool, says: Verdict) -> None:
    noise = normal(12, 200)
    found = difference(pairs(noise - noise.mean() + mean))
    assert verdict(found, found.p, margin, higher_is_better=higher) is says


def test_a_real_loss_within_the_margin_is_equivalent() -> None:
    noise = normal(13, 2_000, 0, 0.1)
    found = difference(pairs(noise - noise.mean() - 0.01))
    assert found.p < 0.01
    assert verdict(found, found.p, 0.02, higher_is_better=True) is Verdict.EQUIVALENT
    assert verdict(found, found.p, 0.01, higher_is_better=True) is Verdict.WORSE
    assert not_worse(found, 0.02, higher_is_better=True)
    assert not not_worse(found, 0.01, higher_is_better=True)


def test_noise_is_called_real_as_seldom_as_promised() -> None:
    alarms = 0
    for seed in range(400):
        chance = np.random.default_rng(seed)
        values = Pairs(chance.integers(0, 2, 80) * 1.0, chance.integers(0, 2, 80) * 1.0)
        found = difference(values)
        alarms += verdict(found, found.p, 0, higher_is_better=True) is not Verdict.UNCLEAR
    assert alarms / 400 <= 0.05


def test_the_smallest_difference_is_found_four_times_in_five() -> None:
    found = difference(pairs(normal(14, 100)))
    assert found.smallest is not None
    hits = sum(difference(pairs(normal(seed, 100, found.smallest))).p < 0.05 for seed in range(300))
    assert 0.7 < hits / 300 < 0.9


# -- repetitions ---------------------------------------------------------------------------------


def test_the_share_of_noise() -> None:
    chance = np.random.default_rng(15)
    items = chance.normal(0, 1, 400)
    repeated = [item + chance.normal(0, 2, 4) for item in items]
    # Within: 4 / 4 = 1; of means: 1 + 1 = 2.
    assert noise_share(np.concatenate(repeated), np.repeat(np.arange(400), 4)) == pytest.approx(
        0.5, abs=0.07
    )
    assert noise_share(np.array([1.0, 2.0]), np.array([0, 1])) is None
    assert noise_share(np.ones(4), np.array([0, 0, 1, 1])) is None
