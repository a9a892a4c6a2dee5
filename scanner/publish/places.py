"""Where pages are published: a directory, or a prefix of a bucket. Each file is there whole or not at all."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any, Protocol

from scanner.archive import durable, pushing
from scanner.archive.layout import MAX_SMALL
from scanner.errors import UserError
from scanner.readers.secrecy import redact

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".yaml": "text/plain; charset=utf-8",
    ".tsv": "text/tab-separated-values; charset=utf-8",
    ".sh": "text/plain; charset=utf-8",
}
PLAIN = "text/plain; charset=utf-8"
"""Of every other file of an archive: sums and signatures are text."""


class Place(Protocol):
    """Somewhere that holds named files."""

    def names(self, prefix: str) -> set[str]:
        """The files whose name begins so."""

    def read(self, name: str) -> bytes | None:
        """The bytes of a small file, or None where there is none."""

    def write(self, name: str, data: bytes) -> None:
        """A file, new or changed. UserError when it cannot be written."""


class Directory:
    """A directory of this machine, a share perhaps."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self, prefix: str) -> set[str]:
        top = self.root / prefix
        return {path.relative_to(self.root).as_posix() for path in top.rglob("*") if path.is_file()}

    def read(self, name: str) -> bytes | None:
        path = self.root / name
        try:
            return path.read_bytes() if path.is_file() and path.stat().st_size <= MAX_SMALL else None
        except OSError as error:
            raise UserError(f"cannot be read: {error.strerror}", place=str(path)) from None

    def write(self, name: str, data: bytes) -> None:
        path = self.root / name
        try:
            if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            durable.replace(path, data)
        except OSError as error:
            raise UserError(f"cannot be written: {error.strerror}", place=str(path)) from None


class Objects:
    """A prefix of a bucket of S3."""

    def __init__(self, bucket: pushing.Bucket, s3: Any) -> None:
        self.bucket, self.s3 = bucket, s3

    def names(self, prefix: str) -> set[str]:
        from botocore.exceptions import BotoCoreError, ClientError

        start = len(self.bucket.key(""))
        try:
            pages = self.s3.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket.name, Prefix=self.bucket.key(prefix)
            )
            return {str(item["Key"])[start:] for page in pages for item in page.get("Contents", ())}
        except (BotoCoreError, ClientError) as error:
            raise self._refused(prefix, "s3:ListBucket", error) from None

    def read(self, name: str) -> bytes | None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            found = self.s3.get_object(Bucket=self.bucket.name, Key=self.bucket.key(name))
            data: bytes = found["Body"].read(MAX_SMALL + 1)
            return data if len(data) <= MAX_SMALL else None
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in {"NoSuchKey", "404"}:
                return None
            raise self._refused(name, "s3:GetObject", error) from None
        except BotoCoreError as error:
            raise self._refused(name, "s3:GetObject", error) from None

    def write(self, name: str, data: bytes) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        checksum = base64.b64encode(hashlib.sha256(data).digest()).decode()
        try:
            self.s3.put_object(
                Bucket=self.bucket.name,
                Key=self.bucket.key(name),
                Body=data,
                ContentType=TYPES.get(Path(name).suffix, PLAIN),
                ChecksumAlgorithm="SHA256",
                ChecksumSHA256=checksum,
            )
        except (BotoCoreError, ClientError) as error:
            raise self._refused(name, "s3:PutObject", error) from None

    def _refused(self, name: str, action: str, error: Exception) -> UserError:
        address = f"s3://{self.bucket.name}/{self.bucket.key(name)}"
        return UserError(redact(str(error))[:300], key=address, hint=f"it takes {action} on the bucket")


def place(address: str, timeout: float) -> Place:
    """A directory, or ``s3://bucket/prefix``. UserError when it is neither."""
    if "://" in address:
        return Objects(pushing.bucket(address, None, 0), pushing.client(timeout))
    path = Path(address).expanduser()
    if path.exists() and not path.is_dir():
        raise UserError("is no directory", place=address, allowed="a directory, or s3://bucket/prefix")
    return Directory(path)
