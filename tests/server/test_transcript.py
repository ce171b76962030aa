"""What was said in a trace: each message is sent once, however often calls repeat it."""

import json

from tests import otlp
from tests.serving import TestProject

TRACE = bytes.fromhex("4bf92f3577b34da6a3ce929d0e0e4736")


def _message(role: str, text: str) -> dict[str, object]:
    return {"role": role, "parts": [{"type": "text", "content": text}]}


def _call(number: int, asked: list[dict[str, object]], told: dict[str, object]):
    call = otlp.span(
        f"chat {number}",
        trace_id=TRACE,
        span_id=number.to_bytes(8, "big"),
        attributes={
            "gen_ai.operation.name": "chat",
            "gen_ai.input.messages": json.dumps(asked),
            "gen_ai.output.messages": json.dumps([told]),
        },
    )
    call.start_time_unix_nano += number * 1_000_000
    return call


def test_calls_of_a_trace_share_their_messages_page_by_page(project: TestProject) -> None:
    hello, hi = _message("user", "hello"), _message("assistant", "hi")
    more, done = _message("user", "more"), _message("assistant", "done")
    calls = [_call(1, [hello], hi), _call(2, [hello, hi, more], done)]
    path = f"/api/pilothouse/projects/{project.id}/traces/{TRACE.hex()}/transcript"
    with project.http() as http:
        body = otlp.request(*calls).SerializeToString()
        http.post("/v1/traces", content=body, headers={"content-type": "application/x-protobuf"})
        whole = http.get(path).json()
        assert [part["parts"][0]["text"] for part in whole["messages"]] == [
            "hello",
            "hi",
            "more",
            "done",
        ]
        assert [(call["input"], call["output"]) for call in whole["calls"]] == [
            ([0], [1]),
            ([0, 1, 2], [3]),
        ]
        assert whole["next_cursor"] is None
        first = http.get(path, params={"limit": 1}).json()
        second = http.get(path, params={"limit": 1, "cursor": first["next_cursor"]}).json()
        assert [call["span_id"][-1] for call in first["calls"] + second["calls"]] == ["1", "2"]
        assert second["next_cursor"] is None
        assert http.get(path.replace("4bf9", "0bad")).status_code == 404


def test_a_trace_without_model_calls_says_what_its_head_says(project: TestProject) -> None:
    span = otlp.span(attributes={"input.value": "how much?", "output.value": "nine"})
    path = f"/api/pilothouse/projects/{project.id}/traces/{span.trace_id.hex()}/transcript"
    with project.http() as http:
        body = otlp.request(span).SerializeToString()
        http.post("/v1/traces", content=body, headers={"content-type": "application/x-protobuf"})
        found = http.get(path).json()
    said = [(part["role"], part["parts"][0]["text"]) for part in found["messages"]]
    assert said == [("user", "how much?"), ("assistant", "nine")]
    assert found["calls"][0]["span_id"] == span.span_id.hex()
