"""A DB instance as Amazon RDS tells of it: arguments, parameter groups, what waits, and what stays unknown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from scanner import scan
from scanner.catalogue import shipped
from scanner.cli import request
from scanner.collectors.aws.rds import Rds
from scanner.model import Absent, Default, Drift, Known, Plane, TakesEffect, Target, Unresolved, Verdict
from scanner.project import Project, SourceEntry, TargetEntry
from tests.support import aws
from tests.support.aws import REGION, Aws, ask, contents, hidden, known, paged, raw, refused, seen, target

RDS = Rds(instance="orders", region=REGION)
GROUP = "orders-16"


def parameter(name: str, value: str | None = None, source: str = "engine-default", apply: str = "dynamic") -> Any:
    told = {"ParameterName": name, "Source": source, "ApplyType": apply, "ApplyMethod": "pending-reboot"}
    return told if value is None else {**told, "ParameterValue": value}


PARAMETERS = [
    parameter("rds.force_ssl", "1", "user"),
    parameter("ssl_min_protocol_version", "TLSv1.3", "user"),
    parameter("ssl", "1", "system"),
    parameter("log_connections", "0", "user"),
    parameter("max_connections", "LEAST({DBInstanceClassMemory/9531392},5000)", "engine-default", "static"),
    parameter("shared_preload_libraries", "pg_stat_statements,pgaudit", "user", "static"),
    parameter("statement_timeout"),
    parameter("log_statement"),
    parameter("password_encryption", "scram-sha-256", "system"),
]
DEFAULTS = [
    parameter("log_statement", "none"),
    parameter("statement_timeout"),
    parameter("log_min_messages", "warning"),
]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """An account with one instance, its group, and the engine defaults that moto does not have."""
    with aws.connected(monkeypatch) as found:
        client = boto3.client("rds", region_name=REGION)
        client.create_db_parameter_group(
            DBParameterGroupName=GROUP, DBParameterGroupFamily="postgres16", Description="d"
        )
        client.create_db_instance(
            DBInstanceIdentifier="orders", Engine="postgres", EngineVersion="16.3", DBInstanceClass="db.t3.micro",
            MasterUsername="u", MasterUserPassword="hunter2hunter2", AllocatedStorage=10, StorageEncrypted=True,
            DBParameterGroupName=GROUP, EnableIAMDatabaseAuthentication=True, BackupRetentionPeriod=7,
            DeletionProtection=True, PubliclyAccessible=False, EnableCloudwatchLogsExports=["postgresql"],
        )  # fmt: skip
        found.answer("rds", "DescribeDBParameters", paged(PARAMETERS, "Parameters", size=4))
        found.answer("rds", "DescribeEngineDefaultParameters", paged(DEFAULTS, "EngineDefaults.Parameters", size=2))
        yield found


def waits(status: str = "pending-reboot", **pending: Any) -> Any:
    def patch(parsed: Any) -> None:
        for item in parsed["DBInstances"]:
            item["DBParameterGroups"][0]["ParameterApplyStatus"] = status
            item["PubliclyAccessible"] = False
            if pending:
                item["PendingModifiedValues"] = pending

    return patch


@pytest.fixture(autouse=True)
def whole(account: Aws) -> None:
    account.change("rds", "DescribeDBInstances", waits("in-sync"))


def test_its_arguments_are_read_by_the_bindings_of_the_resource_that_makes_it() -> None:
    found = ask(RDS, target())
    assert {
        "server_version": "16.3", "port": 5432, "storage_encrypted": True, "publicly_accessible": False,
        "iam_authentication": True, "deletion_protection": True, "backup_retention_days": 7,
        "log_exports": ["postgresql"],
    }.items() <= known(found).items()  # fmt: skip
    assert {item.plane for item in found.observations} == {Plane.PROVISIONED}
    assert found.targets[0].platform == "rds"
    place = seen(found, "storage_encrypted").provenance
    assert place.locator == f"arn:aws:rds:{REGION}:123456789012:db:orders"
    assert not found.gaps and found.answers[0].complete


def test_what_a_person_set_is_a_value_and_what_the_platform_set_a_default_with_its_source() -> None:
    found = contents(ask(RDS, target()))
    assert found["rds.force_ssl"] == Known("1")
    assert found["password_encryption"] == Default("scram-sha-256", f"AWS, in the group {GROUP} (source: system)")
    assert found["log_statement"] == Default("none", "AWS, engine default of the family postgres16")
    assert found["statement_timeout"] == Absent(), "neither the group nor the engine's list has a value"


def test_a_parameter_is_told_with_its_group_and_the_instance_that_led_there() -> None:
    place = seen(ask(RDS, target()), "log_connections").provenance
    assert place.locator == f"arn:aws:rds:{REGION}:123456789012:pg:{GROUP}"
    assert place.chain == (f"arn:aws:rds:{REGION}:123456789012:db:orders",)


def test_a_formula_is_not_taken_for_a_value() -> None:
    told = contents(ask(RDS, target()))["max_connections"]
    assert isinstance(told, Unresolved) and "DBInstanceClassMemory" in told.reason


def test_settings_of_other_versions_are_not_said_to_be_absent() -> None:
    assert "ssl_groups" not in contents(ask(RDS, target())), "PostgreSQL 18 has it, this is 16.3"


@pytest.mark.parametrize(
    ("status", "waiting", "effect"),
    [
        ("pending-reboot", {"shared_preload_libraries"}, TakesEffect.RESTART),
        ("pending-database-upgrade", {"shared_preload_libraries"}, TakesEffect.MAINTENANCE),
        ("applying", {"shared_preload_libraries", "log_connections"}, TakesEffect.RELOAD),
        ("failed-to-apply", {"shared_preload_libraries", "log_connections"}, TakesEffect.RESTART),
        ("a word of tomorrow", {"shared_preload_libraries", "log_connections"}, TakesEffect.RESTART),
    ],
)
def test_a_group_that_is_not_in_sync_waits(account: Aws, status: str, waiting: set[str], effect: TakesEffect) -> None:
    account.answer("rds", "DescribeDBParameters", {"Parameters": [
        {**parameter("shared_preload_libraries", "pgaudit", "user", "static")},
        {**parameter("log_connections", "1", "user"), "ApplyMethod": "immediate"},
    ]})  # fmt: skip
    account.change("rds", "DescribeDBInstances", waits(status))
    found = ask(RDS, target())
    told = {name: seen(found, name) for name in ("shared_preload_libraries", "log_connections")}
    assert {name for name, item in told.items() if item.pending} == waiting
    assert {item.takes_effect for item in told.values() if item.pending} == {effect}


def test_a_static_parameter_that_was_reset_waits_as_well(account: Aws) -> None:
    account.answer("rds", "DescribeDBParameters", {"Parameters": [parameter("wal_level", None, apply="static")]})
    account.change("rds", "DescribeDBInstances", waits())
    found = seen(ask(RDS, target()), "wal_level")
    assert found.content == Absent() and found.pending


def test_pending_values_are_told_beside_the_ones_in_effect_and_the_password_never(account: Aws) -> None:
    account.change("rds", "DescribeDBInstances", waits(
        "in-sync", CACertificateIdentifier="rds-ca-rsa2048-g1", MasterUserPassword="hunter2hunter2",
        BackupRetentionPeriod=1, IAMDatabaseAuthenticationEnabled=False,
        PendingCloudwatchLogsExports={"LogTypesToEnable": ["upgrade"]},
    ))  # fmt: skip
    found = ask(RDS, target())
    assert "rds-ca-rsa2048-g1" in seen(found, "ca_certificate").pending
    assert "upgrade waits" in seen(found, "log_exports").pending
    assert seen(found, "backup_retention_days").content == Known(7)
    assert seen(found, "iam_authentication").pending == "the platform says that false waits to take its place"
    assert seen(found, "backup_retention_days").takes_effect is TakesEffect.NOW, "the value in effect is in effect"
    assert "hunter2" not in repr(found)


# ------------------------------------------------------------ silence


def test_a_group_that_is_named_and_not_there_is_a_contradiction_and_not_an_absence(account: Aws) -> None:
    account.answer("rds", "DescribeDBParameters", refused("DBParameterGroupNotFound", 404))
    found = ask(RDS, target())
    assert "is named, and AWS does not hold it" in found.gaps[0].reason
    assert {"rds.force_ssl", "log_connections"} <= hidden(found)
    assert "rds.force_ssl" not in contents(found)
    assert raw(found, "storage_encrypted") is True, "the rest stands"
    assert not found.answers[0].complete


def test_denied_on_one_call_of_many_names_the_action_and_leaves_the_rest(account: Aws) -> None:
    account.answer("rds", "DescribeDBParameters", refused("AccessDenied", 403))
    found = ask(RDS, target())
    gap = found.gaps[0]
    assert gap.remedy.startswith("allow rds:DescribeDBParameters in the IAM policy of arn:aws:sts::123456789012:")
    assert "secret-in-text" not in repr(found), "the service's own words are not passed on"
    assert raw(found, "deletion_protection") is True


def test_an_error_after_the_first_page_leaves_the_rest_unknown(account: Aws) -> None:
    whole = paged(PARAMETERS, "Parameters", size=4)

    def broken(asked: Any) -> Any:
        return refused("ThrottlingException") if asked.get("Marker") else whole(asked)  # type: ignore[operator]

    account.answer("rds", "DescribeDBParameters", broken)
    found = ask(RDS, target())
    assert raw(found, "rds.force_ssl") == "1", "it came on the first page"
    assert "shared_preload_libraries" in hidden(found) and "shared_preload_libraries" not in contents(found)
    assert "fsync" in hidden(found), "what no page told may stand on one that did not come"
    assert "throttled" in found.gaps[0].reason


def test_without_the_engine_defaults_only_what_the_group_holds_is_known(account: Aws) -> None:
    account.answer("rds", "DescribeEngineDefaultParameters", NotImplementedError())
    found = ask(RDS, target())
    assert raw(found, "rds.force_ssl") == "1"
    assert "log_statement" in hidden(found)
    assert "rds:DescribeEngineDefaultParameters" in found.gaps[0].remedy


def test_an_instance_that_is_not_there_is_missing_and_no_default_stands_in_for_it() -> None:
    found = ask(Rds(instance="nowhere", region=REGION), target(platform="rds", version="16"))
    assert "holds no DB instance nowhere" in found.gaps[0].reason and "123456789012" in found.gaps[0].reason
    assert contents(found)["ca_certificate"] == Absent()
    assert "rds.force_ssl" not in contents(found), "a documented default would read as a value"
    assert hidden(found) >= {"rds.force_ssl", "ca_certificate", "plaintext_accepted"}
    assert not any(answer.complete for answer in found.answers)


def test_an_instance_is_asked_for_alone_where_the_whole_list_is_denied(account: Aws) -> None:
    def one(asked: Any) -> Any:
        if not asked.get("DBInstanceIdentifier"):
            return refused("AccessDenied", 403)
        return {"DBInstances": [{"DBInstanceIdentifier": "orders", "Engine": "postgres", "EngineVersion": "16.3"}]}

    account.patches.clear()
    account.answer("rds", "DescribeDBInstances", one)
    found = ask(RDS, target())
    assert known(found) == {"server_version": "16.3"}
    assert {"storage_encrypted", "publicly_accessible", "rds.force_ssl"} <= hidden(found), (
        "what was left out is unknown"
    )


def test_an_instance_of_another_engine_is_no_database_of_the_target(account: Aws) -> None:
    def mysql(parsed: Any) -> None:
        parsed["DBInstances"][0].update(Engine="mysql", PubliclyAccessible=False)

    account.change("rds", "DescribeDBInstances", mysql)
    found = ask(RDS, target())
    assert found.observations == () and "runs mysql" in found.gaps[0].reason


def test_five_thousand_parameters_over_many_pages_are_read_whole(account: Aws) -> None:
    many = [parameter(f"x{number}", "1", "user") for number in range(5_000)] + [parameter("log_hostname", "1", "user")]
    account.answer("rds", "DescribeDBParameters", paged(many, "Parameters"))
    assert raw(ask(RDS, target()), "log_hostname") == "1"
    assert account.count("DescribeDBParameters") == 51


def test_an_instance_is_needed() -> None:
    with pytest.raises(ValueError, match="needs instance"):
        Rds(region=REGION)


def test_what_is_declared_and_not_there_is_missing_and_passes_no_rule(account: Aws, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_db_instance" "x" {\n  identifier = "gone"\n  engine = "postgres"\n  engine_version = "16.3"\n'
        '  ca_cert_identifier = "rds-ca-rsa2048-g1"\n  storage_encrypted = true\n}\n'
    )
    sources = (
        SourceEntry("terraform", {"path": ".", "address": "aws_db_instance.x"}, "db"),
        SourceEntry("rds", {"instance": "gone", "region": REGION}, "db"),
    )
    of = Target("db", "postgresql", "production", platform="rds")
    project = Project("p", tmp_path, (TargetEntry(of, sources),))
    rules = request.load_baselines(())
    result = scan.scan(scan.Request(project, rules, command="drift", live=True), shipped())
    rows = {row.setting: row for row in result.rows if row.target == "db"}
    assert rows["ca_certificate"].headline is Drift.MISSING
    assert rows["ca_certificate"].drift_note == "declared rds-ca-rsa2048-g1, and not there"
    told = {item.verdict for item in result.findings if item.rule == "postgresql-storage-encrypted"}
    assert told == {Verdict.UNKNOWN}, "the source conforms, and the thing is not there"
    assert not [item for item in result.findings if item.verdict is Verdict.PASS]
