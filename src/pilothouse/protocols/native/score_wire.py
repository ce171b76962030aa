"""Shapes of scores, of the configs that they are held to, and of what they say together."""

from typing import Annotated, Any, Literal

from pydantic import Field, FiniteFloat, StringConstraints

from pilothouse.protocols.native.reading_wire import ScoreRow
from pilothouse.protocols.native.wire import Wire

CountedType = Literal["numeric", "boolean", "categorical"]
ConfigType = Literal["numeric", "boolean", "categorical", "text"]
Source = Literal["api", "annotation", "evaluator"]


class ListedScore(Wire):
    score: ScoreRow
    target_name: str
    """Of the trace that was scored; empty where there is none."""


class ScorePage(Wire):
    items: list[ListedScore]
    next_cursor: str | None


class ScoreChange(Wire):
    """A score as a person gives it. What it is about, exactly one of a trace (with or without a span)
    and a session, and its config are told once: a change leaves them as they were."""

    trace_id: str = Field(default="", max_length=200)
    span_id: str = Field(default="", max_length=200)
    session_id: str = Field(default="", max_length=500)
    config_id: str = Field(default="", max_length=200)
    value: bool | FiniteFloat | str
    """Of the type that the config asks for; of categories the label."""
    comment: str = Field(default="", max_length=10_000)


class ScoreIds(Wire):
    score_ids: list[str] = Field(min_length=1, max_length=1_000)


class ScoreKind(Wire):
    """Scores that mean the same: of one name and type, and if told of one source or author."""

    name: str = Field(min_length=1, max_length=500)
    data_type: CountedType
    source: Source | Literal[""] = ""
    author_id: str = Field(default="", max_length=200)
    adjudicated: bool | None = None
    """Only those that settle what people disagreed about, or only the others; null: both."""


class SeenScoreKind(Wire):
    name: str
    data_type: str
    source: str
    count: int


class SeenScoreKinds(Wire):
    items: list[SeenScoreKind]
    """The most frequent first."""


class ScoreQuestion(Wire):
    first: ScoreKind
    second: ScoreKind | None = None
    start: int
    end: int
    by: Literal["target", "trace"] = "target"
    """Whether two scores belong together that were given to the very same, or to the same trace."""
    timezone: str = "UTC"


class ScoreBin(Wire):
    """A label; or a range of numbers, or one number where both ends are equal."""

    label: str
    low: float | None
    high: float | None
    others: bool
    """All labels that are not told one by one."""


class ScoreTrend(Wire):
    columns: list[str]
    """`time`, `avg_value`, `count_count`; of categories `time`, `string_value`, `count_count`."""
    rows: list[list[Any]]
    times: list[int]
    partial: list[int]


class ScoreSummary(Wire):
    count: int
    mean: float | None
    """Of booleans the share of True; of categories none, as are the next three."""
    median: float | None
    least: float | None
    most: float | None
    bins: list[ScoreBin]
    counts: list[int]
    """By bin."""
    trend: ScoreTrend


class FreedRate(Wire):
    """A judge's mean freed of its errors, by labels of people."""

    value: float
    low: float | None
    high: float | None
    labels: int
    """Of a prediction-powered mean of an experiment: labelled items of it."""


class Estimate(Wire):
    """With its interval of 95 %, where there are pairs enough for one."""

    value: float
    low: float | None
    high: float | None


class NumberAgreement(Wire):
    pearson: Estimate | None
    spearman: Estimate | None
    mae: float
    rmse: float
    bias: float
    """Mean of the second less the first."""


class LabelAgreement(Wire):
    agreement: Estimate
    kappa: Estimate | None
    f1: float | None


class ScoreAgreement(Wire):
    pairs: int
    used: int
    """So many pairs were looked at, drawn by chance where there are more."""
    rows: list[ScoreBin]
    """Of the first."""
    columns: list[ScoreBin]
    counts: list[list[int]]
    labels: LabelAgreement | None
    """Where both are labels of the same type."""
    numbers: NumberAgreement | None
    """Where both are numbers or booleans."""
    same_scale: bool
    """Do distances between the two mean something?"""


class ScoreAnalysis(Wire):
    summaries: list[ScoreSummary]
    """Of the first, and of the second if one was asked for."""
    agreement: ScoreAgreement | None


# -- configs -----------------------------------------------------------------------------------

ConfigName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class ScoreCategory(Wire):
    label: str = Field(max_length=200)
    value: FiniteFloat


class ScoreConfigChange(Wire):
    name: ConfigName
    min_value: FiniteFloat | None = None
    max_value: FiniteFloat | None = None
    categories: list[ScoreCategory] = Field(default_factory=list, max_length=100)
    """Of a categorical score; a boolean one has its own."""
    description: str = Field(default="", max_length=2_000)
    is_archived: bool = False


class NewScoreConfig(ScoreConfigChange):
    data_type: ConfigType


class ScoreConfig(Wire):
    id: str
    name: str
    data_type: str
    min_value: float | None
    max_value: float | None
    categories: list[ScoreCategory]
    description: str
    is_archived: bool
    created_at: int
    updated_at: int


class ScoreConfigs(Wire):
    items: list[ScoreConfig]
    """By name, archived ones included."""
