"""Langfuse 3, 4 and 5 read what an application has sent; each asks what its own API has."""

import json
import os

os.environ["LANGFUSE_HOST"] = os.environ["LANGFUSE_BASE_URL"] = os.environ["PILOTHOUSE_URL"]
os.environ["LANGFUSE_PUBLIC_KEY"] = os.environ["PILOTHOUSE_PUBLIC_KEY"]
os.environ["LANGFUSE_SECRET_KEY"] = os.environ["PILOTHOUSE_SECRET_KEY"]

from importlib.metadata import version

from langfuse import get_client

MAJOR = int(version("langfuse").split(".")[0])
langfuse = get_client()
api = langfuse.api


def names(page: object) -> list[str]:
    return [item.name for item in page.data]


def versions_1(told: dict[str, object]) -> None:
    """Traces, observations, sessions and scores as the API had them until version 4."""
    if MAJOR == 3:
        observations, scores, many = api.observations, api.score_v_2, api.score_v_2.get
    else:
        observations, scores, many = api.legacy.observations_v1, api.scores, api.scores.get_many
    ask = api.trace.list(name="ask", fields="core,io").data[0]
    whole = api.trace.get(ask.id)
    page = many(limit=100)
    told["ask"] = ask.dict()
    told["whole"] = whole.dict()
    told["of_user"] = names(api.trace.list(user_id="ada"))
    told["generations"] = names(
        observations.get_many(trace_id=ask.id, type="GENERATION", environment="staging")
    )
    told["observation"] = observations.get(whole.observations[0].id).id
    told["sessions"] = [each.id for each in api.sessions.list().data]
    told["session"] = [each.name for each in api.sessions.get("session-asks").traces]
    told["scores_v2"] = {each.name: each.dict() for each in page.data}
    told["score"] = scores.get_by_id(page.data[0].id).id == page.data[0].id
    try:
        api.trace.get("no-such-trace")
    except Exception as error:
        told["absent"] = type(error).__name__


def versions_2(told: dict[str, object]) -> None:
    """Observations by a cursor, and scores with values of their own types."""
    groups = "core,basic,time,io,metadata,model,usage,prompt,metrics,trace_context"
    seen, cursor = [], None
    while True:
        page = api.observations.get_many(fields=groups, limit=5, cursor=cursor)
        seen += page.data
        cursor = page.meta.cursor
        if not cursor:
            break
    told["observations"] = [each.dict() for each in seen]
    told["core"] = api.observations.get_many(limit=1).data[0].dict()
    told["roots"] = names(api.observations.get_many(is_root_observation=True, limit=50))
    told["of_session"] = names(api.observations.get_many(session_id="session-asks"))
    many = api.scores.get_many if MAJOR > 4 else api.scores_v3.get_many_v3
    page = many(fields="details,subject,annotation", limit=2)
    rest = many(fields="details,subject,annotation", limit=2, cursor=page.meta.cursor)
    told["scores_v3"] = {each.name: each.dict() for each in (*page.data, *rest.data)}
    told["numeric"] = names(many(data_type="NUMERIC", value_min=0.95))


told: dict[str, object] = {
    "signed_in": langfuse.auth_check(),
    "health": api.health.health().status,
    "project": api.projects.get().data[0].name,
}
if MAJOR < 5:
    versions_1(told)
if MAJOR > 3:
    versions_2(told)
print(json.dumps(told, default=str))
