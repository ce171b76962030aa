"""Filters as SQL conditions.

In a list of spans a condition speaks of the span's own row. In a list of traces it speaks of the
trace's head; terms about single spans, and about totals, become sets of trace ids.
"""

import json
import re
from dataclasses import dataclass

from pilothouse.domain.clock import DAY
from pilothouse.domain.errors import BadRequest
from pilothouse.domain.scope import TimeRange
from pilothouse.query import fields
from pilothouse.query.charts import View
from pilothouse.query.fields import Field, Type
from pilothouse.query.filters import (
    And,
    AnyOf,
    Between,
    Compare,
    Exists,
    Filter,
    Like,
    Match,
    Not,
    Or,
    Test,
)
from pilothouse.query.values import Value
from pilothouse.store.clickhouse.columns import SCORES, SPANS
from pilothouse.store.clickhouse.statement import Statement

SPILL = DAY
"""A trace's spans are looked for up to this long after its head began."""

IS_SPAN = "kind != 'trace'"
DURATION = "greatest(toUnixTimestamp64Micro(end_time) - toUnixTimestamp64Micro(start_time), 0)"
HAS_ENDED = "toUnixTimestamp64Micro(end_time) > 0"
IS_STREAMED = "toUnixTimestamp64Micro(first_token_time) > 0"
UNTIL_FIRST = "toUnixTimestamp64Micro(first_token_time) - toUnixTimestamp64Micro(start_time)"
_HEAD_RANK = "multiIf(kind = 'trace', 0, is_root = 1, 1, 2)"
_HEAD_NUMBER = f"bitShiftLeft(toInt64({_HEAD_RANK}), 56) + toUnixTimestamp64Micro(start_time)"
HEAD_ORDER = f"bitShiftLeft(toUInt128({_HEAD_NUMBER}), 64) + byteSwap(reinterpretAsUInt64(span_id))"
"""Of several spans that could stand for their trace the lowest does: a head that a client described
by itself, a root, any span; then the earliest, then by the head of its id. One number is compared,
several times quicker than a tuple."""
HEAD_START = f"bitAnd(min({_HEAD_NUMBER}), bitShiftLeft(1::Int64, 56) - 1)"
"""When the head of a trace began."""
TRACE_NAME = "if(trace_name != '', trace_name, name)"

TOTALS = {
    "spans": f"countIf({IS_SPAN})",
    "errors": f"countIf(level = 'error' AND {IS_SPAN})",
    "warnings": f"countIf(level = 'warning' AND {IS_SPAN})",
    "input_tokens": "sumIf(input_tokens, billable = 1)",
    "output_tokens": "sumIf(output_tokens, billable = 1)",
    "tokens": "sumIf(total_tokens, billable = 1)",
    "cost": "toFloat64(sumIf(total_cost, billable = 1))",
    "unpriced": "countIf(cost_source = 'unpriced' AND billable = 1)",
    "latency": "greatest(toUnixTimestamp64Micro(max(end_time))"
    " - toUnixTimestamp64Micro(min(start_time)), 0)",
}
"""Of a trace, over its rows."""

_COMPUTED = {
    "latency": DURATION,
    "ttft": UNTIL_FIRST,
    "cost": "toFloat64(total_cost)",
    "errors": "toUInt8(level = 'error')",
    "warnings": "toUInt8(level = 'warning')",
    "spans": "1",
    "time": "toUnixTimestamp64Micro(start_time)",
    "running": f"NOT {HAS_ENDED}",
    "streamed": IS_STREAMED,
}
_PRECONDITION = {"latency": HAS_ENDED, "ttft": IS_STREAMED}
_SQL_TYPE = {Type.MONEY: "Float64", Type.DURATION: "Int64", Type.TIME: "Int64"}


