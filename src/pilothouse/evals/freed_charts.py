"""What labels of people make of the judges' means that a chart shows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pilothouse.domain.scope import Scope
from pilothouse.domain.score import Source
from pilothouse.evals.calibrations import Calibrations
from pilothouse.evals.worth import Freed, Worth, freed_mean
from pilothouse.query.charts import ChartQuestion, Measure
from pilothouse.query.filters import And, AnyOf, Filter, Match, equal, every
from pilothouse.reading.service import Reading

_MOST_ROWS = 10_000
_WAYS = ("avg", "variance", "count")


@dataclass(frozen=True, slots=True)
class FreedRow:
    keys: list[Any]
    """Time and dimensions, as in the chart's own row."""
    means: list[Freed | None]
    """By measure; None of what is no mean of a judge that people labelled."""


def freed_chart(
    reading: Reading, calibrations: Calibrations, scope: Scope, question: ChartQuestion
) -> list[FreedRow]:
    """Rows that have such a mean. It is of the judge's scores alone, whoever else gave some of the name.
    The question is resolved."""
    asked = {place: each for place, each in enumerate(question.measures) if _is_mean(each)}
    if not asked:
        return []
    if question.view == "scores":
        return _of_scores(reading, calibrations, scope, question, list(asked))
    worths = calibrations.worths(scope, (each.key for each in asked.values()))
    asked = {place: each for place, each in asked.items() if each.key in worths}
    if not asked:
        return []
    measures = [
        Measure("score", way, each.key, source=Source.EVALUATOR.value)
        for each in asked.values()
        for way in _WAYS
    ]
    found: list[FreedRow] = []
    for row in _rows(reading, scope, question, measures, question.filter):
        keys, values = row[: -len(measures)], row[-len(measures) :]
        told = {
            place: _freed(values[3 * at : 3 * at + 3], worths[each.key])
            for at, (place, each) in enumerate(asked.items())
        }
        found.append(FreedRow(keys, [told.get(at) for at in range(len(question.measures))]))
    return [each for each in found if any(each.means)]


def _of_scores(
    reading: Reading,
    calibrations: Calibrations,
    scope: Scope,
    question: ChartQuestion,
    places: Sequence[int],
) -> list[FreedRow]:
    """A mean over scores is a judge's where they have one name: that of the row, or that of all."""
    split = [each.field for each in question.dimensions]
    pinned = _pinned(question.filter)
    if "name" not in split and not pinned:
        return []
    measures = [Measure("value", way) for way in _WAYS]
    judged = every(question.filter, Match("source", equal(Source.EVALUATOR.value)))
    rows = _rows(reading, scope, question, measures, judged)
    at = (question.bucket != "none") + split.index("name") if "name" in split else None
    names = [pinned if at is None else row[at] for row in rows]
    worths = calibrations.worths(scope, names)
    found: list[FreedRow] = []
    for name, row in zip(names, rows, strict=True):
        if mean := _freed(row[-3:], worths.get(name)):
            means = [mean if place in places else None for place in range(len(question.measures))]
            found.append(FreedRow(row[:-3], means))
    return found


def _rows(
    reading: Reading,
    scope: Scope,
    question: ChartQuestion,
    measures: Sequence[Measure],
    filter: Filter | None,
) -> list[list[Any]]:
    asked = replace(question, measures=tuple(measures), filter=filter, order="", limit=_MOST_ROWS)
    return reading.chart(scope, asked).rows


def _freed(values: Sequence[Any], worth: Worth | None) -> Freed | None:
    mean, variance, count = values
    if not count or mean is None:
        return None
    return freed_mean(mean, count, variance, worth)


def _is_mean(measure: Measure) -> bool:
    return measure.name in ("score", "value") and measure.aggregation == "avg"


def _pinned(filter: Filter | None) -> str:
    """The one name that the filter lets through; empty where it does not tell."""
    match filter:
        case Match("name", AnyOf((str() as name,))):
            return name
        case And(of):
            return next((name for each in of if (name := _pinned(each))), "")
        case _:
            return ""
