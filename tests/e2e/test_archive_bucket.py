"""A bucket with Object Lock, as a server that speaks S3 models it: written once, locked, anchored, refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

from scanner import archive
from scanner.archive import layout, pushing
from scanner.archive.verification import verify
from scanner.cli import run
from scanner.errors import UserError
from tests.support.archive import filled, folder, keep

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    started = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    started.start()
    host, port = started.get_host_and_port()
    yield f"http://{host}:{port}"
    started.stop()


@pytest.fixture
def s3(server: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Any]:
    for name, value in (
        ("AWS_ENDPOINT_URL_S3", server),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    client = pushing.client(5)
    where = {"LocationConstraint": "eu-west-1"}
    name = bucket_name(request)
    client.create_bucket(Bucket=name, CreateBucketConfiguration=where, ObjectLockEnabledForBucket=True)
    yield client
    client.close()


def bucket_name(request: pytest.FixtureRequest) -> str:
    return "b" + hashlib.sha256(request.node.name.encode()).hexdigest()[:20]


@pytest.fixture
def where(s3: Any, request: pytest.FixtureRequest) -> pushing.Bucket:
    return pushing.bucket(f"s3://{bucket_name(request)}/orders", "COMPLIANCE", 400)


def keys(s3: Any, where: pushing.Bucket) -> dict[str, str]:
    """Keys with the version id of each."""
    found = s3.list_object_versions(Bucket=where.name)["Versions"]
    assert len(found) == len({item["Key"] for item in found}), "an object was written twice"
    return {item["Key"]: item["VersionId"] for item in found}


def test_every_file_is_there_once_locked_and_recorded_with_its_version(
    tmp_path: Path, s3: Any, where: pushing.Bucket
) -> None:
    filled(tmp_path, 2)
    done = pushing.push(tmp_path, where, s3, NOW)
    there = keys(s3, where)
    assert done.sent == len(there) == 2 * 5 + 2
    assert f"orders/ledger/00000002-{done.head}.tsv" in there
    recorded = [line.split("\t") for line in (tmp_path / layout.PUSHED).read_text().splitlines()]
    assert {row[1]: row[2] for row in recorded} == {f"s3://{where.name}/{key}": there[key] for key in there}
    key = next(key for key in there if key.endswith("results.json"))
    assert s3.head_object(Bucket=where.name, Key=key)["ObjectLockMode"] == "COMPLIANCE"
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=where.name, Key=key, VersionId=there[key])


def test_pushing_again_sends_only_what_is_new(tmp_path: Path, s3: Any, where: pushing.Bucket) -> None:
    filled(tmp_path, 1)
    pushing.push(tmp_path, where, s3, NOW)
    assert pushing.push(tmp_path, where, s3, NOW).sent == 0
    keep(tmp_path, 2)
    assert pushing.push(tmp_path, where, s3, NOW).sent == 5 + 1
    keys(s3, where)


def test_without_its_own_notes_it_finds_what_is_there_and_overwrites_nothing(
    tmp_path: Path, s3: Any, where: pushing.Bucket
) -> None:
    filled(tmp_path, 1)
    pushing.push(tmp_path, where, s3, NOW)
    before = keys(s3, where)
    (tmp_path / layout.PUSHED).unlink()
    done = pushing.push(tmp_path, where, s3, NOW)
    assert (done.sent, done.present) == (0, 7)
    assert keys(s3, where) == before


def test_other_bytes_in_the_bucket_are_an_error(tmp_path: Path, s3: Any, where: pushing.Bucket) -> None:
    filled(tmp_path, 1)
    name = f"{layout.RUNS}/{folder(tmp_path, 1).name}/{layout.RESULTS}"
    s3.put_object(Bucket=where.name, Key=where.key(name), Body=b"{}", ChecksumAlgorithm="SHA256")
    with pytest.raises(UserError, match="other bytes"):
        pushing.push(tmp_path, where, s3, NOW)


def test_an_archive_that_was_changed_is_not_pushed(tmp_path: Path, s3: Any, where: pushing.Bucket) -> None:
    filled(tmp_path, 1)
    (folder(tmp_path, 1) / layout.RESULTS).write_text("{}")
    with pytest.raises(UserError, match="nothing was copied"):
        pushing.push(tmp_path, where, s3, NOW)
    assert "Versions" not in s3.list_object_versions(Bucket=where.name)


def test_what_comes_back_from_the_bucket_verifies(tmp_path: Path, s3: Any, where: pushing.Bucket) -> None:
    filled(tmp_path / "here", 2)
    done = pushing.push(tmp_path / "here", where, s3, NOW)
    back = tmp_path / "back"
    for key in keys(s3, where):
        name = key.removeprefix("orders/")
        name = layout.LEDGER if name.startswith("ledger/") else layout.VERIFY if name.endswith(".sh") else name
        (back / name).parent.mkdir(parents=True, exist_ok=True)
        (back / name).write_bytes(s3.get_object(Bucket=where.name, Key=key)["Body"].read())
    found = verify(back)
    assert (found.problems, found.head) == ((), done.head)


def test_the_command_pushes_and_says_what_it_did(
    tmp_path: Path, s3: Any, where: pushing.Bucket, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(tmp_path, 1)
    address = f"s3://{where.name}/orders"
    assert run(["archive", "push", address, "--archive", str(tmp_path), "--lock", "governance"]) == 0
    assert "sent 7 objects, 0 were there; head" in capsys.readouterr().out
    key = next(iter(keys(s3, where)))
    assert s3.head_object(Bucket=where.name, Key=key)["ObjectLockMode"] == "GOVERNANCE"


def test_a_bucket_that_is_not_there_and_an_address_that_is_none_are_told(
    tmp_path: Path, s3: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    filled(tmp_path, 1)
    assert run(["archive", "push", "s3://no-such-bucket-here", "--archive", str(tmp_path)]) == 2
    assert "NoSuchBucket" in capsys.readouterr().err
    assert run(["archive", "push", "/tmp/x", "--archive", str(tmp_path)]) == 2
    assert "allowed: s3://bucket/prefix" in capsys.readouterr().err


def test_a_region_that_nobody_named_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    with pytest.raises(UserError, match="name region and credentials"):
        pushing.client(1)


def test_a_reader_of_the_archive_is_not_disturbed_by_the_notes(tmp_path: Path, s3: Any, where: pushing.Bucket) -> None:
    filled(tmp_path, 1)
    pushing.push(tmp_path, where, s3, NOW)
    assert len(archive.open_archive(tmp_path).runs) == 1
