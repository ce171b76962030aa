"""Shapes of calibration cards: what a judge's scores are worth by labels of people."""

from typing import Any, Literal

from pydantic import Field, FiniteFloat

from pilothouse.protocols.native.annotation_wire import Chosen
from pilothouse.protocols.native.score_wire import Estimate, FreedRate
from pilothouse.protocols.native.wire import Wire

Basis = Literal["auto", "random", "all"]


class CardAsked(Wire):
    judge: str = Field(min_length=1, max_length=500)
    """Name of the scores that an evaluator gave."""
    people: str = Field(default="", max_length=500)
    """Name of the scores that people gave; empty: the same."""
    version: str = Field(default="", max_length=500)
    """An evaluator's id, or id and version as `id/version`; empty: the newest."""
    start: int
    end: int
    """When it judged. What people said counts whenever they said it."""
    threshold: FiniteFloat | None = None
    """From which a number is a yes."""
    positive: str = Field(default="", max_length=500)
    """Category that is a yes."""
    basis: Basis = "auto"
    """Labels that estimates rest on: those that chance chose, or those that people chose by hand too;
    `auto` takes the former once there are 30."""


class JudgeVersion(Wire):
    key: str
    evaluator_id: str
    version: str
    count: int
    last: int


class LabelCounts(Wire):
    used: int
    random: int
    by_hand: int
    telling: int
    """Labelled because the judge was unsure or its versions disagree: left out of estimates."""
    undecided: int
    waiting: int
    """Chosen by chance and not labelled yet."""
    basis: Basis


class ConfusionMatrix(Wire):
    hits: int
    false_alarms: int
    misses: int
    rejections: int


class JudgeRates(Wire):
    tpr: Estimate | None
    tnr: Estimate | None
    precision: Estimate | None
    accuracy: Estimate | None
    kappa: Estimate | None


class CorrectedRate(Wire):
    """After Rogan and Gladen."""

    rate: Estimate | None
    """None: the labels do not tell it (TPR + TNR <= 1, or only one of yes and no was labelled)."""
    shaky: bool
    """Does the judge hardly tell yes from no?"""


class PoweredMean(Wire):
    """Prediction-powered."""

    mean: Estimate
    trust: float
    """Weight of the judge, from 0 (the labels alone) to 1."""


class JudgeDistances(Wire):
    error: Estimate
    bias: Estimate
    """Mean of the judge less people."""
    pearson: Estimate | None
    spearman: Estimate | None


class LabelCell(Wire):
    people: str
    judge: str
    count: int


class LabelRates(Wire):
    """Of one category against all others."""

    label: str
    raw: Estimate
    """Share of what was judged that the judge gave it to."""
    recall: Estimate | None
    precision: Estimate | None
    corrected: Estimate | None
    """The share, after Rogan and Gladen; None where the labels do not tell it."""
    powered: Estimate
    """The share, prediction-powered."""


class CalibrationCard(Wire):
    judge: str
    people: str
    data_type: str
    people_type: str | None
    """None: people said nothing yet."""
    versions: list[JudgeVersion]
    """The newest first."""
    version: str
    judged: int
    weighted: bool
    """Do scores weigh by how probable it was to be judged?"""
    raw: Estimate | None
    labelled: LabelCounts
    confusion: ConfusionMatrix | None
    rates: JudgeRates | None
    corrected: CorrectedRate | None
    powered: PoweredMean | None
    distances: JudgeDistances | None
    cells: list[LabelCell]
    of_labels: list[LabelRates]
    same: Estimate | None
    """Of categories, the share that the judge says as people do."""
    kappa: Estimate | None
    people_alpha: Estimate | None
    """Krippendorff's alpha of people among themselves."""


class FreedMean(Wire):
    """Of a judge's yes and no `freed`, after Rogan and Gladen; of its numbers `powered`."""

    freed: FreedRate | None
    powered: FreedRate | None


class FreedChartRow(Wire):
    keys: list[Any]
    """Time and dimensions, as the chart's own row begins."""
    means: list[FreedMean | None]
    """By measure."""


class FreedChart(Wire):
    rows: list[FreedChartRow]
    """Those alone that have a mean of a judge that people labelled."""


class NextAsked(CardAsked):
    count: int = Field(default=30, ge=1, le=500)
    random_share: float = Field(default=0.5, ge=0.2, le=1)
    """Part that chance chooses: estimates rest on it alone."""


class NextItem(Wire):
    trace_id: str
    span_id: str
    session_id: str
    chosen: Chosen


class NextItems(Wire):
    items: list[NextItem]
