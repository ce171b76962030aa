"""Traces, as Langfuse's API reads and deletes them."""

from typing import Annotated, Any

import msgspec
from fastapi import Body, Response
from starlette.concurrency import run_in_threadpool

from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.domain.scope import Scope
from pilothouse.edge.access import CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.langfuse import answers, questions
from pilothouse.protocols.langfuse.observations import shown
from pilothouse.protocols.langfuse.questions import PagingOf, Time, Words, among
from pilothouse.query.answers import TraceSummary
from pilothouse.query.filters import every

router = Router()

GROUPS = frozenset({"core", "io", "scores", "observations", "metrics"})
_MOST_DELETED = 1_000


@router.get("/traces")
def traces(
    caller: CallerOf,
    services: ServicesOf,
    paging: PagingOf,
    userId: str | None = None,
    name: str | None = None,
    sessionId: str | None = None,
    fromTimestamp: Time = None,
    toTimestamp: Time = None,
    orderBy: str | None = None,
    tags: Words = None,
    version: str | None = None,
    release: str | None = None,
    environment: Words = None,
    fields: str | None = None,
    filter: str | None = None,
) -> dict[str, Any]:
    """A page of traces, newest first."""
    conditions = questions.parsed(filter, "traces") or every(
        among("user", userId),
        among("trace_name", name),
        among("session", sessionId),
        questions.all_tags(tags),
        among("version", version),
        among("release", release),
        among("environment", environment),
    )
    question = paging.question(
        "traces",
        questions.within(fromTimestamp, toTimestamp),
        conditions,
        questions.ordered("traces", orderBy),
    )
    page = services.reading.traces(caller.scope, question)
    ids = [summary.head.trace_id for summary in page.items]
    return {
        "data": _listed(services, caller.scope, ids, _groups(fields)),
        "meta": paging.meta(services.reading.count(caller.scope, question)),
    }


@router.get("/traces/{trace_id}")
def trace(
    trace_id: str, caller: CallerOf, services: ServicesOf, fields: str | None = None
) -> Response:
    """A trace with its observations and scores, of which there may be thousands."""
    scope, groups = caller.scope, _groups(fields)
    summary = services.reading.summaries(scope, [trace_id]).get(trace_id)
    if summary is None:
        raise NotFound(f"Trace {trace_id} not found within authorized project")
    spans = services.reading.spans_of(scope, [trace_id]) if "observations" in groups else []
    scores = services.reading.scores_of(scope, [trace_id]) if "scores" in groups else []
    found = answers.trace(
        summary,
        with_io="io" in groups,
        with_metrics="metrics" in groups,
        observations=shown(services, caller.project_id, [each for each in spans if each.span_id]),
        scores=[answers.score(score) for score in scores],
    )
    return Response(msgspec.json.encode(found), media_type="application/json")


@router.delete("/traces/{trace_id}")
async def delete_trace(trace_id: str, caller: CallerOf, services: ServicesOf) -> dict[str, str]:
    found = await run_in_threadpool(services.reading.summaries, caller.scope, [trace_id])
    if trace_id not in found:
        raise NotFound(f"Trace {trace_id} not found within authorized project")
    await services.intake.delete_traces(caller.scope, [trace_id])
    return {"message": "Trace deleted successfully"}


@router.delete("/traces")
async def delete_traces(
    caller: CallerOf, services: ServicesOf, traceIds: Annotated[list[str], Body(embed=True)]
) -> dict[str, str]:
    if not 1 <= len(traceIds) <= _MOST_DELETED:
        raise BadRequest(f"name between 1 and {_MOST_DELETED} traces")
    await services.intake.delete_traces(caller.scope, traceIds)
    return {"message": "Traces deleted successfully"}


def _groups(fields: str | None) -> frozenset[str]:
    if not fields:
        return GROUPS
    return GROUPS.intersection(word.strip() for word in fields.split(","))


def _listed(
    services: Services, scope: Scope, ids: list[str], groups: frozenset[str]
) -> list[dict[str, Any]]:
    """The traces with whole heads, and the ids of their observations and scores."""
    reading = services.reading
    whole: dict[str, TraceSummary] = reading.summaries(scope, ids)
    spans: dict[str, list[str]] = {}
    scores: dict[str, list[str]] = {}
    if "observations" in groups:
        for span in reading.places_of(scope, ids):
            if span.span_id:
                spans.setdefault(span.trace_id, []).append(span.span_id)
    if "scores" in groups:
        for score in reading.scores_of(scope, ids):
            scores.setdefault(score.trace_id, []).append(score.score_id)
    return [
        answers.trace(
            whole[trace_id],
            with_io="io" in groups,
            with_metrics="metrics" in groups,
            observations=spans.get(trace_id),
            scores=scores.get(trace_id),
        )
        for trace_id in ids
        if trace_id in whole
    ]
