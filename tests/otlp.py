"""OTLP requests for tests, as plain as they can be."""

import os
import time
from typing import Any

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

SECOND = 1_000_000_000


def pair(key: str, value: str | int | float | bool) -> KeyValue:
    if isinstance(value, bool):
        return KeyValue(key=key, value=AnyValue(bool_value=value))
    if isinstance(value, int):
        return KeyValue(key=key, value=AnyValue(int_value=value))
    if isinstance(value, float):
        return KeyValue(key=key, value=AnyValue(double_value=value))
    return KeyValue(key=key, value=AnyValue(string_value=value))


def span(name: str = "work", *, attributes: dict[str, Any] | None = None, **fields: Any) -> Span:
    """A span of a second that ended just now, a root unless told otherwise."""
    end = time.time_ns()
    told = {
        "trace_id": os.urandom(16),
        "span_id": os.urandom(8),
        "start_time_unix_nano": end - SECOND,
        "end_time_unix_nano": end,
        **fields,
    }
    made = Span(name=name, **told)
    made.attributes.extend(pair(key, value) for key, value in (attributes or {}).items())
    return made


def request(*spans: Span) -> ExportTraceServiceRequest:
    message = ExportTraceServiceRequest()
    message.resource_spans.add().scope_spans.add().spans.extend(spans)
    return message


def as_json(message: ExportTraceServiceRequest) -> dict[str, Any]:
    """As the specification has OTLP in JSON: ids in hex, not base64."""
    body = MessageToDict(message)
    for resource in body["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            for encoded, given in zip(
                scope["spans"], message.resource_spans[0].scope_spans[0].spans, strict=True
            ):
                encoded["traceId"] = given.trace_id.hex()
                encoded["spanId"] = given.span_id.hex()
                if given.parent_span_id:
                    encoded["parentSpanId"] = given.parent_span_id.hex()
    return body
