"""Experiments that the server runs: begun, followed, stopped, taken up again, and judged."""

from typing import Annotated

import msgspec
from fastapi import Depends, Query, Response

from pilothouse.domain.errors import NotFound
from pilothouse.domain.evaluation import Evaluation
from pilothouse.domain.job import Job
from pilothouse.edge.access import Caller, CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.evals.plans import Chosen, Plan, Replay, prompt_messages
from pilothouse.llm.request import Tool
from pilothouse.prompts.registry import Wanted
from pilothouse.prompts.templates import Syntax
from pilothouse.protocols.native import evaluation_wire as wire
from pilothouse.protocols.native.model_calls import messages_of, request_of
from pilothouse.query.lists import ranged
from pilothouse.store.relational import evaluations, evaluators, experiments
from pilothouse.store.relational.evaluations import Standing

router = Router(
    prefix="/projects/{project_id}/experiments",
    tags=["experiments"],
    dependencies=[Depends(project_in_path)],
)


@router.post("")
def begin_experiment(
    body: wire.ExperimentAsked, caller: CallerOf, services: ServicesOf
) -> wire.Begun:
    """The server runs it in the background. Raises BadRequest and NotFound for what can never run."""
    plan = _plan(body, caller, services)
    experiment, _ = services.experiments.start(caller.project_id, plan, caller.author_id)
    return wire.Begun(experiment_id=experiment.id)


@router.post("/estimate")
def estimate_experiment(
    body: wire.ExperimentAsked, caller: CallerOf, services: ServicesOf
) -> wire.PlanEstimate:
    """What it would come to: calls, tokens, dollars, and the items that cannot be run."""
    found = services.experiments.estimate(caller.project_id, _plan(body, caller, services))
    return wire.PlanEstimate(
        items=found.items,
        calls=found.calls,
        input_tokens=found.input_tokens,
        output_tokens=found.output_tokens,
        cost=found.cost,
        judging=found.judging,
        problems=list(found.problems),
        broken=found.broken,
    )


@router.get("/{experiment_id}/run")
def show_run(experiment_id: str, caller: CallerOf, services: ServicesOf) -> wire.RunTold:
    """How far it is, and what its evaluators have said so far."""
    _exists(experiment_id, caller, services)
    found = services.experiments.standing(caller.project_id, experiment_id)
    names = _names(caller, services)
    return wire.RunTold(
        job=job_told(found.job) if found.job else None,
        plan=msgspec.to_builtins(found.plan) if found.plan else None,
        evaluators=[_standing(each, names) for each in found.evaluations],
    )


