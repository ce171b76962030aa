"""Data sets and experiments."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text, UniqueConstraint

from pilothouse.store.relational.tables.base import metadata, owned_by

datasets = Table(
    "datasets",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), owned_by("projects.id"), nullable=False),
    Column("name", String(500), nullable=False),
    Column("description", Text, nullable=False),
    Column("metadata", Text, nullable=False, comment="JSON"),
    Column("input_schema", Text, nullable=False, comment="JSON Schema; empty: none"),
    Column("expected_output_schema", Text, nullable=False, comment="JSON Schema; empty: none"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("project_id", "name"),
)

dataset_items = Table(
    "dataset_items",
    metadata,
    Column("project_id", String(64), primary_key=True),
    Column("id", String(800), primary_key=True),
    Column("valid_from", BigInteger, primary_key=True),
    Column("valid_to", BigInteger, nullable=False, comment="0: still valid"),
    Column("dataset_id", String(64), owned_by("datasets.id"), nullable=False),
    Column("status", String(16), nullable=False),
    Column("input", Text, nullable=False, comment="JSON"),
    Column("expected_output", Text, nullable=False, comment="JSON"),
    Column("metadata", Text, nullable=False, comment="JSON"),
    Column("source_trace_id", Text, nullable=False),
    Column("source_span_id", Text, nullable=False),
    Column("split", String(100), nullable=False, comment="train, test …; empty: none"),
    Column("tags", Text, nullable=False, comment="JSON: list of texts"),
    Column("created_at", BigInteger, nullable=False, comment="of the item, in all its versions"),
    Index("ix_dataset_items_dataset_id_created_at", "dataset_id", "created_at"),
)

experiments = Table(
    "experiments",
    metadata,
    Column("project_id", String(64), owned_by("projects.id"), primary_key=True),
    Column("id", String(200), primary_key=True),
    Column("dataset_id", String(64), nullable=False, comment="empty: over local data"),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("metadata", Text, nullable=False, comment="JSON"),
    Column("started_at", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("ix_experiments_project_id_started_at", "project_id", "started_at"),
    Index("ix_experiments_dataset_id", "dataset_id"),
)

experiment_items = Table(
    "experiment_items",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), owned_by("projects.id"), nullable=False),
    Column("experiment_id", String(200), nullable=False),
    Column("item_id", String(800), nullable=False),
    Column("trace_id", String(800), nullable=False),
    Column("span_id", String(800), nullable=False, comment="empty: the whole trace"),
    Column("item_version", BigInteger, nullable=False, comment="0: not told"),
    Column("expected_output", Text, nullable=False, comment="JSON as the client told; empty: not"),
    Column("item_metadata", Text, nullable=False, comment="JSON; empty: not told"),
    Column("started_at", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("project_id", "experiment_id", "item_id", "trace_id"),
    Index("ix_experiment_items_project_id_started_at", "project_id", "started_at"),
    Index("ix_experiment_items_project_id_trace_id", "project_id", "trace_id"),
)
