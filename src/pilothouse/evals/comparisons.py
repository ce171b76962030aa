"""Comparisons of experiments as they are stored: found, read, compared, and shown item by item."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import msgspec
import numpy as np

from pilothouse.domain.dataset import Experiment, ExperimentItem
from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.domain.intervals import Estimate
from pilothouse.domain.scope import Scope
from pilothouse.evals.calibrations import Calibrations
from pilothouse.evals.comparison import Asked, Comparison, compare
from pilothouse.evals.runs import OWN, Attempt, Run, Runs
from pilothouse.evals.statistics import Numbers, estimated
from pilothouse.evals.worth import Freed, Worth, freed
from pilothouse.reading.service import Reading
from pilothouse.store.relational import datasets, experiments
from pilothouse.store.relational.database import Database

MOST_CANDIDATES = 8
_MOST_SLICES = 50
TAGS, SPLIT = "tags", "split"
"""Of items themselves, and no keys of their metadata."""
Show = Literal["all", "better", "worse", "different"]
_SHOWN: dict[Show, Callable[[Numbers], Any]] = {
    "all": lambda _: slice(None),
    "better": lambda gains: gains > 0,
    "worse": lambda gains: gains < 0,
    "different": lambda gains: gains != 0,
}


@dataclass(frozen=True, slots=True)
class Named:
    """Which experiments, by id or by name; of several of one name the newest."""

    baseline: str
    candidates: tuple[str, ...]
    dataset: str = ""
    """Name of the data set that they ran over, where names alone could be mistaken."""


@dataclass(frozen=True, slots=True)
class Row:
    """An item with its attempts in each experiment, the baseline's first."""

    item_id: str
    attempts: tuple[tuple[Attempt, ...], ...]
    means: tuple[float | None, ...]
    """Of the metric asked about."""


