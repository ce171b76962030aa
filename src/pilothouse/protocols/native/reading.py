"""Routes that read: lists, traces, sessions, users, facets, charts, and what came in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import msgspec
from fastapi import Depends, Query, Response
from starlette.concurrency import run_in_threadpool

from pilothouse.domain.clock import DAY, now
from pilothouse.domain.review import Mark
from pilothouse.domain.scope import TimeRange
from pilothouse.edge.access import Caller, CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.native import question_wire, reading_wire, rows, settings_wire
from pilothouse.protocols.native.blinding import sight
from pilothouse.query import charts, fields, lists
from pilothouse.query.charts import ChartQuestion
from pilothouse.query.filters import Filter, Match, equal, every
from pilothouse.query.lists import ListQuestion
from pilothouse.query.parser import parse
from pilothouse.reading.blinding import Sight
from pilothouse.store.relational import session_marks

router = Router(
    prefix="/projects/{project_id}", tags=["reading"], dependencies=[Depends(project_in_path)]
)

_MOST_ROWS = 1_000
_MOST_SPANS = 10_000
_MOST_CHARACTERS = 20_000_000
_MOST_STARRED = 1_000
_MOST_TYPED = 4_000
"""In a query; escaped they still fit the address that HTTP servers take."""
_HEAD = "-"
"""In a path, the head of a trace, whose span id is empty."""

Limit = Annotated[int, Query(ge=1, le=_MOST_ROWS)]
Cursor = Annotated[str | None, Query(max_length=_MOST_TYPED)]


@dataclass(frozen=True)
class Asked:
    """What every list is asked by. As a dependency, its fields are the query of the address."""

    start: int
    end: int
    filter: str = ""
    order: str = ""
    limit: Limit = 50
    cursor: Cursor = None

    def of(self, view: lists.View, more: Filter | None = None) -> ListQuestion:
        within, order = lists.ranged(self.start, self.end), lists.order(view, self.order)
        filter = every(parse(self.filter), more)
        return ListQuestion(view, within, filter, order, self.limit).at(self.cursor)

    def seen(self, view: lists.View, by: Sight, more: Filter | None = None) -> ListQuestion:
        """Without what would tell somebody of scores that they may not see yet."""
        asked = self.of(view, more)
        return replace(asked, filter=by.narrowed(asked.filter))


AskedOf = Annotated[Asked, Depends()]


# -- lists -------------------------------------------------------------------------------------


@router.get("/traces")
def list_traces(caller: CallerOf, services: ServicesOf, asked: AskedOf) -> reading_wire.TracePage:
    """Traces whose head began in the range, newest first."""
    question = asked.seen("traces", sight(caller, services))
    page = services.reading.traces(caller.scope, question)
    sums = {each.head.trace_id: each.scores for each in page.items}
    sight(caller, services).hide_in(sums)
    return reading_wire.TracePage(
        items=[rows.trace(item) for item in page.items],
        next_cursor=page.next_cursor,
        question=rows.question(question, asked.filter),
    )


@router.get("/spans")
def list_spans(caller: CallerOf, services: ServicesOf, asked: AskedOf) -> reading_wire.SpanPage:
    """Spans that began in the range, newest first."""
    question = asked.seen("spans", sight(caller, services))
    page = services.reading.spans(caller.scope, question)
    return reading_wire.SpanPage(
        items=rows.spans(page.items),
        next_cursor=page.next_cursor,
        question=rows.question(question, asked.filter),
    )


@router.get("/sessions")
def list_sessions(
    caller: CallerOf, services: ServicesOf, asked: AskedOf, bookmarked: bool = False
) -> reading_wire.SessionPage:
    """Sessions with sums over the range, the last active first; all, or those of the last thousand
    bookmarked ones that lie in the range."""
    chosen = _among_starred(caller, services) if bookmarked else None
    question = asked.seen("sessions", sight(caller, services), chosen)
    page = services.reading.sessions(caller.scope, question)
    sums = {each.session_id: each.scores for each in page.items}
    sight(caller, services).hide_in(sums, of_sessions=True)
    starred = _starred(caller, services, [item.session_id for item in page.items])
    return reading_wire.SessionPage(
        items=[rows.session(item, bookmarked=item.session_id in starred) for item in page.items],
        next_cursor=page.next_cursor,
        question=rows.question(question, asked.filter),
    )


@router.get("/users")
def list_users(caller: CallerOf, services: ServicesOf, asked: AskedOf) -> reading_wire.UserPage:
    """Users with sums over the range, the last seen first."""
    question = asked.seen("users", sight(caller, services))
    page = services.reading.users(caller.scope, question)
    return reading_wire.UserPage(
        items=[reading_wire.UserRow(**msgspec.to_builtins(item)) for item in page.items],
        next_cursor=page.next_cursor,
        question=rows.question(question, asked.filter),
    )


# -- one of them -------------------------------------------------------------------------------


@router.get("/traces/{trace_id}")
def show_trace(
    trace_id: str,
    caller: CallerOf,
    services: ServicesOf,
    limit: Annotated[int, Query(ge=1, le=_MOST_SPANS)] = 2_000,
    cursor: Cursor = None,
) -> reading_wire.TraceDetail:
    """A trace with one page of its spans."""
    found = services.reading.trace(caller.scope, trace_id, limit, cursor)
    return rows.trace_detail(sight(caller, services).trace(found))


@router.delete("/traces/{trace_id}", status_code=204)
async def delete_trace(trace_id: str, caller: CallerOf, services: ServicesOf) -> Response:
    """Delete a trace with its spans and scores. No read sees it when this answers."""
    await run_in_threadpool(services.reading.trace, caller.scope, trace_id, 1)
    await services.intake.delete_traces(caller.scope, [trace_id])
    return Response(status_code=204)


@router.get("/traces/{trace_id}/spans/{span_id}")
def show_span(
    trace_id: str,
    span_id: str,
    caller: CallerOf,
    services: ServicesOf,
    limit_chars: Annotated[int, Query(ge=0, le=_MOST_CHARACTERS)] = 100_000,
) -> reading_wire.SpanDetail:
    """A span with its bodies, each cut at `limit_chars`. The span id `-` is the trace's head."""
    wanted = "" if span_id == _HEAD else span_id
    found = services.reading.span(caller.scope, trace_id, wanted, limit_chars)
    found.scores = sight(caller, services).scores(found.scores)
    return rows.span_detail(found)


