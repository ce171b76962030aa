"""Rules that make items of live traffic; evaluators of which less is better.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    _dataset_rules()
    op.add_column(
        "evaluators",
        sa.Column("is_lower_better", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def _dataset_rules() -> None:
    table = "dataset_rules"
    op.create_table(
        table,
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("dataset_id", sa.String(length=64), nullable=False),
        sa.Column("target", sa.String(length=16), nullable=False, comment="span, trace"),
        sa.Column(
            "filter", sa.Text(), nullable=False, comment="in the filter language; empty: all"
        ),
        sa.Column("sampling", sa.Float(), nullable=False, comment="probability, above 0 to 1"),
        sa.Column(
            "delay", sa.Integer(), nullable=False, comment="seconds without news before it is taken"
        ),
        sa.Column("daily_limit", sa.Integer(), nullable=False, comment="items of a day, UTC"),
        sa.Column("split", sa.String(length=100), nullable=False, comment="empty: none"),
        sa.Column("tags", sa.Text(), nullable=False, comment="JSON array"),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column(
            "seen_until",
            sa.BigInteger(),
            nullable=False,
            comment="receipt up to which it has looked",
        ),
        sa.Column("author_id", sa.String(length=64), nullable=False, comment="a person or a key"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False, comment="items that came of it"),
        sa.Column("refused", sa.Integer(), nullable=False, comment="that did not fit the schemas"),
        sa.Column("reason", sa.Text(), nullable=False, comment="of the last refused"),
        sa.Column(
            "day", sa.Integer(), nullable=False, comment="of the count that follows, since 1970"
        ),
        sa.Column("added_that_day", sa.Integer(), nullable=False),
        _owned(table, "project_id", "projects"),
        _owned(table, "dataset_id", "datasets"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("project_id", "name", name=op.f(f"uq_{table}_project_id_name")),
    )
    op.create_index(op.f(f"ix_{table}_dataset_id"), table, ["dataset_id"], unique=False)


def _owned(table: str, column: str, by: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{by}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
    )
