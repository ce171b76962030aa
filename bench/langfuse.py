"""Langfuse's older wire beside OTLP, and a long trace read through its API.

    python -m bench.langfuse [--seconds 30] [--spans-per-request 500] [--connections 4]

The same traces are sent as OTLP, as events that each tell a whole span, and as the SDKs of before
OpenTelemetry send them: a creation when a span begins and an update when it ends. Each has a server of its
own. Writes `results/langfuse.json`.
"""

import argparse
import itertools
import json
import os
import random
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from bench.load import loaded
from bench.payloads import Payloads, Templates
from bench.products.pilothouse import Pilothouse
from bench.record import record
from bench.sender import Target, percentile

_TRACE = 10
"""Spans of each trace of the load."""
_LONG = 2_000
_READS = 20
_TYPES = {"LLM": "generation", "TOOL": "tool", "AGENT": "agent"}


class Events:
    """Batches of events in place of OTLP's bodies, for `bench.load`."""

    def __init__(self, spans: int, *, in_halves: bool, count: int = 20) -> None:
        self.spans = spans
        self._in_halves = in_halves
        self._batches = [
            [Payloads(seed * 1_000 + each).trace(0) for each in range(spans // _TRACE)]
            for seed in range(count)
        ]

    def bodies(self, start: Callable[[], int], seed: int = 0) -> Iterator[bytes]:
        """Without end. `start` is called for the nanosecond at which each trace begins."""
        pick = random.Random(seed)
        told = [[_Told(spans) for spans in batch] for batch in self._batches]
        for batch in itertools.cycle(told):
            events = [
                event
                for trace in batch
                for event in trace.events(start(), pick, in_halves=self._in_halves)
            ]
            yield orjson.dumps({"batch": events})


class _Told:
    """A trace in Langfuse's words, for new ids and times."""

    def __init__(self, spans: list[Span]) -> None:
        self._head, self._spans = _head(spans[0]), [_observation(span) for span in spans]

    def events(self, began: int, pick: random.Random, *, in_halves: bool) -> Iterator[Any]:
        trace_id = _id(pick)
        yield _event("trace-create", began, {**self._head, "id": trace_id})
        root_id = ""
        for type, start, end, created, updated in self._spans:
            id = _id(pick)
            body = {"id": id, "traceId": trace_id, "startTime": _moment(began + start), **created}
            if root_id:
                body["parentObservationId"] = root_id
            root_id = root_id or id
            ended = {**updated, "endTime": _moment(began + end)}
            if in_halves:
                yield _event(f"{type}-create", began + start, body)
                yield _event(
                    f"{type}-update", began + end, {"id": id, "traceId": trace_id, **ended}
                )
            else:
                yield _event(f"{type}-create", began + start, {**body, **ended})


def _event(type: str, at: int, body: dict[str, Any]) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "type": type, "timestamp": _moment(at), "body": body}


def _head(root: Span) -> dict[str, Any]:
    said = _attributes(root)
    return {
        "name": root.name,
        "userId": said["user.id"],
        "sessionId": said["session.id"],
        "input": said["input.value"],
        "output": said["output.value"],
        "metadata": json.loads(said["metadata"]),
        "tags": ["chat", "web"],
    }


def _observation(span: Span) -> tuple[str, int, int, dict[str, Any], dict[str, Any]]:
    """Its type, start and end, what is known when it begins, and what when it ends."""
    said = _attributes(span)
    type = _TYPES[said["openinference.span.kind"]]
    created: dict[str, Any] = {"name": span.name, "input": _value(said["input.value"])}
    updated: dict[str, Any] = {"output": _value(said["output.value"])}
    if type == "generation":
        created["model"] = said["llm.model_name"]
        created["modelParameters"] = json.loads(said["llm.invocation_parameters"])
        into, cached = (
            said["llm.token_count.prompt"],
            said["llm.token_count.prompt_details.cache_read"],
        )
        updated["usageDetails"] = {
            "input": into - cached,
            "input_cached_tokens": cached,
            "output": said["llm.token_count.completion"],
        }
    if span.status.code == 2:
        updated |= {"level": "ERROR", "statusMessage": span.status.message}
    return type, span.start_time_unix_nano, span.end_time_unix_nano, created, updated


def _attributes(span: Span) -> dict[str, Any]:
    return {
        each.key: getattr(each.value, each.value.WhichOneof("value") or "string_value")
        for each in span.attributes
    }


def _value(text: str) -> Any:
    return json.loads(text) if text.startswith("{") else text


def _id(pick: random.Random) -> str:
    return str(uuid.UUID(bytes=pick.randbytes(16), version=4))


def _moment(nanoseconds: int) -> str:
    told = datetime.fromtimestamp(nanoseconds / 1e9, UTC)
    return told.isoformat(timespec="microseconds").replace("+00:00", "Z")


class _Older(Pilothouse):
    """Fed through `/ingestion`."""

    def target(self) -> Target:
        headers = {**self.headers, "content-type": "application/json"}
        return Target(self.port, "/api/public/ingestion", headers)


def _in(product: Pilothouse, templates: Any, given: argparse.Namespace) -> dict[str, Any]:
    """Figures of the load on a server of its own."""
    with tempfile.TemporaryDirectory(prefix="pilothouse-bench-") as home:
        server = product.server(Path(home) / "data")
        server.start()
        try:
            time.sleep(2)
            return loaded(product, server, templates, given.seconds, given.connections)
        finally:
            server.stop()


def _long_trace() -> dict[str, Any]:
    """Milliseconds of a trace of two thousand spans, with all their inputs and outputs."""
    product = Pilothouse()
    with tempfile.TemporaryDirectory(prefix="pilothouse-bench-") as home:
        server = product.server(Path(home) / "data")
        server.start()
        try:
            with product.client() as client:
                trace_id = _write_long(client)
                time.sleep(2)
                walls: list[float] = []
                size = 0
                for _ in range(_READS + 1):
                    began = time.perf_counter()
                    answer = client.get(f"/api/public/traces/{trace_id}")
                    walls.append((time.perf_counter() - began) * 1000)
                    size = len(answer.content)
                    assert len(answer.json()["observations"]) == _LONG
        finally:
            server.stop()
    return {
        "megabytes": round(size / 1e6, 1),
        "first_ms": round(walls[0]),
        "p50_ms": round(percentile(walls[1:], 0.5)),
        "p95_ms": round(percentile(walls[1:], 0.95)),
    }


def _write_long(client: httpx.Client) -> str:
    message = ExportTraceServiceRequest()
    scope = message.resource_spans.add().scope_spans.add()
    made, start, trace_id = Payloads(3), time.time_ns() - 600 * 10**9, random.randbytes(16)
    root_id = b""
    for place in range(_LONG // _TRACE):
        for span in made.trace(start + place * 10**9):
            span.trace_id = trace_id
            if not span.parent_span_id:
                span.parent_span_id = root_id
                root_id = root_id or span.span_id
            scope.spans.append(span)
    headers = {"content-type": "application/x-protobuf"}
    body = message.SerializeToString()
    client.post("/v1/traces", content=body, headers=headers).raise_for_status()
    return trace_id.hex()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--spans-per-request", type=int, default=500)
    parser.add_argument("--connections", type=int, default=4)
    given = parser.parse_args()
    figures: dict[str, Any] = {"load_before": round(os.getloadavg()[0], 1)}
    spans = given.spans_per_request
    figures["long_trace"] = _long_trace()
    figures["otlp"] = _in(Pilothouse(), Templates(spans), given)
    figures["whole"] = _in(_Older(), Events(spans, in_halves=False), given)
    figures["in_halves"] = _in(_Older(), Events(spans, in_halves=True), given)
    of_otlp = figures["otlp"]["stored_per_second"]
    for way in ("whole", "in_halves"):
        figures[f"{way}_of_otlp"] = round(figures[way]["stored_per_second"] / of_otlp, 2)
    record("langfuse", figures)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
