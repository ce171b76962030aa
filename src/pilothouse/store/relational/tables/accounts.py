"""Organisations, projects, people, their memberships, keys and ways to sign in."""

from sqlalchemy import BigInteger, Column, String, Table, Text

from pilothouse.store.relational.tables.base import metadata, owned_by

organisations = Table(
    "organisations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

projects = Table(
    "projects",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("organisation_id", String(64), owned_by("organisations.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("metadata", Text, nullable=False, comment="JSON: what programs keep about it"),
    Column("updated_at", BigInteger, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("email", String(320), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False, comment="empty: none set"),
    Column("created_at", BigInteger, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("user_id", String(64), owned_by("users.id"), primary_key=True),
    Column("organisation_id", String(64), owned_by("organisations.id"), primary_key=True),
    Column("role", String(16), nullable=False),
)

project_memberships = Table(
    "project_memberships",
    metadata,
    Column("user_id", String(64), owned_by("users.id"), primary_key=True),
    Column("project_id", String(64), owned_by("projects.id"), primary_key=True),
    Column("role", String(16), nullable=False, comment="stands instead of the organisation's"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), owned_by("projects.id"), nullable=False, index=True),
    Column("public_key", String(200), nullable=False, unique=True),
    Column("secret_hash", String(64), nullable=False),
    Column("secret_hint", String(8), nullable=False),
    Column("note", Text, nullable=False),
    Column("scope", String(16), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, comment="0: never"),
)

organisation_keys = Table(
    "organisation_keys",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("organisation_id", String(64), owned_by("organisations.id"), nullable=False, index=True),
    Column("public_key", String(200), nullable=False, unique=True),
    Column("secret_hash", String(64), nullable=False),
    Column("secret_hint", String(8), nullable=False),
    Column("note", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, comment="0: never"),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", String(64), owned_by("users.id"), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

sign_ins = Table(
    "sign_ins",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", String(64), owned_by("users.id"), nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)
