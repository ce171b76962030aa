"""A running application over both embedded stores, and a client with a project's key."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from pilothouse.cli.provision import provision
from pilothouse.server.app import create
from pilothouse.settings import Init, Settings
from pilothouse.store.relational import organisation_keys
from pilothouse.wiring import Wired, wire
from tests.databases import postgres_database, postgres_server

__all__ = ["postgres_database", "postgres_server"]

PROJECT = "7a88fb47-b4e2-43b8-a06c-a5ce950dc53a"
INIT = Init(
    org_id="org",
    org_name="Org",
    project_id=PROJECT,
    project_name="Project",
    public_key="pk-lf-1234567890",
    secret_key="sk-lf-1234567890",
)


@pytest.fixture(scope="session")
def wired(tmp_path_factory: pytest.TempPathFactory) -> Wired:
    """One process may open an analytic store once, so the session shares it; each test has traces
    of its own."""
    folder: Path = tmp_path_factory.mktemp("langfuse")
    opened = wire(Settings(data_dir=folder))
    provision(opened.services.database, INIT)
    return opened


@pytest.fixture(scope="session")
def app(wired: Wired) -> FastAPI:
    return create(wired.services.settings, wired)


@pytest.fixture(scope="session")
def organisation_key(wired: Wired) -> tuple[str, str]:
    with wired.services.database.write() as db:
        key, secret = organisation_keys.add(db, INIT.org_id)
    return key.public_key, secret


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as opened:
        opened.auth = (INIT.public_key, INIT.secret_key)
        yield opened
