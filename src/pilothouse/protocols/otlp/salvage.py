"""Reads what can be read of a protobuf request that does not parse as a whole.

One string that is not UTF-8 makes the parser refuse every span of the request. The wire format is
simple enough to walk to the single spans, so that only the bad one is lost.
"""

from collections.abc import Iterator

from google.protobuf.message import DecodeError, Message
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.outcome import Reason, Rejected

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def trace_request(body: bytes) -> tuple[ExportTraceServiceRequest, list[Rejected]]:
    """The request without its unreadable spans, and those. Raises BadRequest when the body is not
    OTLP at all."""
    whole = ExportTraceServiceRequest()
    rejected: list[Rejected] = []
    try:
        for group in _children(body, 1):
            resource_spans = whole.resource_spans.add()
            for part in _children(group, 1):
                _merge(resource_spans.resource, part, Resource)
            for items in _children(group, 2):
                scope_spans = resource_spans.scope_spans.add()
                for part in _children(items, 1):
                    _merge(scope_spans.scope, part, InstrumentationScope)
                for raw in _children(items, 2):
                    try:
                        scope_spans.spans.append(Span.FromString(raw))
                    except DecodeError as error:
                        rejected.append(_unreadable(raw, error))
    except (ValueError, IndexError) as error:
        raise BadRequest("the body is not an OTLP traces request in protobuf") from error
    if not rejected:
        raise BadRequest("the body is not an OTLP traces request in protobuf")
    return whole, rejected


def _merge(into: Message, part: bytes, kind: type[Message]) -> None:
    try:
        into.MergeFrom(kind.FromString(part))
    except DecodeError:
        return


def _unreadable(raw: bytes, error: DecodeError) -> Rejected:
    return Rejected(
        reason=Reason.NOT_DECODABLE,
        message=f"a span is not valid protobuf: {error}",
        head=raw[:2000].decode("utf-8", "replace"),
    )


def _children(message: bytes, field: int) -> Iterator[bytes]:
    """The length-delimited values of one field. Raises ValueError or IndexError on broken framing."""
    position = 0
    while position < len(message):
        tag, position = _varint(message, position)
        number, wire_type = tag >> 3, tag & 7
        if wire_type == _VARINT:
            _, position = _varint(message, position)
        elif wire_type == _FIXED64:
            position += 8
        elif wire_type == _FIXED32:
            position += 4
        elif wire_type == _BYTES:
            length, position = _varint(message, position)
            if position + length > len(message):
                raise ValueError("truncated")
            if number == field:
                yield message[position : position + length]
            position += length
        else:
            raise ValueError(f"wire type {wire_type}")


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
        if shift > 63:
            raise ValueError("varint too long")
