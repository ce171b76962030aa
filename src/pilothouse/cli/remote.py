"""A server that a command talks to over HTTP: one that is named, or that of this machine."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from pilothouse.cli.options import fail, load
from pilothouse.domain.clock import HOUR
from pilothouse.domain.errors import PilothouseError
from pilothouse.importing.client import Client

Address = Annotated[
    str,
    typer.Option(
        "--server",
        help="Address of the Pilothouse; otherwise LANGFUSE_BASE_URL, or that of this machine.",
    ),
]
Project = Annotated[
    str, typer.Option(help="On this machine: id or name of the project; otherwise the first one.")
]


@contextmanager
def server(
    address: str, project: str, data_dir: Path | None, port: int | None, purpose: str, code: int = 1
) -> Generator[Client, None, None]:
    """With the keys LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY; on this machine with a key that
    passes, told as `purpose`. Ends the command with the code when the server cannot be asked."""
    address = address or os.environ.get("LANGFUSE_BASE_URL", "")
    try:
        if address:
            public, secret = (
                os.environ.get(f"LANGFUSE_{each}_KEY", "") for each in ("PUBLIC", "SECRET")
            )
            if not public or not secret:
                fail("set LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY", code)
            with _client(address, public, secret) as client:
                yield client
            return
        from pilothouse.cli import local  # with it comes the whole server

        settings = load(data_dir=data_dir, port=port)
        relational, found = local.project(settings, project)
        with (
            local.passing_key(relational, found.id, purpose, HOUR) as pair,
            local.serving(settings) as base,
            _client(base, *pair) as client,
        ):
            yield client
    except PilothouseError as error:
        fail(escape(str(error)), code)


@contextmanager
def _client(address: str, public_key: str, secret_key: str) -> Generator[Client, None, None]:
    client = Client(address, public_key, secret_key)
    try:
        yield client
    finally:
        client.close()
