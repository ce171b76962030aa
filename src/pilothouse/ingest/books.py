"""The price book of every project, kept at hand."""

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
        found = self._books.get(project_id)
        if found and found[0] > time.monotonic():
            return found[1]
        with self._lock:
            with self._database.read() as db:
                book = PriceBook(prices.of_project(db, project_id))
            self._books[project_id] = (time.monotonic() + _FRESH, book)
        return book

    def forget(self, project_id: str) -> None:
        """After its prices were changed."""
        with self._lock:
            self._books.pop(project_id, None)
