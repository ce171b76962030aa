"""Shapes of saved views and exports of lists."""

from typing import Literal

from pydantic import Field

from pilothouse.protocols.native.wire import Wire

Listed = Literal["traces", "spans"]


class ViewQuery(Wire):
    """What the address of a list holds; empty and 0 for what it does not."""

    filter: str = Field(default="", max_length=8_000)
    columns: str = Field(default="", max_length=2_000)
    order: str = Field(default="", max_length=32)
    range: str = Field(default="", max_length=8)
    start: int = 0
    end: int = 0
    measure: str = Field(default="", max_length=32)
    """Of the strip above the table."""


class SavedView(Wire):
    id: str
    list: Listed
    name: str
    shared: bool
    own: bool
    changeable: bool
    """May the caller rename, update and delete it?"""
    default: bool
    """Does it open when the caller asks for nothing special?"""
    query: ViewQuery
    updated_at: int


class SavedViews(Wire):
    items: list[SavedView]


class NewView(Wire):
    list: Listed
    name: str = Field(min_length=1, max_length=100)
    shared: bool = False
    query: ViewQuery


class ViewPatch(Wire):
    """What is absent stays."""

    name: str | None = Field(default=None, min_length=1, max_length=100)
    shared: bool | None = None
    query: ViewQuery | None = None


class DefaultView(Wire):
    view_id: str
    """Empty: none."""


class NewExport(Wire):
    list: Listed
    format: Literal["csv", "jsonl", "parquet"]
    start: int
    end: int
    filter: str = ""
    order: str = ""


class Export(Wire):
    id: str
    list: Listed
    format: Literal["csv", "jsonl", "parquet"]
    filter: str
    start: int
    end: int
    status: Literal["waiting", "running", "done", "failed"]
    rows: int
    """Written so far."""
    total: int
    """To write; 0 until counted."""
    cut: bool
    """There were more rows than the server's limit."""
    bytes: int
    error: str
    created_at: int
    finished_at: int
    expires_at: int
    """The file is kept until then."""
    url: str
    """Where the file lies when it is done; asks for the same permission as reading."""


class Exports(Wire):
    items: list[Export]


class TraceIds(Wire):
    trace_ids: list[str] = Field(min_length=1, max_length=1_000)
