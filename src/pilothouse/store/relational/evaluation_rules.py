"""Rules by which live traffic is evaluated. Functions of an open transaction."""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pilothouse.domain.errors import Conflict
from pilothouse.domain.evaluation import EvaluationRule, Target
from pilothouse.store.relational import tables as t

_r = t.evaluation_rules.c


def add(db: sa.Connection, rule: EvaluationRule) -> None:
    """Raises Conflict when the name is taken."""
    try:
        with db.begin_nested():
            db.execute(t.evaluation_rules.insert().values(asdict(rule)))
    except IntegrityError as error:
        raise Conflict(f"there is a rule called {rule.name!r} already") from error


def replace(db: sa.Connection, rule: EvaluationRule) -> None:
    """Raises Conflict when the name is taken. How far it has looked stays as it is, unless it was
    switched on again."""
    try:
        with db.begin_nested():
            db.execute(t.evaluation_rules.update().where(_r.id == rule.id).values(asdict(rule)))
    except IntegrityError as error:
        raise Conflict(f"there is a rule called {rule.name!r} already") from error


def remove(db: sa.Connection, project_id: str, id: str) -> bool:
    gone = t.evaluation_rules.delete().where(_r.project_id == project_id, _r.id == id)
    return db.execute(gone).rowcount == 1


def one(db: sa.Connection, project_id: str, id: str) -> EvaluationRule | None:
    return next(iter(_many(db, _r.project_id == project_id, _r.id == id)), None)


def of_project(db: sa.Connection, project_id: str) -> list[EvaluationRule]:
    """By name."""
    return _many(db, _r.project_id == project_id)


def active(db: sa.Connection) -> list[EvaluationRule]:
    """Of all projects."""
    return _many(db, _r.is_active.is_(True))


def budgets(db: sa.Connection, ids: list[str]) -> dict[str, float]:
    """US dollars a day, by rule, of those that have a budget."""
    rows = db.execute(
        sa.select(_r.id, _r.daily_budget).where(_r.id.in_(ids), _r.daily_budget.is_not(None))
    )
    return {row[0]: row[1] for row in rows}


def looked(db: sa.Connection, rule: EvaluationRule, until: int) -> bool:
    """The rule has looked at what came until then. False when another server was quicker."""
    moved = db.execute(
        t.evaluation_rules.update()
        .where(_r.id == rule.id, _r.seen_until == rule.seen_until, _r.is_active.is_(True))
        .values(seen_until=until)
    )
    return moved.rowcount == 1


def _many(db: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[EvaluationRule]:
    rows = db.execute(sa.select(t.evaluation_rules).where(*conditions).order_by(_r.name, _r.id))
    return [_rule(row) for row in rows.mappings()]


def _rule(row: Any) -> EvaluationRule:
    told: dict[str, Any] = dict(row)
    told["target"] = Target(row["target"])
    return EvaluationRule(**told)
