"""Connections to model providers, as Langfuse's API reads and changes them: one for each name, which
Langfuse calls its provider."""

import json
from typing import Any, Literal

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from pilothouse.domain.errors import BadRequest
from pilothouse.edge.access import CallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.llm.providers import OTHER, PROVIDERS, Protocol
from pilothouse.llm.registry import Draft, Stored
from pilothouse.protocols.langfuse.answers import moment
from pilothouse.protocols.langfuse.questions import PagingOf

router = Router()

Object = dict[str, Any]
Adapter = Literal["openai", "azure", "anthropic", "bedrock", "google-ai-studio", "google-vertex-ai"]

_ADAPTERS = {Protocol.ANTHROPIC: "anthropic", Protocol.GEMINI: "google-ai-studio"}


class Upsert(BaseModel):
    model_config = ConfigDict(extra="ignore")

    provider: str
    adapter: Adapter
    secretKey: str = Field(repr=False)
    baseURL: str | None = None
    customModels: list[str] | None = None
    withDefaultModels: bool | None = None
    extraHeaders: dict[str, str] | None = Field(default=None, repr=False)
    config: Object | None = None


@router.get("/llm-connections")
def list_connections(caller: CallerOf, services: ServicesOf, paging: PagingOf) -> Object:
    """By name; keys are masked."""
    found = services.connections.of_project(caller.project_id)
    page = found[paging.offset : paging.offset + paging.limit]
    return {"data": [_shown(services, each) for each in page], "meta": paging.meta(len(found))}


@router.put("/llm-connections")
def put_connection(
    body: Upsert, caller: CallerOf, services: ServicesOf, response: Response
) -> Object:
    """Make the connection of that name, or change it."""
    stored, new = services.connections.put(caller.project_id, _draft(body), caller.author_id)
    response.status_code = 201 if new else 200
    return _shown(services, stored)


@router.delete("/llm-connections/{id}")
def delete_connection(id: str, caller: CallerOf, services: ServicesOf) -> Object:
    services.connections.remove(caller.project_id, id)
    return {"message": "LLM connection successfully deleted"}


def _draft(body: Upsert) -> Draft:
    if body.adapter == "google-vertex-ai":
        raise BadRequest("Vertex AI is not served; use google-ai-studio with an API key")
    key, options = body.secretKey, dict[str, Any]()
    if body.adapter == "bedrock":
        key, options = _of_aws(body)
    if body.withDefaultModels is not None:
        options["default_models"] = body.withDefaultModels
    return Draft(
        name=body.provider,
        provider=_provider(body),
        base_url=body.baseURL or "",
        models=tuple(body.customModels or ()),
        options=options,
        key=key,
        headers=body.extraHeaders or {},
        session_token="",
    )


def _provider(body: Upsert) -> str:
    match body.adapter:
        case "openai":
            return OTHER if body.baseURL else "openai"
        case "google-ai-studio":
            return "gemini"
        case adapter:
            return adapter


def _of_aws(body: Upsert) -> tuple[str, Object]:
    """Langfuse puts both halves of AWS's key into one JSON text, and the region into the config."""
    try:
        told = json.loads(body.secretKey)
        id, secret = str(told["accessKeyId"]), str(told["secretAccessKey"])
    except (ValueError, TypeError, KeyError) as error:
        raise BadRequest(
            "secretKey of a bedrock connection is JSON with accessKeyId and secretAccessKey"
        ) from error
    return secret, {"access_key_id": id, "region": str((body.config or {}).get("region") or "")}


def _shown(services: Services, stored: Stored) -> Object:
    return {
        "id": stored.id,
        "provider": stored.name,
        "adapter": _adapter(stored.provider),
        "displaySecretKey": f"...{stored.secret_hint}" if stored.secret else "",
        "baseURL": stored.base_url or None,
        "customModels": stored.models,
        "withDefaultModels": bool(stored.options.get("default_models", True)),
        "extraHeaderKeys": services.connections.header_names(stored),
        "config": {"region": stored.options["region"]} if "region" in stored.options else None,
        "createdAt": moment(stored.created_at),
        "updatedAt": moment(stored.updated_at),
    }


def _adapter(provider: str) -> str:
    """Whoever speaks OpenAI's protocol is reached by its adapter."""
    if provider in ("azure", "bedrock"):
        return provider
    found = PROVIDERS.get(provider)
    return _ADAPTERS.get(found.protocol, "openai") if found else "openai"
