"""The schema of the analytic store: numbered files, applied once each, in order, at start.

One definition serves every topology. A file is plain ClickHouse SQL for a single node; each statement
may be headed by `-- shard <table> by <expression>`. On a cluster the same statement becomes a
replicated local table on every shard and a distributed table of the plain name before them. A
materialized view works between the local tables of each shard.
"""

import re
from dataclasses import dataclass
from importlib import resources

from pilothouse.store.clickhouse.engine import Engine

_SHARD = re.compile(r"^-- shard (\w+) by (.+)$", re.MULTILINE)
_CREATE = re.compile(r"\bCREATE TABLE (\w+)")
_VIEW = re.compile(r"\bCREATE MATERIALIZED VIEW (\w+) TO (\w+)")
_FROM = re.compile(r"\bFROM (\w+)")
_ALTER = re.compile(r"\bALTER TABLE (\w+)")
_REORDER = re.compile(r",\s*MODIFY ORDER BY \([^)]*\)")
"""A distributed table has no order of its own."""
_ENGINE = re.compile(r"\bENGINE = (\w*MergeTree)(?:\(([^\n]*)\))?")

_APPLIED = """
-- shard schema_migrations by rand()
CREATE TABLE schema_migrations
(
    name String,
    applied_at DateTime DEFAULT now()
)
ENGINE = MergeTree
ORDER BY name
"""


@dataclass(frozen=True)
class Cluster:
    """Where the schema lies. `name` is the cluster's name in the server's configuration."""

    name: str


def files() -> list[tuple[str, str]]:
    """(name, text) of every migration, in order."""
    folder = resources.files("pilothouse.store.clickhouse").joinpath("schema")
    return sorted(
        (file.name.removesuffix(".sql"), file.read_text("utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".sql")
    )


def statements(text: str, cluster: Cluster | None = None) -> list[str]:
    """The statements of a migration as they are sent to a single node or to a cluster."""
    parts = [part.strip() for part in re.split(r";[ \t]*(?:\n|$)", text) if part.strip()]
    if cluster is None:
        return [_SHARD.sub("", part).strip() for part in parts]
    return [statement for part in parts for statement in _clustered(part, cluster)]


def _clustered(statement: str, cluster: Cluster) -> list[str]:
    shard = _SHARD.search(statement)
    body = _SHARD.sub("", statement).strip()
    on_cluster = f"ON CLUSTER '{cluster.name}'"
    if alter := _ALTER.search(body):
        table = alter[1]
        local = _ALTER.sub(f"ALTER TABLE {table}_local {on_cluster}", body)
        if re.search(r"\b(ADD|DROP|MODIFY|RENAME) COLUMN\b", body):
            columns = _REORDER.sub("", body)
            return [local, _ALTER.sub(f"ALTER TABLE {table} {on_cluster}", columns)]
        return [local]
    if _VIEW.search(body):
        view = _VIEW.sub(
            rf"CREATE MATERIALIZED VIEW IF NOT EXISTS \1 {on_cluster} TO \2_local", body
        )
        return [_FROM.sub(r"FROM \1_local", view)]
    create = _CREATE.search(body)
    if create is None or shard is None:
        raise ValueError(
            f"a cluster needs CREATE TABLE with a shard line, a view, or ALTER: {body[:80]}"
        )
    table = create[1]
    local = _CREATE.sub(f"CREATE TABLE IF NOT EXISTS {table}_local {on_cluster}", body)
    local = _ENGINE.sub(_replicated, local)
    distributed = (
        f"CREATE TABLE IF NOT EXISTS {table} {on_cluster} AS {table}_local\n"
        f"ENGINE = Distributed('{cluster.name}', currentDatabase(), {table}_local, {shard[2]})"
    )
    return [local, distributed]


def _replicated(engine: re.Match[str]) -> str:
    where = "'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'"
    arguments = f"{where}, {engine[2]}" if engine[2] else where
    return f"ENGINE = Replicated{engine[1]}({arguments})"


def migrate(engine: Engine, cluster: Cluster | None = None) -> list[str]:
    """Apply what is missing and return its names. Safe to run again."""
    if not engine.select(
        "SELECT 1 FROM system.tables WHERE database = currentDatabase()"
        " AND name = 'schema_migrations'"
    ):
        for statement in statements(_APPLIED, cluster):
            engine.command(statement)
    applied = {row[0] for row in engine.select("SELECT name FROM schema_migrations")}
    new: list[str] = []
    for name, text in files():
        if name in applied:
            continue
        for statement in statements(text, cluster):
            engine.command(statement)
        engine.command(f"INSERT INTO schema_migrations (name) VALUES ('{name}')")  # noqa: S608 - of a file of ours
        new.append(name)
    return new
