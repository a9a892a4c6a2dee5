"""Publishing to a bucket, as a server that speaks S3 models it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from scanner.archive import layout, pushing
from scanner.cli import run
from scanner.errors import ExitCode
from tests.support import quarter


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in (
        ("AWS_ENDPOINT_URL_S3", f"http://{host}:{port}"),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    client = pushing.client(5)
    yield client
    client.close()
    server.stop()


def test_a_bucket_gets_the_copy_the_periods_and_the_index_with_their_types(
    tmp_path: Path, s3: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    quarter.kept(tmp_path, quarter.runs()[:3])
    s3.create_bucket(Bucket="evidence", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert run(["publish", "s3://evidence/shop", str(tmp_path)]) == ExitCode.CONFORMS
    assert "3 runs copied" in capsys.readouterr().out
    keys = {item["Key"] for item in s3.list_objects_v2(Bucket="evidence")["Contents"]}
    assert {"shop/index.html", "shop/LEDGER.tsv", "shop/runs/run-1/SHA256SUMS", "shop/periods/2026-10.html"} <= keys
    page = s3.get_object(Bucket="evidence", Key="shop/index.html")
    assert page["ContentType"] == "text/html; charset=utf-8"
    ledger = s3.get_object(Bucket="evidence", Key="shop/LEDGER.tsv")["Body"].read()
    assert ledger == (tmp_path / layout.DEFAULT / layout.LEDGER).read_bytes()
    assert run(["publish", "s3://evidence/shop", str(tmp_path)]) == ExitCode.CONFORMS
    assert "0 runs copied, 3 there already; periods written: 2026-Q4\n" in capsys.readouterr().out


def test_a_bucket_that_is_not_there_is_told_with_the_right_that_it_takes(
    tmp_path: Path, s3: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    quarter.kept(tmp_path, quarter.runs()[:1])
    assert run(["publish", "s3://elsewhere/shop", str(tmp_path)]) == ExitCode.USER_ERROR
    said = capsys.readouterr().err
    assert "s3://elsewhere/shop" in said
    assert "s3:ListBucket" in said
