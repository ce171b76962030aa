"""Webhooks that tell of changes of prompts, and the log of what was sent."""

import secrets

import sqlalchemy as sa
from fastapi import Depends, Response

from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.edge.access import CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.prompts.webhooks import place
from pilothouse.protocols.native import prompt_release_wire as shapes
from pilothouse.protocols.native.prompts import author_names
from pilothouse.store.relational import prompt_webhooks as hooks
from pilothouse.store.relational.accounts import new_id
from pilothouse.store.relational.prompt_webhooks import Webhook

router = Router(
    prefix="/projects/{project_id}/prompts/webhooks",
    tags=["prompts"],
    dependencies=[Depends(project_in_path)],
)

_MOST = 20


@router.get("")
def list_webhooks(caller: CallerOf, services: ServicesOf) -> shapes.Webhooks:
    with services.database.read() as db:
        found = hooks.of_project(db, caller.project_id)
        names = author_names(db, caller.project_id, {each.author_id for each in found})
    return shapes.Webhooks(items=[_shown(each, names) for each in found])


@router.post("", status_code=201)
def add_webhook(
    body: shapes.NewWebhook, caller: CallerOf, services: ServicesOf
) -> shapes.CreatedWebhook:
    """Tell an address of every change. What is sent is signed with the secret that this answers."""
    id, secret = new_id(), f"whsec_{secrets.token_urlsafe(32)}"
    sealed = services.webhooks.sealing.seal(secret, place(id))
    made = Webhook(id, caller.project_id, body.url, sealed, True, caller.author_id, now())
    with services.database.write() as db:
        if len(hooks.of_project(db, caller.project_id)) >= _MOST:
            raise BadRequest(f"a project has at most {_MOST} webhooks")
        hooks.add(db, made)
        names = author_names(db, caller.project_id, {made.author_id})
    return shapes.CreatedWebhook(webhook=_shown(made, names), secret=secret)


@router.patch("/{webhook_id}", status_code=204)
def change_webhook(
    webhook_id: str, body: shapes.WebhookChange, caller: CallerOf, services: ServicesOf
) -> Response:
    """Silence it, or let it speak again."""
    with services.database.write() as db:
        _there(db, caller.project_id, webhook_id)
        hooks.set_active(db, caller.project_id, webhook_id, body.is_active)
    return Response(status_code=204)


@router.delete("/{webhook_id}", status_code=204)
def remove_webhook(webhook_id: str, caller: CallerOf, services: ServicesOf) -> Response:
    with services.database.write() as db:
        _there(db, caller.project_id, webhook_id)
        hooks.remove(db, caller.project_id, webhook_id)
    return Response(status_code=204)


@router.post("/{webhook_id}/test", status_code=204)
def test_webhook(webhook_id: str, caller: CallerOf, services: ServicesOf) -> Response:
    """Send something that tells of nothing; what came of it stands in the log."""
    with services.database.write() as db:
        webhook = _there(db, caller.project_id, webhook_id)
        hooks.enqueue(db, webhook, "test", {})
    return Response(status_code=204)


@router.get("/{webhook_id}/deliveries")
def list_deliveries(webhook_id: str, caller: CallerOf, services: ServicesOf) -> shapes.Deliveries:
    """What was sent in the last 30 days, and what came of it."""
    with services.database.read() as db:
        _there(db, caller.project_id, webhook_id)
        found = hooks.deliveries(db, webhook_id)
    return shapes.Deliveries(
        items=[
            shapes.Delivery.model_validate(
                {name: getattr(each, name) for name in type(each).__slots__ if name != "webhook_id"}
            )
            for each in found
        ]
    )


@router.post("/{webhook_id}/deliveries/{delivery_id}/again", status_code=204)
def send_again(
    webhook_id: str, delivery_id: str, caller: CallerOf, services: ServicesOf
) -> Response:
    """Send once more what was delivered or has failed."""
    with services.database.write() as db:
        _there(db, caller.project_id, webhook_id)
        if not hooks.again(db, webhook_id, delivery_id):
            raise NotFound("no such delivery that is over")
    return Response(status_code=204)


def _there(db: sa.Connection, project_id: str, id: str) -> Webhook:
    found = hooks.find(db, project_id, id)
    if found is None:
        raise NotFound("no such webhook")
    return found


def _shown(webhook: Webhook, names: dict[str, str]) -> shapes.Webhook:
    return shapes.Webhook(
        id=webhook.id,
        url=webhook.url,
        is_active=webhook.is_active,
        author_name=names.get(webhook.author_id, ""),
        created_at=webhook.created_at,
    )
