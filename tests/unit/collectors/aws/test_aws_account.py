"""A whole region against the sources of an environment: what nobody declares, and what is declared and not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError, NoCredentialsError

from scanner import project
from scanner.catalogue import shipped
from scanner.collectors.aws import session
from scanner.collectors.aws.account import AwsAccount
from scanner.errors import ExitCode, UserError
from scanner.history import components
from scanner.model import Drift, Plane, Row, ScanResult
from scanner.scan import Request, scan
from tests.support import aws
from tests.support.aws import REGION, Aws

SOURCE = """
resource "aws_db_instance" "orders" {
  identifier = "orders"
  engine     = "postgres"
}
"""
BILLING = SOURCE.replace("orders", "billing")
NAMELESS = 'resource "aws_db_instance" "b" {\n  identifier_prefix = "b"\n  engine = "postgres"\n}\n'
PROJECT = """
project: shop
environments:
  production:
    terraform: {{path: infra}}
    aws_account: {{region: {region}}}
targets: {targets}
"""


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    monkeypatch.setattr(session, "ATTEMPTS", 1)
    with aws.connected(monkeypatch) as found:
        found.answer("elasticache", "DescribeServerlessCaches", {"ServerlessCaches": []})
        yield found


def instance(name: str, engine: str = "postgres", **more: Any) -> None:
    boto3.client("rds", region_name=REGION).create_db_instance(
        DBInstanceIdentifier=name, Engine=engine, DBInstanceClass="db.t3.micro", MasterUsername="u",
        MasterUserPassword="hunter2hunter2", AllocatedStorage=10, **more,
    )  # fmt: skip


def drift(root: Path, source: str = SOURCE, targets: str = "[]", text: str = PROJECT) -> ScanResult:
    (root / "infra").mkdir(exist_ok=True)
    (root / "infra" / "main.tf").write_text(source)
    (root / "scanner.yaml").write_text(text.format(region=REGION, targets=targets))
    found = project.load(root / "scanner.yaml", shipped())
    return scan(Request(found, (), command="drift", live=True, timeout=2.0), shipped())


def listed(label: str, name: str) -> str:
    return f"aws/123456789012/{REGION}/{label}/{name}[production]"


def rows(result: ScanResult) -> dict[str, Row]:
    return {row.target: row for row in result.rows if row.setting == "resource_name"}


def test_a_declared_instance_that_is_there_is_one_target_in_sync(account: Aws, tmp_path: Path) -> None:
    instance("orders")
    result = drift(tmp_path)
    (row,) = rows(result).values()
    assert row.headline is Drift.IN_SYNC
    declared = row.cell(Plane.DECLARED).effective
    assert declared is not None and declared.observation.provenance.locator == "infra/main.tf:2"
    (component,) = components(result)
    assert component.standing == "declared and found"


def test_an_instance_that_no_source_declares_is_undeclared(account: Aws, tmp_path: Path) -> None:
    instance("orders")
    instance("shadow")
    result = drift(tmp_path)
    shadow = rows(result)[listed("rds_instance", "shadow")]
    assert shadow.headline is Drift.UNDECLARED and "no source declares it" in shadow.drift_note
    found = {item.id: item for item in components(result)}[shadow.target]
    assert (found.standing, found.platform, found.environment) == ("found, not declared", "rds", "production")
    assert any("drift" in reason or "disagree" in reason for reason in result.exit_reasons), result.exit_reasons


def test_a_declared_instance_that_the_region_does_not_hold_is_missing(account: Aws, tmp_path: Path) -> None:
    instance("orders")
    result = drift(tmp_path, SOURCE + BILLING)
    (missing,) = [row for row in rows(result).values() if Drift.MISSING in row.drift]
    assert "billing" in missing.target and "not there" in missing.drift_note
    (component,) = [item for item in components(result) if item.id == missing.target]
    assert component.standing == "declared, not found"


def test_a_configured_target_is_the_thing_that_its_source_names(account: Aws, tmp_path: Path) -> None:
    instance("orders")
    targets = (
        "[{id: db, component: postgresql, environment: production, sources: "
        "[{terraform: {address: aws_db_instance.orders}}, {rds: {instance: orders, region: eu-west-1}}]}]"
    )
    result = drift(tmp_path, targets=targets)
    assert set(rows(result)) == {"db"} and rows(result)["db"].headline is Drift.IN_SYNC
    assert [item.id for item in result.targets] == ["db"]
    assert account.count("DescribeDBInstances") == 1


def test_a_target_that_only_scanner_yaml_names_is_declared_by_no_source(account: Aws, tmp_path: Path) -> None:
    instance("shadow")
    source = "{rds: {instance: shadow, region: eu-west-1}}"
    targets = f"[{{id: db, component: postgresql, environment: production, sources: [{source}]}}]"
    result = drift(tmp_path, "", targets=targets)
    assert rows(result)["db"].headline is Drift.UNDECLARED


def test_an_instance_may_be_what_does_not_state_its_name_so_nothing_is_said(account: Aws, tmp_path: Path) -> None:
    instance("shadow")
    result = drift(tmp_path, SOURCE.replace('identifier = "orders"', "identifier = var.unknown") + NAMELESS)
    shadow = rows(result)[listed("rds_instance", "shadow")]
    assert shadow.headline is Drift.UNKNOWN and Drift.UNDECLARED not in shadow.drift


def test_without_a_source_of_the_environment_nothing_is_undeclared(account: Aws, tmp_path: Path) -> None:
    instance("shadow")
    result = drift(tmp_path, text=PROJECT.replace("    terraform: {{path: infra}}\n", ""))
    (shadow,) = rows(result).values()
    assert shadow.headline is Drift.UNKNOWN


def test_sources_that_were_not_read_whole_may_declare_it(account: Aws, tmp_path: Path) -> None:
    instance("shadow")
    result = drift(tmp_path, SOURCE + 'resource "aws_db_instance" "x" {')
    assert Drift.UNDECLARED not in rows(result)[listed("rds_instance", "shadow")].drift


def test_the_same_name_in_another_environment_is_another_thing(account: Aws, tmp_path: Path) -> None:
    instance("orders")
    text = PROJECT.replace(
        "production:\n    terraform: {{path: infra}}", "staging: {{terraform: {{path: infra}}}}\n  production:"
    )
    result = drift(tmp_path, text=text)
    assert rows(result)[listed("rds_instance", "orders")].headline is Drift.UNKNOWN
    assert len(result.targets) == 2


def test_instances_of_a_cluster_are_parts_of_it_and_other_engines_are_passed_over(account: Aws, tmp_path: Path) -> None:
    boto3.client("rds", region_name=REGION).create_db_cluster(
        DBClusterIdentifier="c", Engine="aurora-postgresql", MasterUsername="u", MasterUserPassword="hunter2hunter2"
    )
    instance("c-1", "aurora-postgresql", DBClusterIdentifier="c")
    instance("legacy", "mysql")
    result = drift(tmp_path, "")
    assert set(rows(result)) == {listed("rds_cluster", "c")}
    assert any("1 databases or caches of other engines" in notice.text for notice in result.notices)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (aws.refused("AccessDenied"), "rds:DescribeDBInstances"),
        (aws.refused("Throttling"), "scan again later"),
        (aws.refused("ExpiredToken"), "renew them"),
        (NoCredentialsError(), "AWS_ACCESS_KEY_ID"),
        (ConnectTimeoutError(endpoint_url="https://rds"), "network"),
        (NotImplementedError(), "emulator"),
    ],
)
def test_a_call_that_is_refused_leaves_a_gap_and_nothing_is_missing(
    account: Aws, tmp_path: Path, error: Exception, said: str
) -> None:
    account.answer("rds", "DescribeDBInstances", error)
    result = drift(tmp_path)
    assert rows(result) == {}
    assert any(said in gap.remedy and gap.collector == "aws_account" for gap in result.gaps)
    assert result.exit_code == ExitCode.INCOMPLETE


def test_pages_that_break_off_leave_no_thing_missing_and_keep_those_that_came(account: Aws, tmp_path: Path) -> None:
    def answer(asked: Any) -> Any:
        if asked.get("Marker"):
            return aws.refused("Throttling")
        return {"DBInstances": [{"DBInstanceIdentifier": "shadow", "Engine": "postgres"}], "Marker": "2"}

    account.answer("rds", "DescribeDBInstances", answer)
    result = drift(tmp_path)
    assert listed("rds_instance", "shadow") in rows(result)
    assert not any(Drift.MISSING in row.drift for row in rows(result).values())


def test_a_thousand_instances_cost_as_many_calls_as_pages(account: Aws, tmp_path: Path) -> None:
    items: list[Any] = [{"DBInstanceIdentifier": f"db-{number}", "Engine": "postgres"} for number in range(1000)]
    account.answer("rds", "DescribeDBInstances", aws.paged(items, "DBInstances"))
    result = drift(tmp_path, "")
    assert len(rows(result)) == 1000
    assert account.count("DescribeDBInstances") == 10 and len(account.calls) <= 20


def test_without_a_region_it_is_said(account: Aws, tmp_path: Path) -> None:
    result = drift(tmp_path, text=PROJECT.replace("{{region: {region}}}", "{{kinds: [rds]}}"))
    assert any("region" in gap.reason for gap in result.gaps)


def test_kinds_and_place_are_checked_before_anything_is_asked() -> None:
    with pytest.raises(ValueError, match="memorydb"):
        AwsAccount(kinds=["s3"])
    with pytest.raises(UserError, match="finds its own targets"):
        aws.ask(AwsAccount(region=REGION), aws.target())


def test_two_environments_of_one_account_share_no_thing(account: Aws, tmp_path: Path) -> None:
    instance("orders")
    instance("shadow")
    text = PROJECT.replace(
        "targets:", "  staging: {{terraform: {{path: none}}, aws_account: {{region: {region}}}}}\ntargets:"
    )
    result = drift(tmp_path, text=text)
    told = {row.target: row.headline for row in rows(result).values()}
    assert len(told) == 2 and Drift.IN_SYNC in told.values()
    assert {item.environment for item in result.targets} == {"production"}
