"""A filter as a value, and as text again. `parse` in `query.parser` is the way from text to here.

A filter is a tree: `And`, `Or`, `Not` over `Match` (a field and a test) and `Text` (words to find
in input and output). Programs may build one by hand: `Match("user", equal("wzr"))`.
"""

import re
from dataclasses import dataclass
from typing import Literal

Operator = Literal[">", ">=", "<", "<="]
Value = str | int | float | bool
"""Text; microseconds of durations and times; numbers and US dollars; yes or no."""


@dataclass(frozen=True, slots=True)
class Word:
    """A value to equal, or with `pattern` to be like: `*` stands for any characters."""

    value: Value
    pattern: bool = False


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Equal to, or like, one of the words."""

    words: tuple[Word, ...]


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
    """A field passes a test. `key` names the entry of a map or the score."""

    field: str
    test: Test
    key: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Words to be found in input or output."""

    text: str


@dataclass(frozen=True, slots=True)
class Not:
    of: "Filter"


@dataclass(frozen=True, slots=True)
class And:
    of: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Or:
    of: tuple["Filter", ...]


Filter = Match | Text | Not | And | Or


def equal(*values: Value) -> AnyOf:
    return AnyOf(tuple(Word(value) for value in values))


def every(*filters: Filter | None) -> Filter | None:
    """All of those that are given."""
    given = tuple(each for each in filters if each is not None)
    return None if not given else given[0] if len(given) == 1 else And(given)


_PLAIN = re.compile(r"[\w./@+%$#&?=~'!-]+(?::[\w./@+%-]+)*")
_WORDS = frozenset({"and", "or", "not"})


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
        case Text(text):
            return quoted(text)
        case Match(field, test, key):
            name = f"{field}.{_key(key)}" if key else field
            return f"{name}:{_test(test)}"


def _grouped(filter: Filter, kinds: tuple[type, ...]) -> str:
    text = show(filter)
    return f"({text})" if isinstance(filter, kinds) else text


def _key(key: str) -> str:
    return key if re.fullmatch(r"[\w.-]+", key) else quoted(key)


def _test(test: Test) -> str:
    match test:
        case Exists():
            return "*"
        case Compare(operator, value):
            return f"{operator}{_value(value)}"
        case Between(low, high):
            return f"{_value(low)}..{_value(high)}"
        case AnyOf(words):
            return ",".join(
                pattern_text(str(word.value)) if word.pattern else _value(word.value)
                for word in words
            )


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return quoted(value)


def pattern_text(pattern: str) -> str:
    """A pattern as text. Parts between the stars are quoted where they must be."""
    return "*".join(quoted(part) if part else "" for part in pattern.split("*"))


def quoted(text: str) -> str:
    """A word as it is when nothing in it means more, else in quotes."""
    plain = (
        _PLAIN.fullmatch(text)
        and ".." not in text
        and not text.startswith("-")
        and ":" not in text
        and text.lower() not in _WORDS
    )
    if plain:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
