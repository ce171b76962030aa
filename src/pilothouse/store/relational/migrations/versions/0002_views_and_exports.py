"""Saved views of lists, and exports.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def _owned_by(table: str, column: str, owner: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{owner}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
    )


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("owner_id", sa.String(length=64), nullable=False),
        sa.Column("list", sa.String(length=16), nullable=False, comment="traces or spans"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False, comment="with everybody in the project"),
        sa.Column("query", sa.Text(), nullable=False, comment="what its address holds, as JSON"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        _owned_by("saved_views", "project_id", "projects"),
        _owned_by("saved_views", "owner_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
    )
    op.create_index(op.f("ix_saved_views_project_id"), "saved_views", ["project_id"], unique=False)
    op.create_table(
        "default_views",
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("list", sa.String(length=16), nullable=False),
        sa.Column("view_id", sa.String(length=64), nullable=False),
        _owned_by("default_views", "user_id", "users"),
        _owned_by("default_views", "project_id", "projects"),
        _owned_by("default_views", "view_id", "saved_views"),
        sa.PrimaryKeyConstraint("user_id", "project_id", "list", name=op.f("pk_default_views")),
    )
    op.create_table(
        "exports",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column(
            "creator_id", sa.String(length=64), nullable=False, comment="of a person or a key"
        ),
        sa.Column("list", sa.String(length=16), nullable=False, comment="traces or spans"),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("filter", sa.Text(), nullable=False),
        sa.Column("order", sa.String(length=32), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False, comment="written so far"),
        sa.Column("total", sa.BigInteger(), nullable=False, comment="to write; 0 until counted"),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("heartbeat_at", sa.BigInteger(), nullable=False, comment="of the worker"),
        sa.Column("finished_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "expires_at", sa.BigInteger(), nullable=False, comment="its file is kept until then"
        ),
        _owned_by("exports", "project_id", "projects"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index(op.f("ix_exports_project_id"), "exports", ["project_id"], unique=False)
    op.create_index(op.f("ix_exports_status"), "exports", ["status"], unique=False)
