"""Observations, as both versions of Langfuse's API read them."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query

from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.domain.span import Span
from pilothouse.edge.access import CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.langfuse import answers, questions
from pilothouse.protocols.langfuse.questions import NOT_A_HEAD, PagingOf, Time, Words, among
from pilothouse.query.filters import every
from pilothouse.query.lists import ListQuestion, order
from pilothouse.store.relational import prompts

router = Router()

_PREVIEW = 200
"""Characters of a metadata value that version 2 shows, unless its key is in `expandMetadata`."""


@router.get("/observations")
def observations(
    caller: CallerOf,
    services: ServicesOf,
    paging: PagingOf,
    name: str | None = None,
    userId: str | None = None,
    type: str | None = None,
    traceId: str | None = None,
    level: str | None = None,
    parentObservationId: str | None = None,
    environment: Words = None,
    fromStartTime: Time = None,
    toStartTime: Time = None,
    version: str | None = None,
    filter: str | None = None,
) -> dict[str, Any]:
    """A page of observations, newest first."""
    conditions = questions.parsed(filter, "spans") or every(
        among("name", name),
        among("user", userId),
        questions.kind(type),
        among("trace", traceId),
        among("level", level.lower() if level else None),
        among("parent", parentObservationId),
        among("environment", environment),
        among("version", version),
    )
    question = paging.question(
        "spans",
        questions.within(fromStartTime, toStartTime),
        every(NOT_A_HEAD, conditions),
    )
    page = services.reading.spans(caller.scope, question, bodies=True)
    return {
        "data": shown(services, caller.project_id, page.items),
        "meta": paging.meta(services.reading.count(caller.scope, question)),
    }


@router.get("/observations/{observation_id}")
def observation(observation_id: str, caller: CallerOf, services: ServicesOf) -> dict[str, Any]:
    try:
        span = services.reading.find_span(caller.scope, observation_id)
    except NotFound:
        raise NotFound("Observation not found within authorized project") from None
    return shown(services, caller.project_id, [span])[0]


@router.get("/v2/observations")
def observations_v2(
    caller: CallerOf,
    services: ServicesOf,
    fields: str = "core,basic",
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    cursor: str | None = None,
    parseIoAsJson: bool = False,
    expandMetadata: str = "",
    name: str | None = None,
    userId: str | None = None,
    sessionId: str | None = None,
    type: str | None = None,
    traceId: str | None = None,
    level: str | None = None,
    parentObservationId: str | None = None,
    isRootObservation: bool | None = None,
    environment: Words = None,
    fromStartTime: Time = None,
    toStartTime: Time = None,
    version: str | None = None,
    filter: str | None = None,
) -> dict[str, Any]:
    """Observations from a cursor on, newest first, with the groups of fields that are asked for."""
    groups = [group for word in fields.split(",") if (group := word.strip())]
    if unknown := set(groups) - answers.GROUPS:
        raise BadRequest(f"there are no fields {', '.join(sorted(unknown))[:100]}")
    conditions = questions.parsed(filter, "spans") or every(
        among("name", name),
        among("user", userId),
        among("session", sessionId),
        questions.kind(type),
        among("trace", traceId),
        among("level", level.lower() if level else None),
        among("parent", parentObservationId),
        questions.is_root(isRootObservation),
        among("environment", environment),
        among("version", version),
    )
    question = ListQuestion(
        "spans",
        questions.within(fromStartTime, toStartTime),
        every(NOT_A_HEAD, conditions),
        order("spans", ""),
        limit,
    ).at(cursor)
    bodies = not answers.WITH_BODIES.isdisjoint(groups)
    page = services.reading.spans(caller.scope, question, bodies=bodies)
    whole = {key.strip() for key in expandMetadata.split(",")}
    ids = prompt_ids(services, caller.project_id, page.items) if "prompt" in groups else {}
    return {
        "data": [
            _shown(answers.observation_v2(span, groups, ids), whole, parseIoAsJson)
            for span in page.items
        ],
        "meta": {"cursor": page.next_cursor},
    }


def shown(services: Services, project_id: str, spans: Sequence[Span]) -> list[dict[str, Any]]:
    """Observations in the shape of version 1."""
    ids = prompt_ids(services, project_id, spans)
    return [answers.observation(span, ids) for span in spans]


def prompt_ids(services: Services, project_id: str, spans: Sequence[Span]) -> answers.PromptIds:
    named = [(span.prompt_name, span.prompt_version) for span in spans if span.prompt_name]
    if not named:
        return {}
    with services.database.read() as db:
        return prompts.ids(db, project_id, named)


def _shown(found: dict[str, Any], whole: set[str], parse_io: bool) -> dict[str, Any]:
    if parse_io:
        for side in ("input", "output"):
            if found.get(side):
                found[side] = answers.parse(found[side])
    if "metadata" in found:
        found["metadata"] = {
            key: value if key in whole or not isinstance(value, str) else value[:_PREVIEW]
            for key, value in found["metadata"].items()
        }
    return found
