"""Evaluators, as Langfuse's API reads and changes them: judges of one model, and code in Python.

Panels, pairwise judges and metrics are not told here, as Langfuse has no words for them.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import Body
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.evaluation import EvaluationRule, Evaluator, EvaluatorKind, EvaluatorVersion
from pilothouse.edge.access import Caller, CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.prompts.templates import Syntax, variables
from pilothouse.protocols.langfuse import mappings
from pilothouse.protocols.langfuse.answers import moment
from pilothouse.protocols.langfuse.mappings import VariableMapping
from pilothouse.protocols.langfuse.pages import WindowOf
from pilothouse.store.relational import accounts, connections, evaluation_rules, evaluators

router = Router()

Object = dict[str, Any]
_TYPES = {EvaluatorKind.JUDGE: "llm_as_judge", EvaluatorKind.CODE: "code"}


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Turn(Strict):
    role: Literal["system", "user", "assistant"]
    content: str


class ModelConfig(Strict):
    provider: str
    model: str


class Numeric(Strict):
    dataType: Literal["NUMERIC"]
    minValue: float | None = None
    maxValue: float | None = None
    scoreReasoningInstructions: str | None = None
    scoreValueInstructions: str | None = None

    def scale(self) -> Object:
        if self.minValue is None or self.maxValue is None:
            raise BadRequest("a judge gives scores between two bounds: name minValue and maxValue")
        return {"type": "numeric", "min": self.minValue, "max": self.maxValue}


class Boolean(Strict):
    dataType: Literal["BOOLEAN"]
    scoreReasoningInstructions: str | None = None
    scoreValueInstructions: str | None = None

    def scale(self) -> Object:
        return {"type": "boolean"}


class Categorical(Strict):
    dataType: Literal["CATEGORICAL"]
    categories: list[str]
    shouldAllowMultipleMatches: bool = False
    scoreReasoningInstructions: str | None = None
    scoreValueInstructions: str | None = None

    def scale(self) -> Object:
        if self.shouldAllowMultipleMatches:
            raise BadRequest("a judge names one category: shouldAllowMultipleMatches is not served")
        return {"type": "categorical", "labels": self.categories}


class JudgeDefinition(Strict):
    type: Literal["llm_as_judge"]
    prompt: str | list[Turn]
    modelConfig_: Annotated[ModelConfig | None, Field(alias="modelConfig")] = None
    variableMapping: list[VariableMapping] | None = None
    outputDefinition: Annotated[Numeric | Boolean | Categorical, Field(discriminator="dataType")]


class CodeDefinition(Strict):
    type: Literal["code"]
    sourceCode: str
    sourceCodeLanguage: Literal["PYTHON", "TYPESCRIPT"]


class NewJudge(JudgeDefinition):
    name: str
    description: str | None = None


class NewCode(CodeDefinition):
    name: str
    description: str | None = None


class JudgeChange(JudgeDefinition):
    name: str | None = None
    description: str | None = None


class CodeChange(CodeDefinition):
    name: str | None = None
    description: str | None = None


class MetadataChange(Strict):
    name: str | None = None
    description: str | None = None


New = Annotated[NewJudge | NewCode, Field(discriminator="type")]


# -- routes ------------------------------------------------------------------------------------


@router.get("/v2/evaluators")
def list_evaluators(caller: CallerOf, services: ServicesOf, window: WindowOf) -> Object:
    """Newest first."""
    with services.database.read() as db:
        found = evaluators.of_project(db, caller.project_id, with_archived=True)
        newest = evaluators.newest(db, caller.project_id, [each.id for each in found])
        told = [each for each in found if each.id in newest and newest[each.id].kind in _TYPES]
        page, meta = window.of(told)
        data = _shown(db, caller.project_id, page)
    return {"data": data, "meta": meta}


@router.post("/v2/evaluators", status_code=201)
async def create_evaluator(
    body: Annotated[New, Body()], caller: CallerOf, services: ServicesOf
) -> Object:
    """One with version 1."""
    kind, settings = await run_in_threadpool(_settings, services, caller, body, {})
    await services.trials.check(caller.project_id, kind, settings)
    made, _ = await run_in_threadpool(
        services.evaluators.add,
        caller.project_id,
        body.name,
        kind,
        settings,
        caller.author_id,
        description=body.description or "",
    )
    return await run_in_threadpool(_one, services, caller, made.id)


@router.get("/v2/evaluators/{id}")
def get_evaluator(id: str, caller: CallerOf, services: ServicesOf) -> Object:
    return _one(services, caller, id)


@router.patch("/v2/evaluators/{id}")
async def update_evaluator(
    id: str,
    body: Annotated[JudgeChange | CodeChange | MetadataChange, Body()],
    caller: CallerOf,
    services: ServicesOf,
) -> Object:
    """What is told of name and description; a whole definition makes the next version."""
    if not isinstance(body, MetadataChange):
        await _redefine(services, caller, id, body)
    told = {
        name: getattr(body, name) or ""
        for name in ("name", "description")
        if name in body.model_fields_set
    }
    if told:
        await run_in_threadpool(services.evaluators.change, caller.project_id, id, **told)
    return await run_in_threadpool(_one, services, caller, id)


@router.delete("/v2/evaluators/{id}")
def delete_evaluator(id: str, caller: CallerOf, services: ServicesOf) -> Object:
    """With its versions, and from its rules; its scores stay."""
    services.evaluators.remove(caller.project_id, id)
    return {"id": id}


@router.get("/v2/evaluators/{id}/versions")
def list_versions(id: str, caller: CallerOf, services: ServicesOf, window: WindowOf) -> Object:
    """Newest first."""
    services.evaluators.find(caller.project_id, id)
    with services.database.read() as db:
        found = evaluators.versions(db, caller.project_id, id)
        telling = _Telling(db, caller.project_id, found)
        told = [_Version(each) for each in found if each.kind in _TYPES]
        page, meta = window.of(told)
    return {"data": [telling.version(each.version) for each in page], "meta": meta}


async def _redefine(
    services: Services, caller: Caller, id: str, body: JudgeChange | CodeChange
) -> None:
    before = await run_in_threadpool(services.evaluators.version, caller.project_id, id)
    if _TYPES.get(before.kind) != body.type:
        raise BadRequest("the type of an evaluator cannot change; make another one")
    kind, settings = await run_in_threadpool(_settings, services, caller, body, before.settings)
    await services.trials.check(caller.project_id, kind, settings)
    await run_in_threadpool(
        services.evaluators.add_version, caller.project_id, id, kind, settings, caller.author_id
    )


# -- from their words --------------------------------------------------------------------------


def _settings(
    services: Services,
    caller: Caller,
    body: JudgeDefinition | CodeDefinition,
    before: Mapping[str, Any],
) -> tuple[EvaluatorKind, Object]:
    """What Langfuse has no words for stays as it was before."""
    if isinstance(body, CodeDefinition):
        if body.sourceCodeLanguage != "PYTHON":
            raise BadRequest("evaluators run in Python; TYPESCRIPT is not served")
        told = {"source": body.sourceCode, "contract": "context"}
        return EvaluatorKind.CODE, {**before, **told}
    return EvaluatorKind.JUDGE, {**before, **_judge(services, caller, body, before)}


def _judge(
    services: Services, caller: Caller, body: JudgeDefinition, before: Mapping[str, Any]
) -> Object:
    asked = body.modelConfig_
    if asked is None:
        raise BadRequest(
            "there is no default model of evaluations: name modelConfig with a provider of"
            " GET /llm-connections and a model"
        )
    with services.database.read() as db:
        connection = connections.named(db, caller.project_id, asked.provider)
    if connection is None:
        raise BadRequest(f"there is no LLM connection named {asked.provider[:100]!r}")
    turns = body.prompt
    if isinstance(turns, str):
        turns = [Turn(role="user", content=turns)]
    names = {name for turn in turns for name in variables(turn.content, Syntax.MUSTACHE)}
    output = body.outputDefinition
    return {
        "connection_id": connection.id,
        "model": asked.model,
        "messages": [turn.model_dump() for turn in turns],
        "variables": mappings.read(body.variableMapping),
        "optional": [name for name in before.get("optional", ()) if name in names],
        "score": output.scale(),
        "about_score": output.scoreValueInstructions or "",
        "about_reason": output.scoreReasoningInstructions or "",
    }


# -- in their words ----------------------------------------------------------------------------


def _one(services: Services, caller: Caller, id: str) -> Object:
    found = services.evaluators.find(caller.project_id, id)
    with services.database.read() as db:
        newest = evaluators.version(db, caller.project_id, id)
        if newest is None or newest.kind not in _TYPES:
            kind = newest.kind if newest else "none"
            raise BadRequest(f"Langfuse's API has no word for this kind of evaluator: {kind}")
        return _shown(db, caller.project_id, [found])[0]


def _shown(db: sa.Connection, project_id: str, found: Sequence[Evaluator]) -> list[Object]:
    versions = {each.id: evaluators.versions(db, project_id, each.id) for each in found}
    telling = _Telling(db, project_id, [each for some in versions.values() for each in some])
    rules = evaluation_rules.of_project(db, project_id)
    return [telling.evaluator(each, versions[each.id], rules) for each in found]


class _Version:
    """A version where pages want an id."""

    def __init__(self, version: EvaluatorVersion) -> None:
        self.version = version
        self.id = _version_id(version)
        self.created_at = version.created_at


class _Telling:
    """Tells evaluators, with what it takes to: names of people and of connections."""

    def __init__(
        self, db: sa.Connection, project_id: str, versions: Sequence[EvaluatorVersion]
    ) -> None:
        self._people = accounts.names(db, {each.author_id for each in versions})
        self._providers = {each.id: each.name for each in connections.of_project(db, project_id)}

    def evaluator(
        self,
        evaluator: Evaluator,
        versions: Sequence[EvaluatorVersion],
        rules: Sequence[EvaluationRule],
    ) -> Object:
        newest, first = versions[0], versions[-1]
        lost = newest.kind is EvaluatorKind.JUDGE and self._model(newest.settings) is None
        return {
            **self._definition(newest),
            "id": evaluator.id,
            "name": evaluator.name,
            "description": evaluator.description or None,
            "createdBy": self._creator(first.author_id),
            "status": "paused" if lost else "active",
            "pausedAt": None,
            "pausedReason": "MODEL_CONFIG_INVALID" if lost else None,
            "pausedMessage": "its LLM connection is not there any more" if lost else None,
            "evaluationRuleAssignments": _assignments(evaluator.id, rules),
            "createdAt": moment(evaluator.created_at),
            "updatedAt": moment(evaluator.updated_at),
            "versionId": _version_id(newest),
            "version": newest.version,
            "versionCreatedAt": moment(newest.created_at),
            "versionCreatedBy": self._creator(newest.author_id),
        }

    def version(self, version: EvaluatorVersion) -> Object:
        return {
            **self._definition(version),
            "id": _version_id(version),
            "version": version.version,
            "createdAt": moment(version.created_at),
            "createdBy": self._creator(version.author_id),
        }

    def _definition(self, version: EvaluatorVersion) -> Object:
        settings = version.settings
        if version.kind is EvaluatorKind.CODE:
            return {
                "type": "code",
                "sourceCode": settings["source"],
                "sourceCodeLanguage": "PYTHON",
            }
        turns: list[Object] = settings["messages"]
        names = sorted({n for turn in turns for n in variables(turn["content"], Syntax.MUSTACHE)})
        return {
            "type": "llm_as_judge",
            "prompt": turns,
            "variables": names,
            "variableMapping": mappings.shown(
                {name: settings["variables"].get(name, name) for name in names}
            ),
            "modelConfig": self._model(settings),
            "outputDefinition": _output(settings),
        }

    def _model(self, settings: Object) -> Object | None:
        provider = self._providers.get(settings["connection_id"])
        return {"provider": provider, "model": settings["model"]} if provider else None

    def _creator(self, author_id: str) -> Object | None:
        """People alone: what a key did has no creator."""
        name = self._people.get(author_id)
        return {"id": author_id, "name": name} if name is not None else None


def _version_id(version: EvaluatorVersion) -> str:
    return f"{version.evaluator_id}-{version.version}"


def _output(settings: Object) -> Object:
    scale = settings["score"]
    match scale["type"]:
        case "numeric":
            told = {"dataType": "NUMERIC", "minValue": scale["min"], "maxValue": scale["max"]}
        case "boolean":
            told = {"dataType": "BOOLEAN"}
        case _:
            told = {
                "dataType": "CATEGORICAL",
                "categories": scale["labels"],
                "shouldAllowMultipleMatches": False,
            }
    said = {
        "scoreValueInstructions": settings.get("about_score"),
        "scoreReasoningInstructions": settings.get("about_reason"),
    }
    return told | {name: text for name, text in said.items() if text}


def _assignments(evaluator_id: str, rules: Sequence[EvaluationRule]) -> list[Object]:
    """The newest first."""
    found: list[Object] = []
    for rule in sorted(rules, key=lambda each: -each.created_at):
        for each in rule.assignments:
            if each.evaluator_id == evaluator_id:
                override = mappings.shown(each.variables)
                told = {"variableMappingOverride": override} if override else {}
                found.append({"evaluationRuleId": rule.id, **told})
    return found
