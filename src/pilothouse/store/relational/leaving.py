"""A project that is removed. Functions of an open transaction."""

import sqlalchemy as sa

from pilothouse.store.relational import tables as t

_LOOSE = (t.open_spans, t.waiting_messages, t.media_uses)
"""Written too often to have the project looked up each time."""


def forget(db: sa.Connection, project_id: str) -> None:
    """The project, and with it every row that belongs to it."""
    for table in _LOOSE:
        db.execute(table.delete().where(table.c.project_id == project_id))
    db.execute(t.projects.delete().where(t.projects.c.id == project_id))
