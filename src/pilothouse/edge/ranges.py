"""Parts of a body, as RFC 9110 has them: what plays audio and video asks for the piece it needs."""

import re
from collections.abc import Mapping

_ONE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))", re.ASCII | re.IGNORECASE)


def wanted(headers: Mapping[str, str], etag: str, length: int) -> range | None:
    """The bytes that a request asks for, none of them where there are no such bytes; None for the
    whole. Several ranges at once, and what is no range, are answered with the whole."""
    if headers.get("if-range", etag) != etag:
        return None
    found = _ONE.fullmatch(headers.get("range", "").strip())
    if found is None:
        return None
    first, last, newest = found.groups()
    if newest is not None:
        return range(max(0, length - int(newest)), length)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, length) if last else length)
