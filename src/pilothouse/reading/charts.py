"""Answers to chart questions: rows of the store, scores joined to them, and the buckets of time."""

from typing import Any

from pilothouse.domain.scope import Scope
from pilothouse.query import charts
from pilothouse.query.answers import ChartRows
from pilothouse.query.charts import ChartQuestion
from pilothouse.store.api import AnalyticReader


def answer(reader: AnalyticReader, scope: Scope, question: ChartQuestion) -> ChartRows:
    starts, partial = charts.times(question)
    rows = _rows(reader, scope, question)
    warnings: list[str] = []
    if len(rows) > question.limit:
        warnings.append(f"only the first {question.limit} rows are shown")
    return ChartRows(
        columns=question.columns,
        rows=rows[: question.limit],
        times=starts,
        partial=partial,
        warnings=warnings,
    )


def _rows(reader: AnalyticReader, scope: Scope, question: ChartQuestion) -> list[list[Any]]:
    """Rows in the order of the question's columns. Scores lie in a table of their own and are
    joined here by time and dimensions."""
    is_score = [measure.name == "score" for measure in question.measures]
    if not any(is_score):
        return reader.chart(scope, question)
    if all(is_score):
        return reader.score_chart(scope, question)
    width = len(question.columns) - len(question.measures)
    others = {tuple(row[:width]): row[width:] for row in reader.chart(scope, question)}
    scores = {tuple(row[:width]): row[width:] for row in reader.score_chart(scope, question)}
    rows: list[list[Any]] = []
    for key in {**others, **scores}:
        from_spans = iter(others.get(key, [None] * is_score.count(False)))
        from_scores = iter(scores.get(key, [None] * is_score.count(True)))
        values = [next(from_scores if scored else from_spans) for scored in is_score]
        rows.append([*key, *values])
    return _ordered(question, rows)


def _ordered(question: ChartQuestion, rows: list[list[Any]]) -> list[list[Any]]:
    by = question.order.lstrip("-") or question.columns[0]
    place = question.columns.index(by)
    return sorted(
        rows,
        key=lambda row: (row[place] is not None, row[place] if row[place] is not None else 0),
        reverse=question.order.startswith("-"),
    )
