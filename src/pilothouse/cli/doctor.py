"""`pilothouse doctor`: what is configured, reachable, and how full."""

import shutil
from collections.abc import Callable
from urllib.parse import urlsplit

import typer
from rich.table import Table
from sqlalchemy import make_url

from pilothouse import __version__, wiring
from pilothouse.cli.options import DataDir, answers, load, out
from pilothouse.domain.errors import PilothouseError
from pilothouse.server.static import FOLDER
from pilothouse.settings import Settings
from pilothouse.store.relational import accounts

Finding = tuple[bool, str]


def doctor(data_dir: DataDir = None) -> None:
    """Say what is configured, whether it can be reached, and how full it is."""
    settings = load(data_dir=data_dir)
    checks: list[tuple[str, Callable[[Settings], Finding]]] = [
        ("Data folder", _data_folder),
        ("Relational store", _relational),
        ("Analytic store", _analytic),
        ("Blobs", _blobs),
        ("Front end", _front_end),
    ]
    table = Table(title=f"Pilothouse {__version__}", title_justify="left", show_header=False)
    healthy = True
    for name, check in checks:
        try:
            good, words = check(settings)
        except PilothouseError as error:
            good, words = False, str(error)
        healthy = healthy and good
        table.add_row("[green]ok[/]" if good else "[red]no[/]", name, words)
    out.print(table)
    if not healthy:
        raise typer.Exit(1)


def _data_folder(settings: Settings) -> Finding:
    folder = settings.data_dir
    if not folder.exists():
        return True, f"{folder} (not made yet)"
    used = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    free = shutil.disk_usage(folder).free
    return free > 1 << 30, f"{folder}: {_size(used)} used, {_size(free)} free on the disk"


def _relational(settings: Settings) -> Finding:
    database = wiring.database(settings)
    where = (
        make_url(settings.database_url).render_as_string() if settings.database_url else "SQLite"
    )
    with database.read() as db:
        if not accounts.is_migrated(db):
            return True, f"{where}: reachable, empty"
        return True, f"{where}: reachable, projects: {len(accounts.projects(db))}"


def _analytic(settings: Settings) -> Finding:
    where = "in this process"
    if settings.clickhouse_url:
        url = urlsplit(settings.clickhouse_url)
        where = f"{url.hostname}:{url.port}"
    try:
        engine = wiring.engine(settings)
    except PilothouseError:
        if not settings.clickhouse_url and answers(settings):
            return True, f"in use by the server that runs on port {settings.port}"
        raise
    try:
        rows = engine.select(
            "SELECT table, sum(rows), sum(bytes_on_disk), count() FROM system.parts"
            " WHERE active AND database = currentDatabase() GROUP BY table ORDER BY table"
        )
    finally:
        engine.close()
    told = ", ".join(
        f"{table} {count:,} rows in {parts} parts, {_size(size)}"
        for table, count, size, parts in rows
    )
    return True, f"{where}: {told or 'empty'}"


def _blobs(settings: Settings) -> Finding:
    return True, settings.blob_url or f"{settings.data_dir / 'blobs'}"


def _front_end(_: Settings) -> Finding:
    built = (FOLDER / "index.html").is_file()
    return built, "built" if built else "not built: run python scripts/build_ui.py"


def _size(count: float) -> str:
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1024:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} TB"
