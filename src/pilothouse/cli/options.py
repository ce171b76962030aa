"""Options that several commands share, and how a command ends when it cannot go on."""

import urllib.request
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from pilothouse import settings as settings_of
from pilothouse.settings import Settings

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

DataDir = Annotated[
    Path | None,
    typer.Option(help="Folder of the embedded stores.  [PILOTHOUSE_DATA_DIR, ~/.pilothouse]"),
]

RunningPort = Annotated[
    int | None,
    typer.Option("--port", help="Of a server that runs already.  [PILOTHOUSE_PORT, 3000]"),
]


def load(**given: Any) -> Settings:
    """Settings, or the end of the command with what is wrong about them."""
    try:
        return settings_of.load(**given)
    except ValueError as error:
        fail(str(error))


def answers(settings: Settings) -> bool:
    """Does a server run where these settings say?"""
    try:
        url = f"http://{settings.host}:{settings.port}/healthz"
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def fail(message: str, code: int = 1) -> NoReturn:
    err.print(f"[bold red]pilothouse:[/] {message}")
    raise typer.Exit(code)
