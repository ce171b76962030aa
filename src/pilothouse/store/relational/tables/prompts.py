"""Prompts, their versions, labels, releases and webhooks."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from pilothouse.store.relational.tables.base import metadata, owned_by

prompts = Table(
    "prompts",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), owned_by("projects.id"), nullable=False),
    Column("name", String(255), nullable=False),
    Column("type", String(16), nullable=False),
    Column("tags", Text, nullable=False, comment="JSON"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("project_id", "name"),
)

prompt_versions = Table(
    "prompt_versions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("prompt_id", String(64), owned_by("prompts.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False, comment="JSON: text or messages"),
    Column("config", Text, nullable=False, comment="JSON"),
    Column("commit_message", Text, nullable=False),
    Column("author_id", String(64), nullable=False, comment="a person or a key"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("prompt_id", "version"),
)

prompt_labels = Table(
    "prompt_labels",
    metadata,
    Column("prompt_id", String(64), owned_by("prompts.id"), primary_key=True),
    Column("label", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("place", Integer, nullable=False, comment="in the order they were given"),
)

prompt_label_moves = Table(
    "prompt_label_moves",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), owned_by("projects.id"), nullable=False),
    Column("prompt_name", String(255), nullable=False),
    Column("label", String(64), nullable=False),
    Column("from_version", Integer, nullable=False, comment="0: had none"),
    Column("to_version", Integer, nullable=False, comment="0: was taken away"),
    Column("reason", Text, nullable=False),
    Column("author_id", String(64), nullable=False, comment="a person or a key"),
    Column("moved_at", BigInteger, nullable=False),
    Index("ix_prompt_label_moves_project_id_moved_at", "project_id", "moved_at"),
)

prompt_revisions = Table(
    "prompt_revisions",
    metadata,
    Column("project_id", String(64), owned_by("projects.id"), primary_key=True),
    Column("revision", BigInteger, nullable=False),
)

prompt_label_rules = Table(
    "prompt_label_rules",
    metadata,
    Column("project_id", String(64), owned_by("projects.id"), primary_key=True),
    Column("label", String(64), primary_key=True),
    Column("needs_approval", Boolean, nullable=False, comment="of a second person"),
    Column("author_id", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

prompt_requests = Table(
    "prompt_requests",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), owned_by("projects.id"), nullable=False),
    Column("prompt_name", String(255), nullable=False),
    Column("label", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence", Text, nullable=False, comment="an address, such as an experiment's"),
    Column("experiment_id", String(200), nullable=False, comment="empty: none"),
    Column("experiment_name", Text, nullable=False, comment="as it was, should it be deleted"),
    Column("baseline_id", String(200), nullable=False, comment="empty: none"),
    Column("baseline_name", Text, nullable=False),
    Column("status", String(16), nullable=False, comment="open, granted, refused, withdrawn"),
    Column("author_id", String(64), nullable=False, comment="a person"),
    Column("created_at", BigInteger, nullable=False),
    Column("decided_by", String(64), nullable=False, comment="a person; empty: nobody yet"),
    Column("decided_at", BigInteger, nullable=False, comment="0: not yet"),
    Column("note", Text, nullable=False, comment="of who decided"),
    Index("ix_prompt_requests_project_id_created_at", "project_id", "created_at"),
)

prompt_splits = Table(
    "prompt_splits",
    metadata,
    Column("prompt_id", String(64), owned_by("prompts.id"), primary_key=True),
    Column("label", String(64), primary_key=True),
    Column("arms", Text, nullable=False, comment="JSON: [[label, weight], …]"),
    Column("author_id", String(64), nullable=False),
    Column("started_at", BigInteger, nullable=False),
)

prompt_webhooks = Table(
    "prompt_webhooks",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), owned_by("projects.id"), nullable=False),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False, comment="encrypted"),
    Column("is_active", Boolean, nullable=False),
    Column("author_id", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_prompt_webhooks_project_id", "project_id"),
)

prompt_deliveries = Table(
    "prompt_deliveries",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("webhook_id", String(64), owned_by("prompt_webhooks.id"), nullable=False),
    Column("event", String(64), nullable=False),
    Column("payload", Text, nullable=False, comment="JSON, as it is sent"),
    Column("status", String(16), nullable=False, comment="waiting, delivered, failed"),
    Column("attempts", Integer, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("response_status", Integer, nullable=False, comment="0: there was no answer"),
    Column("error", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger, nullable=False, comment="0: not yet"),
    Index("ix_prompt_deliveries_status_next_at", "status", "next_at"),
    Index("ix_prompt_deliveries_webhook_id_created_at", "webhook_id", "created_at"),
)
