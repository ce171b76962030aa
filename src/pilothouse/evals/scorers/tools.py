"""What an evaluator works with, and what it is to those who call it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from pilothouse.domain.evaluation import Case, Outcome
from pilothouse.domain.span import Span
from pilothouse.evals.sandbox import Sandbox
from pilothouse.llm.door import Door
from pilothouse.llm.registry import Connections
from pilothouse.media.library import Library
from pilothouse.pricing import PriceBook

ENVIRONMENT = "evaluator"
"""Of the traces that evaluators leave. What stands in it is never evaluated."""


@dataclass(frozen=True, slots=True)
class Tools:
    """Of one project."""

    project_id: str
    door: Door
    connections: Connections
    prices: PriceBook
    sandbox: Sandbox
    media: Library
    record: Callable[[list[Span]], Awaitable[None]]
    """Takes the trace that a judge left. What it raises is logged, and changes no outcome."""


class Scorer(Protocol):
    async def score(self, case: Case) -> Outcome:
        """Never raises for anything that the case, a model or the user's code does."""
        ...


class Failed(Exception):
    """Inside an evaluator: there will be no score. The text is for people."""

    def __init__(self, message: str, *, again: bool = False) -> None:
        super().__init__(message)
        self.again = again
