"""Images, audio and files that belong to traces and data set items. Pure.

Payloads hold a reference in place of the bytes, in the form that Langfuse's SDKs write:
`@@@langfuseMedia:type=image/png|id=…|source=base64_data_uri@@@`.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pilothouse.domain.errors import BadRequest

_REFERENCE = re.compile(
    r"@@@langfuseMedia:type=([^|@]{1,200})\|id=([A-Za-z0-9_-]{22})\|source=([a-z0-9_]{1,40})@@@"
)
_MARK = "@@@langfuseMedia:"
_DATA_URI = re.compile(
    r"data:([a-z]+/[a-zA-Z0-9.+-]{1,100})(?:;[a-zA-Z0-9=.-]{1,100})*;base64,([A-Za-z0-9+/]+={0,2})"
)
_PLACE = "/api/pilothouse/projects/"
_LINK = re.compile(
    r"(?:https?://[^\s\"\\/]{1,300})?/api/pilothouse/projects/([\w-]{1,64})/media/"
    r"([A-Za-z0-9_-]{22})(?![A-Za-z0-9_/-])(?:\?[^\s\"\\]*)?"
)
_TYPE = re.compile(r"[a-z]+/[a-zA-Z0-9.+-]+(; ?[a-zA-Z0-9=.-]+)*")
_SHA256 = 32
_MOST_IN_A_PAYLOAD = 50
"""Each is a write to both stores; what a payload holds beyond that stays in it."""


@dataclass(frozen=True, slots=True)
class Media:
    project_id: str
    id: str
    sha256: str
    """Base64 of the digest."""
    content_type: str
    content_length: int
    created_at: int
    uploaded_at: int
    """0: not yet there."""
    upload_status: int
    """Of HTTP, as the client told; 0: it told nothing."""
    upload_error: str


@dataclass(frozen=True, slots=True)
class Use:
    """Where media is used: in a field of a span, of a trace, or of a data set item."""

    field: str
    trace_id: str = ""
    object_id: str = ""
    """A span's or an item's id; empty: the trace itself."""


@dataclass(frozen=True, slots=True)
class Reference:
    text: str
    """All of it, as it stands in the payload."""
    content_type: str
    media_id: str


def media_id(sha256: str) -> str:
    """Of a digest in base64. Clients compute it too: the first 22 characters, safe in an address.
    Raises BadRequest for what is no SHA-256."""
    try:
        digest = base64.b64decode(sha256, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequest("sha256Hash is not base64") from error
    if len(digest) != _SHA256:
        raise BadRequest(f"sha256Hash is base64 of {_SHA256} bytes")
    return base64.urlsafe_b64encode(digest).decode()[:22]


def check_type(content_type: str) -> None:
    if len(content_type) > 200 or not _TYPE.fullmatch(content_type):
        raise BadRequest(f"{content_type[:100]!r} is no content type")


def digest(body: bytes) -> str:
    """SHA-256 in base64."""
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def references(value: Any, path: str = "$") -> Iterator[tuple[str, Reference]]:
    """Every reference in a value, and where it stands as a JSON path: `$['image'][0]`."""
    match value:
        case str():
            for found in _REFERENCE.finditer(value):
                yield path, Reference(found[0], found[1], found[2])
        case dict():
            for key, inner in value.items():  # pyright: ignore[reportUnknownVariableType]
                yield from references(inner, f"{path}['{key}']")
        case list():
            for place, inner in enumerate(value):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
                yield from references(inner, f"{path}[{place}]")
        case _:
            return


def named(text: str) -> str:
    """The text as a person would read it aloud: `[image]` where a reference stands."""
    return _REFERENCE.sub(lambda found: word(found[1]), text) if _MARK in text else text


def word(content_type: str) -> str:
    kind = content_type.partition("/")[0]
    return f"[{kind}]" if kind in ("image", "audio", "video") else "[file]"


def reference(content_type: str, media_id: str) -> str:
    return f"{_MARK}type={content_type}|id={media_id}|source=base64_data_uri@@@"


def without_links(text: str, find: Callable[[str, str], str | None]) -> str:
    """The text with each address of media of ours replaced by a reference; `find` gives the content
    type by project and media id, or None for what stays as it is."""

    def replaced(found: re.Match[str]) -> str:
        content_type = find(found[1], found[2])
        return found[0] if content_type is None else reference(content_type, found[2])

    return _LINK.sub(replaced, text) if _PLACE in text else text


def split(text: str) -> Iterator[str | Reference]:
    """What stands between the references of a text, and these, in their order."""
    at = 0
    for found in _REFERENCE.finditer(text) if _MARK in text else ():
        if found.start() > at:
            yield text[at : found.start()]
        yield Reference(found[0], found[1], found[2])
        at = found.end()
    if at < len(text):
        yield text[at:]


def without_data_uris(text: str, keep: Callable[[str, bytes], str]) -> str:
    """The text with each data URI replaced by a reference to what `keep` made of its bytes; it is
    given the content type and the bytes, and gives the media's id. What cannot be decoded stays."""

    def replaced(found: re.Match[str]) -> str:
        try:
            body = base64.b64decode(found[2], validate=True)
        except (binascii.Error, ValueError):
            return found[0]
        id = keep(found[1], body)
        return reference(found[1], id)

    return _DATA_URI.sub(replaced, text, count=_MOST_IN_A_PAYLOAD)
