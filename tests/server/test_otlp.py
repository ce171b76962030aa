"""OTLP over HTTP against a running server: what is taken, and what is said of what is not."""

import gzip
import json
import time
import zlib
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from backports import zstd
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from tests import otlp
from tests.serving import Server, TestProject, basic, eventually

PROTOBUF = {"content-type": "application/x-protobuf"}
JSON = {"content-type": "application/json"}
DAY = 86_400 * otlp.SECOND


def post(
    project: TestProject, body: bytes, path: str = "/v1/traces", **headers: str
) -> httpx.Response:
    with project.http(**{**PROTOBUF, **headers}) as http:
        return http.post(path, content=body)


def send(project: TestProject, *spans: Any) -> ExportTraceServiceResponse:
    answer = post(project, otlp.request(*spans).SerializeToString())
    assert answer.status_code == 200, answer.text
    return ExportTraceServiceResponse.FromString(answer.content)


def stored(project: TestProject, trace_id: bytes) -> list[dict[str, Any]]:
    with project.http() as http:
        answer = http.get(f"/api/pilothouse/projects/{project.id}/traces/{trace_id.hex()}")
    if answer.status_code == 404:
        return []
    assert answer.status_code == 200, answer.text
    return answer.json()["spans"]


def detail(project: TestProject, span: Any) -> dict[str, Any]:
    path = f"traces/{span.trace_id.hex()}/spans/{span.span_id.hex()}"
    with project.http() as http:
        answer = http.get(f"/api/pilothouse/projects/{project.id}/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def health(project: TestProject) -> dict[str, Any]:
    moment = time.time_ns() // 1000
    within = {"start": moment - 3_600_000_000, "end": moment + 60_000_000}
    with project.http() as http:
        path = f"/api/pilothouse/projects/{project.id}/ingest-health"
        return http.get(path, params=within).json()


ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "identity": lambda body: body,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "zstd": zstd.compress,
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("path", ["/v1/traces", "/api/public/otel/v1/traces"])
@pytest.mark.parametrize("form", ["protobuf", "json"])
def test_every_form_and_encoding_is_stored_when_acknowledged(
    project: TestProject, form: str, path: str, encoding: str
) -> None:
    span = otlp.span("chat", attributes={"gen_ai.usage.input_tokens": 12, "note": "注意"})
    message = otlp.request(span)
    body = message.SerializeToString()
    headers = dict(PROTOBUF)
    if form == "json":
        body, headers = json.dumps(otlp.as_json(message)).encode(), dict(JSON)
    answer = post(
        project, ENCODINGS[encoding](body), path, **headers, **{"content-encoding": encoding}
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == headers["content-type"]
    (found,) = stored(project, span.trace_id)
    assert (found["name"], found["usage"]) == ("chat", {"input": 12})
    assert detail(project, span)["attributes"] == {"note": "注意"}


def test_numbers_in_json_may_be_numbers_or_strings(project: TestProject) -> None:
    span = otlp.span()
    body = otlp.as_json(otlp.request(span))
    inner = body["resourceSpans"][0]["scopeSpans"][0]["spans"][0]
    inner["startTimeUnixNano"] = int(inner["startTimeUnixNano"])
    inner["attributes"] = [
        {"key": "gen_ai.usage.input_tokens", "value": {"intValue": 5}},
        {"key": "gen_ai.usage.output_tokens", "value": {"intValue": "7"}},
    ]
    inner["something.new"] = {"nobody": "knows"}
    assert post(project, json.dumps(body).encode(), **JSON).json() == {}
    (found,) = stored(project, span.trace_id)
    assert found["usage"] == {"input": 5, "output": 7}


REFUSED_BODIES = {
    "not protobuf": (b"\xff" * 40, {}, 400),
    "not json": (b"{", JSON, 400),
    "json of another shape": (b'{"resourceSpans": 7}', JSON, 400),
    "truncated protobuf": (otlp.request(otlp.span()).SerializeToString()[:-9], {}, 400),
    "truncated gzip": (gzip.compress(b"x" * 5000)[:-12], {"content-encoding": "gzip"}, 400),
    "not gzip": (b"plain", {"content-encoding": "gzip"}, 400),
    "not zstd": (b"plain", {"content-encoding": "zstd"}, 400),
    "zip bomb": (gzip.compress(bytes(300 << 20), 9), {"content-encoding": "gzip"}, 413),
    "unknown encoding": (b"x", {"content-encoding": "br"}, 415),
    "unknown type": (b"x", {"content-type": "text/plain"}, 415),
    "100 MB": (bytes(100 << 20), {}, 413),
}


@pytest.mark.parametrize("name", REFUSED_BODIES)
def test_a_body_that_cannot_be_read_is_refused_with_a_reason(
    project: TestProject, name: str
) -> None:
    body, headers, status = REFUSED_BODIES[name]
    answer = post(project, body, **headers)
    assert answer.status_code == status, answer.content
    if answer.headers["content-type"] == "application/json":
        told = answer.json()
    else:
        parsed = Status.FromString(answer.content)
        told = {"code": parsed.code, "message": parsed.message}
    assert told["code"] == 3
    assert told["message"]


def _bad_span(change: dict[str, Any]) -> Any:
    return otlp.span("bad", **change)


BAD_SPANS: dict[str, tuple[Callable[[], Any], str]] = {
    "short trace id": (lambda: _bad_span({"trace_id": b"\x01" * 15}), "bad_id"),
    "long span id": (lambda: _bad_span({"span_id": b"\x01" * 9}), "bad_id"),
    "zero trace id": (lambda: _bad_span({"trace_id": bytes(16)}), "bad_id"),
    "no span id": (lambda: _bad_span({"span_id": b""}), "bad_id"),
    "odd parent": (lambda: _bad_span({"parent_span_id": b"\x01" * 3}), "bad_id"),
    "1970": (lambda: _bad_span({"start_time_unix_nano": 5}), "bad_time"),
    "2100": (lambda: _bad_span({"start_time_unix_nano": 4_102_444_800 * otlp.SECOND}), "bad_time"),
    "ends in two days": (
        lambda: _bad_span({"end_time_unix_nano": time.time_ns() + 2 * DAY}),
        "bad_time",
    ),
}


@pytest.mark.parametrize("name", BAD_SPANS)
def test_a_bad_span_is_answered_counted_and_listed_and_the_good_ones_are_stored(
    project: TestProject, name: str
) -> None:
    make, reason = BAD_SPANS[name]
    good, also_good = otlp.span("good"), otlp.span("also good")
    answer = send(project, good, make(), also_good)
    assert answer.partial_success.rejected_spans == 1
    assert reason in answer.partial_success.error_message
    assert len(stored(project, good.trace_id)) == len(stored(project, also_good.trace_id)) == 1
    told = eventually(lambda: (found := health(project))["rejected"] and found["counts"] and found)
    assert [item["reason"] for item in told["rejected"]] == [reason]
    counts = {row["outcome"]: row["items"] for row in told["counts"]}
    assert counts == {"accepted": 2, "rejected": 1}


def test_200_levels_in_json_lose_only_their_span(project: TestProject) -> None:
    good, bad = otlp.span("good"), otlp.span("bad")
    body = otlp.as_json(otlp.request(good, bad))
    value: dict[str, Any] = {"stringValue": "deep"}
    for _ in range(200):
        value = {"arrayValue": {"values": [value]}}
    spans = body["resourceSpans"][0]["scopeSpans"][0]["spans"]
    spans[1]["attributes"] = [{"key": "deep", "value": value}]
    told = post(project, json.dumps(body).encode(), **JSON).json()["partialSuccess"]
    assert told["rejectedSpans"] == "1"
    assert "too_deep" in told["errorMessage"]
    assert len(stored(project, good.trace_id)) == 1


def test_200_levels_that_protobuf_itself_refuses_lose_only_their_span(
    project: TestProject,
) -> None:
    good = otlp.span("good")
    body = otlp.request(good, otlp.span("bad")).SerializeToString()
    deep = b"\x2a\x00"
    for _ in range(200):
        inner = b"\x0a" + _varint(len(deep)) + deep
        deep = b"\x2a" + _varint(len(inner)) + inner
    bad = otlp.span("bad").SerializeToString()
    attribute = b"\x0a\x01k\x12" + _varint(len(deep)) + deep
    bad += b"\x4a" + _varint(len(attribute)) + attribute
    scope = b"\x12" + _varint(len(bad)) + bad
    whole = b"\x12" + _varint(len(scope)) + scope
    body += b"\x0a" + _varint(len(whole)) + whole
    answer = post(project, body)
    assert answer.status_code == 200
    parsed = ExportTraceServiceResponse.FromString(answer.content)
    assert parsed.partial_success.rejected_spans == 1
    assert len(stored(project, good.trace_id)) == 1


def _varint(number: int) -> bytes:
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def test_a_string_that_is_not_utf8_loses_only_its_span(project: TestProject) -> None:
    good, bad = otlp.span("good"), otlp.span("MARK")
    body = otlp.request(good, bad).SerializeToString().replace(b"MARK", b"\xff\xfeRK")
    answer = post(project, body)
    assert answer.status_code == 200
    parsed = ExportTraceServiceResponse.FromString(answer.content)
    assert parsed.partial_success.rejected_spans == 1
    assert "not_decodable" in parsed.partial_success.error_message
    assert len(stored(project, good.trace_id)) == 1


def test_an_end_before_its_start_is_the_start(project: TestProject) -> None:
    span = otlp.span(end_time_unix_nano=time.time_ns() - 60 * otlp.SECOND)
    assert not send(project, span).partial_success.rejected_spans
    (found,) = stored(project, span.trace_id)
    assert found["end_time"] == found["start_time"]


def test_odd_values_are_kept_as_they_can_be_read(project: TestProject) -> None:
    span = otlp.span(
        "odd\x00name",
        attributes={
            "nan": float("nan"),
            "infinity": float("inf"),
            "null byte": "a\x00b",
            "big": 2**62,
            "empty": "",
        },
    )
    assert not send(project, span).partial_success.rejected_spans
    found = detail(project, span)
    assert found["span"]["name"] == "odd\x00name"
    assert found["attributes"] == {
        "nan": "nan",
        "infinity": "inf",
        "null byte": "a\x00b",
        "big": 2**62,
        "empty": "",
    }


def test_ten_thousand_attributes_are_cut_and_the_cut_is_said(project: TestProject) -> None:
    span = otlp.span(attributes={f"key.{number}": number for number in range(10_000)})
    assert not send(project, span).partial_success.rejected_spans
    attributes = detail(project, span)["attributes"]
    assert len(attributes) == 2_001
    assert attributes["pilothouse.cut"] == ["attributes"]


def test_a_repeated_request_changes_nothing(project: TestProject) -> None:
    span = otlp.span()
    for _ in range(3):
        send(project, span, span)
    assert len(stored(project, span.trace_id)) == 1


def test_skewed_clocks_are_taken_as_told(project: TestProject) -> None:
    """A parent of another machine may begin after its child."""
    moment = time.time_ns() + 3_600 * otlp.SECOND
    parent = otlp.span("parent", start_time_unix_nano=moment, end_time_unix_nano=moment + 5)
    child = otlp.span("child", trace_id=parent.trace_id, parent_span_id=parent.span_id)
    assert not send(project, child, parent).partial_success.rejected_spans
    assert {row["name"] for row in stored(project, parent.trace_id)} == {"parent", "child"}


def test_an_empty_request_is_fine(project: TestProject) -> None:
    answer = post(project, ExportTraceServiceRequest().SerializeToString())
    assert (answer.status_code, answer.content) == (200, b"")


def test_metrics_are_declined_in_words(project: TestProject) -> None:
    answer = post(project, b"{}", "/v1/metrics", **JSON)
    assert answer.status_code == 200
    assert "not metrics" in answer.json()["partialSuccess"]["errorMessage"]


@pytest.mark.parametrize(
    "authorization",
    ["", "Basic", "Basic !!!", "Bearer nothing", "Digest x", basic("pk-lf-none", "sk-lf-none")],
)
def test_without_a_good_key_nothing_is_taken(project: TestProject, authorization: str) -> None:
    span = otlp.span()
    headers = {**PROTOBUF, **({"authorization": authorization} if authorization else {})}
    answer = httpx.post(
        f"{project.server.url}/v1/traces",
        content=otlp.request(span).SerializeToString(),
        headers=headers,
    )
    assert answer.status_code == 401
    assert Status.FromString(answer.content).code == 16
    assert stored(project, span.trace_id) == []


def test_a_wrong_secret_and_a_key_of_another_project(server: Server, project: TestProject) -> None:
    span = otlp.span()
    body = otlp.request(span).SerializeToString()
    wrong = {"authorization": basic(project.public_key, "sk-lf-wrong")}
    assert post(project, body, **wrong).status_code == 401
    other = server.new_project()
    assert post(other, body).status_code == 200
    assert stored(project, span.trace_id) == []
    assert len(stored(other, span.trace_id)) == 1


def test_a_bearer_token_may_hold_both_keys(project: TestProject) -> None:
    span = otlp.span()
    token = f"Bearer {project.public_key}:{project.secret_key}"
    answer = post(project, otlp.request(span).SerializeToString(), authorization=token)
    assert answer.status_code == 200
    assert len(stored(project, span.trace_id)) == 1
