"""Connections to model providers: made, tried, changed; and what calling models may cost a day."""

import time
from typing import Annotated

from fastapi import Depends, Path, Response
from starlette.concurrency import run_in_threadpool

from pilothouse.domain.clock import DAY, now
from pilothouse.domain.errors import BadRequest
from pilothouse.domain.messages import Message, Part
from pilothouse.edge.access import CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.llm import listing
from pilothouse.llm.connections import Connection
from pilothouse.llm.failures import ModelFailure
from pilothouse.llm.parts import plain
from pilothouse.llm.providers import PROVIDERS, Provider
from pilothouse.llm.registry import Draft, Stored
from pilothouse.llm.request import Request
from pilothouse.protocols.native import playground_wire as wire
from pilothouse.store.relational import model_spend

router = Router(
    prefix="/projects/{project_id}", tags=["models"], dependencies=[Depends(project_in_path)]
)

_TRIAL_TOKENS = 16

IdOf = Annotated[str, Path(max_length=64)]


@router.get("/connections")
def list_connections(caller: CallerOf, services: ServicesOf) -> wire.Connections:
    """The project's connections by name, and whom one can connect to."""
    found = services.connections.of_project(caller.project_id)
    return wire.Connections(
        items=[_shown(services, each) for each in found],
        providers=[_provider(each) for each in PROVIDERS.values()],
    )


@router.post("/connections")
def add_connection(
    body: wire.ConnectionDraft, caller: CallerOf, services: ServicesOf
) -> wire.Connection:
    """The key is encrypted and never shown again."""
    made = services.connections.add(caller.project_id, _draft(body), caller.author_id)
    return _shown(services, made)


@router.put("/connections/{connection_id}")
def change_connection(
    connection_id: IdOf, body: wire.ConnectionDraft, caller: CallerOf, services: ServicesOf
) -> wire.Connection:
    """Another address or provider wants the key again."""
    changed = services.connections.change(caller.project_id, connection_id, _draft(body))
    return _shown(services, changed)


@router.delete("/connections/{connection_id}", status_code=204)
def delete_connection(connection_id: IdOf, caller: CallerOf, services: ServicesOf) -> Response:
    services.connections.remove(caller.project_id, connection_id)
    return Response(status_code=204)


@router.post("/connections/test")
async def test_connection(
    body: wire.ConnectionTest, caller: CallerOf, services: ServicesOf
) -> wire.ConnectionTested:
    """One short call, which costs next to nothing."""
    began = time.monotonic()
    model = body.model
    try:
        connection = await run_in_threadpool(_to_try, services, caller.project_id, body)
        model = model or next(iter(connection.models), "")
        model = model or next(iter(await listing.models(connection, services.outbound)), "")
        said = await _try(services, caller.project_id, connection, model)
    except ModelFailure as failure:
        seconds = time.monotonic() - began
        return wire.ConnectionTested(
            model=model, answer="", seconds=seconds, failure=shown_failure(failure)
        )
    seconds = time.monotonic() - began
    return wire.ConnectionTested(model=model, answer=said, seconds=seconds, failure=None)


async def _try(services: Services, project_id: str, connection: Connection, model: str) -> str:
    if not model:
        raise BadRequest("name a model to try; the provider tells none")
    asked = Message("user", [Part("text", text="Say ok.")])
    request = Request(model=model, messages=[asked], max_tokens=_TRIAL_TOKENS)
    prices = await services.books.at_hand(project_id)
    call = await services.door.answer(project_id, connection, request, prices)
    return plain(call.answer.message())[:200]


def _to_try(services: Services, project_id: str, body: wire.ConnectionTest) -> Connection:
    if body.draft is not None:
        return services.connections.tried(project_id, body.connection_id, _draft(body.draft))
    return services.connections.ready(project_id, body.connection_id)


@router.get("/connections/{connection_id}/models")
async def list_callable_models(
    connection_id: IdOf, caller: CallerOf, services: ServicesOf
) -> wire.CallableModels:
    """What the provider says can be called with this key."""
    try:
        connection = await run_in_threadpool(
            services.connections.ready, caller.project_id, connection_id
        )
        found = await listing.models(connection, services.outbound)
    except ModelFailure as failure:
        return wire.CallableModels(models=[], failure=shown_failure(failure))
    return wire.CallableModels(models=found, failure=None)


@router.get("/model-budget")
def show_budget(caller: CallerOf, services: ServicesOf) -> wire.Budget:
    with services.database.read() as db:
        daily = model_spend.budget(db, caller.project_id)
        spent = model_spend.of_day(db, caller.project_id, now() // DAY)
    return wire.Budget(daily=daily, spent=spent.cost, calls=spent.calls)


@router.put("/model-budget")
def change_budget(body: wire.BudgetChange, caller: CallerOf, services: ServicesOf) -> wire.Budget:
    """Calls of models are refused from the moment on that a day's cost reaches it."""
    with services.database.write() as db:
        model_spend.set_budget(db, caller.project_id, body.daily)
    return show_budget(caller, services)


def shown_failure(failure: ModelFailure) -> wire.Failure:
    return wire.Failure(
        code=failure.code,
        cause=failure.cause,
        remedy=failure.remedy,
        provider_status=failure.provider_status,
    )


def _draft(body: wire.ConnectionDraft) -> Draft:
    return Draft(
        name=body.name,
        provider=body.provider,
        base_url=body.base_url,
        models=tuple(body.models),
        options=body.options,
        key=body.key,
        headers=body.headers,
        session_token=body.session_token,
    )


def _shown(services: Services, stored: Stored) -> wire.Connection:
    return wire.Connection(
        id=stored.id,
        name=stored.name,
        provider=stored.provider,
        base_url=stored.base_url,
        has_key=bool(stored.secret),
        key_hint=stored.secret_hint,
        header_names=services.connections.header_names(stored),
        models=stored.models,
        options=stored.options,
        created_at=stored.created_at,
        updated_at=stored.updated_at,
    )


def _provider(provider: Provider) -> wire.ProviderRow:
    return wire.ProviderRow(
        id=provider.id,
        name=provider.name,
        protocol=provider.protocol.value,
        base_url=provider.base_url,
        keys_at=provider.keys_at,
        can=sorted(each.value for each in provider.can),
        options=["timeout", "retries", *provider.options],
    )
