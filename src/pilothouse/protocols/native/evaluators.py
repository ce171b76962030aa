"""Evaluators: their versions, the library of judges, and the bench where they are tried."""

from typing import Any

from fastapi import Depends, Response
from starlette.concurrency import run_in_threadpool

from pilothouse.domain import messages
from pilothouse.domain.errors import BadRequest
from pilothouse.domain.evaluation import Evaluator, EvaluatorKind, EvaluatorVersion
from pilothouse.domain.span import Span
from pilothouse.edge.access import Caller, CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.evals import library
from pilothouse.evals.scorers import check, fields
from pilothouse.evals.trials import Subject, Trial
from pilothouse.llm.parts import plain
from pilothouse.protocols.native import evaluator_wire as wire
from pilothouse.protocols.native.evaluation_wire import Id
from pilothouse.protocols.native.prompts import author_names
from pilothouse.store.relational import evaluators

router = Router(
    prefix="/projects/{project_id}/evaluators",
    tags=["evaluation"],
    dependencies=[Depends(project_in_path)],
)


@router.get("")
def list_evaluators(
    caller: CallerOf, services: ServicesOf, archived: bool = False
) -> wire.Evaluators:
    """By name; archived ones too where they are asked for."""
    with services.database.read() as db:
        found = evaluators.of_project(db, caller.project_id, with_archived=archived)
        newest = evaluators.newest(db, caller.project_id, [each.id for each in found])
    return wire.Evaluators(
        items=[_row(each, newest[each.id]) for each in found if each.id in newest]
    )


@router.post("")
async def add_evaluator(
    body: wire.EvaluatorDraft, caller: CallerOf, services: ServicesOf
) -> wire.Evaluator:
    """With its first version. Raises BadRequest for settings that cannot be, Conflict for a name that
    is taken."""
    kind = EvaluatorKind(body.kind)
    await services.trials.check(caller.project_id, kind, body.settings)
    made, _ = await run_in_threadpool(
        services.evaluators.add,
        caller.project_id,
        body.name,
        kind,
        body.settings,
        caller.author_id,
        description=body.description,
        note=body.note,
        is_lower_better=body.is_lower_better,
    )
    return await run_in_threadpool(_whole, made.id, caller, services)


@router.get("/library")
def list_library(caller: CallerOf) -> wire.JudgeLibrary:
    """Judges to begin with, in English and Chinese, with their whole prompts."""
    return wire.JudgeLibrary(items=[_of_library(each) for each in library.judges()])


@router.post("/check")
async def check_evaluator(
    body: wire.EvaluatorSettings, caller: CallerOf, services: ServicesOf
) -> wire.EvaluatorChecked:
    """Whether settings could be kept; nobody is asked, and nothing is."""
    kind = EvaluatorKind(body.kind)
    try:
        await services.trials.check(caller.project_id, kind, body.settings)
    except BadRequest as error:
        return wire.EvaluatorChecked(problem=str(error), settings=None)
    return wire.EvaluatorChecked(problem="", settings=check(kind, body.settings))


@router.post("/cases")
def show_cases(body: wire.TrialSubjects, caller: CallerOf, services: ServicesOf) -> wire.TrialCases:
    """What an evaluator would see of these, field by field."""
    found = services.trials.cases(caller.project_id, list(map(_subject, body.subjects)))
    return wire.TrialCases(items=[fields.told(each) if each else None for each in found])


@router.post("/try")
async def try_evaluator(body: wire.Trying, caller: CallerOf, services: ServicesOf) -> wire.Tried:
    """What an evaluator of these settings says of each. It asks models, which costs; nothing is
    scored."""
    found = await services.trials.tried(
        caller.project_id,
        body.name or body.kind,
        EvaluatorKind(body.kind),
        body.settings,
        list(map(_subject, body.subjects)),
    )
    return wire.Tried(items=list(map(_trial, found)))


@router.get("/{evaluator_id}")
def show_evaluator(evaluator_id: Id, caller: CallerOf, services: ServicesOf) -> wire.Evaluator:
    """With all its versions."""
    return _whole(evaluator_id, caller, services)


@router.patch("/{evaluator_id}")
def change_evaluator(
    evaluator_id: Id, body: wire.EvaluatorChange, caller: CallerOf, services: ServicesOf
) -> wire.Evaluator:
    """Its name, description, whether it is archived or less is better; versions never change."""
    told = body.model_dump(exclude_none=True)
    if told:
        services.evaluators.change(caller.project_id, evaluator_id, **told)
    return _whole(evaluator_id, caller, services)


