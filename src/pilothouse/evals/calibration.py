"""What a judge's scores are worth, by labels of people on the same things. Pure; intervals are of 95 %.

A judge that is wrong at known rates can be corrected. Of yes-or-no scores there is the rate after
Rogan and Gladen (1978), with the interval of Lang and Reiczigel (2014), which counts the uncertainty
of the judge's error rates in; it holds also where yes is more frequent, or rarer, than among what
was labelled. Of all scores there is the prediction-powered mean (Angelopoulos et al., 2023, with the
weight of PPI++): the judge's mean, less what it was off by where people looked too. It is never much
worse than the labels alone, and needs the labelled to be a random part of the judged.

Scores that were sampled with unequal probability weigh by its inverse (Hájek), and count as fewer.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, sqrt
from typing import Any

import numpy as np

from pilothouse.domain.intervals import Estimate, Z, share
from pilothouse.domain.review import Chosen, Target
from pilothouse.evals.annotator_agreement import kappa
from pilothouse.evals.statistics import estimated

Numbers = np.ndarray[Any, np.dtype[np.float64]]

SHAKY = 0.2
"""TPR + TNR - 1 below this: the judge hardly tells yes from no, and the correction magnifies noise."""
ENOUGH_RANDOM = 30
"""Labels that chance chose, from which estimates rest on these alone."""
_FEWEST = 10
"""Labels below which a prediction-powered mean has no interval."""


# -- samples ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sample:
    """Values with the inverse of the probability that each was drawn with, up to a factor."""

    values: Numbers
    weights: Numbers

    @property
    def mean(self) -> float:
        return float(np.average(self.values, weights=self.weights))

    @property
    def size(self) -> float:
        """So many equally weighted values would tell as much (Kish)."""
        return float(self.weights.sum() ** 2 / (self.weights**2).sum())

    @property
    def variance_of_mean(self) -> float:
        n = len(self.values)
        if n < 2:
            return float("nan")
        off = self.weights * (self.values - self.mean)
        return float((off**2).sum() / self.weights.sum() ** 2 * n / (n - 1))


def sample(values: Sequence[float], weights: Sequence[float] | None = None) -> Sample:
    found = np.asarray(values, dtype=np.float64)
    return Sample(
        found,
        np.ones(len(found)) if weights is None else np.asarray(weights, dtype=np.float64),
    )


def raw(judged: Sample, *, binary: bool) -> Estimate:
    """What the judge says by itself, with the interval of its sampling alone."""
    if binary:
        return _wilson(judged.mean, judged.size)
    if len(judged.values) < 2:
        return Estimate(judged.mean)
    half = Z * sqrt(judged.variance_of_mean)
    return Estimate(judged.mean, judged.mean - half, judged.mean + half)


def _wilson(part: float, of: float) -> Estimate:
    """Of a share whose size need not be a whole number."""
    z2 = Z * Z
    middle = (part + z2 / (2 * of)) / (1 + z2 / of)
    half = Z * sqrt(part * (1 - part) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return Estimate(part, max(0.0, middle - half), min(1.0, middle + half))


# -- yes or no -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Confusion:
    """Judge against people: a hit is a yes of both."""

    hits: int
    false_alarms: int
    misses: int
    rejections: int

    @property
    def labelled(self) -> int:
        return self.hits + self.false_alarms + self.misses + self.rejections


@dataclass(frozen=True, slots=True)
class Rates:
    """None where nothing of the kind was labelled."""

    tpr: Estimate | None
    """Of what people say yes to, the share that the judge says yes to."""
    tnr: Estimate | None
    precision: Estimate | None
    accuracy: Estimate | None
    kappa: Estimate | None


def confusion(pairs: Sequence[tuple[bool, bool]]) -> Confusion:
    """Of (people, judge)."""
    cells = Counter(pairs)
    return Confusion(
        hits=cells[True, True],
        false_alarms=cells[False, True],
        misses=cells[True, False],
        rejections=cells[False, False],
    )


def rates(found: Confusion) -> Rates:
    pairs = [
        *[(1.0, 1.0)] * found.hits,
        *[(0.0, 1.0)] * found.false_alarms,
        *[(1.0, 0.0)] * found.misses,
        *[(0.0, 0.0)] * found.rejections,
    ]
    return Rates(
        tpr=_share(found.hits, found.hits + found.misses),
        tnr=_share(found.rejections, found.rejections + found.false_alarms),
        precision=_share(found.hits, found.hits + found.false_alarms),
        accuracy=_share(found.hits + found.rejections, found.labelled),
        kappa=kappa(pairs) if pairs else None,
    )


def _share(hits: int, of: int) -> Estimate | None:
    return share(hits, of) if of else None


@dataclass(frozen=True, slots=True)
class Corrected:
    """A rate freed of the judge's errors. None: the labels do not tell it, as the judge says yes no
    more often to what people say yes to than to the rest, or one of the two was never labelled."""

    rate: Estimate | None
    shaky: bool
    """Does the judge hardly tell yes from no?"""


def rogan_gladen(judged: Sample, found: Confusion) -> Corrected:
    """The rate of yes among what was judged."""
    return corrected(judged.mean, judged.size, found)


def corrected(rate: float, size: float, found: Confusion) -> Corrected:
    """Of a rate that so many things gave."""
    yes, no = found.hits + found.misses, found.rejections + found.false_alarms
    if not yes or not no:
        return Corrected(None, shaky=False)
    tpr, tnr = found.hits / yes, found.rejections / no
    tells = tpr + tnr - 1
    if tells <= 0:
        return Corrected(None, shaky=True)
    value = min(1.0, max(0.0, (rate + tnr - 1) / tells))
    low, high = _lang_reiczigel(rate, size, found)
    return Corrected(Estimate(value, min(low, value), max(high, value)), shaky=tells < SHAKY)


def _lang_reiczigel(p: float, n: float, found: Confusion) -> tuple[float, float]:
    """Shares with counts added, so that a judge that made no mistake yet may still make one."""
    z2 = Z * Z
    yes, no = found.hits + found.misses + 2, found.rejections + found.false_alarms + 2
    tpr, tnr = (found.hits + 1) / yes, (found.rejections + 1) / no
    n, p = n + z2, (n * p + z2 / 2) / (n + z2)
    tells = tpr + tnr - 1
    if tells <= 0:
        return 0.0, 1.0
    rate = (p + tnr - 1) / tells
    of_yes, of_no = tpr * (1 - tpr) / yes, tnr * (1 - tnr) / no
    shift = 2 * z2 * (rate * of_yes - (1 - rate) * of_no)
    half = Z / tells * sqrt(p * (1 - p) / n + rate**2 * of_yes + (1 - rate) ** 2 * of_no)
    return max(0.0, rate + shift - half), min(1.0, rate + shift + half)


# -- any scores ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Powered:
    """A prediction-powered mean."""

    mean: Estimate
    trust: float
    """Weight of the judge, from 0 (the labels alone) to 1."""


def prediction_powered(rest: Sample, judge: Sample, people: Sequence[float]) -> Powered:
    """Of what was judged and not labelled, and of what was labelled what the judge and what people
    said. At least one thing is labelled."""
    said = Sample(np.asarray(people, dtype=np.float64), judge.weights)
    trust = _trust(rest, judge, said)
    off = Sample(said.values - trust * judge.values, judge.weights)
    value = off.mean + (trust * rest.mean if trust else 0.0)
    n = len(people)
    if n < _FEWEST:
        return Powered(Estimate(value), trust)
    binary = _binary(said.values) and _binary(judge.values)
    variance = (_cautious(said, judge, trust) if binary else off).variance_of_mean
    if trust:
        variance += trust**2 * rest.variance_of_mean
    half = _student(max(1.0, judge.size - 1)) * sqrt(variance)
    low, high = value - half, value + half
    if binary:
        value, low, high = (min(1.0, max(0.0, each)) for each in (value, low, high))
    return Powered(Estimate(value, low, high), trust)


def carried(mean: float, variance_of_mean: float, off: Sample) -> Estimate:
    """A prediction-powered mean where people labelled elsewhere: the judge's, and what people said more
    than it did. The judge has its whole weight, as what it is off by is all that can be carried over."""
    value = mean + off.mean
    if len(off.values) < _FEWEST or isnan(variance_of_mean):
        return Estimate(value)
    half = _student(max(1.0, off.size - 1)) * sqrt(variance_of_mean + off.variance_of_mean)
    return Estimate(value, value - half, value + half)


def _trust(rest: Sample, judge: Sample, people: Sample) -> float:
    """The weight of the judge that makes the variance least (PPI++)."""
    if len(rest.values) < 2 or len(judge.values) < 2:
        return 0.0
    at, weights = judge.mean, judge.weights / judge.weights.sum()
    spread = float((weights * (judge.values - at) ** 2).sum())
    if spread == 0:
        return 0.0
    together = float((weights * (judge.values - at) * (people.values - people.mean)).sum())
    return min(1.0, max(0.0, together / ((1 + judge.size / rest.size) * spread)))


def _cautious(people: Sample, judge: Sample, trust: float) -> Sample:
    """With one more error in each direction: a judge that was never seen to err may err."""
    usual = float(judge.weights.mean())
    off = np.append(people.values - trust * judge.values, [1.0, -trust])
    return Sample(off, np.append(judge.weights, [usual, usual]))


def _binary(values: Numbers) -> bool:
    return bool(np.all((values == 0) | (values == 1)))


def _student(freedom: float) -> float:
    from scipy import special

    return float(special.stdtrit(freedom, 0.975))


@dataclass(frozen=True, slots=True)
class Distances:
    """Of numbers."""

    error: Estimate
    """Mean absolute error."""
    bias: Estimate
    """Mean of the judge less people: is it too mild?"""


def distances(pairs: Sequence[tuple[float, float]]) -> Distances:
    """Of (people, judge), at least one."""
    apart = [judge - people for people, judge in pairs]
    return Distances(error=estimated([abs(each) for each in apart]), bias=estimated(apart))


# -- what to label next ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that was judged."""

    target: Target
    values: tuple[float, ...]
    """What versions of the judge say; codes of labels, or numbers."""
    is_labelled: bool
    is_random: bool
    """Did chance choose it before?"""


