"""Rules by which live observations are evaluated, as Langfuse's API reads and changes them.

Rules over traces and sessions are shown, and may be switched off or deleted, but not changed here, as
Langfuse has no words for what they look at.
"""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.evaluation import Assignment, EvaluationRule, Target
from pilothouse.edge.access import CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.evals.rules import RuleDraft
from pilothouse.protocols.langfuse import mappings, questions
from pilothouse.protocols.langfuse.answers import moment
from pilothouse.protocols.langfuse.mappings import VariableMapping
from pilothouse.protocols.langfuse.pages import WindowOf
from pilothouse.query import filters, parser
from pilothouse.store.relational import accounts

router = Router()

Object = dict[str, Any]

_OURS = "pilothouse"
"""The column by which a filter in our own language is told, and may be told back."""


class Told(BaseModel):
    model_config = ConfigDict(extra="forbid")

    evaluatorId: str
    variableMapping: list[VariableMapping] | None = None


class NewRule(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    enabled: bool
    evaluatorAssignments: list[Told]
    sampling: float = 1.0
    filter: list[Object] = []


class RuleChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    enabled: bool | None = None
    evaluatorAssignments: list[Told] | None = None
    sampling: float | None = None
    filter: list[Object] | None = None


@router.get("/v2/evaluation-rules")
def list_rules(caller: CallerOf, services: ServicesOf, window: WindowOf) -> Object:
    """Newest first."""
    page, meta = window.of(services.rules.of_project(caller.project_id))
    return {"data": _shown(services, page), "meta": meta}


@router.post("/v2/evaluation-rules", status_code=201)
def create_rule(body: NewRule, caller: CallerOf, services: ServicesOf) -> Object:
    """It looks at what comes from now on."""
    draft = RuleDraft(
        name=body.name,
        target=Target.SPAN,
        sampling=body.sampling,
        is_active=body.enabled,
        **_assigned(body.evaluatorAssignments),
        **_filtered(body.filter),
    )
    made = services.rules.add(caller.project_id, draft, caller.author_id)
    return _shown(services, [made])[0]


@router.get("/v2/evaluation-rules/{id}")
def get_rule(id: str, caller: CallerOf, services: ServicesOf) -> Object:
    return _shown(services, [services.rules.find(caller.project_id, id)])[0]


@router.patch("/v2/evaluation-rules/{id}")
def update_rule(id: str, body: RuleChange, caller: CallerOf, services: ServicesOf) -> Object:
    """What is told, and nothing else."""
    before = services.rules.find(caller.project_id, id)
    told: Object = {
        name: value
        for name, value in (
            ("name", body.name),
            ("sampling", body.sampling),
            ("is_active", body.enabled),
        )
        if value is not None
    }
    if body.filter is not None:
        told |= _filtered(body.filter)
    if body.evaluatorAssignments is not None:
        told |= _assigned(body.evaluatorAssignments) | {"evaluator_version": 0}
    if before.target is not Target.SPAN and told.keys() - {"is_active"}:
        raise BadRequest(f"Langfuse's API has no words for a rule that looks at a {before.target}")
    draft = RuleDraft(**{**_draft(before), **told})
    return _shown(services, [services.rules.change(caller.project_id, id, draft)])[0]


@router.delete("/v2/evaluation-rules/{id}")
def delete_rule(id: str, caller: CallerOf, services: ServicesOf) -> Object:
    """The scores that came of it stay."""
    services.rules.remove(caller.project_id, id)
    return {"id": id}


# -- from their words --------------------------------------------------------------------------


def _draft(rule: EvaluationRule) -> Object:
    return {name: getattr(rule, name) for name in RuleDraft.__slots__}


def _assigned(told: Sequence[Told]) -> Object:
    if not told:
        raise BadRequest("a rule has at least one evaluator; switch it off by enabled=false")
    first, *rest = [Assignment(t.evaluatorId, mappings.read(t.variableMapping)) for t in told]
    return {
        "evaluator_id": first.evaluator_id,
        "variables": first.variables,
        "further": tuple(rest),
    }


def _filtered(told: list[Object]) -> Object:
    """The filter in our language, and their words for when they ask again."""
    if len(told) == 1 and told[0].get("column") == _OURS:
        return {"filter": str(told[0].get("value") or ""), "told_filter": ""}
    words = json.dumps(told)
    text = filters.show(questions.parsed(words, "spans"))
    if told and not text:
        raise BadRequest("filter: nothing can fit it")
    parser.parse(text)
    return {"filter": text, "told_filter": words if told else ""}


# -- in their words ----------------------------------------------------------------------------


def _shown(services: Services, found: Sequence[EvaluationRule]) -> list[Object]:
    with services.database.read() as db:
        people = accounts.names(db, {each.author_id for each in found})
    return [_rule(each, people.get(each.author_id)) for each in found]


def _rule(rule: EvaluationRule, creator: str | None) -> Object:
    return {
        "id": rule.id,
        "name": rule.name,
        "createdBy": None if creator is None else {"id": rule.author_id, "name": creator},
        "enabled": rule.is_active,
        "sampling": rule.sampling,
        "filter": _filter(rule),
        "evaluatorAssignments": [
            {
                "evaluatorId": each.evaluator_id,
                "variableMapping": mappings.shown(each.variables) or None,
            }
            for each in rule.assignments
        ],
        "createdAt": moment(rule.created_at),
        "updatedAt": moment(rule.updated_at),
    }


def _filter(rule: EvaluationRule) -> list[Object]:
    if rule.told_filter:
        return json.loads(rule.told_filter)
    if rule.filter:
        told = {"type": "string", "column": _OURS, "operator": "=", "value": rule.filter}
        return [told]
    return []
