"""How far people agree who look at the same items. Pure; intervals are of 95 %, by resampling items.

Krippendorff's alpha (2011) takes any number of people and missing answers. It is computed from what
each item sums up to: with the values at places on a line (numbers where they are, ordered categories
at the middle of their ranks), squared distances within an item, and among all answers, need no more
than sums and sums of squares. Cohen's kappa is of two people; weighted (1968) with squared distances
where the categories have an order. What cannot be told is None: no agreement beyond chance where
everybody always says the same. The same answers give the same intervals: chance is seeded.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from pilothouse.domain.intervals import Estimate, share

Array = np.ndarray[Any, np.dtype[np.float64]]
Counts = np.ndarray[Any, np.dtype[np.int64]]
Answers = Sequence[Mapping[str, float]]
"""Of each item, who says what: numbers, or codes of categories."""

_RESAMPLES = 1_999
_MOST_DRAWN = 4_000_000
"""Draws of one interval; what has many kinds of items is drawn less often."""
_FEWEST = 5
"""Items below which there is no interval."""
_MOST_UNDEFINED = 0.1
"""Share of resamples that may tell nothing before there is no interval."""
_TAILS = (2.5, 97.5)


class Level(StrEnum):
    """What the differences between values mean."""

    NOMINAL = "nominal"
    """None: they are the same or they are not."""
    ORDINAL = "ordinal"
    INTERVAL = "interval"


@dataclass(frozen=True, slots=True)
class OfTwo:
    """Of two people, over the items that both answered."""

    first: str
    second: str
    items: int
    same: Estimate
    kappa: Estimate | None
    weighted: Estimate | None


# -- any number of people --------------------------------------------------------------------------


def pairable(answers: Answers) -> list[Mapping[str, float]]:
    """Items that at least two people answered; others tell nothing of agreement."""
    return [each for each in answers if len(each) > 1]


def alpha(answers: Answers, level: Level) -> Estimate | None:
    """Krippendorff's."""
    found = pairable(answers)
    if not found:
        return None
    if level is Level.INTERVAL:
        kinds, times = np.unique(_sums(found), axis=0, return_counts=True)
        of_samples = partial(_interval_alphas, kinds)
    else:
        kinds, times = np.unique(_counts(found), axis=0, return_counts=True)
        of_samples = partial(_label_alphas, kinds, level is Level.ORDINAL)
    value = of_samples(times[None, :].astype(np.float64))[0]
    if np.isnan(value):
        return None
    return _estimate(float(value), of_samples(_drawn(times)), len(found))


def same(answers: Answers) -> Estimate | None:
    """Share of the pairs of people who say the same of an item, the mean over the items."""
    found = pairable(answers)
    if not found:
        return None
    if all(len(each) == 2 for each in found):
        return share(sum(len(set(each.values())) == 1 for each in found), len(found))
    told = [1 - distance(list(each.values()), Level.NOMINAL, 0) for each in found]
    shares, times = np.unique(np.asarray(told), return_counts=True)
    return _estimate(sum(told) / len(told), _drawn(times) @ shares / len(told), len(told))


def _counts(answers: Answers) -> Array:
    """Items by values in order, how often each was said."""
    values = sorted({value for each in answers for value in each.values()})
    places = {value: place for place, value in enumerate(values)}
    counts = np.zeros((len(answers), len(values)))
    for row, each in enumerate(answers):
        for value in each.values():
            counts[row, places[value]] += 1
    return counts


def _sums(answers: Answers) -> Array:
    """Of each item how many answers, their sum, and that of their squares. Only distances count:
    about their mean, large numbers lose no digits."""
    every = [value for each in answers for value in each.values()]
    middle = sum(every) / len(every)
    apart = [[value - middle for value in each.values()] for each in answers]
    return np.asarray([(len(own), sum(own), sum(x * x for x in own)) for own in apart])


def _label_alphas(counts: Array, ordered: bool, weights: Array) -> Array:
    """Of many samples at once: each row of `weights` says how often each kind of item is in it."""
    people = counts.sum(axis=1)
    totals = weights @ counts
    n = totals.sum(axis=1)
    if not ordered:
        apart = (people**2 - (counts**2).sum(axis=1)) / (people - 1)
        return _alphas(n, weights @ apart, n**2 - (totals**2).sum(axis=1))
    places = np.cumsum(totals, axis=1) - totals / 2
    observed = np.zeros(len(weights))
    for own, count, size in zip(counts, weights.T, people, strict=True):
        sums, squares = places @ own, places**2 @ own
        observed += count * (size * squares - sums**2) / (size - 1)
    sums, squares = (totals * places).sum(axis=1), (totals * places**2).sum(axis=1)
    return _alphas(n, observed, n * squares - sums**2)


