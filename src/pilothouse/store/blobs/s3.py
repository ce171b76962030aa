"""Blobs in a bucket of S3, or of anything that speaks its protocol."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pilothouse.domain.errors import Unavailable
from pilothouse.store.blobs.keys import checked

_AT_ONCE = 1_000
_PIECE = 1 << 20


class S3:
    """`store.api.Blobs` by URL: `s3://bucket/prefix?endpoint=https://…&region=…`.

    Credentials come from where boto3 looks for them: the environment, a profile, or the machine's role.
    """

    def __init__(self, url: str) -> None:
        try:
            import boto3
            from botocore.config import Config
        except ImportError as error:
            raise Unavailable("blobs in S3 need the extra: pip install 'pilothouse[s3]'") from error
        parts = urlsplit(url)
        options = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self._bucket = parts.netloc
        self._prefix = parts.path.strip("/") + "/" if parts.path.strip("/") else ""
        self._client: Any = boto3.client(  # pyright: ignore[reportUnknownMemberType]
            "s3",
            endpoint_url=options.get("endpoint"),
            region_name=options.get("region"),
            config=Config(connect_timeout=5, read_timeout=60, retries={"max_attempts": 3}),
        )

    def put(self, key: str, body: bytes, content_type: str) -> None:
        with _translated():
            self._client.put_object(
                Bucket=self._bucket, Key=self._name(key), Body=body, ContentType=content_type
            )

    def put_file(self, key: str, path: Path, content_type: str) -> None:
        with _translated():
            self._client.upload_file(
                str(path),
                self._bucket,
                self._name(key),
                ExtraArgs={"ContentType": content_type},
            )

    def get(self, key: str) -> bytes | None:
        with _translated():
            body = self._body(key)
            return None if body is None else body.read()

    def pieces(self, key: str, part: range | None = None) -> Iterator[bytes] | None:
        asked = {"Range": f"bytes={part.start}-{part.stop - 1}"} if part else {}
        with _translated():
            body = self._body(key, **asked)
        return None if body is None else body.iter_chunks(_PIECE)

    def _body(self, key: str, **asked: str) -> Any:
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=self._name(key), **asked)
        except self._client.exceptions.NoSuchKey:
            return None
        return answer["Body"]

    def delete(self, key: str) -> None:
        with _translated():
            self._client.delete_object(Bucket=self._bucket, Key=self._name(key))

    def delete_below(self, prefix: str) -> None:
        with _translated():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket,
                Prefix=self._name(prefix),
                PaginationConfig={"PageSize": _AT_ONCE},
            )
            for page in pages:
                found = [{"Key": each["Key"]} for each in page.get("Contents", ())]
                if found:
                    self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": found})

    def _name(self, key: str) -> str:
        return self._prefix + checked(key)


@contextmanager
def _translated() -> Generator[None, None, None]:
    from boto3.exceptions import S3UploadFailedError
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError, S3UploadFailedError) as error:
        raise Unavailable(f"blobs: {str(error)[:200]}", retry_after=5) from error
