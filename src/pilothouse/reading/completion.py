"""Completion of a filter that is being typed, with keys and values from the store."""

from dataclasses import dataclass

from pilothouse.domain.clock import DAY
from pilothouse.domain.errors import BadFilter
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.query.completion import Place, Suggestion, at, fields_like, fixed
from pilothouse.query.fields import Type
from pilothouse.query.filters import quoted
from pilothouse.query.parser import parse
from pilothouse.store.api import AnalyticReader

_MOST = 20
_LOOK_BACK = 7 * DAY
"""Keys and values are taken from no more than the last days of a range."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What may replace the text from `start` to `end`, and what is wrong with the whole."""

    start: int
    end: int
    items: list[Suggestion]
    error: BadFilter | None


def complete(
    reader: AnalyticReader, scope: Scope, text: str, position: int, within: TimeRange
) -> Completion:
    place = at(text, position)
    recent = TimeRange(max(within.start, within.end - _LOOK_BACK), within.end)
    if place.wanted == "field":
        items = fields_like(place.prefix)
    elif place.wanted == "key":
        items = _keys(reader, scope, place, recent)
    else:
        items = [*fixed(place), *_values(reader, scope, place, recent)]
    return Completion(place.start, place.end, items[: 2 * _MOST], _error(text))


def _keys(
    reader: AnalyticReader, scope: Scope, place: Place, within: TimeRange
) -> list[Suggestion]:
    if place.field is None:
        return []
    found = reader.keys_like(scope, place.field, place.prefix.strip('"'), within, _MOST)
    return [Suggestion(f"{quoted(each.value)}:", "key", str(each.count)) for each in found]


def _values(
    reader: AnalyticReader, scope: Scope, place: Place, within: TimeRange
) -> list[Suggestion]:
    field = place.field
    if field is None or not field.column:
        return []
    if field.type is Type.MAP:
        if not place.key or field.name == "usage":
            return []
    elif field.type not in (Type.TEXT, Type.TAGS) or not field.dimension:
        return []
    found = reader.values_like(scope, field, place.key, place.prefix, within, _MOST)
    return [Suggestion(quoted(each.value), "value", str(each.count)) for each in found]


def _error(text: str) -> BadFilter | None:
    try:
        parse(text)
    except BadFilter as error:
        return error
    return None
