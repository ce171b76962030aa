"""ClickHouse's HTTP interface over the embedded engine, in a process of its own.

A ClickHouse server cannot be had from PyPI or Debian; this speaks enough of its protocol for real
clients to work against the same engine: queries in the body or in `query=`, `param_*`, settings in
the URL, compression both ways, and errors as the server prints them.

    python -m tests.clickhouse_http FOLDER      prints the port, serves until its input ends
"""

import gzip
import os
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import chdb
from backports import zstd

_NOT_SETTINGS = {
    "query",
    "database",
    "default_format",
    "user",
    "password",
    "session_id",
    "session_timeout",
    "session_check",
    "query_id",
    "quota_key",
    "role",
    "compress",
    "decompress",
    "buffer_size",
    "wait_end_of_query",
    "stacktrace",
    "client_protocol_version",
}
_FORMAT = re.compile(r"\bFORMAT\s+(\w+)\s*$", re.IGNORECASE)
_INSERT = re.compile(rb"\s*INSERT\s[^;]*?\bFORMAT\s+\w+(?=\s|$)", re.IGNORECASE)
_CODE = re.compile(r"Code: (\d+)")
_UNPACKERS = {"gzip": gzip.decompress, "zstd": zstd.decompress, "": bytes}


def _split(body: bytes) -> tuple[str, bytes]:
    """A statement and the data behind its FORMAT."""
    found = _INSERT.match(body)
    if found is None:
        return body.decode(), b""
    return found[0].decode(), body[found.end() :].removeprefix(b"\n")


class Handles:
    """One handle per request at a time; settings of a request end with it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._keeper = chdb.connect(path)

    def run(self, sql: str, body: bytes, settings: dict[str, str], params: dict[str, str]) -> bytes:
        with self._lock:
            handle = chdb.connect(self._path)
        try:
            for name, value in settings.items():
                escaped = value.replace("\\", "\\\\").replace("'", "\\'")
                handle._conn.query(f"SET {name} = '{escaped}'", "Null", params={})
            found = _FORMAT.search(sql)
            if body and found:
                with handle.send_insert(sql[: found.start()], found[1]) as stream:
                    stream.append(body)
                    stream.finish()
                return b""
            text = sql if found else sql.rstrip().rstrip(";")
            return handle._conn.query(
                text, found[1] if found else "TabSeparated", params=params
            ).bytes()
        finally:
            handle.close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    handles: Handles

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        if urlsplit(self.path).path == "/ping":
            return self._send(200, b"Ok.\n", {})
        return self._answer(b"")

    def do_POST(self) -> None:
        if self.headers.get("Transfer-Encoding", "") == "chunked":
            body = self._chunks()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer(_UNPACKERS[self.headers.get("Content-Encoding", "")](body))

    def _chunks(self) -> bytes:
        pieces: list[bytes] = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def _answer(self, body: bytes) -> None:
        asked = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        sql = asked.get("query", "")
        if not sql:
            sql, body = _split(body)
        params = {name[6:]: value for name, value in asked.items() if name.startswith("param_")}
        settings = {
            name: value
            for name, value in asked.items()
            if name not in _NOT_SETTINGS and not name.startswith("param_")
        }
        wanted = self.headers.get("X-ClickHouse-Format") or asked.get("default_format")
        if wanted and not body and not _FORMAT.search(sql):
            sql = f"{sql.rstrip().rstrip(';')}\nFORMAT {wanted}"
        try:
            answer = self.handles.run(sql, body, settings, params)
        except RuntimeError as error:
            text = str(error)
            code = _CODE.search(text)
            number = code[1] if code else "1002"
            status = 404 if number in ("60", "81") else 500
            return self._send(
                status, text.encode(), {"X-ClickHouse-Exception-Code": number}, packed=False
            )
        return self._send(200, answer, {})

    def _send(
        self, status: int, body: bytes, headers: dict[str, str], *, packed: bool = True
    ) -> None:
        accepted = self.headers.get("Accept-Encoding", "")
        if packed and body and "zstd" in accepted:
            body, encoding = zstd.compress(body), "zstd"
        elif packed and body and "gzip" in accepted:
            body, encoding = gzip.compress(body, 1), "gzip"
        else:
            encoding = ""
        self.send_response(status)
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.send_header("Content-Type", "text/plain; charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-ClickHouse-Server-Display-Name", "test")
        self.send_header("X-ClickHouse-Query-Id", "test")
        self.send_header("X-ClickHouse-Timezone", "UTC")
        self.send_header("X-ClickHouse-Summary", "{}")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def main(path: str, port: str = "0") -> None:
    Handler.handles = Handles(path)
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
