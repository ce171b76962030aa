"""What a project keeps about itself: keys, prices, its name."""

from typing import Annotated, Literal

import msgspec
from fastapi import Depends, Query, Request, Response

from pilothouse import pricing
from pilothouse.domain.access import ApiKey, KeyScope
from pilothouse.domain.clock import DAY, now
from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.domain.scope import TimeRange
from pilothouse.edge.access import CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.protocols.native import settings_wire
from pilothouse.store.relational import accounts, keys, prices

router = Router(
    prefix="/projects/{project_id}", tags=["settings"], dependencies=[Depends(project_in_path)]
)

_MOST_PRICES = 500
_LOOK_BACK = 400 * DAY


# -- keys --------------------------------------------------------------------------------------


@router.get("/keys")
def list_keys(caller: CallerOf, services: ServicesOf) -> settings_wire.ApiKeys:
    with services.database.read() as db:
        return settings_wire.ApiKeys(
            items=[_key(key) for key in keys.of_project(db, caller.project_id)]
        )


@router.post("/keys")
def add_key(
    body: settings_wire.NewApiKey, caller: CallerOf, services: ServicesOf
) -> settings_wire.CreatedApiKey:
    """Make a key pair. The secret is in this answer and nowhere after."""
    if body.expires_at and body.expires_at <= now():
        raise BadRequest("expires_at lies in the past")
    with services.database.write() as db:
        key, secret = keys.add(
            db,
            caller.project_id,
            note=body.note,
            scope=KeyScope(body.scope),
            expires_at=body.expires_at,
        )
    return settings_wire.CreatedApiKey(key=_key(key), secret_key=secret)


@router.delete("/keys/{key_id}", status_code=204)
def revoke_key(key_id: str, caller: CallerOf, services: ServicesOf) -> Response:
    """Programs that use the pair are refused from now on."""
    with services.database.write() as db:
        found = keys.revoke(db, caller.project_id, key_id)
    services.access.forget_keys()
    if not found:
        raise NotFound("no such key")
    return Response(status_code=204)


def _key(key: ApiKey) -> settings_wire.ApiKey:
    return settings_wire.ApiKey(
        id=key.id,
        public_key=key.public_key,
        secret_hint=key.secret_hint,
        note=key.note,
        scope=key.scope.value,
        created_at=key.created_at,
        last_used_at=key.last_used_at,
        expires_at=key.expires_at,
    )


# -- prices ------------------------------------------------------------------------------------


@router.get("/prices")
def list_prices(
    caller: CallerOf,
    services: ServicesOf,
    search: str = "",
    source: Literal["", "catalogue", "override"] = "",
    limit: Annotated[int, Query(ge=1, le=_MOST_PRICES)] = 100,
) -> settings_wire.Prices:
    """Own prices first, then the catalogue's, found by words in their names."""
    book = services.books.of(caller.project_id)
    found, total = book.search(search, limit, source)
    return settings_wire.Prices(items=[_price(price) for price in found], total=total)


@router.post("/prices")
def add_price(
    body: settings_wire.PriceOverride, caller: CallerOf, services: ServicesOf
) -> settings_wire.Price:
    """Set a price that beats the catalogue, for calls from now on; `reprice` applies it to older."""
    override = _override(accounts.new_id(), body)
    with services.database.write() as db:
        prices.add(db, caller.project_id, override)
    services.books.forget(caller.project_id)
    return _price(pricing.describe(override))


@router.put("/prices/{price_id}")
def replace_price(
    price_id: str, body: settings_wire.PriceOverride, caller: CallerOf, services: ServicesOf
) -> settings_wire.Price:
    override = _override(price_id.removeprefix("override:"), body)
    with services.database.write() as db:
        if not prices.replace(db, caller.project_id, override):
            raise NotFound("no such price")
    services.books.forget(caller.project_id)
    return _price(pricing.describe(override))


@router.delete("/prices/{price_id}", status_code=204)
def remove_price(price_id: str, caller: CallerOf, services: ServicesOf) -> Response:
    with services.database.write() as db:
        if not prices.remove(db, caller.project_id, price_id.removeprefix("override:")):
            raise NotFound("no such price")
    services.books.forget(caller.project_id)
    return Response(status_code=204)


@router.post("/reprice")
async def reprice(
    body: settings_wire.Reprice, request: Request, caller: CallerOf, services: ServicesOf
) -> settings_wire.Repriced:
    """Compute the stored costs of a time range again. Costs reported by clients stay."""
    if body.end <= body.start:
        raise BadRequest("the end must be after the start")
    done = await services.repricing.run(caller.scope, TimeRange(body.start, body.end), body.model)
    return settings_wire.Repriced(spans=done.spans, changed=done.changed)


def _override(id: str, body: settings_wire.PriceOverride) -> pricing.Override:
    if not body.prices:
        raise BadRequest("give a price for at least one usage bucket")
    return pricing.read({"id": id, **body.model_dump()})


def _price(price: pricing.Price) -> settings_wire.Price:
    return settings_wire.Price(**msgspec.to_builtins(price))


# -- the project -------------------------------------------------------------------------------


@router.get("/settings")
def project_settings(caller: CallerOf, services: ServicesOf) -> settings_wire.ProjectSettings:
    with services.database.read() as db:
        project = accounts.project(db, caller.project_id)
        organisation = accounts.organisation(db, project.organisation_id) if project else None
    if project is None or organisation is None:
        raise NotFound("no such project")
    return settings_wire.ProjectSettings(
        id=project.id,
        name=project.name,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        created_at=project.created_at,
    )


@router.patch("/settings")
def change_settings(
    body: settings_wire.ProjectPatch, caller: CallerOf, services: ServicesOf
) -> settings_wire.ProjectSettings:
    with services.database.write() as db:
        accounts.rename_project(db, caller.project_id, body.name)
    return project_settings(caller, services)


@router.get("/onboarding")
def onboarding(
    request: Request, caller: CallerOf, services: ServicesOf
) -> settings_wire.Onboarding:
    """Whether anything has arrived yet, and what to point an application at."""
    with services.database.read() as db:
        found = keys.of_project(db, caller.project_id)
    moment = now()
    last = services.reading.latest_trace(caller.scope, TimeRange(moment - _LOOK_BACK, moment + DAY))
    return settings_wire.Onboarding(
        has_traces=bool(last),
        last_trace_id=last,
        public_key=found[-1].public_key if found else "",
        base_url=services.settings.public_url or str(request.base_url).rstrip("/"),
    )
