"""Evaluators, what they look at, and what they say. Pure.

An evaluator is a value: settings in, judgements with reasons out. That it failed is a result too, and
never a score.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec


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
    is_lower_better: bool = False
    """Of its scores less is better, such as of a length or of toxicity."""


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

    @property
    def asks_models(self) -> bool:
        """Others cost nothing."""
        return self.kind is EvaluatorKind.PANEL or "connection_id" in self.settings


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
    environment: str = "default"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One score to be. Booleans, finite numbers, and labels."""

    name: str
    """Empty: that of the evaluator."""
    value: bool | float | str
    reason: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """JSON values that code tells besides."""
    config_id: str = ""
    """Of the score config that it names."""


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


# -- evaluations as they wait to be done ---------------------------------------------------------


class EvaluationStatus(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """There is no score, and an error says why."""
    HELD = "held"
    """Cancelled, or over the budget of its rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One evaluator is to look at one trace, span or session. Times in microseconds."""

    id: str
    """Derived, so that what is asked for twice is done once."""
    project_id: str
    evaluator_id: str
    evaluator_version: int
    rule_id: str = ""
    """Empty: not of a rule."""
    experiment_id: str = ""
    """Empty: not of an experiment."""
    against: str = ""
    """Experiment that a pairwise judge sets the output against."""
    trace_id: str = ""
    span_id: str = ""
    """Empty: the whole trace, or a session."""
    session_id: str = ""
    probability: float = 1.0
    """With which it was chosen."""
    status: EvaluationStatus = EvaluationStatus.WAITING
    attempts: int = 0
    run_at: int = 0
    heartbeat_at: int = 0
    error: str = ""
    cost: float = 0.0
    run_trace_id: str = ""
    """The evaluator's own trace; empty: it made none."""
    created_at: int = 0
    finished_at: int = 0
    """0: not yet."""


def evaluation_id(evaluation: Evaluation) -> str:
    """Of which evaluator looks at what, and on whose behalf."""
    told = [
        evaluation.project_id,
        evaluation.evaluator_id,
        evaluation.evaluator_version,
        evaluation.rule_id,
        evaluation.experiment_id,
        evaluation.against,
        evaluation.trace_id,
        evaluation.span_id,
        evaluation.session_id,
    ]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A further evaluator of a rule, always in its newest version."""

    evaluator_id: str
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    """Path by variable of its prompt, instead of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRule:
    """Live traffic that fits the filter is evaluated, or a part of it chosen by chance."""

    id: str
    project_id: str
    name: str
    """Unique in the project."""
    evaluator_id: str
    evaluator_version: int
    """0: always the newest."""
    target: Target
    filter: str
    """In the filter language, over spans, traces or sessions as the target is; empty: all."""
    sampling: float
    """Probability with which one is chosen: above 0, at most 1."""
    delay: int
    """Seconds without news before it is judged."""
    daily_budget: float | None
    """US dollars; None: no limit of its own."""
    is_active: bool
    seen_until: int
    """Receipt, in microseconds, up to which it has looked."""
    author_id: str
    created_at: int
    updated_at: int
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    """Path by variable of the evaluator's prompt, instead of its own."""
    further: tuple[Assignment, ...] = ()
    """Who judges the same besides."""
    told_filter: str = ""
    """JSON: the filter in the words of a client that has others; empty: none told it."""

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        return (Assignment(self.evaluator_id, self.variables), *self.further)


def is_chosen(rule_id: str, key: str, probability: float) -> bool:
    """By chance, but the same each time for the same."""
    digest = hashlib.blake2b(f"{rule_id}/{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) < probability * 2**64
