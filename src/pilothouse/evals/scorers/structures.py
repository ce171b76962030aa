"""JSON against JSON."""

from typing import Any, cast

import msgspec

from pilothouse.domain.messages import parse


def read(value: Any) -> Any:
    """A text that holds JSON as what it holds."""
    return parse(value.strip()) if isinstance(value, str) else value


def difference(ours: Any, theirs: Any, ignore_order: bool, tolerance: float) -> str:
    """Where they differ first and how, in words; empty: nowhere."""
    if ignore_order:
        ours, theirs = _sorted(ours), _sorted(theirs)
    return _difference(ours, theirs, tolerance, "$")


def _difference(ours: Any, theirs: Any, tolerance: float, place: str) -> str:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return _of_objects(
            cast(dict[str, Any], ours), cast(dict[str, Any], theirs), tolerance, place
        )
    if isinstance(ours, list) and isinstance(theirs, list):
        return _of_lists(cast(list[Any], ours), cast(list[Any], theirs), tolerance, place)
    if _is_number(ours) and _is_number(theirs):
        same = abs(ours - theirs) <= tolerance
    else:
        same = type(ours) is type(theirs) and ours == theirs
    return "" if same else f"{place} is {_short(ours)} and not {_short(theirs)}"


def _of_objects(ours: dict[str, Any], theirs: dict[str, Any], tolerance: float, place: str) -> str:
    for key in theirs:
        if key not in ours:
            return f"{place}.{key} is missing"
    for key in ours:
        if key not in theirs:
            return f"{place}.{key} is too much"
    found = (_difference(ours[key], theirs[key], tolerance, f"{place}.{key}") for key in theirs)
    return next(filter(None, found), "")


def _of_lists(ours: list[Any], theirs: list[Any], tolerance: float, place: str) -> str:
    if len(ours) != len(theirs):
        return f"{place} has {len(ours)} elements and not {len(theirs)}"
    found = (
        _difference(a, b, tolerance, f"{place}[{at}]")
        for at, (a, b) in enumerate(zip(ours, theirs, strict=True))
    )
    return next(filter(None, found), "")


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(inner) for key, inner in cast(dict[str, Any], value).items()}
    if isinstance(value, list):
        return sorted(map(_sorted, cast(list[Any], value)), key=_mark)
    return value


def _mark(value: Any) -> bytes:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return msgspec.json.encode(value, order="deterministic")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _short(value: Any) -> str:
    told = msgspec.json.encode(value).decode()
    return told if len(told) <= 80 else told[:79] + "…"
