"""Prompts under versions, as Langfuse's API reads and changes them."""

from functools import lru_cache
from typing import Annotated, Any, Literal

import orjson
from fastapi import Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from pilothouse.domain.access import Permission
from pilothouse.domain.errors import BadRequest
from pilothouse.domain.prompt import Draft, Prompt, PromptType, PromptVersion
from pilothouse.edge.access import Caller, CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.prompts.registry import Served, Wanted
from pilothouse.protocols.langfuse import questions
from pilothouse.protocols.langfuse.answers import moment
from pilothouse.protocols.langfuse.questions import PagingOf, Time
from pilothouse.store.relational import prompts

router = Router()

Object = dict[str, Any]
STALE = "X-Pilothouse-Stale"
"""`1` on an answer from memory that could not be compared with the store for a while."""

VersionNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]
VersionOf = Annotated[VersionNumber | None, Query()]


class NewPrompt(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str
    type: Literal["text", "chat"] | None = None
    prompt: str | list[Object]
    config: Any = Field(default_factory=dict[str, Any])
    labels: list[str] | None = None
    tags: list[str] | None = None
    commitMessage: str | None = Field(default=None, max_length=500)
    isActive: bool | None = None
    version: int | None = Field(default=None, ge=1, le=2**31 - 1)
    """An extension, for prompts that are brought along from elsewhere with their numbers."""


class NewLabels(BaseModel):
    newLabels: list[str]


@router.get("/v2/prompts")
def list_prompts(
    caller: CallerOf,
    services: ServicesOf,
    paging: PagingOf,
    name: str | None = None,
    label: str | None = None,
    tag: str | None = None,
    fromUpdatedAt: Time = None,
    toUpdatedAt: Time = None,
) -> Object:
    """A page of prompts by name, each with its versions and labels."""
    within = questions.within(fromUpdatedAt, toUpdatedAt)
    asked = prompts.Asked(
        name or "",
        label or "",
        tag or "",
        within.start if fromUpdatedAt else 0,
        within.end if toUpdatedAt else 0,
    )
    with services.database.read() as db:
        count = prompts.count(db, caller.project_id, asked)
        found = prompts.page(db, caller.project_id, asked, paging.limit, paging.offset)
    meta = paging.meta(count)
    return {"data": [_listed(each) for each in found], "meta": meta, "pagination": meta}


class Which(BaseModel):
    """Of a prompt's versions; `production` where neither number nor label is named."""

    version: VersionNumber | None = None
    label: str | None = None
    resolve: bool = True
    stickyKey: Annotated[str, Field(max_length=800)] = ""


@router.get("/v2/prompts/{name:path}")
async def get_prompt(
    name: str, request: Request, caller: CallerOf, services: ServicesOf
) -> Response:
    """A version ready to use, as `Which` tells. Where the label is split, a key always gets the same
    arm: `stickyKey`, or what follows an @ in the label."""
    # Read here: FastAPI takes as long for four parameters as all else that happens.
    try:
        which = Which.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error
    return await _served(services, caller, name, which)


@router.get("/prompts")
async def get_prompt_v1(
    name: str,
    caller: CallerOf,
    services: ServicesOf,
    version: VersionOf = None,
) -> Response:
    return await _served(services, caller, name, Which(version=version))


@router.post("/v2/prompts", status_code=201)
def create_prompt(body: NewPrompt, caller: CallerOf, services: ServicesOf) -> Object:
    """A new version of the name."""
    kind = PromptType(body.type or ("text" if isinstance(body.prompt, str) else "chat"))
    draft = Draft(
        name=body.name,
        type=kind,
        body=body.prompt,
        config={} if body.config is None else body.config,
        labels=tuple(body.labels or ()),
        tags=None if body.tags is None else tuple(body.tags),
        commit_message=body.commitMessage or "",
        version=body.version or 0,
    )
    made = services.prompts.create(
        caller.project_id, draft, caller.author_id, may_release=_may_release(caller)
    )
    return _shown(made)


@router.post("/prompts", status_code=201)
def create_prompt_v1(body: NewPrompt, caller: CallerOf, services: ServicesOf) -> Object:
    """A new version; `isActive` is version 1's word for the label `production`."""
    labels = [*(body.labels or []), *(["production"] if body.isActive else [])]
    return create_prompt(body.model_copy(update={"labels": labels}), caller, services)


@router.patch("/v2/prompts/{name:path}/versions/{version}")
def set_labels(
    name: str, version: int, body: NewLabels, caller: CallerOf, services: ServicesOf
) -> Object:
    """Give a version labels, each off the version that had it. So a rollback is one call."""
    done = services.prompts.set_labels(
        caller.project_id,
        name,
        version,
        body.newLabels,
        caller.author_id,
        may_release=_may_release(caller),
    )
    return _shown(done)


@router.delete("/v2/prompts/{name:path}", status_code=204)
def delete_prompt(
    name: str,
    caller: CallerOf,
    services: ServicesOf,
    version: VersionOf = None,
    label: str | None = None,
) -> Response:
    """Forget a version, that of a label, or all of the name."""
    services.prompts.remove(
        caller.project_id,
        name,
        caller.author_id,
        version=version or 0,
        label=label or "",
        may_release=_may_release(caller),
    )
    return Response(status_code=204)


def _may_release(caller: Caller) -> bool:
    return Permission.RELEASE in caller.permissions


async def _served(services: Services, caller: Caller, name: str, which: Which) -> Response:
    version, label = which.version, which.label
    if version and label:
        raise BadRequest("name a version or a label, not both")
    label = "" if version else label or "production"
    wanted = Wanted(name, version or 0, label, which.resolve, which.stickyKey)
    found = services.prompts.remembered(caller.project_id, wanted)
    if found is None:
        found = await run_in_threadpool(services.prompts.get, caller.project_id, wanted)
    headers = {STALE: "1"} if services.prompts.is_stale(caller.project_id) else None
    return Response(_encoded(found), media_type="application/json", headers=headers)


@lru_cache(maxsize=10_000)
def _encoded(found: Served) -> bytes:
    """The answer as it is sent. Kept, as applications ask for the same prompt again and again."""
    return orjson.dumps(
        {**_shown(found.version), "prompt": found.body, "resolutionGraph": _graph(found)}
    )


def _shown(prompt: PromptVersion) -> Object:
    return {
        "id": prompt.id,
        "projectId": prompt.project_id,
        "createdBy": prompt.author_id,
        "createdAt": moment(prompt.created_at),
        "updatedAt": moment(prompt.updated_at),
        "name": prompt.name,
        "version": prompt.version,
        "type": prompt.type.value,
        "prompt": prompt.body,
        "config": prompt.config,
        "labels": list(prompt.labels),
        "isActive": "production" in prompt.labels,
        "tags": list(prompt.tags),
        "commitMessage": prompt.commit_message or None,
        "resolutionGraph": None,
    }


def _graph(found: Served) -> Object | None:
    """Which version took in which."""
    parts = found.composed.parts
    if not parts:
        return None
    return {
        "root": _node(found.version),
        "dependencies": {id: [_node(part) for part in inside] for id, inside in parts.items()},
    }


def _node(prompt: PromptVersion) -> Object:
    return {"id": prompt.id, "name": prompt.name, "version": prompt.version}


def _listed(prompt: Prompt) -> Object:
    return {
        "name": prompt.name,
        "type": prompt.type.value,
        "versions": list(prompt.versions),
        "labels": list(prompt.labels),
        "tags": list(prompt.tags),
        "lastUpdatedAt": moment(prompt.updated_at),
        "lastConfig": prompt.last_config,
    }
