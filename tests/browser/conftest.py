"""Chromium before a real server. Any error on the page or in its console fails the test."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from pilothouse.domain.access import Role, User
from pilothouse.edge.access import COOKIE
from pilothouse.store.relational import accounts, keys
from tests.chromium import chromium
from tests.serving import Server, TestProject, project, server

__all__ = ["project", "server"]

PATIENCE = 15_000
"""Milliseconds until something counts as missing; a machine that has other work too is slow."""
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def used_context(browser: Browser) -> Iterator[BrowserContext]:
    """One for all tests: the front end is fetched and compiled once."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900},
        locale="en-US",
        timezone_id="Europe/Berlin",
        color_scheme="light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def context(used_context: BrowserContext, server: Server) -> Iterator[BrowserContext]:
    """English, Berlin, light; nobody is signed in, and nothing is left of the test before."""
    yield used_context
    used_context.clear_cookies()
    page = used_context.new_page()
    remembered = {"origin": server.url, "storageTypes": "local_storage"}
    used_context.new_cdp_session(page).send("Storage.clearDataForOrigin", remembered)
    for page in used_context.pages:
        page.close()


@pytest.fixture
def stranger(context: BrowserContext) -> Iterator[Page]:
    """A page before signing in."""
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    yield page
    # The browser writes a line for every refusal, also for those a test provokes.
    assert [line for line in wrong if "Failed to load resource" not in line] == []


@pytest.fixture(scope="session")
def demo(server: Server) -> TestProject:
    """A small one of what `pilothouse demo` makes; tests only look at it."""
    place = ["--data-dir", str(server.folder), "--port", str(server.port)]
    size = ["--conversations", "80", "--days", "20"]
    command = [sys.executable, "-m", "pilothouse", "demo", *place, *size]
    subprocess.run(command, check=True, capture_output=True)
    with server.database.write() as db:
        key, secret = keys.add(db, "demo")
    return TestProject(server, "demo", key.public_key, secret)


@pytest.fixture
def owner(project: TestProject) -> User:
    """An owner of the organisation that the project belongs to."""
    with project.server.database.write() as db:
        organisation = accounts.first_organisation(db)
        assert organisation is not None
        user = accounts.add_user(db, f"{accounts.new_id()}@example.com", "Ann")
        accounts.add_member(db, user.id, organisation.id, Role.OWNER)
    return user


@pytest.fixture
def page(stranger: Page, context: BrowserContext, project: TestProject, owner: User) -> Page:
    """A page of someone who is signed in."""
    with project.server.database.write() as db:
        token = accounts.sign_in(db, owner.id)
    context.add_cookies([{"name": COOKIE, "value": token, "url": project.server.url}])
    return stranger
