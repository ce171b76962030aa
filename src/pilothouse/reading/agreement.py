"""How far two scores of the same things agree. Pure; intervals are of 95 %.

Labels are compared by Cohen's kappa (its variance after Fleiss, Cohen and Everitt, 1969), numbers by
correlation (Fisher's z; for ranks with the variance of Bonett and Wright, 2000) and by distance. What
the pairs cannot tell is None: no correlation with a constant, no kappa of a single label.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh

from pilothouse.domain.intervals import Estimate, Z, share

_FEWEST = 4
"""Pairs below which a correlation has no interval."""

Pair = tuple[float, float]
Labels = tuple[str, str]
Shares = defaultdict[str, float]


@dataclass(frozen=True, slots=True)
class OfNumbers:
    pearson: Estimate | None
    spearman: Estimate | None
    mae: float
    """Mean distance."""
    rmse: float
    bias: float
    """Mean of the second less the first: is it the milder one?"""


@dataclass(frozen=True, slots=True)
class OfLabels:
    agreement: Estimate
    """Share of pairs with the same label, with Wilson's interval."""
    kappa: Estimate | None
    f1: float | None
    """Mean over the labels, each counting the same; of booleans that of the label True."""


# -- numbers -----------------------------------------------------------------------------------


def of_numbers(pairs: Sequence[Pair]) -> OfNumbers:
    """There is at least one pair."""
    first, second = [one for one, _ in pairs], [other for _, other in pairs]
    apart = [other - one for one, other in pairs]
    n = len(pairs)
    return OfNumbers(
        pearson=_estimate(_correlation(first, second), n, 1.0),
        spearman=_spearman(first, second),
        mae=sum(map(abs, apart)) / n,
        rmse=sqrt(sum(each * each for each in apart) / n),
        bias=sum(apart) / n,
    )


def _spearman(first: Sequence[float], second: Sequence[float]) -> Estimate | None:
    rho = _correlation(ranks(first), ranks(second))
    return _estimate(rho, len(first), 1 + (rho or 0.0) ** 2 / 2)


def _correlation(first: Sequence[float], second: Sequence[float]) -> float | None:
    n = len(first)
    mean_1, mean_2 = sum(first) / n, sum(second) / n
    both = sum((x - mean_1) * (y - mean_2) for x, y in zip(first, second, strict=True))
    spread_1 = sum((x - mean_1) ** 2 for x in first)
    spread_2 = sum((y - mean_2) ** 2 for y in second)
    if spread_1 == 0 or spread_2 == 0:
        return None
    return max(-1.0, min(1.0, both / sqrt(spread_1 * spread_2)))


def _estimate(r: float | None, n: int, variance: float) -> Estimate | None:
    """With Fisher's interval; `variance` is that of z, times n - 3."""
    if r is None:
        return None
    if n < _FEWEST:
        return Estimate(r)
    if abs(r) >= 1 - 1e-12:
        return Estimate(r, r, r)
    z, half = atanh(r), Z * sqrt(variance / (n - 3))
    return Estimate(r, tanh(z - half), tanh(z + half))


def ranks(values: Sequence[float]) -> list[float]:
    """From 1; equal values share the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            found[place] = (start + 1 + end) / 2
        start = end
    return found


# -- labels ------------------------------------------------------------------------------------


def of_labels(pairs: Sequence[Labels], positive: str | None = None) -> OfLabels:
    """There is at least one pair. `positive` is the label that F1 is about, if it is about one."""
    cells = Counter(pairs)
    n = len(pairs)
    same = sum(count for (one, other), count in cells.items() if one == other)
    return OfLabels(agreement=share(same, n), kappa=_kappa(cells, n), f1=_f1(cells, positive))


def _kappa(cells: Counter[Labels], n: int) -> Estimate | None:
    rows, columns = _margins(cells, n)
    labels = rows.keys() | columns.keys()
    observed = sum(cells[label, label] for label in labels) / n
    expected = sum(rows[label] * columns[label] for label in labels)
    if expected >= 1 - 1e-12:
        return None
    kappa = (observed - expected) / (1 - expected)
    on = sum(
        cells[label, label] / n * (1 - (rows[label] + columns[label]) * (1 - kappa)) ** 2
        for label in labels
    )
    off = sum(
        count / n * (columns[one] + rows[other]) ** 2
        for (one, other), count in cells.items()
        if one != other
    )
    rest = (kappa - expected * (1 - kappa)) ** 2
    variance = max(0.0, on + (1 - kappa) ** 2 * off - rest) / (n * (1 - expected) ** 2)
    half = Z * sqrt(variance)
    return Estimate(kappa, max(-1.0, kappa - half), min(1.0, kappa + half))


def _margins(cells: Counter[Labels], n: int) -> tuple[Shares, Shares]:
    """Shares of each label in the first and in the second."""
    rows, columns = Shares(float), Shares(float)
    for (one, other), count in cells.items():
        rows[one] += count / n
        columns[other] += count / n
    return rows, columns


def _f1(cells: Counter[Labels], positive: str | None) -> float | None:
    labels = {positive} if positive is not None else {label for pair in cells for label in pair}
    found: list[float] = []
    for label in sorted(labels):
        hits = cells[label, label]
        told = sum(
            count * ((one == label) + (other == label)) for (one, other), count in cells.items()
        )
        if told:
            found.append(2 * hits / told)
    return sum(found) / len(found) if found else None
