"""Rules by which live traffic becomes items of data sets. Functions of an open transaction."""

from dataclasses import asdict
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pilothouse.domain.dataset import DatasetRule
from pilothouse.domain.errors import Conflict
from pilothouse.domain.evaluation import Target
from pilothouse.store.relational import tables as t

_r = t.dataset_rules.c


def add(db: sa.Connection, rule: DatasetRule) -> None:
    """Raises Conflict when the name is taken."""
    _named(db, rule, t.dataset_rules.insert())


def replace(db: sa.Connection, rule: DatasetRule) -> None:
    """Raises Conflict when the name is taken."""
    _named(db, rule, t.dataset_rules.update().where(_r.id == rule.id))


def _named(db: sa.Connection, rule: DatasetRule, change: sa.Insert | sa.Update) -> None:
    row = asdict(rule) | {"tags": msgspec.json.encode(rule.tags).decode()}
    try:
        with db.begin_nested():
            db.execute(change.values(row))
    except IntegrityError as error:
        raise Conflict(f"there is a rule called {rule.name!r} already") from error


def remove(db: sa.Connection, project_id: str, id: str) -> bool:
    gone = t.dataset_rules.delete().where(_r.project_id == project_id, _r.id == id)
    return db.execute(gone).rowcount == 1


def one(db: sa.Connection, project_id: str, id: str) -> DatasetRule | None:
    return next(iter(_many(db, _r.project_id == project_id, _r.id == id)), None)


def locked(db: sa.Connection, rule: DatasetRule) -> DatasetRule | None:
    """As it stands now, kept from others until the transaction ends. None where it is gone, off, or
    another server looked at the same meanwhile."""
    held = sa.select(_r.id).where(_r.id == rule.id).with_for_update()
    if db.execute(held).one_or_none() is None:
        return None
    now_is = one(db, rule.project_id, rule.id)
    same = now_is is not None and now_is.is_active and now_is.seen_until == rule.seen_until
    return now_is if same else None


def of_project(db: sa.Connection, project_id: str) -> list[DatasetRule]:
    """By name."""
    return _many(db, _r.project_id == project_id)


def active(db: sa.Connection) -> list[DatasetRule]:
    """Of all projects."""
    return _many(db, _r.is_active.is_(True))


def _many(db: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[DatasetRule]:
    rows = db.execute(sa.select(t.dataset_rules).where(*conditions).order_by(_r.name, _r.id))
    return [_rule(row) for row in rows.mappings()]


def _rule(row: Any) -> DatasetRule:
    told: dict[str, Any] = dict(row)
    told["target"] = Target(row["target"])
    told["tags"] = tuple(msgspec.json.decode(row["tags"], type=list[str]))
    return DatasetRule(**told)
