"""One door to the relational store: SQLite in a file or PostgreSQL by URL."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from pilothouse.domain.errors import BadRequest, Conflict, Unavailable


class Database:
    """Connections and transactions. May be used from any thread.

    `read()` sees one consistent state; `write()` is one transaction that commits at its end and rolls
    back on any exception. A store that cannot answer raises `Unavailable`; a value that no store can
    hold, such as a number of more than 64 bits or a null byte in text, raises `BadRequest`.
    """

    def __init__(self, url: str) -> None:
        self.engine = sa.create_engine(_with_driver(url), **_options(url))
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    @contextmanager
    def read(self) -> Generator[sa.Connection, None, None]:
        with _translated(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Generator[sa.Connection, None, None]:
        with (
            _translated(),
            self.engine.connect() as connection,
            connection.execution_options(writes=True).begin(),
        ):
            yield connection

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def claiming(what: str, id: str) -> Generator[None, None, None]:
    """Adding a row under an id that the client chose. Raises Conflict where the id is taken, by this
    project or another."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict(f"there is a {what} with the id {id[:100]!r} already") from error


def _with_driver(url: str) -> str:
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def _options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"pool_size": 8, "max_overflow": 32, "connect_args": {"check_same_thread": False}}
    return {
        "pool_size": 8,
        "max_overflow": 8,
        "pool_timeout": 5,
        "pool_pre_ping": True,
        "connect_args": {"connect_timeout": 5},
    }


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=5000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A write that starts as a read may fail when it turns into a write; taking the lock first waits.
    immediate = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def _translated() -> Generator[None, None, None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise Unavailable(f"relational store: {_brief(error)}", retry_after=2) from error
    except (DataError, OverflowError) as error:
        raise BadRequest(f"a value cannot be stored: {_brief(error)}") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable(f"relational store: {_brief(error)}", retry_after=2) from error
        raise


def _brief(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().split("\n")[0][:200]
