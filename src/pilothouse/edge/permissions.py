"""Who may call which route: one table that covers every route of the server.

A route that is not here cannot be called; a test walks the server's routes and this table together.
"""

from enum import StrEnum

from pilothouse.domain.access import Permission
from pilothouse.edge.not_served import ABSENT


class Open(StrEnum):
    """Routes that need no permission in a project."""

    EVERYONE = "everyone"
    SIGNED_IN = "signed in"
    """Any person with a sign-in, about themselves."""
    ANY_KEY = "any key"
    """Any valid key pair or sign-in, whatever it may do."""


Need = Permission | Open

_NATIVE: dict[str, Need] = {
    "POST /auth/sign-in": Open.EVERYONE,
    "POST /auth/sign-out": Open.SIGNED_IN,
    "GET /me": Open.SIGNED_IN,
    "PUT /me/password": Open.SIGNED_IN,
    "GET /find": Open.SIGNED_IN,
    "GET /projects/{project_id}/traces": Permission.READ,
    "DELETE /projects/{project_id}/traces/{trace_id}": Permission.EDIT,
    "POST /projects/{project_id}/traces/delete": Permission.EDIT,
    "GET /projects/{project_id}/views": Permission.READ,
    "POST /projects/{project_id}/views": Permission.READ,
    "PATCH /projects/{project_id}/views/{view_id}": Permission.READ,
    "DELETE /projects/{project_id}/views/{view_id}": Permission.READ,
    "PUT /projects/{project_id}/views/default/{list}": Permission.READ,
    "GET /projects/{project_id}/exports": Permission.READ,
    "POST /projects/{project_id}/exports": Permission.READ,
    "GET /projects/{project_id}/exports/{export_id}/file": Permission.READ,
    "DELETE /projects/{project_id}/exports/{export_id}": Permission.READ,
    "GET /projects/{project_id}/spans": Permission.READ,
    "GET /projects/{project_id}/sessions": Permission.READ,
    "GET /projects/{project_id}/users": Permission.READ,
    "GET /projects/{project_id}/traces/{trace_id}": Permission.READ,
    "GET /projects/{project_id}/traces/{trace_id}/spans/{span_id}": Permission.READ,
    "GET /projects/{project_id}/traces/{trace_id}/transcript": Permission.READ,
    "GET /projects/{project_id}/sessions/{session_id:path}": Permission.READ,
    "GET /projects/{project_id}/media/{media_id}": Permission.READ,
    "GET /projects/{project_id}/media/{media_id}/facts": Permission.READ,
    "GET /projects/{project_id}/facets": Permission.READ,
    "GET /projects/{project_id}/filter/fields": Permission.READ,
    "GET /projects/{project_id}/filter/complete": Permission.READ,
    "POST /projects/{project_id}/charts": Permission.READ,
    "GET /projects/{project_id}/charts/measures": Permission.READ,
    "GET /projects/{project_id}/releases": Permission.READ,
    "GET /projects/{project_id}/scores": Permission.READ,
    "GET /projects/{project_id}/scores/kinds": Permission.READ,
    "POST /projects/{project_id}/scores/analytics": Permission.READ,
    "PUT /projects/{project_id}/scores/{score_id:path}": Permission.ANNOTATE,
    "DELETE /projects/{project_id}/scores/{score_id:path}": Permission.ANNOTATE,
    "GET /projects/{project_id}/score-configs": Permission.READ,
    "POST /projects/{project_id}/score-configs": Permission.EDIT,
    "PUT /projects/{project_id}/score-configs/{config_id}": Permission.EDIT,
    "GET /projects/{project_id}/dashboards": Permission.READ,
    "GET /projects/{project_id}/dashboards/{dashboard_id}": Permission.READ,
    "PUT /projects/{project_id}/dashboards/{dashboard_id}": Permission.EDIT,
    "DELETE /projects/{project_id}/dashboards/{dashboard_id}": Permission.EDIT,
    "GET /projects/{project_id}/ingest-health": Permission.READ,
    "GET /projects/{project_id}/keys": Permission.ADMINISTER,
    "POST /projects/{project_id}/keys": Permission.ADMINISTER,
    "DELETE /projects/{project_id}/keys/{key_id}": Permission.ADMINISTER,
    "GET /projects/{project_id}/prices": Permission.READ,
    "POST /projects/{project_id}/prices": Permission.EDIT,
    "PUT /projects/{project_id}/prices/{price_id}": Permission.EDIT,
    "DELETE /projects/{project_id}/prices/{price_id}": Permission.EDIT,
    "GET /projects/{project_id}/models": Permission.READ,
    "POST /projects/{project_id}/reprice": Permission.EDIT,
    "GET /projects/{project_id}/members": Permission.READ,
    "GET /projects/{project_id}/settings": Permission.READ,
    "PATCH /projects/{project_id}/settings": Permission.ADMINISTER,
    "GET /projects/{project_id}/onboarding": Permission.READ,
}

_OTLP: dict[str, Need] = {
    "POST /v1/traces": Permission.INGEST,
    "POST /v1/logs": Permission.INGEST,
    "POST /v1/metrics": Permission.INGEST,
}