@dataclass(frozen=True)
class Conditions:
    """Prints conditions into a statement, for one window of time."""

    statement: Statement
    view: View
    within: TimeRange

    def of(self, filter: Filter) -> str:
        match filter:
            case And(of):
                return _joined(" AND ", [self.of(each) for each in of])
            case Or(of):
                return _joined(" OR ", [self.of(each) for each in of])
            case Not(of):
                return f"NOT ({self.of(of)})"
            case Match(name, test, key):
                return self._match(fields.named(name), test, key)

    def _match(self, field: Field, test: Test, key: str) -> str:
        if field.name == "score":
            return self._scored(test, key)
        if self.view == "spans" or field.about == "trace":
            return self._of_row(field, test, key)
        if field.about == "totals":
            return self._of_totals(field, test)
        if field.name == "name":
            return _Text(self.statement, TRACE_NAME).test(test)
        found = self._of_row(field, test, key)
        return self._traces(f"SELECT trace_id {self._spans([IS_SPAN, found])}")

    def _of_row(self, field: Field, test: Test, key: str) -> str:
        if field.name in fields.BODIES:
            return self._in_bodies(field, test)
        return of_row(self.statement, field, test, key)

    def _of_totals(self, field: Field, test: Test) -> str:
        compared = _compared(self.statement, field, TOTALS[field.name], test)
        return self._traces(
            f"SELECT trace_id {self._spans([])}\nGROUP BY trace_id HAVING {compared}"
        )

    def _spans(self, conditions: list[str]) -> str:
        window = TimeRange(self.within.start, self.within.end + SPILL)
        return self.statement.table(SPANS, window, conditions)

    @staticmethod
    def _traces(subquery: str) -> str:
        return f"trace_id IN ({subquery})"

    def _scored(self, test: Test, key: str) -> str:
        conditions: list[str] = []
        if key:
            conditions.append(f"name = {self.statement.bind(key)}")
        conditions.append(_score_test(self.statement, test))
        since = TimeRange(max(0, self.within.start - DAY), _FOREVER)
        scores = self.statement.table(SCORES, since, conditions)
        if self.view == "spans":
            return f"(trace_id, span_id) IN (SELECT trace_id, span_id {scores})"
        return self._traces(f"SELECT trace_id {scores}")

    def _in_bodies(self, field: Field, test: Test) -> str:
        columns = ("input", "output") if field.name == "text" else (field.name,)
        if isinstance(test, Exists):
            return _joined(" OR ", [f"{column} != ''" for column in columns])
        if not isinstance(test, AnyOf):
            raise BadRequest(f"{field.name} cannot be compared")
        return _joined(
            " OR ",
            [_contains(self.statement, column, word) for word in test.words for column in columns],
        )


_FOREVER = 4_102_444_800_000_000


def of_row(statement: Statement, field: Field, test: Test, key: str = "") -> str:
    """A condition on one row's own columns."""
    column = field.column
    match field.type:
        case Type.TEXT | Type.ENUM:
            return _Text(statement, column).test(test)
        case Type.TAGS:
            return _tags(statement, column, test)
        case Type.MAP:
            return _entry(statement, field, test, key)
        case Type.BOOLEAN:
            if isinstance(test, Exists):
                return "1"
            value = _COMPUTED.get(field.name, f"{column} = 1")
            wanted = isinstance(test, AnyOf) and any(word is True for word in test.words)
            return f"({value})" if wanted else f"NOT ({value})"
        case _:
            value = _COMPUTED.get(field.name, column)
            if field.type is Type.TIME and column != "revision":
                return _at(statement, column, test)
            compared = _compared(statement, field, value, test)
            condition = _PRECONDITION.get(field.name)
            return f"({condition} AND {compared})" if condition else compared


def _compared(statement: Statement, field: Field, value: str, test: Test) -> str:
    """A number against a test."""
    kind = _SQL_TYPE.get(field.type, "Float64")

    def bound(given: Value | Like) -> str:
        return statement.bind(int(given) if kind == "Int64" else float(given), kind)  # pyright: ignore[reportArgumentType]

    match test:
        case Exists():
            return f"{value} > 0"
        case Compare(operator, limit):
            return f"{value} {operator} {bound(limit)}"
        case Between(low, high):
            return f"({value} >= {bound(low)} AND {value} <= {bound(high)})"
        case AnyOf(words):
            return _joined(" OR ", [f"{value} = {bound(word)}" for word in words])


def _at(statement: Statement, column: str, test: Test) -> str:
    """A time column against a test, so that the key of the table is used."""
    match test:
        case Exists():
            return f"toUnixTimestamp64Micro({column}) > 0"
        case Compare(operator, limit):
            return f"{column} {operator} {statement.moment(int(limit))}"
        case Between(low, high):
            lowest, highest = statement.moment(int(low)), statement.moment(int(high))
            return f"({column} >= {lowest} AND {column} <= {highest})"
        case AnyOf(words):
            moments = [statement.moment(int(word)) for word in words]  # pyright: ignore[reportArgumentType]
            return f"{column} IN ({', '.join(moments)})"


@dataclass(frozen=True)
class _Text:
    """A text against a test."""

    statement: Statement
    value: str

    def test(self, test: Test) -> str:
        if isinstance(test, Exists):
            return f"{self.value} != ''"
        if not isinstance(test, AnyOf):
            raise BadRequest("a text cannot be compared")
        exact = [str(word) for word in test.words if not isinstance(word, Like)]
        found = [self._like(word) for word in test.words if isinstance(word, Like)]
        if exact:
            found.insert(0, f"{self.value} {self._equals(exact)}")
        return _joined(" OR ", found)

    def _equals(self, words: list[str]) -> str:
        if len(words) == 1:
            return f"= {self.statement.bind(words[0])}"
        return f"IN ({', '.join(self.statement.bind(word) for word in words)})"

    def _like(self, word: Like) -> str:
        return f"{self.value} ILIKE {self.statement.bind(like_pattern(word))}"


def like_pattern(word: Like) -> str:
    return "%".join(re.sub(r"([\\%_])", r"\\\1", part) for part in word.parts)


def like_prefix(text: str) -> str:
    return like_pattern(Like((text, "")))


