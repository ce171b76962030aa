"""Media, as Langfuse's SDKs send and fetch it: they ask for a link, and send the bytes there."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from pilothouse.domain.clock import now
from pilothouse.domain.dataset import Item
from pilothouse.domain.errors import BadRequest, NotFound
from pilothouse.domain.media import Media, Use, references
from pilothouse.edge.access import CallerOf
from pilothouse.edge.media_links import address
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.media.library import LINK_LASTS
from pilothouse.protocols.langfuse.answers import moment
from pilothouse.store.relational import media

router = Router(prefix="/media")

Object = dict[str, Any]

_FIELDS = ("input", "output", "metadata", "expectedOutput")


class NewMedia(BaseModel):
    model_config = ConfigDict(extra="ignore")

    traceId: str | None = Field(default=None, max_length=800)
    observationId: str | None = Field(default=None, max_length=800)
    datasetId: str | None = Field(default=None, max_length=800)
    datasetItemId: str | None = Field(default=None, max_length=800)
    contentType: str
    contentLength: int
    sha256Hash: str
    field: str


class UploadTold(BaseModel):
    model_config = ConfigDict(extra="ignore")

    uploadHttpStatus: int
    uploadHttpError: str | None = None


@router.post("")
def expect(
    body: NewMedia, request: Request, caller: CallerOf, services: ServicesOf
) -> JSONResponse:
    """Where to send the bytes; nowhere when they are here already."""
    if body.field not in _FIELDS:
        raise BadRequest(f"field is one of {', '.join(_FIELDS)}")
    if body.traceId:
        use = Use(body.field, body.traceId, body.observationId or "")
    elif body.datasetItemId or body.datasetId:
        use = Use(body.field, "", body.datasetItemId or body.datasetId or "")
    else:
        raise BadRequest("name a traceId or a datasetItemId")
    found = services.media.expect(
        caller.project_id, body.contentType, body.contentLength, body.sha256Hash, use
    )
    link = None
    if not found.uploaded_at:
        token = services.media.link(caller.project_id, found.id, "write")
        link = address(request, services, token)
    return JSONResponse({"mediaId": found.id, "uploadUrl": link}, 201)


@router.get("/{media_id}")
def get_media(media_id: str, request: Request, caller: CallerOf, services: ServicesOf) -> Object:
    found = services.media.find(caller.project_id, media_id)
    if not found.uploaded_at:
        failed = f"; its upload failed with {found.upload_status}" if found.upload_status else ""
        raise NotFound(f"Media asset has not been uploaded yet{failed}")
    return {"mediaId": found.id, "uploadedAt": moment(found.uploaded_at)} | shown(
        found, address(request, services, services.media.link(caller.project_id, found.id, "read"))
    )


@router.patch("/{media_id}")
def tell_upload(
    media_id: str, body: UploadTold, caller: CallerOf, services: ServicesOf
) -> Response:
    """How the upload went, as the client saw it. What lies here is known better here."""
    if body.uploadHttpStatus in (200, 201):
        services.media.find(caller.project_id, media_id)
    else:
        services.media.failed(
            caller.project_id, media_id, body.uploadHttpStatus, body.uploadHttpError or ""
        )
    return JSONResponse({})


def of_items(
    request: Request, services: Services, project_id: str, items: Sequence[Item]
) -> dict[str, list[Object]]:
    """By item the media that its fields refer to, with where in them they stand."""
    told = [
        (item.id, field, path, reference)
        for item in items
        for field, value in (
            ("input", item.input),
            ("expectedOutput", item.expected_output),
            ("metadata", item.metadata),
        )
        for path, reference in references(value)
    ]
    if not told:
        return {}
    with services.database.read() as db:
        known = media.by_id(db, project_id, {reference.media_id for *_, reference in told})
    found: dict[str, list[Object]] = {}
    for item_id, field, path, reference in told:
        each = known.get(reference.media_id)
        if each and each.uploaded_at:
            url = address(request, services, services.media.link(project_id, each.id, "read"))
            one = {
                "field": field,
                "referenceString": reference.text,
                "jsonPath": path,
                "media": {"mediaId": each.id, **shown(each, url)},
            }
            found.setdefault(item_id, []).append(one)
    return found


def shown(found: Media, url: str) -> Object:
    """How the bytes are fetched."""
    return {
        "contentType": found.content_type,
        "contentLength": found.content_length,
        "url": url,
        "urlExpiry": moment(now() + LINK_LASTS),
    }
