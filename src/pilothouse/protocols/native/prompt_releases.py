"""Releases of prompts: labels that only some may move, requests to, and labels that are split."""

from collections.abc import Iterable, Mapping
from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends, Query, Response

from pilothouse.domain.clock import now
from pilothouse.domain.errors import Forbidden
from pilothouse.domain.prompt_release import Arm, LabelRule, Request, RequestStatus, Split
from pilothouse.domain.scope import TimeRange
from pilothouse.edge.access import Caller, CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.evals.prompt_runs import that_ran
from pilothouse.protocols.native import prompt_release_wire as shapes
from pilothouse.protocols.native.blinding import sight
from pilothouse.protocols.native.prompts import (
    IN_USE,
    NameOf,
    author_names,
    difference,
    figures,
    may_release,
    worths_of,
)
from pilothouse.query.parser import parse
from pilothouse.query.prompts import PromptQuestion, Slice
from pilothouse.reading.prompts import compared
from pilothouse.store.relational import datasets, experiments, prompts
from pilothouse.store.relational import prompt_releases as releases
from pilothouse.store.relational.accounts import new_id

router = Router(
    prefix="/projects/{project_id}/prompts",
    tags=["prompts"],
    dependencies=[Depends(project_in_path)],
)


# -- protected labels ----------------------------------------------------------------------------


@router.get("/rules")
def list_rules(caller: CallerOf, services: ServicesOf) -> shapes.LabelRules:
    """Labels that only some may move."""
    with services.database.read() as db:
        found = releases.rules(db, caller.project_id)
    return shapes.LabelRules(
        items=[
            shapes.LabelRule(label=each.label, needs_approval=each.needs_approval)
            for each in found.values()
        ],
        may_release=may_release(caller),
    )


@router.put("/rules", status_code=204)
def protect_label(body: shapes.LabelRule, caller: CallerOf, services: ServicesOf) -> Response:
    """Protect a label, or say whether it needs a second person's approval."""
    rule = LabelRule(body.label, body.needs_approval)
    services.prompts.protect(caller.project_id, rule, caller.author_id)
    return Response(status_code=204)


@router.delete("/rules", status_code=204)
def unprotect_label(
    label: Annotated[str, Query(min_length=1, max_length=64)],
    caller: CallerOf,
    services: ServicesOf,
) -> Response:
    services.prompts.unprotect(caller.project_id, label)
    return Response(status_code=204)


# -- requests ------------------------------------------------------------------------------------


@router.get("/requests")
def list_requests(
    caller: CallerOf,
    services: ServicesOf,
    name: Annotated[str, Query(max_length=255)] = "",
    status: Annotated[str, Query(max_length=16)] = "",
) -> shapes.LabelRequests:
    """Requests to move protected labels."""
    with services.database.read() as db:
        found = releases.requests(db, caller.project_id, name=name, status=status)
        return shapes.LabelRequests(items=_requests(db, caller.project_id, found))


@router.post("/requests", status_code=201)
def ask_for_label(
    body: shapes.NewLabelRequest, caller: CallerOf, services: ServicesOf
) -> shapes.LabelRequest:
    """Ask a second person to move a protected label."""
    _of_a_person(caller)
    request = Request(
        id=new_id(),
        project_id=caller.project_id,
        prompt_name=body.name,
        label=body.label,
        version=body.version,
        reason=body.reason.strip(),
        evidence=body.evidence.strip(),
        experiment_id=body.experiment_id,
        experiment_name="",
        baseline_id=body.baseline_id,
        baseline_name="",
        status=RequestStatus.OPEN,
        author_id=caller.user_id,
        created_at=now(),
        decided_by="",
        decided_at=0,
        note="",
    )
    asked = services.prompts.ask(request)
    with services.database.read() as db:
        return _requests(db, caller.project_id, [asked])[0]


@router.get("/experiments")
def list_experiments(
    name: NameOf, caller: CallerOf, services: ServicesOf
) -> shapes.PromptExperiments:
    """Experiments that may justify the release of a version: the newest 200 of the project, first
    those that ran the prompt."""
    found = that_ran(services.database, services.reading, caller.scope, name)
    with services.database.read() as db:
        over = datasets.names_of(
            db, caller.project_id, {each.experiment.dataset_id for each in found} - {""}
        )
    return shapes.PromptExperiments(
        items=[
            shapes.PromptExperiment(
                id=each.experiment.id,
                name=each.experiment.name,
                dataset_id=each.experiment.dataset_id,
                dataset_name=over.get(each.experiment.dataset_id, ""),
                started_at=each.experiment.started_at,
                version=each.version,
            )
            for each in found
        ]
    )


