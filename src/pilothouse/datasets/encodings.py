"""In which encoding a text file is written."""

import codecs
from collections.abc import Iterator
from pathlib import Path

from pilothouse.domain.errors import BadRequest

ENCODINGS = ("utf-8", "gb18030", "utf-16", "windows-1252", "big5", "shift_jis", "euc_kr")
"""What may be told instead."""

_PIECE = 1 << 20
_MOSTLY = 0.9
_BEYOND_ASCII = bytes(128) + b"\x01" * 128


def encoding_of(path: Path) -> str:
    """By its mark, else UTF-8, GB18030 or Windows-1252. Raises BadRequest where a file is UTF-8 but
    for some bytes, or none of them."""
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    wrong = _first_error(path, "utf-8")
    if wrong is None:
        return "utf-8"
    if _share_of_utf8(path) > _MOSTLY:
        raise BadRequest(f"line {wrong} has bytes that are no UTF-8, as the rest of the file is")
    candidates = ("gb18030", "windows-1252") if _has_pairs(path) else ("windows-1252", "gb18030")
    for candidate in candidates:
        if _first_error(path, candidate) is None:
            return candidate
    raise BadRequest("the encoding of the file is not known; save it as UTF-8")


def codec_of(encoding: str) -> str:
    """Of the same name, but that a mark at the beginning is no part of the text."""
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _first_error(path: Path, encoding: str) -> int | None:
    """Line of the first bytes that are not of the encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    for piece in _pieces(path):
        try:
            decoder.decode(piece)
        except UnicodeDecodeError as error:
            return line + piece[: error.start].count(b"\n")
        line += piece.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line
    return None


def _share_of_utf8(path: Path) -> float:
    """Among the characters beyond ASCII."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    beyond = wrong = 0
    for piece in _pieces(path):
        text = decoder.decode(piece)
        beyond += len(text) - len(text.encode("ascii", "ignore"))
        wrong += text.count("\ufffd")
    return 1 - wrong / beyond if beyond else 1.0


def _has_pairs(path: Path) -> bool:
    """Do most bytes beyond ASCII stand side by side, as those of Chinese do, and not alone among
    letters, as those of a Western language?"""
    alone = together = 0
    for piece in _pieces(path):
        high = piece.translate(_BEYOND_ASCII)
        together += high.count(b"\x01\x01") * 2
        alone += high.count(b"\x00\x01\x00")
    return together > alone
