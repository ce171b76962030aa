"""Lists as files, written in the background; and traces deleted many at once."""

from fastapi import Depends, Request, Response
from fastapi.responses import StreamingResponse

from pilothouse.domain.access import Permission
from pilothouse.domain.clock import now
from pilothouse.domain.errors import Conflict, Forbidden, NotFound
from pilothouse.domain.export import Export, Status
from pilothouse.edge.access import Caller, CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.protocols.native import view_wire
from pilothouse.query import lists
from pilothouse.query.parser import parse
from pilothouse.reading.export_files import MEDIA_TYPES
from pilothouse.reading.exports import KEPT
from pilothouse.store.relational import exports

router = Router(
    prefix="/projects/{project_id}", tags=["exports"], dependencies=[Depends(project_in_path)]
)

_MOST_OPEN = 10
_LISTED = 100


@router.get("/exports")
def list_exports(request: Request, caller: CallerOf, services: ServicesOf) -> view_wire.Exports:
    """The exports of the project whose files are kept, the newest first."""
    with services.database.read() as db:
        found = exports.of_project(db, caller.project_id, _LISTED)
    return view_wire.Exports(items=[_export(each, request) for each in found])


@router.post("/exports", status_code=202)
def add_export(
    body: view_wire.NewExport, request: Request, caller: CallerOf, services: ServicesOf
) -> view_wire.Export:
    """Write all rows of a list to a file. The answer comes at once, the file when it is done."""
    parse(body.filter)
    within, order = lists.ranged(body.start, body.end), lists.order(body.list, body.order)
    asked = {
        **body.model_dump(),
        "start": within.start,
        "end": within.end,
        "order": str(order),
        "project_id": caller.project_id,
        "creator_id": caller.user_id or caller.key_id,
    }
    with services.database.write() as db:
        if exports.count_open(db, caller.project_id) >= _MOST_OPEN:
            raise Conflict(f"{_MOST_OPEN} exports are under way; wait for one of them")
        export = exports.add(db, asked, expires_at=now() + KEPT)
    services.exports.wake()
    return _export(export, request)


@router.get(
    "/exports/{export_id}/file",
    response_class=StreamingResponse,
    responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}}},
)
def export_file(export_id: str, caller: CallerOf, services: ServicesOf) -> StreamingResponse:
    """The file of an export that is done, until it expires."""
    export = _one(export_id, caller, services)
    pieces = services.exports.pieces(export) if _is_there(export) else None
    if pieces is None:
        raise NotFound("the export has no file, or no longer")
    name = f"{export.list}-{export.id[:8]}.{export.format.value}"
    return StreamingResponse(
        pieces,
        media_type=MEDIA_TYPES[export.format],
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "content-length": str(export.bytes),
            "cache-control": "private, no-store",
        },
    )


@router.delete("/exports/{export_id}", status_code=204)
def remove_export(export_id: str, caller: CallerOf, services: ServicesOf) -> Response:
    """Stop an export, or forget it with its file."""
    export = _one(export_id, caller, services)
    mine = export.creator_id == (caller.user_id or caller.key_id)
    if not mine and Permission.EDIT not in caller.permissions:
        raise Forbidden("an export of somebody else needs the permission to edit")
    services.exports.remove(export)
    return Response(status_code=204)


@router.post("/traces/delete", status_code=204)
async def delete_traces(
    body: view_wire.TraceIds, caller: CallerOf, services: ServicesOf
) -> Response:
    """Delete traces with their spans and scores. Traces that are not there are no error."""
    await services.intake.delete_traces(caller.scope, body.trace_ids)
    return Response(status_code=204)


def _one(export_id: str, caller: Caller, services: ServicesOf) -> Export:
    with services.database.read() as db:
        found = exports.one(db, caller.project_id, export_id)
    if found is None:
        raise NotFound("no such export")
    return found


def _is_there(export: Export) -> bool:
    return export.status is Status.DONE and export.expires_at > now()


def _export(export: Export, request: Request) -> view_wire.Export:
    path = f"{request.url.path.split('/exports')[0]}/exports/{export.id}/file"
    return view_wire.Export(
        id=export.id,
        list=export.list,
        format=export.format.value,
        filter=export.filter,
        start=export.start,
        end=export.end,
        status=export.status.value,
        rows=export.rows,
        total=export.total,
        cut=export.status is Status.DONE and export.rows < export.total,
        bytes=export.bytes,
        error=export.error,
        created_at=export.created_at,
        finished_at=export.finished_at,
        expires_at=export.expires_at,
        url=path if _is_there(export) else "",
    )
