"""The server of this machine, for commands that speak to it as any client does."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn

from pilothouse import wiring
from pilothouse.cli.options import answers, fail
from pilothouse.cli.provision import provision
from pilothouse.domain.access import Project
from pilothouse.domain.clock import now
from pilothouse.server import app as server
from pilothouse.settings import Settings
from pilothouse.store.relational import accounts, keys, schema
from pilothouse.store.relational.database import Database


@contextmanager
def serving(settings: Settings) -> Generator[str, None, None]:
    """The address of the running server, or of one that runs for as long as this takes."""
    base = f"http://{settings.host}:{settings.port}"
    if answers(settings):
        yield base
        return
    config = uvicorn.Config(
        server.create(settings), host="127.0.0.1", port=0, log_level="error", access_log=False
    )
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        while not running.started:
            if not thread.is_alive():
                fail("the server did not start; is its data folder in use on another port?")
            time.sleep(0.05)
        port = running.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        running.should_exit = True
        thread.join()


def project(settings: Settings, wanted: str) -> tuple[Database, Project]:
    """The project of that id or name, or the first one."""
    relational = wiring.database(settings)
    schema.migrate(relational)
    if not wanted:
        return relational, provision(relational, settings.init).project
    with relational.read() as db:
        every = accounts.projects(db)
    found = [each for each in every if each.id == wanted]
    found = found or [each for each in every if each.name == wanted]
    if len(found) != 1:
        why = "there are several of that name" if found else "there is none"
        known = ", ".join(f"{each.name} ({each.id})" for each in every)
        fail(f"no project {wanted!r}: {why}. Known are: {known}")
    return relational, found[0]


@contextmanager
def passing_key(
    relational: Database, project_id: str, note: str, lasts: int
) -> Generator[tuple[str, str], None, None]:
    """A key pair that is revoked in the end, or ends by itself. One that was left behind under the
    same note, by a process that was killed, goes first."""
    with relational.write() as db:
        for left in keys.of_project(db, project_id):
            if left.note == note:
                keys.revoke(db, project_id, left.id)
        key, secret = keys.add(db, project_id, note=note, expires_at=now() + lasts)
    try:
        yield key.public_key, secret
    finally:
        with relational.write() as db:
            keys.revoke(db, project_id, key.id)
