"""A bucket of somebody else, in S3 or what speaks its protocol, by keys that they told.

boto3 signs; the requests go through our own transport, which calls permitted addresses alone, and nothing is
taken from the server's own environment, whose rights are not the project's.
"""

import contextlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from pilothouse.domain.errors import BadRequest, PilothouseError
from pilothouse.domain.storage_export import StorageExport
from pilothouse.outbound.aws import Line
from pilothouse.outbound.policy import AddressRefused

_PART = 16 << 20


class StorageRefused(PilothouseError):
    """The storage will not take it, or is not there."""


class Bucket:
    """All methods block, and raise StorageRefused that says what the storage said."""

    def __init__(self, export: StorageExport, secret: str, http: httpx.Client) -> None:
        try:
            import boto3
            from botocore.config import Config
        except ImportError as error:
            raise BadRequest(
                "exports to S3 need the extra on the server: pip install 'pilothouse[s3]'"
            ) from error
        self._name = export.bucket
        style = "path" if export.by_path else "virtual"
        config = Config(
            retries={"total_max_attempts": 3},
            ignore_configured_endpoint_urls=True,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": style},
        )
        with _translated():
            session: Any = boto3.Session(
                aws_access_key_id=export.access_key_id,
                aws_secret_access_key=secret,
                region_name=export.region,
            )
            self._client: Any = session.client(
                "s3", endpoint_url=export.endpoint or None, config=config
            )
        self._client.meta.events.register("before-send.s3", Line(http).send)

    def check(self, key: str) -> None:
        """Write something and take it away again, so that wrong settings are told at once."""
        with _translated():
            self._client.put_object(Bucket=self._name, Key=key, Body=b"Pilothouse was here.\n")
        with contextlib.suppress(StorageRefused), _translated():
            # Who may only write has shown all that is needed.
            self._client.delete_object(Bucket=self._name, Key=key)

    def put(self, key: str, path: Path, content_type: str) -> None:
        """Store a file; the same key again replaces."""
        with _translated():
            if path.stat().st_size <= _PART:
                self._client.put_object(
                    Bucket=self._name, Key=key, Body=path.read_bytes(), ContentType=content_type
                )
            else:
                self._put_in_parts(key, path, content_type)

    def _put_in_parts(self, key: str, path: Path, content_type: str) -> None:
        place = {"Bucket": self._name, "Key": key}
        upload = self._client.create_multipart_upload(**place, ContentType=content_type)["UploadId"]
        try:
            parts = [
                {
                    "PartNumber": number,
                    "ETag": self._client.upload_part(
                        **place, UploadId=upload, PartNumber=number, Body=piece
                    )["ETag"],
                }
                for number, piece in enumerate(_pieces(path), 1)
            ]
            self._client.complete_multipart_upload(
                **place, UploadId=upload, MultipartUpload={"Parts": parts}
            )
        except Exception:
            self._client.abort_multipart_upload(**place, UploadId=upload)
            raise


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PART):
            yield piece


@contextmanager
def _translated() -> Generator[None, None, None]:
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

    try:
        yield
    except AddressRefused as error:
        raise StorageRefused(str(error)) from error
    except HTTPClientError as error:
        inner = error.kwargs.get("error")
        raise StorageRefused(str(inner or error)[:500]) from error
    except (BotoCoreError, ClientError, ValueError) as error:
        raise StorageRefused(str(error)[:500]) from error
    except httpx.HTTPError as error:
        raise StorageRefused(f"the storage was not reached: {error}"[:500]) from error
