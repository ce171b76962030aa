"""Score configs: what people who give scores choose from."""

from dataclasses import replace

from fastapi import Depends
from sqlalchemy import Connection

from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest, Conflict, NotFound
from pilothouse.domain.score import DataType
from pilothouse.domain.score_config import BOOLEANS, Category, ScoreConfig, check
from pilothouse.edge.access import CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.protocols.native import score_wire as shapes
from pilothouse.store.relational import score_configs
from pilothouse.store.relational.accounts import new_id

router = Router(
    prefix="/projects/{project_id}/score-configs",
    tags=["scores"],
    dependencies=[Depends(project_in_path)],
)

_MOST = 1_000


@router.get("")
def list_configs(caller: CallerOf, services: ServicesOf) -> shapes.ScoreConfigs:
    """Every config of the project by name, archived ones included."""
    with services.database.read() as db:
        found = score_configs.page(db, caller.project_id, _MOST, 0)
    found.sort(key=lambda each: (each.name.lower(), each.created_at))
    return shapes.ScoreConfigs(items=[shown(each) for each in found])


@router.post("", status_code=201)
def add_config(
    body: shapes.NewScoreConfig, caller: CallerOf, services: ServicesOf
) -> shapes.ScoreConfig:
    """Add a config. Its type stays for good: scores that were given would mean something else."""
    moment = now()
    blank = ScoreConfig(
        id=new_id(),
        project_id=caller.project_id,
        name=body.name,
        data_type=DataType(body.data_type),
        min_value=None,
        max_value=None,
        categories=(),
        description="",
        is_archived=False,
        created_at=moment,
        updated_at=moment,
    )
    made = _told(blank, body)
    with services.database.write() as db:
        if score_configs.count(db, caller.project_id) >= _MOST:
            raise BadRequest(f"a project holds at most {_MOST} score configs")
        _only_one(db, made)
        score_configs.add(db, made)
    return shown(made)


@router.put("/{config_id}")
def change_config(
    config_id: str, body: shapes.ScoreConfigChange, caller: CallerOf, services: ServicesOf
) -> shapes.ScoreConfig:
    """Change a config. Scores that were given before stay as they are."""
    with services.database.write() as db:
        before = score_configs.one(db, caller.project_id, config_id)
        if before is None:
            raise NotFound("no such score config")
        after = replace(_told(before, body), updated_at=now())
        if after.name != before.name or before.is_archived:
            _only_one(db, after)
        score_configs.replace(db, after)
    return shown(after)


def _told(config: ScoreConfig, body: shapes.ScoreConfigChange) -> ScoreConfig:
    """Raises BadRequest."""
    categories = tuple(Category(each.label.strip(), each.value) for each in body.categories)
    told = replace(
        config,
        name=body.name,
        min_value=body.min_value,
        max_value=body.max_value,
        categories=BOOLEANS if config.data_type is DataType.BOOLEAN else categories,
        description=body.description,
        is_archived=body.is_archived,
    )
    check(told)
    return told


def _only_one(db: Connection, config: ScoreConfig) -> None:
    """Raises Conflict: people could not tell two of a name apart."""
    if config.is_archived:
        return
    for other in score_configs.page(db, config.project_id, _MOST, 0):
        if other.name == config.name and not other.is_archived and other.id != config.id:
            raise Conflict(f"there is a score config named {config.name!r} already")


def shown(config: ScoreConfig) -> shapes.ScoreConfig:
    return shapes.ScoreConfig(
        id=config.id,
        name=config.name,
        data_type=config.data_type,
        min_value=config.min_value,
        max_value=config.max_value,
        categories=[
            shapes.ScoreCategory(label=each.label, value=each.value) for each in config.categories
        ],
        description=config.description,
        is_archived=config.is_archived,
        created_at=config.created_at,
        updated_at=config.updated_at,
    )
