"""How keys are made: safe as a path and as an object's name, whatever ids clients choose."""

import hashlib
import re

from pilothouse.domain.errors import BadRequest

_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


def checked(key: str) -> str:
    """The key itself. Raises BadRequest for one that could lead elsewhere."""
    if len(key) > 500 or not _KEY.fullmatch(key.rstrip("/")):
        raise BadRequest(f"not a key of a blob: {key[:80]!r}")
    return key


def of_project(project_id: str) -> list[str]:
    """What the keys of a project begin with."""
    return [f"{kind}/{_digest(project_id)}/" for kind in ("payloads", "media", "exports")]


def of_trace(project_id: str, trace_id: str) -> str:
    """What all keys of a trace begin with."""
    return f"payloads/{_digest(project_id)}/{_digest(trace_id)}/"


def of_payload(project_id: str, trace_id: str, span_id: str, side: str) -> str:
    return f"{of_trace(project_id, trace_id)}{_digest(span_id)}-{side}"


def of_media(project_id: str, media_id: str) -> str:
    return f"media/{_digest(project_id)}/{_digest(media_id)}"


def of_export(project_id: str, export_id: str) -> str:
    return f"exports/{_digest(project_id)}/{_digest(export_id)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
