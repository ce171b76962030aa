"""Keys of organisations, what programs keep about projects, further evaluators of rules, exports.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    _projects()
    _organisation_keys()
    _rules()
    _storage_exports()


def _projects() -> None:
    op.add_column(
        "projects",
        sa.Column(
            "metadata",
            sa.Text(),
            nullable=False,
            server_default="{}",
            comment="JSON: what programs keep about it",
        ),
    )
    op.add_column(
        "projects", sa.Column("updated_at", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.execute("UPDATE projects SET updated_at = created_at")


def _organisation_keys() -> None:
    op.create_table(
        "organisation_keys",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.String(length=200), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("secret_hint", sa.String(length=8), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False, comment="0: never"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_organisation_keys_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_keys")),
        sa.UniqueConstraint("public_key", name=op.f("uq_organisation_keys_public_key")),
    )
    op.create_index(
        op.f("ix_organisation_keys_organisation_id"),
        "organisation_keys",
        ["organisation_id"],
        unique=False,
    )


def _rules() -> None:
    op.add_column(
        "evaluation_rules",
        sa.Column(
            "variables",
            sa.Text(),
            nullable=False,
            server_default="{}",
            comment="JSON: path by variable of the prompt",
        ),
    )
    op.add_column(
        "evaluation_rules",
        sa.Column(
            "told_filter",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="JSON, in a client's words; empty: none",
        ),
    )
    op.create_table(
        "evaluation_rule_evaluators",
        sa.Column("rule_id", sa.String(length=64), nullable=False),
        sa.Column("evaluator_id", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="in the order they were given"),
        sa.Column(
            "variables", sa.Text(), nullable=False, comment="JSON: path by variable of the prompt"
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["evaluation_rules.id"],
            name=op.f("fk_evaluation_rule_evaluators_rule_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["evaluator_id"],
            ["evaluators.id"],
            name=op.f("fk_evaluation_rule_evaluators_evaluator_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "rule_id", "evaluator_id", name=op.f("pk_evaluation_rule_evaluators")
        ),
    )
    op.create_index(
        op.f("ix_evaluation_rule_evaluators_evaluator_id"),
        "evaluation_rule_evaluators",
        ["evaluator_id"],
        unique=False,
    )


def _storage_exports() -> None:
    op.create_table(
        "storage_exports",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False, comment="empty: Amazon's own"),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("access_key_id", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False, comment="encrypted"),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("by_path", sa.Boolean(), nullable=False),
        sa.Column("frequency", sa.String(length=32), nullable=False),
        sa.Column("file_type", sa.String(length=16), nullable=False),
        sa.Column("is_compressed", sa.Boolean(), nullable=False),
        sa.Column("tables", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("groups", sa.Text(), nullable=False, comment="JSON: of fields of observations"),
        sa.Column("mode", sa.String(length=32), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False, comment="0: with the first trace"),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("exported_until", sa.BigInteger(), nullable=False, comment="0: nothing yet"),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "error", sa.Text(), nullable=False, comment="of the last run; empty: it went well"
        ),
        sa.Column("error_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_storage_exports_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storage_exports")),
        sa.UniqueConstraint("project_id", name=op.f("uq_storage_exports_project_id")),
    )