def to_label(
    candidates: Sequence[Candidate],
    count: int,
    *,
    threshold: float | None,
    random_share: float = 0.5,
    seed: int = 0,
) -> list[tuple[Target, Chosen]]:
    """What tells most, and a part that chance chose.

    Estimates stay honest because they rest on the random part alone. It is drawn from everything
    that was judged and not drawn before, also from what is labelled already: were those left out
    that were labelled because the judge was unsure, the rest would make it look better than it is.
    The other part is what versions of the judge disagree about most, and then what lies nearest to
    the threshold (none: there is no scale to be near on)."""
    by_chance = np.random.default_rng(seed)
    pool = [each for each in candidates if not each.is_random]
    order = by_chance.permutation(len(pool))
    unlabelled = [each for each in pool if not each.is_labelled]
    telling = min(count - round(count * random_share), len(_telling(unlabelled, threshold)))
    drawn = [pool[at] for at in order[: count - telling]]
    taken = {each.target for each in drawn}
    left = [each for each in unlabelled if each.target not in taken]
    found = [(each.target, Chosen.RANDOM) for each in drawn]
    found += _telling(left, threshold)[:telling]
    # Mixed, so that nobody can tell from the order why they are asked.
    return [found[at] for at in by_chance.permutation(len(found))]


def _telling(
    candidates: Sequence[Candidate], threshold: float | None
) -> list[tuple[Target, Chosen]]:
    disputed = [each for each in candidates if len(set(each.values)) > 1]
    disputed.sort(key=lambda each: min(each.values) - max(each.values))
    rest = [each for each in candidates if len(set(each.values)) == 1]
    if threshold is None:
        rest = []
    else:
        rest.sort(key=lambda each: abs(each.values[0] - threshold))
    return [(each.target, Chosen.DISPUTED) for each in disputed] + [
        (each.target, Chosen.UNSURE) for each in rest
    ]
