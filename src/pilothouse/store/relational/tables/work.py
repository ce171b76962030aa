"""Background work, storage exports, and the server's secrets."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, Text

from pilothouse.store.relational.tables.base import metadata, owned_by

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), owned_by("projects.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("subject", String(200), nullable=False, comment="such as an experiment's id"),
    Column("settings", Text, nullable=False, comment="JSON, by kind"),
    Column("status", String(16), nullable=False, comment="waiting, running, done, failed, …"),
    Column("attempts", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("cost", Float, nullable=False, comment="US dollars so far"),
    Column("error", Text, nullable=False),
    Column("author_id", String(64), nullable=False, comment="a person or a key"),
    Column("created_at", BigInteger, nullable=False),
    Column("run_at", BigInteger, nullable=False, comment="not before"),
    Column("heartbeat_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger, nullable=False, comment="0: not yet"),
    Index("ix_jobs_status_run_at", "status", "run_at"),
    Index("ix_jobs_project_id_kind_created_at", "project_id", "kind", "created_at"),
    Index("ix_jobs_project_id_subject", "project_id", "subject"),
)

storage_exports = Table(
    "storage_exports",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), owned_by("projects.id"), nullable=False, unique=True),
    Column("bucket", Text, nullable=False),
    Column("endpoint", Text, nullable=False, comment="empty: Amazon's own"),
    Column("region", String(64), nullable=False),
    Column("access_key_id", Text, nullable=False),
    Column("secret", Text, nullable=False, comment="encrypted"),
    Column("prefix", Text, nullable=False),
    Column("by_path", Boolean, nullable=False),
    Column("frequency", String(32), nullable=False),
    Column("file_type", String(16), nullable=False),
    Column("is_compressed", Boolean, nullable=False),
    Column("tables", Text, nullable=False, comment="JSON"),
    Column("groups", Text, nullable=False, comment="JSON: of fields of observations"),
    Column("mode", String(32), nullable=False),
    Column("starts_at", BigInteger, nullable=False, comment="0: with the first trace"),
    Column("is_enabled", Boolean, nullable=False),
    Column("exported_until", BigInteger, nullable=False, comment="0: nothing yet"),
    Column("next_at", BigInteger, nullable=False),
    Column("error", Text, nullable=False, comment="of the last run; empty: it went well"),
    Column("error_at", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

server_secrets = Table(
    "server_secrets",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", String(200), nullable=False, comment="made at random when first needed"),
)