@router.get("/{experiment_id}/items")
def list_experiment_items(
    experiment_id: str,
    caller: CallerOf,
    services: ServicesOf,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> wire.AnsweredItems:
    """Which items were answered, and by which traces; the newest first."""
    _exists(experiment_id, caller, services)
    with services.database.read() as db:
        found = experiments.items_of(db, caller.project_id, experiment_id, limit, offset)
        total = experiments.count_items(db, caller.project_id, [experiment_id])[experiment_id]
    return wire.AnsweredItems(
        items=[
            wire.AnsweredItem(
                item_id=each.item_id,
                trace_id=each.trace_id,
                span_id=each.span_id,
                started_at=each.started_at,
            )
            for each in found
        ],
        total=total,
    )


@router.post("/{experiment_id}/cancel", status_code=204)
def cancel_experiment(experiment_id: str, caller: CallerOf, services: ServicesOf) -> Response:
    """What was answered stays. Raises Conflict when it has ended."""
    services.experiments.cancel(caller.project_id, experiment_id)
    return Response(status_code=204)


@router.post("/{experiment_id}/resume", status_code=204)
def resume_experiment(
    experiment_id: str, body: wire.Resumed, caller: CallerOf, services: ServicesOf
) -> Response:
    """Go on where it stopped; nothing that was answered is run twice."""
    services.experiments.resume(caller.project_id, experiment_id, failed=body.failed)
    services.evaluating.wake()
    return Response(status_code=204)


@router.post("/{experiment_id}/evaluate")
def evaluate_experiment(
    experiment_id: str, body: wire.Evaluated, caller: CallerOf, services: ServicesOf
) -> wire.Asked:
    """Have its answers looked at by more evaluators, whoever ran it."""
    chosen = [Chosen(**each.model_dump()) for each in body.evaluators]
    new = services.experiments.evaluate(caller.project_id, experiment_id, chosen)
    services.evaluating.wake()
    return wire.Asked(new=new)


@router.get("/{experiment_id}/evaluations")
def list_evaluations(
    experiment_id: str,
    caller: CallerOf,
    services: ServicesOf,
    status: wire.Status | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> wire.EvaluationPage:
    with services.database.read() as db:
        found = evaluations.page(
            db,
            caller.project_id,
            experiment_id=experiment_id,
            status=status or "",
            limit=limit,
            offset=offset,
        )
    return wire.EvaluationPage(items=[evaluation_told(each) for each in found])


def _exists(experiment_id: str, caller: Caller, services: Services) -> None:
    with services.database.read() as db:
        if experiments.one(db, caller.project_id, experiment_id) is None:
            raise NotFound("no such experiment")


def _names(caller: Caller, services: Services) -> dict[str, str]:
    with services.database.read() as db:
        every = evaluators.of_project(db, caller.project_id, with_archived=True)
    return {each.id: each.name for each in every}


def _plan(body: wire.ExperimentAsked, caller: Caller, services: Services) -> Plan:
    messages = messages_of(body.messages)
    version = body.prompt_version
    if not messages and body.prompt_name:
        wanted = Wanted(body.prompt_name, version=version, label="" if version else "latest")
        served = services.prompts.get(caller.project_id, wanted)
        messages, version = prompt_messages(served.body), served.version.version
    request = msgspec.structs.replace(
        request_of(body, messages),
        tools=[
            Tool(name=each.name, description=each.description, parameters=each.parameters)
            for each in body.tools
        ],
    )
    replay = None
    if body.replay is not None:
        within = ranged(body.replay.start, body.replay.end)
        replay = Replay(
            start=within.start,
            end=within.end,
            filter=body.replay.filter,
            most=body.replay.most,
        )
    return Plan(
        name=body.name,
        connection_id=body.connection_id,
        request=request,
        syntax=Syntax(body.syntax),
        prompt_name=body.prompt_name,
        prompt_version=version,
        dataset_id=body.dataset_id,
        at=body.at,
        split=body.split,
        tags=tuple(body.tags),
        item_ids=tuple(body.item_ids),
        replay=replay,
        mapping=body.mapping,
        repetitions=body.repetitions,
        concurrency=body.concurrency,
        per_minute=body.per_minute,
        retries=body.retries,
        evaluators=tuple(Chosen(**each.model_dump()) for each in body.evaluators),
    )


def job_told(job: Job) -> wire.JobTold:
    return wire.JobTold(
        status=job.status.value,
        total=job.total,
        done=job.done,
        failed=job.failed,
        cost=job.cost,
        error=job.error,
        created_at=job.created_at,
        finished_at=job.finished_at,
    )


def _standing(standing: Standing, names: dict[str, str]) -> wire.EvaluatorStanding:
    return wire.EvaluatorStanding(
        evaluator_id=standing.evaluator_id,
        name=names.get(standing.evaluator_id, ""),
        version=standing.evaluator_version,
        waiting=standing.waiting,
        done=standing.done,
        failed=standing.failed,
        held=standing.held,
        cost=standing.cost,
    )


def evaluation_told(each: Evaluation) -> wire.EvaluationTold:
    return wire.EvaluationTold(
        id=each.id,
        evaluator_id=each.evaluator_id,
        version=each.evaluator_version,
        trace_id=each.trace_id,
        span_id=each.span_id,
        session_id=each.session_id,
        status=each.status.value,
        attempts=each.attempts,
        error=each.error,
        cost=each.cost,
        run_trace_id=each.run_trace_id,
        run_at=each.run_at,
        created_at=each.created_at,
        finished_at=each.finished_at,
    )
