"""Evaluators and their versions. Functions of an open transaction."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pilothouse.domain.clock import now
from pilothouse.domain.errors import Conflict
from pilothouse.domain.evaluation import Evaluator, EvaluatorKind, EvaluatorVersion
from pilothouse.store.relational import evaluation_rules
from pilothouse.store.relational import tables as t
from pilothouse.store.relational.accounts import new_id

_e, _v = t.evaluators.c, t.evaluator_versions.c


def add(
    db: sa.Connection,
    project_id: str,
    name: str,
    description: str,
    *,
    is_lower_better: bool = False,
) -> Evaluator:
    """One without versions. Raises Conflict when the name is taken."""
    moment = now()
    made = Evaluator(
        new_id(), project_id, name, description, False, moment, moment, is_lower_better
    )
    row = {field: getattr(made, field) for field in Evaluator.__slots__}
    try:
        with db.begin_nested():
            db.execute(t.evaluators.insert().values(row))
    except IntegrityError as error:
        raise Conflict(f"there is an evaluator called {name!r} already") from error
    return made


def change(db: sa.Connection, project_id: str, id: str, **values: str | bool) -> bool:
    """Name, description, whether it is archived or less is better. Raises Conflict when the name is taken."""
    mine = (_e.project_id == project_id, _e.id == id)
    try:
        with db.begin_nested():
            changed = db.execute(
                t.evaluators.update().where(*mine).values(**values, updated_at=now())
            )
    except IntegrityError as error:
        raise Conflict(f"there is an evaluator called {values.get('name')!r} already") from error
    return changed.rowcount == 1


def remove(db: sa.Connection, project_id: str, id: str) -> bool:
    """With its versions, and the rules that have no other; its scores stay."""
    if one(db, project_id, id) is None:
        return False
    evaluation_rules.part_with(db, id)
    gone = t.evaluators.delete().where(_e.project_id == project_id, _e.id == id)
    return db.execute(gone).rowcount == 1


def one(db: sa.Connection, project_id: str, id: str) -> Evaluator | None:
    return next(iter(_many(db, _e.project_id == project_id, _e.id == id)), None)


def named(db: sa.Connection, project_id: str, name: str) -> Evaluator | None:
    return next(iter(_many(db, _e.project_id == project_id, _e.name == name)), None)


def of_project(
    db: sa.Connection, project_id: str, *, with_archived: bool = False
) -> list[Evaluator]:
    """By name."""
    conditions = [_e.project_id == project_id]
    if not with_archived:
        conditions.append(_e.is_archived.is_(False))
    return _many(db, *conditions)


def _many(db: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[Evaluator]:
    rows = db.execute(sa.select(t.evaluators).where(*conditions).order_by(_e.name, _e.id))
    return [Evaluator(**row) for row in rows.mappings()]


# -- versions ------------------------------------------------------------------------------------


def add_version(
    db: sa.Connection,
    evaluator_id: str,
    kind: EvaluatorKind,
    settings: dict[str, Any],
    note: str,
    author_id: str,
) -> EvaluatorVersion:
    """The next one."""
    moment = now()
    # The row of the evaluator is taken first, so that two do not get one number.
    db.execute(t.evaluators.update().where(_e.id == evaluator_id).values(updated_at=moment))
    last = sa.select(sa.func.coalesce(sa.func.max(_v.version), 0)).where(
        _v.evaluator_id == evaluator_id
    )
    made = EvaluatorVersion(
        evaluator_id, db.execute(last).scalar_one() + 1, kind, settings, note, author_id, moment
    )
    row = {field: getattr(made, field) for field in EvaluatorVersion.__slots__}
    row["settings"] = msgspec.json.encode(settings).decode()
    db.execute(t.evaluator_versions.insert().values(row))
    return made


def version(
    db: sa.Connection, project_id: str, evaluator_id: str, number: int = 0
) -> EvaluatorVersion | None:
    """That of a number, or the newest."""
    return next(iter(_versions(db, project_id, evaluator_id, number, 1)), None)


def versions(db: sa.Connection, project_id: str, evaluator_id: str) -> list[EvaluatorVersion]:
    """The newest first."""
    return _versions(db, project_id, evaluator_id)


def newest(
    db: sa.Connection, project_id: str, evaluator_ids: Sequence[str]
) -> dict[str, EvaluatorVersion]:
    """By evaluator, of those that have any."""
    numbers = (
        sa.select(_v.evaluator_id, sa.func.max(_v.version).label("number"))
        .where(_v.evaluator_id.in_(evaluator_ids))
        .group_by(_v.evaluator_id)
        .subquery()
    )
    rows = db.execute(
        sa.select(t.evaluator_versions)
        .join(
            numbers,
            sa.and_(_v.evaluator_id == numbers.c.evaluator_id, _v.version == numbers.c.number),
        )
        .join(t.evaluators, _e.id == _v.evaluator_id)
        .where(_e.project_id == project_id)
    )
    found = map(_version, rows.mappings())
    return {each.evaluator_id: each for each in found}


def _versions(
    db: sa.Connection, project_id: str, evaluator_id: str, number: int = 0, limit: int | None = None
) -> list[EvaluatorVersion]:
    conditions = [_e.project_id == project_id, _v.evaluator_id == evaluator_id]
    if number:
        conditions.append(_v.version == number)
    rows = db.execute(
        sa.select(t.evaluator_versions)
        .join(t.evaluators, _e.id == _v.evaluator_id)
        .where(*conditions)
        .order_by(_v.version.desc())
        .limit(limit)
    )
    return [_version(row) for row in rows.mappings()]


def _version(row: Any) -> EvaluatorVersion:
    told: dict[str, Any] = dict(row)
    told["kind"] = EvaluatorKind(row["kind"])
    told["settings"] = msgspec.json.decode(row["settings"])
    return EvaluatorVersion(**told)
