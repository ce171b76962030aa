"""For pytest: a test runs once for every item of a data set, and all of them are one experiment.

    @pytest.mark.pilothouse(dataset="support/regression")
    def test_answers(item, record):
        record.output = answer(item.input)
        record.score("right", record.output == item.expected_output)
        assert record.output

`item` is the item, `record` takes what the application said and how it is judged. Whether the test passed is
the score `passed`; a test that was skipped says nothing of its item. The marker takes `dataset`, and `name`, `split`, `tags`, `limit`, `description`. Without
LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY such tests are skipped, and say so.
"""

import os
import time
import uuid
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import pytest

from pilothouse.domain.errors import PilothouseError
from pilothouse.domain.evaluation import Judgement
from pilothouse.importing.client import Client
from pilothouse.testing import items, reporting
from pilothouse.testing.calling import judgements
from pilothouse.testing.items import Item
from pilothouse.testing.reporting import Reporter, Telling
from pilothouse.testing.runs import trace_id, traced

_MARK = "pilothouse"
_SESSION = pytest.StashKey["_Session"]()
_OUTCOME = pytest.StashKey[pytest.TestReport]()


@dataclass
class Record:
    """What a test tells of its item."""

    output: Any = None
    judged: list[Judgement] = field(default_factory=list[Judgement])

    def score(self, name: str, value: bool | float | str, reason: str = "") -> None:
        """Raises BadRequest for what is no score."""
        self.judged += judgements(name, {"value": value, "reason": reason})


@dataclass
class _Experiment:
    telling: Telling
    reporter: Reporter
    items: list[Item]


class _Session:
    """What tests of one run share."""

    def __init__(self) -> None:
        # Of all workers of pytest-xdist the same, so that they fill one experiment.
        self.id = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
        self.client = Client(
            os.environ.get("LANGFUSE_BASE_URL") or "http://127.0.0.1:3000",
            os.environ["LANGFUSE_PUBLIC_KEY"],
            os.environ["LANGFUSE_SECRET_KEY"],
        )
        project_id, _ = self.client.project()
        self.base = f"{self.client.url}/api/pilothouse/projects/{project_id}"
        self.pages = f"{self.client.url}/project/{project_id}/experiments"
        self.experiments: dict[str, _Experiment] = {}

    def experiment(self, test: str, marker: pytest.Mark) -> _Experiment:
        """Of a test function; begun when it is first asked for."""
        if test not in self.experiments:
            told = marker.kwargs
            dataset = items.dataset_id(self.client, self.base, told["dataset"])
            own = items.items(
                self.client,
                self.base,
                dataset,
                split=told.get("split", ""),
                tags=told.get("tags", ()),
                limit=told.get("limit", 0),
            )
            name = (
                told.get("name") or f"{test.rpartition('::')[2]} {time.strftime('%Y-%m-%d %H:%M')}"
            )
            id = uuid.uuid5(uuid.NAMESPACE_OID, f"{self.id}/{test}").hex[:16]
            telling = Telling(
                id, name, dataset, told.get("description", ""), {"test": test}, time.time_ns()
            )
            reporter = Reporter(self.client, telling)
            self.experiments[test] = _Experiment(telling, reporter, list(own))
        return self.experiments[test]

    def close(self) -> list[str]:
        """Addresses of what was written."""
        told: list[str] = []
        for each in self.experiments.values():
            each.reporter.close()
            told.append(f"{each.telling.name}: {self.pages}/{each.telling.id}")
        self.client.close()
        return told


def pytest_configure(config: pytest.Config) -> None:
    line = (
        f"{_MARK}(dataset, name, split, tags, limit, description): run for each item of a data set"
    )
    config.addinivalue_line("markers", line)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marker = metafunc.definition.get_closest_marker(_MARK)
    if marker is None or "item" not in metafunc.fixturenames:
        return
    if "dataset" not in marker.kwargs:
        raise pytest.UsageError("@pytest.mark.pilothouse names a data set: dataset=…")
    skipped = pytest.mark.skip(reason="LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY are not set")
    if not all(os.environ.get(f"LANGFUSE_{each}_KEY") for each in ("PUBLIC", "SECRET")):
        metafunc.parametrize("item", [pytest.param(None, marks=skipped)])
        return
    stash = metafunc.config.stash
    try:
        if _SESSION not in stash:
            stash[_SESSION] = _Session()
        found = stash[_SESSION].experiment(metafunc.definition.nodeid, marker)
    except PilothouseError as error:
        raise pytest.UsageError(f"{metafunc.definition.nodeid}: {error}") from error
    if not found.items:
        raise pytest.UsageError(f"{metafunc.definition.nodeid}: no item of the data set fits")
    metafunc.parametrize("item", found.items, ids=[each.id for each in found.items])


@pytest.fixture(autouse=True)
def _recorded(request: pytest.FixtureRequest) -> None:  # pyright: ignore[reportUnusedFunction]
    """Tests that tell nothing themselves count as well."""
    if request.node.get_closest_marker(_MARK) and "item" in request.fixturenames:
        request.getfixturevalue("record")


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Generator[Record]:
    """Takes what the application said and how it is judged; told to the server after the test."""
    item: Any = getattr(request.node, "callspec", None) and request.node.callspec.params.get("item")
    told = Record()
    if not isinstance(item, Item):
        yield told
        return
    test = request.node.nodeid.partition("[")[0]
    found = request.config.stash[_SESSION].experiments[test]
    trace, start = trace_id(found.telling.id, item.id, 1), time.time_ns()
    with traced(trace):
        yield told
    end = time.time_ns()
    outcome = request.node.stash.get(_OUTCOME, None)
    if outcome is None or (outcome.skipped and not hasattr(outcome, "wasxfail")):
        return
    reason = "" if outcome.passed else str(outcome.longrepr)[-2_000:]
    error = reason if outcome.failed and not _asserted(outcome) else ""
    judged = [*told.judged, Judgement("passed", outcome.passed, reason)]
    found.reporter.add(reporting.answered(item, trace, start, end, told.output, error, judged, ()))


def _asserted(outcome: pytest.TestReport) -> bool:
    crash = getattr(outcome.longrepr, "reprcrash", None)
    return crash is not None and str(crash.message).startswith(("AssertionError", "assert"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    outcome = yield
    if outcome.when == "call":
        item.stash[_OUTCOME] = outcome
    return outcome


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    session = config.stash.get(_SESSION, None)
    if session is None:
        return
    try:
        lines = session.close()
    except Exception as error:  # the tests have ended; what they came to is not changed by it
        lines = [f"not everything could be stored: {error}"]
    terminalreporter.section("Pilothouse")
    for line in lines:
        terminalreporter.line(line)
