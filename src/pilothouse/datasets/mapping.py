"""What the columns of a table are, and how its rows become items. Pure."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Literal

from pilothouse.datasets.registry import ItemChange
from pilothouse.datasets.tables import JSON, Row
from pilothouse.domain.dataset import clean_split, clean_tags
from pilothouse.domain.errors import BadRequest

Type = Literal["text", "number", "boolean", "json", "as it is"]
Kind = Literal["text", "number", "boolean", "object", "list", "empty"]
"""What a value is."""

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_WORDS = {"true": True, "false": False}
_MOST_EXACT = 2**53
"""Beyond it browsers round whole numbers."""
_FORMULA = re.compile(r"'+[=+\-@\t\r]")
"""What stands before formulas in files that we write, so that spreadsheets do not run them."""
_BETWEEN_TAGS = re.compile(r"[,;|，；、]")


class Unfit(Exception):
    """A row cannot become an item; says why."""


@dataclass(frozen=True, slots=True)
class Part:
    """One value of an item: of one column as it is, or of columns by their names."""

    columns: tuple[str, ...] = ()
    as_object: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a table become what."""

    input: Part = Part()
    expected_output: Part = Part()
    metadata: Part = Part()
    id: str = ""
    split: str = ""
    tags: str = ""
    types: Mapping[str, Type] = field(default_factory=dict[str, Type])
    """How the cells of a column are read; columns that are not named: as they are."""


# -- what there is -------------------------------------------------------------------------------


@dataclass(slots=True)
class Column:
    name: str
    kinds: Counter[Kind]
    """How many rows have what in it."""
    type: Type
    """As it is best read."""


@dataclass(slots=True)
class Survey:
    rows: int
    columns: list[Column]
    first: list[Row]
    problems: list[Row]
    """Some of the rows that cannot be read."""
    bad: int
    suggested: Columns


def survey(rows: Iterable[Row], *, of_text: bool, shown: int) -> Survey:
    """Of all rows of a table. In a table of text, such as CSV, kinds are those that cells spell."""
    kind_of: Callable[[Any], Kind] = spelled if of_text else kind
    found: dict[str, Counter[Kind]] = {}
    first: list[Row] = []
    problems: list[Row] = []
    count = bad = 0
    for row in rows:
        count += 1
        if row.problem:
            bad += 1
            problems += [row] if len(problems) < shown else []
            continue
        if len(first) < shown:
            first.append(row)
        for name, value in row.values.items():
            found.setdefault(name, Counter())[kind_of(value)] += 1
    good = count - bad
    for kinds in found.values():
        # A member that is not told is empty.
        kinds["empty"] += good - kinds.total()
    columns = [Column(name, kinds, _type(kinds, of_text)) for name, kinds in found.items()]
    return Survey(count, columns, first, problems, bad, _suggested(columns))


def kind(value: Any) -> Kind:
    match value:
        case None:
            return "empty"
        case bool():
            return "boolean"
        case str():
            return "text"
        case int() | float():
            return "number"
        case dict():
            return "object"
        case _:
            return "list"


def spelled(cell: str) -> Kind:
    """What a cell of text spells."""
    if not cell:
        return "empty"
    if cell[0] in "-0123456789":
        return "number" if _is_number(cell) else "text"
    if cell[0] in "{[":
        value = _parsed(cell)
        return kind(value) if isinstance(value, dict | list) else "text"
    return "boolean" if len(cell) <= 5 and cell.lower() in _WORDS else "text"


def _is_number(cell: str) -> bool:
    """Longer ones, as ids are, would lose digits."""
    return bool(_NUMBER.fullmatch(cell)) and (
        abs(float(cell)) <= _MOST_EXACT if cell.lstrip("-").isdigit() else True
    )


def _type(kinds: Counter[Kind], of_text: bool) -> Type:
    if not of_text:
        return "as it is"
    there = {each for each, many in kinds.items() if many and each != "empty"}
    if there == {"number"}:
        return "number"
    if there == {"boolean"}:
        return "boolean"
    return "json" if there and there <= {"object", "list"} else "text"


_INPUT = ("input", "inputs", "question", "query", "prompt", "instruction", "messages", "text")
_EXPECTED = (
    "expected_output", "expected", "expectedoutput", "output", "outputs", "answer", "answers",
    "ideal", "ground_truth", "reference", "completion", "response", "target", "label",
)  # fmt: skip
_CHINESE = {
    "输入": "input", "问题": "input", "提示": "input", "期望输出": "expected_output",
    "答案": "expected_output", "回答": "expected_output", "输出": "expected_output",
    "编号": "id", "划分": "split", "标签": "tags", "元数据": "metadata",
}  # fmt: skip


