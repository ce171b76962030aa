"""Scores, as versions 1 and 2 of Langfuse's API read and delete them."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from starlette.responses import JSONResponse, Response

from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.edge.access import Caller, CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.langfuse import answers, questions
from pilothouse.protocols.langfuse.questions import Paging, PagingOf, Time, Words, among, listed
from pilothouse.query.filters import Compare, Exists, Filter, Match, Not, Operator, equal, every

router = Router()

_COMPARES: dict[str, Operator] = {"<": "<", ">": ">", "<=": "<=", ">=": ">="}


@dataclass(frozen=True)
class Asked:
    """What both versions are asked by. As a dependency, its fields are the query of the address."""

    userId: str | None = None
    name: str | None = None
    fromTimestamp: Time = None
    toTimestamp: Time = None
    environment: Words = None
    source: str | None = None
    operator: str | None = None
    value: float | None = None
    scoreIds: str | None = None
    configId: str | None = None
    queueId: str | None = None
    dataType: str | None = None
    traceTags: Words = None

    def conditions(self) -> Filter | None:
        return every(
            among("user", self.userId),
            among("name", self.name),
            among("environment", self.environment),
            among("source", questions.source(self.source) if self.source else None),
            _compared(self.operator, self.value),
            among("score_id", listed(self.scoreIds)),
            among("config", self.configId),
            among("queue", self.queueId),
            among("data_type", self.dataType.lower() if self.dataType else None),
            questions.all_tags(self.traceTags),
        )


AskedOf = Annotated[Asked, Depends()]


@router.get("/scores")
def scores_v1(
    caller: CallerOf, services: ServicesOf, paging: PagingOf, asked: AskedOf
) -> dict[str, Any]:
    """Scores of traces alone: version 1 knows no others."""
    return _page(caller, services, paging, asked, Match("trace", Exists()))


@router.get("/v2/scores")
def scores_v2(
    caller: CallerOf,
    services: ServicesOf,
    paging: PagingOf,
    asked: AskedOf,
    sessionId: str | None = None,
    datasetRunId: str | None = None,
    traceId: str | None = None,
    observationId: str | None = None,
) -> dict[str, Any]:
    """A page of scores, newest first, each with what its trace tells."""
    subject = every(
        among("session", sessionId),
        among("experiment", datasetRunId),
        among("trace", traceId),
        among("span", listed(observationId)),
    )
    return _page(caller, services, paging, asked, subject)


@router.get("/scores/{score_id}")
@router.get("/v2/scores/{score_id}")
def score(score_id: str, caller: CallerOf, services: ServicesOf) -> dict[str, Any]:
    try:
        return answers.score(services.reading.score(caller.scope, score_id))
    except NotFound:
        raise NotFound("Score not found within authorized project") from None


@router.delete("/scores/{score_id}")
async def delete_score(score_id: str, caller: CallerOf, services: ServicesOf) -> Response:
    if not await services.intake.delete_scores(caller.scope, [score_id]):
        raise NotFound("Score not found within authorized project")
    return JSONResponse({"message": "Score deletion successful"}, 202)


def _page(
    caller: Caller,
    services: Services,
    paging: Paging,
    asked: Asked,
    subject: Filter | None,
) -> dict[str, Any]:
    within = questions.within(asked.fromTimestamp, asked.toTimestamp)
    question = paging.question("scores", within, every(subject, asked.conditions()))
    page = services.reading.scores(caller.scope, question)
    ids = sorted({each.trace_id for each in page.items if each.trace_id})
    traces = services.reading.summaries(caller.scope, ids)
    return {
        "data": [answers.score_v2(each, traces.get(each.trace_id)) for each in page.items],
        "meta": paging.meta(services.reading.count(caller.scope, question)),
    }


def _compared(operator: str | None, value: float | None) -> Filter | None:
    if operator is None or value is None:
        return None
    if operator in _COMPARES:
        return Match("value", Compare(_COMPARES[operator], value))
    if operator not in ("=", "!="):
        raise BadRequest("operator is one of <, >, <=, >=, !=, =")
    same = Match("value", equal(value))
    return same if operator == "=" else Not(same)
