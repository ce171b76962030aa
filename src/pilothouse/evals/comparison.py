"""Experiments side by side: item by item, metric by metric, with a verdict on each. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from pilothouse.domain.dataset import Experiment
from pilothouse.domain.intervals import holm
from pilothouse.evals.runs import FAILURES, OWN, Run
from pilothouse.evals.statistics import (
    LEVEL,
    Difference,
    Pairs,
    Places,
    Verdict,
    difference,
    mcnemar,
    noise_share,
    not_worse,
    verdict,
)
from pilothouse.evals.worth import Freed, Worth, freed


class Outcome(StrEnum):
    """What a gate says."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    UNCLEAR = "cannot tell"


@dataclass(frozen=True, slots=True)
class Asked:
    """How to compare."""

    metrics: tuple[str, ...] = ()
    """Names of scores, and of `OWN`; none: all that are there."""
    margin: float = 0.0
    """Loss that does not matter, in the metric's own unit."""
    margins: Mapping[str, float] = field(default_factory=dict[str, float])
    """By metric, where another margin holds."""
    lower: frozenset[str] = frozenset()
    """Scores of which less is better."""
    seed: int = 0

    def margin_of(self, metric: str) -> float:
        return self.margins.get(metric, self.margin if metric not in OWN else 0.0)

    def higher_is_better(self, metric: str) -> bool:
        return metric not in OWN and metric not in self.lower


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of one metric of a candidate against the baseline."""

    metric: str
    higher_is_better: bool
    margin: float
    found: Difference | None
    """None: there is no pair."""
    p: float
    """As it counts among all metrics asked about (Holm)."""
    verdict: Verdict
    not_worse: bool
    baseline_missing: int
    """Items of both without a value in the baseline."""
    candidate_missing: int
    lost: bool
    """Does the candidate lack values that the baseline has, more often than chance would have it?"""
    noise: float | None
    """Part of the spread of the candidate's items that its repetitions explain."""
    freed_baseline: Freed | None
    freed_candidate: Freed | None


@dataclass(frozen=True, slots=True)
class Slice:
    """One metric among the items that share a value."""

    value: str
    told: Told


@dataclass(frozen=True, slots=True)
class Against:
    """A candidate against the baseline."""

    experiment: Experiment
    items: int
    """In both."""
    only_baseline: int
    only_candidate: int
    repetitions: float
    """Attempts an item, in the mean."""
    metrics: tuple[Told, ...]
    slices: Mapping[str, tuple[Slice, ...]]
    """By metric."""


@dataclass(frozen=True, slots=True)
class Comparison:
    baseline: Experiment
    family: int
    """How many questions Holm's correction counts."""
    candidates: tuple[Against, ...]


Over = Callable[[Callable[[str], Told], Iterable[str]], Iterable[Told]]


def compare(
    baseline: Run,
    candidates: Sequence[Run],
    asked: Asked,
    clusters: Mapping[str, str] | None = None,
    slices: Mapping[str, Sequence[str]] | None = None,
    worth: Mapping[str, Worth] = MappingProxyType({}),
    *,
    over: Over = map,
) -> Comparison:
    """`clusters` and `slices` give by item what it belongs to; an item that is in no cluster stands
    alone, one that is in no slice is left out of them. `worth` tells by metric what labels make of
    it. `over` does for each metric what is to be done, perhaps in other threads."""
    metrics = asked.metrics or _metrics([baseline, *candidates])
    shared = [_Shared.of(baseline, each, clusters) for each in candidates]
    told = [
        list(over(partial(_told, baseline, run, asked, both, worth), metrics))
        for run, both in zip(candidates, shared, strict=True)
    ]
    against = [
        _against(
            baseline, run, own, both, _sliced(baseline, run, metrics, asked, both, slices, worth)
        )
        for run, own, both in zip(candidates, _together(told, asked), shared, strict=True)
    ]
    return Comparison(baseline.experiment, len(metrics) * len(candidates), tuple(against))


def outcome(against: Against, metrics: Iterable[str] = ()) -> Outcome:
    """Of these metrics, or of all scores: one loss fails, and so do more failures, as items that
    failed have no scores; what is better, equivalent or shown to be no loss of the margin passes,
    unless the candidate lost values; anything else cannot be told."""
    among = set(metrics) or {each.metric for each in against.metrics} - set(OWN)
    looked_at = [each for each in against.metrics if each.metric in among]
    fatal = among if metrics else among | {FAILURES}
    if any(each.verdict is Verdict.WORSE for each in against.metrics if each.metric in fatal):
        return Outcome.FAIL
    fine = (Verdict.BETTER, Verdict.EQUIVALENT)
    if looked_at and all(
        (each.verdict in fine or each.not_worse) and not each.lost for each in looked_at
    ):
        return Outcome.PASS
    return Outcome.UNCLEAR


