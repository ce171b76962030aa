"""Files that become items of a data set, and files made of its items."""

import json
import re
from dataclasses import asdict, replace
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Depends, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from pilothouse.datasets import exporting, mapping
from pilothouse.datasets.bringing import bring
from pilothouse.datasets.encodings import ENCODINGS
from pilothouse.datasets.mapping import Columns, Part
from pilothouse.datasets.tables import Format, Table, open_table
from pilothouse.domain.clock import now
from pilothouse.domain.errors import BadRequest
from pilothouse.edge.access import CallerOf, project_in_path
from pilothouse.edge.routing import Router
from pilothouse.edge.services import ServicesOf
from pilothouse.edge.uploads import Upload, uploaded
from pilothouse.protocols.native import dataset_file_wire as shapes
from pilothouse.protocols.native.datasets import AskedOf, dataset_of

router = Router(
    prefix="/projects/{project_id}/datasets",
    tags=["datasets"],
    dependencies=[Depends(project_in_path)],
)

TAKES_FILES = re.compile(r"/projects/[^/]+/datasets/[^/]+/import(/preview)?")
"""Paths, below that of our own API, whose bodies are files and may be large."""

MOST_BYTES = 100 << 20
_MOST_REASONS = 10
_SHOWN_ROWS = 20
_SHOWN_CHARS = 500
_MOST_MAPPING = 4_500
"""Characters; of an address there are at most 64 KB, in which one takes up to twelve."""
_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}

NameOf = Annotated[str, Query(max_length=500, description="The file's name; its ending counts")]
EncodingOf = Annotated[str, Query(max_length=20, description="Of a text; empty: found out")]


@router.post("/{dataset_id}/import/preview", openapi_extra=_FILE)
async def preview_file(
    dataset_id: str,
    request: Request,
    caller: CallerOf,
    services: ServicesOf,
    name: NameOf,
    encoding: EncodingOf = "",
) -> shapes.FilePreview:
    """What a file holds: CSV, JSON lines, JSON or Parquet. All of it is read, nothing is kept."""
    await run_in_threadpool(dataset_of, caller, services, dataset_id)
    async with uploaded(request, MOST_BYTES) as upload:
        return await run_in_threadpool(_preview, upload, name, encoding)


@router.post("/{dataset_id}/import", openapi_extra=_FILE)
async def import_file(
    dataset_id: str,
    request: Request,
    caller: CallerOf,
    services: ServicesOf,
    name: NameOf,
    columns: Annotated[
        str, Query(max_length=_MOST_MAPPING, description="FileColumns, as JSON")
    ] = "",
    bad_rows: Annotated[
        Literal["skip", "refuse"], Query(description="refuse: then nothing is written")
    ] = "skip",
    encoding: EncodingOf = "",
) -> shapes.FileBrought:
    """Make items of the rows of a file, or versions of those that are there. Without `columns` they
    are taken by their names."""
    dataset = await run_in_threadpool(dataset_of, caller, services, dataset_id)
    told = _columns(columns) if columns else None
    async with uploaded(request, MOST_BYTES) as upload:

        def brought() -> shapes.FileBrought:
            table = open_table(upload.path, name, encoding)
            found = bring(
                services.database,
                dataset,
                table,
                _typed(table, told),
                upload.fingerprint,
                all_or_none=bad_rows == "refuse",
                keep=services.media.kept_apart,
            )
            return shapes.FileBrought(**asdict(found))

        return await run_in_threadpool(brought)


@router.get("/{dataset_id}/export/fit")
def show_export_fit(
    dataset_id: str,
    caller: CallerOf,
    services: ServicesOf,
    format: exporting.ExportFormat,
    told: AskedOf,
) -> shapes.ExportFit:
    """How many items a file of the format would leave out, and why."""
    dataset = dataset_of(caller, services, dataset_id)
    found = exporting.fit(services.database, dataset, told.of(dataset), format)
    return shapes.ExportFit(
        items=found.items,
        skipped=found.skipped,
        reasons=dict(found.reasons.most_common(_MOST_REASONS)),
        named=found.named,
    )


@router.get(
    "/{dataset_id}/export",
    response_class=StreamingResponse,
    responses={
        200: {"content": {kind: {} for kind in sorted(set(exporting.MEDIA_TYPES.values()))}}
    },
)
def export_dataset(
    dataset_id: str,
    caller: CallerOf,
    services: ServicesOf,
    format: exporting.ExportFormat,
    told: AskedOf,
) -> StreamingResponse:
    """The items as a file. Those that have no place in the format are left out; headers tell how
    many: `x-pilothouse-items` and `x-pilothouse-skipped`."""
    dataset = dataset_of(caller, services, dataset_id)
    # Counted and written is one state, whatever is changed meanwhile.
    asked = told.of(dataset)
    asked = asked if asked.at else replace(asked, at=now())
    found = exporting.fit(services.database, dataset, asked, format)
    name = re.sub(r"[^\w.-]+", "-", dataset.name).strip("-") or "dataset"
    ending = "csv" if format is exporting.ExportFormat.CSV else "jsonl"
    return StreamingResponse(
        exporting.pieces(services.database, dataset, asked, format),
        media_type=exporting.MEDIA_TYPES[format],
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}.{ending}",
            "cache-control": "private, no-store",
            "x-pilothouse-items": str(found.items),
            "x-pilothouse-skipped": str(found.skipped),
        },
    )


def _preview(upload: Upload, name: str, encoding: str) -> shapes.FilePreview:
    table = open_table(upload.path, name, encoding)
    found = _survey(table)
    return shapes.FilePreview(
        format=table.format.value,
        encoding=table.encoding,
        encodings=list(ENCODINGS) if table.encoding else [],
        size=upload.size,
        rows=found.rows,
        columns=[
            shapes.ColumnSeen(
                name=each.name,
                kinds={kind: many for kind, many in each.kinds.items() if many},
                type=each.type,
            )
            for each in found.columns
        ],
        first=[{key: _cut(one) for key, one in row.values.items()} for row in found.first],
        bad=found.bad,
        problems=[
            shapes.RowProblem(row=each.number, reason=each.problem) for each in found.problems
        ],
        suggested=shapes.FileColumns.model_validate(asdict(found.suggested)),
    )


def _survey(table: Table) -> mapping.Survey:
    of_text = table.format is Format.CSV
    return mapping.survey(table.rows(), of_text=of_text, shown=_SHOWN_ROWS)


def _typed(table: Table, told: Columns | None) -> Columns:
    """With types of all columns, where cells are texts that spell them."""
    if told and (table.format is not Format.CSV or set(mapping.named(told)) <= set(told.types)):
        return told
    found = _survey(table).suggested
    if told is None:
        return found
    return replace(told, types={**found.types, **told.types})


def _columns(text: str) -> Columns:
    try:
        told = shapes.FileColumns.model_validate_json(text)
    except ValidationError as error:
        raise BadRequest(f"columns: {error.errors()[0]['msg']}") from error

    def part(one: shapes.ColumnPart) -> Part:
        return Part(tuple(one.columns), one.as_object)

    return Columns(
        input=part(told.input),
        expected_output=part(told.expected_output),
        metadata=part(told.metadata),
        id=told.id,
        split=told.split,
        tags=told.tags,
        types=told.types,
    )


def _cut(value: Any) -> Any:
    """What is shown of a value in a table."""
    if isinstance(value, str):
        return value[:_SHOWN_CHARS]
    if isinstance(value, dict | list):
        text = json.dumps(value, ensure_ascii=False)
        return text[:_SHOWN_CHARS] if len(text) > _SHOWN_CHARS else value
    return value
