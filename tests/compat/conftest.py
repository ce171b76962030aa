"""Real client SDKs and a real model against a real server.

Each application of `tests/emitters` runs once in a session, into a project of its own; tests ask what
the server then shows.
"""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.browser.conftest import browser
from tests.compat.seen import Seen
from tests.emitters.environments import run_emitter
from tests.model import Model, running_model
from tests.serving import Server, project, server

__all__ = ["browser", "project", "server"]

HERE = Path(__file__).parent
LONGEST = 900
"""Seconds of a test that is the first to need an environment, which is then made from PyPI or npm."""

Emitted = Callable[[str], Seen]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.sdk)
            item.add_marker(pytest.mark.timeout(LONGEST))


@pytest.fixture(scope="session")
def model() -> Iterator[Model]:
    with running_model() as running:
        yield running


@pytest.fixture(scope="session")
def emitted(server: Server, model: Model) -> Emitted:
    """Runs an application by its name and gives what its project shows."""

    @cache
    def run(name: str) -> Seen:
        project = server.new_project(name)
        environment = project.environment() | {"MODEL_URL": model.url, "MODEL_NAME": model.name}
        return Seen(name, project, run_emitter(name, environment).stdout)

    return run
