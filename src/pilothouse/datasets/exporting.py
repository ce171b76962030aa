"""A data set as a file, piece by piece: for spreadsheets, for ourselves, and for OpenAI's tools."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pilothouse.domain.dataset import Dataset, Item
from pilothouse.store.relational import datasets
from pilothouse.store.relational.database import Database

_PAGE = 1_000
_MOST_NAMED = 5


class ExportFormat(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"
    OPENAI_EVALS = "openai-evals"
    """Of the framework `evals`: chat messages, and the ideal answer."""
    OPENAI_EVAL_ITEMS = "openai-eval-items"
    """Of the API for evals: items with what an eval's schema names."""
    OPENAI_CHAT = "openai-chat"
    """For fine-tuning: chat messages, the last of them the answer."""


class Unfit(Exception):
    """An item has no place in the format; says why."""


@dataclass(slots=True)
class Fit:
    """How much of a data set a format takes."""

    items: int = 0
    skipped: int = 0
    reasons: Counter[str] = field(default_factory=Counter[str])
    """Of those that are left out."""
    named: dict[str, str] = field(default_factory=dict[str, str])
    """Some of them by id, and why."""


def fit(database: Database, dataset: Dataset, asked: datasets.Asked, format: ExportFormat) -> Fit:
    """What a file would leave out, before it is written."""
    found = Fit()
    if format in _TAKE_ALL:
        with database.read() as db:
            found.items = datasets.count_items(db, dataset.project_id, asked)
        return found
    write = _WRITERS[format]
    for item in _items(database, dataset, asked):
        found.items += 1
        try:
            write(item)
        except Unfit as error:
            found.skipped += 1
            found.reasons[str(error)] += 1
            if len(found.named) < _MOST_NAMED:
                found.named[item.id] = str(error)
    return found


def pieces(
    database: Database, dataset: Dataset, asked: datasets.Asked, format: ExportFormat
) -> Iterator[bytes]:
    """The file. Items that have no place in the format are left out."""
    if format is ExportFormat.CSV:
        # The mark at the beginning tells spreadsheets that this is UTF-8.
        yield "\ufeff".encode() + _csv_line(_COLUMNS)
    write = _WRITERS[format]
    for page in _pages(database, dataset, asked):
        yield b"".join(_written(write, page))


def _written(write: "Writer", items: Iterable[Item]) -> Iterator[bytes]:
    for item in items:
        try:
            yield write(item)
        except Unfit:
            continue


def _items(database: Database, dataset: Dataset, asked: datasets.Asked) -> Iterator[Item]:
    for page in _pages(database, dataset, asked):
        yield from page


def _pages(database: Database, dataset: Dataset, asked: datasets.Asked) -> Iterator[list[Item]]:
    after: Item | None = None
    while True:
        with database.read() as db:
            page = datasets.items(db, dataset.project_id, asked, _PAGE, after=after)
        if page:
            yield page
        if len(page) < _PAGE:
            return
        after = page[-1]


# -- formats -------------------------------------------------------------------------------------

Writer = Callable[[Item], bytes]

