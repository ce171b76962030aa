"""Halves: messages that each tell a part of a span, and how they become the whole.

The whole depends on the set of halves alone, not on how or in which order they came: halves are put
in the order of the client's clock and laid over one another.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from pilothouse.domain.span import Span


class Half(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What one message says of one span. The head of a trace has no span id."""

    id: str
    """Of the message: the same one again changes nothing."""
    project_id: str
    trace_id: str
    span_id: str
    time: int
    """When it was said, by the client's clock."""
    is_update: int = 0
    fields: dict[str, Any] = {}
    """Fields of the span that it tells, with their values."""
    metadata: dict[str, str] = {}
    """Values are JSON texts. Merged into what is known, in depth."""
    tags: list[str] = []
    """Added to what is known."""
    cut: list[str] = []
    """What was cut of its span when it was written last. Known only then, never stored."""


_decode_object = msgspec.json.Decoder(dict[str, Any]).decode

_FIRST_WORD = ("start_time", "environment", "kind")
"""Told once: the first word counts, and a creation's before an update's."""


def fold(halves: Iterable[Half], base: Span | None = None) -> Span:
    """The whole span. `base` is what was known before any of the halves; without it at least one
    half is needed."""
    ordered = sorted(halves, key=lambda half: (half.time, half.is_update, half.id))
    told: dict[str, Any] = msgspec.structs.asdict(base) if base else _blank(ordered[0])
    metadata: dict[str, str] = dict(base.metadata) if base else {}
    tags: set[str] = set(base.tags) if base else set()
    first = _first_words(told) if base else {}
    for half in sorted(ordered, key=lambda half: half.is_update):
        first = {**_first_words(half.fields), **first}
    for half in ordered:
        told.update(half.fields)
        for key, value in half.metadata.items():
            metadata[key] = _merged(metadata.get(key), value)
        tags.update(half.tags)
    told["start_time"] = ordered[0].time if ordered else 0
    told.update(first, metadata=metadata, tags=sorted(tags))
    return Span(**told)


def _blank(half: Half) -> dict[str, Any]:
    return {
        "project_id": half.project_id,
        "trace_id": half.trace_id,
        "span_id": half.span_id,
    }


def _first_words(told: dict[str, Any]) -> dict[str, Any]:
    return {field: told[field] for field in _FIRST_WORD if told.get(field)}


def _merged(old: str | None, new: str) -> str:
    """Objects are merged key by key; anything else is replaced."""
    if old is None or old[:1] != "{" or new[:1] != "{":
        return new
    try:
        merged = _deep(_decode_object(old), _decode_object(new))
    except msgspec.MsgspecError:
        return new
    return msgspec.json.encode(merged).decode()


def _deep(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    merged = dict(old)
    for key, value in new.items():
        known: Any = merged.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            value = _deep(known, value)
        merged[key] = value
    return merged
