"""Evaluations: which evaluator is to look at what, and what became of it. Functions of an open
transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pilothouse.domain.clock import SECOND, now
from pilothouse.domain.evaluation import Evaluation, EvaluationStatus
from pilothouse.store.relational import tables as t

SILENT = 120 * SECOND
"""A worker that gave no sign for so long is taken for gone."""

_v = t.evaluations.c
_MOST_PARAMETERS = 500
OPEN = (EvaluationStatus.WAITING, EvaluationStatus.RUNNING)


def ask(db: sa.Connection, asked: Sequence[Evaluation]) -> int:
    """Note what is to be done; what was asked before stays as it is. Gives how many are new."""
    if not asked:
        return 0
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    insert = dialect.insert(t.evaluations).on_conflict_do_nothing(index_elements=["id"])
    return db.execute(insert, [asdict(each) for each in asked]).rowcount


def any_to_do(db: sa.Connection) -> bool:
    """Whether `claim` would find some; takes no lock."""
    return db.execute(sa.select(_v.id).where(_free(now())).limit(1)).first() is not None


def claim(db: sa.Connection, most: int) -> list[Evaluation]:
    """The oldest that nobody works on: they wait, or whoever began them fell silent."""
    moment = now()
    free = _free(moment)
    oldest = sa.select(_v.id).where(free).order_by(_v.run_at, _v.id).limit(most)
    taken = (
        t.evaluations.update()
        .where(_v.id.in_(oldest), free)
        .values(
            status=EvaluationStatus.RUNNING.value,
            attempts=_v.attempts + 1,
            heartbeat_at=moment,
        )
        .returning(t.evaluations)
    )
    return [_read(row) for row in db.execute(taken).mappings()]


def _free(moment: int) -> sa.ColumnElement[bool]:
    return sa.or_(
        sa.and_(_v.status == EvaluationStatus.WAITING, _v.run_at <= moment),
        sa.and_(_v.status == EvaluationStatus.RUNNING, _v.heartbeat_at < moment - SILENT),
    )


def alive(db: sa.Connection, ids: Sequence[str]) -> None:
    """A sign of life for those that are worked on."""
    for part in _parts(ids):
        db.execute(t.evaluations.update().where(_v.id.in_(part)).values(heartbeat_at=now()))


def give_back(db: sa.Connection, ids: Sequence[str]) -> None:
    """They were begun, and not done for no fault of theirs."""
    for part in _parts(ids):
        db.execute(
            t.evaluations.update()
            .where(_v.id.in_(part), _v.status == EvaluationStatus.RUNNING)
            .values(status=EvaluationStatus.WAITING.value, attempts=_v.attempts - 1, heartbeat_at=0)
        )


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of an attempt; one that waits is tried again at `run_at`."""

    id: str
    attempts: int
    status: str
    run_at: int
    error: str
    cost: float
    """US dollars, of this attempt."""
    run_trace_id: str
    finished_at: int


def end(db: sa.Connection, ended: Iterable[Ended]) -> None:
    """Those that were cancelled or taken over meanwhile stay as they are."""
    rows = [{f"_{name}": value for name, value in asdict(each).items()} for each in ended]
    if not rows:
        return
    db.execute(
        t.evaluations.update()
        .where(
            _v.id == sa.bindparam("_id"),
            _v.attempts == sa.bindparam("_attempts"),
            _v.status == EvaluationStatus.RUNNING,
        )
        .values(
            status=sa.bindparam("_status"),
            run_at=sa.bindparam("_run_at"),
            error=sa.bindparam("_error"),
            cost=_v.cost + sa.bindparam("_cost"),
            run_trace_id=sa.bindparam("_run_trace_id"),
            finished_at=sa.bindparam("_finished_at"),
        ),
        rows,
    )


# -- what is told of them ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """Evaluations of one evaluator, of an experiment or a rule."""

    evaluator_id: str
    evaluator_version: int
    waiting: int
    done: int
    failed: int
    held: int
    cost: float


def of_experiments(
    db: sa.Connection, project_id: str, experiment_ids: Sequence[str]
) -> dict[str, list[Standing]]:
    rows = _counted(db, _v.experiment_id, project_id, experiment_ids)
    return {id: [standing for of, standing in rows if of == id] for id in experiment_ids}


