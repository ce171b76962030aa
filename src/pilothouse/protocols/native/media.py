"""Media that payloads refer to, for the pages that show them."""

from fastapi import Depends, Request
from starlette.responses import Response

from pilothouse.domain.media import Media
from pilothouse.edge.access import CallerOf, project_in_path
from pilothouse.edge.media_links import streamed
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.protocols.native import reading_wire

router = Router(
    prefix="/projects/{project_id}/media",
    tags=["media"],
    dependencies=[Depends(project_in_path)],
)


@router.get("/{media_id}", response_class=Response, responses={200: {"content": {"*/*": {}}}})
def show_media(media_id: str, request: Request, caller: CallerOf, services: ServicesOf) -> Response:
    """The bytes, or the `Range` of them that is asked for. 404 also where they have not come yet."""
    return streamed(request, services, caller.project_id, media_id)


@router.get("/{media_id}/facts")
def show_media_facts(
    media_id: str, caller: CallerOf, services: ServicesOf
) -> reading_wire.MediaFacts:
    """What is known of media, whether its bytes are there or not."""
    return facts(services.media.find(caller.project_id, media_id))


def facts(found: Media) -> reading_wire.MediaFacts:
    return reading_wire.MediaFacts(
        content_type=found.content_type,
        content_length=found.content_length,
        uploaded=found.uploaded_at > 0,
        upload_error=found.upload_error,
    )
