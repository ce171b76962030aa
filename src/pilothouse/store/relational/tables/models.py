"""Models that the server calls, and what that costs."""

from sqlalchemy import BigInteger, Column, Float, Integer, String, Table, Text, UniqueConstraint

from pilothouse.store.relational.tables.base import metadata, owned_by

model_connections = Table(
    "model_connections",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), owned_by("projects.id"), nullable=False),
    Column("name", String(100), nullable=False),
    Column("provider", String(32), nullable=False),
    Column("base_url", Text, nullable=False, comment="empty: the provider's own"),
    Column(
        "secret", Text, nullable=False, comment="key and secret headers, encrypted; empty: none"
    ),
    Column("secret_hint", String(8), nullable=False, comment="last characters of the key"),
    Column("models", Text, nullable=False, comment="JSON: list of names"),
    Column("options", Text, nullable=False, comment="JSON: region, API version and the like"),
    Column("author_id", String(64), nullable=False, comment="a person or a key"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("project_id", "name"),
)

model_budgets = Table(
    "model_budgets",
    metadata,
    Column("project_id", String(64), owned_by("projects.id"), primary_key=True),
    Column("daily", Float, nullable=False, comment="US dollars a day"),
)

model_spend = Table(
    "model_spend",
    metadata,
    Column("project_id", String(64), owned_by("projects.id"), primary_key=True),
    Column("day", Integer, primary_key=True, comment="since 1970, UTC"),
    Column("cost", Float, nullable=False, comment="US dollars"),
    Column("calls", Integer, nullable=False),
)

playgrounds = Table(
    "playgrounds",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), owned_by("projects.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False, comment="JSON, as the page has it"),
    Column("author_id", String(64), nullable=False, comment="a person or a key"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)