def of_rules(
    db: sa.Connection, project_id: str, rule_ids: Sequence[str], since: int
) -> dict[str, list[Standing]]:
    """Of those asked since a time."""
    rows = _counted(db, _v.rule_id, project_id, rule_ids, _v.created_at >= since)
    return {id: [standing for of, standing in rows if of == id] for id in rule_ids}


def _counted(
    db: sa.Connection,
    by: sa.Column[Any],
    project_id: str,
    ids: Sequence[str],
    *conditions: sa.ColumnElement[bool],
) -> list[tuple[str, Standing]]:
    def having(*statuses: EvaluationStatus) -> Any:
        return sa.func.coalesce(sa.func.sum(sa.case((_v.status.in_(statuses), 1), else_=0)), 0)

    rows = db.execute(
        sa.select(
            by,
            _v.evaluator_id,
            _v.evaluator_version,
            having(*OPEN),
            having(EvaluationStatus.DONE),
            having(EvaluationStatus.FAILED),
            having(EvaluationStatus.HELD),
            sa.func.coalesce(sa.func.sum(_v.cost), 0.0),
        )
        .where(_v.project_id == project_id, by.in_(ids), *conditions)
        .group_by(by, _v.evaluator_id, _v.evaluator_version)
        .order_by(_v.evaluator_id, _v.evaluator_version)
    )
    return [(row[0], Standing(*row[1:])) for row in rows]


def spent(db: sa.Connection, rule_id: str, since: int) -> float:
    """US dollars, of evaluations that ended or were asked since."""
    asked = sa.select(sa.func.coalesce(sa.func.sum(_v.cost), 0.0)).where(
        _v.rule_id == rule_id, _v.created_at >= since
    )
    return float(db.execute(asked).scalar_one())


def mean_cost(db: sa.Connection, project_id: str, evaluator_id: str) -> float | None:
    """US dollars of one that was done, over the newest thousand; None where none was."""
    newest = (
        sa.select(_v.cost)
        .where(
            _v.project_id == project_id,
            _v.evaluator_id == evaluator_id,
            _v.status == EvaluationStatus.DONE,
        )
        .order_by(_v.created_at.desc())
        .limit(1_000)
        .subquery()
    )
    return db.execute(sa.select(sa.func.avg(newest.c.cost))).scalar_one()


def page(
    db: sa.Connection,
    project_id: str,
    *,
    rule_id: str = "",
    experiment_id: str = "",
    status: str = "",
    limit: int,
    offset: int = 0,
) -> list[Evaluation]:
    """The newest first."""
    conditions = [_v.project_id == project_id]
    for column, wanted in (
        (_v.rule_id, rule_id),
        (_v.experiment_id, experiment_id),
        (_v.status, status),
    ):
        if wanted:
            conditions.append(column == wanted)
    rows = db.execute(
        sa.select(t.evaluations)
        .where(*conditions)
        .order_by(_v.created_at.desc(), _v.id)
        .limit(limit)
        .offset(offset)
    )
    return [_read(row) for row in rows.mappings()]


def hold(db: sa.Connection, project_id: str, experiment_id: str) -> int:
    """Those of an experiment that wait are not done until they are let go."""
    return _moved(db, project_id, experiment_id, OPEN, EvaluationStatus.HELD)


def let_go(db: sa.Connection, project_id: str, experiment_id: str, *, failed: bool) -> int:
    """Those of an experiment that were held are done now, and those that failed where it says so."""
    ended = [EvaluationStatus.HELD, *([EvaluationStatus.FAILED] if failed else [])]
    return _moved(db, project_id, experiment_id, ended, EvaluationStatus.WAITING)


def _moved(
    db: sa.Connection,
    project_id: str,
    experiment_id: str,
    those: Sequence[EvaluationStatus],
    status: EvaluationStatus,
) -> int:
    changed = (
        t.evaluations.update()
        .where(
            _v.project_id == project_id,
            _v.experiment_id == experiment_id,
            _v.status.in_(those),
        )
        .values(status=status.value, run_at=now(), attempts=0, error="", finished_at=0)
    )
    return db.execute(changed).rowcount


def _parts(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[at : at + _MOST_PARAMETERS] for at in range(0, len(ids), _MOST_PARAMETERS))


def _read(row: Any) -> Evaluation:
    told: dict[str, Any] = dict(row)
    told["status"] = EvaluationStatus(row["status"])
    return Evaluation(**told)
