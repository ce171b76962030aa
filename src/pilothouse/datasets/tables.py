"""Files as tables: CSV, JSON lines, JSON and Parquet, read row by row, however long they are.

A row that cannot be read says why and is no end of the file. Rows are numbered as people find them:
by lines in JSON lines, from 1 in JSON and Parquet, and as a spreadsheet does in CSV, whose heads are
row 1.
"""

import csv
import json
from base64 import b64encode
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Protocol

import pyarrow as pa

from pilothouse.datasets.encodings import ENCODINGS, codec_of, encoding_of
from pilothouse.domain.errors import BadRequest, TooLarge

MOST_ROWS = 1_000_000
MOST_ROW_CHARS = 4 << 20
MOST_COLUMNS = 500

_PIECE = 1 << 18
_DELIMITERS = ",\t;|"

csv.field_size_limit(MOST_ROW_CHARS)


class Format(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"
    JSON = "json"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    values: dict[str, Any]
    problem: str = ""
    """Why it could not be read."""


class Table(Protocol):
    """May be read more than once."""

    format: Format
    encoding: str
    """Of a text; else empty."""

    def rows(self) -> Iterator[Row]:
        """Raises BadRequest where the rest cannot be read, TooLarge where there are too many."""
        ...


def open_table(path: Path, name: str, encoding: str = "") -> Table:
    """The format is told by the file's name and its first bytes. Raises BadRequest."""
    if encoding and encoding not in ENCODINGS:
        raise BadRequest(f"encodings are: {', '.join(ENCODINGS)}")
    with path.open("rb") as file:
        head = file.read(4)
    if not head:
        raise BadRequest("the file is empty")
    if head == b"PAR1":
        return Parquet(path)
    for begin, what in _UNREAD.items():
        if head.startswith(begin):
            raise BadRequest(f"{what}; CSV, JSON lines, JSON and Parquet are")
    ending = name.lower().rpartition(".")[2]
    if ending in ("csv", "tsv", "tab", "txt"):
        return Csv(path, encoding or encoding_of(path))
    if ending in ("jsonl", "ndjson", "json"):
        told = encoding or encoding_of(path)
        return _json_table(path, told) if ending == "json" else JsonLines(path, told)
    raise BadRequest("the file's name ends with .csv, .tsv, .jsonl, .ndjson, .json or .parquet")


_UNREAD = {
    b"PK\x03\x04": "spreadsheets (.xlsx) and archives are not read",
    b"\x1f\x8b": "compressed files are not read",
    b"\xd0\xcf\x11\xe0": "spreadsheets (.xls) are not read",
}


# -- CSV -----------------------------------------------------------------------------------------


class Csv:
    """With heads in its first row; the delimiter is the one that these have most of."""

    format = Format.CSV

    def __init__(self, path: Path, encoding: str) -> None:
        self._path = path
        self.encoding = encoding

    @cached_property
    def delimiter(self) -> str:
        with _text(self._path, self.encoding) as file:
            lines = iter(lambda: file.readline(MOST_ROW_CHARS), "")
            first = next((line for line in lines if line.strip()), "")
        unquoted = "".join(first.split('"')[::2])
        return max(_DELIMITERS, key=unquoted.count)

    def rows(self) -> Iterator[Row]:
        with _reading(self._path, self.encoding) as file:
            reader = csv.reader(file, delimiter=self.delimiter, strict=True)
            heads: list[str] | None = None
            number = 0
            while True:
                number += 1
                try:
                    cells = next(reader)
                except StopIteration:
                    break
                except csv.Error as error:
                    if heads is None:
                        raise BadRequest(f"the heads cannot be read: {error}") from error
                    yield Row(number, {}, _quotes(error))
                    continue
                if heads is None:
                    heads = _heads(cells) if any(cells) else None
                elif len(cells) > len(heads):
                    yield Row(number, {}, f"has {len(cells)} cells under {len(heads)} heads")
                elif any(cells):
                    _count(number - 1)
                    yield Row(number, dict(zip(heads, cells, strict=False)))
            if heads is None:
                raise BadRequest("the file has no heads in its first row")


def _quotes(error: csv.Error) -> str:
    if "unexpected end of data" in str(error) or "field larger" in str(error):
        return "a quote is opened and not closed; what follows it was read as one cell"
    return f"cannot be read: {error}"


def _heads(cells: list[str]) -> list[str]:
    heads = [cell.strip() or f"column {place}" for place, cell in enumerate(cells, 1)]
    if len(heads) > MOST_COLUMNS:
        raise BadRequest(f"the file has {len(heads)} columns; at most {MOST_COLUMNS} are read")
    twice = {head for head in heads if heads.count(head) > 1}
    if twice:
        raise BadRequest(f"more than one column is called {min(twice)!r}")
    return heads


# -- JSON ----------------------------------------------------------------------------------------


class JsonLines:
    """An object a line."""

    format = Format.JSONL

    def __init__(self, path: Path, encoding: str) -> None:
        self._path = path
        self.encoding = encoding

    def rows(self) -> Iterator[Row]:
        with _reading(self._path, self.encoding) as file:
            number = 0
            while line := file.readline(MOST_ROW_CHARS + 1):
                number += 1
                if len(line) > MOST_ROW_CHARS:
                    while not line.endswith("\n") and line:
                        line = file.readline(MOST_ROW_CHARS)
                    yield Row(number, {}, f"has more than {MOST_ROW_CHARS} characters")
                elif line.strip():
                    _count(number)
                    yield _from_line(number, line)


def _from_line(number: int, line: str) -> Row:
    try:
        return _from_value(number, JSON.decode(line))
    except (ValueError, RecursionError) as error:
        return Row(number, {}, f"is no JSON: {str(error)[:200]}")


class Json:
    """An array of objects, or an object one of whose members is such an array."""

    format = Format.JSON

    def __init__(self, path: Path, encoding: str) -> None:
        self._path = path
        self.encoding = encoding

    def rows(self) -> Iterator[Row]:
        with _reading(self._path, self.encoding) as file:
            for number, value in enumerate(_elements(_Text(file)), 1):
                _count(number)
                yield _from_value(number, value)


def _json_table(path: Path, encoding: str) -> Table:
    """Files of JSON lines are often called .json, too."""
    with _reading(path, encoding) as file:
        line = file.readline(MOST_ROW_CHARS)
        while line and not line.strip():
            line = file.readline(MOST_ROW_CHARS)
        try:
            whole = isinstance(JSON.decode(line), dict)
        except (ValueError, RecursionError):
            whole = False
        return JsonLines(path, encoding) if whole and file.read(1) else Json(path, encoding)


def _from_value(number: int, value: Any) -> Row:
    if not isinstance(value, dict):
        return Row(number, {}, "is no object")
    if len(value) > MOST_COLUMNS:
        return Row(number, {}, f"has more than {MOST_COLUMNS} members")
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return Row(number, {}, "has half a character (a surrogate without its other half)")
    return Row(number, value)


JSON = json.JSONDecoder(parse_constant=lambda _: None)
"""NaN and Infinity are not JSON, but written by some; they stand for what is missing."""
_SPACE = " \t\r\n\ufeff"


class _Text:
    """What is left of a text, read piece by piece."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._buffer = ""
        self._at = 0

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._buffer) and self._buffer[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def take(self, character: str) -> bool:
        found = self.peek() == character
        self._at += found
        return found

    def value(self) -> Any:
        """Raises ValueError."""
        self.peek()
        while True:
            try:
                value, end = JSON.raw_decode(self._buffer, self._at)
            except (ValueError, RecursionError) as error:
                left = len(self._buffer) - self._at
                if left > MOST_ROW_CHARS or not self._more():
                    raise ValueError(str(error)) from error
                continue
            # A number may go on in the next piece.
            if end == len(self._buffer) and self._more():
                continue
            self._at = end
            return value

    def _more(self) -> bool:
        # Twice as much each time, so that a long value is not read over and over.
        self._buffer = self._buffer[self._at :]
        self._at = 0
        piece = self._file.read(max(_PIECE, len(self._buffer)))
        self._buffer += piece
        return piece != ""


def _elements(text: _Text) -> Iterator[Any]:
    try:
        if text.take("{"):
            yield from _in_object(text)
        elif text.take("["):
            yield from _in_array(text)
        else:
            raise BadRequest("the file is no array of objects")
    except ValueError as error:
        raise BadRequest(f"the file is no JSON: {str(error)[:200]}") from error


def _in_object(text: _Text) -> Iterator[Any]:
    while not text.take("}"):
        text.value()
        if not text.take(":"):
            raise ValueError("a colon is missing")
        if text.take("["):
            yield from _in_array(text)
            return
        text.value()
        text.take(",")
        if not text.peek():
            raise ValueError("it ends too early")
    raise BadRequest("the file is an object that has no array of objects")


def _in_array(text: _Text) -> Iterator[Any]:
    if text.take("]"):
        return
    while True:
        yield text.value()
        if text.take("]"):
            return
        if not text.take(","):
            raise ValueError("a comma is missing, or it ends too early")


# -- Parquet -------------------------------------------------------------------------------------


class Parquet:
    format = Format.PARQUET
    encoding = ""

    def __init__(self, path: Path) -> None:
        self._path = path

    def rows(self) -> Iterator[Row]:
        # Takes memory that most servers never need.
        import pyarrow.parquet as pq

        try:
            with pq.ParquetFile(self._path) as file:
                if file.metadata.num_rows > MOST_ROWS:
                    _count(file.metadata.num_rows)
                names = file.schema_arrow.names
                if len(names) > MOST_COLUMNS or len(set(names)) < len(names):
                    raise BadRequest(f"at most {MOST_COLUMNS} columns are read, each called once")
                number = 0
                for batch in file.iter_batches(batch_size=500):
                    for values in batch.to_pylist(maps_as_pydicts="lossy"):
                        number += 1
                        yield Row(number, {name: _plain(one) for name, one in values.items()})
        except (pa.ArrowException, OSError) as error:
            raise BadRequest(f"the file is no Parquet: {str(error)[:200]}") from error


def _plain(value: Any) -> Any:
    """As JSON has it."""
    match value:
        case None | str() | bool() | int():
            return value
        case float():
            return value if value - value == 0 else None
        case dict():
            return {str(key): _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case bytes():
            return _text_of(value)
        case date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case _:
            return str(value)


def _text_of(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return b64encode(value).decode()


# -- text ----------------------------------------------------------------------------------------


@contextmanager
def _reading(path: Path, encoding: str) -> Generator[IO[str], None, None]:
    """The text, open. Raises BadRequest where it is not of that encoding."""
    try:
        with _text(path, encoding) as file:
            yield file
    except UnicodeError as error:
        raise BadRequest(f"the file cannot be read as {encoding}") from error


def _text(path: Path, encoding: str) -> IO[str]:
    return path.open(encoding=codec_of(encoding), newline="")


def _count(rows: int) -> None:
    if rows > MOST_ROWS:
        raise TooLarge(f"the file has more than {MOST_ROWS} rows")
