"""Request bodies: read with a limit, decompressed with a limit."""

import zlib
from collections.abc import Callable
from typing import cast

from backports import zstd
from isal import isal_zlib
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from pilothouse.domain.errors import BadRequest, Refused, TooLarge

_ZLIB_ERRORS: tuple[type[Exception], ...] = (
    zlib.error,
    cast("type[Exception]", isal_zlib.error),
)

_QUICK = 64 << 10
"""Bytes that are decompressed sooner than another thread would be asked."""


class UnsupportedEncoding(Refused):
    status = 415
    code = "unsupported_encoding"


async def read(request: Request, *, limit: int, inflated_limit: int) -> bytes:
    """The body, decompressed by its Content-Encoding: identity, gzip, deflate or zstd.

    `limit` bounds the bytes on the wire and `inflated_limit` what they may become, so that a small
    body cannot fill the memory. Raises TooLarge, BadRequest or UnsupportedEncoding.
    """
    body = await _raw(request, limit)
    encoding = request.headers.get("content-encoding", "")
    if len(body) < _QUICK:
        return inflate(body, encoding, inflated_limit)
    return await run_in_threadpool(inflate, body, encoding, inflated_limit)


async def _raw(request: Request, limit: int) -> bytes:
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > limit:
        raise TooLarge(f"the body has {told} bytes; at most {limit} are taken")
    pieces: list[bytes] = []
    size = 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size > limit:
                raise TooLarge(f"the body has more than the {limit} bytes that are taken")
            pieces.append(piece)
    except ClientDisconnect as error:
        raise BadRequest("the connection ended before the body did") from error
    return b"".join(pieces)


def inflate(body: bytes, encoding: str, limit: int) -> bytes:
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return body
    reader = _READERS.get(encoding)
    if reader is None:
        raise UnsupportedEncoding(f"content-encoding {encoding!r} is not known here")
    try:
        return reader(body, limit)
    except (*_ZLIB_ERRORS, zstd.ZstdError, EOFError) as error:
        raise BadRequest(f"the body is not valid {encoding}: {error}") from error


def _zlib(wbits: int) -> Callable[[bytes, int], bytes]:
    def read(body: bytes, limit: int) -> bytes:
        inflater = isal_zlib.decompressobj(wbits=wbits)
        whole = inflater.decompress(body, limit + 1)
        if len(whole) > limit:
            raise TooLarge(f"the body inflates to more than {limit} bytes")
        if not inflater.eof:
            raise EOFError("it ends too early")
        return whole

    return read


def _deflate(body: bytes, limit: int) -> bytes:
    # The name means zlib framing, but raw deflate is common.
    try:
        return _zlib(15)(body, limit)
    except _ZLIB_ERRORS:
        return _zlib(-15)(body, limit)


def _zstd(body: bytes, limit: int) -> bytes:
    inflater = zstd.ZstdDecompressor()
    whole = inflater.decompress(body, max_length=limit + 1)
    if len(whole) > limit:
        raise TooLarge(f"the body inflates to more than {limit} bytes")
    if not inflater.eof:
        raise EOFError("it ends too early")
    return whole


_READERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _zlib(31),
    "x-gzip": _zlib(31),
    "deflate": _deflate,
    "zstd": _zstd,
}
