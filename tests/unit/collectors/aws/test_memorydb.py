"""A cluster as Amazon MemoryDB tells of it: TLS, the users of its access list, its parameter group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from scanner.collectors.aws.memorydb import MemoryDB
from scanner.model import Default, Known, Unresolved
from tests.support import aws
from tests.support.aws import REGION, Aws, ask, contents, hidden, raw, refused, seen, target

CLUSTER = MemoryDB(cluster="ledger", region=REGION)
OWN, READY_MADE = "ledger-7", "default.memorydb-redis7"


def cluster(**more: Any) -> dict[str, Any]:
    return {
        "Name": "ledger", "ARN": f"arn:aws:memorydb:{REGION}:1:cluster/ledger", "Engine": "redis",
        "EngineVersion": "7.0", "EnginePatchVersion": "7.0.7", "TLSEnabled": True, "ACLName": "people",
        "ParameterGroupName": OWN, "ParameterGroupStatus": "in-sync", **more,
    }  # fmt: skip


def held(asked: Any) -> Any:
    own = asked.get("ParameterGroupName") == OWN
    return {"Parameters": [{"Name": "timeout", "Value": "60" if own else "0"},
                           {"Name": "maxmemory-policy", "Value": "noeviction"}]}  # fmt: skip


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """An account with one cluster, everything of which is answered here."""
    with aws.connected(monkeypatch) as found:
        groups = [{"Name": name, "Family": "memorydb_redis7"} for name in (OWN, READY_MADE)]
        users = [{"Name": "app", "AccessString": "on ~* +@read", "Authentication": {"Type": "password"}}]
        answers: dict[str, aws.Answer] = {
            "DescribeClusters": {"Clusters": [cluster()]},
            "DescribeParameters": held,
            "DescribeParameterGroups": {"ParameterGroups": groups},
            "DescribeACLs": {"ACLs": [{"Name": "people", "UserNames": ["app"]}]},
            "DescribeUsers": {"Users": users},
        }
        for operation, answer in answers.items():
            found.answer("memorydb", operation, answer)
        yield found


def test_a_cluster_is_told_with_the_version_that_runs(account: Aws) -> None:
    found = ask(CLUSTER, target("redis"))
    assert found.gaps == ()
    assert contents(found)["server_version"] == Known("7.0.7")
    assert contents(found)["transit_encryption"] == Known(True)
    assert found.targets[0].platform == "memorydb"


def test_a_value_like_that_of_the_platforms_own_group_is_a_default(account: Aws) -> None:
    found = contents(ask(CLUSTER, target("redis")))
    assert found["timeout"] == Known("60")
    assert isinstance(found["maxmemory-policy"], Default)


@pytest.mark.parametrize(
    ("name", "way", "access", "expected"),
    [
        ("people", "password", "on ~* +@all", []),
        ("people", "no-password", "on ~* +@all", ["app"]),
        ("people", "no-password", "off ~* +@all", []),
        ("open-access", "password", "on", ["default"]),
    ],
)
def test_the_users_of_the_access_list_are_asked_and_open_access_lets_everybody_in(
    account: Aws, name: str, way: str, access: str, expected: list[str]
) -> None:
    account.answer("memorydb", "DescribeClusters", {"Clusters": [cluster(ACLName=name)]})
    users = [{"Name": "app", "AccessString": access, "Authentication": {"Type": way}}]
    account.answer("memorydb", "DescribeUsers", {"Users": users})
    found = ask(CLUSTER, target("redis"))
    assert raw(found, "users_without_password") == expected
    assert raw(found, "user_group_ids") == name


def test_an_access_list_that_cannot_be_read_is_not_taken_for_a_closed_door(account: Aws) -> None:
    account.answer("memorydb", "DescribeACLs", refused("AccessDeniedException", 403))
    told = contents(ask(CLUSTER, target("redis")))["users_without_password"]
    assert isinstance(told, Unresolved) and "memorydb:DescribeACLs" in told.remedy


def test_a_list_that_waits_is_told(account: Aws) -> None:
    waits = cluster(PendingUpdates={"ACLs": {"ACLToApply": "open-access"}})
    account.answer("memorydb", "DescribeClusters", {"Clusters": [waits]})
    assert "open-access waits" in seen(ask(CLUSTER, target("redis")), "user_group_ids").pending


def test_a_group_that_is_still_applied_waits(account: Aws) -> None:
    account.answer("memorydb", "DescribeClusters", {"Clusters": [cluster(ParameterGroupStatus="applying")]})
    assert "to apply its group" in seen(ask(CLUSTER, target("redis")), "timeout").pending


def test_denied_parameters_hide_only_parameters(account: Aws) -> None:
    account.answer("memorydb", "DescribeParameters", refused("AccessDeniedException", 403))
    found = ask(CLUSTER, target("redis"))
    assert "timeout" in hidden(found) and "transit_encryption" not in hidden(found)
    assert "memorydb:DescribeParameters" in found.gaps[0].remedy


def test_a_cluster_is_needed() -> None:
    with pytest.raises(ValueError, match="needs cluster"):
        MemoryDB()