@dataclass(frozen=True, slots=True)
class Rows:
    total: int
    items: list[Row]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What items are put together by."""

    metadata: Any
    split: str = ""
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Mean:
    metric: str
    estimate: Estimate
    count: int
    freed: Freed | None


@dataclass(frozen=True, slots=True)
class Point:
    """An experiment in a line of experiments."""

    experiment: Experiment
    metrics: tuple[Mean, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """An experiment by itself."""

    repetitions: float
    metrics: tuple[Mean, ...]


class Comparisons:
    """Blocks; may be used from any thread. Raises NotFound and BadRequest."""

    def __init__(self, database: Database, reading: Reading) -> None:
        self._database = database
        self._runs = Runs(database, reading)
        self._labelled = Calibrations(database, reading)
        self._beside = ThreadPoolExecutor(4, "comparing")
        """Reads runs, and resamples metrics, one beside another."""

    def summary(self, scope: Scope, experiment: Experiment) -> Summary:
        """The mean over items of every metric, with its interval of 95 %."""
        run = self._runs.of(scope, experiment)
        worth = self._labelled.worths(scope, run.scores)
        return Summary(run.repetitions, tuple(_means(run, estimated, worth)))

    def trend(self, scope: Scope, found: Sequence[Experiment]) -> list[Point]:
        """The means of many experiments, as a line over time: with plain errors of the mean, as their
        exact intervals would take too long."""
        runs = [self._runs.of(scope, each) for each in found]
        worth = self._labelled.worths(scope, set[str]().union(*(run.scores for run in runs)))
        return [Point(run.experiment, tuple(_means(run, _plain_mean, worth))) for run in runs]

    def compare(
        self,
        scope: Scope,
        named: Named,
        asked: Asked,
        *,
        cluster_by: str = "",
        slice_by: str = "",
    ) -> Comparison:
        """`cluster_by` and `slice_by` are keys of the items' metadata; dots lead into objects. Slices are
        also by `tags` and by `split`; an item of several tags is in the slice of each."""
        if not 1 <= len(named.candidates) <= MOST_CANDIDATES:
            raise BadRequest(f"a baseline is compared with 1 to {MOST_CANDIDATES} candidates")
        baseline, *candidates = self._read(scope, named)
        facts = self._facts(scope, [baseline, *candidates]) if cluster_by or slice_by else {}
        clusters = _by(facts, cluster_by) if cluster_by else None
        slices = _sliced(facts, slice_by) if slice_by else None
        if slices and len(set[str]().union(*slices.values())) > _MOST_SLICES:
            raise BadRequest(f"{slice_by!r} has more than {_MOST_SLICES} values: too many slices")
        worth = self._labelled.worths(
            scope, baseline.scores & set(asked.metrics or baseline.scores)
        )
        over = self._beside.map
        return compare(baseline, candidates, asked, clusters, slices, worth, over=over)

    def rows(
        self,
        scope: Scope,
        named: Named,
        metric: str,
        *,
        show: Show = "all",
        lower: bool = False,
        limit: int = 50,
        offset: int = 0,
    ) -> Rows:
        """Items that all these experiments have, where the first candidate lost most first, those where
        it has no value any more before all others; of one experiment alone those that it did worst at."""
        runs = self._read(scope, named, metric)
        items = runs[0].items
        if others := [set(run.items) for run in runs[1:]]:
            items = [item for item in items if all(item in other for other in others)]
        means = [_of(items, run, metric) for run in runs]
        gains = _gains(means, -1 if lower or metric in OWN else 1)
        order = np.argsort(gains, kind="stable")
        order = order[_SHOWN[show](gains[order])]
        page = order[offset : offset + limit]
        told = [
            [None if math.isnan(each[at]) else float(each[at]) for each in means] for at in page
        ]
        rows = self._rows(scope, runs, [items[at] for at in page], told)
        return Rows(len(order), rows)

    def _rows(
        self,
        scope: Scope,
        runs: Sequence[Run],
        items: Sequence[str],
        means: Sequence[Sequence[float | None]],
    ) -> list[Row]:
        attempts = [self._runs.attempts(scope, run, items) for run in runs]
        return [
            Row(item, tuple(tuple(each[item]) for each in attempts), tuple(own))
            for item, own in zip(items, means, strict=True)
        ]

    def _read(self, scope: Scope, named: Named, metric: str = "") -> list[Run]:
        found = [
            self._found(scope, each, named.dataset) for each in (named.baseline, *named.candidates)
        ]
        if len({each.id for each in found}) < len(found):
            raise BadRequest("an experiment is compared with others, not with itself")
        return list(self._beside.map(partial(self._runs.of, scope, metric=metric), found))

    def _found(self, scope: Scope, name: str, dataset: str) -> Experiment:
        with self._database.read() as db:
            if by_id := experiments.one(db, scope.project_id, name):
                return by_id
            asked = experiments.Asked(start=0, names=(name,), dataset_ids=())
            if dataset:
                over = datasets.by_name(db, scope.project_id, dataset)
                if over is None:
                    raise NotFound(f"no data set is called {dataset!r}")
                asked = experiments.Asked(start=0, names=(name,), dataset_ids=(over.id,))
            found = experiments.page(db, scope.project_id, asked, 1)
        if not found:
            raise NotFound(f"no experiment is called {name!r}")
        return found[0]

    def _facts(self, scope: Scope, runs: Sequence[Run]) -> dict[str, _Facts]:
        """By item what its data set says of it, or else what the client told."""
        told: dict[str, _Facts] = {}
        with self._database.read() as db:
            for run in reversed(runs):
                own = experiments.metadata_of(db, scope.project_id, run.experiment.id)
                told |= {item: _Facts(msgspec.json.decode(text)) for item, text in own.items()}
            for dataset_id in {run.experiment.dataset_id for run in runs} - {""}:
                asked = datasets.Asked(dataset_id=dataset_id, status=None)
                for item in datasets.items(db, scope.project_id, asked):
                    before = told[item.id].metadata if item.id in told else None
                    metadata = before if item.metadata is None else item.metadata
                    told[item.id] = _Facts(metadata, item.split, item.tags)
        return told


def _sliced(facts: Mapping[str, _Facts], key: str) -> dict[str, Sequence[str]]:
    """By item the slices that it is in; without those that are in none."""
    if key == TAGS:
        return {item: each.tags for item, each in facts.items() if each.tags}
    if key == SPLIT:
        return {item: (each.split,) for item, each in facts.items() if each.split}
    return {item: (value,) for item, value in _by(facts, key).items()}


def _by(facts: Mapping[str, _Facts], key: str) -> dict[str, str]:
    """By item the text at a key of its metadata; without those that lack it."""
    found: dict[str, str] = {}
    for item, each in facts.items():
        value = each.metadata
        for part in key.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if value is not None:
            found[item] = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return found


def _gains(means: Sequence[Numbers], sign: int) -> Numbers:
    """By item what the second has over the first, without bounds where only one has a value."""
    if len(means) == 1:
        return np.nan_to_num(sign * means[0])
    first, second = means[:2]
    gains = sign * (second - first)
    gains[np.isnan(second)] = -np.inf
    gains[np.isnan(first)] = np.inf
    gains[np.isnan(first) & np.isnan(second)] = 0
    return gains


def _of(items: Sequence[str], run: Run, metric: str) -> Numbers:
    """The means of these items, all of which the run has."""
    if len(items) == len(run.items):
        return run.means(metric)
    place = {item: at for at, item in enumerate(run.items)}
    return run.means(metric)[[place[item] for item in items]]


def items_of(rows: Sequence[Row]) -> list[ExperimentItem]:
    return [each.item for row in rows for own in row.attempts for each in own]


def _means(
    run: Run, estimate: Callable[[Numbers], Estimate], worth: Mapping[str, Worth]
) -> Iterator[Mean]:
    for metric in (*sorted(run.scores), *OWN):
        means = run.means(metric)
        known = means[np.isfinite(means)]
        if len(known):
            own = freed(run, metric, worth.get(metric))
            yield Mean(metric, estimate(known), len(known), own)


def _plain_mean(items: Numbers) -> Estimate:
    mean = float(items.mean())
    if len(items) < 2:
        return Estimate(mean, None, None)
    reach = 1.96 * float(items.std(ddof=1)) / math.sqrt(len(items))
    return Estimate(mean, mean - reach, mean + reach)
