"""Exports to storage of a project's own, by the organisation's key."""

from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from pilothouse.domain.clock import DAY, HOUR, now
from pilothouse.domain.errors import BadRequest
from pilothouse.domain.job import JobStatus
from pilothouse.domain.storage_export import FileType, Frequency, StorageExport
from pilothouse.edge.access import OrganisationCallerOf
from pilothouse.edge.routing import Router
from pilothouse.edge.services import Services, ServicesOf
from pilothouse.protocols.langfuse import answers
from pilothouse.protocols.langfuse.answers import moment
from pilothouse.protocols.langfuse.exported import OBSERVATIONS, OBSERVATIONS_V2, SCORES, TRACES
from pilothouse.protocols.langfuse.organisations import own_project
from pilothouse.protocols.langfuse.questions import micros
from pilothouse.store.relational.accounts import new_id

router = Router()

Object = dict[str, Any]
Source = Literal[
    "LEGACY_TRACES_OBSERVATIONS", "OBSERVATIONS_V2", "LEGACY_TRACES_AND_ENRICHED_OBSERVATIONS"
]

_TABLES: dict[str, tuple[str, ...]] = {
    "LEGACY_TRACES_OBSERVATIONS": (TRACES, OBSERVATIONS, SCORES),
    "OBSERVATIONS_V2": (OBSERVATIONS_V2, SCORES),
    "LEGACY_TRACES_AND_ENRICHED_OBSERVATIONS": (TRACES, OBSERVATIONS, OBSERVATIONS_V2, SCORES),
}
_SOURCES = {tables: source for source, tables in _TABLES.items()}
_GROUPS = ("core", "basic", "time", "io", "metadata", "model", "usage", "prompt", "metrics")
_EVERY_GROUP = (*_GROUPS, "trace_context")
_ZONES = 27 * HOUR
"""What is today elsewhere may be tomorrow here."""


class Integration(BaseModel):
    model_config = ConfigDict(extra="ignore")

    projectId: str
    type: Literal["S3", "S3_COMPATIBLE", "AZURE_BLOB_STORAGE", "GOOGLE_CLOUD_STORAGE"]
    bucketName: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
    endpoint: str | None = None
    region: str = Field(pattern=r"^\s*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\s*$")
    accessKeyId: str | None = None
    secretAccessKey: str | None = Field(default=None, repr=False)
    prefix: str | None = Field(default=None, max_length=500)
    exportFrequency: Frequency
    enabled: bool
    forcePathStyle: bool
    fileType: Literal["JSON", "CSV", "JSONL", "PARQUET"]
    exportMode: Literal["FULL_HISTORY", "FROM_TODAY", "FROM_CUSTOM_DATE"]
    exportStartDate: datetime | None = None
    compressed: bool | None = None
    exportSource: Source | None = None
    exportFieldGroups: list[str] | None = None


@router.get("/integrations/blob-storage")
def list_integrations(caller: OrganisationCallerOf, services: ServicesOf) -> Object:
    found = services.storage_exports.of_organisation(caller.organisation_id)
    return {"data": [_shown(each) for each in found]}


@router.put("/integrations/blob-storage")
def put_integration(
    body: Integration, caller: OrganisationCallerOf, services: ServicesOf
) -> Object:
    """Make the project's, or change it. The storage is asked whether it takes files."""
    with services.database.read() as db:
        own_project(db, caller, body.projectId)
    before = services.storage_exports.of_project(body.projectId)
    kept = services.storage_exports.put(_export(body, before), body.secretAccessKey)
    return _shown(kept)


@router.get("/integrations/blob-storage/{id}")
def integration_status(id: str, caller: OrganisationCallerOf, services: ServicesOf) -> Object:
    found = services.storage_exports.find(caller.organisation_id, id)
    return {
        "id": found.id,
        "projectId": found.project_id,
        "syncStatus": _status(found, services),
        "enabled": found.is_enabled,
        **_times(found),
    }


@router.delete("/integrations/blob-storage/{id}")
def delete_integration(id: str, caller: OrganisationCallerOf, services: ServicesOf) -> Object:
    """What was written stays where it is."""
    found = services.storage_exports.find(caller.organisation_id, id)
    services.storage_exports.remove(found)
    return {"message": "Blob storage integration successfully deleted"}


