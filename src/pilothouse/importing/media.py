"""Media that payloads refer to: fetched from the source, sent under the id it has there."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from pilothouse.domain.media import references
from pilothouse.importing.client import Answered, Client, Object
from pilothouse.importing.report import Report

KIND = "media"
_FIELDS = ("input", "output", "metadata", "expectedOutput")


@dataclass(frozen=True, slots=True)
class _Known:
    content_type: str
    length: int
    sha256: str


class Media:
    def __init__(self, source: Client, target: Client, report: Report) -> None:
        self._source = source
        self._target = target
        self._report = report
        self._known: dict[str, _Known | None] = {}
        """By id; None: cannot be copied."""

    def copy(self, told: Object, **use: str) -> None:
        """What the fields of a trace, an observation or an item refer to."""
        for field in _FIELDS:
            for id in sorted({found.media_id for _, found in references(told.get(field))}):
                self._copy(id, {**use, "field": field})

    def _copy(self, id: str, use: Object) -> None:
        try:
            if id not in self._known:
                self._known[id] = None
                self._known[id] = self._fetched(id, use)
            elif known := self._known[id]:
                self._announced(known, use)
        except Answered as error:
            self._report.missed(KIND, id, str(error))

    def _fetched(self, id: str, use: Object) -> _Known:
        found = self._source.get(f"/media/{id}")
        body = self._source.download(found["url"])
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        known = _Known(found["contentType"], len(body), digest)
        answer = self._announced(known, use)
        if answer["mediaId"] != id:
            raise Answered(0, "the bytes are not those that the id stands for")
        if link := answer["uploadUrl"]:
            self._target.upload(link, {"content-type": known.content_type}, body)
            self._report.copied(KIND)
        else:
            self._report.there(KIND)
        return known

    def _announced(self, known: _Known, use: Object) -> Any:
        return self._target.post(
            "/media",
            {
                **use,
                "contentType": known.content_type,
                "contentLength": known.length,
                "sha256Hash": known.sha256,
            },
        )
