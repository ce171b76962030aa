"""What people say of traces: scores, comments, annotation queues; and media."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from pilothouse.store.relational.tables.base import metadata, owned_by

score_configs = Table(
    "score_configs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), owned_by("projects.id"), nullable=False, index=True),
    Column("name", String(500), nullable=False),
    Column("data_type", String(16), nullable=False),
    Column("min_value", Float, comment="null: no bound"),
    Column("max_value", Float, comment="null: no bound"),
    Column("categories", Text, nullable=False, comment="JSON: list of {label, value}"),
    Column("description", Text, nullable=False),
    Column("is_archived", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

comments = Table(
    "comments",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), owned_by("projects.id"), nullable=False),
    Column("object_type", String(16), nullable=False),
    Column("object_id", String(800), nullable=False),
    Column("trace_id", String(800), nullable=False, comment="of a commented span, when told"),
    Column("content", Text, nullable=False),
    Column("anchor", Text, nullable=False, comment="JSON: the piece of text meant; empty: all"),
    Column("author_id", String(200), nullable=False, comment="a person; empty: a program"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("ix_comments_project_id_object", "project_id", "object_type", "object_id"),
    Index("ix_comments_project_id_created_at", "project_id", "created_at"),
    Index("ix_comments_project_id_trace_id", "project_id", "trace_id"),
)

mentions = Table(
    "mentions",
    metadata,
    Column("comment_id", String(64), owned_by("comments.id"), primary_key=True),
    Column("user_id", String(64), owned_by("users.id"), primary_key=True),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False, comment="0: not yet"),
    Index("ix_mentions_user_id_created_at", "user_id", "created_at"),
)

session_marks = Table(
    "session_marks",
    metadata,
    Column("project_id", String(64), owned_by("projects.id"), primary_key=True),
    Column("session_id", String(800), primary_key=True),
    Column("mark", String(16), primary_key=True, comment="bookmarked, public"),
    Column("author_id", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

media = Table(
    "media",
    metadata,
    Column("project_id", String(64), owned_by("projects.id"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False, comment="base64"),
    Column("content_type", String(200), nullable=False),
    Column("content_length", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("uploaded_at", BigInteger, nullable=False, comment="0: not yet there"),
    Column("upload_status", Integer, nullable=False, comment="HTTP, as the client told; 0: not"),
    Column("upload_error", Text, nullable=False),
)

media_uses = Table(
    "media_uses",
    metadata,
    Column("project_id", String(64), primary_key=True),
    Column("media_id", String(64), primary_key=True),
    Column("trace_id", String(800), primary_key=True, comment="empty: of a data set item"),
    Column("object_id", String(800), primary_key=True, comment="a span or item; empty: the trace"),
    Column("field", String(32), primary_key=True),
    Column("created_at", BigInteger, nullable=False),
    ForeignKeyConstraint(
        ["project_id", "media_id"], ["media.project_id", "media.id"], ondelete="CASCADE"
    ),
    Index("ix_media_uses_project_id_trace_id", "project_id", "trace_id"),
)

# -- annotation queues ---------------------------------------------------------------------------

annotation_queues = Table(
    "annotation_queues",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), owned_by("projects.id"), nullable=False),
    Column("name", String(500), nullable=False),
    Column("description", Text, nullable=False),
    Column("score_config_ids", Text, nullable=False, comment="JSON"),
    Column("instructions", Text, nullable=False, comment="Markdown, for who annotates"),
    Column("overlap", Integer, nullable=False, comment="people that each item needs"),
    Column("is_blind", Boolean, nullable=False, comment="nobody sees what others said"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("project_id", "name"),
)

annotation_queue_items = Table(
    "annotation_queue_items",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("queue_id", String(64), owned_by("annotation_queues.id"), nullable=False, index=True),
    Column("object_type", String(16), nullable=False),
    Column("object_id", String(800), nullable=False),
    Column("trace_id", String(800), nullable=False, comment="of a trace or span"),
    Column("status", String(16), nullable=False),
    Column("annotator_id", String(64), nullable=False, comment="who completed it"),
    Column("completed_at", BigInteger, nullable=False, comment="0: not yet"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column(
        "chosen", String(16), nullable=False, comment="random, unsure, disputed; empty: by hand"
    ),
    Column("adjudicator_id", String(64), nullable=False, comment="who settled it"),
    Column("adjudicated_at", BigInteger, nullable=False, comment="0: not yet"),
    Index("ix_annotation_queue_items_queue_id_object_id", "queue_id", "object_id"),
    Index("ix_annotation_queue_items_queue_id_trace_id", "queue_id", "trace_id"),
    Index("ix_annotation_queue_items_queue_id_status", "queue_id", "status", "created_at", "id"),
)

annotation_reviews = Table(
    "annotation_reviews",
    metadata,
    Column("item_id", String(64), owned_by("annotation_queue_items.id"), primary_key=True),
    Column("user_id", String(64), owned_by("users.id"), primary_key=True),
    Column("status", String(16), nullable=False, comment="taken, completed, skipped"),
    Column("taken_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger, nullable=False, comment="0: not yet"),
    Index("ix_annotation_reviews_user_id_status", "user_id", "status"),
)

annotation_queue_assignments = Table(
    "annotation_queue_assignments",
    metadata,
    Column("queue_id", String(64), owned_by("annotation_queues.id"), primary_key=True),
    Column("user_id", String(64), owned_by("users.id"), primary_key=True),
    Column("created_at", BigInteger, nullable=False),
)
