"""The OpenAI Agents SDK's own export, as recorded, and what else may be sent to that address."""

from pathlib import Path

import msgspec
import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from pilothouse.domain.outcome import Reason
from pilothouse.domain.span import Kind, Span
from pilothouse.protocols.openai_agents import read

SAMPLES = Path(__file__).parents[2] / "samples/openai_agents"
NOW = 1_800_000_000_000_000


def recorded() -> list[Span]:
    spans: list[Span] = []
    for file in sorted(SAMPLES.glob("0*.json")):
        found, rejected = read.spans(file.read_bytes(), "project", "sdk", NOW)
        assert rejected == []
        spans += found
    return spans


def test_the_export_reads_as_recorded(snapshot: SnapshotAssertion) -> None:
    fields = [
        {key: value for key, value in msgspec.to_builtins(span).items() if value}
        for span in recorded()
    ]
    assert fields == snapshot(extension_class=JSONSnapshotExtension)


def test_newer_kinds_inside_custom_spans_are_what_they_say() -> None:
    kinds = {span.name: span.kind for span in recorded()}
    assert kinds["turn 1"] == Kind.TASK
    assert kinds["Agent workflow"] in (Kind.AGENT, Kind.TRACE)
    assert kinds["check"] == Kind.SPAN


def test_only_model_calls_are_paid_for() -> None:
    paid = [span for span in recorded() if span.billable and span.usage]
    assert paid
    assert {span.kind for span in paid} == {Kind.LLM}


def test_usage_is_tokens_and_nothing_else() -> None:
    buckets = {name for span in recorded() for name in span.usage}
    assert buckets == {"input", "input_cache_read", "output"}


def test_a_trace_begins_with_its_first_span() -> None:
    item = b'{"object": "trace.span", "id": "%s", "trace_id": "t", "started_at": "2026-11-25T10:00:0%sZ"}'
    head = b'{"object": "trace", "id": "t", "workflow_name": "w"}'
    body = b",".join([head, item % (b"b", b"2"), item % (b"a", b"1")])
    found, _ = read.spans(b'{"data": [' + body + b"]}", "p", "s", NOW)
    assert found[0].start_time == min(span.start_time for span in found[1:]) < NOW


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (b'{"object": "trace.span", "id": 7}', Reason.WRONG_TYPE),
        (b'{"object": "trace.lamp", "id": "x"}', Reason.WRONG_TYPE),
        (
            b'{"object": "trace.span", "id": "x", "trace_id": "t", "started_at": "noon"}',
            Reason.BAD_TIME,
        ),
        (b'{"object": "trace.span", "id": "x", "trace_id": "t"}', Reason.BAD_TIME),
    ],
)
def test_a_bad_item_does_not_take_the_good_ones_with_it(item: bytes, reason: Reason) -> None:
    good = b'{"object": "trace", "id": "trace_1", "workflow_name": "w"}'
    found, rejected = read.spans(b'{"data": [' + item + b", " + good + b"]}", "p", "s", NOW)
    assert [span.trace_id for span in found] == ["trace_1"]
    assert [each.reason for each in rejected] == [reason]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"data": 1}', b"\xff\xfe", b'{"data": ['])
def test_what_is_no_export_is_refused(body: bytes) -> None:
    with pytest.raises((msgspec.MsgspecError, UnicodeDecodeError)):
        read.spans(body, "p", "s", NOW)
