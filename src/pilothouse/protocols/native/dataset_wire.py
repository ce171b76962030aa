"""Shapes of data sets, their items, experiments over them, and comparisons of those."""

from typing import Any, Literal

from pydantic import Field

from pilothouse.protocols.native.score_wire import FreedRate
from pilothouse.protocols.native.wire import Wire

_NAME = Field(min_length=1, max_length=500)
Status = Literal["active", "archived"]


class DatasetRow(Wire):
    id: str
    name: str
    description: str
    items: int
    """Active ones."""
    experiments: int
    updated_at: int


class DatasetFolder(Wire):
    name: str
    """Whole, from the outermost folder on."""
    datasets: int
    """In it and below it."""


class DatasetPage(Wire):
    folders: list[DatasetFolder]
    """Directly in the folder that was asked for; none where something is looked for."""
    items: list[DatasetRow]
    total: int


class DatasetDetail(DatasetRow):
    metadata: Any
    input_schema: Any
    expected_output_schema: Any
    created_at: int
    splits: dict[str, int]
    """Active items of each; empty: without one."""
    tags: dict[str, int]


class NewDataset(Wire):
    name: str = _NAME
    description: str = Field(default="", max_length=10_000)
    metadata: Any = None
    input_schema: Any = None
    """JSON Schema that the input of every item fits; null: anything does."""
    expected_output_schema: Any = None


class DatasetChange(Wire):
    """What is not told stays."""

    name: str | None = Field(default=None, min_length=1, max_length=500)
    description: str | None = Field(default=None, max_length=10_000)
    metadata: Any = None
    input_schema: Any = None
    expected_output_schema: Any = None


class DatasetItem(Wire):
    id: str
    status: Status
    input: Any
    expected_output: Any
    metadata: Any
    source_trace_id: str
    source_span_id: str
    split: str
    """Empty: none."""
    tags: list[str]
    created_at: int
    valid_from: int
    """When this version began to hold."""
    valid_to: int
    """0: it still does."""


class DatasetItemPage(Wire):
    items: list[DatasetItem]
    total: int


class DatasetItems(Wire):
    items: list[DatasetItem]


class ItemWritten(Wire):
    id: str = Field(default="", max_length=800)
    """Of an item that is there: a new version of it. Empty: a new item."""
    status: Status = "active"
    input: Any = None
    expected_output: Any = None
    metadata: Any = None
    source_trace_id: str = Field(default="", max_length=800)
    source_span_id: str = Field(default="", max_length=800)
    split: str | None = Field(default=None, max_length=100)
    """Null: stays, and is none on a new item; so with tags."""
    tags: list[str] | None = Field(default=None, max_length=50)


class ItemsWritten(Wire):
    items: list[ItemWritten] = Field(min_length=1, max_length=1_000)


class Source(Wire):
    trace_id: str = Field(min_length=1, max_length=800)
    span_id: str = Field(default="", max_length=800)
    """Empty: the head of the trace."""


class Sources(Wire):
    sources: list[Source] = Field(min_length=1, max_length=200)


# -- experiments ---------------------------------------------------------------------------------


class ExperimentRun(Wire):
    """Of an experiment that the server runs."""

    status: Literal["waiting", "running", "done", "failed", "cancelled"]
    total: int
    done: int
    failed: int


class ExperimentRow(Wire):
    id: str
    name: str
    description: str
    dataset_id: str
    dataset_name: str
    started_at: int
    items: int
    """Attempts; an item that was repeated counts each time."""
    run: ExperimentRun | None
    """Null: something else than the server runs it."""


class ExperimentPage(Wire):
    items: list[ExperimentRow]
    total: int


class MetricMean(Wire):
    metric: str
    value: float
    low: float | None
    high: float | None
    count: int
    """Items that have a value."""
    lower_is_better: bool
    freed: FreedRate | None
    """After Rogan and Gladen, by the judge's errors anywhere. Null: no judge that says yes or no, or
    people labelled nothing of it."""
    powered: FreedRate | None
    """Prediction-powered, by labels of items of this experiment. Null: there are none."""


