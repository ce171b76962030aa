"""Which bytes a `Range` means."""

import pytest

from pilothouse.edge.ranges import wanted

ETAG = '"abc"'


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("bytes=0-0", range(1)),
        ("bytes=2-5", range(2, 6)),
        ("Bytes=7-", range(7, 10)),
        ("bytes=7-99", range(7, 10)),
        ("bytes=-3", range(7, 10)),
        ("bytes=-99", range(10)),
    ],
)
def test_one_range_is_given(asked: str, found: range) -> None:
    assert wanted({"range": asked}, ETAG, 10) == found


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=99-100", "bytes=-0"])
def test_what_lies_outside_is_no_bytes(asked: str) -> None:
    found = wanted({"range": asked}, ETAG, 10)
    assert found is not None
    assert not found


@pytest.mark.parametrize(
    "asked", ["", "bytes=", "bytes=-", "bytes=5-2", "bytes=0-1,4-5", "lines=1-2", "bytes=１-２"]
)
def test_anything_else_asks_for_the_whole(asked: str) -> None:
    assert wanted({"range": asked}, ETAG, 10) is None


@pytest.mark.parametrize(
    ("said", "is_part"),
    [
        (ETAG, True),
        ('"old"', False),
        ("W/" + ETAG, False),
        ("Fri, 27 Nov 2026 00:00:00 GMT", False),
    ],
)
def test_a_part_is_of_what_the_client_has_the_rest_of(said: str, is_part: bool) -> None:
    assert (wanted({"range": "bytes=0-1", "if-range": said}, ETAG, 10) is not None) == is_part
