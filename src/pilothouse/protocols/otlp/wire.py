"""OTLP/HTTP bodies, protobuf or JSON, decoded into one plain form.

Both entrances meet here, before anything knows about language models. Unknown fields are ignored. An
item that cannot be read becomes a `Rejected`; the others go on.
"""

import base64
import math
from collections.abc import Iterable
from typing import Any

import msgspec
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from pilothouse.domain.errors import BadRequest
from pilothouse.domain.outcome import Reason, Rejected
from pilothouse.protocols.otlp import salvage

Attributes = dict[str, Any]
MAX_DEPTH = 64


class Scope(msgspec.Struct, frozen=True):
    """Who emitted: the instrumentation and the process it ran in."""

    name: str
    version: str
    attributes: Attributes
    resource: Attributes


class WireEvent(msgspec.Struct, gc=False):
    name: str
    time: int
    attributes: Attributes


class WireLink(msgspec.Struct, gc=False):
    trace_id: str
    span_id: str
    attributes: Attributes


class WireSpan(msgspec.Struct):
    """A span as it came: ids in hex, times in nanoseconds, values as Python has them."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    start: int
    end: int
    attributes: Attributes
    events: list[WireEvent]
    links: list[WireLink]
    status_code: int
    status_message: str
    scope: Scope
    dropped: int = 0
    """Attributes, events and links that the client left out at its own limits."""


class WireLog(msgspec.Struct):
    trace_id: str
    span_id: str
    time: int
    name: str
    attributes: Attributes
    body: Any
    scope: Scope


class TooDeep(ValueError):
    """A value is nested deeper than anyone can mean."""


# -- protobuf ----------------------------------------------------------------------------------


def spans_from_protobuf(body: bytes) -> tuple[list[WireSpan], list[Rejected]]:
    """Raises BadRequest when nothing of the body can be read."""
    try:
        message = ExportTraceServiceRequest.FromString(body)
        rejected: list[Rejected] = []
    except DecodeError:
        message, rejected = salvage.trace_request(body)
    spans: list[WireSpan] = []
    for resource_spans in message.resource_spans:
        resource = _attributes(resource_spans.resource.attributes)
        for scope_spans in resource_spans.scope_spans:
            scope = _scope(scope_spans.scope, resource)
            for span in scope_spans.spans:
                try:
                    spans.append(_span(span, scope))
                except TooDeep as error:
                    rejected.append(_too_deep(span.span_id.hex(), span.name, error))
    return spans, rejected


def logs_from_protobuf(body: bytes) -> tuple[list[WireLog], list[Rejected]]:
    try:
        message = ExportLogsServiceRequest.FromString(body)
    except DecodeError as error:
        raise BadRequest("the body is not an OTLP logs request in protobuf") from error
    logs: list[WireLog] = []
    rejected: list[Rejected] = []
    for resource_logs in message.resource_logs:
        resource = _attributes(resource_logs.resource.attributes)
        for scope_logs in resource_logs.scope_logs:
            scope = _scope(scope_logs.scope, resource)
            for record in scope_logs.log_records:
                try:
                    logs.append(_log(record, scope))
                except TooDeep as error:
                    rejected.append(_too_deep(record.span_id.hex(), record.event_name, error))
    return logs, rejected


def _scope(scope: Any, resource: Attributes) -> Scope:
    return Scope(scope.name, scope.version, _attributes(scope.attributes), resource)


def _span(span: Any, scope: Scope) -> WireSpan:
    status = span.status
    return WireSpan(
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        span.name,
        span.start_time_unix_nano,
        span.end_time_unix_nano,
        _attributes(span.attributes),
        [
            WireEvent(event.name, event.time_unix_nano, _attributes(event.attributes))
            for event in span.events
        ],
        [
            WireLink(link.trace_id.hex(), link.span_id.hex(), _attributes(link.attributes))
            for link in span.links
        ],
        status.code,
        status.message,
        scope,
        span.dropped_attributes_count + span.dropped_events_count + span.dropped_links_count,
    )


def _log(record: Any, scope: Scope) -> WireLog:
    return WireLog(
        record.trace_id.hex(),
        record.span_id.hex(),
        record.time_unix_nano or record.observed_time_unix_nano,
        record.event_name,
        _attributes(record.attributes),
        _any(record.body, 0),
        scope,
    )


def _attributes(pairs: Iterable[Any]) -> Attributes:
    found: Attributes = {}
    for pair in pairs:
        value = pair.value
        # Most values are strings; asking for one costs less than asking which it is.
        found[pair.key] = value.string_value or _any(value, 0)
    return found


def _any(value: Any, depth: int) -> Any:
    which = value.WhichOneof("value")
    if which is None:
        return None
    if which == "double_value":
        return _finite(value.double_value)
    if which == "array_value":
        _check(depth)
        return [_any(item, depth + 1) for item in value.array_value.values]
    if which == "kvlist_value":
        _check(depth)
        return {pair.key: _any(pair.value, depth + 1) for pair in value.kvlist_value.values}
    if which == "bytes_value":
        return base64.b64encode(value.bytes_value).decode()
    return getattr(value, which)


def _finite(number: float) -> float | str:
    """JSON has no NaN and no infinity; as text they are at least seen."""
    return number if math.isfinite(number) else str(number)


def _check(depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise TooDeep(f"a value is nested more than {MAX_DEPTH} levels deep")


def _too_deep(item_id: str, name: str, error: TooDeep) -> Rejected:
    return Rejected(reason=Reason.TOO_DEEP, message=str(error), item_id=item_id, head=name)


# -- JSON --------------------------------------------------------------------------------------

_Int = int | str


class _JsonAny(msgspec.Struct, rename="camel"):
    string_value: str | None = None
    bool_value: bool | None = None
    int_value: _Int | None = None
    double_value: float | str | None = None
    array_value: "_JsonArray | None" = None
    kvlist_value: "_JsonKvList | None" = None
    bytes_value: str | None = None


class _JsonPair(msgspec.Struct):
    key: str
    value: _JsonAny | None = None


class _JsonArray(msgspec.Struct):
    values: list[_JsonAny] = []


class _JsonKvList(msgspec.Struct):
    values: list[_JsonPair] = []


class _JsonEvent(msgspec.Struct, rename="camel"):
    name: str = ""
    time_unix_nano: _Int = 0
    attributes: list[_JsonPair] | None = None


class _JsonLink(msgspec.Struct, rename="camel"):
    trace_id: str = ""
    span_id: str = ""
    attributes: list[_JsonPair] | None = None


class _JsonStatus(msgspec.Struct):
    code: int | str = 0
    message: str = ""


class _JsonSpan(msgspec.Struct, rename="camel"):
    trace_id: str = ""
    span_id: str = ""
    parent_span_id: str | None = None
    name: str = ""
    start_time_unix_nano: _Int = 0
    end_time_unix_nano: _Int = 0
    attributes: list[_JsonPair] | None = None
    events: list[_JsonEvent] | None = None
    links: list[_JsonLink] | None = None
    status: _JsonStatus | None = None
    dropped_attributes_count: int = 0
    dropped_events_count: int = 0
    dropped_links_count: int = 0


class _JsonLog(msgspec.Struct, rename="camel"):
    trace_id: str = ""
    span_id: str = ""
    time_unix_nano: _Int = 0
    observed_time_unix_nano: _Int = 0
    event_name: str = ""
    attributes: list[_JsonPair] | None = None
    body: _JsonAny | None = None


class _JsonScope(msgspec.Struct):
    name: str = ""
    version: str = ""
    attributes: list[_JsonPair] | None = None


class _JsonResource(msgspec.Struct):
    attributes: list[_JsonPair] | None = None


class _JsonScopeItems(msgspec.Struct, rename="camel"):
    scope: _JsonScope | None = None
    # Items are decoded one by one, so that a bad one does not take the others with it.
    spans: list[msgspec.Raw] | None = None
    log_records: list[msgspec.Raw] | None = None


class _JsonResourceItems(msgspec.Struct, rename="camel"):
    resource: _JsonResource | None = None
    scope_spans: list[_JsonScopeItems] | None = None
    scope_logs: list[_JsonScopeItems] | None = None


class _JsonRequest(msgspec.Struct, rename="camel"):
    resource_spans: list[_JsonResourceItems] | None = None
    resource_logs: list[_JsonResourceItems] | None = None


_request = msgspec.json.Decoder(_JsonRequest)
_json_span = msgspec.json.Decoder(_JsonSpan)
_json_log = msgspec.json.Decoder(_JsonLog)
_STATUS_CODES = {"STATUS_CODE_UNSET": 0, "STATUS_CODE_OK": 1, "STATUS_CODE_ERROR": 2}


def spans_from_json(body: bytes) -> tuple[list[WireSpan], list[Rejected]]:
    """Ids are hex; 64-bit numbers come as numbers or as strings."""
    spans: list[WireSpan] = []
    rejected: list[Rejected] = []
    for group in _decoded(body).resource_spans or ():
        for items in group.scope_spans or ():
            scope = _json_scope(items, group)
            for raw in items.spans or ():
                try:
                    spans.append(_span_from_json(_json_span.decode(raw), scope))
                except (ValueError, RecursionError) as error:
                    rejected.append(_unreadable(raw, error))
    return spans, rejected


def logs_from_json(body: bytes) -> tuple[list[WireLog], list[Rejected]]:
    logs: list[WireLog] = []
    rejected: list[Rejected] = []
    for group in _decoded(body).resource_logs or ():
        for items in group.scope_logs or ():
            scope = _json_scope(items, group)
            for raw in items.log_records or ():
                try:
                    logs.append(_log_from_json(_json_log.decode(raw), scope))
                except (ValueError, RecursionError) as error:
                    rejected.append(_unreadable(raw, error))
    return logs, rejected


def _decoded(body: bytes) -> _JsonRequest:
    try:
        return _request.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(f"the body is not an OTLP request in JSON: {error}") from error


def _json_scope(items: _JsonScopeItems, group: _JsonResourceItems) -> Scope:
    scope = items.scope or _JsonScope()
    resource = group.resource.attributes if group.resource else None
    return Scope(
        scope.name,
        scope.version,
        _json_attributes(scope.attributes),
        _json_attributes(resource),
    )


def _span_from_json(span: _JsonSpan, scope: Scope) -> WireSpan:
    status = span.status or _JsonStatus()
    code = status.code if isinstance(status.code, int) else _STATUS_CODES.get(status.code, 0)
    return WireSpan(
        span.trace_id.lower(),
        span.span_id.lower(),
        (span.parent_span_id or "").lower(),
        span.name,
        int(span.start_time_unix_nano),
        int(span.end_time_unix_nano),
        _json_attributes(span.attributes),
        [
            WireEvent(event.name, int(event.time_unix_nano), _json_attributes(event.attributes))
            for event in span.events or ()
        ],
        [
            WireLink(link.trace_id, link.span_id, _json_attributes(link.attributes))
            for link in span.links or ()
        ],
        code,
        status.message,
        scope,
        span.dropped_attributes_count + span.dropped_events_count + span.dropped_links_count,
    )


def _log_from_json(record: _JsonLog, scope: Scope) -> WireLog:
    return WireLog(
        record.trace_id.lower(),
        record.span_id.lower(),
        int(record.time_unix_nano) or int(record.observed_time_unix_nano),
        record.event_name,
        _json_attributes(record.attributes),
        _json_any(record.body, 0) if record.body else None,
        scope,
    )


def _json_attributes(pairs: list[_JsonPair] | None) -> Attributes:
    return {pair.key: _json_any(pair.value, 0) if pair.value else None for pair in pairs or ()}


def _json_any(value: _JsonAny, depth: int) -> Any:
    if value.string_value is not None:
        return value.string_value
    if value.int_value is not None:
        return int(value.int_value)
    if value.bool_value is not None:
        return value.bool_value
    if value.double_value is not None:
        return _finite(float(value.double_value))
    if value.array_value is not None:
        _check(depth)
        return [_json_any(item, depth + 1) for item in value.array_value.values]
    if value.kvlist_value is not None:
        _check(depth)
        return {
            pair.key: _json_any(pair.value, depth + 1) if pair.value else None
            for pair in value.kvlist_value.values
        }
    return value.bytes_value


def _unreadable(raw: msgspec.Raw, error: Exception) -> Rejected:
    deep = isinstance(error, TooDeep | RecursionError)
    return Rejected(
        reason=Reason.TOO_DEEP if deep else Reason.WRONG_TYPE,
        message=str(error),
        head=bytes(raw)[:2000].decode("utf-8", "replace"),
    )
