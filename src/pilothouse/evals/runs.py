"""Experiments as they are compared: by item what each attempt at it came to."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from pilothouse.domain.dataset import Experiment, ExperimentItem
from pilothouse.domain.scope import Scope
from pilothouse.query.answers import Measured
from pilothouse.reading.service import Reading
from pilothouse.store.relational import experiments
from pilothouse.store.relational.database import Database

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


@dataclass(frozen=True, slots=True)
class Run:
    """An experiment with what is known of its items."""

    experiment: Experiment
    attempts: dict[str, list[Attempt]] = field(default_factory=dict[str, list[Attempt]])
    """By item."""

    @property
    def scores(self) -> set[str]:
        """Names of what its attempts were scored by."""
        return {name for own in self.attempts.values() for each in own for name in each.scores}


class Runs:
    """Reads experiments. Blocks; may be used from any thread."""

    def __init__(self, database: Database, reading: Reading) -> None:
        self._database = database
        self._reading = reading

    def of(self, scope: Scope, experiment: Experiment, metric: str = "") -> Run:
        """With no more than the metric needs, when one is told."""
        with self._database.read() as db:
            items = experiments.items_of(db, scope.project_id, experiment.id)
        return self.read(scope, experiment, items, metric)

    def read(
        self,
        scope: Scope,
        experiment: Experiment,
        items: Sequence[ExperimentItem],
        metric: str = "",
        among: Run | None = None,
    ) -> Run:
        """Of these items alone; `among` is the whole run where they are a part of one."""
        every = items if among is None else [a.item for own in among.attempts.values() for a in own]
        alone = {
            trace for trace, count in Counter(each.trace_id for each in every).items() if count == 1
        }
        alone &= {each.trace_id for each in items}
        measured = self._measured(scope, items, alone) if not metric or metric in OWN else {}
        scored = self._scored(scope, items if metric not in OWN else ())
        run = Run(experiment)
        for item in items:
            found = measured.get((item.trace_id, "" if item.trace_id in alone else item.span_id))
            attempt = Attempt(
                item=item,
                scores=_means(scored[item.trace_id], item.span_id),
                latency=found.latency / _SECOND if found and found.latency is not None else None,
                cost=found.cost if found else None,
                failed=found.failed if found else None,
            )
            run.attempts.setdefault(item.item_id, []).append(attempt)
        return run

    def _measured(
        self, scope: Scope, items: Sequence[ExperimentItem], alone: set[str]
    ) -> dict[tuple[str, str], Measured]:
        """Of an item that has a trace for itself the whole of it; of others what their span tells."""
        shared = [(each.trace_id, each.span_id) for each in items if each.trace_id not in alone]
        traces = sorted(alone | {trace for trace, span in shared if not span})
        spans = [key for key in shared if key[1]]
        found = self._reading.measured(scope, traces) if traces else []
        found += self._reading.measured_spans(scope, spans) if spans else []
        return {(each.trace_id, each.span_id): each for each in found}

    def _scored(
        self, scope: Scope, items: Sequence[ExperimentItem]
    ) -> defaultdict[str, list[tuple[str, str, float]]]:
        """By trace (span, name, value)."""
        found: defaultdict[str, list[tuple[str, str, float]]] = defaultdict(list)
        traces = sorted({each.trace_id for each in items})
        for trace, span, name, value in self._reading.numbers(scope, traces):
            found[trace].append((span, name, value))
        return found


def _means(scores: Sequence[tuple[str, str, float]], span_id: str) -> dict[str, float]:
    """Those of the whole trace and of the item's own span; where it names none, of every span."""
    values: defaultdict[str, list[float]] = defaultdict(list)
    for span, name, value in scores:
        if not span or not span_id or span == span_id:
            values[name].append(value)
    return {name: sum(found) / len(found) for name, found in values.items()}
