"""How far the people of a queue agree, and what they disagree about most."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

from fastapi import Depends, Query

from pilothouse.domain.intervals import Estimate
from pilothouse.domain.review import Queue, QueueItem, Subject, Target
from pilothouse.domain.score import DataType, Score
from pilothouse.domain.score_config import ScoreConfig
from pilothouse.edge.access import Caller, CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.evals import annotator_agreement, labels
from pilothouse.evals.annotator_agreement import Level
from pilothouse.protocols.native import annotation_queues as queues
from pilothouse.protocols.native import annotation_wire as shapes
from pilothouse.protocols.native import score_wire
from pilothouse.protocols.native.blinding import sight
from pilothouse.protocols.native.score_configs import shown as shown_config
from pilothouse.query.filters import Match, equal
from pilothouse.query.lists import ALWAYS, ListQuestion, order
from pilothouse.store.relational import annotation_queues, score_configs

router = Router(
    prefix="/projects/{project_id}/annotation-queues/{queue_id}",
    tags=["annotation"],
    dependencies=[Depends(project_in_path)],
)

_MOST_SCORES = 100_000
_COUNTED = (DataType.NUMERIC, DataType.BOOLEAN, DataType.CATEGORICAL)


@router.get("/agreement")
def agreement(queue_id: str, caller: CallerOf, services: ServicesOf) -> shapes.Agreement:
    """By score config, how far people agree who looked at the same items."""
    queue = queues.found(caller, services, queue_id)
    configs, scores = _said(caller, services, queue)
    return shapes.Agreement(configs=[_of_config(each, scores[each.id]) for each in configs])


@router.get("/disagreements")
def disagreements(
    queue_id: str,
    caller: CallerOf,
    services: ServicesOf,
    open_only: bool = False,
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> shapes.Disagreements:
    """Items that people disagree about, the furthest apart first; all, or those not settled yet."""
    queue = queues.found(caller, services, queue_id)
    configs, scores = _said(caller, services, queue)
    found = _disputed(configs, scores)
    with services.database.read() as db:
        items = {
            _target(each): each
            for each in annotation_queues.items(db, queue.id, None, _MOST_SCORES, 0)
        }
    listed = sorted(
        (
            (max(each.distance for each in own), sum(each.distance for each in own), about)
            for about, own in found.items()
            if about in items and not (open_only and items[about].adjudicated_at)
        ),
        key=lambda each: (-each[0], -each[1], each[2].trace_id, each[2].id),
    )
    listed = [each for each in listed if each[0] > 0]
    page = listed[offset : offset + limit]
    shown = queues.shown_items(caller, services, [items[about] for *_, about in page])
    return shapes.Disagreements(
        items=[
            shapes.Disagreement(item=row, distance=apart, configs=found[about])
            for row, (apart, _, about) in zip(shown, page, strict=True)
        ],
        total=len(listed),
    )


def _target(item: QueueItem) -> Target:
    if item.subject is Subject.SESSION:
        return Target(session_id=item.subject_id)
    span = item.subject_id if item.subject is Subject.SPAN else ""
    return Target(item.trace_id, span)


def _said(
    caller: Caller, services: Services, queue: Queue
) -> tuple[list[ScoreConfig], dict[str, list[Score]]]:
    """The configs that can be counted, in the queue's order, and by each what was said in the queue
    that the caller may see."""
    with services.database.read() as db:
        known = score_configs.by_id(db, caller.project_id, queue.score_config_ids)
    configs = [
        known[id]
        for id in queue.score_config_ids
        if id in known and known[id].data_type in _COUNTED
    ]
    of_queue = Match("queue", equal(queue.id))
    asked = ListQuestion("scores", ALWAYS, of_queue, order("scores", ""), _MOST_SCORES)
    page = services.reading.scores(caller.scope, asked)
    scores: dict[str, list[Score]] = {each.id: [] for each in configs}
    for score in sight(caller, services).scores(page.items):
        if score.config_id in scores and score.data_type == known[score.config_id].data_type:
            scores[score.config_id].append(score)
    return configs, scores


# -- agreement -----------------------------------------------------------------------------------


def _of_config(config: ScoreConfig, scores: Sequence[Score]) -> shapes.ConfigAgreement:
    answers = annotator_agreement.pairable(
        [{who: score.value for who, score in own.items()} for own in labels.said(scores).values()]
    )
    level, ordered = _level(config), config.data_type is DataType.CATEGORICAL
    return shapes.ConfigAgreement(
        config=shown_config(config),
        items=len(answers),
        ratings=sum(map(len, answers)),
        people=sorted({who for each in answers for who in each}),
        same=_estimate(annotator_agreement.same(answers)),
        alpha=_estimate(annotator_agreement.alpha(answers, level)),
        ordinal_alpha=_estimate(annotator_agreement.alpha(answers, Level.ORDINAL))
        if ordered
        else None,
        level="interval" if level is Level.INTERVAL else "nominal",
        pairs=[
            shapes.PairAgreement(
                first=each.first,
                second=each.second,
                items=each.items,
                same=_told(each.same),
                kappa=_estimate(each.kappa),
                weighted_kappa=_estimate(each.weighted),
            )
            for each in annotator_agreement.pairs(answers, ordered=ordered)
        ],
    )


def _level(config: ScoreConfig) -> Level:
    return Level.INTERVAL if config.data_type is DataType.NUMERIC else Level.NOMINAL


def _estimate(found: Estimate | None) -> score_wire.Estimate | None:
    return _told(found) if found else None


def _told(found: Estimate) -> score_wire.Estimate:
    return score_wire.Estimate.model_validate(asdict(found))


# -- disagreement --------------------------------------------------------------------------------


def _disputed(
    configs: Sequence[ScoreConfig], scores: dict[str, list[Score]]
) -> dict[Target, list[shapes.Disputed]]:
    """By thing that at least two people looked at, what they say by each config."""
    found: dict[Target, list[shapes.Disputed]] = {}
    for config in configs:
        opinions, decided = labels.said(scores[config.id]), labels.decisions(scores[config.id])
        span = _span(config, scores[config.id])
        for about, own in opinions.items():
            if len(own) < 2:
                continue
            decision = decided.get(about)
            values = [score.value for score in own.values()]
            found.setdefault(about, []).append(
                shapes.Disputed(
                    config_id=config.id,
                    distance=annotator_agreement.distance(values, _level(config), span),
                    said=[_by(score) for score in own.values()],
                    decision=_by(decision) if decision else None,
                )
            )
    return found


def _by(score: Score) -> shapes.SaidBy:
    return shapes.SaidBy(
        user_id=score.author_id, value=score.value, text=score.text, comment=score.comment
    )


def _span(config: ScoreConfig, scores: Sequence[Score]) -> float:
    """How far numbers can lie apart, or else how far they were seen to."""
    if config.min_value is not None and config.max_value is not None:
        return config.max_value - config.min_value
    values = [score.value for score in scores]
    return max(values) - min(values) if values else 0.0
