"""Comparisons of experiments as they are stored: found, read, compared, and shown item by item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from pilothouse.domain.dataset import Experiment, ExperimentItem
from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.domain.intervals import Estimate
from pilothouse.domain.scope import Scope
from pilothouse.evals.comparison import Asked, Comparison, compare, values
from pilothouse.evals.runs import OWN, Attempt, Run, Runs
from pilothouse.evals.statistics import estimated
from pilothouse.reading.service import Reading
from pilothouse.store.relational import datasets, experiments
from pilothouse.store.relational.database import Database

MOST_CANDIDATES = 8
_MOST_SLICES = 50
Show = Literal["all", "better", "worse", "different"]


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
class Mean:
    metric: str
    estimate: Estimate
    count: int


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

    def summary(self, scope: Scope, experiment: Experiment) -> Summary:
        """The mean over items of every metric, with its interval of 95 %."""
        run = self._runs.of(scope, experiment)
        means: list[Mean] = []
        for metric in (*sorted(run.scores), *OWN):
            found = [values(own, metric) for own in run.attempts.values()]
            items = [sum(each) / len(each) for each in found if each]
            if items:
                means.append(Mean(metric, estimated(items), len(items)))
        attempts = sum(map(len, run.attempts.values()))
        return Summary(attempts / len(run.attempts) if run.attempts else 0.0, tuple(means))

    def trend(self, scope: Scope, found: Sequence[Experiment]) -> list[Point]:
        """The means of many experiments, as a line over time: with plain errors of the mean, as their
        exact intervals would take too long."""
        points: list[Point] = []
        for experiment in found:
            run = self._runs.of(scope, experiment)
            means: list[Mean] = []
            for metric in (*sorted(run.scores), *OWN):
                own = [values(each, metric) for each in run.attempts.values()]
                items = [sum(each) / len(each) for each in own if each]
                if items:
                    means.append(Mean(metric, _plain_mean(items), len(items)))
            points.append(Point(experiment, tuple(means)))
        return points

    def compare(
        self,
        scope: Scope,
        named: Named,
        asked: Asked,
        *,
        cluster_by: str = "",
        slice_by: str = "",
    ) -> Comparison:
        """`cluster_by` and `slice_by` are keys of the items' metadata; dots lead into objects."""
        if not 1 <= len(named.candidates) <= MOST_CANDIDATES:
            raise BadRequest(f"a baseline is compared with 1 to {MOST_CANDIDATES} candidates")
        baseline, *candidates = self._read(scope, named)
        facts = self._metadata(scope, [baseline, *candidates]) if cluster_by or slice_by else {}
        clusters = _by(facts, cluster_by) if cluster_by else None
        slices = _by(facts, slice_by) if slice_by else None
        if slices and len(set(slices.values())) > _MOST_SLICES:
            raise BadRequest(f"{slice_by!r} has more than {_MOST_SLICES} values: too many slices")
        return compare(baseline, candidates, asked, clusters, slices)

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
        """Items that all these experiments have, where the first candidate lost most first; of one
        experiment alone those that it did worst at."""
        runs = self._read(scope, named, metric)
        shared = sorted(set(runs[0].attempts).intersection(*(run.attempts for run in runs[1:])))
        rows = [_row(item, runs, metric) for item in shared]
        sign = -1 if lower or metric in OWN else 1
        found = [(each, sign * (_gain(each) or 0.0)) for each in rows]
        if show == "better":
            found = [each for each in found if each[1] > 0]
        elif show == "worse":
            found = [each for each in found if each[1] < 0]
        elif show == "different":
            found = [each for each in found if each[1] != 0]
        found.sort(key=lambda each: (each[1], each[0].item_id))
        page = [row for row, _ in found[offset : offset + limit]]
        return Rows(len(found), self._whole(scope, runs, page, metric))

    def _whole(
        self, scope: Scope, runs: Sequence[Run], page: Sequence[Row], metric: str
    ) -> list[Row]:
        """The rows with everything that is known of their attempts."""
        whole = [
            self._runs.read(
                scope,
                run.experiment,
                [each.item for row in page for each in row.attempts[place]],
                among=run,
            )
            for place, run in enumerate(runs)
        ]
        return [_row(row.item_id, whole, metric) for row in page]

    def _read(self, scope: Scope, named: Named, metric: str = "") -> list[Run]:
        found = [
            self._found(scope, each, named.dataset) for each in (named.baseline, *named.candidates)
        ]
        if len({each.id for each in found}) < len(found):
            raise BadRequest("an experiment is compared with others, not with itself")
        return [self._runs.of(scope, each, metric) for each in found]

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

    def _metadata(self, scope: Scope, runs: Sequence[Run]) -> dict[str, Any]:
        """By item what its data set says of it, or else what the client told."""
        told = {
            item: msgspec.json.decode(own[0].item.item_metadata)
            for run in reversed(runs)
            for item, own in run.attempts.items()
            if own[0].item.item_metadata
        }
        with self._database.read() as db:
            for dataset_id in {run.experiment.dataset_id for run in runs} - {""}:
                asked = datasets.Asked(dataset_id=dataset_id, status=None)
                for item in datasets.items(db, scope.project_id, asked):
                    if item.metadata is not None:
                        told[item.id] = item.metadata
        return told


def _by(facts: Mapping[str, Any], key: str) -> dict[str, str]:
    """By item the text at a key of its metadata; without those that lack it."""
    found: dict[str, str] = {}
    for item, value in facts.items():
        for part in key.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if value is not None:
            found[item] = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return found


def _row(item: str, runs: Sequence[Run], metric: str) -> Row:
    attempts = tuple(tuple(run.attempts[item]) for run in runs)
    found = [values(own, metric) for own in attempts]
    return Row(item, attempts, tuple(sum(own) / len(own) if own else None for own in found))


def _gain(row: Row) -> float | None:
    if len(row.means) == 1:
        return row.means[0]
    before, after = row.means[0], row.means[1]
    return None if before is None or after is None else after - before


def items_of(rows: Sequence[Row]) -> list[ExperimentItem]:
    return [each.item for row in rows for own in row.attempts for each in own]


def _plain_mean(items: Sequence[float]) -> Estimate:
    count = len(items)
    mean = sum(items) / count
    if count < 2:
        return Estimate(mean, None, None)
    spread = sum((each - mean) ** 2 for each in items) / (count - 1)
    reach = 1.96 * (spread / count) ** 0.5
    return Estimate(mean, mean - reach, mean + reach)
