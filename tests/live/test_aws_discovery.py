"""``discover``, ``init --aws`` and ``drift`` over a region: the real command line against moto's server over HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from scanner import document
from scanner.model import Drift, ScanResult
from tests.support import aws
from tests.support.aws import REGION

pytestmark = pytest.mark.live

SOURCE = """
resource "aws_db_instance" "orders" {
  identifier = "orders"
  engine     = "postgres"
}
resource "aws_db_instance" "billing" {
  identifier = "billing"
  engine     = "postgres"
}
"""


@dataclass
class Region:
    """A repository and a region."""

    root: Path
    url: str

    def scanner(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "scanner", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env={**os.environ})

    def client(self, service: Any) -> Any:
        return boto3.client(service, region_name=REGION, endpoint_url=self.url)


@pytest.fixture
def region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Region]:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with aws.served(monkeypatch) as (_, url):
        found = Region(tmp_path, url)
        (tmp_path / "infra").mkdir()
        (tmp_path / "infra" / "main.tf").write_text(SOURCE)
        for name, tags in (("orders", []), ("shadow", [{"Key": "Environment", "Value": "staging"}])):
            found.client("rds").create_db_instance(
                DBInstanceIdentifier=name, Engine="postgres", DBInstanceClass="db.t3.micro", MasterUsername="u",
                MasterUserPassword="hunter2hunter2", AllocatedStorage=10, Tags=tags,
            )  # fmt: skip
        found.client("elasticache").create_replication_group(
            ReplicationGroupId="sessions", ReplicationGroupDescription="d", Engine="redis", NumCacheClusters=1,
            CacheNodeType="cache.t3.micro",
        )  # fmt: skip
        yield found


def test_what_is_proposed_is_accepted_and_drift_tells_what_nobody_declares(region: Region) -> None:
    reach = ("--region", REGION, "--endpoint-url", region.url)
    proposed = region.scanner("discover", str(region.root), *reach)
    assert proposed.returncode == 3, "moto has no serverless caches, which is said"
    assert "elasticache:DescribeServerlessCaches" in proposed.stderr and "hunter2" not in proposed.stdout
    assert "rds_instance orders is declared as aws_db_instance.orders" in proposed.stderr
    assert "rds_instance shadow is declared by no source" in proposed.stderr
    assert "aws_db_instance.billing declares rds_instance billing, which is in none" in proposed.stderr
    assert "environment: staging   # tag Environment" in proposed.stdout
    assert '- terraform: {"address": "aws_db_instance.orders", "path": "infra"}' in proposed.stdout
    assert "rds DescribeDBInstances: 1 call" in proposed.stderr

    written = region.scanner("init", str(region.root), "--aws", *reach)
    assert written.returncode == 3 and (region.root / "scanner.yaml").is_file(), written.stderr
    done = region.scanner("drift", str(region.root), "--no-record", "--format", "json", "--no-who")
    result = document.from_json(done.stdout, ScanResult, "stdout")
    told = {row.target: row.headline for row in result.rows if row.setting == "resource_name"}
    assert told["orders"] is Drift.IN_SYNC
    assert told["sessions"] is Drift.UNDECLARED
    assert [name for name, state in told.items() if state is Drift.MISSING] == [
        name for name in told if "billing" in name
    ]
    assert "shadow" in told and len(told) == 4

    again = region.scanner("discover", str(region.root), *reach)
    assert "rds_instance orders is in scanner.yaml already" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("--region", "no region"), "region"), (("--profile", "none", "--region", REGION), "profile")],
)
def test_what_the_user_got_wrong_is_said_and_is_no_bug(region: Region, arguments: tuple[str, ...], said: str) -> None:
    done = region.scanner("discover", str(region.root), "--endpoint-url", region.url, *arguments)
    assert done.returncode == 3 and said in done.stderr and "bug" not in done.stderr


def test_an_account_without_credentials_proposes_nothing_and_says_why(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    done = region.scanner("discover", str(region.root), "--region", REGION, "--endpoint-url", region.url)
    assert done.returncode == 3 and "no credentials were found" in done.stderr
    assert "aws_db_instance.billing" not in done.stderr, "what was not listed is not missing"
