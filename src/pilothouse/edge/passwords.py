"""Passwords of people: argon2id, and patience with those who guess."""

import threading
import time
from collections import deque
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pilothouse.domain.errors import Refused

_hasher = PasswordHasher()
_TRIES, _WITHIN = 10, 300.0


class TooManyTries(Refused):
    status = 429
    code = "too_many_tries"


def hashed(password: str) -> str:
    return _hasher.hash(password)


def fits(password_hash: str, password: str) -> bool:
    """Takes as long for someone who has no password, so that time does not tell who exists."""
    try:
        _hasher.verify(password_hash or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")


class Patience:
    """Counts failed tries by name; after ten in five minutes the next ones are turned away."""

    def __init__(self) -> None:
        self._failed: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def check(self, name: str) -> None:
        with self._lock:
            tries = self._failed.get(name)
            while tries and tries[0] < time.monotonic() - _WITHIN:
                tries.popleft()
            if tries and len(tries) >= _TRIES:
                raise TooManyTries("too many tries; wait five minutes")

    def failed(self, name: str) -> None:
        with self._lock:
            if len(self._failed) > 10_000:
                self._failed.clear()
            self._failed.setdefault(name, deque()).append(time.monotonic())

    def succeeded(self, name: str) -> None:
        with self._lock:
            self._failed.pop(name, None)
