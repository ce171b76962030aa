"""Data sets and experiments, score configs, comments, media, annotation queues.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "server_secrets",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column(
            "value",
            sa.String(length=200),
            nullable=False,
            comment="made at random when first needed",
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_server_secrets")),
    )
    op.create_table(
        "annotation_queues",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("score_config_ids", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_annotation_queues_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotation_queues")),
        sa.UniqueConstraint(
            "project_id", "name", name=op.f("uq_annotation_queues_project_id_name")
        ),
    )
    op.create_table(
        "comments",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("object_type", sa.String(length=16), nullable=False),
        sa.Column("object_id", sa.String(length=800), nullable=False),
        sa.Column(
            "trace_id",
            sa.String(length=800),
            nullable=False,
            comment="of a commented span, when told",
        ),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column(
            "anchor", sa.Text(), nullable=False, comment="JSON: the piece of text meant; empty: all"
        ),
        sa.Column(
            "author_id", sa.String(length=200), nullable=False, comment="a person; empty: a program"
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_comments_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    op.create_index(
        "ix_comments_project_id_created_at", "comments", ["project_id", "created_at"], unique=False
    )
    op.create_index(
        "ix_comments_project_id_object",
        "comments",
        ["project_id", "object_type", "object_id"],
        unique=False,
    )
    op.create_table(
        "datasets",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("metadata", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("input_schema", sa.Text(), nullable=False, comment="JSON Schema; empty: none"),
        sa.Column(
            "expected_output_schema", sa.Text(), nullable=False, comment="JSON Schema; empty: none"
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_datasets_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_datasets")),
        sa.UniqueConstraint("project_id", "name", name=op.f("uq_datasets_project_id_name")),
    )
    op.create_table(
        "experiment_items",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("experiment_id", sa.String(length=200), nullable=False),
        sa.Column("item_id", sa.String(length=800), nullable=False),
        sa.Column("trace_id", sa.String(length=800), nullable=False),
        sa.Column(
            "span_id", sa.String(length=800), nullable=False, comment="empty: the whole trace"
        ),
        sa.Column("item_version", sa.BigInteger(), nullable=False, comment="0: not told"),
        sa.Column(
            "expected_output",
            sa.Text(),
            nullable=False,
            comment="JSON as the client told; empty: not",
        ),
        sa.Column("item_metadata", sa.Text(), nullable=False, comment="JSON; empty: not told"),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_experiment_items_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experiment_items")),
        sa.UniqueConstraint(
            "project_id",
            "experiment_id",
            "item_id",
            "trace_id",
            name=op.f("uq_experiment_items_project_id_experiment_id_item_id_trace_id"),
        ),
    )
    op.create_index(
        "ix_experiment_items_project_id_started_at",
        "experiment_items",
        ["project_id", "started_at"],
        unique=False,
    )
    op.create_index(
        "ix_experiment_items_project_id_trace_id",
        "experiment_items",
        ["project_id", "trace_id"],
        unique=False,
    )
    op.create_table(
        "experiments",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column(
            "dataset_id", sa.String(length=64), nullable=False, comment="empty: over local data"
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("metadata", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_experiments_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("project_id", "id", name=op.f("pk_experiments")),
    )
    op.create_index("ix_experiments_dataset_id", "experiments", ["dataset_id"], unique=False)
    op.create_index(
        "ix_experiments_project_id_started_at",
        "experiments",
        ["project_id", "started_at"],
        unique=False,
    )
    op.create_table(
        "media",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="base64"),
        sa.Column("content_type", sa.String(length=200), nullable=False),
        sa.Column("content_length", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_at", sa.BigInteger(), nullable=False, comment="0: not yet there"),
        sa.Column(
            "upload_status",
            sa.Integer(),
            nullable=False,
            comment="HTTP, as the client told; 0: not",
        ),
        sa.Column("upload_error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_media_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project_id", "id", name=op.f("pk_media")),
    )
    op.create_table(
        "score_configs",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("data_type", sa.String(length=16), nullable=False),
        sa.Column("min_value", sa.Float(), nullable=True, comment="null: no bound"),
        sa.Column("max_value", sa.Float(), nullable=True, comment="null: no bound"),
        sa.Column("categories", sa.Text(), nullable=False, comment="JSON: list of {label, value}"),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_score_configs_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_configs")),
    )
    op.create_index(
        op.f("ix_score_configs_project_id"), "score_configs", ["project_id"], unique=False
    )
    op.create_table(
        "annotation_queue_assignments",
        sa.Column("queue_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["queue_id"],
            ["annotation_queues.id"],
            name=op.f("fk_annotation_queue_assignments_queue_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_annotation_queue_assignments_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "queue_id", "user_id", name=op.f("pk_annotation_queue_assignments")
        ),
    )
    op.create_table(
        "annotation_queue_items",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("queue_id", sa.String(length=64), nullable=False),
        sa.Column("object_type", sa.String(length=16), nullable=False),
        sa.Column("object_id", sa.String(length=800), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("annotator_id", sa.String(length=64), nullable=False, comment="who completed it"),
        sa.Column("completed_at", sa.BigInteger(), nullable=False, comment="0: not yet"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["queue_id"],
            ["annotation_queues.id"],
            name=op.f("fk_annotation_queue_items_queue_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotation_queue_items")),
    )
    op.create_index(
        op.f("ix_annotation_queue_items_queue_id"),
        "annotation_queue_items",
        ["queue_id"],
        unique=False,
    )
    op.create_table(
        "dataset_items",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=800), nullable=False),
        sa.Column("valid_from", sa.BigInteger(), nullable=False),
        sa.Column("valid_to", sa.BigInteger(), nullable=False, comment="0: still valid"),
        sa.Column("dataset_id", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("input", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("expected_output", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("metadata", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("source_trace_id", sa.Text(), nullable=False),
        sa.Column("source_span_id", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.BigInteger(),
            nullable=False,
            comment="of the item, in all its versions",
        ),
        sa.ForeignKeyConstraint(
            ["dataset_id"],
            ["datasets.id"],
            name=op.f("fk_dataset_items_dataset_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("project_id", "id", "valid_from", name=op.f("pk_dataset_items")),
    )
    op.create_index(
        "ix_dataset_items_dataset_id_created_at",
        "dataset_items",
        ["dataset_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "media_uses",
        sa.Column("project_id", sa.String(length=64), nullable=False),
        sa.Column("media_id", sa.String(length=64), nullable=False),
        sa.Column(
            "trace_id", sa.String(length=800), nullable=False, comment="empty: of a data set item"
        ),
        sa.Column(
            "object_id",
            sa.String(length=800),
            nullable=False,
            comment="a span or item; empty: the trace",
        ),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id", "media_id"],
            ["media.project_id", "media.id"],
            name=op.f("fk_media_uses_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "project_id", "media_id", "trace_id", "object_id", "field", name=op.f("pk_media_uses")
        ),
    )
    op.create_index(
        "ix_media_uses_project_id_trace_id", "media_uses", ["project_id", "trace_id"], unique=False
    )
