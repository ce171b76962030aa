"""Langfuse 2 reads what an application has sent, and prints one JSON object of what it was given."""

import json
import os

os.environ["LANGFUSE_HOST"] = os.environ["PILOTHOUSE_URL"]
os.environ["LANGFUSE_PUBLIC_KEY"] = os.environ["PILOTHOUSE_PUBLIC_KEY"]
os.environ["LANGFUSE_SECRET_KEY"] = os.environ["PILOTHOUSE_SECRET_KEY"]

from langfuse import Langfuse

langfuse = Langfuse()
api = langfuse.client


def names(page: object) -> list[str]:
    return [item.name for item in page.data]


def absent(read: object, identifier: str) -> str:
    """The class of the error that the SDK makes of an answer that there is no such thing."""
    try:
        read(identifier)
    except Exception as error:
        return type(error).__name__
    return "found"


first, second = (langfuse.fetch_traces(limit=3, page=page) for page in (1, 2))
ask = langfuse.fetch_traces(name="ask").data[0]
whole = langfuse.fetch_trace(ask.id).data
order = langfuse.fetch_trace(langfuse.fetch_traces(name="order").data[0].id).data
generations = langfuse.fetch_observations(type="GENERATION", trace_id=order.id).data
write = langfuse.fetch_observation(generations[0].id).data
scores = api.score.get(limit=100).data

told = {
    "signed_in": langfuse.auth_check(),
    "health": api.health.health().status,
    "project": api.projects.get().data[0].name,
    "pages": [names(first), names(second)],
    "meta": first.meta.dict(),
    "oldest_first": names(langfuse.fetch_traces(order_by="timestamp.asc")),
    "of_user": names(langfuse.fetch_traces(user_id="ada", order_by="timestamp.asc")),
    "of_session": names(langfuse.fetch_traces(session_id="session-orders")),
    "tagged": names(langfuse.fetch_traces(tags=["decorated", "测试"])),
    "ask": ask.dict(),
    "whole": whole.dict(),
    "order": order.dict(),
    "write": write.dict(),
    "errors": names(langfuse.fetch_observations(trace_id=whole.id, name="failing")),
    "of_parent": names(
        langfuse.fetch_observations(parent_observation_id=write.parent_observation_id)
    ),
    "sessions": [each.id for each in langfuse.fetch_sessions().data],
    "session": [each.name for each in api.sessions.get("session-orders").traces],
    "scores": {each.name: each.dict() for each in scores},
    "score": api.score.get_by_id(scores[0].id).id == scores[0].id,
    "daily": [each.dict() for each in api.metrics.daily().data],
    "absent": [
        absent(langfuse.fetch_trace, "no-such-trace"),
        absent(langfuse.fetch_observation, "no-such-observation"),
        absent(api.sessions.get, "no-such-session"),
        absent(api.score.get_by_id, "no-such-score"),
    ],
}
print(json.dumps(told, default=str))