@router.delete("/{evaluator_id}", status_code=204)
def delete_evaluator(evaluator_id: Id, caller: CallerOf, services: ServicesOf) -> Response:
    """With its versions and rules; its scores stay."""
    services.evaluators.remove(caller.project_id, evaluator_id)
    return Response(status_code=204)


@router.post("/{evaluator_id}/versions")
async def add_evaluator_version(
    evaluator_id: Id, body: wire.VersionDraft, caller: CallerOf, services: ServicesOf
) -> wire.Evaluator:
    """The next version, which becomes the newest."""
    kind = EvaluatorKind(body.kind)
    await services.trials.check(caller.project_id, kind, body.settings)
    await run_in_threadpool(
        services.evaluators.add_version,
        caller.project_id,
        evaluator_id,
        kind,
        body.settings,
        caller.author_id,
        note=body.note,
    )
    return await run_in_threadpool(_whole, evaluator_id, caller, services)


# -- as they are told ------------------------------------------------------------------------------


def _row(each: Evaluator, newest: EvaluatorVersion) -> wire.EvaluatorRow:
    return wire.EvaluatorRow(
        id=each.id,
        name=each.name,
        description=each.description,
        is_archived=each.is_archived,
        is_lower_better=each.is_lower_better,
        created_at=each.created_at,
        updated_at=each.updated_at,
        kind=newest.kind.value,
        version=newest.version,
        about=_about(newest.settings),
    )


def _about(settings: dict[str, Any]) -> str:
    asked = [each["model"] for each in settings.get("members", [settings]) if "model" in each]
    return ", ".join(filter(None, [settings.get("metric"), *asked]))


def _whole(id: str, caller: Caller, services: Services) -> wire.Evaluator:
    found = services.evaluators.find(caller.project_id, id)
    with services.database.read() as db:
        versions = evaluators.versions(db, caller.project_id, id)
        names = author_names(db, caller.project_id, {each.author_id for each in versions})
    return wire.Evaluator(
        id=found.id,
        name=found.name,
        description=found.description,
        is_archived=found.is_archived,
        is_lower_better=found.is_lower_better,
        created_at=found.created_at,
        updated_at=found.updated_at,
        versions=[
            wire.EvaluatorVersion(
                version=each.version,
                kind=each.kind.value,
                settings=each.settings,
                note=each.note,
                author_id=each.author_id,
                author_name=names.get(each.author_id, ""),
                created_at=each.created_at,
            )
            for each in versions
        ],
    )


def _of_library(judge: library.LibraryJudge) -> wire.LibraryJudge:
    tellings = {
        language: wire.JudgeTelling(
            name=each.name, description=each.description, prompt=each.prompt
        )
        for language, each in judge.tellings.items()
    }
    return wire.LibraryJudge(
        id=judge.id,
        targets=[each.value for each in judge.targets],
        score=judge.score,
        better=judge.better,
        needs=judge.needs(),
        optional=list(judge.optional),
        **tellings,
    )


def _subject(told: wire.TrialSubject) -> Subject:
    return Subject(**told.model_dump())


def _trial(trial: Trial) -> wire.Trial:
    outcome = trial.outcome
    return wire.Trial(
        judgements=[
            wire.Judgement(name=each.name, value=each.value, reason=each.reason)
            for each in outcome.judgements
        ],
        error=outcome.error,
        cost=outcome.cost,
        seconds=trial.seconds,
        run_trace_id=outcome.run_trace_id,
        calls=list(map(_call, trial.calls)),
    )


def _call(span: Span) -> wire.JudgeCall:
    asked = messages.told(span.input, "user") or []
    said = messages.told(span.output, "assistant") or []
    is_priced = span.cost_source not in ("", "unpriced")
    return wire.JudgeCall(
        model=span.model,
        span_id=span.span_id,
        asked=[wire.AskedTurn(role=each.role, text=plain(each)) for each in asked],
        said="\n".join(map(plain, said)),
        error=span.status_message,
        seconds=max(0, span.end_time - span.start_time) / 1_000_000,
        input_tokens=span.input_tokens,
        output_tokens=span.output_tokens,
        cost=span.total_cost if is_priced else None,
    )
