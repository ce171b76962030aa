"""Two runs over the same items: how far they lie apart, and whether that is real. Pure.

Everything is about differences within pairs, candidate less baseline. Yes-or-no values are compared by
McNemar's exact test with Newcombe's interval (1998, method 10), numbers by a permutation of signs with
a bootstrapped interval (BCa; Efron, 1987), items that share a source by their sums and the
cluster-robust interval of Student's t. The same pairs give the same answer: chance is seeded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import sqrt
from typing import Any

import numpy as np

from pilothouse.domain.intervals import Estimate, Share, share, wilson

Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]
Places = np.ndarray[tuple[int], np.dtype[np.intp]]

LEVEL = 0.05
"""At which a difference counts as real."""
POWER = 0.8
"""Chance to find a difference of the size called detectable."""
FEWEST = 6
"""Pairs that differ, below which no test can come under `LEVEL`."""
_RESAMPLES = 4_999
_MOST_DRAWN = 4_000_000
"""Draws of one bootstrap; large sets are drawn less often, and need it less."""
_FEW_VALUES = 20
"""So many items have a value in common, in the mean."""
_ALL_SIGNS = 14
"""Pairs up to which every choice of signs is tried."""
_MANY = 400
"""Pairs from which signs follow the normal distribution closely."""


@cache
def _special() -> Any:
    """Loaded when first used: it takes half a second and memory that most servers never need."""
    from scipy import special

    return special


class Method(StrEnum):
    """How a p-value came about."""

    MCNEMAR = "mcnemar exact"
    SIGNS = "sign permutation"
    SIGNS_NORMAL = "sign permutation, normal"
    CLUSTERED = "cluster sign permutation"


class Interval(StrEnum):
    NEWCOMBE = "newcombe paired"
    BCA = "bca bootstrap"
    CLUSTERED = "cluster robust t"
    NONE = "none"
    """Of a single pair, or of one source alone."""


class Verdict(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    EQUIVALENT = "equivalent"
    UNCLEAR = "cannot tell"


@dataclass(frozen=True, slots=True)
class Pairs:
    """Values of the items that both runs have, in the same order."""

    baseline: Numbers
    candidate: Numbers
    clusters: Sequence[str] | None = None
    """What each pair belongs to; none: every item stands alone."""

    @property
    def apart(self) -> Numbers:
        return self.candidate - self.baseline

    @property
    def binary(self) -> bool:
        both = np.concatenate([self.baseline, self.candidate])
        return bool(np.all((both == 0) | (both == 1)))


@dataclass(frozen=True, slots=True)
class Difference:
    """What is said of the pairs of one metric."""

    pairs: int
    baseline: float
    candidate: float
    value: float
    low: float | None
    """Of the interval of 95 %."""
    high: float | None
    inner_low: float | None
    """Of the interval of 90 %, which equivalence is tested by."""
    inner_high: float | None
    p: float
    method: Method
    interval: Interval
    up: int
    """Pairs in which the candidate is higher; of yes-or-no values those that became yes."""
    down: int
    clusters: int | None
    smallest: float | None
    """Difference that as many pairs, as spread as these, would show four times in five."""

    @property
    def enough(self) -> bool:
        """Could these pairs differ significantly at all?"""
        if self.clusters is not None:
            return self.clusters >= FEWEST
        return self.up + self.down >= FEWEST


def difference(pairs: Pairs, seed: int = 0) -> Difference:
    """Of at least one pair."""
    apart = pairs.apart
    if pairs.clusters is not None:
        sums = _by_cluster(apart, pairs.clusters)
        method, p = Method.CLUSTERED, _signs(sums, seed)[1]
        interval, bounds = _clustered(apart, pairs.clusters)
        clusters = len(sums)
    elif pairs.binary:
        method, p = Method.MCNEMAR, mcnemar(int((apart > 0).sum()), int((apart < 0).sum()))
        interval, bounds = Interval.NEWCOMBE, _newcombe_both(pairs)
        clusters = None
    else:
        method, p = _signs(apart, seed)
        interval, bounds = _bca_both(apart, seed)
        clusters = None
    return Difference(
        pairs=len(apart),
        baseline=float(pairs.baseline.mean()),
        candidate=float(pairs.candidate.mean()),
        value=float(apart.mean()),
        low=bounds[0][0],
        high=bounds[0][1],
        inner_low=bounds[1][0],
        inner_high=bounds[1][1],
        p=p,
        method=method,
        interval=interval,
        up=int((apart > 0).sum()),
        down=int((apart < 0).sum()),
        clusters=clusters,
        smallest=_smallest(apart, pairs.clusters),
    )


def estimated(values: Sequence[float] | Numbers) -> Estimate:
    """Of one run: the mean of its items, with Wilson's interval where they are yes or no, else a
    bootstrapped one. Of at least one item."""
    found = np.asarray(values, dtype=np.float64)
    if np.all((found == 0) | (found == 1)):
        return share(int(found.sum()), len(found))
    low, high = _bca_both(found, 0)[1][0]
    return Estimate(float(found.mean()), low, high)


def verdict(found: Difference, p: float, margin: float, *, higher_is_better: bool) -> Verdict:
    """`p` as it counts among all metrics. Equivalent: the interval of 90 % lies within the margin on
    both sides (two one-sided tests), which a margin of 0 never grants."""
    real = found.enough and p < LEVEL
    up = found.value > 0
    if real and up is higher_is_better:
        return Verdict.BETTER
    if (
        margin > 0
        and found.inner_low is not None
        and found.inner_high is not None
        and -margin < found.inner_low
        and found.inner_high < margin
    ):
        return Verdict.EQUIVALENT
    return Verdict.WORSE if real and found.value != 0 else Verdict.UNCLEAR


def not_worse(found: Difference, margin: float, *, higher_is_better: bool) -> bool:
    """Does the interval of 90 % exclude a loss of the margin (a one-sided test at 5 %)?"""
    bound = found.inner_low if higher_is_better else found.inner_high
    if bound is None:
        return False
    return bound > -margin if higher_is_better else bound < margin


# -- yes or no -----------------------------------------------------------------------------------


def mcnemar(up: int, down: int) -> float:
    """Exact, two-sided: the pairs that changed are tosses of a fair coin."""
    changed = up + down
    if changed == 0:
        return 1.0
    return min(1.0, 2 * float(_special().bdtr(min(up, down), changed, 0.5)))


def newcombe(both: int, up: int, down: int, neither: int, z: float) -> tuple[float, float]:
    """Bounds of the difference of two shares of the same items (candidate less baseline), where
    `up` became yes and `down` became no."""
    n = both + up + down + neither
    candidate, baseline = Share(both + up, n), Share(both + down, n)
    p1, low1, high1 = wilson(candidate, z)
    p2, low2, high2 = wilson(baseline, z)
    phi = _phi(both, up, down, neither)
    below = (p1 - low1) ** 2 - 2 * phi * (p1 - low1) * (high2 - p2) + (high2 - p2) ** 2
    above = (p2 - low2) ** 2 - 2 * phi * (p2 - low2) * (high1 - p1) + (high1 - p1) ** 2
    return p1 - p2 - sqrt(max(0.0, below)), p1 - p2 + sqrt(max(0.0, above))


def _phi(both: int, up: int, down: int, neither: int) -> float:
    """Correlation of the two, corrected for continuity where it is positive."""
    sides = (both + up) * (down + neither) * (both + down) * (up + neither)
    if sides == 0:
        return 0.0
    apart = both * neither - up * down
    n = both + up + down + neither
    if apart > 0:
        apart = max(apart - n / 2, 0.0)
    return apart / sqrt(sides)


Bounds = tuple[float | None, float | None]


def _newcombe_both(pairs: Pairs) -> tuple[Bounds, Bounds]:
    both = int(((pairs.baseline == 1) & (pairs.candidate == 1)).sum())
    neither = int(((pairs.baseline == 0) & (pairs.candidate == 0)).sum())
    up, down = int((pairs.apart > 0).sum()), int((pairs.apart < 0).sum())
    outer, inner = (
        newcombe(both, up, down, neither, float(_special().ndtri(1 - alpha / 2)))
        for alpha in (LEVEL, 2 * LEVEL)
    )
    return outer, inner


# -- numbers -------------------------------------------------------------------------------------


def _signs(apart: Numbers, seed: int) -> tuple[Method, float]:
    """How likely is a sum as far from 0 when each pair may as well be the other way round?"""
    moved = apart[apart != 0]
    if len(moved) == 0:
        return Method.SIGNS, 1.0
    size = abs(float(moved.sum())) * (1 - 1e-12)
    if len(moved) >= _MANY:
        z = size / sqrt(float((moved * moved).sum()))
        return Method.SIGNS_NORMAL, 2 * float(_special().ndtr(-z))
    if len(moved) <= _ALL_SIGNS:
        choices = np.arange(2 ** len(moved))[:, None] >> np.arange(len(moved)) & 1
        sums = (choices * 2 - 1) @ moved
        return Method.SIGNS, float((np.abs(sums) >= size).mean())
    chance = np.random.default_rng(seed)
    signs = chance.integers(0, 2, (_RESAMPLES, len(moved)), dtype=np.int8) * 2 - 1
    as_far = int((np.abs(signs @ moved) >= size).sum())
    return Method.SIGNS, (as_far + 1) / (_RESAMPLES + 1)


def _bca_both(apart: Numbers, seed: int) -> tuple[Interval, tuple[Bounds, Bounds]]:
    if len(apart) < 2:
        return Interval.NONE, ((None, None), (None, None))
    spread = float(apart.std())
    if spread == 0:
        same = float(apart[0]), float(apart[0])
        return Interval.BCA, (same, same)
    means = _resampled(apart, seed)
    return Interval.BCA, (_bca(apart, means, LEVEL), _bca(apart, means, 2 * LEVEL))


def _resampled(values: Numbers, seed: int) -> Numbers:
    n = len(values)
    times = min(_RESAMPLES, max(999, _MOST_DRAWN // n))
    chance = np.random.default_rng(seed)
    different, counts = np.unique(values, return_counts=True)
    if len(different) <= n // _FEW_VALUES:
        # How often each value is drawn, instead of which item is: the same chance, much less of it.
        drawn = chance.multinomial(n, counts / n, times)
        return np.sort(drawn @ different / n)
    piece = max(1, 400_000 // n)
    # Narrow numbers, and a piece that stays in the cache: twice as fast.
    narrow = np.uint16 if n <= 1 << 16 else np.uint32
    means = [
        values[chance.integers(0, n, (min(piece, times - done), n), dtype=narrow)].mean(axis=1)
        for done in range(0, times, piece)
    ]
    return np.sort(np.concatenate(means))


def _bca(values: Numbers, means: Numbers, alpha: float) -> Bounds:
    """Bias-corrected and accelerated percentiles of the resampled means, which are sorted."""
    mean = values.mean()
    below = (float((means < mean).sum()) + float((means == mean).sum()) / 2) / len(means)
    bias = float(_special().ndtri(min(max(below, 1 / (2 * len(means))), 1 - 1 / (2 * len(means)))))
    off = values - mean
    # Of a mean, leaving one out each time moves it by the value's own distance.
    acceleration = float((off**3).sum()) / (6 * float((off**2).sum()) ** 1.5)
    found: list[float] = []
    for tail in (alpha / 2, 1 - alpha / 2):
        z = bias + float(_special().ndtri(tail))
        place = float(_special().ndtr(bias + z / (1 - acceleration * z)))
        found.append(float(np.quantile(means, place)))
    return found[0], found[1]


# -- items that share a source -------------------------------------------------------------------


def _by_cluster(apart: Numbers, clusters: Sequence[str]) -> Numbers:
    names, places = np.unique(np.asarray(clusters, dtype=object), return_inverse=True)
    sums = np.zeros(len(names))
    np.add.at(sums, places, apart)
    return sums


def clustered_error(apart: Numbers, clusters: Sequence[str]) -> tuple[float, int]:
    """Standard error of the mean where items of a cluster go together, and how many clusters."""
    off = _by_cluster(apart - apart.mean(), clusters)
    count = len(off)
    if count < 2:
        return float("nan"), count
    return sqrt(float((off * off).sum()) * count / (count - 1)) / len(apart), count


def _clustered(apart: Numbers, clusters: Sequence[str]) -> tuple[Interval, tuple[Bounds, Bounds]]:
    error, count = clustered_error(apart, clusters)
    if count < 2:
        return Interval.NONE, ((None, None), (None, None))
    mean = float(apart.mean())
    outer, inner = (
        float(_special().stdtrit(count - 1, 1 - alpha / 2)) * error for alpha in (LEVEL, 2 * LEVEL)
    )
    return Interval.CLUSTERED, ((mean - outer, mean + outer), (mean - inner, mean + inner))


def _smallest(apart: Numbers, clusters: Sequence[str] | None) -> float | None:
    if len(apart) < 2:
        return None
    if clusters is None:
        error = float(apart.std(ddof=1)) / sqrt(len(apart))
    else:
        error, count = clustered_error(apart, clusters)
        if count < 2:
            return None
    return float(_special().ndtri(1 - LEVEL / 2) + _special().ndtri(POWER)) * error or None


# -- repetitions ---------------------------------------------------------------------------------


def noise_share(values: Numbers, places: Places) -> float | None:
    """Of the spread of items' means, the part that the repetitions of one item explain: near 1, more
    repetitions help; near 0, only more items do. `places` says by value which item it is of. None
    where nothing was repeated."""
    counts = np.bincount(places)
    several = counts > 1
    if several.sum() < 2:
        return None
    means = np.bincount(places, values) / np.maximum(counts, 1)
    spread = float(means[several].var(ddof=1))
    if spread == 0:
        return None
    squares = np.bincount(places, (values - means[places]) ** 2)[several]
    within = float((squares / (counts[several] - 1) / counts[several]).mean())
    return min(1.0, within / spread)
