"""Shapes of experiments that the server runs, of rules, and of what evaluators were asked."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from pilothouse.protocols.native.playground_wire import ModelCall, Syntax
from pilothouse.protocols.native.reading_wire import Message
from pilothouse.protocols.native.wire import Wire

Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Target = Literal["span", "trace", "session"]
Status = Literal["waiting", "running", "done", "failed", "held"]
JobStatus = Literal["waiting", "running", "done", "failed", "cancelled"]


class ChosenEvaluator(Wire):
    evaluator_id: Id
    version: int = Field(default=0, ge=0, le=2**31 - 1)
    """0: the newest."""
    against: str = Field(default="", max_length=200)
    """Id of the experiment that a pairwise judge sets the outputs against."""


class ReplayAsked(Wire):
    """Calls of models in production instead of a data set. Times in microseconds, half-open."""

    start: int = Field(ge=0)
    end: int = Field(ge=1)
    filter: str = Field(default="", max_length=10_000)
    most: int = Field(default=1_000, ge=1, le=10_000)
    """Of more, a random part is taken."""


class ExperimentAsked(ModelCall):
    """One prompt and model over a data set, or over calls of production."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    messages: list[Message] = Field(default=[], max_length=1_000)
    """Templates. None: those of the prompt; of a replay without a prompt, those that were sent."""
    syntax: Syntax = "mustache"
    dataset_id: str = Field(default="", max_length=64)
    at: int = Field(default=0, ge=0)
    """The state of the data set, microseconds; 0: as it is now."""
    split: str = Field(default="", max_length=100)
    tags: list[str] = Field(default=[], max_length=50)
    item_ids: list[str] = Field(default=[], max_length=10_000)
    """Empty: all."""
    replay: ReplayAsked | None = None
    mapping: dict[str, str] = Field(default={}, max_length=200)
    """By variable or placeholder the path into `input`, `expected_output` or `metadata` of an item."""
    repetitions: int = Field(default=1, ge=1, le=50)
    concurrency: int = Field(default=4, ge=1, le=64)
    per_minute: int = Field(default=0, ge=0, le=1_000_000)
    """Calls begun in a minute; 0: without limit."""
    retries: int = Field(default=2, ge=0, le=10)
    evaluators: list[ChosenEvaluator] = Field(default=[], max_length=50)


class PlanEstimate(Wire):
    items: int
    calls: int
    input_tokens: int
    output_tokens: int
    cost: float | None
    """US dollars of the model; null: nobody knows its price."""
    judging: float | None
    """US dollars of the evaluators, by what they cost lately; null: one has never worked."""
    problems: list[str]
    """Why some items cannot be run, each told once."""
    broken: int
    """Such items, of the first 200."""


class Begun(Wire):
    experiment_id: str


class JobTold(Wire):
    status: JobStatus
    total: int
    done: int
    failed: int
    cost: float
    """US dollars so far."""
    error: str
    created_at: int
    finished_at: int


class EvaluatorStanding(Wire):
    evaluator_id: str
    name: str
    """Empty: it is not there any more."""
    version: int
    waiting: int
    done: int
    failed: int
    held: int
    cost: float


class RunTold(Wire):
    """How far an experiment is. A job that is null: something else than the server runs it."""

    job: JobTold | None
    plan: dict[str, Any] | None
    evaluators: list[EvaluatorStanding]


class AnsweredItem(Wire):
    item_id: str
    trace_id: str
    span_id: str
    """Empty: the whole trace."""
    started_at: int


class AnsweredItems(Wire):
    items: list[AnsweredItem]
    total: int


class Resumed(Wire):
    failed: bool = False
    """Items and evaluations that failed are tried anew."""


class Evaluated(Wire):
    evaluators: list[ChosenEvaluator] = Field(min_length=1, max_length=50)


class Asked(Wire):
    new: int


class EvaluationTold(Wire):
    id: str
    evaluator_id: str
    version: int
    trace_id: str
    span_id: str
    session_id: str
    status: Status
    attempts: int
    error: str
    cost: float
    run_trace_id: str
    """The evaluator's own trace; empty: it made none."""
    run_at: int
    created_at: int
    finished_at: int


class EvaluationPage(Wire):
    items: list[EvaluationTold]
    """The newest first."""


# -- rules ---------------------------------------------------------------------------------------


class RuleWritten(Wire):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    evaluator_id: Id
    evaluator_version: int = Field(default=0, ge=0, le=2**31 - 1)
    """0: always the newest."""
    target: Target = "trace"
    filter: str = Field(default="", max_length=10_000)
    sampling: float = Field(default=1.0, gt=0, le=1)
    delay: int = Field(default=30, ge=0, le=604_800)
    """Seconds without news before it is judged."""
    daily_budget: float | None = Field(default=None, ge=0, le=1_000_000)
    """US dollars; null: no limit of its own."""
    is_active: bool = True


class RuleRow(Wire):
    id: str
    name: str
    evaluator_id: str
    evaluator_version: int
    """0: always the newest."""
    evaluator_name: str
    """Empty: it is not there any more."""
    further: list[str]
    """Names of evaluators that judge the same besides."""
    target: Target
    filter: str
    sampling: float
    delay: int
    """Seconds."""
    daily_budget: float | None
    is_active: bool
    seen_until: int
    """Receipt up to which it has looked."""
    author_id: str
    created_at: int
    updated_at: int
    waiting: int
    """Evaluations of the last seven days, this and the following."""
    done: int
    failed: int
    held: int
    cost: float
    spent_today: float
    """US dollars."""
    backfill: JobTold | None


class Rules(Wire):
    items: list[RuleRow]


class History(Wire):
    """Microseconds, half-open."""

    start: int = Field(ge=0)
    end: int = Field(ge=1)


class BackfillEstimate(Wire):
    found: int
    chosen: int
    cost: float | None
    """US dollars, by what the evaluator cost lately; null: it has not worked yet."""
