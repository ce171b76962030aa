"""Saved views of lists. Functions of an open transaction."""

from dataclasses import asdict

import sqlalchemy as sa

from pilothouse.domain.clock import now
from pilothouse.domain.view import Listed, SavedView
from pilothouse.store.relational import tables as t
from pilothouse.store.relational.accounts import new_id

_view = t.saved_views.c


def seen_by(db: sa.Connection, project_id: str, user_id: str) -> list[SavedView]:
    """The person's own views and the shared ones, by name."""
    rows = db.execute(
        sa.select(t.saved_views)
        .where(_view.project_id == project_id, sa.or_(_view.owner_id == user_id, _view.shared))
        .order_by(_view.name, _view.id)
    )
    return [SavedView(**row) for row in rows.mappings()]


def one(db: sa.Connection, project_id: str, view_id: str) -> SavedView | None:
    row = db.execute(sa.select(t.saved_views).where(*_this(project_id, view_id))).mappings().first()
    return SavedView(**row) if row else None


def count(db: sa.Connection, project_id: str, owner_id: str) -> int:
    mine = sa.select(sa.func.count()).where(
        _view.project_id == project_id, _view.owner_id == owner_id
    )
    return db.execute(mine).scalar_one()


def add(
    db: sa.Connection,
    project_id: str,
    owner_id: str,
    list: Listed,
    name: str,
    query: str,
    *,
    shared: bool,
) -> SavedView:
    moment = now()
    view = SavedView(new_id(), project_id, owner_id, list, name, shared, query, moment, moment)
    db.execute(t.saved_views.insert().values(asdict(view)))
    return view


def replace(db: sa.Connection, view: SavedView) -> None:
    db.execute(
        t.saved_views.update()
        .where(*_this(view.project_id, view.id))
        .values(name=view.name, shared=view.shared, query=view.query, updated_at=view.updated_at)
    )


def remove(db: sa.Connection, project_id: str, view_id: str) -> None:
    db.execute(t.saved_views.delete().where(*_this(project_id, view_id)))


def defaults(db: sa.Connection, project_id: str, user_id: str) -> dict[str, str]:
    """By list, the view that opens when the person asks for nothing special."""
    rows = db.execute(
        sa.select(t.default_views.c.list, t.default_views.c.view_id).where(
            t.default_views.c.project_id == project_id, t.default_views.c.user_id == user_id
        )
    )
    return {row.list: row.view_id for row in rows}


def set_default(db: sa.Connection, user_id: str, view: SavedView) -> None:
    unset_default(db, user_id, view.project_id, view.list)
    db.execute(
        t.default_views.insert().values(
            user_id=user_id, project_id=view.project_id, list=view.list, view_id=view.id
        )
    )


def unset_default(db: sa.Connection, user_id: str, project_id: str, list: Listed) -> None:
    db.execute(
        t.default_views.delete().where(
            t.default_views.c.user_id == user_id,
            t.default_views.c.project_id == project_id,
            t.default_views.c.list == list,
        )
    )


def _this(project_id: str, view_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return _view.project_id == project_id, _view.id == view_id
