"""What real emitters sent, translated: golden files by emitter.

`pytest tests/unit/otlp --snapshot-update` writes them anew; read the difference before committing.
"""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from pilothouse.domain.outcome import Rejected
from pilothouse.domain.span import Span
from pilothouse.ingest.limits import ItemLimits
from pilothouse.ingest.recent_traces import RecentTraces
from pilothouse.ingest.steps import pipeline
from pilothouse.pricing import PriceBook
from pilothouse.protocols.otlp import wire
from pilothouse.protocols.otlp.translate import Translator

SAMPLES = Path(__file__).parents[2] / "samples"
NOW = 1_800_000_000_000_000
QUIET = {"project_id", "resource", "revision", "price_date", "protocol"}


def requests_of(folder: Path) -> list[dict[str, Any]]:
    rows = json.loads((folder / "requests.json").read_text("utf-8"))
    return [row for row in rows if row["path"].endswith("/v1/traces") and "file" in row]


def emitters() -> list[str]:
    return sorted(each.name for each in SAMPLES.iterdir() if requests_of(each))


def translated(name: str) -> list[Span]:
    spans: list[Span] = []
    for row in requests_of(SAMPLES / name):
        body = (SAMPLES / name / row["file"]).read_bytes()
        decode = wire.spans_from_json if row["file"].endswith(".json") else wire.spans_from_protobuf
        wire_spans, rejected = decode(body)
        assert rejected == []
        translator = Translator("project", NOW)
        found = [translator.span(each) for each in wire_spans]
        assert not any(isinstance(each, Rejected) for each in found)
        spans += found
    book = PriceBook(now=lambda: NOW * 1000)
    for step in pipeline(ItemLimits(), lambda _: book):
        step(spans)
    RecentTraces().catch_up(spans)
    return spans


def shown(span: Span) -> dict[str, Any]:
    """The fields that say something, times as distances from the start."""
    fields = {
        key: value
        for key, value in msgspec.to_builtins(span).items()
        if key not in QUIET and value not in ("", 0, [], {}, "default")
    }
    for key in ("end_time", "first_token_time"):
        if key in fields:
            fields[key] -= span.start_time
    return fields


@pytest.mark.parametrize("name", emitters())
def test_each_emitter_reads_as_recorded(name: str, snapshot: SnapshotAssertion) -> None:
    spans = sorted(
        translated(name), key=lambda span: (span.trace_id, span.start_time, span.span_id)
    )
    assert [shown(span) for span in spans] == snapshot(extension_class=JSONSnapshotExtension)


@pytest.mark.parametrize("name", emitters())
def test_every_model_call_tells_model_messages_and_tokens(name: str) -> None:
    from_logs = {"otel_genai_136", "semantic_kernel"}
    for span in translated(name):
        if span.kind != "llm" or span.level == "error" or not span.end_time:
            continue
        assert span.model, span
        if name not in from_logs:
            assert span.input_preview, span
            assert not span.input_preview.startswith(("{", "[")), span.input_preview


@pytest.mark.parametrize("name", emitters())
def test_usage_is_paid_for_once(name: str) -> None:
    """No span below a billable one is billable too, and totals are sums over the buckets."""
    spans = translated(name)
    by_id = {span.span_id: span for span in spans}
    for span in spans:
        assert span.total_tokens == sum(span.usage.values())
        parent = by_id.get(span.parent_id)
        while span.billable and span.usage and parent is not None:
            assert not (parent.billable and parent.usage), (parent.name, span.name)
            parent = by_id.get(parent.parent_id)