def _export(body: Integration, before: StorageExport | None) -> StorageExport:
    if body.type not in ("S3", "S3_COMPATIBLE"):
        raise BadRequest(f"{body.type} is not served; S3 and what speaks its protocol is")
    if body.fileType == "PARQUET":
        raise BadRequest("PARQUET is not served here; JSON, JSONL and CSV are")
    access_key_id = body.accessKeyId or (before.access_key_id if before else "")
    if not access_key_id:
        raise BadRequest("an accessKeyId is needed")
    changed = before is None or (before.mode, before.starts_at) != _beginning(body, before)
    mode, starts_at = _beginning(body, before)
    moment_of_it = now()
    return StorageExport(
        id=before.id if before else new_id(),
        project_id=body.projectId,
        bucket=body.bucketName,
        endpoint=_endpoint(body),
        region=body.region.strip(),
        access_key_id=access_key_id,
        secret=before.secret if before else "",
        prefix=_prefix(body.prefix or ""),
        by_path=body.forcePathStyle,
        frequency=body.exportFrequency,
        file_type=FileType(body.fileType.lower()),
        is_compressed=body.compressed is not False,
        tables=_tables(body, before),
        groups=_groups(body, before),
        mode=mode,
        starts_at=starts_at,
        is_enabled=body.enabled,
        exported_until=0 if changed or before is None else before.exported_until,
        next_at=moment_of_it,
        error="",
        error_at=0,
        created_at=before.created_at if before else moment_of_it,
        updated_at=moment_of_it,
    )


def _beginning(body: Integration, before: StorageExport | None) -> tuple[str, int]:
    if body.exportMode == "FULL_HISTORY":
        return body.exportMode, 0
    if body.exportMode == "FROM_TODAY":
        if before is not None and before.mode == body.exportMode:
            return before.mode, before.starts_at
        return body.exportMode, now() // DAY * DAY
    if body.exportStartDate is None:
        raise BadRequest("exportMode FROM_CUSTOM_DATE needs an exportStartDate")
    starts_at = micros(body.exportStartDate)
    if not 0 < starts_at <= now() + _ZONES:
        raise BadRequest("exportStartDate lies in the past, after 1970")
    return body.exportMode, starts_at


def _endpoint(body: Integration) -> str:
    if body.type == "S3_COMPATIBLE" and not body.endpoint:
        raise BadRequest("type S3_COMPATIBLE needs an endpoint")
    if not body.endpoint:
        return ""
    parts = urlsplit(body.endpoint)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise BadRequest("endpoint begins with https:// or http:// and names a host")
    return body.endpoint.rstrip("/")


def _prefix(told: str) -> str:
    if told and not told.endswith("/"):
        raise BadRequest("prefix ends in /")
    return told.lstrip("/")


def _tables(body: Integration, before: StorageExport | None) -> tuple[str, ...]:
    if body.exportSource is not None:
        return _TABLES[body.exportSource]
    return before.tables if before else _TABLES["LEGACY_TRACES_OBSERVATIONS"]


def _groups(body: Integration, before: StorageExport | None) -> tuple[str, ...]:
    told = body.exportFieldGroups
    if told is None:
        return before.groups if before else _EVERY_GROUP
    if body.exportSource is None:
        raise BadRequest("exportFieldGroups needs an exportSource")
    if unknown := set(told) - answers.GROUPS:
        raise BadRequest(f"there are no fields {', '.join(sorted(unknown))[:100]}")
    if told and "core" not in told:
        raise BadRequest("exportFieldGroups holds core")
    return tuple(told) or _EVERY_GROUP


def _status(export: StorageExport, services: Services) -> str:
    run = services.storage_exports.run(export)
    if not export.is_enabled:
        return "disabled"
    if run is JobStatus.RUNNING:
        return "running"
    if export.error:
        return "error"
    if run is JobStatus.WAITING or export.next_at <= now():
        return "queued"
    return "up_to_date" if export.exported_until else "idle"


def _times(export: StorageExport) -> Object:
    return {
        "nextSyncAt": moment(export.next_at) if export.is_enabled else None,
        "lastSyncAt": moment(export.exported_until),
        "lastError": export.error or None,
        "lastErrorAt": moment(export.error_at),
    }


def _shown(export: StorageExport) -> Object:
    return {
        "id": export.id,
        "projectId": export.project_id,
        "type": "S3_COMPATIBLE" if export.endpoint else "S3",
        "bucketName": export.bucket,
        "endpoint": export.endpoint or None,
        "region": export.region,
        "accessKeyId": export.access_key_id,
        "prefix": export.prefix,
        "exportFrequency": export.frequency.value,
        "enabled": export.is_enabled,
        "forcePathStyle": export.by_path,
        "fileType": export.file_type.upper(),
        "exportMode": export.mode,
        "exportStartDate": moment(export.starts_at),
        "compressed": export.is_compressed,
        "exportSource": _SOURCES[export.tables],
        "exportFieldGroups": list(export.groups),
        **_times(export),
        "createdAt": moment(export.created_at),
        "updatedAt": moment(export.updated_at),
    }
