"""Messages and evaluations told as OTLP log records, as recorded from real emitters."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests import otlp
from tests.serving import TestProject

SAMPLES = Path(__file__).parents[1] / "samples"
PROTOBUF = {"content-type": "application/x-protobuf"}


def recorded(name: str) -> list[tuple[str, bytes]]:
    folder = SAMPLES / name
    rows = json.loads((folder / "requests.json").read_text("utf-8"))
    return [
        ("/v1/" + row["path"].rpartition("/")[2], (folder / row["file"]).read_bytes())
        for row in rows
        if row["path"].endswith(("/v1/traces", "/v1/logs"))
    ]


def calls(project: TestProject, trace_ids: set[str]) -> list[dict[str, Any]]:
    """The model calls of the traces, whole."""
    found: list[dict[str, Any]] = []
    with project.http() as http:
        for trace_id in trace_ids:
            base = f"/api/pilothouse/projects/{project.id}/traces/{trace_id}"
            found += [
                http.get(f"{base}/spans/{span['span_id']}").json()
                for span in http.get(base).json()["spans"]
                if span["kind"] == "llm"
            ]
    return found


def trace_ids(requests: list[tuple[str, bytes]]) -> set[str]:
    return {
        span.trace_id.hex()
        for path, body in requests
        if path == "/v1/traces"
        for group in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in group.scope_spans
        for span in scope.spans
    }


@pytest.mark.parametrize("order", ["as sent", "spans first", "logs first"])
@pytest.mark.parametrize("name", ["otel_genai_136", "semantic_kernel"])
def test_messages_find_their_span_in_any_order(project: TestProject, name: str, order: str) -> None:
    requests = recorded(name)
    if order != "as sent":
        requests.sort(key=lambda each: each[0], reverse=order == "spans first")
    with project.http(**PROTOBUF) as http:
        for path, body in requests:
            assert http.post(path, content=body).status_code == 200
    found = calls(project, trace_ids(requests))
    assert len(found) >= 4
    for call in found:
        assert call["input_messages"], call
        assert call["output_messages"], call["span"]["name"]
        assert call["span"]["output_preview"]
        assert call["output_messages"][-1]["role"] == "assistant"
    with_tools = [call for call in found if len(call["input_messages"]) > 2]
    roles = [message["role"] for message in with_tools[0]["input_messages"]]
    assert roles[-2:] == ["assistant", "tool"]


def test_repeated_log_records_change_nothing(project: TestProject) -> None:
    requests = recorded("otel_genai_136")
    with project.http(**PROTOBUF) as http:
        for path, body in [*requests, *requests]:
            http.post(path, content=body)
    counts = [len(call["input_messages"]) for call in calls(project, trace_ids(requests))]
    assert sorted(counts) == [1, 1, 2, 3]


def _evaluation(span: Any, name: str, **values: Any) -> bytes:
    request = ExportLogsServiceRequest()
    record = (
        request.resource_logs.add()
        .scope_logs.add()
        .log_records.add(
            trace_id=span.trace_id,
            span_id=span.span_id,
            event_name="gen_ai.evaluation.result",
            time_unix_nano=span.end_time_unix_nano,
        )
    )
    told = {"gen_ai.evaluation.name": name, **values}
    record.attributes.extend(otlp.pair(key, value) for key, value in told.items())
    return request.SerializeToString()


def test_an_evaluation_becomes_a_score_once(project: TestProject) -> None:
    span = otlp.span()
    body = _evaluation(
        span,
        "relevance",
        **{"gen_ai.evaluation.score.value": 0.75, "gen_ai.evaluation.score.label": "good"},
    )
    with project.http(**PROTOBUF) as http:
        http.post("/v1/traces", content=otlp.request(span).SerializeToString())
        for _ in range(2):
            assert http.post("/v1/logs", content=body).status_code == 200
        trace = http.get(
            f"/api/pilothouse/projects/{project.id}/traces/{span.trace_id.hex()}"
        ).json()
    (score,) = trace["scores"]
    assert (score["name"], score["value"], score["text"]) == ("relevance", 0.75, "good")
    assert (score["data_type"], score["source"]) == ("numeric", "evaluator")


def test_other_logs_are_declined_and_said_so(project: TestProject) -> None:
    request = ExportLogsServiceRequest()
    records = request.resource_logs.add().scope_logs.add().log_records
    for text in ("started", "stopped"):
        records.add().body.string_value = text
    with project.http(**PROTOBUF) as http:
        answer = http.post("/v1/logs", content=request.SerializeToString())
    told = ExportLogsServiceResponse.FromString(answer.content).partial_success
    assert told.rejected_log_records == 2
    assert "not logs" in told.error_message


def test_a_body_that_is_not_logs_is_refused(project: TestProject) -> None:
    with project.http(**PROTOBUF) as http:
        assert http.post("/v1/logs", content=b"\xff\xff\xff").status_code == 400
    assert httpx.post(f"{project.server.url}/v1/logs", content=b"").status_code == 401
