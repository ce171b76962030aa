"""`pilothouse eval compare`: a gate for a pull request."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.markup import escape

from pilothouse.cli import remote
from pilothouse.cli.options import DataDir, RunningPort, fail, out
from pilothouse.cli.remote import Address, Project
from pilothouse.evals import report
from pilothouse.importing.client import Answered, Client

app = typer.Typer(help="Is a change better?", no_args_is_help=True)

CODES = {"pass": 0, "fail": 1, "cannot tell": 2}
_UNASKED = 3
"""The experiments could not be compared at all."""

Metrics = Annotated[
    list[str] | None,
    typer.Option("--metric", help="Name of a score, or latency, cost, failures; several times."),
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
    lower: Annotated[
        list[str] | None, typer.Option(help="A score of which less is better; several times.")
    ] = None,
    cluster_by: Annotated[
        str, typer.Option(help="Key of the items' metadata: the same value, the same source.")
    ] = "",
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
    cannot tell. 3: there is nothing to compare. Without --metric every score counts; latency, cost
    and failures are shown, and count when they are named.
    """
    body = {
        "baseline": baseline,
        "candidates": [candidate],
        "dataset": dataset,
        "metrics": metric or [],
        "margin": margin,
        "margins": dict.fromkeys(metric or [], margin),
        "lower_is_better": lower or [],
        "cluster_by": cluster_by,
    }
    with remote.server(server, project, data_dir, port, "pilothouse eval", code=_UNASKED) as client:
        told = _asked(client, body)
    text = report.markdown(told)
    if json:
        json.write_bytes(msgspec.json.format(msgspec.json.encode(told), indent=2))
    if markdown:
        markdown.write_text(text, "utf-8")
    out.print(text, markup=False, soft_wrap=True)
    raise typer.Exit(CODES[told["candidates"][0]["outcome"]])


def _asked(client: Client, body: dict[str, Any]) -> dict[str, Any]:
    project_id, _ = client.project()
    address = f"{client.url}/api/pilothouse/projects/{project_id}/experiments/compare"
    try:
        return client.post(address, body)
    except Answered as error:
        fail(escape(str(error)), _UNASKED)
