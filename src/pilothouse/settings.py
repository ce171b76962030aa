"""Every setting, once. Read from the environment at start; nothing else reads the environment.

The guide's table of settings is generated from this file.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


def _setting(env: str, default: Any, meaning: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"env": env, "meaning": meaning}, repr=not secret)


@dataclass(frozen=True)
class Init:
    """What to provision at the first start, under the names an existing Langfuse deployment uses."""

    org_id: str = _setting("LANGFUSE_INIT_ORG_ID", "", "Id of the organisation to provision")
    org_name: str = _setting("LANGFUSE_INIT_ORG_NAME", "", "Its name")
    project_id: str = _setting("LANGFUSE_INIT_PROJECT_ID", "", "Id of the project to provision")
    project_name: str = _setting("LANGFUSE_INIT_PROJECT_NAME", "", "Its name")
    public_key: str = _setting("LANGFUSE_INIT_PROJECT_PUBLIC_KEY", "", "Public key of the project")
    secret_key: str = _setting("LANGFUSE_INIT_PROJECT_SECRET_KEY", "", "Secret key of the project")
    user_email: str = _setting("LANGFUSE_INIT_USER_EMAIL", "", "E-mail of the owner")
    user_name: str = _setting("LANGFUSE_INIT_USER_NAME", "", "Name of the owner")
    user_password: str = _setting("LANGFUSE_INIT_USER_PASSWORD", "", "Password of the owner")


@dataclass(frozen=True)
class Settings:
    host: str = _setting("PILOTHOUSE_HOST", "127.0.0.1", "Address to listen on")
    port: int = _setting("PILOTHOUSE_PORT", 3000, "Port to listen on")
    data_dir: Path = _setting(
        "PILOTHOUSE_DATA_DIR", Path.home() / ".pilothouse", "Folder of the embedded stores"
    )
    clickhouse_url: str = _setting(
        "PILOTHOUSE_CLICKHOUSE_URL",
        "",
        "ClickHouse server, `clickhouse://user:password@host:8123/database`; empty: in this process",
    )
    clickhouse_cluster: str = _setting(
        "PILOTHOUSE_CLICKHOUSE_CLUSTER", "", "Name of the cluster; empty: a single server"
    )
    database_url: str = _setting(
        "PILOTHOUSE_DATABASE_URL",
        "",
        "`postgresql://…`; empty: SQLite in the data folder",
    )
    blob_url: str = _setting(
        "PILOTHOUSE_BLOB_URL",
        "",
        "`s3://bucket/prefix?endpoint=…&region=…` (extra `s3`); empty: a folder in the data folder",
    )
    public_url: str = _setting(
        "PILOTHOUSE_PUBLIC_URL", "", "Address under which people reach the server, for links"
    )
    log_level: str = _setting("PILOTHOUSE_LOG_LEVEL", "info", "debug, info, warning or error")
    max_body_bytes: int = _setting(
        "PILOTHOUSE_MAX_BODY_BYTES", 64 << 20, "Most bytes of a request body, as sent"
    )
    max_inflated_bytes: int = _setting(
        "PILOTHOUSE_MAX_INFLATED_BYTES", 256 << 20, "Most bytes of a request body, decompressed"
    )
    max_payload_chars: int = _setting(
        "PILOTHOUSE_MAX_PAYLOAD_CHARS",
        1_000_000,
        "Characters of one input or output that are kept with its span, and searched; the whole of a"
        " longer one lies among the blobs",
    )
    max_waiting_spans: int = _setting(
        "PILOTHOUSE_MAX_WAITING_SPANS", 100_000, "Spans in memory before requests are turned away"
    )
    max_media_bytes: int = _setting(
        "PILOTHOUSE_MAX_MEDIA_BYTES", 1_000_000_000, "Most bytes of one image, sound or file"
    )
    max_export_rows: int = _setting(
        "PILOTHOUSE_MAX_EXPORT_ROWS", 1_000_000, "Most rows of one exported file"
    )
    outbound_allow: str = _setting(
        "PILOTHOUSE_OUTBOUND_ALLOW",
        "",
        "Hosts (`ollama.internal`, `*.corp.example`) and networks (`10.0.0.0/8`) beyond the public"
        " internet that the server may call for models, tools and webhooks; its own machine may be"
        " called while it listens on that alone",
    )
    encryption_key: str = _setting(
        "PILOTHOUSE_ENCRYPTION_KEY",
        "",
        "Encrypts the keys of model providers: 32 bytes in base64, as `openssl rand -base64 32`"
        " makes them; empty: a file in the data folder",
        secret=True,
    )
    init: Init = field(default_factory=Init)


def load(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Settings from the environment; `given` values that are not None win over it.

    Raises ValueError with the variable's name when a value cannot be read.
    """
    source = os.environ if environment is None else environment
    told = _read(Settings, source)
    told.update({name: value for name, value in given.items() if value is not None})
    return Settings(**told, init=Init(**_read(Init, source)))


def _read(kind: type[Any], source: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in fields(kind):
        text = source.get(each.metadata.get("env", ""), "")
        if text:
            try:
                found[each.name] = type(each.default)(text)
            except ValueError as error:
                raise ValueError(f"{each.metadata['env']}: {error}") from error
    return found


def table() -> list[tuple[str, str, str]]:
    """(variable, default, meaning) of every setting, for the guide."""
    return [
        (each.metadata["env"], str(each.default), each.metadata["meaning"])
        for kind in (Settings, Init)
        for each in fields(kind)
        if "env" in each.metadata
    ]
