"""Shapes of files that become items of a data set, and of files made of them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from pilothouse.protocols.native.wire import Wire

FileFormat = Literal["csv", "jsonl", "json", "parquet"]
ValueType = Literal["text", "number", "boolean", "json", "as it is"]
ColumnName = Annotated[str, Field(max_length=10_000)]


class ColumnPart(Wire):
    """One value of an item: of one column as it is, or an object of columns by their names."""

    columns: list[ColumnName] = Field(default=[], max_length=500)
    as_object: bool = False


class FileColumns(Wire):
    """Which columns of a file become what."""

    input: ColumnPart = ColumnPart()
    expected_output: ColumnPart = ColumnPart()
    metadata: ColumnPart = ColumnPart()
    id: ColumnName = ""
    """Items that are there under the id get a new version. Empty: ids follow from the file's
    content, so that the same file brings the same items."""
    split: ColumnName = ""
    tags: ColumnName = ""
    types: dict[ColumnName, ValueType] = Field(default={}, max_length=500)
    """How cells are read."""


class ColumnSeen(Wire):
    name: str
    kinds: dict[Literal["text", "number", "boolean", "object", "list", "empty"], int]
    """Rows that have what in it."""
    type: ValueType
    """As its cells are best read."""


class RowProblem(Wire):
    row: int
    """In CSV as a spreadsheet counts, heads first; in JSON lines the line."""
    reason: str


class FilePreview(Wire):
    format: FileFormat
    encoding: str
    """Of a text; else empty."""
    encodings: list[str]
    """What can be told instead."""
    size: int
    rows: int
    columns: list[ColumnSeen]
    first: list[dict[str, Any]]
    """Rows, long values cut."""
    bad: int
    problems: list[RowProblem]
    suggested: FileColumns


class FileBrought(Wire):
    rows: int
    added: int
    changed: int
    """New versions of items that were there."""
    unchanged: int
    bad: int
    problems: list[RowProblem]
    """The first of the bad rows."""
    written: bool
    """False: nothing was written, as some rows are bad."""


class ExportFit(Wire):
    items: int
    skipped: int
    """Items that have no place in the format."""
    reasons: dict[str, int]
    named: dict[str, str]
    """Some of them by id, and why."""
