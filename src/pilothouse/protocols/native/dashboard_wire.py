"""Shapes of dashboards. Sizes are bounded, so that one page can draw every dashboard."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from pilothouse.protocols.native.question_wire import Bucket, ChartMeasure
from pilothouse.protocols.native.wire import Wire

COLUMNS = 12
MOST_ROWS = 1_000
MOST_WIDGETS = 60

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Kind = Literal["line", "area", "bar", "pie", "number", "histogram", "heatmap", "table", "top"]


class WidgetQuestion(Wire):
    """A chart question without its time, which the dashboard has."""

    view: Literal["spans", "traces"] = "spans"
    measures: list[ChartMeasure] = Field(min_length=1, max_length=10)
    dimensions: list[str] = Field(default_factory=list, max_length=2)
    bucket: Bucket = "none"
    filter: str = Field(default="", max_length=4_000)
    order: str = Field(default="", max_length=200)
    limit: int = Field(default=1000, ge=1, le=10_000)


class Widget(Wire):
    """A chart and its place in a grid of twelve columns."""

    id: Id
    title: str = Field(default="", max_length=100)
    """Empty: told by its question."""
    kind: Kind
    question: WidgetQuestion
    compare: bool = False
    """Draw the range before as well, where the kind is drawn over time."""
    x: int = Field(ge=0, lt=COLUMNS)
    y: int = Field(ge=0, lt=MOST_ROWS)
    w: int = Field(ge=1, le=COLUMNS)
    h: int = Field(ge=1, le=24)


class DashboardChange(Wire):
    name: Name
    widgets: list[Widget] = Field(max_length=MOST_WIDGETS)
    revision: int = Field(default=0, ge=0, le=2**31)
    """The one that this change is based on; 0: there is no dashboard of this id yet."""


class Dashboard(Wire):
    id: str
    name: str
    widgets: list[Widget]
    revision: int
    created_at: int
    updated_at: int


class DashboardRow(Wire):
    """A dashboard in the list."""

    id: str
    name: str
    kinds: list[Kind]
    """Of its widgets, in their order."""
    revision: int
    created_at: int
    updated_at: int


class Dashboards(Wire):
    items: list[DashboardRow]
    """The last changed first."""
