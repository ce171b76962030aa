"""Evaluators put to work as the server does."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pilothouse.domain.clock import now
from pilothouse.domain.evaluation import Case, EvaluatorKind, EvaluatorVersion, Outcome
from pilothouse.domain.span import Span
from pilothouse.evals.sandbox import Sandbox
from pilothouse.evals.scorers import Tools, check, scorer
from pilothouse.llm.door import Door
from pilothouse.llm.registry import Connections, Draft
from pilothouse.media.library import Library
from pilothouse.outbound.policy import Policy
from pilothouse.outbound.transport import Outbound
from pilothouse.pricing import PriceBook
from pilothouse.store.blobs.files import Files
from pilothouse.store.sealing import Sealing
from tests.unit.llm.calling import database

KEY = "sk-secret-1234567890abcdef"


@dataclass
class Bench:
    """`traces` are those that evaluators left."""

    tools: Tools
    connections: Connections
    project_id: str
    traces: list[list[Span]] = field(default_factory=list[list[Span]])

    def connect(self, url: str, provider: str = "openai-compatible") -> str:
        # A project has not room for as many as there are tests.
        for old in self.connections.of_project(self.project_id)[:-10]:
            self.connections.remove(self.project_id, old.id)
        options = {"retries": 0, "timeout": 60}
        draft = Draft(f"c-{now()}", provider, url, options=options, key=KEY)
        return self.connections.add(self.project_id, draft, "").id

    def score(self, kind: EvaluatorKind, settings: dict[str, Any], case: Case) -> Outcome:
        checked = check(kind, settings)
        version = EvaluatorVersion("evaluator-1", 3, kind, checked, "", "", 0)
        made = scorer(version, "my evaluator", self.tools)

        async def run() -> Outcome:
            try:
                return await made.score(case)
            finally:
                await self.tools.door.close()
                await self.tools.door._outbound.close()  # pyright: ignore[reportPrivateUsage]

        return asyncio.run(run())


@contextmanager
def bench() -> Iterator[Bench]:
    opened, project_id = database()
    sandbox = Sandbox(1)
    connections = Connections(opened, Sealing(lambda: b"k" * 32))
    traces: list[list[Span]] = []
    blobs = TemporaryDirectory()

    async def record(spans: list[Span]) -> None:
        traces.append(spans)

    door = Door(Outbound(Policy(loopback=True)), opened)
    library = Library(opened, Files(Path(blobs.name)), 1_000_000)
    tools = Tools(project_id, door, connections, PriceBook(), sandbox, library, record)
    try:
        yield Bench(tools, connections, project_id, traces)
    finally:
        sandbox.close()
        blobs.cleanup()
