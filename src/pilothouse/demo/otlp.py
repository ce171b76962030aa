"""Spans as OTLP, in the GenAI conventions, encoded as any SDK would send them."""

import json
from collections.abc import Iterable
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

MS = 1_000_000
SECOND = 1_000 * MS
DAY = 86_400 * SECOND

Attribute = str | int | float | bool | list[str]


def said(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "parts": [{"type": "text", "content": text}]}


def tokens(messages: list[dict[str, Any]]) -> int:
    """About as a tokeniser would count: four letters, or one and a half Chinese characters."""
    text = json.dumps(messages, ensure_ascii=False)
    wide = (len(text.encode()) - len(text)) / 2
    return int((len(text) - wide) / 4 + wide / 1.5) + 1


def tell(span: Span, attributes: dict[str, Attribute]) -> None:
    span.attributes.extend(
        [KeyValue(key=key, value=_value(value)) for key, value in attributes.items() if value != ""]
    )


def _value(value: Attribute) -> AnyValue:
    if isinstance(value, bool):
        return AnyValue(bool_value=value)
    if isinstance(value, int):
        return AnyValue(int_value=value)
    if isinstance(value, float):
        return AnyValue(double_value=value)
    if isinstance(value, list):
        return AnyValue(array_value=ArrayValue(values=[_value(each) for each in value]))
    return AnyValue(string_value=value)


def raised(span: Span, at: int, kind: str, message: str) -> None:
    span.status.CopyFrom(Status(code=Status.STATUS_CODE_ERROR, message=message))
    event = span.events.add(name="exception", time_unix_nano=at)
    event.attributes.extend(
        [
            KeyValue(key="exception.type", value=AnyValue(string_value=kind)),
            KeyValue(key="exception.message", value=AnyValue(string_value=message)),
        ]
    )


def encoded(spans: Iterable[tuple[str, str, Span]]) -> bytes:
    """A request with spans, each with its release and its environment."""
    request = ExportTraceServiceRequest()
    groups: dict[tuple[str, str], Any] = {}
    for release, environment, span in spans:
        scope = groups.get((release, environment))
        if scope is None:
            resource = request.resource_spans.add()
            _resource(resource.resource, release, environment)
            scope = groups[release, environment] = resource.scope_spans.add()
            scope.scope.name, scope.scope.version = "harbour.support", release
        scope.spans.append(span)
    return request.SerializeToString()


def _resource(resource: Any, release: str, environment: str) -> None:
    for key, value in (
        ("service.name", "support-assistant"),
        ("service.version", release),
        ("deployment.environment.name", environment),
        ("telemetry.sdk.language", "python"),
    ):
        resource.attributes.append(KeyValue(key=key, value=AnyValue(string_value=value)))
