"""Connections to models that the server calls, what they may cost, and saved playgrounds.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "model_connections",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("base_url", sa.Text(), nullable=False, comment="empty: the provider's own"),
        sa.Column(
            "secret",
            sa.Text(),
            nullable=False,
            comment="key and secret headers, encrypted; empty: none",
        ),
        sa.Column(
            "secret_hint", sa.String(length=8), nullable=False, comment="last characters of the key"
        ),
        sa.Column("models", sa.Text(), nullable=False, comment="JSON: list of names"),
        sa.Column(
            "options", sa.Text(), nullable=False, comment="JSON: region, API version and the like"
        ),
        sa.Column("author_id", sa.String(length=64), nullable=False, comment="a person or a key"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        _of_project("model_connections"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_connections")),
        sa.UniqueConstraint(
            "project_id", "name", name=op.f("uq_model_connections_project_id_name")
        ),
    )
    op.create_table(
        "model_budgets",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("daily", sa.Float(), nullable=False, comment="US dollars a day"),
        _of_project("model_budgets"),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_model_budgets")),
    )
    op.create_table(
        "model_spend",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False, comment="since 1970, UTC"),
        sa.Column("cost", sa.Float(), nullable=False, comment="US dollars"),
        sa.Column("calls", sa.Integer(), nullable=False),
        _of_project("model_spend"),
        sa.PrimaryKeyConstraint("project_id", "day", name=op.f("pk_model_spend")),
    )
    op.create_table(
        "playgrounds",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="JSON, as the page has it"),
        sa.Column("author_id", sa.String(length=64), nullable=False, comment="a person or a key"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        _of_project("playgrounds"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playgrounds")),
    )
    op.create_index(op.f("ix_playgrounds_project_id"), "playgrounds", ["project_id"], unique=False)


def _of_project(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["project_id"], ["projects.id"], name=op.f(f"fk_{table}_project_id"), ondelete="CASCADE"
    )
