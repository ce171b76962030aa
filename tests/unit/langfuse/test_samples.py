"""Recorded requests of real SDKs, translated: the snapshot is what they mean to us."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from pilothouse.domain.outcome import Rejected
from pilothouse.domain.score import Score
from pilothouse.ingest.halves import Half, fold
from pilothouse.protocols.langfuse import wire
from pilothouse.protocols.langfuse.read import Reader

SAMPLES = Path(__file__).parents[2] / "samples"
NOW = 1_795_600_000_000_000  # after the recordings


def requests() -> Iterator[Any]:
    for listing in sorted(SAMPLES.glob("*/requests.json")):
        for each in json.loads(listing.read_text()):
            name = f"{listing.parent.name}-{each['file'].partition('.')[0]}"
            if each["path"] in ("/api/public/ingestion", "/api/public/scores"):
                yield pytest.param(each["path"], listing.parent / each["file"], id=name)


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(JSONSnapshotExtension)


@pytest.mark.parametrize(("path", "file"), list(requests()))
def test_sample(path: str, file: Path, snapshot: SnapshotAssertion) -> None:
    reader = Reader("p", "recorded", NOW)
    if path.endswith("/scores"):
        raw_scores = wire.scores(file.read_bytes())
        assert isinstance(raw_scores, list)
        read = [reader.score(raw, "made-here") for raw in raw_scores]
        scores = [each for each in read if isinstance(each, Score)]
        rejected = [each for each in read if isinstance(each, Rejected)]
        halves: list[Half] = []
    else:
        batch = reader.batch(wire.envelope(file.read_bytes()))
        halves, scores, rejected = batch.halves, batch.scores, batch.rejected
    assert rejected == []
    assert {"spans": whole(halves), "scores": [told(score) for score in scores]} == snapshot


def whole(halves: list[Half]) -> list[dict[str, Any]]:
    parts: dict[tuple[str, str], list[Half]] = defaultdict(list)
    for half in halves:
        parts[half.trace_id, half.span_id].append(half)
    return [told(fold(family)) for family in parts.values()]


def told(value: msgspec.Struct) -> dict[str, Any]:
    """The fields that are not at their default."""
    defaults = dict(
        zip(reversed(value.__struct_fields__), reversed(value.__struct_defaults__), strict=False)
    )
    fields = msgspec.structs.asdict(value)
    return {
        name: str(field) if isinstance(field, str) else field
        for name, field in fields.items()
        if field != defaults.get(name, ...) and field not in ({}, [])
    }
