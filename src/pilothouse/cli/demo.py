"""`pilothouse demo`: fill a project with a believable month."""

import base64
import time
from typing import Annotated

import typer

from pilothouse import wiring
from pilothouse.cli.local import serving
from pilothouse.cli.options import DataDir, RunningPort, fail, load, out
from pilothouse.cli.provision import provision
from pilothouse.demo.filling import Server, fill
from pilothouse.demo.traces import Month
from pilothouse.domain.access import Project
from pilothouse.domain.errors import PilothouseError
from pilothouse.settings import Settings
from pilothouse.store.relational import accounts, keys, schema

PROJECT = "demo"


def demo(
    data_dir: DataDir = None,
    port: RunningPort = None,
    conversations: Annotated[int, typer.Option(help="How many people write in.")] = 1_500,
    days: Annotated[int, typer.Option(help="How long the story is.")] = 30,
) -> None:
    """Fill the project “Demo: support assistant” with a believable month: traces, prompts, data sets,
    experiments, evaluators and what people said.

    Works with a server that is running and without one. The month ends when the project was made, so
    that telling it again changes nothing.
    """
    settings = load(data_dir=data_dir, port=port)
    try:
        project, authorization = _project(settings)
        month = Month(project.created_at * 1_000, days, conversations)
        with serving(settings) as base, out.status("Writing the story") as status:
            server = Server(base, project.id, authorization)
            fill(server, wiring.database(settings), month, status.update)
            server.close()
    except PilothouseError as error:
        fail(str(error))
    url = f"{settings.public_url or f'http://{settings.host}:{settings.port}'}/project/{project.id}"
    out.print(f"{len(month.told)} traces sent.")
    out.print(f"The demo project is ready: {url}", soft_wrap=True)


def _project(settings: Settings) -> tuple[Project, str]:
    """The demo project, made when it is not there, and a key for it that lasts an hour."""
    relational = wiring.database(settings)
    schema.migrate(relational)
    own = provision(relational, settings.init).project
    with relational.write() as db:
        project = accounts.project(db, PROJECT) or accounts.add_project(
            db, own.organisation_id, "Demo: support assistant", PROJECT
        )
        expires = time.time_ns() // 1000 + 3_600_000_000
        key, secret = keys.add(db, project.id, note="filled by the demo", expires_at=expires)
    pair = base64.b64encode(f"{key.public_key}:{secret}".encode()).decode()
    return project, f"Basic {pair}"
