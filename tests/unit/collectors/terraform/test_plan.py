"""A plan beside its sources: exact values, what only the apply tells, and what must not be believed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collectors import Collected
from scanner.collectors.terraform import masked, plan
from scanner.collectors.terraform.values import everything
from scanner.model import Absent, Default, Known, Plane, Present, Unresolved
from tests.support import plans
from tests.support.infrastructure import DATABASE, collect, content, of, raw

VARIABLE = 'variable "x" {}\n'


def read(root: Path, sources: str, *changes: Any, **more: Any) -> Collected:
    (root / "main.tf").write_text(sources)
    return collect(root, plan=plans.save(root, plans.plan(*changes, **more)))


def test_where_the_sources_do_not_know_the_plan_is_believed_and_the_chain_says_so(tmp_path: Path) -> None:
    found = read(tmp_path, VARIABLE + DATABASE % "storage_encrypted = var.x", plans.database())
    item = of(found, "storage_encrypted")
    assert item.content == Known(True)
    assert item.provenance.chain == ("known to the plan, not to the sources (plan.json)",)
    assert item.provenance.locator == "main.tf:5"
    assert found.gaps == ()
    assert [answer.complete for answer in found.answers] == [True]
    assert {item.path for item in found.inputs} == {"main.tf", "plan.json"}


@pytest.mark.parametrize("value", [True, "true"])
def test_variables_that_were_given_to_the_plan_are_given_to_the_sources(tmp_path: Path, value: Any) -> None:
    content = plans.plan(plans.database(unknown={"storage_encrypted": True}), variables={"x": {"value": value}})
    content["configuration"]["root_module"]["variables"] = {"x": {}}
    (tmp_path / "main.tf").write_text('variable "x" { type = bool }\n' + DATABASE % "storage_encrypted = var.x")
    found = collect(tmp_path, plan=plans.save(tmp_path, content))
    assert raw(found, "storage_encrypted") is True
    assert of(found, "storage_encrypted").provenance.locator.startswith("plan.json")


def test_a_default_that_has_changed_since_the_plan_is_not_taken_from_the_plan(tmp_path: Path) -> None:
    content = plans.plan(plans.database(), variables={"x": {"value": True}})
    content["configuration"]["root_module"]["variables"] = {"x": {"default": True}}
    (tmp_path / "main.tf").write_text('variable "x" { default = false }\n' + DATABASE % "storage_encrypted = var.x")
    said = collect(tmp_path, plan=plans.save(tmp_path, content))
    assert isinstance(of(said, "storage_encrypted").content, Unresolved)


def test_a_variable_file_at_hand_beats_what_the_plan_was_given(tmp_path: Path) -> None:
    content = plans.plan(plans.database(), variables={"x": {"value": True}})
    content["configuration"]["root_module"]["variables"] = {"x": {}}
    (tmp_path / "main.tf").write_text(VARIABLE + DATABASE % "storage_encrypted = var.x")
    (tmp_path / "terraform.tfvars").write_text("x = false\n")
    said = of(collect(tmp_path, plan=plans.save(tmp_path, content)), "storage_encrypted").content
    assert isinstance(said, Unresolved)
    assert "one of them is stale" in said.reason


def test_where_the_plan_does_not_know_the_sources_are_believed_and_the_chain_says_so(tmp_path: Path) -> None:
    planned = plans.database(unknown={"storage_encrypted": True})
    item = of(read(tmp_path, DATABASE % "storage_encrypted = true", planned), "storage_encrypted")
    assert (item.content, item.provenance.locator) == (Known(True), "main.tf:4")
    assert item.provenance.chain == ("known to the sources, not to the plan (plan.json)",)


def test_what_neither_knows_is_unknown_for_both_reasons(tmp_path: Path) -> None:
    planned = plans.database(unknown={"storage_encrypted": True})
    said = content(read(tmp_path, VARIABLE + DATABASE % "storage_encrypted = var.x", planned), "storage_encrypted")
    assert isinstance(said, Unresolved)
    assert "known only after the apply" in said.reason
    assert "var.x" in said.reason


def test_what_is_computed_and_not_written_is_known_only_after_the_apply_and_never_absent(tmp_path: Path) -> None:
    found = read(tmp_path, DATABASE % "", plans.database(unknown={"ca_cert_identifier": True}))
    said = content(found, "ca_certificate")
    assert isinstance(said, Unresolved)
    assert said.reason == "known only after the apply"
    assert content(collect(tmp_path), "ca_certificate") == Absent()


def test_what_is_not_written_has_the_value_that_the_plan_shows(tmp_path: Path) -> None:
    found = read(tmp_path, DATABASE % "", plans.database(storage_encrypted=None, backup_retention_period=3))
    assert raw(found, "backup_retention_days") == 3
    assert isinstance(content(found, "storage_encrypted"), Default)


def test_two_known_values_that_differ_are_unknown_and_both_are_named(tmp_path: Path) -> None:
    found = read(tmp_path, DATABASE % "storage_encrypted = false", plans.database())
    said = content(found, "storage_encrypted")
    assert isinstance(said, Unresolved)
    assert "the sources say “false” (main.tf:4) and the plan plan.json says “true”" in said.reason
    assert said.alternatives == ()


def test_an_argument_that_the_plan_leaves_out_is_in_doubt(tmp_path: Path) -> None:
    planned = plans.database()
    del planned["change"]["after"]["storage_encrypted"]
    said = content(read(tmp_path, DATABASE % "storage_encrypted = true", planned), "storage_encrypted")
    assert isinstance(said, Unresolved)
    assert "says nothing" in said.reason


GROUP = (
    """
