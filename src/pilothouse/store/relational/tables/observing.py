"""Prices, dashboards, views and exports; and what waits for the rest of a span."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from pilothouse.store.relational.tables.base import metadata, owned_by

price_overrides = Table(
    "price_overrides",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), owned_by("projects.id"), nullable=False, index=True),
    Column("body", LargeBinary, nullable=False, comment="pricing.Override as JSON"),
    Column("created_at", BigInteger, nullable=False),
)

dashboards = Table(
    "dashboards",
    metadata,
    Column("project_id", String(64), owned_by("projects.id"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("widgets", LargeBinary, nullable=False, comment="JSON"),
    Column("revision", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

open_spans = Table(
    "open_spans",
    metadata,
    Column("project_id", String(64), primary_key=True),
    Column("trace_id", String(800), primary_key=True),
    Column("span_id", String(800), primary_key=True, comment="empty: the trace's own record"),
    Column("state", LargeBinary, nullable=False, comment="empty: the trace's rows have left"),
    Column("updated_at", BigInteger, nullable=False, index=True),
    Index("ix_open_spans_project_id_span_id", "project_id", "span_id"),
)

waiting_messages = Table(
    "waiting_messages",
    metadata,
    Column("project_id", String(64), primary_key=True),
    Column("trace_id", String(64), primary_key=True),
    Column("span_id", String(64), primary_key=True),
    Column("digest", String(64), primary_key=True, comment="of the body: a repeat changes nothing"),
    Column("time", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("event", LargeBinary, nullable=False, comment="a log record as JSON"),
    Column("received_at", BigInteger, nullable=False, index=True),
)

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), owned_by("projects.id"), nullable=False, index=True),
    Column("owner_id", String(64), owned_by("users.id"), nullable=False),
    Column("list", String(16), nullable=False, comment="traces or spans"),
    Column("name", Text, nullable=False),
    Column("shared", Boolean, nullable=False, comment="with everybody in the project"),
    Column("query", Text, nullable=False, comment="what its address holds, as JSON"),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

default_views = Table(
    "default_views",
    metadata,
    Column("user_id", String(64), owned_by("users.id"), primary_key=True),
    Column("project_id", String(64), owned_by("projects.id"), primary_key=True),
    Column("list", String(16), primary_key=True),
    Column("view_id", String(64), owned_by("saved_views.id"), nullable=False),
)

exports = Table(
    "exports",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("project_id", String(64), owned_by("projects.id"), nullable=False, index=True),
    Column("creator_id", String(64), nullable=False, comment="of a person or a key"),
    Column("list", String(16), nullable=False, comment="traces or spans"),
    Column("format", String(16), nullable=False),
    Column("filter", Text, nullable=False),
    Column("order", String(32), nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("status", String(16), nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("rows", BigInteger, nullable=False, comment="written so far"),
    Column("total", BigInteger, nullable=False, comment="to write; 0 until counted"),
    Column("bytes", BigInteger, nullable=False),
    Column("error", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("heartbeat_at", BigInteger, nullable=False, comment="of the worker"),
    Column("finished_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, comment="its file is kept until then"),
)
