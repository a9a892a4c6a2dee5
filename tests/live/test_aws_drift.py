"""What AWS holds between the source and a real PostgreSQL: changed in the console, not applied, waiting for a reboot.

The platform is moto's server, spoken to over HTTP. What it cannot say (a group that waits for a reboot, the engine's
own defaults, the event history) is put into its answers, held against the shapes of the real API. Who changed what is
told in the same report: a person in the console by CloudTrail, the author of the source by git.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner

from scanner import document
from scanner.cli import main
from scanner.collectors.aws import session
from scanner.demo.servers.binaries import Engine
from scanner.demo.servers.certificates import Certificates
from scanner.demo.servers.postgresql import PostgreSQL, postgresql
from scanner.model import Drift, Plane, Row, ScanResult
from tests.support import aws
from tests.support.aws import REGION, Aws

pytestmark = pytest.mark.live

SOURCE = """
resource "aws_db_parameter_group" "orders" {{
  name   = "orders"
  family = "postgres{major}"
{parameters}}}

resource "aws_db_instance" "orders" {{
  identifier                = "orders"
  engine                    = "postgres"
  engine_version            = "{version}"
  parameter_group_name      = aws_db_parameter_group.orders.name
  storage_encrypted         = true
  deletion_protection       = true
  backup_retention_period   = 7
}}
"""
PROJECT = """
project: shop
environments: {{production: {{terraform: {{path: infra}}}}}}
targets:
  - id: orders-db
    component: postgresql
    platform: rds
    environment: production
    sources:
      - terraform: {{address: aws_db_instance.orders}}
      - rds: {{instance: orders, region: {region}, endpoint_url: "{url}"}}
      - postgresql: {{dsn_env: ORDERS_DSN, probe: false}}
