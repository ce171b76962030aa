"""`pilothouse eval run` and `pilothouse eval compare`: experiments with the application's own code, and a
gate for a pull request."""

from pathlib import Path
from typing import Annotated, Any, NoReturn

import msgspec
import typer
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from pilothouse.cli import remote
from pilothouse.cli.options import DataDir, RunningPort, err, fail, out
from pilothouse.cli.remote import Address, Project
from pilothouse.evals import report
from pilothouse.importing.client import Answered, Client
from pilothouse.testing.calling import found
from pilothouse.testing.gate import compared
from pilothouse.testing.runs import MOST_CONCURRENCY, Asked, Rate, Run, Running

app = typer.Typer(help="Is a change better?", no_args_is_help=True, add_completion=False)

CODES = {"pass": 0, "fail": 1, "cannot tell": 2}
_UNASKED = 3
"""The experiments could not be compared at all."""

Metrics = Annotated[
    list[str] | None,
    typer.Option("--metric", help="Name of a score, or latency, cost, failures; several times."),
]

Lower = Annotated[
    list[str] | None, typer.Option(help="A score of which less is better; several times.")
]
ClusterBy = Annotated[
    str, typer.Option(help="Key of the items' metadata: the same value, the same source.")
]


@app.callback()
def every() -> None:
    """Is a change better?

    The server is named by --server with LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY, or is the one of
    this machine.
    """


@app.command("compare")
def compare(
    baseline: Annotated[str, typer.Option(help="Experiment, by name or id.")],
    candidate: Annotated[str, typer.Option(help="Experiment, by name or id.")],
    dataset: Annotated[str, typer.Option(help="Name of the data set both ran over.")] = "",
    metric: Metrics = None,
    margin: Annotated[
        float, typer.Option(min=0, help="Loss that does not matter, in the unit of the metric.")
    ] = 0.0,
    lower: Lower = None,
    cluster_by: ClusterBy = "",
    json: Annotated[Path | None, typer.Option(help="File for the report as JSON.")] = None,
    markdown: Annotated[
        Path | None, typer.Option(help="File for the report as Markdown, for a pull request.")
    ] = None,
    server: Address = "",
    project: Project = "",
    data_dir: DataDir = None,
    port: RunningPort = None,
) -> None:
    """Compare an experiment with a baseline, and say by the exit code what came of it.

    0: better, equivalent within the margin, or shown to lose less than it. 1: worse. 2: these items
    cannot tell. 3: there is nothing to compare. Without --metric every score counts, and so
    do more failures; latency and cost are shown, and count when they are named.
    """
    body = _body(baseline, candidate, dataset, metric, margin, lower, cluster_by)
    with remote.server(server, project, data_dir, port, "pilothouse eval", code=_UNASKED) as client:
        told = _asked(client, body)
    _report(told, json, markdown)


def _report(told: dict[str, Any], json: Path | None, markdown: Path | None) -> NoReturn:
    text = report.markdown(told)
    if json:
        json.write_bytes(msgspec.json.format(msgspec.json.encode(told), indent=2))
    if markdown:
        markdown.write_text(text + "\n", "utf-8")
    out.print(text, markup=False, soft_wrap=True)
    raise typer.Exit(CODES[told["candidates"][0]["outcome"]])


def _body(
    baseline: str,
    candidate: str,
    dataset: str,
    metric: list[str] | None,
    margin: float,
    lower: list[str] | None,
    cluster_by: str,
) -> dict[str, Any]:
    return {
        "baseline": baseline,
        "candidates": [candidate],
        "dataset": dataset,
        "metrics": metric or [],
        "margin": margin,
        "margins": dict.fromkeys(metric or [], margin),
        "lower_is_better": lower or [],
        "cluster_by": cluster_by,
    }


def _asked(client: Client, body: dict[str, Any]) -> dict[str, Any]:
    try:
        return compared(client, body)
    except Answered as error:
        fail(escape(str(error)), _UNASKED)


# -- running -------------------------------------------------------------------------------------