variable "tls" {}
resource "aws_db_parameter_group" "g" {
  family = "postgres16"
  parameter {
    name  = "ssl_min_protocol_version"
    value = var.tls
  }
  parameter {
    name  = "rds.force_ssl"
    value = 1
  }
}
"""
    + DATABASE % "parameter_group_name = aws_db_parameter_group.g.name"
)


def group(*parameters: tuple[str, str | None]) -> Any:
    records = [{"name": name, "value": value, "apply_method": "immediate"} for name, value in parameters if value]
    records += [{"name": name, "apply_method": "immediate"} for name, value in parameters if not value]
    unknown: list[dict[str, bool]] = [{} for name, value in parameters if value] + [
        {"value": True} for _, value in parameters if not value
    ]
    after = {"family": "postgres16", "parameter": records}
    return plans.change("aws_db_parameter_group.g", after, {"name": True, "id": True, "parameter": unknown})


def linked() -> Any:
    return plans.database(unknown={"parameter_group_name": True})


def test_blocks_are_joined_by_name_whatever_their_order(tmp_path: Path) -> None:
    planned = group(("rds.force_ssl", "1"), ("ssl_min_protocol_version", "TLSv1.3"))
    found = read(tmp_path, GROUP, planned, linked())
    assert raw(found, "ssl_min_protocol_version") == "TLSv1.3"
    assert raw(found, "rds.force_ssl") == "1"
    assert of(found, "rds.force_ssl").provenance.locator == "main.tf:11"
    assert found.gaps == ()


def test_an_unknown_inside_a_list_stays_where_it_is(tmp_path: Path) -> None:
    planned = group(("rds.force_ssl", "1"), ("ssl_min_protocol_version", None))
    found = read(tmp_path, GROUP, planned, linked())
    assert isinstance(content(found, "ssl_min_protocol_version"), Unresolved)
    assert raw(found, "rds.force_ssl") == "1"


@pytest.mark.parametrize(
    "parameters",
    [
        [("rds.force_ssl", "1")],
        [("rds.force_ssl", "1"), ("ssl_min_protocol_version", "TLSv1.3"), ("log_connections", "1")],
    ],
)
def test_a_list_with_a_member_more_or_less_hides_what_it_does_not_show(
    tmp_path: Path, parameters: list[tuple[str, str | None]]
) -> None:
    found = read(tmp_path, GROUP.replace("var.tls", '"TLSv1.3"'), group(*parameters), linked())
    assert raw(found, "rds.force_ssl") == "1"
    strange = "ssl_min_protocol_version" if len(parameters) == 1 else "log_connections"
    assert isinstance(content(found, strange), Unresolved)
    assert any("one of them is stale" in gap.reason for gap in found.gaps)
    assert not found.answers[0].complete


def test_a_resource_that_the_plan_does_not_list_is_doubted(tmp_path: Path) -> None:
    other = plans.change("aws_s3_bucket.b", {"bucket": "b"})
    found = read(tmp_path, DATABASE % "storage_encrypted = true", other, declares=("aws_db_instance.db",))
    assert any("one of them is stale" in gap.reason and "storage_encrypted" in gap.settings for gap in found.gaps)
    assert not found.answers[0].complete


def test_the_plan_of_another_directory_is_told_apart(tmp_path: Path) -> None:
    found = read(tmp_path, DATABASE % "", plans.database("aws_db_instance.other"))
    reasons = " ".join(gap.reason for gap in found.gaps)
    assert "aws_db_instance.db: the plan plan.json does not know it" in reasons
    assert "aws_db_instance.other: the plan plan.json lists it and the sources do not declare it" in reasons
    assert not any(answer.complete for answer in found.answers)


COUNTED = 'variable "on" {}\n' + DATABASE.replace("{\n", "{\n  count = var.on ? 1 : 0\n", 1) % ""


def test_a_number_of_instances_that_only_the_plan_knows(tmp_path: Path) -> None:
    found = read(tmp_path, COUNTED, plans.database("aws_db_instance.db[0]"))
    assert [target.id for target in found.targets] == [".:aws_db_instance.db[0]"]
    assert (found.gaps, [answer.complete for answer in found.answers]) == ((), [True])


def test_none_at_all_is_believed_only_of_a_plan_that_is_whole(tmp_path: Path) -> None:
    other = plans.change("aws_s3_bucket.b", {"bucket": "b"})
    assert read(tmp_path, COUNTED, other, declares=("aws_db_instance.db",)).targets == ()
    for more in ({"errored": True, "complete": False}, {"complete": False}, {"complete": None}):
        found = read(tmp_path, COUNTED, other, declares=("aws_db_instance.db",), **more)
        assert [target.id for target in found.targets] == [".:aws_db_instance.db"]
        assert found.gaps


def test_a_failed_plan_leaves_a_gap_and_everything_it_does_not_list_in_doubt(tmp_path: Path) -> None:
    other = plans.change("aws_s3_bucket.b", {"bucket": "b"})
    found = read(tmp_path, DATABASE % "", other, declares=("aws_db_instance.db",), errored=True, complete=False)
    assert any("comes from a run that failed" in gap.reason and not gap.target for gap in found.gaps)
    assert any(gap.target and "storage_encrypted" in gap.settings for gap in found.gaps)


@pytest.mark.parametrize("actions", [("delete",), ("forget",)])
def test_what_will_be_gone_is_no_target_of_the_plan(tmp_path: Path, actions: tuple[str, ...]) -> None:
    gone = plans.change("aws_db_instance.old", None, actions=actions)
    assert [item.id for item in read(tmp_path, DATABASE % "", plans.database(), gone).targets] == [
        ".:aws_db_instance.db"
    ]


def test_a_replaced_resource_counts_once_and_its_old_object_does_not(tmp_path: Path) -> None:
    replaced, old = plans.database(), plans.database(storage_encrypted=False)
    replaced["change"]["actions"] = ["create", "delete"]
    old |= {"deposed": "0a1b2c3d"}
    found = read(tmp_path, DATABASE % "", replaced, old)
    assert [target.id for target in found.targets] == [".:aws_db_instance.db"]
    assert raw(found, "storage_encrypted") is True


def test_a_module_that_is_not_on_disk_is_known_from_a_whole_plan(tmp_path: Path) -> None:
    sources = 'module "orders" {\n  source = "terraform-aws-modules/rds/aws"\n}\n'
    found = read(tmp_path, sources, plans.database("module.orders.aws_db_instance.this[0]"))
    target = ".:module.orders.aws_db_instance.this[0]"
    assert target in [item.id for item in found.targets]
    assert raw(found, "storage_encrypted", target) is True
    assert of(found, "storage_encrypted", target).provenance.locator == "main.tf:1"


CALL = """
variable "encrypted" { default = %s }
module "orders" {
  source            = "terraform-aws-modules/rds/aws"
  storage_encrypted = %s
}
"""


@pytest.mark.parametrize(
    ("default", "written", "planned", "stale"),
    [
        ("true", "true", {"constant_value": True}, False),
        ("true", "var.encrypted", {"references": ["var.encrypted"]}, False),
        ("true", "false", {"constant_value": True}, True),
        ("false", "var.encrypted", {"references": ["var.encrypted"]}, True),
        ("false", "var.encrypted", {"constant_value": True}, True),
        ("true", "false", {"references": ["var.encrypted"]}, True),
        ("true", "false", None, True),
    ],
)
def test_a_module_that_is_not_on_disk_is_doubted_when_its_call_has_changed(
    tmp_path: Path, default: str, written: str, planned: Any, stale: bool
) -> None:
    content = plans.plan(plans.database("module.orders.aws_db_instance.this[0]"))
    call = content["configuration"]["root_module"]["module_calls"]["orders"]
    call["expressions"] = {"storage_encrypted": planned} if planned else {}
    content["variables"] = {"encrypted": {"value": True}}
    (tmp_path / "main.tf").write_text(CALL % (default, written))
    found = collect(tmp_path, plan=plans.save(tmp_path, content))
    target = ".:module.orders.aws_db_instance.this[0]"
    doubts = [gap for gap in found.gaps if gap.target == target and "storage_encrypted" in gap.settings]
    assert bool(doubts) is stale
    assert [answer.complete for answer in found.answers if answer.target == target] == [not stale]


def test_an_attribute_that_only_a_plan_could_tell_and_does_not_is_unknown(tmp_path: Path) -> None:
    planned = plans.database("module.orders.aws_db_instance.this[0]")
    del planned["change"]["after"]["publicly_accessible"]
    sources = 'module "orders" {\n  source = "terraform-aws-modules/rds/aws"\n}\n'
    found = read(tmp_path, sources, planned)
    assert isinstance(content(found, "publicly_accessible", "aws_db_instance.this[0]"), Unresolved)


def test_what_was_changed_outside_terraform_is_told(tmp_path: Path) -> None:
    drift = plans.database(storage_encrypted=True)
    drift["change"]["before"] = {**drift["change"]["after"], "publicly_accessible": True}
    found = read(tmp_path, DATABASE % "", plans.database(), resource_drift=[drift])
    told = "changed outside Terraform since the last apply (plan.json)"
    declared = {item.setting: item for item in found.observations if item.plane is Plane.DECLARED}
    assert told in declared["publicly_accessible"].provenance.chain
    assert told not in declared["storage_encrypted"].provenance.chain


def test_what_the_refresh_saw_changed_stands_on_the_provisioned_plane_and_nothing_else_does(tmp_path: Path) -> None:
    planned = plans.database()
    planned["change"]["before"] = {**planned["change"]["after"], "storage_encrypted": False}
    drift = plans.database(storage_encrypted=False)
    drift["change"]["before"] = planned["change"]["after"]
    found = read(tmp_path, DATABASE % "storage_encrypted = true", planned, resource_drift=[drift])
    seen = [item for item in found.observations if item.plane is Plane.PROVISIONED]
    assert [(item.setting, item.content) for item in seen] == [("storage_encrypted", Known(False))]
    assert seen[0].provenance.locator == "main.tf:4"
    assert seen[0].provenance.chain == ("aws_db_instance.db, seen by terraform's refresh (plan.json)",)
    assert found.gaps == ()


def test_a_parameter_that_somebody_took_out_of_a_group_is_seen_absent_by_the_refresh(tmp_path: Path) -> None:
    held = {"parameter_group_name": "orders-16"}
    database = plans.database(**held)
    database["change"]["before"] = database["change"]["after"]
    with_parameter = {
        "name": "orders-16",
        "family": "postgres16",
        "parameter": [{"name": "log_connections", "value": "1"}],
    }
    without = {**with_parameter, "parameter": []}
    drift = plans.change("aws_db_parameter_group.g", without)
    drift["change"]["before"] = with_parameter
    group_stays = plans.change("aws_db_parameter_group.g", with_parameter)
    group_stays["change"]["before"] = without
    sources = GROUP.replace("var.tls", '"TLSv1.3"')
    found = read(tmp_path, sources, database, group_stays, resource_drift=[drift])
    seen = [item for item in found.observations if item.plane is Plane.PROVISIONED]
    assert [(item.setting, item.content) for item in seen] == [("log_connections", Absent())]


def test_what_is_gone_or_was_never_applied_is_seen_by_no_refresh(tmp_path: Path) -> None:
    gone = plans.database(storage_encrypted=False)
    gone["change"] |= {"before": gone["change"]["after"], "after": None, "actions": ["delete"]}
    found = read(tmp_path, DATABASE % "storage_encrypted = true", plans.database(), resource_drift=[gone, 7, {}])
    assert [item for item in found.observations if item.plane is Plane.PROVISIONED] == []
    assert raw(found, "storage_encrypted") is True


CACHE = """
variable "token" {}
resource "aws_elasticache_replication_group" "c" {
  engine                     = "redis"
  engine_version             = "7.1"
  transit_encryption_enabled = true
  auth_token                 = var.token
}
"""
TOKEN = "s3cretT0kenThatNobodyMaySee"


@pytest.mark.parametrize("mark", [{"auth_token": True}, {}, True])
def test_a_secret_in_a_plan_leaves_as_presence_only(tmp_path: Path, mark: Any) -> None:
    after = {"engine": "redis", "engine_version": "7.1", "transit_encryption_enabled": True, "auth_token": TOKEN}
    planned = plans.change("aws_elasticache_replication_group.c", after, {"id": True}, mark)
    found = read(tmp_path, CACHE, planned)
    assert TOKEN not in repr(found)
    assert any(isinstance(item.content, Present) for item in found.observations)


@pytest.mark.parametrize("mark", [{"engine_version": True}, True])
def test_a_sensitive_value_is_never_named_not_even_in_a_conflict(tmp_path: Path, mark: Any) -> None:
    found = read(tmp_path, DATABASE % "", plans.database(sensitive=mark, engine_version="13.99"))
    assert isinstance(content(found, "server_version"), Unresolved)
    assert "13.99" not in repr(found)


CLEAR = json.dumps(plans.plan(plans.database()))
DEEP = '{"format_version": "1.2", "resource_changes": ' + "[" * 100_000 + "]" * 100_000 + "}"
BAD = {
    "truncated": (CLEAR[: len(CLEAR) // 2].encode(), "is no JSON"),
    "empty": (b"", "is no JSON"),
    "binary": (b"PK\x03\x04\x00\xff", "is a binary plan"),
    "list": (b"[]", "is no plan"),
    "object": (b"{}", "is no plan"),
    "raw state": (b'{"version": 4, "resources": []}', "is no plan"),
    "state": (b'{"format_version": "1.0", "values": {}}', "is no plan"),
    "major 2": (CLEAR.replace('"1.2"', '"2.0"', 1).encode(), "has the format version 2.0"),
    "number as version": (CLEAR.replace('"1.2"', "1.2", 1).encode(), "is no plan"),
    "no resource": (json.dumps(plans.plan()).encode(), "lists no resource"),
    "no change": (b'{"format_version": "1.2", "resource_changes": [{"address": 1}]}', "no resource change"),
    "deep": (DEEP.encode(), "nested too deeply"),
    "huge number": (CLEAR.replace("5432", "1e999999", 1).encode(), "is no JSON"),
    "many digits": (CLEAR.replace("5432", "9" * 9_000, 1).encode(), "is no JSON"),
    "not a number": (CLEAR.replace("5432", "NaN", 1).encode(), "is no JSON"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_plan_that_cannot_be_used_is_a_gap_and_doubts_every_resource(tmp_path: Path, name: str) -> None:
    (tmp_path / "main.tf").write_text(DATABASE % "storage_encrypted = true")
    (tmp_path / "plan.json").write_bytes(BAD[name][0])
    found = collect(tmp_path, plan="plan.json")
    assert any(BAD[name][1] in gap.reason and gap.remedy for gap in found.gaps), found.gaps
    assert any("storage_encrypted" in gap.settings for gap in found.gaps)
    assert not found.answers[0].complete


def test_a_plan_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(CLEAR + " " * 10_000)
    assert plan.read(tmp_path / "plan.json", "plan.json", 10_000_000).problems == []
    found = plan.read(tmp_path / "plan.json", "plan.json", 1_000)
    assert "is larger than 5,000 bytes" in found.problems[0][0]
    assert (found.resources, found.digest) == ({}, "")


def test_a_plan_that_is_not_there_is_a_gap(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(DATABASE % "")
    assert any("is no file" in gap.reason for gap in collect(tmp_path, plan="plan.json").gaps)


def test_a_plan_in_the_encoding_of_a_windows_shell_is_read(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(CLEAR.encode("utf-16"))
    assert list(plan.read(tmp_path / "plan.json", "plan.json", 10_000_000).resources) == ["aws_db_instance.db"]


def test_a_change_without_its_values_is_no_change_to_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, DATABASE % "", {**plans.change("aws_db_instance.db", None)})
    assert any("does not say what aws_db_instance.db will be" in gap.reason for gap in found.gaps)
    assert not found.answers[0].complete


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(JSON, JSON, JSON)
def test_any_data_with_any_masks_has_a_value(data: Any, unknown: Any, sensitive: Any) -> None:
    assert masked.value(data, unknown, sensitive).kind


@given(JSON, JSON)
def test_what_is_hidden_as_a_whole_is_never_known(data: Any, sensitive: Any) -> None:
    assert masked.value(data, True, sensitive).kind == "unknown"


@given(JSON)
def test_a_mark_on_the_whole_covers_every_text_below_it(data: Any) -> None:
    found = masked.value(data, None, True)
    assert all(item.marks for item in everything([found]) if item.kind in {"string", "number", "bool"})


PARTS = [
    ["format_version"],
    ["configuration"],
    ["configuration", "root_module"],
    ["configuration", "root_module", "resources", 0],
    ["configuration", "root_module", "module_calls", "orders"],
    ["variables"],
    ["variables", "x"],
    ["resource_drift"],
    ["resource_drift", 0, "change"],
    ["resource_changes"],
    ["resource_changes", 0],
    ["resource_changes", 0, "change"],
    ["resource_changes", 0, "change", "after"],
    ["resource_changes", 0, "change", "after", "engine"],
    ["resource_changes", 0, "change", "after_unknown"],
    ["resource_changes", 0, "change", "after_sensitive"],
]


@given(st.sampled_from(PARTS), JSON)
def test_a_plan_with_any_part_replaced_is_read_or_a_gap(
    tmp_path_factory: pytest.TempPathFactory, path: list[Any], data: Any
) -> None:
    root = tmp_path_factory.mktemp("plan")
    entry = plans.database()
    content = plans.plan(entry, plans.database("module.orders.aws_db_instance.this"), resource_drift=[entry])
    content = json.loads(json.dumps({**content, "variables": {"x": {"value": 1}}}))
    owner: Any = content
    for step in path[:-1]:
        owner = owner[step]
    owner[path[-1]] = data
    (root / "main.tf").write_text(
        VARIABLE + DATABASE % "storage_encrypted = true" + 'module "orders" { source = "a/b/c" }'
    )
    found = collect(root, plan=plans.save(root, content))
    assert found.targets
