"""Calibration: what a judge's scores are worth, and what people should label next to know it better."""

from dataclasses import asdict

from fastapi import Depends

from pilothouse.domain.intervals import Estimate
from pilothouse.edge.access import CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.evals.calibrations import Asked, Calibrations, Card
from pilothouse.evals.freed_charts import freed_chart
from pilothouse.evals.worth import Freed
from pilothouse.protocols.native import annotation_queues as queues
from pilothouse.protocols.native import annotation_wire, question_wire, score_wire
from pilothouse.protocols.native import calibration_wire as shapes
from pilothouse.protocols.native.blinding import sight
from pilothouse.protocols.native.reading import chart_question
from pilothouse.query import lists

router = Router(
    prefix="/projects/{project_id}", tags=["calibration"], dependencies=[Depends(project_in_path)]
)


@router.post("/calibration")
def calibrate(
    body: shapes.CardAsked, caller: CallerOf, services: ServicesOf
) -> shapes.CalibrationCard:
    """A judge's scores against what people said of the same things: error rates, what its rate is
    once these are taken out, and the labels that all of it rests on."""
    return _shown(calibrations(services).card(caller.scope, _asked(body)))


@router.post("/calibration/next")
def next_to_label(
    body: shapes.NextAsked, caller: CallerOf, services: ServicesOf
) -> shapes.NextItems:
    """What people should label next: by chance, where versions of the judge disagree, and where its
    score lies near the threshold. The same again until something is labelled."""
    found = calibrations(services).to_label(
        caller.scope, _asked(body), body.count, body.random_share
    )
    return shapes.NextItems(
        items=[shapes.NextItem(**asdict(about), chosen=chosen.value) for about, chosen in found]
    )


@router.post("/annotation-queues/{queue_id}/items/from-judge")
def add_next(
    queue_id: str, body: shapes.NextAsked, caller: CallerOf, services: ServicesOf
) -> annotation_wire.ItemsAdded:
    """Put what people should label next into a queue, and keep how each was chosen."""
    queue = queues.found(caller, services, queue_id)
    found = calibrations(services).to_label(
        caller.scope, _asked(body), body.count, body.random_share
    )
    return queues.add(services, queue, found)


@router.post("/charts/freed")
def free_chart(
    body: question_wire.ChartQuestion, caller: CallerOf, services: ServicesOf
) -> shapes.FreedChart:
    """What labels of people make of the judges' means in a chart: apart from the chart, as it takes
    longer."""
    found = freed_chart(
        services.reading,
        calibrations(services),
        caller.scope,
        chart_question(body, sight(caller, services)),
    )
    return shapes.FreedChart(
        rows=[
            shapes.FreedChartRow(
                keys=each.keys,
                means=[
                    mean and shapes.FreedMean(freed=corrected(mean), powered=powered(mean))
                    for mean in each.means
                ],
            )
            for each in found
        ]
    )


def corrected(freed: Freed | None) -> score_wire.FreedRate | None:
    return freed and _freed(freed.corrected, freed.labels)


def powered(freed: Freed | None) -> score_wire.FreedRate | None:
    return freed and _freed(freed.powered, freed.labelled)


def _freed(found: Estimate | None, labels: int) -> score_wire.FreedRate | None:
    return found and score_wire.FreedRate(
        value=found.value, low=found.low, high=found.high, labels=labels
    )


def calibrations(services: Services) -> Calibrations:
    return Calibrations(services.database, services.reading)


def _asked(body: shapes.CardAsked) -> Asked:
    return Asked(
        judge=body.judge,
        within=lists.ranged(body.start, body.end),
        people=body.people,
        version=body.version,
        threshold=body.threshold,
        positive=body.positive,
        basis=body.basis,
    )


def _shown(card: Card) -> shapes.CalibrationCard:
    apart, both = card.distances, card.correlation
    return shapes.CalibrationCard(
        judge=card.name,
        people=card.people,
        data_type=card.data_type,
        people_type=card.people_type,
        versions=[
            shapes.JudgeVersion(
                key=each.key,
                evaluator_id=each.evaluator_id,
                version=each.version,
                count=each.count,
                last=each.last,
            )
            for each in card.versions
        ],
        version=card.version,
        judged=card.judged,
        weighted=card.weighted,
        raw=_estimate(card.raw),
        labelled=shapes.LabelCounts.model_validate(asdict(card.labelled)),
        confusion=card.confusion and shapes.ConfusionMatrix.model_validate(asdict(card.confusion)),
        rates=card.rates and shapes.JudgeRates.model_validate(asdict(card.rates)),
        corrected=card.corrected and shapes.CorrectedRate.model_validate(asdict(card.corrected)),
        powered=card.powered and shapes.PoweredMean.model_validate(asdict(card.powered)),
        distances=apart
        and shapes.JudgeDistances(
            error=_told(apart.error),
            bias=_told(apart.bias),
            pearson=_estimate(both.pearson if both else None),
            spearman=_estimate(both.spearman if both else None),
        ),
        cells=[shapes.LabelCell.model_validate(asdict(each)) for each in card.cells],
        of_labels=[shapes.LabelRates.model_validate(asdict(each)) for each in card.of_labels],
        same=_estimate(card.same),
        kappa=_estimate(card.kappa),
        people_alpha=_estimate(card.people_alpha),
    )


def _estimate(found: Estimate | None) -> score_wire.Estimate | None:
    return _told(found) if found else None


def _told(found: Estimate) -> score_wire.Estimate:
    return score_wire.Estimate(value=found.value, low=found.low, high=found.high)
