"""Protected labels, requests to move them, labels that are split, and webhooks that tell of changes.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "prompt_label_rules",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False, comment="of a second person"),
        sa.Column("author_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        _owned("prompt_label_rules", "project_id", "projects"),
        sa.PrimaryKeyConstraint("project_id", "label", name=op.f("pk_prompt_label_rules")),
    )
    op.create_table(
        "prompt_requests",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("prompt_name", sa.String(length=255), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "evidence", sa.Text(), nullable=False, comment="an address, such as an experiment's"
        ),
        sa.Column(
            "status",
            sa.String(length=16),
            nullable=False,
            comment="open, granted, refused, withdrawn",
        ),
        sa.Column("author_id", sa.String(length=64), nullable=False, comment="a person"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "decided_by",
            sa.String(length=64),
            nullable=False,
            comment="a person; empty: nobody yet",
        ),
        sa.Column("decided_at", sa.BigInteger(), nullable=False, comment="0: not yet"),
        sa.Column("note", sa.Text(), nullable=False, comment="of who decided"),
        _owned("prompt_requests", "project_id", "projects"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_requests")),
    )
    op.create_index(
        "ix_prompt_requests_project_id_created_at", "prompt_requests", ["project_id", "created_at"]
    )
    op.create_table(
        "prompt_splits",
        sa.Column("prompt_id", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("arms", sa.Text(), nullable=False, comment="JSON: [[label, weight], …]"),
        sa.Column("author_id", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        _owned("prompt_splits", "prompt_id", "prompts"),
        sa.PrimaryKeyConstraint("prompt_id", "label", name=op.f("pk_prompt_splits")),
    )
    op.create_table(
        "prompt_webhooks",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False, comment="encrypted"),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        _owned("prompt_webhooks", "project_id", "projects"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_webhooks")),
    )
    op.create_index("ix_prompt_webhooks_project_id", "prompt_webhooks", ["project_id"])
    op.create_table(
        "prompt_deliveries",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("webhook_id", sa.String(length=64), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False, comment="JSON, as it is sent"),
        sa.Column(
            "status", sa.String(length=16), nullable=False, comment="waiting, delivered, failed"
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "response_status", sa.Integer(), nullable=False, comment="0: there was no answer"
        ),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=False, comment="0: not yet"),
        _owned("prompt_deliveries", "webhook_id", "prompt_webhooks"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_deliveries")),
    )
    op.create_index(
        "ix_prompt_deliveries_status_next_at", "prompt_deliveries", ["status", "next_at"]
    )
    op.create_index(
        "ix_prompt_deliveries_webhook_id_created_at",
        "prompt_deliveries",
        ["webhook_id", "created_at"],
    )


def _owned(table: str, column: str, by: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{by}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
    )
