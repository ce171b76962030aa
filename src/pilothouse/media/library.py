"""Media of all projects: kept once each, however often it is sent, and handed out by signed links.

A link names the project, the media and what it is good for, and is signed with a secret of the
server, so that clients can send and fetch bytes without a key, as they do with a bucket.
"""

import hashlib
import tempfile
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool

from pilothouse.domain import media as rules
from pilothouse.domain.clock import HOUR, SECOND, now
from pilothouse.domain.errors import BadRequest, Forbidden, NotFound, TooLarge
from pilothouse.domain.media import Media, Use
from pilothouse.domain.span import Span
from pilothouse.store.api import Blobs
from pilothouse.store.blobs.keys import of_media
from pilothouse.store.relational import media, server_secrets
from pilothouse.store.relational.database import Database

LINK_LASTS = HOUR
_DATA = "data:"
_BASE64 = ";base64,"

Purpose = Literal["read", "write"]


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link leads to."""

    project_id: str
    media_id: str


class Library:
    """May be used from any thread. All methods but `receive` block."""

    def __init__(self, database: Database, blobs: Blobs, most_bytes: int) -> None:
        self._database = database
        self._blobs = blobs
        self._most_bytes = most_bytes

    # -- links -----------------------------------------------------------------------------------

    def link(self, project_id: str, media_id: str, purpose: Purpose) -> str:
        """A token for an address; good for `LINK_LASTS`."""
        return self._signer.dumps([project_id, media_id, purpose])

    def linked(self, token: str, purpose: Purpose) -> Linked:
        """Raises Forbidden for a token that is not ours, too old, or for something else."""
        try:
            told: Any = self._signer.loads(token, max_age=LINK_LASTS // SECOND)
        except BadData as error:
            raise Forbidden("the link is not good, or no longer") from error
        project_id, media_id, good_for = told
        if good_for != purpose:
            raise Forbidden(f"the link is not good to {purpose}")
        return Linked(project_id, media_id)

    @cached_property
    def _signer(self) -> URLSafeTimedSerializer:
        with self._database.write() as db:
            secret = server_secrets.named(db, "media-links")
        return URLSafeTimedSerializer(
            secret, salt="media", signer_kwargs={"digest_method": hashlib.sha256}
        )

    # -- sending ---------------------------------------------------------------------------------

    def expect(
        self, project_id: str, content_type: str, length: int, sha256: str, use: Use
    ) -> Media:
        """Note that media will be sent, or is used once more; `uploaded_at` says if it is there."""
        rules.check_type(content_type)
        if not 0 < length <= self._most_bytes:
            raise TooLarge(f"media has 1 to {self._most_bytes} bytes")
        id = rules.media_id(sha256)
        told = Media(project_id, id, sha256, content_type, length, now(), 0, 0, "")
        with self._database.write() as db:
            media.add(db, told)
            media.use(db, project_id, id, use)
            return media.one(db, project_id, id) or told

    async def receive(
        self, linked: Linked, content_type: str, pieces: AsyncIterator[bytes]
    ) -> None:
        """Take the bytes that a link was made for. Raises BadRequest where they are not those that
        were announced; then nothing is kept."""
        expected = await run_in_threadpool(self.find, linked.project_id, linked.media_id)
        if content_type.partition(";")[0].strip() != expected.content_type.partition(";")[0]:
            raise BadRequest(f"the announced content type is {expected.content_type}")
        hashed, size = hashlib.sha256(), 0
        with tempfile.NamedTemporaryFile(prefix="pilothouse-media-") as file:
            async for piece in pieces:
                size += len(piece)
                if size > expected.content_length:
                    raise BadRequest(
                        f"more came than the announced {expected.content_length} bytes"
                    )
                hashed.update(piece)
                file.write(piece)
            file.flush()
            if b64encode(hashed.digest()).decode() != expected.sha256:
                raise BadRequest("the bytes are not those of the announced SHA-256")
            await run_in_threadpool(self._keep_file, expected, Path(file.name))

    def _keep_file(self, expected: Media, path: Path) -> None:
        key = of_media(expected.project_id, expected.id)
        self._blobs.put_file(key, path, expected.content_type)
        with self._database.write() as db:
            media.uploaded(db, expected.project_id, expected.id)

    def failed(self, project_id: str, media_id: str, status: int, error: str) -> None:
        """Keep what a client says of an upload that did not succeed. Raises NotFound."""
        self.find(project_id, media_id)
        with self._database.write() as db:
            media.failed(db, project_id, media_id, status, error[:1_000])

    def keep(self, project_id: str, content_type: str, body: bytes, use: Use) -> str:
        """Media that came inside of a payload; gives its id."""
        sha256 = rules.digest(body)
        found = self.expect(project_id, content_type, len(body), sha256, use)
        if not found.uploaded_at:
            self._blobs.put(of_media(project_id, found.id), body, content_type)
            with self._database.write() as db:
                media.uploaded(db, project_id, found.id)
        return found.id

    def forget_traces(self, project_id: str, trace_ids: Sequence[str]) -> None:
        """Traces are gone, and with them what only they used."""
        with self._database.write() as db:
            unused = media.forget_traces(db, project_id, trace_ids)
        for id in unused:
            self._blobs.delete(of_media(project_id, id))

    # -- reading ---------------------------------------------------------------------------------

    def find(self, project_id: str, media_id: str) -> Media:
        with self._database.read() as db:
            found = media.one(db, project_id, media_id)
        if found is None:
            raise NotFound("Media asset not found")
        return found

    def there(self, project_id: str, media_id: str) -> Media:
        """Media whose bytes have come. Raises NotFound."""
        found = self.find(project_id, media_id)
        if not found.uploaded_at:
            raise NotFound("Media asset not found")
        return found

    def pieces(self, found: Media, part: range | None = None) -> Iterator[bytes]:
        """The bytes, or a part of them, piece by piece. Raises NotFound."""
        pieces = self._blobs.pieces(of_media(found.project_id, found.id), part)
        if pieces is None:
            raise NotFound("Media asset not found")
        return pieces

    # -- the way in ------------------------------------------------------------------------------

    def take_out(self) -> Callable[[list[Span]], None]:
        """A step that keeps what data URIs hold apart, and leaves a reference in the payload."""

        def step(spans: list[Span]) -> None:
            for span in spans:
                for side in ("input", "output"):
                    text: str = getattr(span, side)
                    if _DATA in text and _BASE64 in text:
                        setattr(span, side, self._without_data_uris(span, side, text))

        return step

    def kept_apart(self, project_id: str, item_id: str, text: str) -> str:
        """What an item of a data set says, with references in place of data URIs, whose bytes are
        kept, and of addresses that lead to media of the project."""
        use = Use("dataset", object_id=item_id)

        def keep(content_type: str, body: bytes) -> str:
            return self.keep(project_id, content_type, body, use)

        def find(of: str, media_id: str) -> str | None:
            with self._database.read() as db:
                known = media.one(db, project_id, media_id) if of == project_id else None
            return known.content_type if known and known.uploaded_at else None

        if _DATA in text and _BASE64 in text:
            text = rules.without_data_uris(text, keep)
        return rules.without_links(text, find)

    def _without_data_uris(self, span: Span, side: str, text: str) -> str:
        use = Use(side, span.trace_id, span.span_id)

        def keep(content_type: str, body: bytes) -> str:
            return self.keep(span.project_id, content_type, body, use)

        return rules.without_data_uris(text, keep)