def _suggested(columns: Sequence[Column]) -> Columns:
    """By the names that such columns usually have; what is left over is metadata."""
    plain = {_plain(column.name): column.name for column in reversed(columns)}
    plain = {_CHINESE[name]: name for name in plain if name in _CHINESE} | plain
    expected, input = _first(plain, _EXPECTED), _first(plain, _INPUT)
    id, split = plain.get("id", ""), plain.get("split", "")
    tags, metadata = plain.get("tags", ""), plain.get("metadata", "")
    taken = {expected, input, id, split, tags}
    others = tuple(column.name for column in columns if column.name not in taken)
    if not input and others:
        input, others = others[0], others[1:]
    own = {"status", "source_trace_id", "source_span_id", "created_at", "updated_at"}
    if metadata and not set(map(_plain, others)) - own - {"metadata"}:
        rest = Part((metadata,))
    else:
        rest = Part(others, as_object=True) if others else Part()
    return Columns(
        input=Part((input,)) if input else Part(),
        expected_output=Part((expected,)) if expected else Part(),
        metadata=rest,
        id=id,
        split=split,
        tags=tags,
        types={column.name: column.type for column in columns},
    )


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")


def _first(plain: Mapping[str, str], names: Iterable[str]) -> str:
    return next((plain[name] for name in names if name in plain), "")


# -- rows as items -------------------------------------------------------------------------------


def check(columns: Columns) -> None:
    """Raises BadRequest."""
    if not columns.input.columns:
        raise BadRequest("no column is the input")
    for part in (columns.input, columns.expected_output, columns.metadata):
        if len(part.columns) > 1 and not part.as_object:
            raise BadRequest("several columns make an object; as it is, there is one column")


def item(columns: Columns, row: Row) -> ItemChange:
    """Raises Unfit."""
    if row.problem:
        raise Unfit(row.problem)
    values = {name: _read(columns, row, name) for name in named(columns)}
    input = _part(columns.input, values, row)
    if input is None:
        raise Unfit("has no input")
    try:
        split = clean_split(_text(columns.split, values.get(columns.split)))
        tags = clean_tags(_tags(columns.tags, values.get(columns.tags)))
    except BadRequest as error:
        raise Unfit(str(error)) from error
    return ItemChange(
        id=_id(values.get(columns.id)),
        input=input,
        expected_output=_part(columns.expected_output, values, row),
        metadata=_part(columns.metadata, values, row),
        split=split,
        tags=tags,
    )


def named(columns: Columns) -> list[str]:
    """Columns of the file that become anything."""
    parts = (columns.input, columns.expected_output, columns.metadata)
    named = [name for part in parts for name in part.columns]
    return list(dict.fromkeys([*named, *filter(None, (columns.id, columns.split, columns.tags))]))


def _read(columns: Columns, row: Row, name: str) -> Any:
    value = row.values.get(name)
    try:
        return converted(value, columns.types.get(name, "as it is"))
    except ValueError as error:
        raise Unfit(f"{name}: {error}") from error


def _part(part: Part, values: Mapping[str, Any], row: Row) -> Any:
    if not part.as_object:
        return values[part.columns[0]] if part.columns else None
    # An empty cell says nothing; a null that is told says null.
    told = {
        name: values[name]
        for name in part.columns
        if values[name] is not None or (name in row.values and row.values[name] is None)
    }
    return told if any(value is not None for value in told.values()) else None


def converted(value: Any, type: Type) -> Any:
    """A cell as a value of the type. Raises ValueError that says what it is instead."""
    if value is None or value == "":
        return None if type != "as it is" else value
    if not isinstance(value, str):
        return _converted_value(value, type)
    if type in ("text", "as it is"):
        return value[1:] if type == "text" and _FORMULA.match(value) else value
    if type == "number" and _NUMBER.fullmatch(value) and isfinite(number := json.loads(value)):
        return number
    if type == "boolean" and value.lower() in _WORDS:
        return _WORDS[value.lower()]
    if type == "json" and (parsed := _parsed(value)) is not _NO_JSON:
        return parsed
    raise ValueError(f"{_short(value)} is no {type}")


def _converted_value(value: Any, type: Type) -> Any:
    if type == "text":
        return json.dumps(value, ensure_ascii=False)
    if type in ("number", "boolean") and kind(value) != type:
        raise ValueError(f"{_short(json.dumps(value, ensure_ascii=False))} is no {type}")
    return value


_NO_JSON: Any = object()


def _parsed(text: str) -> Any:
    try:
        return JSON.decode(text)
    except (ValueError, RecursionError):
        return _NO_JSON


def _id(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str | int) and not isinstance(value, bool):
        id = str(value).strip()
        if len(id) <= 800 and "\x00" not in id:
            return id
    raise Unfit("the id is no text of at most 800 characters")


def _text(column: str, value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, dict | list):
        raise Unfit(f"{column}: is no text")
    return json.dumps(value)


def _tags(column: str, value: Any) -> Sequence[str]:
    """A list, or a text that has them one after the other."""
    if isinstance(value, str):
        parsed = _parsed(value) if value.startswith("[") else _NO_JSON
        value = parsed if isinstance(parsed, list) else _BETWEEN_TAGS.split(value)
    if value is None:
        return ()
    if isinstance(value, list) and all(isinstance(tag, str) for tag in value):
        return value
    raise Unfit(f"{column}: tags are a list of texts")


def _short(text: str) -> str:
    return f"“{text[:60]}{'…' if len(text) > 60 else ''}”"