"""
SETTINGS = {"log_statement": "ddl", "log_min_messages": "warning", "superuser_reserved_connections": "3"}


@dataclass
class Shop:
    """A repository, a platform and a server that agree, until a test changes one of them."""

    root: Path
    account: Aws
    client: Any
    server: PostgreSQL
    version: str

    def declare(self, **changed: str) -> None:
        """Write the source."""
        blocks = "".join(
            f'  parameter {{\n    name  = "{name}"\n    value = "{value}"\n'
            + ('    apply_method = "pending-reboot"\n' if name == "superuser_reserved_connections" else "")
            + "  }\n"
            for name, value in {**SETTINGS, **changed}.items()
        )
        major = self.version.partition(".")[0]
        text = SOURCE.format(parameters=blocks, version=self.version, major=major)
        (self.root / "infra" / "main.tf").write_text(text)

    def hold(self, **values: str) -> None:
        """Change the parameter group, as an apply or a hand in the console does."""
        parameters = [
            {"ParameterName": name, "ParameterValue": value, "ApplyMethod": "pending-reboot"
             if name == "superuser_reserved_connections" else "immediate"}
            for name, value in values.items()
        ]  # fmt: skip
        self.client.modify_db_parameter_group(DBParameterGroupName="orders", Parameters=parameters)

    def wait(self) -> None:
        """Let the platform say that the group waits for a reboot."""

        def patch(parsed: Any) -> None:
            parsed["DBInstances"][0]["DBParameterGroups"][0]["ParameterApplyStatus"] = "pending-reboot"

        self.account.change("rds", "DescribeDBInstances", patch)

    def by_hand(self, session_name: str, **values: str) -> None:
        """Change the group in the console, which CloudTrail records."""
        self.hold(**values)
        changed = [{"parameterName": name, "parameterValue": value} for name, value in values.items()]
        role = f"arn:aws:sts::123456789012:assumed-role/Admin/{session_name}"
        told = {
            "eventName": "ModifyDBParameterGroup", "eventSource": "rds.amazonaws.com",
            "userIdentity": {"type": "AssumedRole", "arn": role},
            "requestParameters": {"dBParameterGroupName": "orders", "parameters": changed},
        }  # fmt: skip
        event = {"EventId": "0bba7484", "EventName": told["eventName"], "EventTime": datetime.now(UTC),
                 "Username": session_name, "CloudTrailEvent": json.dumps(told)}  # fmt: skip

        def lookup(asked: Any) -> Any:
            name = asked["LookupAttributes"][0]["AttributeValue"]
            return {"Events": [event] if name == told["eventName"] else []}

        self.account.answer("cloudtrail", "LookupEvents", lookup)

    def commit(self, author: str) -> None:
        """Commit the source."""
        name = ("-c", f"user.name={author}", "-c", f"user.email={author}@example.com")
        for arguments in (("init", "-q"), ("add", "infra"), (*name, "commit", "-qm", "change")):
            subprocess.run(["git", *arguments], cwd=self.root, check=True)

    def drift(self, *options: str) -> ScanResult:
        """What the command line says, as JSON."""
        done = CliRunner().invoke(main, ["drift", str(self.root), "--format", "json", *options], standalone_mode=False)
        assert done.exception is None, done.output
        return document.from_json(done.stdout, ScanResult, "stdout")


@pytest.fixture
def shop(
    tmp_path: Path, certificates: Certificates, postgresql_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shop]:
    """The three sides, in agreement."""
    monkeypatch.setattr(session, "ATTEMPTS", 1)
    with (
        postgresql(tmp_path / "server", tls=certificates, settings=SETTINGS, engine=postgresql_engine) as server,
        aws.served(monkeypatch) as (account, url),
    ):
        version = str(server.sql("show server_version")[0][0]).split()[0]
        client = boto3.client("rds", region_name=REGION, endpoint_url=url)
        client.create_db_parameter_group(
            DBParameterGroupName="orders", DBParameterGroupFamily=f"postgres{version.split('.')[0]}", Description="d"
        )
        client.create_db_instance(
            DBInstanceIdentifier="orders", Engine="postgres", EngineVersion=version, DBInstanceClass="db.t3.micro",
            MasterUsername="u", MasterUserPassword="hunter2hunter2", AllocatedStorage=10, StorageEncrypted=True,
            DBParameterGroupName="orders", BackupRetentionPeriod=7, DeletionProtection=True,
        )  # fmt: skip
        account.answer("rds", "DescribeEngineDefaultParameters", {"EngineDefaults": {"Parameters": []}})
        monkeypatch.setenv("ORDERS_DSN", server.dsn)
        (tmp_path / "repository" / "infra").mkdir(parents=True)
        found = Shop(tmp_path / "repository", account, client, server, version)
        (found.root / "scanner.yaml").write_text(PROJECT.format(region=REGION, url=url))
        found.declare()
        found.hold(**SETTINGS)
        yield found


def row(result: ScanResult, setting: str) -> Row:
    return next(item for item in result.rows if (item.setting, item.scope) == (setting, "server"))


def told(found: Row) -> dict[str, str]:
    return {cell.plane.value: cell.effective.text for cell in found.cells if cell.effective}


def test_three_sides_that_agree_are_in_sync(shop: Shop) -> None:
    result = shop.drift()
    for name in SETTINGS:
        assert set(told(row(result, name))) >= {"declared", "provisioned", "running"}, name
        assert Drift.DIFFERS not in row(result, name).drift and Drift.PENDING not in row(result, name).drift, name
    place = row(result, "log_statement").cell(Plane.PROVISIONED).readings[0].observation.provenance
    assert place.locator == f"arn:aws:rds:{REGION}:123456789012:pg:orders"


def test_console_source_and_reboot_are_told_apart_in_one_report(shop: Shop, tmp_path: Path) -> None:
    before = tmp_path / "before.json"
    shop.commit("ann")
    before.write_text(document.to_json(shop.drift(), ScanResult))
    shop.by_hand("jane", log_statement="none")
    shop.server.sql("alter system set log_statement = 'none'")
    assert shop.server.reload()
    shop.declare(log_min_messages="error", superuser_reserved_connections="5")
    shop.commit("bob")
    shop.hold(superuser_reserved_connections="5")
    shop.wait()
    result = shop.drift("--since", str(before))

    changed = row(result, "log_statement")
    assert Drift.CHANGED in changed.drift and "source" not in changed.moved
    assert told(changed) | {"persisted": ""} == {
        "declared": "ddl", "provisioned": "none", "persisted": "", "running": "none"
    }  # fmt: skip
    assert changed_by(changed, Plane.PROVISIONED)[0].startswith("session jane of the role Admin")
    assert "CloudTrail event 0bba7484" in changed_by(changed, Plane.PROVISIONED)[1]
    assert changed_by(changed, Plane.DECLARED)[0] == "ann <ann@example.com>"
    unapplied = row(result, "log_min_messages")
    assert changed_by(unapplied, Plane.DECLARED)[0] == "bob <bob@example.com>"
    assert changed_by(unapplied, Plane.DECLARED)[1].startswith("git commit ")
    assert changed_by(unapplied, Plane.PROVISIONED)[0].startswith("not recorded; likely session jane")
    assert changed_by(unapplied, Plane.PROVISIONED)[1] == ""
    assert Drift.UNAPPLIED in unapplied.drift and unapplied.moved == "the source"
    pending = row(result, "superuser_reserved_connections")
    assert pending.headline is Drift.PENDING and "restart" not in told(pending)
    assert (told(pending)["declared"], told(pending)["provisioned"], told(pending)["running"]) == ("5", "5", "3")
    assert "hunter2" not in json.dumps(document.to_json(result, ScanResult))


def changed_by(found: Row, plane: Plane) -> tuple[str, str]:
    """Who changed the value in effect on a plane, and what records it."""
    effective = found.cell(plane).effective
    assert effective is not None
    provenance = effective.observation.provenance
    return provenance.changed_by, provenance.changed_by_source


def test_who_is_not_asked_when_nobody_wants_to_know(shop: Shop) -> None:
    shop.by_hand("jane", log_statement="none")
    result = shop.drift("--no-who")
    assert changed_by(row(result, "log_statement"), Plane.PROVISIONED) == ("", "")
    assert shop.account.count("LookupEvents") == 0


def test_a_trail_that_may_not_be_read_is_a_remark_and_no_verdict_changes(shop: Shop) -> None:
    shop.by_hand("jane", log_statement="none")
    told = shop.drift()
    shop.account.answer("cloudtrail", "LookupEvents", aws.refused("AccessDeniedException"))
    refused = shop.drift()
    assert any("cloudtrail:LookupEvents" in notice.text for notice in refused.notices if notice.kind == "who")
    assert [item.verdict for item in told.findings] == [item.verdict for item in refused.findings]
    assert told.exit_code == refused.exit_code


def test_calls_are_counted_and_told_when_asked_for(shop: Shop) -> None:
    done = CliRunner().invoke(main, ["drift", str(shop.root), "-v"], standalone_mode=False)
    assert "rds DescribeDBInstances: 1 call, 1 for orders-db" in done.output
    quiet = CliRunner().invoke(main, ["drift", str(shop.root)], standalone_mode=False)
    assert "DescribeDBInstances: 1 call" not in quiet.output


def test_check_asks_aws_only_when_told_to(shop: Shop) -> None:
    CliRunner().invoke(main, ["check", str(shop.root)], standalone_mode=False)
    assert shop.account.calls == []
    CliRunner().invoke(main, ["check", "--live", str(shop.root)], standalone_mode=False)
    assert ("rds", "DescribeDBInstances") in shop.account.calls


def test_an_api_that_the_emulator_lacks_names_its_action_and_leaves_the_rest(shop: Shop) -> None:
    del shop.account.answers["rds", "DescribeEngineDefaultParameters"]
    result = shop.drift()
    assert any("rds:DescribeEngineDefaultParameters" in gap.remedy for gap in result.gaps)
    assert told(row(result, "log_statement"))["provisioned"] == "ddl"
    assert row(result, "log_lock_waits").cell(Plane.PROVISIONED).state == "silent"
