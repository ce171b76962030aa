"""OTLP over HTTP, as its specification has it: protobuf or JSON in, the same form back."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import Request, Response
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from starlette.concurrency import run_in_threadpool

from pilothouse.domain.clock import now
from pilothouse.domain.errors import PilothouseError, Refused, Unavailable
from pilothouse.domain.outcome import Dropped, Reason, Rejected
from pilothouse.domain.score import Score
from pilothouse.domain.span import Span
from pilothouse.edge import bodies
from pilothouse.edge.access import Caller, CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.ingest.outcomes import Arrival
from pilothouse.protocols.otlp import evaluations, experiments, logs, wire
from pilothouse.protocols.otlp.dialects import read
from pilothouse.protocols.otlp.translate import Translator

router = Router(tags=["OpenTelemetry"])

PROTOBUF = "application/x-protobuf"
JSON = "application/json"


class UnsupportedMediaType(Refused):
    status = 415
    code = "unsupported_media_type"


@router.post("/v1/traces")
async def traces(request: Request, caller: CallerOf, services: ServicesOf) -> Response:
    """Store an ExportTraceServiceRequest. When this answers 200, what it does not list as rejected
    is durable."""
    content_type = _content_type(request)
    body = await _body(request, services)
    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(
        services.decoding, _spans, services, caller.project_id, content_type, body
    )
    if found.experiments:
        await run_in_threadpool(services.datasets.note, found.experiments)
    arrival = Arrival(
        caller.project_id, caller.key_id, "otlp", found.sdk or _agent(request), len(body)
    )
    every = await services.intake.accept(
        arrival, found.spans, found.scores, found.rejected, dropped=found.dropped
    )
    await _join(request, services, caller, logs.lacking(found.spans))
    return _answer(content_type, ExportTraceServiceResponse(), "rejected_spans", every)


@router.post("/v1/logs")
async def log_records(request: Request, caller: CallerOf, services: ServicesOf) -> Response:
    """Take messages and evaluations that were told as log records to the spans they belong to."""
    content_type = _content_type(request)
    body = await _body(request, services)
    loop = asyncio.get_running_loop()
    decode = wire.logs_from_json if content_type == JSON else wire.logs_from_protobuf
    records, unreadable = await loop.run_in_executor(services.decoding, decode, body)
    found = logs.sort(records)
    rejected = [*unreadable, *found.rejected]
    sdk = _sdk(records) or _agent(request)
    if found.messages:
        joining = _joining(request, services)
        await run_in_threadpool(joining.remember, caller.project_id, found.messages)
        keys = list({(each.trace_id, each.span_id): None for each in found.messages})
        await _join(request, services, caller, keys)
    arrival = Arrival(caller.project_id, caller.key_id, "otlp", sdk, len(body))
    scores: list[Score] = []
    for each in found.evaluations:
        score = _score(caller, each.trace_id, each.span_id, each.time, each.attributes)
        if score:
            scores.append(score)
        else:
            rejected.append(
                Rejected(
                    reason=Reason.MISSING_FIELD,
                    message=evaluations.LACKING,
                    item_id=each.span_id,
                    head=read.json_text(each.attributes)[:2_000],
                )
            )
    every = await services.intake.accept(arrival, [], scores, rejected)
    return _answer(content_type, ExportLogsServiceResponse(), "rejected_log_records", every)


async def _join(
    request: Request, services: Services, caller: Caller, keys: list[logs.SpanKey]
) -> None:
    if keys:
        joining = _joining(request, services)
        changed = await run_in_threadpool(joining.filled, caller.scope, keys)
        await services.intake.write_again(changed)


def _joining(request: Request, services: Services) -> logs.Joining:
    state = request.app.state
    if not hasattr(state, "log_joining"):
        state.log_joining = logs.Joining(services)
    return state.log_joining


def _score(
    caller: Caller, trace_id: str, span_id: str, time: int, attributes: dict[str, Any]
) -> Score | None:
    return evaluations.score(caller.project_id, trace_id, span_id, time // 1000, attributes)


@router.post("/v1/metrics")
async def metrics(request: Request, caller: CallerOf, services: ServicesOf) -> Response:
    """Metrics are not kept; exporters that send them along with traces are told so politely."""
    content_type = _content_type(request)
    body = await _body(request, services)
    message = "Pilothouse keeps traces and logs, not metrics"
    arrival = Arrival(caller.project_id, caller.key_id, "otlp", _agent(request), len(body))
    services.intake.outcomes.record(arrival, 0, [Rejected(reason=Reason.NOT_KEPT, message=message)])
    response = ExportMetricsServiceResponse()
    response.partial_success.error_message = message
    return _encoded(content_type, response)


@dataclass(frozen=True)
class _Found:
    """What a request told, and which instrumentation sent the first of it."""

    sdk: str
    spans: list[Span]
    scores: list[Score]
    rejected: list[Rejected]
    dropped: list[Dropped]
    experiments: list[experiments.Told]


def _spans(services: Services, project_id: str, content_type: str, body: bytes) -> _Found:
    decode: Callable[[bytes], tuple[list[wire.WireSpan], list[Rejected]]] = (
        wire.spans_from_json if content_type == JSON else wire.spans_from_protobuf
    )
    wire_spans, rejected = decode(body)
    translator = Translator(project_id, now())
    spans: list[Span] = []
    scores: list[Score] = []
    dropped: list[Dropped] = []
    items: list[experiments.Told] = []
    for each in wire_spans:
        found = translator.span(each)
        if isinstance(found, Rejected):
            rejected.append(found)
            continue
        spans.append(found)
        if experiments.ID in each.attributes and (told := experiments.of_span(project_id, each)):
            items.append(told)
        if each.dropped:
            dropped.append(_left_out(each))
        for told in evaluations.of_span(project_id, each) if each.events else ():
            if isinstance(told, Score):
                scores.append(told)
            else:
                dropped.append(told)
    services.intake.complete(spans)
    return _Found(_sdk(wire_spans), spans, scores, rejected, dropped, items)


def _sdk(items: Sequence[wire.WireSpan] | Sequence[wire.WireLog]) -> str:
    return f"{items[0].scope.name} {items[0].scope.version}".strip() if items else ""


def _left_out(span: wire.WireSpan) -> Dropped:
    return Dropped(
        reason=Reason.CLIENT_LIMIT,
        message=f"the client left out {span.dropped} attributes, events or links"
        f" of {span.name[:200]!r} at its own limits",
        item_id=span.span_id,
    )


def _content_type(request: Request) -> str:
    told = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if told in (PROTOBUF, "application/protobuf"):
        return PROTOBUF
    if told == JSON:
        return JSON
    raise UnsupportedMediaType(f"send {PROTOBUF} or {JSON}, not {told[:100]!r}")


async def _body(request: Request, services: Services) -> bytes:
    settings = services.settings
    return await bodies.read(
        request, limit=settings.max_body_bytes, inflated_limit=settings.max_inflated_bytes
    )


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")[:200]


def _answer(
    content_type: str,
    response: ExportTraceServiceResponse | ExportLogsServiceResponse,
    counter: str,
    rejected: list[Rejected],
) -> Response:
    if rejected:
        setattr(response.partial_success, counter, sum(item.items for item in rejected))
        reasons = list(dict.fromkeys(f"{item.reason}: {item.message}" for item in rejected))
        response.partial_success.error_message = "; ".join(reasons[:10])[:2000]
    return _encoded(content_type, response)


def _encoded(content_type: str, message: Message, status: int = 200) -> Response:
    if content_type == JSON:
        return Response(orjson.dumps(_as_json(message)), status, media_type=JSON)
    return Response(message.SerializeToString(), status, media_type=PROTOBUF)


def _as_json(message: Message) -> dict[str, Any]:
    from google.protobuf.json_format import MessageToDict

    return MessageToDict(message)


def error_response(request: Request, error: PilothouseError) -> Response:
    """A google.rpc.Status, in the form that the request came in."""
    if isinstance(error, Unavailable):
        status, headers = error.status, {"Retry-After": str(error.retry_after)}
    else:
        status, headers = (error.status, {}) if isinstance(error, Refused) else (500, {})
    message = str(error) if status != 500 else "the server failed; its log says more"
    told = request.headers.get("content-type", "")
    content_type = JSON if told.startswith(JSON) else PROTOBUF
    response = _encoded(content_type, Status(code=_GRPC.get(status, 2), message=message), status)
    response.headers.update(headers)
    return response


_GRPC = {400: 3, 401: 16, 403: 7, 404: 5, 413: 3, 415: 3, 429: 8, 503: 14}
"""The code of gRPC for each HTTP status that we send."""
