"""Experiments and their comparison: what the pages and the gate ask."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import Depends, Query, Response

from pilothouse.domain.dataset import Experiment
from pilothouse.domain.errors import NotFound
from pilothouse.domain.job import Job
from pilothouse.domain.span import Span
from pilothouse.edge.access import Caller, CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.evals.comparison import Against, Asked, Told, outcome
from pilothouse.evals.comparisons import Mean, Named, Row, items_of
from pilothouse.evals.running import KIND as RUN
from pilothouse.evals.runs import OWN, Attempt
from pilothouse.protocols.native import dataset_wire as shapes
from pilothouse.protocols.native.calibration import corrected, powered
from pilothouse.protocols.native.datasets import value_of
from pilothouse.reading.answering import answering
from pilothouse.store.relational import datasets, experiments, jobs

router = Router(
    prefix="/projects/{project_id}/experiments",
    tags=["experiments"],
    dependencies=[Depends(project_in_path)],
)


@router.get("")
def list_experiments(
    caller: CallerOf,
    services: ServicesOf,
    dataset_id: Annotated[str, Query(max_length=64)] = "",
    words: Annotated[str, Query(max_length=500, description="Part of the name")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> shapes.ExperimentPage:
    """The newest first."""
    with services.database.read() as db:
        found, total = experiments.listed(db, caller.project_id, dataset_id, words, limit, offset)
    return shapes.ExperimentPage(items=_rows(caller, services, found), total=total)


@router.get("/trend")
def show_trend(
    caller: CallerOf,
    services: ServicesOf,
    dataset_id: Annotated[str, Query(min_length=1, max_length=64)],
    limit: Annotated[int, Query(ge=1, le=60)] = 30,
) -> shapes.Trend:
    """The means of the newest experiments over a data set, the oldest first: is the application
    getting better?"""
    with services.database.read() as db:
        found, _ = experiments.listed(db, caller.project_id, dataset_id, "", limit, 0)
    points = services.comparisons.trend(caller.scope, list(reversed(found)))
    lower = _lower(caller, services)
    return shapes.Trend(
        points=[
            shapes.TrendPoint(
                id=each.experiment.id,
                name=each.experiment.name,
                started_at=each.experiment.started_at,
                metrics=[_mean(mean, lower) for mean in each.metrics],
            )
            for each in points
        ]
    )


@router.get("/{experiment_id}")
def show_experiment(
    experiment_id: str, caller: CallerOf, services: ServicesOf
) -> shapes.ExperimentDetail:
    """An experiment with the mean of each of its metrics. Raises NotFound."""
    found = _found(caller, services, experiment_id)
    summary = services.comparisons.summary(caller.scope, found)
    [row] = _rows(caller, services, [found])
    lower = _lower(caller, services)
    return shapes.ExperimentDetail(
        **row.model_dump(),
        metadata=found.metadata,
        repetitions=summary.repetitions,
        metrics=[_mean(each, lower) for each in summary.metrics],
    )


def _lower(caller: Caller, services: Services) -> set[str]:
    """Metrics of which less is better, whoever asks."""
    return {*services.evaluators.lower(caller.project_id), *OWN}


def _mean(mean: Mean, lower: set[str]) -> shapes.MetricMean:
    return shapes.MetricMean(
        metric=mean.metric,
        value=mean.estimate.value,
        low=mean.estimate.low,
        high=mean.estimate.high,
        count=mean.count,
        lower_is_better=mean.metric in lower,
        freed=corrected(mean.freed),
        powered=powered(mean.freed),
    )


@router.delete("/{experiment_id}", status_code=204)
def delete_experiment(experiment_id: str, caller: CallerOf, services: ServicesOf) -> Response:
    """Forget an experiment with its items; the traces stay."""
    found = _found(caller, services, experiment_id)
    with services.database.write() as db:
        experiments.remove(db, caller.project_id, found.id)
    return Response(status_code=204)


@router.post("/compare")
def compare(
    body: shapes.ComparisonAsked, caller: CallerOf, services: ServicesOf
) -> shapes.ComparisonTold:
    """Candidates against a baseline, metric by metric: how far apart, and whether that is real."""
    asked = Asked(
        metrics=tuple(dict.fromkeys(body.metrics)),
        margin=body.margin,
        margins=body.margins,
        lower=frozenset(body.lower_is_better) | services.evaluators.lower(caller.project_id),
    )
    found = services.comparisons.compare(
        caller.scope, _named(body), asked, cluster_by=body.cluster_by, slice_by=body.slice_by
    )
    told = [found.baseline, *(each.experiment for each in found.candidates)]
    baseline, *rows = _rows(caller, services, told)
    lower = _lower(caller, services)
    return shapes.ComparisonTold(
        baseline=baseline,
        family=found.family,
        candidates=[
            _against(each, row, body.metrics, lower)
            for each, row in zip(found.candidates, rows, strict=True)
        ],
    )


@router.post("/compare/items")
def compare_items(
    body: shapes.ItemsAsked, caller: CallerOf, services: ServicesOf
) -> shapes.ComparedItems:
    """Items that all these experiments have, where the first candidate lost most first."""
    found = services.comparisons.rows(
        caller.scope,
        _named(body),
        body.metric,
        show=body.show,
        lower=body.lower_is_better or body.metric in services.evaluators.lower(caller.project_id),
        limit=body.limit,
        offset=body.offset,
    )
    items = items_of(found.items)
    spans = answering(services.reading, caller.scope, items, bodies=True)
    facts = _facts(caller, services, found.items)
    return shapes.ComparedItems(
        items=[_compared(each, spans, facts[each.item_id]) for each in found.items],
        total=found.total,
    )


# -- answers -------------------------------------------------------------------------------------


def _found(caller: Caller, services: Services, experiment_id: str) -> Experiment:
    with services.database.read() as db:
        found = experiments.one(db, caller.project_id, experiment_id)
    if found is None:
        raise NotFound("no such experiment")
    return found


def _named(body: shapes.Experiments | shapes.ItemsAsked) -> Named:
    return Named(body.baseline, tuple(body.candidates), body.dataset)


def _rows(
    caller: Caller, services: Services, found: Sequence[Experiment]
) -> list[shapes.ExperimentRow]:
    with services.database.read() as db:
        counts = experiments.count_items(db, caller.project_id, [each.id for each in found])
        runs = jobs.latest_of(db, caller.project_id, RUN, [each.id for each in found])
        over = datasets.names_of(db, caller.project_id, {each.dataset_id for each in found} - {""})
    return [
        shapes.ExperimentRow(
            id=each.id,
            name=each.name,
            description=each.description,
            dataset_id=each.dataset_id,
            dataset_name=over.get(each.dataset_id, ""),
            started_at=each.started_at,
            items=counts[each.id],
            run=_run(runs.get(each.id)),
        )
        for each in found
    ]


def _run(job: Job | None) -> shapes.ExperimentRun | None:
    return job and shapes.ExperimentRun(
        status=job.status.value, total=job.total, done=job.done, failed=job.failed
    )


def _against(
    told: Against, row: shapes.ExperimentRow, metrics: Iterable[str], lower: set[str]
) -> shapes.AgainstBaseline:
    return shapes.AgainstBaseline(
        experiment=row,
        outcome=outcome(told, metrics).value,
        items=told.items,
        only_baseline=told.only_baseline,
        only_candidate=told.only_candidate,
        repetitions=told.repetitions,
        metrics=[_metric(each, lower) for each in told.metrics],
        slices={
            metric: [
                shapes.SliceTold(value=each.value, told=_metric(each.told, lower)) for each in own
            ]
            for metric, own in told.slices.items()
        },
    )


def _metric(told: Told, lower: set[str]) -> shapes.MetricTold:
    found = told.found
    return shapes.MetricTold(
        metric=told.metric,
        higher_is_better=told.higher_is_better,
        is_known=told.metric in lower,
        freed_baseline=corrected(told.freed_baseline),
        freed_candidate=corrected(told.freed_candidate),
        powered_baseline=powered(told.freed_baseline),
        powered_candidate=powered(told.freed_candidate),
        margin=told.margin,
        verdict=told.verdict.value,
        not_worse=told.not_worse,
        p_together=told.p,
        baseline_missing=told.baseline_missing,
        candidate_missing=told.candidate_missing,
        noise=told.noise,
        difference=found
        and shapes.DifferenceTold(
            pairs=found.pairs,
            baseline=found.baseline,
            candidate=found.candidate,
            value=found.value,
            low=found.low,
            high=found.high,
            p=found.p,
            method=found.method.value,
            interval=found.interval.value,
            up=found.up,
            down=found.down,
            clusters=found.clusters,
            smallest=found.smallest,
            enough=found.enough,
        ),
    )


def _facts(
    caller: Caller, services: Services, rows: Sequence[Row]
) -> dict[str, tuple[Any, Any, Any]]:
    """By item its input, expected output and metadata, in the version that the baseline ran."""
    told = [row.attempts[0][0].item for row in rows]
    with services.database.read() as db:
        versions = datasets.items_at(
            db, caller.project_id, [(each.item_id, each.item_version) for each in told]
        )
    found: dict[str, tuple[Any, Any, Any]] = {}
    for each in told:
        item = versions.get((each.item_id, each.item_version))
        expected = value_of(each.expected_output) if each.expected_output else None
        metadata = value_of(each.item_metadata) if each.item_metadata else None
        if item:
            expected = item.expected_output if expected is None else expected
            metadata = item.metadata if metadata is None else metadata
        found[each.item_id] = (item.input if item else None, expected, metadata)
    return found


def _compared(
    row: Row, spans: Mapping[str, Span], facts: tuple[Any, Any, Any]
) -> shapes.ComparedItem:
    input, expected, metadata = facts
    if input is None and (span := spans.get(row.attempts[0][0].item.id)):
        input = value_of(span.input)
    return shapes.ComparedItem(
        item_id=row.item_id,
        input=input,
        expected_output=expected,
        metadata=metadata,
        attempts=[
            [_attempt(each, spans.get(each.item.id)) for each in own] for own in row.attempts
        ],
        means=list(row.means),
    )


def _attempt(attempt: Attempt, span: Span | None) -> shapes.Attempt:
    return shapes.Attempt(
        trace_id=attempt.item.trace_id,
        span_id=attempt.item.span_id,
        output=value_of(span.output) if span else None,
        scores=attempt.scores,
        latency=attempt.latency,
        cost=attempt.cost,
        failed=attempt.failed,
    )
