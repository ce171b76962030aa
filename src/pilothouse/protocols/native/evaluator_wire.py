"""Shapes of evaluators, of their library, and of the bench where they are tried."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from pilothouse.protocols.native.evaluation_wire import Target
from pilothouse.protocols.native.wire import Wire

Kind = Literal["judge", "pairwise", "panel", "metric", "code"]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Words = Annotated[str, StringConstraints(max_length=10_000)]
Settings = Annotated[dict[str, Any], Field(max_length=100)]
"""By kind; `POST …/evaluators/check` gives them back whole."""


class EvaluatorRow(Wire):
    id: str
    name: str
    description: str
    is_archived: bool
    is_lower_better: bool
    """Of its scores less is better."""
    created_at: int
    updated_at: int
    kind: Kind
    """Of the newest version, this and the following."""
    version: int
    about: str
    """Metric, or models that are asked."""


class Evaluators(Wire):
    items: list[EvaluatorRow]
    """By name."""


class VersionDraft(Wire):
    kind: Kind
    settings: Settings
    note: Words = ""


class EvaluatorDraft(VersionDraft):
    name: Name
    description: Words = ""
    is_lower_better: bool = False


class EvaluatorChange(Wire):
    """What is null stays."""

    name: Name | None = None
    description: Words | None = None
    is_archived: bool | None = None
    is_lower_better: bool | None = None


class EvaluatorVersion(Wire):
    version: int
    kind: Kind
    settings: dict[str, Any]
    note: str
    author_id: str
    author_name: str
    created_at: int


class Evaluator(Wire):
    id: str
    name: str
    description: str
    is_archived: bool
    is_lower_better: bool
    created_at: int
    updated_at: int
    versions: list[EvaluatorVersion]
    """The newest first."""


class JudgeTelling(Wire):
    name: str
    description: str
    prompt: str


class LibraryJudge(Wire):
    """To be copied into an evaluator, by whoever has read its prompt."""

    id: str
    targets: list[Target]
    score: dict[str, Any]
    better: Literal["high", "low", "none"]
    needs: list[str]
    """Fields that a case has to have."""
    optional: list[str]
    en: JudgeTelling
    zh: JudgeTelling


class JudgeLibrary(Wire):
    items: list[LibraryJudge]


class EvaluatorSettings(Wire):
    kind: Kind
    settings: Settings


class EvaluatorChecked(Wire):
    problem: str
    """What stands in the way, in words; empty: nothing."""
    settings: dict[str, Any] | None
    """With what was left out; null where they cannot be."""


class TrialSubject(Wire):
    """A trace, a span of it, a session, or an item of a data set; `values` by field stand before
    what is stored."""

    trace_id: str = Field(default="", max_length=800)
    span_id: str = Field(default="", max_length=800)
    session_id: str = Field(default="", max_length=800)
    item_id: str = Field(default="", max_length=800)
    experiment_id: str = Field(default="", max_length=200)
    """Whose answer the trace, or the span, is: with what was expected when it was run."""
    values: dict[str, Any] = Field(default={}, max_length=30)


class TrialSubjects(Wire):
    subjects: list[TrialSubject] = Field(min_length=1, max_length=20)


class TrialCases(Wire):
    items: list[dict[str, Any] | None]
    """The fields of each case; null: it is not there."""


class Trying(EvaluatorSettings):
    name: str = Field(default="", max_length=200)
    subjects: list[TrialSubject] = Field(min_length=1, max_length=20)


class Judgement(Wire):
    name: str
    """Empty: that of the evaluator."""
    value: bool | float | str
    reason: str


class AskedTurn(Wire):
    role: str
    text: str


class JudgeCall(Wire):
    """A model as it was asked, and what it said."""

    model: str
    span_id: str
    asked: list[AskedTurn]
    said: str
    error: str
    seconds: float
    input_tokens: int
    output_tokens: int
    cost: float | None
    """US dollars; null: nobody knows its price."""


class Trial(Wire):
    judgements: list[Judgement]
    error: str
    cost: float
    seconds: float
    run_trace_id: str
    """The evaluator's own trace; empty: it asked no model."""
    calls: list[JudgeCall]


class Tried(Wire):
    items: list[Trial]
    """In the order of the subjects."""
