"""Health of the server, and the project that a key belongs to."""

import json
from typing import Any

from pilothouse import __version__
from pilothouse.domain.errors import NotFound
from pilothouse.edge.access import CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.store.relational import accounts

router = Router()

SERVED = "4.35.0"
"""The version of Langfuse's API that is served, in its own count: clients choose by it what to call."""


@router.api_route("/health", methods=["GET", "HEAD"])
def health() -> dict[str, str]:
    return {"status": "OK", "version": SERVED, "pilothouse": __version__}


@router.get("/ready")
def ready(services: ServicesOf) -> dict[str, str]:
    """Raises Unavailable when a store does not answer."""
    with services.database.read() as db:
        accounts.projects(db)
    return {"status": "OK", "version": SERVED, "pilothouse": __version__}


@router.get("/projects")
def projects(caller: CallerOf, services: ServicesOf) -> dict[str, Any]:
    """The project of the key."""
    with services.database.read() as db:
        project = accounts.project(db, caller.project_id)
        organisation = accounts.organisation(db, project.organisation_id) if project else None
    if project is None or organisation is None:
        raise NotFound("the key's project is gone")
    return {
        "data": [
            {
                "id": project.id,
                "name": project.name,
                "organization": {"id": organisation.id, "name": organisation.name},
                "metadata": json.loads(project.metadata),
            }
        ]
    }
