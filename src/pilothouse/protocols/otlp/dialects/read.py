"""Readers: what a value of an attribute means. None says that it does not count."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from pilothouse.domain.span import Kind

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def json_text(value: Any) -> str:
    """Any value as JSON text."""
    return _encode(value).decode()


def text(value: Any) -> str | None:
    """A payload: strings as they are, anything else as JSON."""
    if isinstance(value, str):
        return value or None
    return None if value is None else json_text(value)


def short(value: Any) -> str | None:
    """A name or an id."""
    if isinstance(value, str):
        return value or None
    return None if value is None or isinstance(value, list | dict) else str(value)


def first(value: Any) -> str | None:
    """The first of a list (given as such or as JSON), or the value alone."""
    if isinstance(value, str) and value.startswith("["):
        value = parsed(value)
    if isinstance(value, list):
        value = value[0] if value else None
    return short(value)


def count(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 <= number < 1 << 53 else None


def money(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if 0 <= number < 1_000_000 else None


def seconds(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if 0 <= number < 1e7 else None


def milliseconds(value: Any) -> float | None:
    number = seconds(value)
    return None if number is None else number / 1000


def parsed(value: Any) -> Any:
    """The value behind JSON text; other texts give None, other values themselves."""
    if not isinstance(value, str):
        return value
    try:
        return _decode(value)
    except (msgspec.MsgspecError, RecursionError):
        return None


def mapping(value: Any) -> dict[str, Any] | None:
    value = parsed(value)
    return value if isinstance(value, dict) and value else None


def texts(value: Any) -> list[str] | None:
    """A list of texts: given as such, as JSON, or separated by commas."""
    if isinstance(value, str):
        listed = parsed(value) if value.startswith("[") else value.split(",")
        value = listed if isinstance(listed, list) else [value]
    if not isinstance(value, list):
        return None
    return [str(item).strip() for item in value if item not in (None, "")] or None


def json_texts(value: Any) -> str | None:
    """A list whose items are JSON texts, as one JSON text."""
    listed = parsed(value)
    if not isinstance(listed, list) or not listed:
        return text(value)
    return json_text([found if (found := parsed(item)) is not None else item for item in listed])


def iso_time(value: Any) -> int | None:
    """ISO 8601, perhaps inside JSON quotes."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip('"'))
    except ValueError:
        return None
    return int(moment.timestamp() * 1_000_000) if moment.tzinfo else None


def flag(value: Any) -> int | None:
    return int(value is True or str(value).lower() == "true")


def one_of(names: Mapping[str, str]) -> Any:
    """A kind by the emitter's own word; words that are not listed do not count."""

    def read(value: Any) -> str | None:
        return names.get(str(value).lower())

    return read


def kind(value: Any) -> str | None:
    """A word that is a kind of ours."""
    found = Kind(str(value).lower())
    return found if found is not Kind.SPAN else None