@app.command("run")
def run(
    task: Annotated[str, typer.Argument(help="module:function that takes an item's input.")],
    dataset: Annotated[str, typer.Option(help="Name of the data set.")],
    evaluators: Annotated[
        list[str] | None,
        typer.Option(
            "--evaluators",
            "--evaluator",
            help="module:function, or name of one of the server; several by commas or times.",
        ),
    ] = None,
    name: Annotated[str, typer.Option(help="Of the experiment.")] = "",
    repeat: Annotated[int, typer.Option(min=1, max=1_000, help="Times each item is run.")] = 1,
    concurrency: Annotated[int, typer.Option(min=1, max=MOST_CONCURRENCY)] = 8,
    per_minute: Annotated[int, typer.Option(min=0, help="Items begun a minute; 0: any.")] = 0,
    retries: Annotated[int, typer.Option(min=0, max=20, help="Of an item that failed.")] = 0,
    timeout: Annotated[float, typer.Option(min=0, help="Seconds of an item; 0: any.")] = 0,
    split: Annotated[str, typer.Option(help="Only items of this split.")] = "",
    tag: Annotated[list[str] | None, typer.Option(help="Only items with one of these.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="Only so many items, the oldest.")] = 0,
    description: str = "",
    resume: Annotated[
        str, typer.Option(help="Run to go on with, by name or id: what it answered is kept.")
    ] = "",
    baseline: Annotated[
        str, typer.Option(help="Experiment to compare with; the exit code says what came of it.")
    ] = "",
    metric: Metrics = None,
    margin: Annotated[float, typer.Option(min=0, help="Loss that does not matter.")] = 0.0,
    lower: Lower = None,
    cluster_by: ClusterBy = "",
    json: Annotated[Path | None, typer.Option(help="File for what came of it, as JSON.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="File for the comparison.")] = None,
    server: Address = "",
    project: Project = "",
    data_dir: DataDir = None,
    port: RunningPort = None,
) -> None:
    """Run your own code over a data set: every item a trace, scored, and stored as an experiment.

    0: it ran; with --baseline as `eval compare` says. 3: it could not be run.
    """
    names = [each for told in evaluators or [] for each in told.split(",") if each]
    with remote.server(server, project, data_dir, port, "pilothouse eval", code=_UNASKED) as client:
        asked = Asked(
            task=found(task),
            dataset=dataset,
            name=name,
            evaluators=[found(each) for each in names if ":" in each],
            stored=[each for each in names if ":" not in each],
            repeat=repeat,
            concurrency=concurrency,
            per_minute=per_minute,
            retries=retries,
            timeout=timeout,
            split=split,
            tags=tag or (),
            limit=limit,
            description=description,
            resume=resume,
        )
        before = Running(client, asked).baseline(baseline) if baseline else ""
        came = _ran(client, asked)
        told = None
        if baseline:
            body = _body(before, came.id, dataset, metric, margin, lower, cluster_by)
            told = _asked(client, body)
    if told is not None:
        _report(told, json, markdown)
    if json:
        json.write_bytes(msgspec.json.format(msgspec.json.encode(came), indent=2))


def _ran(client: Client, asked: Asked) -> Run:
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[failed]}"),
        TimeRemainingColumn(),
        console=err,
        transient=True,
    )
    with bar:
        line = bar.add_task(asked.dataset, total=None, failed="")

        def tick(done: int, total: int, failed: int) -> None:
            told = f"[red]{failed} failed" if failed else ""
            bar.update(line, completed=done, total=total, failed=told)

        came = Running(client, asked, tick).whole()
    table = Table(box=None, show_header=False)
    for metric, value in came.metrics.items():
        beside = [
            _freed(way, rates[metric])
            for way, rates in (("corrected", came.corrected), ("with labels", came.powered))
            if metric in rates
        ]
        table.add_row(escape(metric), f"{value:.4g}", ", ".join(beside))
    out.print(f"[bold]{escape(came.name)}[/]  {came.total} answers, {came.failed} failed now")
    out.print(table)
    for problem in came.problems[:5]:
        err.print(f"[yellow]![/] {escape(problem)}")
    out.print(came.url, soft_wrap=True)
    return came


def _freed(way: str, rate: Rate) -> str:
    between = "" if rate.low is None else f" ({rate.low:.4g}–{rate.high:.4g})"
    return f"[dim]{way} {rate.value:.4g}{between}, {rate.labels} labels[/]"
