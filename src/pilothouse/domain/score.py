"""Scores: how good a trace, a span or a session was, and who says so."""

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum

import msgspec


class DataType(StrEnum):
    NUMERIC = "numeric"
    BOOLEAN = "boolean"
    CATEGORICAL = "categorical"
    TEXT = "text"
    CORRECTION = "correction"


class Source(StrEnum):
    API = "api"
    ANNOTATION = "annotation"
    EVALUATOR = "evaluator"


class Score(msgspec.Struct, kw_only=True):
    """Field by field one row of the `scores` table. Exactly one target is set: a trace (with or without
    a span), a session, or an experiment."""

    project_id: str
    score_id: str
    timestamp: int
    name: str
    data_type: str = DataType.NUMERIC
    source: str = Source.API
    value: float = 0.0
    """Numeric value; 0 or 1 for booleans; a category's own number."""
    text: str = ""
    """Category, text or correction."""
    comment: str = ""
    trace_id: str = ""
    span_id: str = ""
    session_id: str = ""
    experiment_id: str = ""
    config_id: str = ""
    queue_id: str = ""
    author_id: str = ""
    environment: str = "default"
    metadata: dict[str, str] = {}
    revision: int = 0
    is_deleted: int = 0


_NUMBERS = (DataType.NUMERIC, DataType.BOOLEAN)


def values(scores: Iterable[Score]) -> dict[str, float | str]:
    """What scores say, by name; the last of a name wins. A correction is no verdict."""
    return {
        score.name: score.value if score.data_type in _NUMBERS else score.text
        for score in scores
        if score.data_type != DataType.CORRECTION
    }


def gathered(scores: Iterable[Score]) -> dict[str, float | str]:
    """What the scores of many targets say, by name: the mean of numbers, the last of texts."""
    texts: dict[str, float | str] = {}
    numbers: dict[str, list[float]] = defaultdict(list)
    for score in scores:
        if score.data_type in _NUMBERS:
            numbers[score.name].append(score.value)
        elif score.data_type != DataType.CORRECTION:
            texts[score.name] = score.text
    return texts | {name: sum(found) / len(found) for name, found in numbers.items()}
