"""The tables of AWS: every field exists in botocore's own shapes, every setting that a binding tells can be shown."""

from __future__ import annotations

import re
from typing import Any

import botocore.session
import pytest

from scanner import bindings
from scanner.catalogue import shipped as catalogue
from scanner.collectors.aws.attributes import holds, snake, text, thing, translated
from scanner.collectors.aws.pages import at
from scanner.collectors.aws.shapes import ParameterList, Resource, shipped
from scanner.layers import can_show
from scanner.model import Plane

SESSION = botocore.session.get_session()
KINDS = {
    "aws_db_instance": "rds", "aws_rds_cluster_instance": "aurora", "aws_rds_cluster": "aurora",
    "aws_elasticache_replication_group": "elasticache", "aws_elasticache_cluster": "elasticache",
    "aws_elasticache_serverless_cache": "elasticache", "aws_memorydb_cluster": "memorydb",
}  # fmt: skip


def shape(service: str, operation: str, path: str) -> Any:
    """The shape at a dotted path of an answer; lists are entered. KeyError where AWS has no such field."""
    found: Any = SESSION.get_service_model(service).operation_model(operation).output_shape
    for step in path.split("."):
        if found.type_name == "list":
            found = found.member
        if not step.isdigit():
            found = found.members[step]
    return found.member if found.type_name == "list" else found


def arguments(service: str, operation: str) -> Any:
    found: Any = SESSION.get_service_model(service).operation_model(operation).input_shape
    return found.members


@pytest.mark.parametrize("spec", shipped().resources, ids=lambda spec: spec.like)
def test_every_field_of_a_resource_is_one_that_the_api_answers(spec: Resource) -> None:
    item = f"{spec.items}"
    fields = [spec.key, spec.arn, *(path for paths in spec.names.values() for path in paths), *spec.presence.values()]
    fields += [f"{spec.pending}.{path}" for paths in spec.pending_names.values() for path in paths]
    fields += [spec.part_of.field] if spec.part_of else []
    if spec.groups:
        inner = f"{spec.groups.items}." if spec.groups.items else ""
        fields += [inner + name for name in (spec.groups.name, spec.groups.status, spec.groups.waiting) if name]
        fields += [spec.groups.node_type] if spec.groups.node_type else []
    if spec.members:
        fields += [spec.members.items, *(f"{spec.members.items}.{name}" for name in (spec.members.key,) if name)]
    for path in fields:
        assert shape(spec.service, spec.operation, f"{item}.{path}"), path
    assert (spec.by or spec.key) in arguments(spec.service, spec.operation)


@pytest.mark.parametrize("spec", shipped().resources, ids=lambda spec: spec.like)
def test_every_argument_that_a_binding_reads_is_a_field_of_the_answer(spec: Resource) -> None:
    answered = {snake(name) for name in shape(spec.service, spec.operation, spec.items).members} | set(spec.names)
    for entry in bindings.shipped().of(spec.like):
        for name, source in entry.settings.items():
            if source.path and source.inherits_from != ["engine"] and name not in spec.settings_of_members:
                told = source.path.split(".")[0] in answered or name in spec.presence
                assert told, f"{name}: the answer has no {source.path}"
            setting = catalogue().setting(entry.component or "postgresql", name)
            if setting is not None:
                assert can_show(setting, KINDS[spec.like], Plane.PROVISIONED), name


@pytest.mark.parametrize("name", shipped().parameters)
def test_every_list_of_parameters_is_one_of_the_api(name: str) -> None:
    spec: ParameterList = shipped().parameters[name]
    members = [spec.name, spec.value, spec.source, *spec.static, *spec.deferred]
    assert all(shape(spec.service, spec.operation, f"{spec.items}.{item}") for item in members if item)
    assert spec.by in arguments(spec.service, spec.operation)
    family = spec.family
    assert shape(spec.service, family.operation, f"{family.items}.{family.key}")
    assert shape(spec.service, family.operation, f"{family.items}.{family.field}")
    if spec.defaults:
        assert shape(spec.service, spec.defaults.operation, f"{spec.defaults.items}.{spec.name}")
        assert spec.defaults.by in arguments(spec.service, spec.defaults.operation)
    if spec.by_node_type:
        assert shape(spec.service, spec.operation, f"{spec.by_node_type.items}.{spec.by_node_type.values}")


@pytest.mark.parametrize("name", shipped().user_groups)
def test_every_group_of_users_is_one_of_the_api(name: str) -> None:
    spec = shipped().user_groups[name]
    for field in (spec.key, spec.members):
        assert shape(spec.service, spec.operation, f"{spec.items}.{field}")
    for field in (spec.users.key, spec.users.name, "AccessString", "Authentication.Type"):
        assert shape(spec.service, spec.users.operation, f"{spec.users.items}.{field}")
    assert bindings.shipped().of(name) and bindings.shipped().of(spec.users.like)[0].logins


@pytest.mark.parametrize(
    "value", ["{DBInstanceClassMemory/12582880}", "LEAST({X/1},5000)", "greatest(a,b)", "sum(1,2)"]
)
def test_a_formula_is_told_from_a_value(value: str) -> None:
    assert re.fullmatch(shipped().formula, value, re.IGNORECASE | re.DOTALL)


@pytest.mark.parametrize("value", ["", "1", "pg_stat_statements,pgaudit", "%t:%r:%u@%d:[%p]:", "HIGH:!aNULL"])
def test_a_value_is_no_formula(value: str) -> None:
    assert not re.fullmatch(shipped().formula, value, re.IGNORECASE | re.DOTALL)


def test_a_state_of_a_group_that_nobody_listed_means_that_everything_waits() -> None:
    assert shipped().status("in-sync").waits == ""
    assert shipped().status("").waits == "all"
    assert shipped().status("frozen").waits == "all" and "frozen" in shipped().status("frozen").text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("StorageEncrypted", "storage_encrypted"),
        ("IAMDatabaseAuthenticationEnabled", "iam_database_authentication_enabled"),
        ("TLSEnabled", "tls_enabled"),
        ("ARN", "arn"),
        ("MultiAZ", "multi_az"),
    ],
)
def test_a_field_is_the_argument_of_the_same_name_in_other_letters(name: str, expected: str) -> None:
    assert snake(name) == expected


def test_the_first_field_that_is_there_says_an_argument() -> None:
    names = {"port": ["Endpoint.Port", "DbInstancePort"], "identifier": ["Name"]}
    assert translated({"Endpoint": {"Port": 1}, "DbInstancePort": 2}, names)["port"] == 1
    assert translated({"DbInstancePort": 2, "Port": 3}, names)["port"] == 2
    assert "identifier" not in translated({"Identifier": "x"}, names), "a name of its own replaces the spelling"


def test_a_path_into_nothing_is_nothing() -> None:
    assert at({"A": [{"B": 1}]}, "A.0.B") == 1
    assert at({"A": [{"B": 1}]}, "A.1.B") is None and at({"A": None}, "A.B") is None and at({"A": "x"}, "A.0") is None


def test_conditions_have_three_answers() -> None:
    instance, cache = bindings.shipped().of("aws_db_instance")[0].when, shipped().resource("aws_elasticache_cluster")
    assert holds(instance, {"engine": "postgres"}) is True
    assert holds(instance, {"engine": "mysql"}) is False
    assert holds(instance, {}) is None
    assert thing(cache, {"Engine": "redis", "ReplicationGroupId": "x"}, "redis").binding is not None
    assert text(True) == "true" and text(5) == "5"
