"""Rules by which live traffic becomes items of data sets."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Query, Response

from pilothouse.domain.clock import DAY, now
from pilothouse.domain.dataset import DatasetRule
from pilothouse.domain.evaluation import Target
from pilothouse.edge.access import Caller, CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.evals.collecting import RuleDraft
from pilothouse.protocols.native import dataset_rule_wire as wire
from pilothouse.protocols.native.evaluation_wire import Id
from pilothouse.store.relational import datasets

router = Router(
    prefix="/projects/{project_id}/dataset-rules",
    tags=["datasets"],
    dependencies=[Depends(project_in_path)],
)


@router.get("")
def list_dataset_rules(
    caller: CallerOf,
    services: ServicesOf,
    dataset_id: Annotated[str, Query(max_length=64, description="Empty: of all data sets")] = "",
) -> wire.DatasetRules:
    """By name, with what came of each."""
    found = services.collecting.of_project(caller.project_id)
    wanted = [each for each in found if dataset_id in ("", each.dataset_id)]
    return wire.DatasetRules(items=_rows(wanted, caller, services))


@router.post("")
def add_dataset_rule(
    body: wire.DatasetRuleWritten, caller: CallerOf, services: ServicesOf
) -> wire.DatasetRuleRow:
    """It looks at what comes from now on. Raises BadRequest, NotFound, Conflict."""
    rule = services.collecting.add(caller.project_id, _draft(body), caller.author_id)
    return _rows([rule], caller, services)[0]


@router.get("/{rule_id}")
def show_dataset_rule(rule_id: Id, caller: CallerOf, services: ServicesOf) -> wire.DatasetRuleRow:
    return _rows([services.collecting.find(caller.project_id, rule_id)], caller, services)[0]


@router.put("/{rule_id}")
def change_dataset_rule(
    rule_id: Id, body: wire.DatasetRuleWritten, caller: CallerOf, services: ServicesOf
) -> wire.DatasetRuleRow:
    rule = services.collecting.change(caller.project_id, rule_id, _draft(body))
    return _rows([rule], caller, services)[0]


@router.delete("/{rule_id}", status_code=204)
def delete_dataset_rule(rule_id: Id, caller: CallerOf, services: ServicesOf) -> Response:
    """The items that came of it stay."""
    services.collecting.remove(caller.project_id, rule_id)
    return Response(status_code=204)


def _draft(body: wire.DatasetRuleWritten) -> RuleDraft:
    told: dict[str, Any] = body.model_dump()
    told["target"], told["tags"] = Target(body.target), tuple(body.tags)
    return RuleDraft(**told)


def _rows(
    found: Sequence[DatasetRule], caller: Caller, services: Services
) -> list[wire.DatasetRuleRow]:
    with services.database.read() as db:
        names = {
            id: dataset.name
            for id in {each.dataset_id for each in found}
            if (dataset := datasets.by_id(db, caller.project_id, id))
        }
    today = now() // DAY
    return [
        wire.DatasetRuleRow(
            id=each.id,
            name=each.name,
            dataset_id=each.dataset_id,
            dataset_name=names.get(each.dataset_id, ""),
            target="span" if each.target is Target.SPAN else "trace",
            filter=each.filter,
            sampling=each.sampling,
            delay=each.delay,
            daily_limit=each.daily_limit,
            split=each.split,
            tags=list(each.tags),
            is_active=each.is_active,
            seen_until=each.seen_until,
            author_id=each.author_id,
            created_at=each.created_at,
            updated_at=each.updated_at,
            added=each.added,
            added_today=each.added_that_day if each.day == today else 0,
            refused=each.refused,
            reason=each.reason,
        )
        for each in found
    ]
