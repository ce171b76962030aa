"""Score configs. Functions of an open transaction."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import msgspec
import sqlalchemy as sa

from pilothouse.domain.score import DataType
from pilothouse.domain.score_config import Category, ScoreConfig
from pilothouse.store.relational import tables as t

_c = t.score_configs.c


def one(db: sa.Connection, project_id: str, id: str) -> ScoreConfig | None:
    return by_id(db, project_id, [id]).get(id)


def by_id(db: sa.Connection, project_id: str, ids: Iterable[str]) -> dict[str, ScoreConfig]:
    wanted = sa.select(t.score_configs).where(_c.project_id == project_id, _c.id.in_(list(ids)))
    return {row["id"]: _config(row) for row in db.execute(wanted).mappings()}


def count(db: sa.Connection, project_id: str) -> int:
    asked = sa.select(sa.func.count()).where(_c.project_id == project_id)
    return db.execute(asked).scalar_one()


def page(db: sa.Connection, project_id: str, limit: int, offset: int) -> list[ScoreConfig]:
    """The newest first."""
    rows = db.execute(
        sa.select(t.score_configs)
        .where(_c.project_id == project_id)
        .order_by(_c.created_at.desc(), _c.id)
        .limit(limit)
        .offset(offset)
    )
    return [_config(row) for row in rows.mappings()]


def add(db: sa.Connection, config: ScoreConfig) -> None:
    db.execute(t.score_configs.insert().values(_row(config)))


def replace(db: sa.Connection, config: ScoreConfig) -> None:
    db.execute(t.score_configs.update().where(_c.id == config.id).values(_row(config)))


def _row(config: ScoreConfig) -> dict[str, Any]:
    return asdict(config) | {"categories": msgspec.json.encode(config.categories).decode()}


def _config(row: sa.RowMapping) -> ScoreConfig:
    told: dict[str, Any] = dict(row)
    told["data_type"] = DataType(row["data_type"])
    told["categories"] = msgspec.json.decode(row["categories"], type=tuple[Category, ...])
    return ScoreConfig(**told)
