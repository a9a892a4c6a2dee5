"""A DB cluster and its instances: which group's value holds, what waits where, and what a lost instance hides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from scanner.collectors.aws.aurora import Aurora
from scanner.collectors.aws.rds import Rds
from scanner.model import Default, Known, TakesEffect, Unresolved
from tests.support import aws
from tests.support.aws import REGION, Aws, ask, contents, hidden, known, raw, refused, seen, target

CLUSTER = Aurora(cluster="orders", region=REGION)
ACCOUNT = f"arn:aws:rds:{REGION}:123456789012"


def instance(name: str, group: str = "instances", **more: Any) -> dict[str, Any]:
    return {
        "DBInstanceIdentifier": name, "DBInstanceArn": f"{ACCOUNT}:db:{name}", "Engine": "aurora-postgresql",
        "EngineVersion": "16.4", "DBClusterIdentifier": "orders", "PubliclyAccessible": False,
        "CACertificateIdentifier": "rds-ca-rsa2048-g1",
        "DBParameterGroups": [{"DBParameterGroupName": group, "ParameterApplyStatus": "in-sync"}], **more,
    }  # fmt: skip


def cluster(*statuses: str) -> dict[str, Any]:
    members = [{"DBInstanceIdentifier": f"orders-{number}", "DBClusterParameterGroupStatus": status}
               for number, status in enumerate(statuses)]  # fmt: skip
    return {
        "DBClusterIdentifier": "orders", "DBClusterArn": f"{ACCOUNT}:cluster:orders", "Engine": "aurora-postgresql",
        "EngineVersion": "16.4", "Port": 5432, "StorageEncrypted": True, "IAMDatabaseAuthenticationEnabled": False,
        "DeletionProtection": True, "BackupRetentionPeriod": 7, "DBClusterParameterGroup": "clusters",
        "DBClusterMembers": members,
    }  # fmt: skip


def parameter(name: str, value: str | None, source: str = "engine-default", apply: str = "dynamic") -> dict[str, Any]:
    told = {"ParameterName": name, "Source": source, "ApplyType": apply}
    return told if value is None else {**told, "ParameterValue": value}


CLUSTERS = [parameter("rds.force_ssl", "1", "user"), parameter("log_statement", "none"),
            parameter("wal_level", "logical", "user", "static")]  # fmt: skip
INSTANCES = {
    "instances": [parameter("log_statement", "ddl", "user"), parameter("log_connections", "1", "user")],
    "odd": [parameter("log_statement", "all", "user"), parameter("rds.force_ssl", "0", "user")],
}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """An account with one cluster of two instances."""
    with aws.connected(monkeypatch) as found:
        family = {"DBParameterGroupFamily": "aurora-postgresql16"}
        answers: dict[str, aws.Answer] = {
            "DescribeDBClusters": {"DBClusters": [cluster("in-sync", "in-sync")]},
            "DescribeDBInstances": {"DBInstances": [instance("orders-0"), instance("orders-1")]},
            "DescribeDBClusterParameters": {"Parameters": CLUSTERS},
            "DescribeDBParameters": lambda asked: {"Parameters": INSTANCES[asked["DBParameterGroupName"]]},
            "DescribeDBClusterParameterGroups": {
                "DBClusterParameterGroups": [{"DBClusterParameterGroupName": "clusters", **family}]
            },
            "DescribeDBParameterGroups": {
                "DBParameterGroups": [{"DBParameterGroupName": name, **family} for name in INSTANCES]
            },
            "DescribeEngineDefaultClusterParameters": {"EngineDefaults": {"Parameters": [parameter("ssl", "1")]}},
            "DescribeEngineDefaultParameters": {"EngineDefaults": {"Parameters": []}},
        }
        for operation, answer in answers.items():
            found.answer("rds", operation, answer)
        yield found


def test_a_cluster_is_told_once_where_its_instances_agree(account: Aws) -> None:
    found = ask(CLUSTER, target())
    assert found.gaps == () and found.answers[0].complete
    assert {item.scope for item in found.observations} == {"server"}
    assert known(found) == {
        "server_version": "16.4", "port": 5432, "storage_encrypted": True, "iam_authentication": False,
        "deletion_protection": True, "backup_retention_days": 7, "publicly_accessible": False,
        "ca_certificate": "rds-ca-rsa2048-g1", "rds.force_ssl": "1", "wal_level": "logical",
        "log_statement": "ddl", "log_connections": "1",
    }  # fmt: skip
    assert isinstance(contents(found)["ssl"], Default)
    assert found.targets[0].platform == "aurora"


def test_what_a_person_set_in_one_group_holds_over_the_engine_default_of_the_other(account: Aws) -> None:
    place = seen(ask(CLUSTER, target()), "log_statement").provenance
    assert place.locator == f"{ACCOUNT}:pg:instances"


def test_two_groups_that_set_it_differently_leave_it_open_with_both_values(account: Aws) -> None:
    both = [instance(name, "odd") for name in ("orders-0", "orders-1")]
    account.answer("rds", "DescribeDBInstances", {"DBInstances": both})
    told = contents(ask(CLUSTER, target()))["rds.force_ssl"]
    assert isinstance(told, Unresolved) and set(told.alternatives) == {"0", "1"}
    assert "1 in clusters and 0 in odd" in told.reason


def test_instances_that_differ_are_told_one_by_one(account: Aws) -> None:
    account.answer("rds", "DescribeDBInstances", {"DBInstances": [instance("orders-0"), instance("orders-1", "odd")]})
    found = ask(CLUSTER, target())
    told = {item.scope: item.content for item in found.observations if item.setting == "log_statement"}
    assert told == {"node=orders-0": Known("ddl"), "node=orders-1": Known("all")}


def test_one_instance_that_waits_for_a_reboot_is_enough_for_the_value_to_wait(account: Aws) -> None:
    account.answer("rds", "DescribeDBClusters", {"DBClusters": [cluster("in-sync", "pending-reboot")]})
    found = seen(ask(CLUSTER, target()), "wal_level")
    assert found.content == Known("logical") and found.takes_effect is TakesEffect.RESTART
    assert found.pending == "the platform says that it waits for a reboot of the instance for its group clusters"


def test_an_instance_that_is_lost_between_two_calls_hides_what_it_could_set(account: Aws) -> None:
    account.answer("rds", "DescribeDBInstances", {"DBInstances": [instance("orders-0")]})
    found = ask(CLUSTER, target())
    assert "orders-1" in found.gaps[0].reason
    assert {"rds.force_ssl", "log_statement", "publicly_accessible"} <= hidden(found)
    assert raw(found, "storage_encrypted") is True and "storage_encrypted" not in hidden(found)


def test_a_denied_group_of_instances_leaves_the_clusters_values_in_doubt(account: Aws) -> None:
    account.answer("rds", "DescribeDBParameters", refused("AccessDenied", 403))
    found = ask(CLUSTER, target())
    assert "rds.force_ssl" in hidden(found), "the instances' group could set it otherwise"
    assert any("rds:DescribeDBParameters" in gap.remedy for gap in found.gaps)


def test_a_cluster_without_instances_still_tells_its_group(account: Aws) -> None:
    account.answer("rds", "DescribeDBClusters", {"DBClusters": [cluster()]})
    assert raw(ask(CLUSTER, target()), "rds.force_ssl") == "1"


def test_an_instance_of_a_cluster_is_read_as_the_cluster_with_this_instance_alone(account: Aws) -> None:
    account.answer("rds", "DescribeDBInstances", {"DBInstances": [instance("orders-0"), instance("orders-1", "odd")]})
    found = ask(Rds(instance="orders-1", region=REGION), target())
    assert raw(found, "log_statement") == "all" and raw(found, "storage_encrypted") is True
    assert found.targets[0].platform == "aurora"


def test_a_cluster_is_needed() -> None:
    with pytest.raises(ValueError, match="needs cluster"):
        Aurora()
