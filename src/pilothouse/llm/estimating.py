"""What a call used that ended before its provider counted it: stopped, cut off, or too slow, before its
first token too.

Four bytes of UTF-8 stand for a token. For English, Chinese and code that is within a fifth of what today's
encodings count, and needs none of their tables."""

import math
from collections.abc import Iterable

import msgspec

from pilothouse.domain.messages import Message
from pilothouse.domain.usage import INPUT, OUTPUT, OUTPUT_REASONING
from pilothouse.llm.events import Answer
from pilothouse.llm.parts import text_of
from pilothouse.llm.request import Request

_BYTES = 4


def usage(request: Request, answer: Answer) -> dict[str, int]:
    """In buckets. What the provider told at the beginning is kept: some count the input then."""
    into = {name: count for name, count in answer.usage.items() if name.startswith(INPUT)}
    said = answer.message()
    visible = msgspec.structs.replace(
        said, parts=[part for part in said.parts if part.type != "reasoning"]
    )
    found = {
        **(into or {INPUT: _tokens(_asked(request))}),
        OUTPUT: max(_tokens(_words(visible)), answer.usage.get(OUTPUT, 0)),
        OUTPUT_REASONING: _tokens([answer.reasoning]),
    }
    return {name: count for name, count in found.items() if count}


def usage_of_texts(texts: Iterable[str]) -> dict[str, int]:
    """Of texts that were to become vectors."""
    return {INPUT: _tokens(texts)}


def _asked(request: Request) -> Iterable[str]:
    for message in request.messages:
        yield from _words(message)
    for tool in request.tools:
        yield text_of(tool)
    if request.response_schema is not None:
        yield text_of(request.response_schema)


def _words(message: Message) -> Iterable[str]:
    """Of a message, without the media in it."""
    for part in message.parts:
        for value in (part.text, part.name, part.arguments, part.result):
            if value:
                yield text_of(value)
        if part.type == "json":
            yield text_of(part.value)


def _tokens(words: Iterable[str]) -> int:
    return math.ceil(sum(len(each.encode()) for each in words) / _BYTES)
