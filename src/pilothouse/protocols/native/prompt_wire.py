"""Shapes of prompts, their versions and labels."""

from typing import Any, Literal

from pydantic import Field

from pilothouse.protocols.native.score_wire import Estimate, FreedRate
from pilothouse.protocols.native.wire import Wire

PromptKind = Literal["text", "chat"]
Object = dict[str, Any]

_NAME = Field(min_length=1, max_length=255)
_TAGS = Field(max_length=50)
_REASON = Field(default="", max_length=500)


class LabelAt(Wire):
    label: str
    version: int


class PromptRow(Wire):
    """One name in a list."""

    name: str
    type: PromptKind
    tags: list[str]
    versions: int
    """How many there are."""
    latest: int
    labels: list[LabelAt]
    commit_message: str
    """Of the newest version, as is its author."""
    author_name: str
    updated_at: int


class PromptFolder(Wire):
    name: str
    """Whole, with those above it."""
    prompts: int


class PromptPage(Wire):
    folders: list[PromptFolder]
    """Directly in the folder that was asked for; none where something is looked for."""
    items: list[PromptRow]
    total: int
    """Of items on all pages."""
    tags: list[str]
    """In use in the project, as are the labels."""
    labels: list[str]


class PromptVersionRow(Wire):
    """One version without its body."""

    id: str
    version: int
    labels: list[str]
    commit_message: str
    author_id: str
    author_name: str
    created_at: int


class PromptDetail(Wire):
    name: str
    type: PromptKind
    tags: list[str]
    updated_at: int
    versions: list[PromptVersionRow]
    """The newest first."""


class PromptReference(Wire):
    """One of label and version."""

    name: str
    label: str
    version: int


class PromptProblem(Wire):
    code: Literal[
        "rule",
        "reference",
        "template",
        "variable_new",
        "variable_gone",
        "not_a_variable",
        "not_a_reference",
        "config_type",
        "config_schema",
    ]
    subject: str
    """The variable, reference or key that it is about."""
    detail: str
    is_error: bool
    """It cannot be saved like this."""


class PromptChecked(Wire):
    variables: list[str]
    """With those of the parts."""
    placeholders: list[str]
    references: list[PromptReference]
    problems: list[PromptProblem]
    composed: str | list[Object] | None
    """The body with its parts in it; null where they cannot be put together."""


class PromptVersionDetail(Wire):
    id: str
    name: str
    version: int
    type: PromptKind
    prompt: str | list[Object]
    config: Any
    labels: list[str]
    tags: list[str]
    commit_message: str
    author_id: str
    author_name: str
    created_at: int
    variables: list[str]
    placeholders: list[str]
    references: list[PromptReference]
    composed: str | list[Object] | None
    composed_error: str
    """Why its parts cannot be put together."""


class PromptDraft(Wire):
    name: str = _NAME
    type: PromptKind
    prompt: str | list[Object]
    config: Any = Field(default_factory=dict[str, Any])
    labels: list[str] = Field(default_factory=list[str], max_length=50)


class NewPromptVersion(PromptDraft):
    tags: list[str] | None = Field(default=None, max_length=50)
    """Those of the name stay when absent."""
    commit_message: str = _REASON
    based_on: int | None = Field(default=None, ge=0)
    """The newest version that the author has seen; 0: there was none. It is refused where there is
    a newer one."""


class LabelChange(Wire):
    name: str = _NAME
    label: str = Field(min_length=1, max_length=36)
    version: int = Field(ge=0, le=2**31 - 1)
    """0 takes the label away."""
    reason: str = _REASON
    seen: int | None = Field(default=None, ge=0)
    """Where the caller believes it to stand; it is refused where it stands elsewhere."""


class TagsChange(Wire):
    name: str = _NAME
    tags: list[str] = _TAGS


class Duplicate(Wire):
    name: str = _NAME
    to: str = _NAME
    version: int = Field(default=0, ge=0, le=2**31 - 1)
    """0: all of them."""


class PromptLabelMove(Wire):
    """Who moved a label, when, and why. Version 0 is none."""

    name: str
    label: str
    from_version: int
    to_version: int
    reason: str
    author_id: str
    author_name: str
    moved_at: int


class PromptLabelMoves(Wire):
    items: list[PromptLabelMove]
    """The newest first."""


class ImportedFile(Wire):
    """A file as it was chosen: our JSON, Langfuse's, Prompty, or a manifest of LangChain's hub."""

    text: str = Field(min_length=1, max_length=2_000_000)
    filename: str = Field(default="", max_length=400)
    name: str = Field(default="", max_length=255)
    """Under which it is kept; empty: the one that the file tells, else the file's own."""


class ImportedVersion(Wire):
    name: str
    version: int
    is_new: bool
    """It says something else than the newest version did."""


class Imported(Wire):
    items: list[ImportedVersion]


# -- in production -------------------------------------------------------------------------------


class PromptScored(Wire):
    """What the scores of one name say: a mean, of booleans the share of yes, or of a categorical score
    the share of one category."""

    name: str
    category: str
    """Empty of all but categorical ones."""
    is_share: bool
    count: int
    value: Estimate
    freed: FreedRate | None
    """What evaluators gave of it, freed of their errors after Rogan and Gladen."""
    powered: FreedRate | None
    """The same of numbers: prediction-powered."""


class PromptFigures(Wire):
    """Of the calls with one version in a stretch of time. Intervals are of 95 %: Wilson's of shares,
    the normal one of means, that of order statistics of percentiles."""

    version: int
    start: int
    end: int
    calls: int
    traces: int
    errors: int
    error_rate: Estimate
    p50: Estimate | None
    """Microseconds; null where no call has ended."""
    p95: Estimate | None
    cost: Estimate | None
    """Dollars a call, of those whose price is known."""
    total_cost: float
    unpriced: int
    tokens: int
    first: int
    last: int
    scores: list[PromptScored]


class PromptDifference(Wire):
    """One measure of two stretches, the second less the first: of shares with Newcombe's interval, of
    means with Welch's. Latency is compared by its logarithm, and told as a factor less 1."""

    measure: Literal["errors", "latency", "cost", "score"]
    name: str
    category: str
    """Of the score."""
    value: float
    low: float
    high: float
    p: float
    """As it counts among all that were compared, after Holm."""
    enough: bool
    """Are there 30 on both sides?"""
    is_real: bool
    is_better: bool | None
    """Null of a category: nobody knows whether more of it is better."""


class PromptStay(Wire):
    """Of a label at a version."""

    label: str
    version: int
    start: int
    end: int
    figures: PromptFigures | None
    """Null where nothing was called."""


class PromptMoved(Wire):
    """A label was moved: what was before, and after, until it was moved again or a week had passed."""

    move: PromptLabelMove
    before: PromptFigures | None
    after: PromptFigures | None
    differences: list[PromptDifference]


class PromptProduction(Wire):
    start: int
    end: int
    filter: str
    versions: list[PromptFigures]
    """The highest first."""
    stays: list[PromptStay]
    """The newest first, as are the moves."""
    moves: list[PromptMoved]
    holds_back: bool
    """Calls of traces that the caller is still to annotate blind are left out."""
