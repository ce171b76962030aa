"""Chromium before a real server. Any error on the page or in its console fails the test."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from pilothouse.domain.access import Role, User
from pilothouse.edge.access import COOKIE
from pilothouse.server.static import FOLDER
from pilothouse.store.relational import accounts
from tests.serving import TestProject, project, server

__all__ = ["project", "server"]

_CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.fspath).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = os.environ.get("CHROMIUM") or _CHROMIUM
    if chromium is None:
        pytest.fail("there is no Chromium on this machine: scripts/test browser installs it")
    if not (FOLDER / "index.html").is_file():
        pytest.fail("the front end is not built: python scripts/build_ui.py")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """English, Berlin, light; nobody is signed in."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900},
        locale="en-US",
        timezone_id="Europe/Berlin",
        color_scheme="light",
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


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
