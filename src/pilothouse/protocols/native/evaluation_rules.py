"""Rules by which live traffic and history are evaluated."""

from typing import Annotated, Any

from fastapi import Depends, Query, Response

from pilothouse.domain.clock import DAY, now
from pilothouse.domain.evaluation import EvaluationRule, Target
from pilothouse.edge.access import Caller, CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.evals.rules import BACKFILL, RuleDraft
from pilothouse.protocols.native import evaluation_wire as wire
from pilothouse.protocols.native.experiment_runs import evaluation_told, job_told
from pilothouse.query.lists import ranged
from pilothouse.store.relational import evaluations, evaluators, jobs

router = Router(
    prefix="/projects/{project_id}/rules",
    tags=["evaluation"],
    dependencies=[Depends(project_in_path)],
)

_WEEK = 7 * DAY


@router.get("")
def list_rules(caller: CallerOf, services: ServicesOf) -> wire.Rules:
    """By name, each with what came of it in the last seven days."""
    found = services.rules.of_project(caller.project_id)
    return wire.Rules(items=_rows(found, caller, services))


@router.post("")
def add_rule(body: wire.RuleWritten, caller: CallerOf, services: ServicesOf) -> wire.RuleRow:
    """It looks at what comes from now on. Raises BadRequest, NotFound, Conflict."""
    rule = services.rules.add(caller.project_id, _draft(body), caller.author_id)
    return _rows([rule], caller, services)[0]


@router.get("/{rule_id}")
def show_rule(rule_id: wire.Id, caller: CallerOf, services: ServicesOf) -> wire.RuleRow:
    return _rows([services.rules.find(caller.project_id, rule_id)], caller, services)[0]


@router.put("/{rule_id}")
def change_rule(
    rule_id: wire.Id, body: wire.RuleWritten, caller: CallerOf, services: ServicesOf
) -> wire.RuleRow:
    rule = services.rules.change(caller.project_id, rule_id, _draft(body))
    return _rows([rule], caller, services)[0]


@router.delete("/{rule_id}", status_code=204)
def delete_rule(rule_id: wire.Id, caller: CallerOf, services: ServicesOf) -> Response:
    """The scores that came of it stay."""
    services.rules.remove(caller.project_id, rule_id)
    return Response(status_code=204)


@router.post("/{rule_id}/estimate")
def estimate_backfill(
    rule_id: wire.Id, body: wire.History, caller: CallerOf, services: ServicesOf
) -> wire.BackfillEstimate:
    """What evaluating history would come to."""
    within = ranged(body.start, body.end)
    found = services.rules.estimate(caller.project_id, rule_id, within)
    return wire.BackfillEstimate(found=found.found, chosen=found.chosen, cost=found.cost)


@router.post("/{rule_id}/backfill")
def begin_backfill(
    rule_id: wire.Id, body: wire.History, caller: CallerOf, services: ServicesOf
) -> wire.JobTold:
    """Have history evaluated; what was evaluated before is not again."""
    within = ranged(body.start, body.end)
    job = services.rules.backfill(caller.project_id, rule_id, within, caller.author_id)
    services.worker.wake()
    return job_told(job)


@router.get("/{rule_id}/evaluations")
def list_rule_evaluations(
    rule_id: wire.Id,
    caller: CallerOf,
    services: ServicesOf,
    status: wire.Status | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> wire.EvaluationPage:
    services.rules.find(caller.project_id, rule_id)
    with services.database.read() as db:
        found = evaluations.page(
            db,
            caller.project_id,
            rule_id=rule_id,
            status=status or "",
            limit=limit,
            offset=offset,
        )
    return wire.EvaluationPage(items=[evaluation_told(each) for each in found])


def _draft(body: wire.RuleWritten) -> RuleDraft:
    told: dict[str, Any] = body.model_dump()
    told["target"] = Target(body.target)
    return RuleDraft(**told)


def _rows(found: list[EvaluationRule], caller: Caller, services: Services) -> list[wire.RuleRow]:
    ids = [each.id for each in found]
    moment = now()
    with services.database.read() as db:
        standings = evaluations.of_rules(db, caller.project_id, ids, moment - _WEEK)
        spent = {id: evaluations.spent(db, id, moment // DAY * DAY) for id in ids}
        filling = jobs.latest_of(db, caller.project_id, BACKFILL, ids)
        every = evaluators.of_project(db, caller.project_id, with_archived=True)
    names = {each.id: each.name for each in every}
    return [
        wire.RuleRow(
            id=each.id,
            name=each.name,
            evaluator_id=each.evaluator_id,
            evaluator_version=each.evaluator_version,
            evaluator_name=names.get(each.evaluator_id, ""),
            further=[names.get(who.evaluator_id, "") for who in each.further],
            target=each.target.value,
            filter=each.filter,
            sampling=each.sampling,
            delay=each.delay,
            daily_budget=each.daily_budget,
            is_active=each.is_active,
            seen_until=each.seen_until,
            author_id=each.author_id,
            created_at=each.created_at,
            updated_at=each.updated_at,
            waiting=sum(s.waiting for s in standings[each.id]),
            done=sum(s.done for s in standings[each.id]),
            failed=sum(s.failed for s in standings[each.id]),
            held=sum(s.held for s in standings[each.id]),
            cost=sum(s.cost for s in standings[each.id]),
            spent_today=spent[each.id],
            backfill=job_told(filling[each.id]) if each.id in filling else None,
        )
        for each in found
    ]