def _tags(statement: Statement, column: str, test: Test) -> str:
    if isinstance(test, Exists):
        return f"notEmpty({column})"
    if not isinstance(test, AnyOf):
        raise BadRequest("tags cannot be compared")
    return _joined(
        " OR ",
        [
            f"arrayExists(tag -> tag ILIKE {statement.bind(like_pattern(word))}, {column})"
            if isinstance(word, Like)
            else f"has({column}, {statement.bind(str(word))})"
            for word in test.words
        ],
    )


def _entry(statement: Statement, field: Field, test: Test, key: str) -> str:
    """An entry of a map. Values of metadata and attributes are JSON texts; a text is compared
    without its quotes."""
    column = field.column
    if not key:
        return f"notEmpty({column})"
    name = statement.bind(key)
    if isinstance(test, Exists):
        return f"mapContains({column}, {name})"
    if field.name == "usage":
        words = test
        if isinstance(test, AnyOf):
            words = AnyOf(tuple(_number(word) for word in test.words))
        return _compared(statement, Field(key, Type.NUMBER), f"{column}[{name}]", words)
    text = plain_entry(column, name)
    if isinstance(test, AnyOf):
        return f"(mapContains({column}, {name}) AND {_Text(statement, text).test(test)})"
    number = f"toFloat64OrNull({text})"
    return f"ifNull({_compared(statement, Field(key, Type.NUMBER), number, test)}, 0)"


def plain_entry(column: str, name: str) -> str:
    """A map entry as people read it: JSON texts lose their quotes."""
    entry = f"{column}[{name}]"
    return f"if(startsWith({entry}, '\"'), JSONExtractString({entry}), {entry})"


def _number(word: Value | Like) -> float:
    try:
        return float(word)  # pyright: ignore[reportArgumentType]
    except (TypeError, ValueError):
        raise BadRequest("usage is counted in numbers") from None


def _score_test(statement: Statement, test: Test) -> str:
    if isinstance(test, Exists):
        return "1"
    number = Field("score", Type.NUMBER)
    if not isinstance(test, AnyOf):
        return f"(data_type IN ('numeric', 'boolean') AND {_compared(statement, number, 'value', test)})"
    found = [_Text(statement, "text").test(test)]
    for word in test.words:
        as_number = {"true": 1.0, "false": 0.0}.get(str(word).lower())
        if as_number is None and isinstance(word, str):
            as_number = _maybe_number(word)
        if as_number is not None:
            value = f"value = {statement.bind(as_number, 'Float64')}"
            found.append(f"(data_type IN ('numeric', 'boolean') AND {value})")
    return _joined(" OR ", found)


def _maybe_number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def _joined(word: str, conditions: list[str]) -> str:
    return conditions[0] if len(conditions) == 1 else f"({word.join(conditions)})"


# -- words in bodies ---------------------------------------------------------------------------

_ONE_TOKEN = re.compile(r"[A-Za-z0-9_]+")
_ONE_ESCAPED = re.compile(r"\\u[0-9a-f]{4}")
_ENDS_ESCAPED = re.compile(r"\\u[0-9a-f]{4}$")


def _contains(statement: Statement, column: str, word: Value | Like) -> str:
    """Whole words, found by the text index; of a pattern, its pieces, found by looking.

    The column must appear as the index has it, in lower case.
    """
    lowered = f"lower({column})"
    if isinstance(word, Like):
        pattern = like_pattern(Like(("", *(part for part in word.parts if part), "")))
        return f"{column} ILIKE {statement.bind(pattern)}"
    text = str(word)
    if _ONE_TOKEN.fullmatch(text):
        # In JSON a word behind a line break or a tab stands as \nword or \tword.
        tokens = ", ".join(statement.bind(before + text.lower()) for before in ("", "n", "t", "r"))
        return f"hasAnyTokens({lowered}, [{tokens}])"
    return _joined(" OR ", [_phrase(statement, lowered, each) for each in _spellings(text)])


def _phrase(statement: Statement, lowered: str, text: str) -> str:
    phrase = statement.bind(text.lower() if text.isascii() else text)
    found = f"position({lowered}, lower({phrase})) > 0"
    if not any(letter.isalnum() for letter in text) or _ONE_ESCAPED.fullmatch(text):
        return found
    tokens = f"tokens(lower({phrase}), 'unicodeWord')"
    # What is glued to the first or the last word makes another token of it; `found` sees it all the
    # same. Before the first an escaped line break may stand, behind an escaped letter any other.
    first = 2 if len(text.split()) > 1 else 1
    if _ENDS_ESCAPED.search(text):
        tokens = f"arraySlice({tokens}, {first}, -1)"
    elif first > 1:
        tokens = f"arraySlice({tokens}, {first})"
    return f"(hasAllTokens({lowered}, {tokens}) AND {found})"


def _spellings(text: str) -> list[str]:
    """The text as it stands in plain text, in JSON, and in JSON kept to ASCII."""
    spellings = (text, json.dumps(text, ensure_ascii=False)[1:-1], json.dumps(text)[1:-1])
    return list(dict.fromkeys(spellings))