_COLUMNS = (
    "id",
    "input",
    "expected_output",
    "metadata",
    "split",
    "tags",
    "status",
    "source_trace_id",
    "source_span_id",
    "created_at",
    "updated_at",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _csv(item: Item) -> bytes:
    told = _fields(item) | {"tags": list(item.tags) or None}
    return _csv_line([_cell(value) for value in told.values()])


def _csv_line(cells: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()


def _cell(value: Any) -> str:
    """Text as it is, all else as JSON."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return _text(value)
    # Spreadsheets run what begins like a formula; what looks marked already is marked once more.
    return f"'{value}" if value.lstrip("'").startswith(_FORMULA) else value


def _jsonl(item: Item) -> bytes:
    return _line(_fields(item))


def _fields(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "input": item.input,
        "expected_output": item.expected_output,
        "metadata": item.metadata,
        "split": item.split,
        "tags": list(item.tags),
        "status": item.status.value,
        "source_trace_id": item.source_trace_id,
        "source_span_id": item.source_span_id,
        "created_at": _iso(item.created_at),
        "updated_at": _iso(item.valid_from),
    }


def _evals(item: Item) -> bytes:
    ideal = item.expected_output
    if isinstance(ideal, list) and ideal and all(isinstance(each, str) for each in ideal):
        return _line({"input": _messages(item.input), "ideal": ideal})
    return _line({"input": _messages(item.input), "ideal": _answer_text(ideal)})


def _eval_items(item: Item) -> bytes:
    if item.expected_output is None:
        raise Unfit("no expected output")
    told = {"input": item.input, "expected_output": item.expected_output}
    return _line({"item": {**told, "metadata": item.metadata}})


def _chat(item: Item) -> bytes:
    line: dict[str, Any] = {"messages": [*_messages(item.input), *_answer(item.expected_output)]}
    if isinstance(item.input, dict) and isinstance(item.input.get("tools"), list):
        line["tools"] = item.input["tools"]
    return _line(line)


_WRITERS: dict[ExportFormat, Writer] = {
    ExportFormat.CSV: _csv,
    ExportFormat.JSONL: _jsonl,
    ExportFormat.OPENAI_EVALS: _evals,
    ExportFormat.OPENAI_EVAL_ITEMS: _eval_items,
    ExportFormat.OPENAI_CHAT: _chat,
}
_TAKE_ALL = {ExportFormat.CSV, ExportFormat.JSONL}
MEDIA_TYPES: dict[ExportFormat, str] = dict.fromkeys(ExportFormat, "application/x-ndjson") | {
    ExportFormat.CSV: "text/csv; charset=utf-8"
}

_ROLES = {"system", "developer", "user", "assistant", "tool", "function"}


def _messages(value: Any) -> list[Any]:
    """Chat messages as they are; a text, also the only one of an object, is what a user says."""
    listed = value.get("messages") if isinstance(value, dict) else value
    if isinstance(listed, list) and listed and all(map(_is_message, listed)):
        return list(map(_as_openai, listed))
    text = _only_text(value)
    if text is None:
        raise Unfit("the input is neither text nor chat messages")
    return [{"role": "user", "content": text}]


def _answer(value: Any) -> list[Any]:
    """What the assistant says, at the end of it."""
    if value is None:
        raise Unfit("no expected output")
    said = value if isinstance(value, list) else [value]
    if said and all(map(_is_message, said)):
        if said[-1]["role"] != "assistant":
            raise Unfit("the expected output does not end with the assistant's message")
        return list(map(_as_openai, said))
    return [{"role": "assistant", "content": _answer_text(value)}]


def _answer_text(value: Any) -> str:
    if value is None:
        raise Unfit("no expected output")
    if _is_message(value):
        value = value.get("content")
    if isinstance(value, bool | int | float):
        return _text(value)
    text = _only_text(value)
    if text is None:
        raise Unfit("the expected output is no text")
    return text


def _is_message(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.get("role") in _ROLES
        and ("content" in value or "tool_calls" in value or "function_call" in value)
    )


_PARTS = {"text", "image_url", "input_audio", "file", "refusal"}


def _as_openai(message: dict[str, Any]) -> dict[str, Any]:
    """With the arguments of calls as text. Raises Unfit where it is of another provider."""
    content = message.get("content")
    parts = content if isinstance(content, list) else []
    if any(not isinstance(part, dict) or part.get("type") not in _PARTS for part in parts):
        raise Unfit("a message has parts that OpenAI's chat does not know")
    calls = message.get("tool_calls")
    if not calls:
        return message
    if not isinstance(calls, list) or not all(map(_is_call, calls)):
        raise Unfit("a message has calls of tools in another form than OpenAI's")
    return message | {"tool_calls": list(map(_call, calls))}


def _is_call(call: Any) -> bool:
    return (
        isinstance(call, dict)
        and isinstance(call.get("function"), dict)
        and isinstance(call["function"].get("name"), str)
    )


def _call(call: dict[str, Any]) -> dict[str, Any]:
    function = call["function"]
    arguments = function.get("arguments", {})
    text = arguments if isinstance(arguments, str) else _text(arguments)
    return {"type": "function"} | call | {"function": function | {"arguments": text}}


def _only_text(value: Any) -> str | None:
    if isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    return value if isinstance(value, str) and value else None


def _line(value: Any) -> bytes:
    return _text(value).encode() + b"\n"


def _text(value: Any) -> str:
    return datasets.encoded(value)


def _iso(micros: int) -> str:
    moment = datetime.fromtimestamp(micros // 1_000_000, UTC)
    moment = moment.replace(microsecond=micros % 1_000_000)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
