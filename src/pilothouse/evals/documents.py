"""The texts of retrieved documents, in whatever shape a retriever's span tells them. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from pilothouse.domain.messages import parse

_TEXTS = ("page_content", "content", "text", "document.content", "pageContent", "body", "chunk")
_LISTS = ("documents", "docs", "results", "matches", "chunks", "nodes", "output", "hits", "data")
_INSIDE = ("document", "node", "metadata", "payload", "_source")
_DEPTH = 6


def texts_of(output: str) -> tuple[str, ...]:
    """In the order they were found; a plain text is one document."""
    return tuple(_texts(parse(output), 0)) if output else ()


def _texts(value: Any, depth: int) -> Iterator[str]:
    if depth > _DEPTH:
        return
    if isinstance(value, str):
        if value.strip():
            yield value
    elif isinstance(value, list):
        for each in cast(list[Any], value):
            yield from _texts(each, depth + 1)
    elif isinstance(value, dict):
        yield from _of_object(cast(Mapping[str, Any], value), depth)


def _of_object(value: Mapping[str, Any], depth: int) -> Iterator[str]:
    for key in _TEXTS:
        text = value.get(key)
        if isinstance(text, str) and text.strip():
            yield text
            return
    for key in (*_LISTS, *_INSIDE):
        inner = value.get(key)
        if isinstance(inner, list | dict):
            found = list(_texts(inner, depth + 1))
            if found:
                yield from found
                return
