"""Rules by which live traffic is evaluated. Functions of an open transaction."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pilothouse.domain.errors import Conflict
from pilothouse.domain.evaluation import Assignment, EvaluationRule, Target
from pilothouse.store.relational import tables as t

_r, _f = t.evaluation_rules.c, t.evaluation_rule_evaluators.c


def add(db: sa.Connection, rule: EvaluationRule) -> None:
    """Raises Conflict when the name is taken."""
    try:
        with db.begin_nested():
            db.execute(t.evaluation_rules.insert().values(_row(rule)))
            _set_further(db, rule)
    except IntegrityError as error:
        raise Conflict(f"there is a rule called {rule.name!r} already") from error


def replace(db: sa.Connection, rule: EvaluationRule) -> None:
    """Raises Conflict when the name is taken. How far it has looked stays as it is, unless it was
    switched on again."""
    try:
        with db.begin_nested():
            db.execute(t.evaluation_rules.update().where(_r.id == rule.id).values(_row(rule)))
            _set_further(db, rule)
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


def variables(db: sa.Connection, ids: list[str]) -> dict[tuple[str, str], Mapping[str, str]]:
    """By rule and evaluator the paths that stand instead of the evaluator's own, where there are any."""
    found = _many(db, _r.id.in_(ids)) if ids else []
    return {
        (rule.id, each.evaluator_id): each.variables
        for rule in found
        for each in rule.assignments
        if each.variables
    }


def part_with(db: sa.Connection, evaluator_id: str) -> None:
    """The evaluator is about to go. Rules that have others go on with those."""
    for rule in _many(db, _r.evaluator_id == evaluator_id):
        if rule.further:
            first = rule.further[0]
            db.execute(
                t.evaluation_rules.update()
                .where(_r.id == rule.id)
                .values(
                    evaluator_id=first.evaluator_id,
                    evaluator_version=0,
                    variables=_encoded(first.variables),
                )
            )
            db.execute(
                t.evaluation_rule_evaluators.delete().where(
                    _f.rule_id == rule.id, _f.evaluator_id == first.evaluator_id
                )
            )


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
    found = rows.mappings().all()
    further: defaultdict[str, list[Assignment]] = defaultdict(list)
    asked = sa.select(t.evaluation_rule_evaluators).where(
        _f.rule_id.in_([row["id"] for row in found])
    )
    for row in db.execute(asked.order_by(_f.place)):
        further[row.rule_id].append(
            Assignment(row.evaluator_id, msgspec.json.decode(row.variables))
        )
    return [_rule(row, tuple(further[row["id"]])) for row in found]


def _rule(row: Any, further: tuple[Assignment, ...]) -> EvaluationRule:
    told: dict[str, Any] = dict(row)
    told["target"] = Target(row["target"])
    told["variables"] = msgspec.json.decode(row["variables"])
    return EvaluationRule(**told, further=further)


def _row(rule: EvaluationRule) -> dict[str, Any]:
    row = {name: getattr(rule, name) for name in EvaluationRule.__slots__ if name != "further"}
    return row | {"variables": _encoded(rule.variables)}


def _set_further(db: sa.Connection, rule: EvaluationRule) -> None:
    db.execute(t.evaluation_rule_evaluators.delete().where(_f.rule_id == rule.id))
    rows = [
        {
            "rule_id": rule.id,
            "evaluator_id": each.evaluator_id,
            "place": place,
            "variables": _encoded(each.variables),
        }
        for place, each in enumerate(rule.further)
    ]
    if rows:
        db.execute(t.evaluation_rule_evaluators.insert(), rows)


def _encoded(variables: Mapping[str, str]) -> str:
    return msgspec.json.encode(dict(variables)).decode()
