"""The analytic engine: ClickHouse's dialect, in this process or behind a URL.

Two engines, three methods. Results are JSON rows, inserts are Arrow batches, parameters are bound by
the server; nothing above this file knows which engine answers.
"""

import queue
import re
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import orjson
import pyarrow as pa

from pilothouse.domain.errors import PilothouseError, Unavailable
from pilothouse.store.clickhouse.yielding import Yielding

Params = Mapping[str, Any]
Row = list[Any]

_JSON_SETTINGS = (
    "output_format_json_quote_64bit_integers = 0, output_format_json_quote_denormals = 0"
)
_FORMAT = "JSONCompact"


class EngineRefused(PilothouseError):
    """The engine will not take this statement or this data; sending it again changes nothing."""


class Engine(Protocol):
    """What the rest of the room needs. All methods block; all may be called from any thread.

    Each raises `EngineRefused` when the statement or the data is at fault and `Unavailable` when the
    engine is, so that a caller knows whether trying again can help.
    """

    def command(self, sql: str) -> None:
        """Run a statement without a result."""
        ...

    def select(self, sql: str, params: Params | None = None) -> list[Row]:
        """All rows. `{name:Type}` in the statement is bound to `params[name]`."""
        ...

    def insert(self, table: str, batch: pa.RecordBatch) -> None:
        """Insert a batch; when this returns, the rows are durable and the next select sees them."""
        ...

    def close(self) -> None: ...


_INDEXED_AT_ONCE = 1_000
"""Rows of a batch whose words are indexed when it is inserted. A smaller one is soon merged and quick
to be read until then; indexing it costs as much as the whole insert."""


def _insert_settings(batch: pa.RecordBatch) -> dict[str, str | int]:
    settings: dict[str, str | int] = {"max_insert_threads": 1}
    if batch.num_rows < _INDEXED_AT_ONCE:
        settings["exclude_materialize_skip_indexes_on_insert"] = "words_in_input,words_in_output"
    return settings


_TRANSIENT = {
    "NOT_ENOUGH_SPACE",
    "MEMORY_LIMIT_EXCEEDED",
    "TOO_MANY_PARTS",
    "TIMEOUT_EXCEEDED",
    "SOCKET_TIMEOUT",
    "NETWORK_ERROR",
    "TOO_MANY_SIMULTANEOUS_QUERIES",
    "CANNOT_WRITE_TO_FILE_DESCRIPTOR",
    "CANNOT_OPEN_FILE",
    "CANNOT_FSYNC",
    "CANNOT_CREATE_DIRECTORY",
    "CANNOT_CREATE_FILE",
    "TABLE_IS_READ_ONLY",
    "KEEPER_EXCEPTION",
    "ALL_CONNECTION_TRIES_FAILED",
    "ABORTED",
    "FILE_DOESNT_EXIST",
    "POCO_EXCEPTION",
    "STD_EXCEPTION",
}


def _classified(message: str) -> PilothouseError:
    if any(f"({name})" in message for name in _TRANSIENT):
        return Unavailable(f"analytic store: {message[:300]}", retry_after=5)
    return EngineRefused(message[:2000])


