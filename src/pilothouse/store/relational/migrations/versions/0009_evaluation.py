"""Evaluators, rules, evaluations, jobs; splits and tags of items; reviews by several people.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    _items()
    _queues()
    _evaluators()
    _rules()
    _evaluations()
    _jobs()


def _items() -> None:
    op.add_column(
        "dataset_items",
        sa.Column(
            "split",
            sa.String(length=100),
            nullable=False,
            server_default="",
            comment="train, test …; empty: none",
        ),
    )
    op.add_column(
        "dataset_items",
        sa.Column(
            "tags", sa.Text(), nullable=False, server_default="[]", comment="JSON: list of texts"
        ),
    )


def _queues() -> None:
    for column in (
        sa.Column(
            "instructions",
            sa.Text(),
            nullable=False,
            server_default="",
            comment="Markdown, for who annotates",
        ),
        sa.Column(
            "overlap",
            sa.Integer(),
            nullable=False,
            server_default="1",
            comment="people that each item needs",
        ),
        sa.Column(
            "is_blind",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="nobody sees what others said",
        ),
    ):
        op.add_column("annotation_queues", column)
    for column in (
        sa.Column(
            "trace_id",
            sa.String(length=800),
            nullable=False,
            server_default="",
            comment="of a trace or span",
        ),
        sa.Column(
            "chosen",
            sa.String(length=16),
            nullable=False,
            server_default="",
            comment="random, unsure, disputed; empty: by hand",
        ),
        sa.Column(
            "adjudicator_id",
            sa.String(length=64),
            nullable=False,
            server_default="",
            comment="who settled it",
        ),
        sa.Column(
            "adjudicated_at",
            sa.BigInteger(),
            nullable=False,
            server_default="0",
            comment="0: not yet",
        ),
    ):
        op.add_column("annotation_queue_items", column)
    op.execute("UPDATE annotation_queue_items SET trace_id = object_id WHERE object_type = 'trace'")
    op.create_index(
        "ix_annotation_queue_items_queue_id_status",
        "annotation_queue_items",
        ["queue_id", "status", "created_at", "id"],
    )
    op.create_index(
        "ix_annotation_queue_items_queue_id_trace_id",
        "annotation_queue_items",
        ["queue_id", "trace_id"],
    )
    op.create_index(
        "ix_annotation_queue_items_queue_id_object_id",
        "annotation_queue_items",
        ["queue_id", "object_id"],
    )
    op.create_table(
        "annotation_reviews",
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column(
            "status",
            sa.String(length=16),
            nullable=False,
            comment="taken, completed, skipped",
        ),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=False, comment="0: not yet"),
        _owned("annotation_reviews", "item_id", "annotation_queue_items"),
        _owned("annotation_reviews", "user_id", "users"),
        sa.PrimaryKeyConstraint("item_id", "user_id", name=op.f("pk_annotation_reviews")),
    )
    op.create_index(
        "ix_annotation_reviews_user_id_status", "annotation_reviews", ["user_id", "status"]
    )


def _evaluators() -> None:
    op.create_table(
        "evaluators",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        _owned("evaluators", "project_id", "projects"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluators")),
        sa.UniqueConstraint("project_id", "name", name=op.f("uq_evaluators_project_id_name")),
    )
    op.create_table(
        "evaluator_versions",
        sa.Column("evaluator_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=16),
            nullable=False,
            comment="judge, pairwise, panel, metric, code",
        ),
        sa.Column("settings", sa.Text(), nullable=False, comment="JSON, by kind"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author_id", sa.String(length=64), nullable=False, comment="a person or a key"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        _owned("evaluator_versions", "evaluator_id", "evaluators"),
        sa.PrimaryKeyConstraint("evaluator_id", "version", name=op.f("pk_evaluator_versions")),
    )


def _rules() -> None:
    op.create_table(
        "evaluation_rules",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("evaluator_id", sa.String(length=64), nullable=False),
        sa.Column(
            "evaluator_version", sa.Integer(), nullable=False, comment="0: always the newest"
        ),
        sa.Column("target", sa.String(length=16), nullable=False, comment="span, trace, session"),
        sa.Column(
            "filter", sa.Text(), nullable=False, comment="in the filter language; empty: all"
        ),
        sa.Column("sampling", sa.Float(), nullable=False, comment="probability, above 0 to 1"),
        sa.Column(
            "delay",
            sa.Integer(),
            nullable=False,
            comment="seconds without news before it is judged",
        ),
        sa.Column("daily_budget", sa.Float(), comment="US dollars; null: none of its own"),
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
        _owned("evaluation_rules", "project_id", "projects"),
        _owned("evaluation_rules", "evaluator_id", "evaluators"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_rules")),
        sa.UniqueConstraint("project_id", "name", name=op.f("uq_evaluation_rules_project_id_name")),
    )


def _evaluations() -> None:
    op.create_table(
        "evaluations",
        sa.Column(
            "id",
            sa.String(length=64),
            nullable=False,
            comment="derived: what, by which, for whom",
        ),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("evaluator_id", sa.String(length=64), nullable=False),
        sa.Column("evaluator_version", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.String(length=64), nullable=False, comment="empty: not of a rule"),
        sa.Column(
            "experiment_id",
            sa.String(length=200),
            nullable=False,
            comment="empty: not of an experiment",
        ),
        sa.Column(
            "against",
            sa.String(length=200),
            nullable=False,
            comment="experiment a pairwise judge looks at",
        ),
        sa.Column("trace_id", sa.Text(), nullable=False),
        sa.Column(
            "span_id", sa.Text(), nullable=False, comment="empty: the whole trace, or a session"
        ),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False, comment="with which it was chosen"),
        sa.Column(
            "status",
            sa.String(length=16),
            nullable=False,
            comment="waiting, running, done, failed, held",
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=False),
        sa.Column("heartbeat_at", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=False, comment="US dollars"),
        sa.Column(
            "run_trace_id",
            sa.String(length=64),
            nullable=False,
            comment="the evaluator's own trace",
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=False, comment="0: not yet"),
        _owned("evaluations", "project_id", "projects"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations")),
    )
    op.create_index("ix_evaluations_status_run_at", "evaluations", ["status", "run_at"])
    op.create_index("ix_evaluations_rule_id_created_at", "evaluations", ["rule_id", "created_at"])
    op.create_index(
        "ix_evaluations_project_id_evaluator_id",
        "evaluations",
        ["project_id", "evaluator_id", "created_at"],
    )
    op.create_index(
        "ix_evaluations_project_id_experiment_id", "evaluations", ["project_id", "experiment_id"]
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column(
            "subject", sa.String(length=200), nullable=False, comment="such as an experiment's id"
        ),
        sa.Column("settings", sa.Text(), nullable=False, comment="JSON, by kind"),
        sa.Column(
            "status",
            sa.String(length=16),
            nullable=False,
            comment="waiting, running, done, failed, …",
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=False, comment="US dollars so far"),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("author_id", sa.String(length=64), nullable=False, comment="a person or a key"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("run_at", sa.BigInteger(), nullable=False, comment="not before"),
        sa.Column("heartbeat_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=False, comment="0: not yet"),
        _owned("jobs", "project_id", "projects"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
    )
    op.create_index("ix_jobs_status_run_at", "jobs", ["status", "run_at"])
    op.create_index(
        "ix_jobs_project_id_kind_created_at", "jobs", ["project_id", "kind", "created_at"]
    )
    op.create_index("ix_jobs_project_id_subject", "jobs", ["project_id", "subject"])


def _owned(table: str, column: str, by: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{by}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
    )
