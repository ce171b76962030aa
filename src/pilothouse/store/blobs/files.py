"""Blobs in a folder."""

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pilothouse.domain.errors import Unavailable
from pilothouse.store.blobs.keys import checked

_PIECE = 1 << 20


class Files:
    """`store.api.Blobs` below a folder. A blob is written whole under another name and then moved,
    so that a reader sees the old or the new one and a crash leaves no half."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, body: bytes, content_type: str) -> None:
        self._write(key, io.BytesIO(body))

    def put_file(self, key: str, path: Path, content_type: str) -> None:
        with path.open("rb") as source:
            self._write(key, source)

    def _write(self, key: str, source: BinaryIO) -> None:
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                shutil.copyfileobj(source, file, _PIECE)
                file.flush()
                os.fsync(file.fileno())
            Path(file.name).replace(path)
        except OSError as error:
            raise Unavailable(f"blobs: {error.strerror}", retry_after=5) from error

    def get(self, key: str) -> bytes | None:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable(f"blobs: {error.strerror}", retry_after=5) from error

    def pieces(self, key: str, part: range | None = None) -> Iterator[bytes] | None:
        try:
            file = self._path(key).open("rb")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable(f"blobs: {error.strerror}", retry_after=5) from error
        if part is None:
            return _pieces(file)
        file.seek(part.start)
        return _pieces(file, len(part))

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def delete_below(self, prefix: str) -> None:
        shutil.rmtree(self._path(prefix), ignore_errors=True)

    def _path(self, key: str) -> Path:
        return self._folder / checked(key)


def _pieces(file: BinaryIO, most: int = sys.maxsize) -> Iterator[bytes]:
    with file:
        while piece := file.read(min(_PIECE, most)):
            most -= len(piece)
            yield piece
