"""What labels of people make of a judge's means: over the items of an experiment, or over any of its
scores. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import nan

import numpy as np

from pilothouse.domain.intervals import Estimate
from pilothouse.domain.review import Chosen
from pilothouse.evals.calibration import (
    ENOUGH_RANDOM,
    Confusion,
    Sample,
    carried,
    corrected,
    prediction_powered,
    sample,
)
from pilothouse.evals.runs import Run
from pilothouse.evals.statistics import Places


@dataclass(frozen=True, slots=True)
class Said:
    """What people said of something that the judge scored too."""

    span_id: str
    """Empty: of the whole trace."""
    value: float
    chosen: Chosen


@dataclass(frozen=True, slots=True)
class Worth:
    """Of a judge, by the labels that have its name."""

    errors: Confusion | None
    """Of one that says yes or no."""
    said: Mapping[str, Sequence[Said]]
    """By trace."""
    off: Sample | None = None
    """Of one that gives numbers: what people said more than it did."""
    of_categories: Mapping[str, Confusion] = field(default_factory=dict[str, Confusion])
    """Of one that gives categories, by category: it against all others."""


@dataclass(frozen=True, slots=True)
class Freed:
    """A judge's mean, freed of its errors."""

    corrected: Estimate | None
    """After Rogan and Gladen, by its error rates wherever people labelled."""
    labels: int
    powered: Estimate | None
    """Prediction-powered."""
    labelled: int
    """Labels that it rests on: of an experiment, those of its very items."""


def freed(run: Run, metric: str, worth: Worth | None, among: Places | None = None) -> Freed | None:
    """Over the items at these places, or over all; None where the labels tell nothing."""
    if worth is None:
        return None
    means = run.means(metric)
    known = np.isfinite(means)
    if among is not None:
        known &= np.isin(np.arange(len(means)), among)
    if not known.any():
        return None
    rate = None
    if worth.errors is not None:
        rate = corrected(float(means[known].mean()), int(known.sum()), worth.errors).rate
    pairs = {place: each for place, each in _pairs(run, metric, worth).items() if known[place]}
    powered = None
    if pairs:
        judge, people = zip(*pairs.values(), strict=True)
        known[list(pairs)] = False
        powered = prediction_powered(sample(means[known].tolist()), sample(judge), people).mean
    if rate is None and powered is None:
        return None
    return Freed(rate, worth.errors.labelled if worth.errors else 0, powered, len(pairs))


def freed_mean(
    mean: float, count: int, variance: float, worth: Worth | None, category: str = ""
) -> Freed | None:
    """Of any of a judge's scores, or the share of one category among them, by its labels wherever they
    are; None where these tell nothing."""
    if worth is None or not count:
        return None
    errors = worth.of_categories.get(category) if category else worth.errors
    if errors is not None:
        rate = corrected(mean, count, errors).rate
        return rate and Freed(rate, errors.labelled, None, 0)
    if worth.off is None:
        return None
    told = carried(mean, variance / count if count > 1 else nan, worth.off)
    return Freed(None, 0, told, len(worth.off.values))


def _pairs(run: Run, metric: str, worth: Worth) -> dict[int, tuple[float, float]]:
    """By the place of an item what the judge and what people said of it, in the mean over those of its
    attempts that both looked at."""
    told = list(_labelled(run, metric, worth))
    used = [each for each in told if each[3] is Chosen.RANDOM]
    if len(used) < ENOUGH_RANDOM:
        used = [each for each in told if each[3] in (Chosen.RANDOM, Chosen.BY_HAND)]
    found: dict[int, list[tuple[float, float]]] = {}
    for place, judge, people, _ in used:
        found.setdefault(place, []).append((judge, people))
    return {
        place: (float(judge), float(people))
        for place, own in found.items()
        for judge, people in [np.mean(own, axis=0)]
    }


def _labelled(run: Run, metric: str, worth: Worth) -> Iterator[tuple[int, float, float, Chosen]]:
    """Place of the item, judge, people, and how it was chosen, of each label of an attempt."""
    values = run.attempts(metric)
    for trace in sorted(worth.said.keys() & run.by_trace.keys()):
        for at in run.by_trace[trace]:
            own = run.links[at].span_id
            for each in worth.said[trace] if np.isfinite(values[at]) else ():
                if not each.span_id or not own or each.span_id == own:
                    yield int(run.places[at]), float(values[at]), each.value, each.chosen
