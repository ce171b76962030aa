"""Models and their prices, as Langfuse's API reads and sets them: own prices of the project, and
behind them the catalogue. Langfuse tells prices for one unit, we for a million."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from pilothouse import pricing
from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.domain.usage import bucket
from pilothouse.edge.access import Caller, CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.langfuse import questions
from pilothouse.protocols.langfuse.answers import moment
from pilothouse.protocols.langfuse.questions import PagingOf
from pilothouse.store.relational import accounts, prices
from pilothouse.store.relational.database import claiming

router = Router(prefix="/models")

Object = dict[str, Any]

_MILLION = 1_000_000
_OWN = "override:"

Money = Annotated[float, Field(ge=0)]


class UsageCondition(BaseModel):
    usageDetailPattern: str
    operator: Literal["gt", "gte", "lt", "lte", "eq", "neq"]
    value: float
    caseSensitive: bool = False


class AttributeCondition(BaseModel):
    source: Literal["model_parameters", "metadata"]
    key: str
    values: list[str]


class Tier(BaseModel):
    name: str
    isDefault: bool = False
    priority: int = 0
    conditions: list[UsageCondition | AttributeCondition] = []
    prices: dict[str, Money]


class NewModel(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str | None = Field(default=None, min_length=1, max_length=64)
    """An extension, for what is brought along from elsewhere. Langfuse's clients never tell it."""
    modelName: str = Field(min_length=1, max_length=300)
    matchPattern: str = Field(min_length=1)
    startDate: datetime | None = None
    unit: str | None = None
    inputPrice: Money | None = None
    outputPrice: Money | None = None
    totalPrice: Money | None = None
    pricingTiers: list[Tier] | None = None


@router.get("")
def list_models(caller: CallerOf, services: ServicesOf, paging: PagingOf) -> Object:
    """A page of models: own prices first, then the catalogue's."""
    book = services.books.of(caller.project_id)
    found, count = book.search("", paging.limit, offset=paging.offset)
    return {"data": [_shown(each) for each in found], "meta": paging.meta(count)}


@router.get("/{model_id:path}")
def get_model(model_id: str, caller: CallerOf, services: ServicesOf) -> Object:
    return _shown(_found(caller, services, model_id))


@router.post("")
def add_model(body: NewModel, caller: CallerOf, services: ServicesOf) -> Object:
    """Set a price that beats the catalogue, for calls from now on."""
    override = _override(body.id or accounts.new_id(), body)
    with services.database.write() as db, claiming("model", override.id):
        prices.add(db, caller.project_id, override)
    services.books.forget(caller.project_id)
    return _shown(pricing.describe(override))


@router.put("/{model_id:path}")
def replace_model(model_id: str, body: NewModel, caller: CallerOf, services: ServicesOf) -> Object:
    override = _override(model_id.removeprefix(_OWN), body)
    with services.database.write() as db:
        if not prices.replace(db, caller.project_id, override):
            raise NotFound("No model with this id found, or it is of the catalogue")
    services.books.forget(caller.project_id)
    return _shown(pricing.describe(override))


@router.delete("/{model_id:path}")
def delete_model(model_id: str, caller: CallerOf, services: ServicesOf) -> JSONResponse:
    with services.database.write() as db:
        if not prices.remove(db, caller.project_id, model_id.removeprefix(_OWN)):
            raise NotFound("No model with this id found, or it is of the catalogue")
    services.books.forget(caller.project_id)
    return JSONResponse({"message": "Model successfully deleted"})


def _found(caller: Caller, services: Services, model_id: str) -> pricing.Price:
    book = services.books.of(caller.project_id)
    found = book.find(model_id) or book.find(f"{_OWN}{model_id}")
    if found is None:
        raise NotFound("No model with this id found")
    return found


# -- from Langfuse's definition to ours ----------------------------------------------------------