class Embedded:
    """chDB in this process, over one data folder that no other process may hold.

    A handle serves one statement at a time, so a small pool of them serves the threads.
    """

    def __init__(self, path: Path, handles: int = 6) -> None:
        import chdb

        path.mkdir(parents=True, exist_ok=True)
        try:
            self._handles = [chdb.connect(str(path)) for _ in range(handles)]
        except RuntimeError as error:
            raise Unavailable(
                f"cannot open the analytic store at {path}; does another process use it?"
                f" ({_first_line(error)})"
            ) from error
        self._idle: queue.LifoQueue[Any] = queue.LifoQueue()
        for handle in self._handles:
            self._idle.put(handle)
        self._closing = threading.Lock()
        self._yielding = Yielding()

    @contextmanager
    def _handle(self) -> Generator[Any, None, None]:
        handle = self._idle.get()
        self._yielding.look()
        try:
            yield handle
        except RuntimeError as error:
            raise _classified(str(error)) from error
        finally:
            self._idle.put(handle)

    def command(self, sql: str) -> None:
        with self._handle() as handle:
            handle._conn.query(sql, "Null", params={})

    def select(self, sql: str, params: Params | None = None) -> list[Row]:
        with self._handle() as handle:
            result = handle._conn.query(_with_settings(sql), _FORMAT, params=_bound(params))
            return orjson.loads(result.bytes())["data"]

    def insert(self, table: str, batch: pa.RecordBatch) -> None:
        columns = ", ".join(batch.schema.names)
        statement = f"INSERT INTO {table} ({columns}) SETTINGS {_settings(_insert_settings(batch))}"
        with self._handle() as handle, handle.send_insert(statement, "ArrowStream") as stream:
            stream.append(_arrow_stream(batch))
            stream.finish()

    def close(self) -> None:
        with self._closing:
            while self._handles:
                self._idle.get(timeout=10).close()
                self._handles.pop()


class Remote:
    """A ClickHouse server or cluster over HTTP, by URL: clickhouse://user:password@host:8123/database."""

    def __init__(self, url: str) -> None:
        import clickhouse_connect
        from clickhouse_connect.driver import httputil

        try:
            self._client = clickhouse_connect.get_client(
                dsn=url,
                pool_mgr=httputil.get_pool_manager(maxsize=16),
                autogenerate_session_id=False,
                connect_timeout=5,
                send_receive_timeout=60,
            )
        except Exception as error:
            raise Unavailable(f"analytic store: {_first_line(error)}") from error

    @contextmanager
    def _translated(self) -> Generator[None, None, None]:
        from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

        try:
            yield
        except OperationalError as error:
            raise Unavailable(f"analytic store: {_first_line(error)}", retry_after=5) from error
        except DatabaseError as error:
            raise _classified(str(error)) from error

    def command(self, sql: str) -> None:
        with self._translated():
            self._client.command(sql)

    def select(self, sql: str, params: Params | None = None) -> list[Row]:
        with self._translated():
            body = self._client.raw_query(
                _with_settings(sql), parameters=dict(params or {}), fmt=_FORMAT
            )
            return orjson.loads(body)["data"]

    def insert(self, table: str, batch: pa.RecordBatch) -> None:
        with self._translated():
            self._client.raw_insert(
                table,
                column_names=batch.schema.names,
                insert_block=_arrow_stream(batch),
                settings=_insert_settings(batch),
                fmt="ArrowStream",
            )

    def close(self) -> None:
        self._client.close()


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0][:300]


def _settings(values: Mapping[str, str | int]) -> str:
    return ", ".join(
        f"{name} = {value}" if isinstance(value, int) else f"{name} = '{value}'"
        for name, value in values.items()
    )


def _with_settings(sql: str) -> str:
    joint = ", " if "\nSETTINGS " in sql else "\nSETTINGS "
    return sql + joint + _JSON_SETTINGS


_ESCAPES = str.maketrans(
    {"\\": r"\\", "'": r"\'", "\t": r"\t", "\n": r"\n", "\r": r"\r", "\0": r"\0"}
)

_ESCAPED = re.compile(r"[\\'\t\n\r\0]")


def _bound(params: Params | None) -> dict[str, str]:
    return {name: _literal(value) for name, value in (params or {}).items()}


def quoted(text: str) -> str:
    """For statements that take no parameters."""
    return f"'{text.translate(_ESCAPES)}'"


def _literal(value: Any, *, inside: bool = False) -> str:
    """As parameters are told; `inside` an array texts stand in quotes."""
    if isinstance(value, str):
        return quoted(value) if inside else value.translate(_ESCAPES)
    if isinstance(value, list):
        each: list[Any] = value
        if all(type(one) is str for one in each) and not _ESCAPED.search("".join(each)):
            # Ids by the ten thousand.
            return "['" + "','".join(each) + "']" if each else "[]"
        return f"[{','.join(_literal(one, inside=True) for one in each)}]"
    return str(value)


def _arrow_stream(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()
