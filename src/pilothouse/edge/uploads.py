"""Files that come as the body of a request, kept on disk while they are read."""

import hashlib
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from pilothouse.domain.errors import BadRequest, TooLarge

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Upload:
    path: Path
    size: int
    fingerprint: str
    """SHA-256 of the bytes."""


@asynccontextmanager
async def uploaded(request: Request, limit: int) -> AsyncGenerator[Upload, None]:
    """The body in a file that is gone afterwards. Raises TooLarge and BadRequest."""
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > limit:
        raise TooLarge(f"the file has {told} bytes; at most {limit} are taken")
    with tempfile.TemporaryDirectory(prefix="pilothouse-upload-") as folder:
        path = Path(folder) / "file"
        yield await _written(request, path, limit)


async def _written(request: Request, path: Path, limit: int) -> Upload:
    digest, size = hashlib.sha256(), 0
    with await run_in_threadpool(path.open, "wb") as file:

        def put(piece: bytes) -> None:
            digest.update(piece)
            file.write(piece)

        waiting = bytearray()
        try:
            async for piece in request.stream():
                size += len(piece)
                if size > limit:
                    raise TooLarge(f"the file has more than the {limit} bytes that are taken")
                waiting += piece
                if len(waiting) >= _PIECE:
                    await run_in_threadpool(put, bytes(waiting))
                    waiting.clear()
        except ClientDisconnect as error:
            raise BadRequest("the connection ended before the file did") from error
        await run_in_threadpool(put, bytes(waiting))
    return Upload(path, size, digest.hexdigest())
