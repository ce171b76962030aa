"""What could stand at the cursor of a filter that is being typed.

Fields and operators are known here; keys and values are in the store, so `at` says which are wanted.
"""

import re
from dataclasses import dataclass
from typing import Literal

from pilothouse.query import fields
from pilothouse.query.fields import ORDERED, Field, Type


@dataclass(frozen=True, slots=True)
class Suggestion:
    text: str
    """What to insert."""
    kind: Literal["field", "operator", "value", "key"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the cursor stands: what is being written from `start` to `end`."""

    wanted: Literal["field", "key", "value"]
    start: int
    end: int
    prefix: str
    field: Field | None = None
    key: str = ""
    values_start: int = 0
    """Where the value begins, behind an operator."""


_LINK = re.compile(r'(-?)(?:([A-Za-z_][\w-]*)(?:\.([\w.-]*|"[^"]*"?))?(:)?)?')
_OPERATOR = re.compile(r"(>=|<=|>|<)?")
_OPERATORS = {
    Type.NUMBER: (">", ">=", "<", "<="),
    Type.MONEY: (">", "<"),
    Type.DURATION: (">", "<"),
    Type.TIME: (">", "<"),
}
_EXAMPLES = {
    Type.DURATION: ("1s", "5s", "30s"),
    Type.MONEY: ("0.01", "0.1", "1"),
    Type.TIME: ("now-1h", "now-1d", "now-7d"),
    Type.NUMBER: ("1000", "10000"),
    Type.BOOLEAN: ("true", "false"),
}


def at(text: str, position: int) -> Place:
    """The place of a cursor. Never fails, however broken the text is."""
    position = max(0, min(position, len(text)))
    start = _start_of_term(text, position)
    found = _LINK.match(text, start)
    name = (found[2] or "") if found else ""
    field = fields.find(name) if name else None
    if found is None or field is None or (found[3] is None and not found[4]):
        begin = min(start + len(found[1] if found else ""), position)
        return Place("field", begin, _end(text, position), text[begin:position])
    key = (found[3] or "").strip('"')
    if field.type is Type.MAP and found[3] is not None and position <= found.end(3):
        begin = min(found.start(3), position)
        return Place("key", begin, _end(text, position), text[begin:position], field)
    if not found[4] or position < found.end():
        begin = min(start + len(found[1]), position)
        return Place("field", begin, _end(text, position), text[begin:position])
    operator = _OPERATOR.match(text, found.end())
    first = operator.end() if operator else found.end()
    begin = max(first, _start_of_value(text, first, position))
    begin = min(begin, position)
    prefix = text[begin:position].lstrip('"')
    return Place("value", begin, _end(text, position), prefix, field, key, found.end())


def fields_like(prefix: str) -> list[Suggestion]:
    """Fields whose name or alias begins with the text."""
    wanted = prefix.lower()
    return [
        Suggestion(field.name + ("." if field.type is Type.MAP else ":"), "field", field.type)
        for field in fields.FIELDS
        if any(name.startswith(wanted) for name in (field.name, *field.aliases))
    ]


def fixed(place: Place) -> list[Suggestion]:
    """Operators and values that need no look into the store."""
    field = place.field
    if field is None:
        return []
    found: list[Suggestion] = []
    if place.start == place.values_start and not place.prefix and field.type in ORDERED:
        operators = _OPERATORS.get(field.type, (">", "<"))
        found += [Suggestion(operator, "operator", field.type) for operator in operators]
    examples = (*field.values, *_EXAMPLES.get(field.type, ()))
    found += [
        Suggestion(value, "value")
        for value in examples
        if value.startswith(place.prefix.lower()) and value != place.prefix
    ]
    return found


def _start_of_term(text: str, position: int) -> int:
    """Where the term before the cursor starts: behind a space or a parenthesis that is neither in
    quotes nor in a list of values."""
    start, quoted, in_list, at = 0, False, False, 0
    while at < position:
        letter = text[at]
        if quoted and letter == "\\":
            at += 2
            continue
        if letter == '"':
            quoted = not quoted
        elif quoted:
            pass
        elif letter == "(" and text[at - 1 : at] == ":":
            in_list = True
        elif letter == ")" and in_list:
            in_list = False
        elif not in_list and (letter.isspace() or letter in "()"):
            start = at + 1
        at += 1
    return min(start, position)


def _start_of_value(text: str, start: int, position: int) -> int:
    """Behind the last comma, space or parenthesis of a list of values."""
    begin, quoted = start, False
    for at in range(start, position):
        if text[at] == '"':
            quoted = not quoted
        elif not quoted and (text[at] in ",(" or text[at].isspace()):
            begin = at + 1
    return begin


def _end(text: str, position: int) -> int:
    """Where the word under the cursor ends."""
    quoted = text[:position].count('"') % 2 == 1
    end = position
    while end < len(text):
        letter = text[end]
        if quoted and letter == '"':
            return end + 1
        if not quoted and (letter.isspace() or letter in "(),:"):
            break
        end += 1
    return end