@router.get("/traces/{trace_id}/transcript")
def show_transcript(
    trace_id: str,
    caller: CallerOf,
    services: ServicesOf,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Cursor = None,
) -> reading_wire.Transcript:
    """What was said in a trace, call by call."""
    return rows.transcript(services.reading.transcript(caller.scope, trace_id, limit, cursor))


@router.get("/sessions/{session_id:path}")
def show_session(
    session_id: str,
    caller: CallerOf,
    services: ServicesOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Cursor = None,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> reading_wire.SessionDetail:
    """A session as a conversation, oldest turn first; behind a cursor, or behind so many turns."""
    found = services.reading.session(caller.scope, session_id, limit, cursor, offset)
    found = sight(caller, services).session(found)
    starred = _starred(caller, services, [session_id])
    return rows.session_detail(found, bookmarked=session_id in starred)


def _among_starred(caller: Caller, services: Services) -> Filter:
    with services.database.read() as db:
        ids = session_marks.latest(db, caller.project_id, Mark.BOOKMARKED, _MOST_STARRED)
    # No session is called nothing.
    return Match("session", equal(*(ids or [""])))


def _starred(caller: Caller, services: Services, session_ids: Sequence[str]) -> set[str]:
    with services.database.read() as db:
        return session_marks.marked(db, caller.project_id, session_ids, Mark.BOOKMARKED)


# -- values ------------------------------------------------------------------------------------


@router.get("/facets")
def facets(
    caller: CallerOf,
    services: ServicesOf,
    start: int,
    end: int,
    filter: str = "",
    view: Literal["traces", "spans"] = "traces",
    fields: Annotated[str, Query(description="Field names, separated by commas")] = "level,model",
) -> question_wire.Facets:
    """The most frequent values of fields, counted in traces or spans; of several hundred thousand
    spans estimated from a part of them."""
    names = [name.strip() for name in fields.split(",") if name.strip()]
    found, estimated = services.reading.facets(
        caller.scope,
        view,
        names,
        lists.ranged(start, end),
        sight(caller, services).narrowed(parse(filter)),
    )
    return question_wire.Facets(
        facets=[
            question_wire.Facet(
                field=field,
                values=[
                    question_wire.FacetValue(value=each.value, count=each.count) for each in values
                ],
            )
            for field, values in found.items()
        ],
        is_estimate=estimated,
    )


@router.get("/filter/fields")
def filter_fields(caller: CallerOf) -> question_wire.FilterFields:
    """The fields of the filter language."""
    return question_wire.FilterFields(
        fields=[
            question_wire.FilterField(
                name=field.name,
                aliases=list(field.aliases),
                type=field.type.value,
                values=list(field.values),
                dimension=field.dimension,
            )
            for field in fields.FIELDS
        ]
    )


@router.get("/filter/complete")
def complete(
    caller: CallerOf,
    services: ServicesOf,
    text: Annotated[str, Query(max_length=_MOST_TYPED)] = "",
    position: int | None = None,
    start: int | None = None,
    end: int | None = None,
) -> question_wire.Suggestions:
    """What could stand at a position of a filter text."""
    until = end if end is not None else now()
    since = start if start is not None else max(0, until - 7 * DAY)
    found = services.reading.complete(
        caller.scope,
        text,
        len(text) if position is None else position,
        lists.ranged(since, until),
    )
    return question_wire.Suggestions(
        start=found.start,
        end=found.end,
        items=[
            question_wire.Suggestion(text=item.text, kind=item.kind, detail=item.detail)
            for item in found.items
        ],
        error=rows.error(found.error),
    )


@router.post("/charts")
def chart(
    body: question_wire.ChartQuestion, caller: CallerOf, services: ServicesOf
) -> question_wire.ChartAnswer:
    """Measures over time or in total, split by dimensions."""
    question = chart_question(body, sight(caller, services))
    found = services.reading.chart(caller.scope, question)
    understood: dict[str, Any] = {
        "bucket": question.bucket,
        "measures": [
            question_wire.ChartMeasure.model_validate(
                {"measure": each.name, "aggregation": each.aggregation, "key": each.key}
            )
            for each in question.measures
        ],
        "dimensions": [each.column for each in question.dimensions],
    }
    return question_wire.ChartAnswer(
        question=body.model_copy(update=understood),
        columns=found.columns,
        rows=found.rows,
        times=found.times,
        partial=found.partial,
        warnings=found.warnings,
    )


def chart_question(body: question_wire.ChartQuestion, by: Sight) -> ChartQuestion:
    """As it is understood, without what somebody may not see yet."""
    return charts.resolved(
        ChartQuestion(
            view=body.view,
            measures=tuple(
                charts.measure(each.measure, each.aggregation, each.key) for each in body.measures
            ),
            within=lists.ranged(body.start, body.end),
            dimensions=tuple(charts.dimension(each, body.view) for each in body.dimensions),
            bucket=body.bucket,
            filter=_seen(body, by),
            order=body.order,
            limit=body.limit,
            timezone=body.timezone,
        )
    )


def _seen(body: question_wire.ChartQuestion, by: Sight) -> Filter | None:
    told = parse(body.filter)
    return by.of_scores(told) if body.view == "scores" else by.narrowed(told)


@router.get("/charts/measures")
def chart_measures(caller: CallerOf) -> question_wire.ChartMeasures:
    """What charts of spans and traces can measure, and how each may be put together; the first is
    its own way."""
    kinds = [
        {"name": name, "aggregations": list(dict.fromkeys(ways)), "keyed": charts.keyed(name)}
        for name, ways in charts.AGGREGATIONS.items()
        if name != "value"
    ]
    return question_wire.ChartMeasures.model_validate({"measures": kinds})


@router.get("/releases")
def releases(
    caller: CallerOf, services: ServicesOf, start: int, end: int
) -> question_wire.SeenReleases:
    """Releases first seen in the range: not there in as much time before it."""
    found = services.reading.releases(caller.scope, lists.ranged(start, end))
    return question_wire.SeenReleases(
        items=[question_wire.SeenRelease(**msgspec.to_builtins(each)) for each in found]
    )


# -- what came in ------------------------------------------------------------------------------


@router.get("/models")
def models(
    caller: CallerOf, services: ServicesOf, start: int, end: int
) -> settings_wire.SeenModels:
    """Models that were called in the range, and where their cost comes from."""
    found = services.reading.seen_models(caller.scope, lists.ranged(start, end))
    return settings_wire.SeenModels(
        items=[settings_wire.SeenModel(**msgspec.to_builtins(each)) for each in found]
    )


@router.get("/ingest-health")
def ingest_health(
    caller: CallerOf, services: ServicesOf, start: int, end: int
) -> reading_wire.IngestHealth:
    """What arrived in the range, and what was refused and why."""
    within: TimeRange = lists.ranged(start, end)
    reading, scope = services.reading, caller.scope
    return reading_wire.IngestHealth(
        counts=[
            reading_wire.IngestCount(**_without_project(each))
            for each in reading.ingest_counts(scope, within)
        ],
        rejected=[
            reading_wire.RejectedItem(**_without_project(each))
            for each in reading.rejected_items(scope, within)
        ],
        last_received=reading.last_received(scope),
    )


def _without_project(row: msgspec.Struct) -> dict[str, Any]:
    values = msgspec.to_builtins(row)
    del values["project_id"]
    return values
