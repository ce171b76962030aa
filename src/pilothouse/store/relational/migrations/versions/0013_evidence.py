"""Experiments that justify the move of a protected label.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    for column in (
        sa.Column(
            "experiment_id",
            sa.String(length=200),
            nullable=False,
            server_default="",
            comment="empty: none",
        ),
        sa.Column(
            "experiment_name",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="as it was, should it be deleted",
        ),
        sa.Column(
            "baseline_id",
            sa.String(length=200),
            nullable=False,
            server_default="",
            comment="empty: none",
        ),
        sa.Column("baseline_name", sa.Text(), nullable=False, server_default=""),
    ):
        op.add_column("prompt_requests", column)
