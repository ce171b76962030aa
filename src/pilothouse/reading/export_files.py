"""Rows of a list in a file: CSV, JSON lines or Parquet.

Times are UTC. In CSV and Parquet, maps are JSON texts; in JSON lines they are objects.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import orjson
import pyarrow as pa

from pilothouse.domain.export import Format
from pilothouse.domain.span import Span
from pilothouse.domain.view import Listed
from pilothouse.query.answers import TraceSummary

_TEXT, _COUNT, _NUMBER, _FLAG = pa.string(), pa.int64(), pa.float64(), pa.bool_()
_TIME, _TEXTS = pa.timestamp("us", "UTC"), pa.list_(pa.string())
_MAP = pa.map_(pa.string(), pa.string())
"""Marks a dict; it is written as JSON."""

MEDIA_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.JSONL: "application/x-ndjson",
    Format.PARQUET: "application/vnd.apache.parquet",
}


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: Any
    of: Callable[[Any], Any]


def _own(type: Any, *names: str) -> list[Column]:
    """Fields of a span."""
    return [Column(name, type, lambda row, name=name: getattr(row, name)) for name in names]


def _head(type: Any, *names: str) -> list[Column]:
    return [Column(name, type, lambda row, name=name: getattr(row.head, name)) for name in names]


def _total(type: Any, *names: str) -> list[Column]:
    return [Column(name, type, lambda row, name=name: getattr(row.totals, name)) for name in names]


def _trace_name(row: TraceSummary) -> str:
    return row.head.trace_name or row.head.name


def _trace_took(row: TraceSummary) -> int | None:
    totals = row.totals
    return max(0, totals.end_time - totals.start_time) if totals.end_time else None


def _span_took(row: Span) -> int | None:
    return max(0, row.end_time - row.start_time) if row.end_time else None


_TRACES = [
    *_head(_TEXT, "trace_id"),
    Column("name", _TEXT, _trace_name),
    *_head(_TIME, "start_time"),
    *_total(_TIME, "end_time"),
    Column("duration_us", _COUNT, _trace_took),
    *_head(_TEXT, "level"),
    *_total(_COUNT, "errors", "warnings", "spans"),
    *_head(_TEXT, "input", "output", "user_id", "session_id"),
    *_head(_TEXTS, "tags"),
    *_head(_TEXT, "environment", "release", "version"),
    *_total(_TEXTS, "models"),
    *_total(_COUNT, "input_tokens", "output_tokens", "total_tokens"),
    *_total(_NUMBER, "total_cost"),
    *_total(_COUNT, "unpriced"),
    Column("scores", _MAP, lambda row: row.scores),
    Column("metadata", _MAP, lambda row: _values(row.head.metadata)),
]

_SPANS = [
    *_own(_TEXT, "trace_id", "span_id", "parent_id", "name", "kind"),
    *_own(_TIME, "start_time", "end_time", "first_token_time"),
    Column("duration_us", _COUNT, _span_took),
    *_own(_TEXT, "level", "status_message", "input", "output", "model", "provider"),
    *_own(_TEXT, "model_parameters", "finish_reason"),
    Column("usage", _MAP, lambda row: row.usage),
    *_own(_COUNT, "input_tokens", "output_tokens", "total_tokens"),
    *_own(_NUMBER, "total_cost"),
    *_own(_TEXT, "cost_source", "prompt_name"),
    *_own(_COUNT, "prompt_version"),
    Column("is_root", _FLAG, lambda row: bool(row.is_root)),
    *_own(_TEXT, "trace_name", "user_id", "session_id"),
    *_own(_TEXTS, "tags"),
    *_own(_TEXT, "environment", "release", "version", "service"),
    Column("metadata", _MAP, lambda row: _values(row.metadata)),
    Column("attributes", _MAP, lambda row: _values(row.attributes)),
]

COLUMNS: dict[Listed, list[Column]] = {"traces": _TRACES, "spans": _SPANS}


def _values(texts: dict[str, str]) -> dict[str, Any]:
    return {key: _value(text) for key, text in texts.items()}


def _value(text: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:
        return text


class Writer(Protocol):
    """Writes rows to a file, and ends it."""

    def write(self, rows: Iterable[Any]) -> None: ...

    def close(self) -> None: ...


def writer(format: Format, list: Listed, path: Path) -> Writer:
    return _WRITERS[format](COLUMNS[list], path)


class _Csv:
    def __init__(self, columns: Sequence[Column], path: Path) -> None:
        self._columns = columns
        # The mark at the beginning tells spreadsheets that this is UTF-8.
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([column.name for column in columns])

    def write(self, rows: Iterable[Any]) -> None:
        self._writer.writerows(
            [_cell(column, column.of(row)) for column in self._columns] for row in rows
        )

    def close(self) -> None:
        self._file.close()


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _cell(column: Column, value: Any) -> Any:
    if column.type == _TIME:
        return _iso(value)
    if isinstance(value, dict | list):
        value = _json(value) if value else ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        # A spreadsheet would run it.
        return f"'{value}"
    return value


class _Jsonl:
    def __init__(self, columns: Sequence[Column], path: Path) -> None:
        self._columns = columns
        self._file = path.open("wb")

    def write(self, rows: Iterable[Any]) -> None:
        for row in rows:
            values = {
                column.name: _iso(column.of(row)) if column.type == _TIME else column.of(row)
                for column in self._columns
            }
            self._file.write(orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        self._file.close()


class _Parquet:
    """A row group is written when enough has come together, so that readers may skip."""

    def __init__(self, columns: Sequence[Column], path: Path) -> None:
        self._columns = columns
        self._schema: Any = pa.schema(
            [(each.name, _TEXT if each.type == _MAP else each.type) for each in columns]
        )
        # A second library of 10 MB, which a server that never exports does without.
        import pyarrow.parquet as pq

        self._file: Any = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._waiting: list[Any] = []
        self._bytes = 0

    def write(self, rows: Iterable[Any]) -> None:
        batch: Any = pa.record_batch(
            [
                pa.array([self._plain(column, row) for row in found], type=field.type)
                for found in [list(rows)]
                for column, field in zip(self._columns, self._schema, strict=True)
            ],
            schema=self._schema,
        )
        self._waiting.append(batch)
        self._bytes += batch.nbytes
        if self._bytes > _GROUP:
            self._flush()

    @staticmethod
    def _plain(column: Column, row: Any) -> Any:
        value = column.of(row)
        if column.type == _TIME:
            return value or None
        return _json(value) if column.type == _MAP else value

    def _flush(self) -> None:
        if self._waiting:
            self._file.write_table(pa.Table.from_batches(self._waiting, self._schema))
        self._waiting, self._bytes = [], 0

    def close(self) -> None:
        self._flush()
        self._file.close()


_GROUP = 32 << 20

_WRITERS: dict[Format, Callable[[Sequence[Column], Path], Writer]] = {
    Format.CSV: _Csv,
    Format.JSONL: _Jsonl,
    Format.PARQUET: _Parquet,
}


def _iso(micros: int) -> str | None:
    """Empty for a time that is not known."""
    if not micros:
        return None
    seconds, rest = divmod(micros, 1_000_000)
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
