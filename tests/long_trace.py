"""A trace as a long-running agent leaves it: steps of 51 spans, in each ten calls that go on from
one another."""

import json
import time
from collections.abc import Iterator
from itertools import islice

from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from tests.otlp import SECOND, request, span

TRACE = bytes.fromhex("5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e")
_A_REQUEST = 1_000
_MILLISECOND = SECOND // 1000
_ACTS = 10


def bodies(spans: int) -> Iterator[bytes]:
    """OTLP requests that together hold the trace."""
    made = islice(_spans(time.time_ns() - spans * _MILLISECOND), spans)
    while batch := list(islice(made, _A_REQUEST)):
        yield request(*batch).SerializeToString()


def _spans(began: int) -> Iterator[Span]:
    number = 0

    def one(name: str, parent: bytes, lasts: int, **attributes: str | int) -> Span:
        nonlocal number
        number += 1
        start = began + number * _MILLISECOND
        return span(
            name,
            trace_id=TRACE,
            span_id=number.to_bytes(8, "big"),
            parent_span_id=parent,
            start_time_unix_nano=start,
            end_time_unix_nano=start + lasts * _MILLISECOND,
            attributes={key.replace("__", "."): value for key, value in attributes.items()},
        )

    root = one("long-running agent", b"", 50_000, gen_ai__operation__name="invoke_agent")
    yield root
    for place in range(1_000_000):
        step = one(f"step {place}", root.span_id, 51)
        yield step
        said = [_message("user", f"Do step {place}: look up what is known of order {place * 7}.")]
        for turn in range(_ACTS):
            act = one("act", step.span_id, 5)
            answer = _message("assistant", f"Step {place}, turn {turn}: " + "I keep looking. " * 8)
            call = one(
                "chat gpt-5-mini",
                act.span_id,
                2,
                gen_ai__operation__name="chat",
                gen_ai__provider__name="openai",
                gen_ai__request__model="gpt-5-mini",
                gen_ai__usage__input_tokens=900 + 40 * turn,
                gen_ai__usage__output_tokens=40,
                gen_ai__input__messages=json.dumps(said),
                gen_ai__output__messages=json.dumps([answer]),
            )
            said = [*said, answer, _message("user", "Go on.")]
            tool = one("lookup_order", act.span_id, 1, gen_ai__operation__name="execute_tool")
            if (place * _ACTS + turn) % 97 == 0:
                tool.status.code = Status.STATUS_CODE_ERROR
                tool.status.message = "order service: connection refused"
            yield from (act, call, tool)
            yield one("retrieve", act.span_id, 1, openinference__span__kind="RETRIEVER")
            yield one("note", act.span_id, 1, input__value=f"turn {turn} of step {place}")


def _message(role: str, text: str) -> dict[str, object]:
    return {"role": role, "parts": [{"type": "text", "content": text}]}
