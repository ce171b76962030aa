"""Scores: listed, given and taken back by people, and what they say together."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Literal

import msgspec
from fastapi import Depends, Path, Query, Response
from starlette.concurrency import run_in_threadpool

from pilothouse.domain.access import Permission
from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest, Forbidden
from pilothouse.domain.score import DataType, Score, Source
from pilothouse.edge.access import Caller, CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.ingest import configured
from pilothouse.protocols.native import reading_wire, rows
from pilothouse.protocols.native import score_wire as shapes
from pilothouse.protocols.native.blinding import sight
from pilothouse.query import charts, lists
from pilothouse.query.charts import ChartQuestion
from pilothouse.query.filters import (
    Between,
    Compare,
    Exists,
    Filter,
    Match,
    Not,
    Test,
    equal,
    every,
)
from pilothouse.query.lists import ListQuestion
from pilothouse.reading import score_analytics
from pilothouse.reading.score_analytics import Bin, Kind, Summary

router = Router(
    prefix="/projects/{project_id}/scores",
    tags=["scores"],
    dependencies=[Depends(project_in_path)],
)

_MOST_TEXT = 500
_MOST_KINDS = 500

Words = Annotated[Sequence[str], Query(max_length=50)]
Id = Annotated[str, Path(min_length=1, max_length=200)]


# -- lists -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What a list of scores is asked by; several values of a field mean any of them."""

    start: int
    end: int
    name: Words = ()
    source: Words = ()
    data_type: Words = ()
    author: Words = ()
    label: Words = ()
    value_min: float | None = None
    value_max: float | None = None
    target: Literal["", "trace", "span", "session", "experiment"] = ""
    trace: str = ""
    span: str = ""
    session: str = ""
    experiment: str = ""
    comment: Literal["", "yes"] = ""
    order: str = ""
    limit: Annotated[int, Query(ge=1, le=500)] = 50
    cursor: Annotated[str | None, Query(max_length=4_000)] = None

    def question(self) -> ListQuestion:
        within, by = lists.ranged(self.start, self.end), lists.order("scores", self.order)
        asked = ListQuestion("scores", within, self._conditions(), by, self.limit)
        return asked.at(self.cursor)

    def _conditions(self) -> Filter | None:
        return every(
            _among("name", self.name),
            _among("source", self.source),
            _among("data_type", self.data_type),
            _among("author", self.author),
            _among("string_value", self.label),
            _is("value", _range(self.value_min, self.value_max)),
            # Every value of a category or text is 0: a range is about numbers.
            _among("data_type", ["numeric", "boolean"]) if self._ranged else None,
            Match(self.target, Exists()) if self.target else None,
            Not(Match("span", Exists())) if self.target == "trace" else None,
            _among("trace", [self.trace] if self.trace else []),
            _among("span", [self.span] if self.span else []),
            _among("session", [self.session] if self.session else []),
            _among("experiment", [self.experiment] if self.experiment else []),
            Match("comment", Exists()) if self.comment else None,
        )

    @property
    def _ranged(self) -> bool:
        return self.value_min is not None or self.value_max is not None


def _among(field: str, words: Sequence[str]) -> Filter | None:
    return Match(field, equal(*words)) if words else None


def _is(field: str, test: Test | None) -> Filter | None:
    return Match(field, test) if test else None


def _range(least: float | None, most: float | None) -> Test | None:
    if least is None:
        return None if most is None else Compare("<=", most)
    return Compare(">=", least) if most is None else Between(least, most)


AskedOf = Annotated[Asked, Depends()]


@router.get("")
def list_scores(caller: CallerOf, services: ServicesOf, asked: AskedOf) -> shapes.ScorePage:
    """Scores that were given in the range, newest first unless the order is `timestamp`."""
    page = services.reading.scores(caller.scope, asked.question())
    seen = sight(caller, services).scores(page.items)
    ids = sorted({each.trace_id for each in seen if each.trace_id})
    traces = services.reading.names_of(caller.scope, ids)
    return shapes.ScorePage(
        items=[
            shapes.ListedScore(score=row, target_name=traces.get(row.trace_id, ""))
            for row in rows.scores(seen)
        ],
        next_cursor=page.next_cursor,
    )


@router.get("/kinds")
def score_kinds(
    caller: CallerOf, services: ServicesOf, start: int, end: int
) -> shapes.SeenScoreKinds:
    """Names, types and sources of the scores that were given in the range."""
    question = charts.resolved(
        ChartQuestion(
            "scores",
            (charts.measure("count"),),
            lists.ranged(start, end),
            tuple(charts.dimension(each, "scores") for each in ("name", "data_type", "source")),
            order="-count_count",
            limit=_MOST_KINDS,
        )
    )
    found = services.reading.chart(caller.scope, question).rows
    return shapes.SeenScoreKinds(
        items=[
            shapes.SeenScoreKind(name=name, data_type=data_type, source=source, count=count)
            for name, data_type, source, count in found
        ]
    )


# -- given by people ---------------------------------------------------------------------------


@router.put("/{score_id:path}")
async def put_score(
    score_id: Id, body: shapes.ScoreChange, caller: CallerOf, services: ServicesOf
) -> reading_wire.ScoreRow:
    """Give a score under an id of the caller's choice, or change one that a person gave.

    It is held to its config. The author is who gave it first."""
    score = await run_in_threadpool(_told, score_id, body, caller, services)
    await services.intake.put_score(score)
    return rows.scores([score])[0]


@router.delete("/{score_id:path}", status_code=204)
async def delete_score(score_id: Id, caller: CallerOf, services: ServicesOf) -> Response:
    """One's own; those of others and of programs need the permission to edit."""
    score = await run_in_threadpool(services.reading.score, caller.scope, score_id)
    if not _is_own(score, caller) and Permission.EDIT not in caller.permissions:
        raise Forbidden("deleting a score of somebody else needs the permission to edit")
    await services.intake.delete_scores(caller.scope, [score_id])
    return Response(status_code=204)


