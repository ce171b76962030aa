"""Protected labels, requests to move them, and labels that are split. Functions of an open transaction."""

from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from pilothouse.domain.clock import now
from pilothouse.domain.prompt_release import Arm, LabelRule, Request, RequestStatus, Split
from pilothouse.store.relational import tables as t
from pilothouse.store.relational.prompts import Named, changed

_r, _q, _s = t.prompt_label_rules.c, t.prompt_requests.c, t.prompt_splits.c
_m, _p = t.prompt_label_moves.c, t.prompts.c
_MOST = 500


# -- protected labels ----------------------------------------------------------------------------


def rules(db: sa.Connection, project_id: str) -> dict[str, LabelRule]:
    """By label."""
    rows = db.execute(
        sa.select(_r.label, _r.needs_approval).where(_r.project_id == project_id).order_by(_r.label)
    )
    return {row.label: LabelRule(row.label, row.needs_approval) for row in rows}


def set_rule(db: sa.Connection, project_id: str, rule: LabelRule, author: str) -> None:
    remove_rule(db, project_id, rule.label)
    db.execute(
        t.prompt_label_rules.insert().values(
            project_id=project_id,
            label=rule.label,
            needs_approval=rule.needs_approval,
            author_id=author,
            created_at=now(),
        )
    )


def remove_rule(db: sa.Connection, project_id: str, label: str) -> None:
    db.execute(t.prompt_label_rules.delete().where(_r.project_id == project_id, _r.label == label))


def had(
    db: sa.Connection, project_id: str, name: str, labels: Iterable[str], version: int, since: int
) -> bool:
    """Whether the version has had one of the labels, since it was made."""
    found = db.execute(
        sa.select(_m.id)
        .where(
            _m.project_id == project_id,
            _m.prompt_name == name,
            _m.label.in_(list(labels)),
            _m.to_version == version,
            _m.moved_at >= since,
        )
        .limit(1)
    )
    return found.one_or_none() is not None


# -- requests ------------------------------------------------------------------------------------


def add_request(db: sa.Connection, request: Request) -> None:
    values = {name: getattr(request, name) for name in _q.keys()}  # noqa: SIM118
    db.execute(t.prompt_requests.insert().values(values))


def request(db: sa.Connection, project_id: str, id: str) -> Request | None:
    wanted = sa.select(t.prompt_requests).where(_q.project_id == project_id, _q.id == id)
    row = db.execute(wanted.with_for_update()).mappings().one_or_none()
    return _request(row) if row else None


def requests(
    db: sa.Connection, project_id: str, *, name: str = "", status: str = ""
) -> list[Request]:
    """The newest first."""
    wanted = sa.select(t.prompt_requests).where(_q.project_id == project_id)
    if name:
        wanted = wanted.where(_q.prompt_name == name)
    if status:
        wanted = wanted.where(_q.status == status)
    rows = db.execute(wanted.order_by(_q.created_at.desc(), _q.id).limit(_MOST))
    return [_request(row) for row in rows.mappings()]


def decide(db: sa.Connection, id: str, status: RequestStatus, by: str, note: str) -> None:
    db.execute(
        t.prompt_requests.update()
        .where(_q.id == id)
        .values(status=status, decided_by=by, decided_at=now(), note=note)
    )


def _request(row: sa.RowMapping) -> Request:
    told: dict[str, Any] = dict(row)
    told["status"] = RequestStatus(row["status"])
    return Request(**told)


# -- splits --------------------------------------------------------------------------------------


def splits(db: sa.Connection, project_id: str, name: str = "") -> dict[tuple[str, str], Split]:
    """By name and label; of one prompt when named."""
    wanted = (
        sa.select(_p.name, _s.label, _s.arms, _s.author_id, _s.started_at)
        .join(t.prompts, _p.id == _s.prompt_id)
        .where(_p.project_id == project_id)
    )
    if name:
        wanted = wanted.where(_p.name == name)
    return {
        (row.name, row.label): Split(
            row.name,
            row.label,
            tuple(
                Arm(label, weight)
                for label, weight in msgspec.json.decode(row.arms, type=list[tuple[str, int]])
            ),
            row.author_id,
            row.started_at,
        )
        for row in db.execute(wanted)
    }


def set_split(
    db: sa.Connection,
    project_id: str,
    at: Named,
    label: str,
    arms: tuple[Arm, ...],
    author: str,
    moment: int = 0,
) -> None:
    """No arms end it. Keys are dealt anew, and counting begins anew: now, or from the moment that is
    told."""
    db.execute(t.prompt_splits.delete().where(_s.prompt_id == at.id, _s.label == label))
    if arms:
        told = msgspec.json.encode([(each.label, each.weight) for each in arms]).decode()
        db.execute(
            t.prompt_splits.insert().values(
                prompt_id=at.id,
                label=label,
                arms=told,
                author_id=author,
                started_at=moment or now(),
            )
        )
    changed(db, project_id)