def _override(id: str, body: NewModel) -> pricing.Override:
    tiers = body.pricingTiers or []
    default = next((tier for tier in tiers if tier.isDefault), None)
    if tiers and default is None:
        raise BadRequest("pricingTiers: one of them is the default")
    told = default.prices if default else _flat(body)
    if not told:
        raise BadRequest("give inputPrice and outputPrice, totalPrice, or pricingTiers")
    return pricing.read(
        {
            "id": id,
            "pattern": body.matchPattern,
            "prices": _per_million(told),
            "tiers": [_tier(tier) for tier in tiers if not tier.isDefault],
            "valid_from": questions.micros(body.startDate) if body.startDate else 0,
            "note": body.modelName,
        }
    )


def _flat(body: NewModel) -> dict[str, float]:
    """A price of the total alone holds for what makes it up."""
    if body.totalPrice is not None and (body.inputPrice, body.outputPrice) == (None, None):
        return {"input": body.totalPrice, "output": body.totalPrice}
    told = {"input": body.inputPrice, "output": body.outputPrice}
    return {name: price for name, price in told.items() if price is not None}


def _per_million(told: dict[str, float]) -> dict[str, float]:
    if set(told) == {"total"}:
        told = {"input": told["total"], "output": told["total"]}
    return {bucket(name): price * _MILLION for name, price in told.items() if name != "total"}


def _tier(tier: Tier) -> Object:
    return {
        "name": tier.name,
        "priority": tier.priority,
        "prices": _per_million(tier.prices),
        "conditions": [_condition(each) for each in tier.conditions],
    }


def _condition(told: UsageCondition | AttributeCondition) -> Object:
    if isinstance(told, UsageCondition):
        pattern = told.usageDetailPattern
        return {
            "source": "usage",
            "pattern": pattern if told.caseSensitive else f"(?i){pattern}",
            "operator": told.operator,
            "value": told.value,
        }
    source = "parameter" if told.source == "model_parameters" else "metadata"
    return {"source": source, "key": told.key, "values": told.values}


# -- and back ------------------------------------------------------------------------------------


def _shown(price: pricing.Price) -> Object:
    each = {name: amount / _MILLION for name, amount in price.prices.items()}
    is_own = price.source == "override"
    return {
        "id": price.id.removeprefix(_OWN),
        "modelName": (price.note if is_own else "") or price.pattern,
        "matchPattern": price.pattern,
        "startDate": moment(price.valid_from),
        "unit": "TOKENS",
        "inputPrice": each.get("input"),
        "outputPrice": each.get("output"),
        "totalPrice": None,
        "tokenizerId": None,
        "tokenizerConfig": None,
        "isLangfuseManaged": not is_own,
        "createdAt": moment(price.valid_from) or moment(1),
        "prices": {name: {"price": amount} for name, amount in each.items()},
        "pricingTiers": [
            {
                "id": f"{price.id}:default",
                "name": "Standard",
                "isDefault": True,
                "priority": 0,
                "conditions": [],
                "prices": each,
            },
            *(_shown_tier(price.id, place, tier) for place, tier in enumerate(price.tiers, 1)),
        ],
    }


def _shown_tier(id: str, place: int, tier: Object) -> Object:
    told = tier.get("prices", {})
    return {
        "id": f"{id}:{place}",
        "name": tier.get("name", ""),
        "isDefault": False,
        "priority": tier.get("priority", place),
        "conditions": [_shown_condition(each) for each in tier.get("conditions", [])],
        "prices": {name: amount / _MILLION for name, amount in told.items()},
    }


def _shown_condition(told: Object) -> Object:
    if told["source"] == "usage":
        pattern: str = told["pattern"]
        return {
            "usageDetailPattern": pattern.removeprefix("(?i)"),
            "operator": told["operator"],
            "value": told["value"],
            "caseSensitive": not pattern.startswith("(?i)"),
        }
    source = "model_parameters" if told["source"] == "parameter" else "metadata"
    return {"source": source, "key": told["key"], "operator": "in", "values": list(told["values"])}
