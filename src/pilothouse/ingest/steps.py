"""The steps of the way in. Each takes the spans of one request and leaves them more complete; none
relies on another's order but for what stands in `pipeline`."""

import re
from collections.abc import Callable

from pilothouse.domain.messages import preview
from pilothouse.domain.span import Kind, Span
from pilothouse.domain.usage import totals
from pilothouse.ingest.limits import ItemLimits
from pilothouse.ingest.trace_context import bill_once
from pilothouse.pricing import PriceBook

Step = Callable[[list[Span]], None]


PricesOf = Callable[[str], PriceBook]
"""The price book of a project."""


def pipeline(limits: ItemLimits, prices_of: PricesOf) -> list[Step]:
    """What happens to spans that come finished, in order."""
    return [bill_once, *of_each(limits, prices_of)]


def of_each(limits: ItemLimits, prices_of: PricesOf) -> list[Step]:
    """The steps that look at one span at a time: what happens to spans that were joined of halves,
    which must not depend on who else is in the batch."""
    return [spell_out, clamp(limits), tidy, total, price(prices_of), add_previews]


_NUMBERED = re.compile(
    r"\\\\|\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|\\u([0-9a-f]{4})", re.IGNORECASE
)
"""A backslash that stands for itself, or a letter by its number, perhaps in two halves."""


def spell_out(spans: list[Span]) -> None:
    """JSON that tells letters by their numbers, as Python's does by default, is stored with the
    letters: people search for them and read them."""
    for span in spans:
        for field in ("input", "output"):
            text: str = getattr(span, field)
            # Most texts hold no backslash, and one letter is found faster than two.
            if "\\" in text and text[0] in '{["' and "\\u" in text:
                setattr(span, field, _NUMBERED.sub(_letter, text))


def _letter(found: re.Match[str]) -> str:
    high, low, number = found.groups()
    if high:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    code = int(number, 16) if number else 0
    # Marks of JSON, what cannot be printed, and halves without their other half stay as they are.
    return found[0] if code < 0xA0 or 0xD800 <= code < 0xE000 else chr(code)


CUT = "pilothouse.cut"
"""Attribute of spans that lost something: what was cut."""


def clamp(limits: ItemLimits) -> Step:
    """Cut what is longer than anyone can use; say so on the span."""

    def step(spans: list[Span]) -> None:
        for span in spans:
            cut: list[str] = []
            for field in ("input", "output"):
                text: str = getattr(span, field)
                if len(text) > limits.payload:
                    setattr(span, field, text[: limits.payload])
                    cut.append(field)
            if len(span.attributes) > limits.entries:
                span.attributes = dict(list(span.attributes.items())[: limits.entries])
                cut.append("attributes")
            if len(span.metadata) > limits.entries:
                span.metadata = dict(list(span.metadata.items())[: limits.entries])
                cut.append("metadata")
            for entries in (span.metadata, span.attributes):
                for key, value in entries.items():
                    if len(value) > limits.value:
                        start = value[: limits.value].strip('"\\').replace('"', "'")
                        entries[key] = f'"{start}…"'
                        cut.append(key)
            if len(span.name) > limits.name:
                span.name = span.name[: limits.name]
                cut.append("name")
            if len(span.tags) > limits.tags:
                span.tags = span.tags[: limits.tags]
                cut.append("tags")
            if cut:
                listed = ", ".join(f'"{field[:100]}"' for field in cut[:20])
                span.attributes[CUT] = f"[{listed}]"

    return step


_NOT_IN_ENVIRONMENT = re.compile(r"[^a-z0-9_-]+")


def tidy(spans: list[Span]) -> None:
    """One spelling: environments lower-case and short, ends not before starts, tags once each."""
    for span in spans:
        environment = span.environment
        if environment != "default":
            lowered = _NOT_IN_ENVIRONMENT.sub("-", environment.lower())[:40].strip("-")
            span.environment = lowered or "default"
        if span.end_time and span.end_time < span.start_time:
            span.end_time = span.start_time
        if span.kind == Kind.EVENT and not span.end_time:
            span.end_time = span.start_time


def total(spans: list[Span]) -> None:
    """Token totals are sums over the buckets."""
    for span in spans:
        if span.usage:
            span.input_tokens, span.output_tokens, span.total_tokens = totals(span.usage)


def price(prices_of: PricesOf) -> Step:
    def step(spans: list[Span]) -> None:
        for span in spans:
            prices_of(span.project_id).price(span)

    return step


def add_previews(spans: list[Span]) -> None:
    for span in spans:
        if span.input:
            span.input_preview = preview(span.input, of_output=False)
        if span.output:
            span.output_preview = preview(span.output, of_output=True)
