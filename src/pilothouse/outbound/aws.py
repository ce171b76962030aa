"""What boto3 signed, sent by our own transport: to permitted addresses alone."""

import contextlib
from collections.abc import Iterator
from socket import SHUT_RDWR
from typing import Any

import httpx


class Line:
    """Sends what boto3 signed, and can be cut from another thread, which ends the one that waits."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._answer: httpx.Response | None = None

    def send(self, request: Any, **_: Any) -> Any:
        from botocore.awsrequest import AWSResponse

        # A length of our own making would stand there twice.
        headers = {
            _text(name): _text(value)
            for name, value in request.headers.items()
            if _text(name).lower() != "content-length"
        }
        asked = self._http.build_request(
            request.method, request.url, headers=headers, content=request.body
        )
        answer = self._answer = self._http.send(asked, stream=True)
        return AWSResponse(request.url, answer.status_code, dict(answer.headers), _Raw(answer))

    def cut(self) -> None:
        answer = self._answer
        if answer is None or answer.is_closed:
            return
        stream: Any = answer.extensions.get("network_stream")
        socket = stream.get_extra_info("socket") if stream is not None else None
        if socket is not None:
            with contextlib.suppress(OSError):
                socket.shutdown(SHUT_RDWR)


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


class _Raw:
    """The body as boto3 wants to read it."""

    def __init__(self, answer: httpx.Response) -> None:
        self._answer = answer

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        return self._answer.iter_bytes()

    def read(self, *_: Any, **__: Any) -> bytes:
        return self._answer.read()

    def close(self) -> None:
        self._answer.close()
