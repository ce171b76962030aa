"""What a model is to be asked, from our own wire."""

from collections.abc import Sequence

import msgspec

from pilothouse.domain.messages import Message
from pilothouse.llm.request import Request, ResponseSchema
from pilothouse.protocols.native import playground_wire as wire
from pilothouse.protocols.native.reading_wire import Message as WireMessage


def messages_of(messages: Sequence[WireMessage]) -> list[Message]:
    return [msgspec.convert(each.model_dump(), Message) for each in messages]


def request_of(body: wire.ModelCall, messages: list[Message]) -> Request:
    """Without tools, which may want more than their definition."""
    schema = body.response_schema
    return Request(
        model=body.model,
        messages=messages,
        tool_choice=body.tool_choice,
        response_schema=ResponseSchema(**schema.model_dump()) if schema else None,
        temperature=body.temperature,
        top_p=body.top_p,
        max_tokens=body.max_tokens,
        stop=body.stop,
        seed=body.seed,
        reasoning_effort=body.reasoning_effort,
        reasoning_tokens=body.reasoning_tokens,
        options=body.options,
    )
