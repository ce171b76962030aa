"""Rows in a file: JSON, JSON lines or CSV, compressed where that is asked for."""

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from pilothouse.domain.storage_export import FileType

Row = dict[str, Any]

MEDIA_TYPES = {
    FileType.JSON: "application/json",
    FileType.JSONL: "application/x-ndjson",
    FileType.CSV: "text/csv; charset=utf-8",
}


def ending(type: FileType, *, compressed: bool) -> str:
    return f".{type.value}{'.gz' if compressed else ''}"


def write(
    path: Path, rows: Iterable[Row], type: FileType, columns: Sequence[str], *, compressed: bool
) -> int:
    """Gives how many rows there were. Values in CSV that are no text or number are JSON."""
    count = 0

    def counted() -> Iterator[Row]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    with path.open("wb") as plain:
        if not compressed:
            _WRITERS[type](plain, counted(), columns)
        else:
            with gzip.GzipFile(fileobj=plain, mode="wb", mtime=0) as packed:
                _WRITERS[type](packed, counted(), columns)
    return count


def _write_json(file: Any, rows: Iterable[Row], columns: Sequence[str]) -> None:
    before = b"[\n"
    for row in rows:
        file.write(before + orjson.dumps(row))
        before = b",\n"
    file.write(b"\n]\n" if before == b",\n" else b"[]\n")


def _write_jsonl(file: Any, rows: Iterable[Row], columns: Sequence[str]) -> None:
    for row in rows:
        file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))


def _write_csv(file: Any, rows: Iterable[Row], columns: Sequence[str]) -> None:
    text = io.TextIOWrapper(file, "utf-8", newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    text.flush()
    text.detach()


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list | bool):
        return orjson.dumps(value).decode()
    return value


_WRITERS = {
    FileType.JSON: _write_json,
    FileType.JSONL: _write_jsonl,
    FileType.CSV: _write_csv,
}
