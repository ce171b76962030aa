"""Experiments, told by attributes of the spans that ran them (Langfuse Python 4, JS 5 and later)."""

from typing import Any

from pilothouse.domain.clock import now
from pilothouse.domain.dataset import Experiment, ExperimentItem
from pilothouse.protocols.otlp.dialects import read
from pilothouse.protocols.otlp.wire import WireSpan

ID = "langfuse.experiment.id"
_ITEM = "langfuse.experiment.item"

Told = tuple[Experiment, ExperimentItem]


def of_span(project_id: str, span: WireSpan) -> Told | None:
    """The item that a span is the answer to. Spans inside of that one carry the same attributes;
    they say nothing."""
    told = span.attributes
    experiment_id, item_id = _word(told, ID), _word(told, f"{_ITEM}.id")
    if not experiment_id or not item_id:
        return None
    if _word(told, f"{_ITEM}.root_observation_id") != span.span_id:
        return None
    start, moment = span.start // 1000, now()
    experiment = Experiment(
        project_id=project_id,
        id=experiment_id[:200],
        dataset_id=_word(told, "langfuse.experiment.dataset.id")[:64],
        name=_word(told, "langfuse.experiment.name"),
        description=_word(told, "langfuse.experiment.description"),
        metadata=_gathered(told, "langfuse.experiment.metadata"),
        started_at=start,
        created_at=moment,
        updated_at=moment,
    )
    expected = told.get(f"{_ITEM}.expected_output")
    item_metadata = _gathered(told, f"{_ITEM}.metadata")
    item = ExperimentItem(
        id="",
        project_id=project_id,
        experiment_id=experiment.id,
        item_id=item_id[:800],
        trace_id=span.trace_id,
        span_id=span.span_id,
        item_version=read.iso_time(told.get(f"{_ITEM}.version")) or 0,
        expected_output="" if expected is None else _json(expected),
        item_metadata="" if item_metadata is None else read.json_text(item_metadata),
        started_at=start,
        created_at=moment,
        updated_at=moment,
    )
    return experiment, item


def _word(told: dict[str, Any], key: str) -> str:
    value = told.get(key)
    return "" if value is None else str(value).replace("\x00", "")


def _json(value: Any) -> str:
    """Clients send JSON text, and plain texts as they are."""
    if isinstance(value, str) and read.parsed(value) is not None:
        return value
    return read.json_text(value)


def _gathered(told: dict[str, Any], key: str) -> dict[str, Any] | None:
    """One JSON text from version 5 on, an attribute for each value before."""
    whole = read.mapping(told.get(key))
    parts = {
        name.removeprefix(f"{key}."): value
        for name, value in told.items()
        if name.startswith(f"{key}.")
    }
    found = {**(whole or {}), **{name: _value(value) for name, value in parts.items()}}
    return found or None


def _value(value: Any) -> Any:
    parsed = read.parsed(value) if isinstance(value, str) else None
    return value if parsed is None else parsed