def _metrics(runs: Sequence[Run]) -> tuple[str, ...]:
    """What the first and at least one other can be compared by."""
    first, *others = [run.scores for run in runs]
    shared = first & set[str]().union(*others)
    return (*sorted(shared), *OWN)


@dataclass(frozen=True, slots=True)
class _Shared:
    """The items that two runs have, in order, and where each run keeps them."""

    items: Sequence[str]
    first: Places
    second: Places
    clusters: Sequence[str] | None
    """What each belongs to."""

    @classmethod
    def of(cls, baseline: Run, candidate: Run, clusters: Mapping[str, str] | None) -> "_Shared":
        other = {item: place for place, item in enumerate(candidate.items)}
        both = [(item, place) for place, item in enumerate(baseline.items) if item in other]
        items = [item for item, _ in both]
        return cls(
            items,
            np.array([place for _, place in both], dtype=np.intp),
            np.array([other[item] for item in items], dtype=np.intp),
            None if clusters is None else [clusters.get(item, f"\0{item}") for item in items],
        )

    def among(self, chosen: Places) -> "_Shared":
        return _Shared(
            [self.items[place] for place in chosen.tolist()],
            self.first[chosen],
            self.second[chosen],
            None if self.clusters is None else [self.clusters[place] for place in chosen.tolist()],
        )


def _told(
    baseline: Run,
    candidate: Run,
    asked: Asked,
    shared: _Shared,
    worth: Mapping[str, Worth],
    metric: str,
) -> Told:
    first, second = baseline.means(metric)[shared.first], candidate.means(metric)[shared.second]
    paired = np.flatnonzero(np.isfinite(first) & np.isfinite(second))
    found = None
    if len(paired):
        clusters = shared.clusters and [shared.clusters[place] for place in paired.tolist()]
        found = difference(Pairs(first[paired], second[paired], clusters), asked.seed)
    return Told(
        metric=metric,
        higher_is_better=asked.higher_is_better(metric),
        margin=asked.margin_of(metric),
        found=found,
        p=found.p if found else 1.0,
        verdict=Verdict.UNCLEAR,
        not_worse=False,
        baseline_missing=int(np.isnan(first).sum()),
        candidate_missing=int(np.isnan(second).sum()),
        lost=_lost(np.isnan(first), np.isnan(second)),
        noise=_noise(candidate, metric, shared),
        freed_baseline=freed(baseline, metric, worth.get(metric), shared.first[paired]),
        freed_candidate=freed(candidate, metric, worth.get(metric), shared.second[paired]),
    )


def _lost(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> bool:
    lost, won = int((second & ~first).sum()), int((first & ~second).sum())
    return lost > won and mcnemar(won, lost) < LEVEL


def _noise(candidate: Run, metric: str, shared: _Shared) -> float | None:
    if len(candidate.links) == len(candidate.items):
        return None
    values = candidate.attempts(metric)
    among = np.isfinite(values) & np.isin(candidate.places, shared.second)
    return noise_share(values[among], candidate.places[among])


def _together(told: list[list[Told]], asked: Asked) -> list[list[Told]]:
    """With verdicts, once all are known that were asked about at the same time."""
    flat = [each for own in told for each in own]
    ps = iter(holm([each.p for each in flat]))
    return [[_judged(each, next(ps)) for each in own] for own in told]


def _judged(told: Told, p: float) -> Told:
    if told.found is None:
        return replace(told, p=p)
    higher = told.higher_is_better
    return replace(
        told,
        p=p,
        verdict=verdict(told.found, p, told.margin, higher_is_better=higher),
        not_worse=not_worse(told.found, told.margin, higher_is_better=higher),
    )


def _sliced(
    baseline: Run,
    candidate: Run,
    metrics: Sequence[str],
    asked: Asked,
    shared: _Shared,
    slices: Mapping[str, Sequence[str]] | None,
    worth: Mapping[str, Worth],
) -> dict[str, tuple[Slice, ...]]:
    if slices is None:
        return {}
    of: dict[str, list[int]] = {}
    for place, item in enumerate(shared.items):
        for name in slices.get(item, ()):
            of.setdefault(name, []).append(place)
    names = sorted(of, key=lambda name: (-len(of[name]), name))
    among = [shared.among(np.array(of[name], dtype=np.intp)) for name in names]
    found: dict[str, tuple[Slice, ...]] = {}
    for metric in metrics:
        told = [_told(baseline, candidate, asked, each, worth, metric) for each in among]
        [judged] = _together([told], asked)
        found[metric] = tuple(map(Slice, names, judged))
    return found


def _against(
    baseline: Run,
    candidate: Run,
    told: Sequence[Told],
    shared: _Shared,
    slices: Mapping[str, tuple[Slice, ...]],
) -> Against:
    both, own = len(shared.items), len(candidate.items)
    return Against(
        experiment=candidate.experiment,
        items=both,
        only_baseline=len(baseline.items) - both,
        only_candidate=own - both,
        repetitions=candidate.repetitions,
        metrics=tuple(told),
        slices=slices,
    )
