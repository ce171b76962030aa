"""Daily metrics, as old dashboards read them."""

from datetime import UTC, datetime
from typing import Any

from pilothouse.domain.clock import DAY, now
from pilothouse.domain.scope import Scope, TimeRange
from pilothouse.edge.access import CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.protocols.langfuse import questions
from pilothouse.protocols.langfuse.questions import NOT_A_HEAD, PagingOf, Time, Words, among
from pilothouse.query.charts import ChartQuestion, Dimension, measure, resolved
from pilothouse.query.filters import Filter, every
from pilothouse.reading.service import Reading

router = Router()

_UNLESS_TOLD = 366 * DAY
"""How far back the metrics go where the question names no start."""
_MOST_ROWS = 10_000
_TOKENS = ("input_tokens", "output_tokens", "total_tokens")
_MEASURES = tuple(measure(name) for name in ("traces", "count", "cost", *_TOKENS))


@router.get("/metrics/daily")
def daily(
    caller: CallerOf,
    services: ServicesOf,
    paging: PagingOf,
    traceName: str | None = None,
    userId: str | None = None,
    tags: Words = None,
    environment: Words = None,
    fromTimestamp: Time = None,
    toTimestamp: Time = None,
) -> dict[str, Any]:
    """By day, the newest first: traces, observations, cost, and the usage of each model."""
    conditions = every(
        among("trace_name", traceName),
        among("user", userId),
        questions.all_tags(tags),
        among("environment", environment),
    )
    told = questions.within(fromTimestamp, toTimestamp)
    moment = now()
    within = TimeRange(
        told.start if fromTimestamp else moment - _UNLESS_TOLD,
        told.end if toTimestamp else moment + DAY,
    )
    days = _days(services.reading, caller.scope, within, conditions)
    shown = days[(paging.page - 1) * paging.limit : paging.page * paging.limit]
    return {"data": shown, "meta": paging.meta(len(days))}


def _days(
    reading: Reading, scope: Scope, within: TimeRange, conditions: Filter | None
) -> list[dict[str, Any]]:
    """Traces that have nothing but a head count as traces; a head is no observation. A cost that
    nobody knows is 0 here, since clients expect a number."""
    observed = every(NOT_A_HEAD, conditions)
    traces = {row[0]: row[1] for row in _rows(reading, scope, within, conditions, ())}
    totals = {row[0]: row[1:] for row in _rows(reading, scope, within, observed, ())}
    usage: dict[int, list[dict[str, Any]]] = {}
    for day, model, *sums in _rows(reading, scope, within, observed, (Dimension("model"),)):
        if model:
            usage.setdefault(day, []).append({"model": model, **_usage(sums)})
    return [
        {
            "date": datetime.fromtimestamp(day // 1_000_000, UTC).date().isoformat(),
            "countTraces": traces[day],
            "countObservations": totals.get(day, (0, 0))[1],
            "totalCost": totals.get(day, (0, 0, 0.0))[2] or 0.0,
            "usage": usage.get(day, []),
        }
        for day in sorted(traces, reverse=True)
        if traces[day]
    ]


def _rows(
    reading: Reading,
    scope: Scope,
    within: TimeRange,
    filter: Filter | None,
    dimensions: tuple[Dimension, ...],
) -> list[list[Any]]:
    question = ChartQuestion(
        "spans", _MEASURES, within, dimensions, "day", filter, order="-time", limit=_MOST_ROWS
    )
    return reading.chart(scope, resolved(question)).rows


def _usage(sums: list[Any]) -> dict[str, Any]:
    traces, count, cost, into, out, total = sums
    return {
        "inputUsage": into,
        "outputUsage": out,
        "totalUsage": total,
        "countTraces": traces,
        "countObservations": count,
        "totalCost": cost or 0.0,
    }
