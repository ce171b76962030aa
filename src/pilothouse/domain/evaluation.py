"""Evaluators, what they look at, and what they say. Pure.

An evaluator is a value: settings in, judgements with reasons out. That it failed is a result too, and
never a score.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Target(StrEnum):
    """What is evaluated as one."""

    SPAN = "span"
    TRACE = "trace"
    SESSION = "session"


class EvaluatorKind(StrEnum):
    JUDGE = "judge"
    """A model, asked by an own prompt."""
    PAIRWISE = "pairwise"
    """A model that says which of two outputs is better, asked in both orders."""
    PANEL = "panel"
    """Several judges that vote, or whose mean counts."""
    METRIC = "metric"
    """Built in: strings, structures, latency, cost, tools."""
    CODE = "code"
    """Python of the user, in a process without network."""


@dataclass(frozen=True, slots=True)
class Evaluator:
    id: str
    project_id: str
    name: str
    """Unique in the project. Its scores bear it, unless it names its judgements itself."""
    description: str
    is_archived: bool
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class EvaluatorVersion:
    """Never changes; numbered from 1."""

    evaluator_id: str
    version: int
    kind: EvaluatorKind
    settings: dict[str, Any]
    """By kind; `evals.scorers` says which and checks them."""
    note: str
    author_id: str
    created_at: int


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A call of a tool, in the order of the calls."""

    name: str
    arguments: Any
    result: Any = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What an evaluator looks at: a span, a trace or a session, and the item that it answered if it
    answered one. JSON values; None: there is none."""

    input: Any = None
    output: Any = None
    expected_output: Any = None
    metadata: Any = None
    """Of the item, or else of the trace."""
    conversation: tuple[tuple[str, str], ...] = ()
    """(role, text) of a trace or a session, as a person reads it."""
    documents: tuple[str, ...] = ()
    """What was retrieved."""
    tools: tuple[ToolUse, ...] = ()
    available_tools: tuple[Any, ...] = ()
    """Definitions that the model was given, in the shape of OpenAI."""
    other_output: Any = None
    """What a pairwise judge sets the output against."""
    latency: float | None = None
    """Seconds."""
    cost: float | None = None
    """US dollars."""
    input_tokens: int | None = None
    output_tokens: int | None = None
    trace_id: str = ""
    span_id: str = ""
    session_id: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One score to be. Booleans, finite numbers, and labels."""

    name: str
    """Empty: that of the evaluator."""
    value: bool | float | str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an evaluator came to. With an error there is no judgement, and nothing is scored."""

    judgements: tuple[Judgement, ...] = ()
    error: str = ""
    """For people: what went wrong and what to do."""
    again: bool = False
    """The failure may pass: a provider that was too busy."""
    cost: float = 0.0
    """US dollars, of the models it asked."""
    run_trace_id: str = ""
    """The trace of its own calls; empty: it made none."""