@router.post("/delete", status_code=204)
async def delete_scores(body: shapes.ScoreIds, caller: CallerOf, services: ServicesOf) -> Response:
    """Several at once, all or none; what is gone already is no mistake."""
    if Permission.EDIT not in caller.permissions:
        found = await run_in_threadpool(services.reading.find_scores, caller.scope, body.score_ids)
        if not all(_is_own(score, caller) for score in found):
            raise Forbidden("deleting a score of somebody else needs the permission to edit")
    await services.intake.delete_scores(caller.scope, body.score_ids)
    return Response(status_code=204)


def _is_own(score: Score, caller: Caller) -> bool:
    return score.source == Source.ANNOTATION and score.author_id == caller.author_id


def _told(score_id: str, body: shapes.ScoreChange, caller: Caller, services: Services) -> Score:
    if not caller.user_id:
        raise BadRequest("here people give scores: sign in; programs send theirs to /api/public")
    known = services.reading.find_score(caller.scope, score_id)
    if known is None:
        score = _new(score_id, body, caller, services)
    else:
        score = _changed(known, body, caller)
    if not score.config_id:
        return score
    fitted, refused = configured.fit(services.database, caller.project_id, [score])
    if refused:
        raise BadRequest(refused[0].message)
    return fitted[0]


def _new(score_id: str, body: shapes.ScoreChange, caller: Caller, services: Services) -> Score:
    config = configured.named(services.database, caller.project_id, body.config_id)
    data_type, value, text = value_of(body.value, config.data_type)
    return Score(
        project_id=caller.project_id,
        score_id=score_id,
        timestamp=now(),
        name=config.name,
        data_type=data_type,
        source=Source.ANNOTATION,
        value=value,
        text=text,
        comment=body.comment,
        trace_id=body.trace_id,
        span_id=body.span_id,
        session_id=body.session_id,
        config_id=config.id,
        author_id=caller.user_id,
        environment=_environment(body, caller, services),
    )


def _environment(body: shapes.ScoreChange, caller: Caller, services: Services) -> str:
    """Of what is scored. Raises NotFound when it is not there."""
    if bool(body.trace_id) == bool(body.session_id) or (body.span_id and not body.trace_id):
        raise BadRequest("a score is about one trace, one span of a trace, or one session")
    if body.session_id:
        return services.reading.session(caller.scope, body.session_id, 1).session.environment
    if body.span_id:
        found = services.reading.span(caller.scope, body.trace_id, body.span_id, 0)
        return found.span.environment
    return services.reading.trace(caller.scope, body.trace_id, 1).trace.head.environment


def _changed(known: Score, body: shapes.ScoreChange, caller: Caller) -> Score:
    if known.source != Source.ANNOTATION:
        raise BadRequest("what a program said is not changed by hand; give a score beside it")
    if not _is_own(known, caller) and Permission.EDIT not in caller.permissions:
        raise Forbidden("changing a score of somebody else needs the permission to edit")
    data_type, value, text = value_of(body.value, DataType(known.data_type))
    return msgspec.structs.replace(
        known, data_type=data_type, value=value, text=text, comment=body.comment
    )


def value_of(given: bool | float | str, wanted: DataType) -> tuple[DataType, float, str]:
    """Type, number and text. Raises BadRequest."""
    match wanted:
        case DataType.BOOLEAN if isinstance(given, bool):
            return wanted, float(given), str(given)
        case DataType.NUMERIC if not isinstance(given, bool | str):
            return wanted, given, ""
        case DataType.CATEGORICAL | DataType.TEXT | DataType.CORRECTION if isinstance(given, str):
            if wanted is DataType.TEXT and not 1 <= len(given.strip()) <= _MOST_TEXT:
                raise BadRequest(f"a text score has 1 to {_MOST_TEXT} characters")
            return wanted, 0.0, given
        case _:
            raise BadRequest(f"this asks for a {wanted} value")


# -- together ----------------------------------------------------------------------------------


@router.post("/analytics")
def analyse(
    body: shapes.ScoreQuestion, caller: CallerOf, services: ServicesOf
) -> shapes.ScoreAnalysis:
    """Distribution and trend of one kind of scores, or of two and how far they agree."""
    among = sight(caller, services).of_scores(None)
    found = services.reading.analyse(
        caller.scope,
        score_analytics.Question(
            first=_kind(body.first, among),
            second=_kind(body.second, among) if body.second else None,
            within=lists.ranged(body.start, body.end),
            by=body.by,
            timezone=body.timezone,
        ),
    )
    agreement = found.agreement
    return shapes.ScoreAnalysis(
        summaries=[_summary(each) for each in found.summaries],
        agreement=shapes.ScoreAgreement.model_validate(asdict(agreement)) if agreement else None,
    )


def _kind(given: shapes.ScoreKind, among: Filter | None) -> Kind:
    return Kind(
        given.name,
        DataType(given.data_type),
        given.source,
        given.author_id,
        given.adjudicated,
        among,
    )


def _summary(found: Summary) -> shapes.ScoreSummary:
    trend = found.trend
    return shapes.ScoreSummary(
        count=found.count,
        mean=found.mean,
        median=found.median,
        least=found.least,
        most=found.most,
        bins=[_bin(each) for each in found.bins],
        counts=found.counts,
        trend=shapes.ScoreTrend(
            columns=trend.columns, rows=trend.rows, times=trend.times, partial=trend.partial
        ),
    )


def _bin(found: Bin) -> shapes.ScoreBin:
    return shapes.ScoreBin.model_validate(asdict(found))
