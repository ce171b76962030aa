"""Shapes of annotation queues, their items, the work on them, and how far people agree."""

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat, StringConstraints

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.review import Target
from pilothouse.protocols.native.reading_wire import ScoreRow
from pilothouse.protocols.native.score_wire import Estimate, ScoreConfig
from pilothouse.protocols.native.wire import Wire

QueueName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Subject = Literal["trace", "span", "session"]
ItemStatus = Literal["pending", "completed"]
Chosen = Literal["", "random", "unsure", "disputed"]


class QueueWritten(Wire):
    name: QueueName
    description: str = Field(default="", max_length=2_000)
    instructions: str = Field(default="", max_length=50_000)
    """Markdown, for who annotates."""
    score_config_ids: list[str] = Field(min_length=1, max_length=30)
    overlap: int = Field(default=1, ge=1, le=10)
    """How many people each item needs."""
    is_blind: bool = False
    """Nobody sees what others said of an item before they have said their own."""
    assigned: list[str] = Field(default_factory=list, max_length=200)
    """Ids of the people who are asked; none: everybody may."""


class Person(Wire):
    user_id: str
    name: str


class QueueProgress(Wire):
    items: int
    completed: int
    waiting: int
    """Items that could be served to the caller now."""
    mine: int
    """Items that the caller completed."""
    skipped: int
    """Items that the caller skipped, and that are not complete."""


class QueueRow(Wire):
    id: str
    name: str
    description: str
    score_config_ids: list[str]
    overlap: int
    is_blind: bool
    assigned: list[Person]
    asked: bool
    """May the caller work on it? Those may who are assigned; everybody may where nobody is."""
    progress: QueueProgress
    created_at: int
    updated_at: int


class Queues(Wire):
    items: list[QueueRow]
    """By name."""


class QueueDetail(QueueRow):
    instructions: str
    configs: list[ScoreConfig]
    """In the order that they are asked for."""
    completed_by: dict[str, int]
    """By person how many items they completed."""
    people: list[Person]
    """Who assigned it is, or has worked on it."""


class ItemSubject(Wire):
    """A trace, a span of one, or a session."""

    trace_id: str = Field(default="", max_length=800)
    span_id: str = Field(default="", max_length=800)
    session_id: str = Field(default="", max_length=800)


class NewItems(Wire):
    subjects: list[ItemSubject] = Field(min_length=1, max_length=1_000)
    chosen: Chosen = ""
    """How they were chosen: estimates of a judge's quality rest on those that chance chose."""

    def subjects_of(self) -> list[Target]:
        """Raises BadRequest."""
        for each in self.subjects:
            if bool(each.trace_id) == bool(each.session_id) or (each.span_id and not each.trace_id):
                raise BadRequest("an item is one trace, one span of a trace, or one session")
        return [Target(each.trace_id, each.span_id, each.session_id) for each in self.subjects]


class ItemsAdded(Wire):
    added: int
    known: int
    """So many were in the queue already."""


class ItemIds(Wire):
    item_ids: list[str] = Field(min_length=1, max_length=1_000)


class ItemReview(Wire):
    user_id: str
    status: Literal["taken", "completed", "skipped"]
    finished_at: int


class QueueItemRow(Wire):
    id: str
    subject: Subject
    trace_id: str
    """Empty for a session."""
    span_id: str
    session_id: str
    name: str
    """Of the trace, span or session."""
    is_gone: bool
    preview: str
    """The first words of its input."""
    status: ItemStatus
    chosen: Chosen
    reviews: list[ItemReview]
    adjudicator_id: str
    adjudicated_at: int
    created_at: int


class QueueItemPage(Wire):
    items: list[QueueItemRow]
    total: int


# -- working -------------------------------------------------------------------------------------


class TakeAsked(Wire):
    item_id: str = Field(default="", max_length=64)
    """A certain item; empty: whichever is next."""


class Served(Wire):
    item: QueueItemRow | None
    """None: nothing is left for the caller."""
    scores: list[ScoreRow]
    """What the caller said of it before, a correction included."""
    progress: QueueProgress


class SaidScore(Wire):
    config_id: str = Field(max_length=200)
    value: bool | FiniteFloat | str
    """Of the type that the config asks for; of categories the label."""
    comment: str = Field(default="", max_length=10_000)


class ReviewWritten(Wire):
    status: Literal["completed", "skipped"]
    scores: list[SaidScore] = Field(default_factory=list, max_length=30)
    correction: str = Field(default="", max_length=200_000)
    """What the output should have been; empty: nothing to correct."""


class DecisionWritten(Wire):
    scores: list[SaidScore] = Field(min_length=1, max_length=30)


# -- agreement -----------------------------------------------------------------------------------


class PairAgreement(Wire):
    """Of two people, over what both said."""

    first: str
    second: str
    items: int
    same: Estimate
    kappa: Estimate | None
    weighted_kappa: Estimate | None
    """With quadratic weights, where the values have an order."""


class ConfigAgreement(Wire):
    config: ScoreConfig
    items: int
    """That at least two people said something of."""
    ratings: int
    """On these items."""
    people: list[str]
    same: Estimate | None
    """Share of pairs of people who say the same, the mean over the items."""
    alpha: Estimate | None
    """Krippendorff's, as the type of score asks for: nominal for labels, interval for numbers."""
    ordinal_alpha: Estimate | None
    """The same where the categories are taken in the order of their numbers."""
    level: Literal["nominal", "interval"]
    pairs: list[PairAgreement]


class Agreement(Wire):
    configs: list[ConfigAgreement]


class SaidBy(Wire):
    user_id: str
    value: float
    text: str
    comment: str


class Disputed(Wire):
    """What people say of one item by one config."""

    config_id: str
    distance: float
    """0: all say the same; 1: as far apart as can be."""
    said: list[SaidBy]
    decision: SaidBy | None


class Disagreement(Wire):
    item: QueueItemRow
    distance: float
    """Of the config they are furthest apart on."""
    configs: list[Disputed]


class Disagreements(Wire):
    items: list[Disagreement]
    """Furthest apart first."""
    total: int
