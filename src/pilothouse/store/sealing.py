"""Encrypts secrets at rest: AES-256-GCM under one key of the server, bound to where each belongs, so that
a text that is copied into another project's row cannot be opened there."""

import base64
import binascii
import contextlib
import os
import secrets
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from pilothouse.domain.errors import PilothouseError

_VERSION = "v1."
_BYTES = 32
_NONCE = 12


class Unopenable(PilothouseError):
    """The text was sealed with another key, for another place, or was changed."""


class Sealing:
    """The key is fetched when it is first needed."""

    def __init__(self, key: Callable[[], bytes]) -> None:
        self._fetch = key

    @cached_property
    def _cipher(self):
        # Not every server keeps secrets, and loading this takes longer than a small request.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._fetch())

    def seal(self, text: str, place: str) -> str:
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._cipher.encrypt(nonce, text.encode(), place.encode())
        return _VERSION + base64.b64encode(nonce + sealed).decode()

    def open(self, sealed: str, place: str) -> str:
        """Raises Unopenable."""
        from cryptography.exceptions import InvalidTag

        try:
            raw = base64.b64decode(sealed.removeprefix(_VERSION), validate=True)
            return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], place.encode()).decode()
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise Unopenable("a secret cannot be opened with this server's key") from error


def key_of(text: str) -> bytes:
    """32 bytes, told in base64 or as 64 hexadecimal digits. Raises ValueError."""
    try:
        key = (
            bytes.fromhex(text)
            if len(text) == 2 * _BYTES
            else base64.b64decode(text, validate=True)
        )
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _BYTES:
        raise ValueError(
            "PILOTHOUSE_ENCRYPTION_KEY: give 32 bytes in base64 (openssl rand -base64 32) or 64"
            " hexadecimal digits"
        )
    return key


def key_in(file: Path) -> bytes:
    """The key that the file holds, made at random the first time and readable by its owner alone."""
    if not file.exists():
        _write_new(file, base64.b64encode(secrets.token_bytes(_BYTES)))
    return key_of(file.read_text("ascii").strip())


def _write_new(file: Path, content: bytes) -> None:
    """All of it or nothing; a file that came to be meanwhile stays."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    try:
        with contextlib.suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()
