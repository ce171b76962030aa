"""Inputs and outputs that are too long for a row: the row keeps their beginning, a blob the whole."""

from collections.abc import Callable

import msgspec

from pilothouse.domain.span import Span
from pilothouse.store.api import Blobs
from pilothouse.store.blobs import keys

SIDES = ("input", "output")
_PREFIX = "pilothouse.whole."


class Whole(msgspec.Struct, frozen=True):
    """Where the whole lies. Kept as an attribute of the span."""

    key: str
    characters: int


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Whole).decode


def set_apart(blobs: Blobs, longest: int) -> Callable[[list[Span]], None]:
    """A step that keeps at most `longest` characters with the span. The blob is durable before the
    span is; writing it again changes nothing."""

    def step(spans: list[Span]) -> None:
        for span in spans:
            for side in SIDES:
                text: str = getattr(span, side)
                if len(text) > longest:
                    key = keys.of_payload(span.project_id, span.trace_id, span.span_id, side)
                    blobs.put(key, text.encode(), "text/plain; charset=utf-8")
                    setattr(span, side, text[:longest])
                    whole = Whole(key, len(text))
                    span.attributes[_PREFIX + side] = _encode(whole).decode()

    return step


def taken_from(span: Span) -> dict[str, Whole]:
    """Where the sides lie that are kept apart; takes the marks off the span."""
    found: dict[str, Whole] = {}
    for side in SIDES:
        mark = span.attributes.pop(_PREFIX + side, None)
        if mark is not None:
            found[side] = _decode(mark)
    return found


def text_of(blobs: Blobs, whole: Whole, limit: int | None) -> str | None:
    """The text, cut at a limit; None when the blob is gone."""
    body = blobs.get(whole.key)
    return None if body is None else body.decode()[:limit]


def make_whole(blobs: Blobs, span: Span, limit: int | None) -> dict[str, int]:
    """Put back what is kept apart of a span that was read, up to a limit, and take the marks off it.
    Gives the characters of the whole of each side that was apart."""
    sizes: dict[str, int] = {}
    for side, whole in taken_from(span).items():
        sizes[side] = whole.characters
        kept: str = getattr(span, side)
        if limit is None or limit > len(kept):
            setattr(span, side, text_of(blobs, whole, limit) or kept)
    return sizes
