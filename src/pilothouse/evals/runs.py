"""Experiments as they are compared: in columns, a number for each attempt at an item."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pilothouse.domain.dataset import Experiment, ExperimentItem
from pilothouse.domain.scope import Scope
from pilothouse.evals.statistics import Numbers, Places
from pilothouse.query.answers import Measured, Numbered
from pilothouse.reading.service import Reading
from pilothouse.store.relational import experiments
from pilothouse.store.relational.database import Database
from pilothouse.store.relational.experiments import Link

_SECOND = 1e6

LATENCY, COST, FAILURES = "latency", "cost", "failures"
OWN = (LATENCY, COST, FAILURES)
"""Metrics that every experiment has: seconds, money, share of attempts that failed. Less is better."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One repetition of an item."""

    item: ExperimentItem
    scores: dict[str, float]
    """Numbers and booleans by name; of several of one name the mean."""
    latency: float | None
    """Seconds."""
    cost: float | None
    """None where it is not known."""
    failed: bool | None
    """None while nothing of its trace is there."""


@dataclass(frozen=True)
class Run:
    """An experiment with what is known of its attempts."""

    experiment: Experiment
    links: Sequence[Link]
    """What each attempt is: item, trace, span."""
    values: Mapping[str, Numbers]
    """By metric the number of each attempt, NaN where it has none."""

    @cached_property
    def items(self) -> list[str]:
        """Each once, in order."""
        return sorted({each.item_id for each in self.links})

    @cached_property
    def places(self) -> Places:
        """By attempt the place of its item."""
        place = {item: at for at, item in enumerate(self.items)}
        return np.array([place[each.item_id] for each in self.links], dtype=np.intp)

    @cached_property
    def by_trace(self) -> dict[str, list[int]]:
        """Which attempts a trace answered."""
        return _by_trace(self.links)

    @property
    def scores(self) -> set[str]:
        """Names of what its attempts were scored by."""
        return set(self.values) - set(OWN)

    @property
    def repetitions(self) -> float:
        """Attempts an item, in the mean."""
        return len(self.links) / len(self.items) if self.links else 0.0

    def attempts(self, metric: str) -> Numbers:
        found = self.values.get(metric)
        return np.full(len(self.links), np.nan) if found is None else found

    def means(self, metric: str) -> Numbers:
        """By item the mean of its attempts, NaN where none has a number."""
        values, many = self.attempts(metric), len(self.items)
        known = np.isfinite(values)
        counts = np.bincount(self.places[known], minlength=many)
        sums = np.bincount(self.places[known], values[known], minlength=many)
        return np.divide(sums, counts, out=np.full(many, np.nan), where=counts > 0)


class Runs:
    """Reads experiments. Blocks; may be used from any thread."""

    def __init__(self, database: Database, reading: Reading) -> None:
        self._database = database
        self._reading = reading
        self._beside = ThreadPoolExecutor(4, "runs")
        """Asks for the scores while the traces are measured."""

    def of(self, scope: Scope, experiment: Experiment, metric: str = "") -> Run:
        """With no more than the metric needs, when one is told."""
        with self._database.read() as db:
            links = experiments.links_of(db, scope.project_id, experiment.id)
        traces = sorted({each.trace_id for each in links})
        numbers = (
            self._beside.submit(self._reading.numbers, scope, traces, metric)
            if metric not in OWN
            else None
        )
        values: dict[str, Numbers] = {}
        if not metric or metric in OWN:
            values |= _own(links, self._measured(scope, links, _alone(links)))
        if numbers is not None:
            values |= _scored(links, numbers.result())
        return Run(experiment, links, values)

    def attempts(self, scope: Scope, run: Run, items: Sequence[str]) -> dict[str, list[Attempt]]:
        """Everything that is known of the attempts at some items, the newest first."""
        with self._database.read() as db:
            found = experiments.answers_of(db, scope.project_id, run.experiment.id, items)
        links = [Link(each.item_id, each.trace_id, each.span_id) for each in found]
        alone = _alone(run.links) & {each.trace_id for each in links}
        measured = self._measured(scope, links, alone)
        scores = _scored(
            links, self._reading.numbers(scope, sorted({each.trace_id for each in links}))
        )
        by_item: defaultdict[str, list[Attempt]] = defaultdict(list)
        for place, (item, own) in enumerate(zip(found, measured, strict=True)):
            attempt = Attempt(
                item=item,
                scores={
                    name: float(values[place])
                    for name, values in scores.items()
                    if math.isfinite(values[place])
                },
                latency=own.latency / _SECOND if own and own.latency is not None else None,
                cost=own.cost if own else None,
                failed=own.failed if own else None,
            )
            by_item[item.item_id].append(attempt)
        return by_item

    def _measured(
        self, scope: Scope, links: Sequence[Link], alone: set[str]
    ) -> list[Measured | None]:
        """Of an item that has a trace for itself the whole of it; of others what their span tells."""
        keys = [("" if link.trace_id in alone else link.span_id) for link in links]
        traces = sorted({link.trace_id for link, key in zip(links, keys, strict=True) if not key})
        spans = [(link.trace_id, key) for link, key in zip(links, keys, strict=True) if key]
        found = self._reading.measured(scope, traces) if traces else []
        found += self._reading.measured_spans(scope, spans) if spans else []
        by_key = {(each.trace_id, each.span_id): each for each in found}
        return [by_key.get((link.trace_id, key)) for link, key in zip(links, keys, strict=True)]


def _by_trace(links: Sequence[Link]) -> dict[str, list[int]]:
    """The places of the links that name a trace."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, link in enumerate(links):
        found[link.trace_id].append(place)
    return found


def _alone(links: Sequence[Link]) -> set[str]:
    """Traces that answer one item alone."""
    return {trace for trace, many in Counter(each.trace_id for each in links).items() if many == 1}


def _own(links: Sequence[Link], measured: Sequence[Measured | None]) -> dict[str, Numbers]:
    told = np.full((3, len(links)), np.nan)
    for place, each in enumerate(measured):
        if each is not None:
            told[0, place] = math.nan if each.latency is None else each.latency / _SECOND
            told[1, place] = math.nan if each.cost is None else each.cost
            told[2, place] = each.failed
    return dict(zip(OWN, told, strict=True))


def _scored(links: Sequence[Link], found: Sequence[Numbered]) -> dict[str, Numbers]:
    """By name the mean of the scores of an attempt: those of its whole trace and of its own span; where
    it names none, of every span."""
    of_trace = _by_trace(links)
    columns: dict[str, Numbers] = {}
    for each in found:
        if each.name in OWN:
            continue
        rows = [
            (place, value)
            for trace, span, value in zip(each.traces, each.spans, each.values, strict=True)
            for place in of_trace.get(trace, ())
            if not span or not (own := links[place].span_id) or span == own
        ]
        places = np.array([place for place, _ in rows], dtype=np.intp)
        counts = np.bincount(places, minlength=len(links))
        sums = np.bincount(places, [value for _, value in rows], minlength=len(links))
        columns[each.name] = np.divide(
            sums, counts, out=np.full(len(links), np.nan), where=counts > 0
        )
    return columns