def _interval_alphas(sums: Array, weights: Array) -> Array:
    people, total, squares = sums.T
    n = weights @ people
    observed = weights @ ((people * squares - total**2) / (people - 1))
    return _alphas(n, observed, n * (weights @ squares) - (weights @ total) ** 2)


def _alphas(n: Array, observed: Array, expected: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 1e-12 * n**2, 1 - (n - 1) * observed / expected, np.nan)


# -- two people ------------------------------------------------------------------------------------


def pairs(answers: Answers, *, ordered: bool) -> list[OfTwo]:
    """Every two people who answered some item both, those with the most such items first."""
    both: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for each in answers:
        for one, other in combinations(sorted(each), 2):
            both.setdefault((one, other), []).append((each[one], each[other]))
    found = [_of_two(*people, said, ordered=ordered) for people, said in both.items()]
    return sorted(found, key=lambda each: (-each.items, each.first, each.second))


def _of_two(
    first: str, second: str, said: Sequence[tuple[float, float]], *, ordered: bool
) -> OfTwo:
    equal = sum(one == other for one, other in said)
    return OfTwo(
        first,
        second,
        len(said),
        same=share(equal, len(said)),
        kappa=kappa(said),
        weighted=kappa(said, weighted=True) if ordered else None,
    )


def kappa(said: Sequence[tuple[float, float]], *, weighted: bool = False) -> Estimate | None:
    """Cohen's; weighted by squared distances of the categories in their order."""
    values = sorted({value for pair in said for value in pair})
    places = {value: place for place, value in enumerate(values)}
    cells = Counter((places[one], places[other]) for one, other in said)
    if not cells:
        return None
    at = np.asarray(list(cells))
    times = np.asarray(list(cells.values()))
    line = np.arange(len(values))
    costs = (line[:, None] - line[None, :]) ** 2
    apart = (costs if weighted else costs > 0).astype(np.float64)
    found = _kappas(at, times[None, :].astype(np.float64), apart)[0]
    if np.isnan(found):
        return None
    return _estimate(float(found), _kappas(at, _drawn(times), apart), len(said))


def _kappas(at: Counts, weights: Array, apart: Array) -> Array:
    """Of many samples at once: each row of `weights` says how often each cell is in it."""
    rows = np.zeros((len(weights), len(apart)))
    columns = np.zeros_like(rows)
    for cell, (row, column) in enumerate(at):
        rows[:, row] += weights[:, cell]
        columns[:, column] += weights[:, cell]
    n = weights.sum(axis=1)
    observed = weights @ apart[at[:, 0], at[:, 1]] / n
    expected = np.einsum("si,ij,sj->s", rows, apart, columns) / n**2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 1e-12, 1 - observed / expected, np.nan)


# -- intervals -------------------------------------------------------------------------------------


def _drawn(times: Counts) -> Array:
    """Items drawn with replacement: how often each kind of them comes, in each sample."""
    n = int(times.sum())
    resamples = min(_RESAMPLES, max(499, _MOST_DRAWN // len(times)))
    return np.random.default_rng(0).multinomial(n, times / n, resamples).astype(np.float64)


def _estimate(value: float, resampled: Array, items: int) -> Estimate:
    told = resampled[~np.isnan(resampled)]
    if items < _FEWEST or len(told) < (1 - _MOST_UNDEFINED) * len(resampled):
        return Estimate(value)
    low, high = np.percentile(told, _TAILS)
    return Estimate(value, float(low), float(high))


# -- what they disagree about ----------------------------------------------------------------------


def distance(said: Sequence[float], level: Level, span: float) -> float:
    """How far the answers to one item lie apart, from 0 to 1: of labels the share of pairs of people
    who differ, of numbers their range as a part of `span`, the range that is possible or was seen."""
    if len(said) < 2:
        return 0.0
    if level is Level.NOMINAL:
        n = len(said)
        equal = sum(count * (count - 1) for count in Counter(said).values())
        return 1 - equal / (n * (n - 1))
    return min(1.0, (max(said) - min(said)) / span) if span > 0 else 0.0