# Whoever may only score gets the scores of a batch stored, and its other events refused one by one.
_LANGFUSE: dict[str, Need] = {
    "GET /health": Open.EVERYONE,
    "GET /ready": Open.EVERYONE,
    "GET /projects": Open.ANY_KEY,
    "POST /ingestion": Permission.SCORE,
    "POST /traces": Permission.INGEST,
    "POST /events": Permission.INGEST,
    "POST /spans": Permission.INGEST,
    "PATCH /spans": Permission.INGEST,
    "POST /generations": Permission.INGEST,
    "PATCH /generations": Permission.INGEST,
    "GET /traces": Permission.READ,
    "GET /traces/{trace_id}": Permission.READ,
    "DELETE /traces/{trace_id}": Permission.EDIT,
    "DELETE /traces": Permission.EDIT,
    "GET /observations": Permission.READ,
    "GET /observations/{observation_id}": Permission.READ,
    "GET /v2/observations": Permission.READ,
    "GET /sessions": Permission.READ,
    "GET /sessions/{session_id:path}": Permission.READ,
    "POST /scores": Permission.SCORE,
    "GET /scores": Permission.READ,
    "GET /scores/{score_id}": Permission.READ,
    "DELETE /scores/{score_id}": Permission.EDIT,
    "GET /v2/scores": Permission.READ,
    "GET /v2/scores/{score_id}": Permission.READ,
    "GET /v3/scores": Permission.READ,
    "GET /metrics/daily": Permission.READ,
    "GET /metrics": Permission.READ,
    "GET /models": Permission.READ,
    "POST /models": Permission.EDIT,
    "GET /models/{model_id:path}": Permission.READ,
    "PUT /models/{model_id:path}": Permission.EDIT,
    "DELETE /models/{model_id:path}": Permission.EDIT,
    "GET /v2/metrics": Permission.READ,
    "GET /v2/prompts": Permission.READ,
    "POST /v2/prompts": Permission.EDIT,
    "GET /v2/prompts/{name:path}": Permission.READ,
    "DELETE /v2/prompts/{name:path}": Permission.EDIT,
    "PATCH /v2/prompts/{name:path}/versions/{version}": Permission.EDIT,
    "GET /prompts": Permission.READ,
    "POST /prompts": Permission.EDIT,
    "GET /datasets": Permission.READ,
    "POST /datasets": Permission.EDIT,
    "GET /datasets/{name:path}": Permission.READ,
    "GET /datasets/{name:path}/runs": Permission.READ,
    "GET /datasets/{name:path}/runs/{run_name:path}": Permission.READ,
    "DELETE /datasets/{name:path}/runs/{run_name:path}": Permission.EDIT,
    "GET /v2/datasets": Permission.READ,
    "POST /v2/datasets": Permission.EDIT,
    "GET /v2/datasets/{name:path}": Permission.READ,
    "GET /dataset-items": Permission.READ,
    "POST /dataset-items": Permission.EDIT,
    "GET /dataset-items/{item_id:path}": Permission.READ,
    "DELETE /dataset-items/{item_id:path}": Permission.EDIT,
    "GET /dataset-run-items": Permission.READ,
    "POST /dataset-run-items": Permission.EDIT,
    "GET /experiments": Permission.READ,
    "GET /experiment-items": Permission.READ,
    "POST /media": Permission.INGEST,
    "GET /media/{media_id}": Permission.READ,
    "PATCH /media/{media_id}": Permission.INGEST,
    "GET /score-configs": Permission.READ,
    "POST /score-configs": Permission.EDIT,
    "GET /score-configs/{config_id}": Permission.READ,
    "PATCH /score-configs/{config_id}": Permission.EDIT,
    "GET /comments": Permission.READ,
    "POST /comments": Permission.ANNOTATE,
    "GET /comments/{comment_id}": Permission.READ,
    "GET /annotation-queues": Permission.READ,
    "POST /annotation-queues": Permission.EDIT,
    "GET /annotation-queues/{queue_id}": Permission.READ,
    "GET /annotation-queues/{queue_id}/items": Permission.READ,
    "POST /annotation-queues/{queue_id}/items": Permission.ANNOTATE,
    "GET /annotation-queues/{queue_id}/items/{item_id}": Permission.READ,
    "PATCH /annotation-queues/{queue_id}/items/{item_id}": Permission.ANNOTATE,
    "DELETE /annotation-queues/{queue_id}/items/{item_id}": Permission.EDIT,
    "POST /annotation-queues/{queue_id}/assignments": Permission.EDIT,
    "DELETE /annotation-queues/{queue_id}/assignments": Permission.EDIT,
}


def _below(prefix: str, rows: dict[str, Need]) -> dict[str, Need]:
    return {row.replace(" ", f" {prefix}", 1): need for row, need in rows.items()}


ROUTES: dict[str, Need] = {
    "GET /healthz": Open.EVERYONE,
    "GET /readyz": Open.EVERYONE,
    "GET /auth/link/{token}": Open.EVERYONE,
    "GET /trace/{trace_id}": Open.EVERYONE,
    "PUT /api/media/{token}": Open.EVERYONE,
    "GET /api/media/{token}": Open.EVERYONE,
    **_below("/api/pilothouse", _NATIVE),
    "POST /v1/traces/ingest": Permission.INGEST,
    **_OTLP,
    **_below("/api/public/otel", _OTLP),
    **_below("/api/public", _LANGFUSE),
    **_below("/api/public", {each: Open.ANY_KEY for kind in ABSENT for each in kind.routes}),
}
"""`METHOD path` → what it needs."""