@router.put("/requests/{request_id}")
def decide_request(
    request_id: str, body: shapes.Decision, caller: CallerOf, services: ServicesOf
) -> shapes.LabelRequest:
    """Grant or refuse what somebody else asks for, or withdraw what one asked for. What is granted is
    done at once."""
    _of_a_person(caller)
    decided = services.prompts.decide(
        caller.project_id,
        request_id,
        RequestStatus(body.status),
        caller.user_id,
        body.note.strip(),
        may_release=may_release(caller),
    )
    with services.database.read() as db:
        return _requests(db, caller.project_id, [decided])[0]


def _of_a_person(caller: Caller) -> None:
    if not caller.user_id:
        raise Forbidden("people ask and decide here: sign in")


def _requests(
    db: sa.Connection, project_id: str, found: Iterable[Request]
) -> list[shapes.LabelRequest]:
    every = list(found)
    names = author_names(
        db, project_id, {id for each in every for id in (each.author_id, each.decided_by)}
    )
    attached = {id for each in every for id in (each.experiment_id, each.baseline_id)} - {""}
    there = experiments.names_of(db, project_id, attached)
    return [
        shapes.LabelRequest(
            id=each.id,
            name=each.prompt_name,
            label=each.label,
            version=each.version,
            reason=each.reason,
            evidence=each.evidence,
            experiment=_attached(each.experiment_id, each.experiment_name, there),
            baseline=_attached(each.baseline_id, each.baseline_name, there),
            status=each.status.value,
            author_id=each.author_id,
            author_name=names.get(each.author_id, ""),
            created_at=each.created_at,
            decided_by=each.decided_by,
            decided_name=names.get(each.decided_by, ""),
            decided_at=each.decided_at,
            note=each.note,
        )
        for each in every
    ]


def _attached(id: str, name: str, there: Mapping[str, str]) -> shapes.AttachedExperiment | None:
    if not id:
        return None
    return shapes.AttachedExperiment(id=id, name=there.get(id, name), is_there=id in there)


# -- splits --------------------------------------------------------------------------------------


@router.put("/splits", status_code=204)
def split_label(body: shapes.SplitChange, caller: CallerOf, services: ServicesOf) -> Response:
    """Deal a label among others by weight, or end that."""
    services.prompts.set_split(
        caller.project_id,
        body.name,
        body.label,
        tuple(Arm(each.label, each.weight) for each in body.arms),
        caller.author_id,
        may_release=may_release(caller),
    )
    return Response(status_code=204)


@router.get("/splits")
def list_splits(name: NameOf, caller: CallerOf, services: ServicesOf) -> shapes.PromptSplits:
    """The splits of a prompt: what came of each arm, and whether they differ."""
    with services.database.read() as db:
        found = releases.splits(db, caller.project_id, name)
        moves = prompts.label_moves(db, caller.project_id, name=name)
        names = author_names(db, caller.project_id, {each.author_id for each in found.values()})
        stands = {
            label: version.version
            for version in prompts.versions(db, caller.project_id, name)
            for label in version.labels
        }
    moved: dict[str, int] = {}
    for move in moves:
        moved.setdefault(move.label, move.moved_at)
    return shapes.PromptSplits(
        items=[
            _split(services, caller, each, stands, moved, names.get(each.author_id, ""))
            for each in found.values()
        ]
    )


def _split(
    services: Services,
    caller: Caller,
    split: Split,
    stands: dict[str, int],
    moved: dict[str, int],
    author_name: str,
) -> shapes.PromptSplit:
    """All arms are counted from the same moment: the last at which one of them changed."""
    start = max(split.started_at, *(moved.get(arm.label, 0) for arm in split.arms))
    within = TimeRange(start, max(now(), start + 1))
    slices = {arm.label: Slice(stands.get(arm.label, 0), within) for arm in split.arms}
    view = sight(caller, services)
    asked = view.without_open(parse(IN_USE))
    question = PromptQuestion(split.name, tuple(dict.fromkeys(slices.values())), asked)
    found = services.reading.prompt_figures(caller.scope, question)
    worths = worths_of(services, caller, found.values())
    first = found.get(slices[split.arms[0].label])
    arms: list[shapes.ArmFigures] = []
    for place, arm in enumerate(split.arms):
        own = found.get(slices[arm.label])
        told = compared(first, own) if place and first and own and first is not own else ()
        arms.append(
            shapes.ArmFigures(
                label=arm.label,
                weight=arm.weight,
                version=stands.get(arm.label, 0),
                figures=figures(own, worths) if own else None,
                differences=[difference(each) for each in told],
            )
        )
    return shapes.PromptSplit(
        label=split.label,
        author_id=split.author_id,
        author_name=author_name,
        started_at=split.started_at,
        counted_from=start,
        arms=arms,
        holds_back=view.holds_back,
    )
