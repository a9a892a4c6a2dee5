"""A copy of an archive in a bucket that nobody can overwrite: S3 with Object Lock.

Every object is written once (``If-None-Match: *``) with its SHA-256, and with a retention where one is asked for. What
stands there already under the same digest is left; under another it is an error. The ledger goes up under the head that
it then had, so that every push anchors that head outside. ``PUSHED.tsv`` records each object with its version id.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from scanner.archive import durable, guide, layout, lock, recovery
from scanner.archive.reading import Archive, open_archive
from scanner.archive.verification import verify
from scanner.errors import UserError
from scanner.readers.secrecy import redact

Mode = Literal["COMPLIANCE", "GOVERNANCE"]


@dataclass(frozen=True)
class Bucket:
    """Where to, and for how long nothing of it can be removed there."""

    name: str
    prefix: str = ""
    mode: Mode | None = None
    days: int = 0

    def key(self, name: str) -> str:
        """The key of a file of the archive."""
        return f"{self.prefix}/{name}" if self.prefix else name


@dataclass(frozen=True)
class Pushed:
    """What a push did."""

    sent: int
    present: int
    """Objects that stood there already, with the same bytes."""
    head: str


def bucket(address: str, mode: Mode | None, days: int) -> Bucket:
    """``s3://bucket/prefix``. UserError when it is none."""
    scheme, _, rest = address.partition("://")
    name, _, prefix = rest.partition("/")
    if scheme != "s3" or not name:
        raise UserError("is no bucket", key=address, allowed="s3://bucket/prefix")
    return Bucket(name, prefix.strip("/"), mode, days)


def client(timeout: float) -> Any:
    """A client of S3 with the user's own credentials and region."""
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    config = Config(connect_timeout=timeout, read_timeout=timeout * 6, retries={"mode": "standard", "max_attempts": 3})
    try:
        return boto3.client("s3", config=config)
    except BotoCoreError as error:
        raise UserError(
            f"no client of S3: {redact(str(error))}", hint="name region and credentials as for aws"
        ) from None


def push(archive: Path, where: Bucket, s3: Any, now: datetime) -> Pushed:
    """Copy what is not there yet. UserError when the archive is not what was kept, or the bucket refuses."""
    wrong = verify(archive).problems
    if wrong:
        hint = "`scanner archive verify` tells all; nothing was copied"
        raise UserError(f"{wrong[0].place} {wrong[0].text}", place=str(archive), hint=hint)
    opened = open_archive(archive)
    known = _known(archive / layout.PUSHED)
    sent = present = 0
    for name, read in _files(archive, opened):
        address, data = f"s3://{where.name}/{where.key(name)}", read()
        digest = hashlib.sha256(data).hexdigest()
        if known.get(address) == digest:
            present += 1
            continue
        version, new, until = _put(s3, where, name, data, now)
        sent, present = sent + new, present + (not new)
        _note(archive, "\t".join((layout.stamp(now), address, version, digest, until)) + "\n")
    return Pushed(sent, present, opened.head)


def _files(archive: Path, opened: Archive) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Names in the bucket and the bytes for them, the ledger last: what it names is there before it is."""
    for run in opened.entries:
        folder = archive / layout.RUNS / run.id
        for name in sorted(recovery.files(folder)):
            yield f"{layout.RUNS}/{run.id}/{name}", (folder / name).read_bytes
    yield f"verify-{hashlib.sha256(guide.script()).hexdigest()[:12]}.sh", guide.script
    lines = b"".join(line.text.encode() for line in opened.ledger.lines)
    yield f"ledger/{len(opened.ledger.lines):08}-{opened.head}.tsv", lambda: lines


def _known(path: Path) -> dict[str, str]:
    """Digests by address of what was pushed before; lines that are none are passed over, and pushed again."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    rows = [line.split("\t") for line in text.splitlines()]
    return {row[1]: row[3] for row in rows if len(row) == 5}


def _note(archive: Path, line: str) -> None:
    with lock.exclusive(archive):
        try:
            durable.append(archive / layout.PUSHED, line.encode())
        except OSError as error:
            raise lock.unwritable(archive, error) from None


def _put(s3: Any, where: Bucket, name: str, data: bytes, now: datetime) -> tuple[str, bool, str]:
    """Version id, whether it is new, and until when it is locked."""
    from botocore.exceptions import BotoCoreError, ClientError

    checksum = base64.b64encode(hashlib.sha256(data).digest()).decode()
    words: dict[str, Any] = {"Bucket": where.name, "Key": where.key(name)}
    sent = {"Body": data, "ChecksumAlgorithm": "SHA256", "ChecksumSHA256": checksum, "IfNoneMatch": "*"}
    until = now + timedelta(days=where.days)
    locked = {"ObjectLockMode": where.mode, "ObjectLockRetainUntilDate": until} if where.mode else {}
    try:
        done = s3.put_object(**words, **locked, **sent)
        return str(done.get("VersionId", "")), True, layout.stamp(until) if where.mode else ""
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in {"PreconditionFailed", "ConditionalRequestConflict"}:
            raise _refused(where, name, error) from None
    except BotoCoreError as error:
        raise _refused(where, name, error) from None
    try:
        there = s3.head_object(**words, ChecksumMode="ENABLED")
        same = there.get("ChecksumSHA256") == checksum
        if not same and "ChecksumSHA256" not in there:
            same = s3.get_object(**words)["Body"].read(layout.MAX_RESULTS) == data
    except (BotoCoreError, ClientError) as error:
        raise _refused(where, name, error) from None
    if not same:
        raise UserError("stands in the bucket with other bytes", key=f"s3://{where.name}/{where.key(name)}")
    kept = there.get("ObjectLockRetainUntilDate")
    return str(there.get("VersionId", "")), False, layout.stamp(kept) if kept else ""


def _refused(where: Bucket, name: str, error: Exception) -> UserError:
    hint = "it takes s3:PutObject, s3:GetObject and, to lock, s3:PutObjectRetention on a bucket with Object Lock"
    return UserError(redact(str(error))[:300], key=f"s3://{where.name}/{where.key(name)}", hint=hint)
