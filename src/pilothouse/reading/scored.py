"""Scores beside what they are about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pilothouse.domain.score import DataType, Score
from pilothouse.query.answers import TraceSummary

_NUMBERS = (DataType.NUMERIC, DataType.BOOLEAN)


def by_trace(scores: Iterable[Score]) -> dict[str, list[Score]]:
    found: dict[str, list[Score]] = defaultdict(list)
    for score in scores:
        found[score.trace_id].append(score)
    return found


def add(traces: Sequence[TraceSummary], scores: Mapping[str, Sequence[Score]]) -> None:
    """Give each trace its scores by name, those of its spans included; the newest of a name wins."""
    for trace in traces:
        trace.scores = {
            score.name: score.value if score.data_type in _NUMBERS else score.text
            for score in scores.get(trace.head.trace_id, ())
            if score.data_type != DataType.CORRECTION
        }
