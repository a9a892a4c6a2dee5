"""The smallest IAM policy: every action is real, every call that the collectors make is in it, and nothing else is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import botocore.session
import pytest

from scanner.catalogue import shipped
from scanner.collectors import aws
from scanner.collectors.aws import policy, refusals, region, shapes
from scanner.collectors.aws.policy import Source

FOLDER = Path(str(aws.__file__)).parent
RDS: Source = ("rds", {"instance": "orders", "region": "eu-west-1"})


def asked() -> set[str]:
    """Every call that the collectors make, from their data and from their text."""
    table = shapes.shipped()
    found = {(item.service, item.operation) for item in table.resources}
    for parameters in table.parameters.values():
        found |= {(parameters.service, name) for name in (parameters.operation, parameters.family.operation)}
        found |= {(parameters.service, parameters.defaults.operation)} if parameters.defaults else set()
    for group in table.user_groups.values():
        found |= {(group.service, group.operation), (group.service, group.users.operation)}
    for path in FOLDER.glob("*.py"):
        found |= set(re.findall(r'ask\(\s*"([\w-]+)", "(\w+)"', path.read_text()))
    for item in region.shipped().applications:
        found |= {(item.service, name) for name in (item.operation, item.within and item.within.operation) if name}
    found |= {("config", name) for name in re.findall(r'_ask\("(\w+)"', (FOLDER / "config.py").read_text())}
    found |= {("sts", "GetCallerIdentity"), ("cloudtrail", "LookupEvents")}
    return {refusals.Call(*call).action for call in found}


def granted() -> set[str]:
    told = policy.shipped()
    return {action for entry in told.statements for action in entry.actions} | set(told.discovery)


def test_the_table_grants_every_call_and_no_other() -> None:
    assert granted() == asked()


@pytest.mark.parametrize("action", sorted(granted() | set(policy.shipped().never.actions)))
def test_every_action_is_an_operation_of_the_api(action: str) -> None:
    service, _, name = action.partition(":")
    if action in policy.shipped().only_in_iam:
        return
    operations = botocore.session.get_session().get_service_model(service).operation_names
    assert name in operations


def test_nothing_that_is_granted_writes() -> None:
    assert all(re.match(r"(Describe|List|Get|Lookup)", action.partition(":")[2]) for action in granted())
    assert not granted() & set(policy.shipped().never.actions)


def test_a_policy_is_as_small_as_its_sources() -> None:
    told = policy.policy([RDS], shipped())
    actions = {action for item in told["Statement"] if item["Effect"] == "Allow" for action in item["Action"]}
    assert {action.partition(":")[0] for action in actions} == {"sts", "rds", "cloudtrail"}
    assert told["Statement"][-1] == {
        "Sid": "NoSecrets", "Effect": "Deny", "Action": policy.shipped().never.actions, "Resource": "*"
    }  # fmt: skip
    assert len({item["Sid"] for item in told["Statement"]}) == len(told["Statement"])
    assert json.loads(json.dumps(told)) == told


def test_resources_are_narrowed_to_what_the_sources_name() -> None:
    sources: list[Source] = [
        ("ssm", {"path": "/web/", "region": "cn-north-1"}),
        ("lambda", {"function": "orders"}),
        ("secretsmanager", {"secrets": ["a", "arn:aws:secretsmanager:eu-west-1:1:secret:b-123456"]}),
    ]
    told = {item["Sid"]: item["Resource"] for item in policy.policy(sources, shipped())["Statement"]}
    assert told["ParameterPaths"] == "arn:aws-cn:ssm:cn-north-1:*:parameter/web/*"
    assert told["Functions"] == "arn:aws:lambda:*:*:function:orders*"
    assert told["SecretsWithoutTheirText"][1] == "arn:aws:secretsmanager:eu-west-1:1:secret:b-123456"
    assert "Parameters" not in told


def test_a_role_to_step_into_is_allowed_by_name() -> None:
    role = "arn:aws:iam::2:role/reader"
    told = policy.policy([("rds", {"instance": "a", "role_arn": role})], shipped())
    assert {"Sid": "StepIntoRoles", "Effect": "Allow", "Action": ["sts:AssumeRole"], "Resource": role} in told[
        "Statement"
    ]


def test_each_statement_says_what_it_opens() -> None:
    told = {item.sid: item for item in policy.statements([RDS, ("elasticache", {"cluster": "c"})], shipped())}
    assert ("postgresql", "storage_encrypted") in told["RdsArguments"].settings
    assert ("postgresql", "rds.force_ssl") in told["RdsParameters"].settings
    assert ("postgresql", "plaintext_accepted") in told["RdsParameters"].settings, "it follows from rds.force_ssl"
    assert not {name for name in told["RdsArguments"].settings if name in told["RdsParameters"].settings}
    assert ("redis", "timeout") in told["CacheParameters"].settings
    assert told["WhoChangedIt"].words


def test_sources_that_do_not_ask_aws_need_nothing() -> None:
    assert policy.statements([("postgresql", {"dsn_env": "X"})], shipped()) == []


def test_every_kind_that_asks_aws_has_statements() -> None:
    from scanner import collectors

    kinds = {kind for kind, path in collectors.COLLECTORS.items() if path.startswith("scanner.collectors.aws")}
    assert kinds == policy.kinds()
