"""Scores, as version 3 of Langfuse's API reads them: by a cursor, with values of their own types."""

import math
from typing import Annotated, Any

from fastapi import Query

from pilothouse.domain.errors import BadRequest
from pilothouse.edge.access import CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.protocols.langfuse import answers, questions
from pilothouse.protocols.langfuse.questions import Time, among, listed
from pilothouse.query.filters import Compare, Filter, Match, equal, every
from pilothouse.query.lists import ListQuestion, order

router = Router()

_BOOLEANS = {"true": 1.0, "false": 0.0}


@router.get("/v3/scores")
def scores_v3(
    caller: CallerOf,
    services: ServicesOf,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: str | None = None,
    fields: str | None = None,
    id: str | None = None,
    name: str | None = None,
    source: str | None = None,
    dataType: str | None = None,
    environment: str | None = None,
    configId: str | None = None,
    queueId: str | None = None,
    authorUserId: str | None = None,
    value: str | None = None,
    valueMin: float | None = None,
    valueMax: float | None = None,
    traceId: str | None = None,
    sessionId: str | None = None,
    observationId: str | None = None,
    experimentId: str | None = None,
    fromTimestamp: Time = None,
    toTimestamp: Time = None,
) -> dict[str, Any]:
    """Scores from a cursor on, newest first, with the groups of fields that are asked for."""
    groups = listed(fields)
    if unknown := set(groups) - answers.SCORE_GROUPS:
        raise BadRequest(f"there are no fields {', '.join(sorted(unknown))[:100]}")
    _one_subject(traceId or observationId, sessionId, experimentId)
    if observationId and not traceId:
        raise BadRequest("observationId needs a traceId")
    types = [word.lower() for word in listed(dataType)]
    conditions = every(
        among("score_id", listed(id)),
        among("name", listed(name)),
        among("source", [questions.source(word) for word in listed(source)]),
        among("data_type", types),
        among("environment", listed(environment)),
        among("config", listed(configId)),
        among("queue", listed(queueId)),
        among("author", listed(authorUserId)),
        among("trace", listed(traceId)),
        among("session", listed(sessionId)),
        among("span", listed(observationId)),
        among("experiment", listed(experimentId)),
        _exactly(types, listed(value)),
        _between(types, valueMin, valueMax),
    )
    question = ListQuestion(
        "scores",
        questions.within(fromTimestamp, toTimestamp),
        conditions,
        order("scores", ""),
        limit,
    ).at(cursor)
    page = services.reading.scores(caller.scope, question)
    return {
        "data": [answers.score_v3(each, groups) for each in page.items],
        "meta": {"limit": limit, "cursor": page.next_cursor},
    }


def _one_subject(*given: str | None) -> None:
    if sum(map(bool, given)) > 1:
        raise BadRequest("traceId, sessionId and experimentId exclude one another")


def _exactly(types: list[str], words: list[str]) -> Filter | None:
    if not words:
        return None
    match types:
        case ["categorical"]:
            return among("string_value", words)
        case ["boolean"] if _BOOLEANS.keys() >= set(words):
            return Match("value", equal(*(_BOOLEANS[word] for word in words)))
        case ["numeric"]:
            return Match("value", equal(*map(_finite, words)))
        case _:
            raise BadRequest("value needs one dataType and values of that type")


def _between(types: list[str], least: float | None, most: float | None) -> Filter | None:
    if least is None and most is None:
        return None
    if types != ["numeric"]:
        raise BadRequest("valueMin and valueMax need the dataType NUMERIC")
    return every(
        Match("value", Compare(">=", least)) if least is not None else None,
        Match("value", Compare("<=", most)) if most is not None else None,
    )


def _finite(word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadRequest(f"value: {word[:60]!r} is no number")
    return number
