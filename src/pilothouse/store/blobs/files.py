"""Blobs in a folder."""

import os
import shutil
import tempfile
from pathlib import Path

from pilothouse.domain.errors import Unavailable
from pilothouse.store.blobs.keys import checked


class Files:
    """`store.api.Blobs` below a folder. A blob is written whole under another name and then moved,
    so that a reader sees the old or the new one and a crash leaves no half."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, body: bytes, content_type: str) -> None:
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(body)
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

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def delete_below(self, prefix: str) -> None:
        shutil.rmtree(self._path(prefix), ignore_errors=True)

    def _path(self, key: str) -> Path:
        return self._folder / checked(key)