class TrendPoint(Wire):
    id: str
    name: str
    started_at: int
    metrics: list[MetricMean]
    """With plain errors of the mean."""


class Trend(Wire):
    points: list[TrendPoint]
    """The oldest first."""


class ExperimentDetail(ExperimentRow):
    metadata: Any
    repetitions: float
    """Attempts an item, in the mean."""
    metrics: list[MetricMean]


class Attempt(Wire):
    trace_id: str
    span_id: str
    output: Any
    scores: dict[str, float]
    latency: float | None
    """Seconds."""
    cost: float | None
    failed: bool | None


class ComparedItem(Wire):
    item_id: str
    input: Any
    expected_output: Any
    metadata: Any
    attempts: list[list[Attempt]]
    """By experiment, in the order asked for."""
    means: list[float | None]
    """Of the metric asked about, in the same order."""


class ComparedItems(Wire):
    items: list[ComparedItem]
    total: int


class Experiments(Wire):
    """By id or by name; of several of one name the newest."""

    baseline: str = Field(min_length=1, max_length=500)
    candidates: list[str] = Field(min_length=1, max_length=8)
    dataset: str = Field(default="", max_length=500)
    """Name of their data set, where the names of experiments alone could be mistaken."""


class ComparisonAsked(Experiments):
    metrics: list[str] = Field(default=[], max_length=100)
    """Names of scores, `latency`, `cost`, `failures`; none: all that can be compared."""
    margin: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Loss of a score that does not matter."""
    margins: dict[str, float] = Field(default={}, max_length=100)
    """By metric, where another margin holds."""
    lower_is_better: list[str] = Field(default=[], max_length=100)
    """Beside those of which an evaluator of that name says so."""
    cluster_by: str = Field(default="", max_length=200)
    """Key of the items' metadata; items with the same value count as one source."""
    slice_by: str = Field(default="", max_length=200)
    """Key of the items' metadata, or `tags` or `split`; each value is compared by itself too."""


class ItemsAsked(Wire):
    """By id or by name, as in a comparison; without candidates the items of one experiment."""

    baseline: str = Field(min_length=1, max_length=500)
    candidates: list[str] = Field(default=[], max_length=8)
    dataset: str = Field(default="", max_length=500)
    metric: str = Field(min_length=1, max_length=500)
    lower_is_better: bool = False
    """Also without it where an evaluator of that name says so."""
    show: Literal["all", "better", "worse", "different"] = "all"
    limit: int = Field(default=50, ge=1, le=100)
    offset: int = Field(default=0, ge=0, le=10_000_000)


class DifferenceTold(Wire):
    """Candidate less baseline, over the items that have a value in both."""

    pairs: int
    baseline: float
    candidate: float
    value: float
    low: float | None
    """Of the interval of 95 %."""
    high: float | None
    p: float
    """Alone; `p_together` counts all metrics."""
    method: str
    interval: str
    up: int
    down: int
    clusters: int | None
    smallest: float | None
    """Difference that as many items would show four times in five."""
    enough: bool
    """Could so few pairs differ significantly at all?"""


class MetricTold(Wire):
    metric: str
    higher_is_better: bool
    is_known: bool
    """That less is better, by an evaluator of that name, or as it is so of every experiment."""
    freed_baseline: FreedRate | None
    freed_candidate: FreedRate | None
    powered_baseline: FreedRate | None
    powered_candidate: FreedRate | None
    margin: float
    verdict: Literal["better", "worse", "equivalent", "cannot tell"]
    not_worse: bool
    p_together: float
    baseline_missing: int
    candidate_missing: int
    noise: float | None
    difference: DifferenceTold | None
    """Null: no item has a value in both."""


class SliceTold(Wire):
    value: str
    told: MetricTold


class AgainstBaseline(Wire):
    experiment: ExperimentRow
    outcome: Literal["pass", "fail", "cannot tell"]
    """Of the metrics asked for, or of all scores."""
    items: int
    only_baseline: int
    only_candidate: int
    repetitions: float
    metrics: list[MetricTold]
    slices: dict[str, list[SliceTold]]


class ComparisonTold(Wire):
    baseline: ExperimentRow
    family: int
    candidates: list[AgainstBaseline]
