"""Score configs, as Langfuse's API reads and changes them."""

from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from pilothouse.domain.clock import now
from pilothouse.domain.errors import NotFound
from pilothouse.domain.score import DataType
from pilothouse.domain.score_config import BOOLEANS, Category, ScoreConfig, check
from pilothouse.edge.access import Caller, CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.langfuse.answers import moment
from pilothouse.protocols.langfuse.questions import PagingOf
from pilothouse.store.relational import score_configs
from pilothouse.store.relational.accounts import new_id
from pilothouse.store.relational.database import claiming

router = Router()

Object = dict[str, Any]


class CategoryBody(BaseModel):
    label: str
    value: float


class NewConfig(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str | None = Field(default=None, min_length=1, max_length=64)
    """An extension, for what is brought along from elsewhere. Langfuse's clients never tell it."""
    name: str
    dataType: Literal["NUMERIC", "BOOLEAN", "CATEGORICAL", "TEXT"]
    minValue: float | None = None
    maxValue: float | None = None
    categories: list[CategoryBody] | None = None
    description: str | None = None


class ConfigChange(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str | None = None
    minValue: float | None = None
    maxValue: float | None = None
    categories: list[CategoryBody] | None = None
    description: str | None = None
    isArchived: bool | None = None


@router.post("/score-configs")
def add_config(body: NewConfig, caller: CallerOf, services: ServicesOf) -> Object:
    moment_of_it, data_type = now(), DataType(body.dataType.lower())
    made = ScoreConfig(
        id=body.id or new_id(),
        project_id=caller.project_id,
        name=body.name,
        data_type=data_type,
        min_value=body.minValue,
        max_value=body.maxValue,
        categories=BOOLEANS if data_type is DataType.BOOLEAN else _categories(body.categories),
        description=body.description or "",
        is_archived=False,
        created_at=moment_of_it,
        updated_at=moment_of_it,
    )
    check(made)
    with services.database.write() as db, claiming("score config", made.id):
        score_configs.add(db, made)
    return shown(made)


@router.get("/score-configs")
def list_configs(caller: CallerOf, services: ServicesOf, paging: PagingOf) -> Object:
    """A page of configs, newest first."""
    with services.database.read() as db:
        count = score_configs.count(db, caller.project_id)
        found = score_configs.page(db, caller.project_id, paging.limit, paging.offset)
    return {"data": [shown(each) for each in found], "meta": paging.meta(count)}


@router.get("/score-configs/{config_id}")
def get_config(config_id: str, caller: CallerOf, services: ServicesOf) -> Object:
    return shown(_found(caller, services, config_id))


@router.patch("/score-configs/{config_id}")
def change_config(
    config_id: str, body: ConfigChange, caller: CallerOf, services: ServicesOf
) -> Object:
    """Change what is told; scores that were given before stay as they are."""
    before = _found(caller, services, config_id)
    told: Object = {}
    for field, name in (
        ("name", "name"),
        ("minValue", "min_value"),
        ("maxValue", "max_value"),
        ("isArchived", "is_archived"),
    ):
        if field in body.model_fields_set:
            told[name] = getattr(body, field)
    if "description" in body.model_fields_set:
        told["description"] = body.description or ""
    if body.categories is not None:
        told["categories"] = _categories(body.categories)
    for never_empty in ("name", "is_archived"):
        if told.get(never_empty, before) is None:
            del told[never_empty]
    after = replace(before, **told, updated_at=now())
    check(after)
    with services.database.write() as db:
        score_configs.replace(db, after)
    return shown(after)


def _found(caller: Caller, services: Services, config_id: str) -> ScoreConfig:
    with services.database.read() as db:
        found = score_configs.one(db, caller.project_id, config_id)
    if found is None:
        raise NotFound("Score config not found within authorized project")
    return found


def _categories(given: list[CategoryBody] | None) -> tuple[Category, ...]:
    return tuple(Category(each.label, each.value) for each in given or ())


def shown(config: ScoreConfig) -> Object:
    categories = [{"label": each.label, "value": each.value} for each in config.categories]
    return {
        "id": config.id,
        "name": config.name,
        "createdAt": moment(config.created_at),
        "updatedAt": moment(config.updated_at),
        "projectId": config.project_id,
        "dataType": config.data_type.upper(),
        "isArchived": config.is_archived,
        "minValue": config.min_value,
        "maxValue": config.max_value,
        "categories": categories or None,
        "description": config.description or None,
    }
