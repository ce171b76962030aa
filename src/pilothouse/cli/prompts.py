"""`pilothouse prompts`: prompts as files that lie under Git."""

from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.syntax import Syntax

from pilothouse.cli import remote
from pilothouse.cli.options import DataDir, RunningPort, err, fail, out
from pilothouse.cli.remote import Address, Project
from pilothouse.prompts import sync
from pilothouse.prompts.formats.folder import path_of
from pilothouse.prompts.sync import Outcome, Step

app = typer.Typer(
    help="Prompts as files that lie under Git.", no_args_is_help=True, add_completion=False
)

Folder = Annotated[Path, typer.Argument(help="Where the files lie.", file_okay=False)]
Prefix = Annotated[str, typer.Option(help="Only prompts whose names begin so.")]
Force = Annotated[bool, typer.Option("--force", help="In a conflict let this side win.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done.")]

_SIGNS = {
    Outcome.NEW: "[green]new      [/]",
    Outcome.CHANGED: "[green]changed  [/]",
    Outcome.SAME: "[dim]same     [/]",
    Outcome.AHEAD: "[yellow]ahead    [/]",
    Outcome.CONFLICT: "[red]conflict [/]",
}


@app.callback()
def every() -> None:
    """Prompts as files that lie under Git.

    The server is named by --server with LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY, or is the one of
    this machine.
    """


@app.command("pull")
def pull(
    folder: Folder,
    server: Address = "",
    label: Annotated[str, typer.Option(help="The versions of a label; otherwise the newest.")] = "",
    prefix: Prefix = "",
    force: Force = False,
    dry_run: DryRun = False,
    project: Project = "",
    data_dir: DataDir = None,
    port: RunningPort = None,
) -> None:
    """Write the project's prompts into the folder, one file each.

    A file that was changed since it was pulled is left alone where the prompt changed too.
    """
    with _server(server, project, data_dir, port) as distant:
        here = sync.read(folder) if folder.exists() else {}
        names = sorted(distant.names(prefix))
        steps = sync.pulling(distant, here, names, label=label, force=force)

        def act(step: Step) -> None:
            if step.kept is not None:
                sync.write(folder, step.path, step.kept)

        counts = _walk(steps, act, dry_run=dry_run)
        for name in sorted(here.keys() - set(names)):
            if name.startswith(prefix):
                _tell(Step(Outcome.AHEAD, name, here[name][0], detail="not on the server; push it"))
    _end(counts)


@app.command("push")
def push(
    folder: Folder,
    server: Address = "",
    label: Annotated[
        list[str] | None, typer.Option(help="Put on what is pushed; may be told several times.")
    ] = None,
    message: Annotated[str, typer.Option("--message", "-m", help="What changed, and why.")] = "",
    prefix: Prefix = "",
    force: Force = False,
    dry_run: DryRun = False,
    project: Project = "",
    data_dir: DataDir = None,
    port: RunningPort = None,
) -> None:
    """Make a new version of every prompt whose file says something else than the newest one.

    Files are told the numbers of their new versions. Where the prompt changed on the server meanwhile
    nothing is pushed.
    """
    with _server(server, project, data_dir, port) as distant:
        here = {name: each for name, each in _read(folder).items() if name.startswith(prefix)}

        def act(step: Step) -> None:
            kept = step.kept
            if kept is not None and step.outcome is not Outcome.SAME:
                kept = distant.create(kept, label or [], message)
            if kept is not None:
                sync.write(folder, step.path, kept)

        counts = _walk(sync.pushing(distant, here, force=force), act, dry_run=dry_run)
    _end(counts)


@app.command("diff")
def diff(
    folder: Folder,
    server: Address = "",
    label: Annotated[str, typer.Option(help="Against a label; otherwise the newest.")] = "",
    prefix: Prefix = "",
    project: Project = "",
    data_dir: DataDir = None,
    port: RunningPort = None,
) -> None:
    """Show how the folder differs from the project. Ends with 1 where it does."""
    with _server(server, project, data_dir, port) as distant:
        here = _read(folder)
        names = sorted(
            {*distant.names(prefix), *(name for name in here if name.startswith(prefix))}
        )
        found = False
        for name in names:
            path, kept = here.get(name, (path_of(name).as_posix(), None))
            there = distant.find(name, label=label)
            if kept == there or (kept and there and kept.same(there) and kept.tags == there.tags):
                continue
            found = True
            text = sync.difference(there, kept, path)
            if out.is_terminal:
                out.print(Syntax(text, "diff", background_color="default"))
            else:
                out.file.write(text)
    if found:
        raise typer.Exit(1)


def _read(folder: Path) -> dict[str, tuple[str, sync.Kept]]:
    if not folder.is_dir():
        fail(f"there is no folder {folder}; pull makes it")
    return sync.read(folder)


def _walk(steps: Iterable[Step], act: Callable[[Step], None], *, dry_run: bool) -> Counter[Outcome]:
    counts = Counter[Outcome]()
    for step in steps:
        if not dry_run:
            act(step)
        counts[step.outcome] += 1
        if step.outcome is not Outcome.SAME:
            _tell(step)
    return counts


def _tell(step: Step) -> None:
    detail = f"  [dim]{escape(step.detail)}[/]" if step.detail else ""
    out.print(f"{_SIGNS[step.outcome]} {escape(step.name)}{detail}", soft_wrap=True)


def _end(counts: Counter[Outcome]) -> None:
    told = ", ".join(f"{counts[each]} {each.value}" for each in Outcome if counts[each])
    err.print(told or "no prompts")
    if counts[Outcome.CONFLICT]:
        err.print("Conflicts were left alone: mend them, or let one side win by --force.")
        raise typer.Exit(1)


@contextmanager
def _server(
    address: str, project: str, data_dir: Path | None, port: int | None
) -> Generator[sync.Server, None, None]:
    with remote.server(address, project, data_dir, port, "pilothouse prompts") as client:
        yield sync.Server(client)
