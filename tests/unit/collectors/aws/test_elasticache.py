"""A managed cache as Amazon ElastiCache tells of it: encryption, users, parameter groups, and what still waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from scanner.collectors import Collected
from scanner.collectors.aws.elasticache import ElastiCache
from scanner.model import Absent, Default, Known, Present, TakesEffect, Unresolved
from tests.support import aws
from tests.support.aws import REGION, Aws, ask, contents, hidden, known, raw, refused, seen, target

CACHE = ElastiCache(replication_group="sessions", region=REGION)
GROUP = "sessions-7"


def replication_group(**more: Any) -> dict[str, Any]:
    told = {
        "ReplicationGroupId": "sessions", "ARN": f"arn:aws:elasticache:{REGION}:1:replicationgroup:sessions",
        "Engine": "redis", "MemberClusters": ["sessions-001", "sessions-002"], "TransitEncryptionEnabled": True,
        "TransitEncryptionMode": "required", "AtRestEncryptionEnabled": True, "AuthTokenEnabled": False,
        "UserGroupIds": ["people"], "CacheNodeType": "cache.t3.micro",
        "NodeGroups": [{"NodeGroupId": "0001", "PrimaryEndpoint": {"Address": "a", "Port": 6379}}],
    }  # fmt: skip
    return {name: item for name, item in {**told, **more}.items() if item is not None}


def node(name: str, **more: Any) -> dict[str, Any]:
    group = {"CacheParameterGroupName": GROUP, "ParameterApplyStatus": "in-sync", "CacheNodeIdsToReboot": []}
    return {
        "CacheClusterId": name, "ARN": f"arn:aws:elasticache:{REGION}:1:cluster:{name}", "Engine": "redis",
        "EngineVersion": "7.1.0", "CacheNodeType": "cache.t3.micro", "ReplicationGroupId": "sessions",
        "CacheParameterGroup": {**group, **more},
    }  # fmt: skip


def parameter(name: str, value: str, source: str = "system", change: str = "immediate") -> dict[str, Any]:
    return {"ParameterName": name, "ParameterValue": value, "Source": source, "ChangeType": change}


def user(id_: str, way: str = "password", access: str = "on ~* +@read") -> dict[str, Any]:
    return {"UserId": id_, "UserName": id_, "AccessString": access, "Authentication": {"Type": way}}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """An account with one replication group of two nodes, everything of which is answered here."""
    with aws.connected(monkeypatch) as found:
        groups = [{"CacheParameterGroupName": GROUP, "CacheParameterGroupFamily": "redis7"}]
        parameters = [
            parameter("timeout", "0"), parameter("maxmemory-policy", "allkeys-lru", "user", "requires-reboot"),
            parameter("tcp-keepalive", "300"), parameter("slowlog-log-slower-than", "10000"),
        ]  # fmt: skip
        sizes = [{"ParameterName": "maxclients", "ChangeType": "requires-reboot", "CacheNodeTypeSpecificValues": [
            {"CacheNodeType": "cache.m5.large", "Value": "65000"}, {"CacheNodeType": "cache.t3.micro", "Value": "20000"}
        ]}]  # fmt: skip
        defaults = {"EngineDefaults": {"Parameters": [parameter("notify-keyspace-events", "")]}}
        answers: dict[str, aws.Answer] = {
            "DescribeReplicationGroups": {"ReplicationGroups": [replication_group()]},
            "DescribeCacheClusters": {"CacheClusters": [node("sessions-001"), node("sessions-002")]},
            "DescribeCacheParameters": {"Parameters": parameters, "CacheNodeTypeSpecificParameters": sizes},
            "DescribeCacheParameterGroups": {"CacheParameterGroups": groups},
            "DescribeEngineDefaultParameters": defaults,
            "DescribeUserGroups": {"UserGroups": [{"UserGroupId": "people", "UserIds": ["default", "app"]}]},
            "DescribeUsers": {"Users": [user("default", access="off ~* +@all"), user("app")]},
        }
        for operation, answer in answers.items():
            found.answer("elasticache", operation, answer)
        yield found


def cache(account: Aws, **more: Any) -> Collected:
    account.answer("elasticache", "DescribeReplicationGroups", {"ReplicationGroups": [replication_group(**more)]})
    return ask(CACHE, target("redis"))


def test_a_replication_group_is_told_by_itself_and_its_nodes_once_where_they_agree(account: Aws) -> None:
    found = ask(CACHE, target("redis"))
    assert found.gaps == ()
    assert {item.scope for item in found.observations} == {"server"}
    assert known(found) == {
        "server_version": "7.1.0", "port": 6379, "transit_encryption": True, "transit_encryption_mode": "required",
        "at_rest_encryption": True, "user_group_ids": ["people"], "users_without_password": [],
        "maxmemory-policy": "allkeys-lru",
    }  # fmt: skip
    assert contents(found)["auth_token"] == Absent()
    assert isinstance(contents(found)["timeout"], Default)
    assert raw(found, "maxclients") == "20000", "the value for nodes of this type"
    assert found.targets[0].platform == "elasticache" and found.answers[0].complete


def test_a_mode_that_is_not_told_and_one_that_accepts_plaintext_are_not_the_same(account: Aws) -> None:
    assert contents(cache(account, TransitEncryptionMode=None))["transit_encryption_mode"] == Absent()
    assert raw(cache(account, TransitEncryptionMode="preferred"), "transit_encryption_mode") == "preferred"


def test_a_token_is_told_as_set_and_nothing_else_of_it(account: Aws) -> None:
    found = cache(account, AuthTokenEnabled=True, UserGroupIds=[])
    assert contents(found)["auth_token"] == Present("server")
    assert contents(found)["user_group_ids"] == Absent() == contents(found)["users_without_password"]


def test_a_half_done_migration_shows_what_waits(account: Aws) -> None:
    found = cache(
        account, TransitEncryptionMode="preferred",
        PendingModifiedValues={
            "TransitEncryptionMode": "required", "AuthTokenStatus": "ROTATING",
            "UserGroups": {"UserGroupIdsToAdd": ["robots"]},
        },
    )  # fmt: skip
    assert "required waits" in seen(found, "transit_encryption_mode").pending
    assert "robots waits" in seen(found, "user_group_ids").pending
    assert "another value waits" in seen(found, "auth_token").pending


def test_a_node_that_is_to_be_rebooted_runs_old_values_of_what_needs_a_reboot(account: Aws) -> None:
    nodes = [node("sessions-001"), node("sessions-002", CacheNodeIdsToReboot=["0001"])]
    account.answer("elasticache", "DescribeCacheClusters", {"CacheClusters": nodes})
    found = ask(CACHE, target("redis"))
    assert seen(found, "maxmemory-policy").takes_effect is TakesEffect.RESTART
    assert "waits for a reboot" in seen(found, "maxmemory-policy").pending
    assert seen(found, "maxclients").pending and not seen(found, "timeout").pending


def test_nodes_that_differ_are_told_one_by_one(account: Aws) -> None:
    nodes = [node("sessions-001"), {**node("sessions-002"), "EngineVersion": "7.0.7"}]
    account.answer("elasticache", "DescribeCacheClusters", {"CacheClusters": nodes})
    found = ask(CACHE, target("redis"))
    told = {item.scope: item.content for item in found.observations if item.setting == "server_version"}
    assert told == {"node=sessions-001": Known("7.1.0"), "node=sessions-002": Known("7.0.7")}


@pytest.mark.parametrize(
    ("users", "expected"),
    [
        ([user("default", "no-password", "on ~* +@all"), user("app")], ["default"]),
        ([user("default", "no-password", "off ~* +@all"), user("app", "iam")], []),
        ([user("default", "password", "on nopass ~* +@all"), user("app")], ["default"]),
    ],
)
def test_one_user_without_a_password_is_enough_to_get_in(account: Aws, users: list[Any], expected: list[str]) -> None:
    account.answer("elasticache", "DescribeUsers", {"Users": users})
    assert raw(ask(CACHE, target("redis")), "users_without_password") == expected


def test_users_that_cannot_be_read_are_not_taken_for_none(account: Aws) -> None:
    account.answer("elasticache", "DescribeUsers", refused("AccessDeniedException", 403))
    told = contents(ask(CACHE, target("redis")))["users_without_password"]
    assert isinstance(told, Unresolved) and "elasticache:DescribeUsers" in told.remedy
    account.answer("elasticache", "DescribeUsers", {"Users": [user("default", "no-password", "on ~* +@all")]})
    assert raw(ask(CACHE, target("redis")), "users_without_password") == ["default"], (
        "one is enough, though app is lost"
    )
    account.answer("elasticache", "DescribeUserGroups", {"UserGroups": []})
    told = contents(ask(CACHE, target("redis")))["users_without_password"]
    assert isinstance(told, Unresolved) and "people is named, and AWS does not hold it" in told.reason


def test_a_node_that_is_lost_between_two_calls_leaves_its_parameters_unknown(account: Aws) -> None:
    account.answer("elasticache", "DescribeCacheClusters", {"CacheClusters": [node("sessions-001")]})
    found = ask(CACHE, target("redis"))
    assert "names the node sessions-002, and AWS does not hold it" in found.gaps[0].reason
    assert {"maxmemory-policy", "timeout"} <= hidden(found) and raw(found, "transit_encryption") is True


def test_without_any_node_every_parameter_is_hidden_by_name(account: Aws) -> None:
    account.answer("elasticache", "DescribeCacheClusters", refused("AccessDenied", 403))
    found = ask(CACHE, target("redis"))
    assert {"maxmemory-policy", "timeout", "server_version"} <= hidden(found)
    assert "elasticache:DescribeCacheClusters" in found.gaps[0].remedy
    assert raw(found, "at_rest_encryption") is True


def test_a_node_without_a_parameter_group_as_moto_answers_hides_the_parameters(account: Aws) -> None:
    nodes = [{name: item for name, item in node(id_).items() if name != "CacheParameterGroup"}
             for id_ in ("sessions-001", "sessions-002")]  # fmt: skip
    account.answer("elasticache", "DescribeCacheClusters", {"CacheClusters": nodes})
    found = ask(CACHE, target("redis"))
    assert "maxmemory-policy" in hidden(found) and "maxmemory-policy" not in contents(found)
    assert "does not tell the parameter group" in found.gaps[0].reason


def test_a_cluster_of_a_replication_group_is_read_as_the_group(account: Aws) -> None:
    found = ask(ElastiCache(cluster="sessions-001", region=REGION), target("redis"))
    assert raw(found, "transit_encryption_mode") == "required"


def test_a_cluster_on_its_own_is_read(account: Aws) -> None:
    alone = {**node("alone"), "TransitEncryptionEnabled": False}
    del alone["ReplicationGroupId"]
    account.answer("elasticache", "DescribeCacheClusters", {"CacheClusters": [alone]})
    found = ask(ElastiCache(cluster="alone", region=REGION), target("redis"))
    assert known(found)["transit_encryption"] is False and known(found)["server_version"] == "7.1.0"
    assert contents(found)["at_rest_encryption"] == Default(False, seen(found, "at_rest_encryption").content.source)  # type: ignore[union-attr]
    assert raw(found, "maxmemory-policy") == "allkeys-lru"


def test_a_serverless_cache_has_encryption_by_its_nature_and_parameters_that_nobody_tells(account: Aws) -> None:
    told = {"ServerlessCacheName": "s", "Engine": "valkey", "FullEngineVersion": "8.0.1", "UserGroupId": "people",
            "ARN": f"arn:aws:elasticache:{REGION}:1:serverlesscache:s"}  # fmt: skip
    account.answer("elasticache", "DescribeServerlessCaches", {"ServerlessCaches": [told]})
    found = ask(ElastiCache(serverless_cache="s", region=REGION), target("redis"))
    assert (
        isinstance(contents(found)["transit_encryption"], Default)
        and raw(found, "transit_encryption_mode") == "required"
    )
    assert raw(found, "server_version") == "8.0.1" and raw(found, "users_without_password") == []
    assert isinstance(contents(found)["timeout"], Unresolved), "no documented default may stand in for it"


def test_memcached_is_no_redis(account: Aws) -> None:
    alone = {**node("alone"), "Engine": "memcached"}
    del alone["ReplicationGroupId"]
    account.answer("elasticache", "DescribeCacheClusters", {"CacheClusters": [alone]})
    found = ask(ElastiCache(cluster="alone", region=REGION), target("redis"))
    assert "runs memcached" in found.gaps[0].reason and not found.observations


@pytest.mark.parametrize("fields", [{}, {"cluster": "a", "replication_group": "b"}])
def test_exactly_one_kind_of_cache_is_named(fields: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="needs one of"):
        ElastiCache(**fields)
