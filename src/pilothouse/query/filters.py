"""A filter as a value, and as text again. `query.parser.parse` is the way from text to here.

A filter is a tree: `And`, `Or`, `Not` over `Match`, a field and a test. Bare words are matches of
the field `text`. Programs may build one by hand: `Match("user", equal("wzr"))`.
"""

import re
from dataclasses import dataclass
from typing import Literal

from pilothouse.query import fields, values
from pilothouse.query.fields import Type
from pilothouse.query.values import Value

Operator = Literal[">", ">=", "<", "<="]


@dataclass(frozen=True, slots=True)
class Like:
    """A pattern: its parts in this order, with anything between them. `gpt*` is ("gpt", "")."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Equal to, or like, one of these. Durations and times are microseconds."""

    words: tuple[Value | Like, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class Between:
    """Both ends belong to it."""

    low: Value
    high: Value


@dataclass(frozen=True, slots=True)
class Exists:
    """There is a value, whatever it is."""


Test = AnyOf | Compare | Between | Exists


@dataclass(frozen=True, slots=True)
class Match:
    """A field passes a test. `key` names the entry of a map, or the score."""

    field: str
    test: Test
    key: str = ""


@dataclass(frozen=True, slots=True)
class Not:
    of: "Filter"


@dataclass(frozen=True, slots=True)
class And:
    of: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Or:
    of: tuple["Filter", ...]


Filter = Match | Not | And | Or


def equal(*words: Value | Like) -> AnyOf:
    return AnyOf(words)


def every(*filters: Filter | None) -> Filter | None:
    """All of those that are given."""
    given = tuple(each for each in filters if each is not None)
    return None if not given else given[0] if len(given) == 1 else And(given)


def show(filter: Filter | None) -> str:
    """The filter as text that parses to the same filter."""
    match filter:
        case None:
            return ""
        case And(of):
            return " ".join(_grouped(each, (And, Or)) for each in of)
        case Or(of):
            return " or ".join(_grouped(each, (Or,)) for each in of)
        case Not(of):
            return "-" + _grouped(of, (And, Or, Not))
        case Match("text", AnyOf((word,)), ""):
            return _word(word, Type.TEXT)
        case Match(name, test, key):
            field = fields.find(name)
            kind = field.type if field else Type.TEXT
            shown = f"{name}.{_key(key)}" if key else name
            return f"{shown}:{_test(test, kind)}"


def _grouped(filter: Filter, kinds: tuple[type, ...]) -> str:
    text = show(filter)
    return f"({text})" if isinstance(filter, kinds) else text


def _key(key: str) -> str:
    return key if re.fullmatch(r"[\w.-]+", key) else _in_quotes(key)


def _test(test: Test, kind: Type) -> str:
    match test:
        case Exists():
            return "*"
        case Compare(operator, value):
            return operator + _word(value, kind)
        case Between(low, high):
            return f"{_word(low, kind)}..{_word(high, kind)}"
        case AnyOf(words):
            return ",".join(_word(word, kind) for word in words)


def _word(word: Value | Like, kind: Type) -> str:
    if isinstance(word, Like):
        return "*".join(quoted(part) if part else "" for part in word.parts)
    if isinstance(word, str):
        return quoted(word)
    return values.show(word, kind)


_PLAIN = re.compile(r"[\w/@+%$#&?=~'!][\w/@+%$#&?=~'!-]*(?:\.[\w/@+%$#&?=~'!-]+)*")
_WORDS = frozenset({"and", "or", "not"})


def quoted(text: str) -> str:
    """A word as it is when nothing in it means more, else in quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return _in_quotes(text)


def _in_quotes(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
