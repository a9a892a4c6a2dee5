"""A state: what the platform held, on the provisioned plane, and never a secret of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.cli import run
from scanner.collectors import Collected
from scanner.collectors.terraform import state
from scanner.model import Content, Known, Plane, Present, Unresolved
from tests.support import plans
from tests.support.infrastructure import DATABASE, collect

TOKEN = "s3cretT0kenThatNobodyMaySee"


def resource(kind: str, name: str, *instances: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"mode": "managed", "type": kind, "name": name, "instances": list(instances), **more}


def database(sensitive: Any = (), **attributes: Any) -> dict[str, Any]:
    values = {**plans.DATABASE_AFTER, "parameter_group_name": "orders-16", **attributes}
    return {"attributes": values, "sensitive_attributes": list(sensitive)}


GROUP = {
    "attributes": {
        "name": "orders-16",
        "family": "postgres16",
        "parameter": [{"name": "rds.force_ssl", "value": "1", "apply_method": "immediate"}],
    }
}
HELD = (resource("aws_db_instance", "db", database()), resource("aws_db_parameter_group", "g", GROUP))


def read(root: Path, *resources: dict[str, Any], sources: str = DATABASE % "storage_encrypted = true") -> Collected:
    (root / "main.tf").write_text(sources)
    text = {"version": 4, "terraform_version": "1.11.4", "serial": 3, "outputs": {}, "resources": list(resources)}
    (root / "terraform.tfstate").write_text(json.dumps(text))
    return collect(root, state="terraform.tfstate")


def held(found: Collected, setting: str) -> dict[str, Content]:
    """What stands on the provisioned plane, by target."""
    fitting = [item for item in found.observations if item.setting == setting and item.plane is Plane.PROVISIONED]
    return {item.target: item.content for item in fitting}


def test_a_state_answers_on_its_own_plane_and_leaves_the_declared_one_alone(tmp_path: Path) -> None:
    found = read(tmp_path, *HELD)
    target = ".:aws_db_instance.db"
    assert held(found, "storage_encrypted") == {target: Known(True)}
    assert held(found, "rds.force_ssl") == {target: Known("1")}
    declared = [item for item in found.observations if item.plane is Plane.DECLARED]
    assert {item.setting for item in declared} >= {"storage_encrypted"}
    assert "rds.force_ssl" not in {item.setting for item in declared}
    answers = {answer.plane: answer.complete for answer in found.answers}
    assert answers == {Plane.DECLARED: True, Plane.PROVISIONED: True}
    assert [item.id for item in found.targets] == [target]


def test_a_value_of_a_state_is_edited_where_the_sources_write_it_or_declare_the_resource(tmp_path: Path) -> None:
    found = read(tmp_path, *HELD, resource("aws_db_instance", "old", database()))
    seen = [item for item in found.observations if item.plane is Plane.PROVISIONED]
    places = {item.setting: item.provenance.locator for item in seen if item.target == ".:aws_db_instance.db"}
    assert places["storage_encrypted"] == "main.tf:4"
    assert places["backup_retention_days"] == "main.tf:1"
    others = [item.provenance.locator for item in seen if item.target == ".:aws_db_instance.old"]
    assert all(place.startswith("terraform.tfstate") for place in others)
    chain = next(item.provenance.chain for item in seen if item.setting == "storage_encrypted")
    assert chain == ("aws_db_instance.db (terraform.tfstate)",)


COUNTED = (
    'variable "amount" {}\n' + DATABASE.replace("{\n", "{\n  count = var.amount\n", 1) % "storage_encrypted = true"
)


def test_instances_that_the_sources_do_not_count_are_those_that_the_state_holds(tmp_path: Path) -> None:
    instances = [{**database(), "index_key": number} for number in range(2)]
    found = read(tmp_path, resource("aws_db_instance", "db", *instances), HELD[1], sources=COUNTED)
    ids = [".:aws_db_instance.db[0]", ".:aws_db_instance.db[1]"]
    assert [item.id for item in found.targets] == ids
    declared = [item for item in found.observations if item.plane is Plane.DECLARED]
    assert {item.target: item.content for item in declared if item.setting == "storage_encrypted"} == dict.fromkeys(
        ids, Known(True)
    )
    doubts = {gap.target for gap in found.gaps if "the number of instances is not known" in gap.reason}
    assert doubts == set(ids)
    assert not any("does not hold" in gap.reason for gap in found.gaps)


def test_links_between_instances_that_the_sources_do_not_count_are_still_followed(tmp_path: Path) -> None:
    linked = COUNTED.replace("storage_encrypted = true", "parameter_group_name = aws_db_parameter_group.g[0].name")
    group = 'resource "aws_db_parameter_group" "g" {\n  count = var.amount\n  family = "postgres16"\n  parameter {\n'
    group += '    name = "rds.force_ssl"\n    value = 1\n  }\n}\n'
    held = (
        resource("aws_db_instance", "db", {**database(), "index_key": 0}),
        resource("aws_db_parameter_group", "g", {**GROUP, "index_key": 0}),
    )
    found = read(tmp_path, *held, sources=linked + group)
    said = [(item.plane, item.content) for item in found.observations if item.setting == "rds.force_ssl"]
    assert sorted(said, key=str) == sorted([(Plane.DECLARED, Known("1")), (Plane.PROVISIONED, Known("1"))], key=str)


def test_what_stands_in_a_state_only_is_a_target_that_nobody_declares(tmp_path: Path) -> None:
    found = read(tmp_path, *HELD, resource("aws_db_instance", "old", database(storage_encrypted=False)))
    assert held(found, "storage_encrypted")[".:aws_db_instance.old"] == Known(False)
    assert ".:aws_db_instance.old" in [item.id for item in found.targets]


def test_a_target_that_the_state_does_not_hold_is_a_gap_of_that_plane(tmp_path: Path) -> None:
    found = read(tmp_path, resource("aws_s3_bucket", "b", {"attributes": {"bucket": "b"}}))
    gaps = [gap for gap in found.gaps if gap.target == ".:aws_db_instance.db"]
    assert [(gap.plane, "does not hold" in gap.reason) for gap in gaps] == [(Plane.PROVISIONED, True)]


def test_addresses_of_modules_and_keys_are_those_of_the_sources(tmp_path: Path) -> None:
    counted = {**database(), "index_key": 0}
    keyed = {**database(), "index_key": 'a"b'}
    found = read(
        tmp_path,
        resource("aws_db_instance", "x", counted, module='module.m["k"]'),
        resource("aws_db_instance", "y", keyed),
    )
    addresses = {'.:module.m["k"].aws_db_instance.x[0]', '.:aws_db_instance.y["a\\"b"]'}
    assert addresses <= {item.id for item in found.targets}


def test_an_old_object_that_waits_to_be_destroyed_does_not_count(tmp_path: Path) -> None:
    old = {**database(storage_encrypted=False), "deposed": "0a1b2c3d"}
    found = read(tmp_path, resource("aws_db_instance", "db", old, database()), HELD[1])
    assert held(found, "storage_encrypted") == {".:aws_db_instance.db": Known(True)}


@pytest.mark.parametrize("marked", [[], [[{"type": "get_attr", "value": "auth_token"}]]])
def test_a_secret_in_a_state_leaves_as_presence_that_nothing_compares(tmp_path: Path, marked: Any) -> None:
    values = {"engine": "redis", "engine_version": "7.1", "transit_encryption_enabled": True, "auth_token": TOKEN}
    cache = resource("aws_elasticache_replication_group", "c", {"attributes": values, "sensitive_attributes": marked})
    found = read(tmp_path, cache, sources="")
    present = [item.content for item in found.observations if isinstance(item.content, Present)]
    assert [(item.origin, item.comparable) for item in present] == [("server", False)]
    assert TOKEN not in repr(found)
    assert found.digests == {}


def test_a_sensitive_attribute_is_not_shown(tmp_path: Path) -> None:
    path = [{"type": "get_attr", "value": "engine_version"}]
    found = read(tmp_path, resource("aws_db_instance", "db", database([path], engine_version="13.99")))
    assert isinstance(held(found, "server_version")[".:aws_db_instance.db"], Unresolved)
    assert "13.99" not in repr(found)


def test_a_state_shown_as_json_is_read_too(tmp_path: Path) -> None:
    inner = {"address": "module.m.aws_db_instance.db", "mode": "managed", "type": "aws_db_instance", "name": "db"}
    values = {**plans.DATABASE_AFTER, "storage_encrypted": False}
    child = {"address": "module.m", "resources": [{**inner, "values": values, "sensitive_values": {}}]}
    shown = {"format_version": "1.0", "values": {"root_module": {"child_modules": [child]}}}
    (tmp_path / "main.tf").write_text("")
    (tmp_path / "state.json").write_text(json.dumps(shown))
    found = collect(tmp_path, state="state.json")
    assert held(found, "storage_encrypted") == {".:module.m.aws_db_instance.db": Known(False)}


BAD = {
    "empty": b"",
    "truncated": b'{"version": 4, "resources": [',
    "version 3": b'{"version": 3, "modules": []}',
    "encrypted": b'{"meta": {}, "encrypted_data": "AAAA", "encryption_version": "v0"}',
    "no resource": b'{"version": 4, "resources": []}',
    "flat": b'{"version": 4, "resources": [{"mode": "managed", "type": "a", "name": "b", "instances": [{}]}]}',
    "list": b'{"version": 4, "resources": [1]}',
    "shown later": b'{"format_version": "2.0", "values": {"root_module": {}}}',
    "deep": b'{"version": 4, "resources": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}


@pytest.mark.parametrize("name", BAD)
def test_a_state_that_cannot_be_used_is_a_gap_and_never_green(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "main.tf").write_text(DATABASE % "storage_encrypted = true")
    (tmp_path / "s.tfstate").write_bytes(BAD[name])
    text = "project: p\nenvironments:\n  production: {terraform: {path: ., state: s.tfstate}}\n"
    (tmp_path / "scanner.yaml").write_text(text)
    assert run(["check", str(tmp_path), "--only", "postgresql-storage-encrypted", "--format", "json"]) == 3
    gaps = json.loads(capsys.readouterr().out)["gaps"]
    assert any(gap["plane"] == "provisioned" and "the state s.tfstate" in gap["reason"] for gap in gaps)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["mode", "type", "name", "instances", "attributes", "sensitive_attributes", "resources",
                             "child_modules", "values", "address", "index_key"]),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)  # fmt: skip


@given(JSON, st.booleans())
def test_any_json_is_a_state_or_a_gap(tmp_path_factory: pytest.TempPathFactory, data: Any, raw: bool) -> None:
    content = {"version": 4, "resources": [data]} if raw else {"format_version": "1.0", "values": {"root_module": data}}
    path = tmp_path_factory.mktemp("state") / "s.tfstate"
    path.write_text(json.dumps(content))
    found = state.read(path, "s.tfstate", 10_000_000)
    assert found.resources or found.problems


def test_a_state_that_is_too_large_or_not_there_is_a_gap(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("")
    (tmp_path / "s.tfstate").write_text(" " * 6_000)
    for name, reason in (("s.tfstate", "is larger than"), ("none.tfstate", "is no file")):
        assert any(reason in gap.reason for gap in collect(tmp_path, state=name, limit=1_000).gaps)
