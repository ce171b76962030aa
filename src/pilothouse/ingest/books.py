"""The price book of every project, kept at hand."""

import asyncio
import threading
import time

from pilothouse.pricing import PriceBook
from pilothouse.store.relational import prices
from pilothouse.store.relational.database import Database

_FRESH = 15.0
"""Seconds for which a price set on another replica may go unnoticed."""


class Books:
    """Price books by project. May be used from any thread; the first use of a project blocks."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._books: dict[str, tuple[float, PriceBook]] = {}
        self._lock = threading.Lock()

    def of(self, project_id: str) -> PriceBook:
        return self._fresh(project_id) or self._read(project_id)

    async def at_hand(self, project_id: str) -> PriceBook:
        """The same for an event loop, which is not left where the book is known."""
        return self._fresh(project_id) or await asyncio.to_thread(self._read, project_id)

    def _fresh(self, project_id: str) -> PriceBook | None:
        until, book = self._books.get(project_id, (0.0, None))
        return book if until > time.monotonic() else None

    def _read(self, project_id: str) -> PriceBook:
        with self._lock:
            with self._database.read() as db:
                book = PriceBook(prices.of_project(db, project_id))
            self._books[project_id] = (time.monotonic() + _FRESH, book)
        return book

    def forget(self, project_id: str) -> None:
        """After its prices were changed."""
        with self._lock:
            self._books.pop(project_id, None)
