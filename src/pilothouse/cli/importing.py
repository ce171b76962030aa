"""`pilothouse import langfuse`: bring a project along from a running Langfuse."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

from pilothouse.cli import local
from pilothouse.cli.options import DataDir, RunningPort, err, fail, load, out
from pilothouse.domain.clock import DAY
from pilothouse.domain.errors import PilothouseError
from pilothouse.importing import moments
from pilothouse.importing import progress as remembered
from pilothouse.importing.client import Client
from pilothouse.importing.job import Job
from pilothouse.importing.media import Media
from pilothouse.importing.report import Counts, Report
from pilothouse.importing.run import KINDS, counts, run
from pilothouse.importing.source import Source
from pilothouse.importing.target import Target
from pilothouse.settings import Settings

app = typer.Typer(
    help="Bring along what another tool has.", no_args_is_help=True, add_completion=False
)

_KEY_LASTS = 7 * DAY

Day = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"],
        metavar="2026-06-30",
        help="A day or a moment, UTC.",
    ),
]


@app.callback()
def every() -> None:
    """Bring along what another tool has."""


@app.command("langfuse")
def langfuse(
    source: Annotated[str, typer.Option("--from", help="Address of the Langfuse.")],
    public_key: Annotated[str, typer.Option(help="Of the project to copy.")],
    secret_key: Annotated[str, typer.Option(prompt=True, hide_input=True, help="Asked if absent.")],
    to: Annotated[
        str, typer.Option(help="Address of the Pilothouse; otherwise that of this machine.")
    ] = "",
    to_public_key: Annotated[str, typer.Option(help="Of its project; with --to.")] = "",
    to_secret_key: Annotated[str, typer.Option(help="Of its project; with --to.")] = "",
    project: Annotated[
        str, typer.Option(help="Id or name of the project to fill; otherwise the first one.")
    ] = "",
    only: Annotated[str, typer.Option(help=f"Some of {', '.join(KINDS)}; otherwise all.")] = "",
    since: Day = None,
    until: Day = None,
    again: Annotated[
        bool, typer.Option("--again", help="Look at all of it, not only at what came since.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only count what would be copied.")
    ] = False,
    data_dir: DataDir = None,
    port: RunningPort = None,
) -> None:
    """Copy traces, scores, prompts, data sets and the rest of a project of Langfuse.

    Ids are kept, and nothing is written twice: repeat it to catch up, or after it was interrupted.
    --since and --until choose traces, observations and scores by their own time (UTC).
    """
    settings = load(data_dir=data_dir, port=port)
    kinds = _kinds(only)
    try:
        with _target(settings, source, project, (to, to_public_key, to_secret_key)) as target:
            reader = Client(source, public_key, secret_key)
            try:
                job = _job(settings, reader, target, to, since, until)
                resumed = job.progress.load(again=again) if not dry_run else False
                _copy(job, kinds, dry_run=dry_run, resumed=resumed)
            finally:
                reader.close()
    except PilothouseError as error:
        fail(escape(str(error)))


def _kinds(only: str) -> list[str]:
    chosen = [word for each in only.split(",") if (word := each.strip())]
    if unknown := set(chosen) - KINDS.keys():
        fail(f"--only: no {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
    return chosen or list(KINDS)


@contextmanager
def _target(
    settings: Settings, source: str, project: str, to: tuple[str, str, str]
) -> Generator[Target, None, None]:
    """The Pilothouse that is named, or that of this machine with a key for as long as it takes."""
    url, public_key, secret_key = to
    if url:
        if not (public_key and secret_key):
            fail("--to needs --to-public-key and --to-secret-key")
        writer = Client(url, public_key, secret_key)
        try:
            yield Target(writer)
        finally:
            writer.close()
        return
    relational, found = local.project(settings, project)
    note = f"import from {source}"[:200]
    with (
        local.passing_key(relational, found.id, note, _KEY_LASTS) as pair,
        local.serving(settings) as base,
    ):
        writer = Client(base, *pair)
        try:
            yield Target(writer)
        finally:
            writer.close()


def _job(
    settings: Settings,
    reader: Client,
    target: Target,
    to: str,
    since: datetime | None,
    until: datetime | None,
) -> Job:
    source = Source(reader)
    if (source.project_id, reader.url) == (target.project_id, target.client.url):
        fail("this would copy a project into itself")
    report = Report()
    progress = remembered.Progress(
        settings.data_dir / "imports",
        reader.url,
        *(source.project_id, to.rstrip("/"), target.project_id, str(since), str(until)),
    )
    return Job(
        source=source,
        target=target,
        progress=progress,
        report=report,
        media=Media(reader, target.client, report),
        since=since.replace(tzinfo=UTC) if since else moments.FIRST,
        until=until.replace(tzinfo=UTC) if until else moments.now(),
    )


def _copy(job: Job, kinds: list[str], *, dry_run: bool, resumed: bool) -> None:
    source = job.source
    out.print(
        f"From {escape(source.client.url)} (API generation {source.generation.value}), project"
        f" {escape(source.project_name)}, to project {escape(job.target.project_name)}.",
        soft_wrap=True,
    )
    if dry_run:
        _show_counts(job, kinds)
        return
    if resumed:
        out.print("An earlier import is continued.")
    try:
        with _shown(job.report):
            run(job, kinds)
    finally:
        _tell(job.report)
    if not job.report.is_whole:
        raise typer.Exit(1)


def _show_counts(job: Job, kinds: list[str]) -> None:
    table = Table("", "To copy", box=None)
    for kind, count in counts(job, kinds):
        table.add_row(kind, f"{count:,}")
    out.print(table)


@contextmanager
def _shown(report: Report) -> Generator[None, None, None]:
    """Bars that follow the report."""
    columns = (
        TextColumn("{task.description:16}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
    )
    with Progress(*columns, console=err) as bars:
        tasks: dict[str, TaskID] = {}

        def changed(kind: str, counts: Counts) -> None:
            if kind not in tasks:
                tasks[kind] = bars.add_task(kind, total=None, rate="")
            task = bars.tasks[list(tasks).index(kind)]
            rate = f"{task.speed:,.0f}/s" if task.speed else ""
            bars.update(
                tasks[kind], completed=counts.seen, total=counts.total or counts.seen, rate=rate
            )

        report.changed = changed
        yield


def _tell(report: Report) -> None:
    table = Table("", "Copied", "There already", "Not copied", box=None)
    for kind, found in report.kinds.items():
        table.add_row(kind, f"{found.copied:,}", f"{found.there:,}", f"{found.missed:,}")
    out.print(table)
    for (kind, reason), missed in report.reasons.items():
        named = ", ".join(missed.examples) + (", …" if missed.count > len(missed.examples) else "")
        err.print(
            f"[yellow]{missed.count:,} of {kind}[/]: {escape(reason)} ({escape(named)})",
            soft_wrap=True,
        )
