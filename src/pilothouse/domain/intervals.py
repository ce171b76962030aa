"""Estimates with intervals of 95 %, and whether two of them differ. Pure.

Shares have Wilson's interval, and Newcombe's for their difference; means have the normal one, and
Welch's for their difference; quantiles have that of order statistics, which asks nothing of the shape.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

_NORMAL = NormalDist()
Z = _NORMAL.inv_cdf(0.975)
_NOISE = 1e-9
"""Of means, by which equal values differ once they have been summed up."""
FEWEST = 30
"""Of each side, below which no difference is called real."""


@dataclass(frozen=True, slots=True)
class Estimate:
    value: float
    low: float | None = None
    high: float | None = None
    """No interval where there is too little for one."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    hits: int
    of: int


@dataclass(frozen=True, slots=True)
class Sums:
    """Of values: how many, their sum and that of their squares."""

    count: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        return self.total / self.count

    @property
    def variance(self) -> float:
        """Of the values, as estimated from them."""
        if self.count < 2:
            return 0.0
        return max(0.0, (self.squares - self.total * self.mean) / (self.count - 1))


def share(hits: int, of: int) -> Estimate:
    """Of at least one."""
    return Estimate(*wilson(Share(hits, of)))


def wilson(share: Share, z: float = Z) -> tuple[float, float, float]:
    """The share and its bounds; `z` is the quantile of their confidence."""
    part, of, z2 = share.hits / share.of, share.of, z * z
    middle = (part + z2 / (2 * of)) / (1 + z2 / of)
    half = z * sqrt(part * (1 - part) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return part, max(0.0, middle - half), min(1.0, middle + half)


def mean(sums: Sums) -> Estimate:
    """Of at least one; of one alone there is no interval."""
    if sums.count < 2:
        return Estimate(sums.mean)
    half = Z * sqrt(sums.variance / sums.count)
    return Estimate(sums.mean, sums.mean - half, sums.mean + half)


@dataclass(frozen=True, slots=True)
class Difference:
    """The second less the first."""

    value: float
    low: float
    high: float
    p: float
    """How likely a difference as large is by chance alone."""
    enough: bool
    """Is there enough on both sides to call it real?"""


def of_shares(first: Share, second: Share) -> Difference:
    one, one_low, one_high = wilson(first)
    other, other_low, other_high = wilson(second)
    apart = other - one
    low = apart - sqrt((other - other_low) ** 2 + (one_high - one) ** 2)
    high = apart + sqrt((other_high - other) ** 2 + (one - one_low) ** 2)
    pooled = (first.hits + second.hits) / (first.of + second.of)
    spread = sqrt(pooled * (1 - pooled) * (1 / first.of + 1 / second.of))
    return Difference(apart, low, high, _p(apart, spread), _enough(first.of, second.of))


def of_means(first: Sums, second: Sums) -> Difference:
    apart = second.mean - first.mean
    if abs(apart) <= _NOISE * max(abs(first.mean), abs(second.mean)):
        apart = 0.0
    spread = sqrt(first.variance / first.count + second.variance / second.count)
    half = Z * spread
    return Difference(
        apart, apart - half, apart + half, _p(apart, spread), _enough(first.count, second.count)
    )


def _p(apart: float, spread: float) -> float:
    if spread == 0:
        return 1.0 if apart == 0 else 0.0
    return 2 * (1 - _NORMAL.cdf(abs(apart) / spread))


def _enough(first: int, second: int) -> bool:
    return min(first, second) >= FEWEST


def holm(ps: Sequence[float]) -> list[float]:
    """Each p as it counts when several questions are asked at once."""
    order = sorted(range(len(ps)), key=ps.__getitem__)
    found = [1.0] * len(ps)
    worst = 0.0
    for place, index in enumerate(order):
        worst = max(worst, min(1.0, ps[index] * (len(ps) - place)))
        found[index] = worst
    return found
