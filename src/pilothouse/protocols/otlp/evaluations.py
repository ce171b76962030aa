"""Evaluations told as telemetry become scores: the event `gen_ai.evaluation.result`."""

import uuid
from typing import Any

from pilothouse.domain.outcome import Dropped, Reason
from pilothouse.domain.score import DataType, Score, Source
from pilothouse.protocols.otlp.dialects import read
from pilothouse.protocols.otlp.wire import WireSpan

NAME = "gen_ai.evaluation.result"
_NAMESPACE = uuid.UUID("0e5f5a53-6c58-4b0c-8a1e-8d1d6b2f7c11")
_TAKEN = {
    "gen_ai.evaluation.name",
    "gen_ai.evaluation.score.value",
    "gen_ai.evaluation.score.label",
    "gen_ai.evaluation.explanation",
    "event.name",
}


LACKING = "an evaluation needs a name, and a value or a label"


def of_span(project_id: str, span: WireSpan) -> list[Score | Dropped]:
    """The scores that a span's own events tell. An event that tells none stays an event."""
    return [
        score(project_id, span.trace_id, span.span_id, event.time // 1000, event.attributes)
        or Dropped(
            reason=Reason.MISSING_FIELD,
            message=LACKING,
            item_id=span.span_id,
            head=read.json_text(event.attributes)[:2_000],
        )
        for event in span.events
        if event.name == NAME
    ]


def score(
    project_id: str, trace_id: str, span_id: str, time: int, attributes: dict[str, Any]
) -> Score | None:
    """The score of an event at `time` (microseconds), or None when it tells neither value nor
    label. Its id follows from what it says, so that a repeated request changes nothing."""
    name = read.short(attributes.get("gen_ai.evaluation.name"))
    value = attributes.get("gen_ai.evaluation.score.value")
    label = read.short(attributes.get("gen_ai.evaluation.score.label"))
    number = float(value) if isinstance(value, int | float) else None
    if name is None or (number is None and label is None):
        return None
    identity = f"{project_id}/{trace_id}/{span_id}/{name}/{time}"
    return Score(
        project_id=project_id,
        score_id=str(uuid.uuid5(_NAMESPACE, identity)),
        timestamp=time,
        name=name,
        data_type=_type(value, label),
        source=Source.EVALUATOR,
        value=number or 0.0,
        text=label or "",
        comment=read.text(attributes.get("gen_ai.evaluation.explanation")) or "",
        trace_id=trace_id,
        span_id=span_id,
        metadata={
            key: read.json_text(each) for key, each in attributes.items() if key not in _TAKEN
        },
    )


def _type(value: object, label: str | None) -> DataType:
    if isinstance(value, bool):
        return DataType.BOOLEAN
    return DataType.NUMERIC if isinstance(value, int | float) else DataType.CATEGORICAL
