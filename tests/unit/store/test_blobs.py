"""The promises of `store.api.Blobs`, kept by a folder and by a bucket of S3 alike."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from pilothouse.domain.errors import BadRequest, Unavailable
from pilothouse.store.api import Blobs
from pilothouse.store.blobs import keys
from pilothouse.store.blobs.files import Files
from pilothouse.store.blobs.s3 import S3


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """A server that speaks the protocol of S3."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["files", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Blobs:
    if request.param == "files":
        return Files(tmp_path / "blobs")
    endpoint = request.getfixturevalue("s3_endpoint")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    bucket = f"bucket-{uuid.uuid4().hex[:8]}"
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.create_bucket(Bucket=bucket)
    return S3(f"s3://{bucket}/some/prefix?endpoint={endpoint}&region=us-east-1")


def test_what_was_put_is_got_and_replaced_and_forgotten(blobs: Blobs) -> None:
    key = keys.of_payload("project", "trace", "span", "input")
    assert blobs.get(key) is None
    blobs.put(key, b"\x00first", "application/octet-stream")
    assert blobs.get(key) == b"\x00first"
    blobs.put(key, b"second", "text/plain")
    assert blobs.get(key) == b"second"
    blobs.delete(key)
    blobs.delete(key)
    assert blobs.get(key) is None


def test_a_file_is_kept_and_read_piece_by_piece(blobs: Blobs, tmp_path: Path) -> None:
    body, key = os.urandom(3 << 20), keys.of_export("project", "export")
    (tmp_path / "file").write_bytes(body)
    assert blobs.pieces(key) is None
    blobs.put_file(key, tmp_path / "file", "text/csv")
    pieces = list(blobs.pieces(key) or [])
    assert len(pieces) > 1
    assert b"".join(pieces) == body == blobs.get(key)


@pytest.mark.parametrize(
    "part", [range(1), range(5, 9), range(8, 10), range(3 << 20, (3 << 20) + 7)]
)
def test_a_part_is_read_alone(blobs: Blobs, part: range) -> None:
    body, key = os.urandom((3 << 20) + 7), keys.of_media("project", "media")
    assert blobs.pieces(key, part) is None
    blobs.put(key, body, "audio/wav")
    assert b"".join(blobs.pieces(key, part) or []) == body[part.start : part.stop]


def test_a_trace_is_forgotten_with_all_that_is_below_it_and_no_other(blobs: Blobs) -> None:
    mine = [keys.of_payload("project", "trace", f"span {n}", "output") for n in range(3)]
    other = keys.of_payload("project", "trace 2", "span 0", "output")
    for key in (*mine, other):
        blobs.put(key, b"x", "text/plain")
    blobs.delete_below(keys.of_trace("project", "trace"))
    blobs.delete_below(keys.of_trace("project", "nobody"))
    assert [blobs.get(key) for key in mine] == [None] * 3
    assert blobs.get(other) == b"x"


@pytest.mark.parametrize("key", ["", "/etc/passwd", "../up", "a/../b", "a//b", "a\x00b", "键"])
def test_a_key_leads_nowhere_else(blobs: Blobs, key: str) -> None:
    with pytest.raises(BadRequest):
        blobs.put(key, b"x", "text/plain")
    with pytest.raises(BadRequest):
        blobs.get(key)


def test_ids_of_clients_make_safe_keys() -> None:
    for odd in ("../../x", "a/b", "", "键", "x" * 800):
        assert keys.checked(keys.of_payload(odd, odd, odd, "input"))


def test_a_folder_that_cannot_be_written_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        Files(Path("/proc/self/nowhere")).put("key", b"x", "text/plain")


def test_a_bucket_that_does_not_answer_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with pytest.raises(Unavailable):
        S3("s3://bucket?endpoint=http://127.0.0.1:9&region=us-east-1").get("key")
