"""Whole roots: what a database, a cache and an application are said to be, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.model import Absent, Default, Known, Plane, Present, Provenance, TakesEffect, Target, Unresolved
from tests.support.carriers import write
from tests.support.infrastructure import DATABASE, collect, content, of, raw

MODULE = """
variable "name" {}
variable "parameters" {
  type = list(object({ name = string, value = string, apply_method = optional(string, "immediate") }))
  default = []
}
resource "aws_db_parameter_group" "this" {
  count       = length(var.parameters) > 0 ? 1 : 0
  name_prefix = var.name
  family      = "postgres16"
  dynamic "parameter" {
    for_each = var.parameters
    content {
      name         = parameter.value.name
      value        = parameter.value.value
      apply_method = parameter.value.apply_method
    }
  }
}
resource "aws_db_instance" "this" {
  identifier           = var.name
  engine               = "postgres"
  engine_version       = "16.4"
  parameter_group_name = try(aws_db_parameter_group.this[0].name, null)
}
"""
CALLS = """
variable "min_tls" { default = "TLSv1.2" }
module "orders" {
  source     = "./db"
  name       = "orders"
  parameters = [
    { name = "rds.force_ssl", value = 1 },
    { name = "ssl_min_protocol_version", value = var.min_tls, apply_method = "pending-reboot" },
  ]
}
module "plain" {
  source = "./db"
  name   = "plain"
}
"""


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    write(tmp_path, {"infra/main.tf": CALLS, "infra/db/main.tf": MODULE, "infra/prod.tfvars": 'min_tls = "TLSv1.3"\n'})
    return tmp_path


def test_a_group_counts_for_the_database_that_refers_to_it_though_its_name_is_computed(stack: Path) -> None:
    found = collect(stack, path="infra", environment="production", var_files=["prod.tfvars"])
    ids = [
        "infra:module.orders.aws_db_instance.this[production]",
        "infra:module.plain.aws_db_instance.this[production]",
    ]
    assert [target.id for target in found.targets] == ids
    assert raw(found, "rds.force_ssl", ids[0]) == "1"
    assert [item.target for item in found.observations if item.setting == "rds.force_ssl"] == [ids[0]]
    assert all(answer.complete for answer in found.answers)


def test_the_place_is_where_a_person_would_edit_and_the_chain_leads_from_there(stack: Path) -> None:
    item = of(collect(stack, path="infra", var_files=["prod.tfvars"]), "ssl_min_protocol_version")
    assert (item.content, item.takes_effect, item.plane) == (Known("TLSv1.3"), TakesEffect.RESTART, Plane.DECLARED)
    through = "through module.orders.aws_db_parameter_group.this[0]"
    assert item.provenance == Provenance("terraform", "infra/prod.tfvars:1", ("var.min_tls (infra/main.tf:8)", through))


def test_a_target_has_the_platform_the_version_and_the_names_by_which_others_find_it(stack: Path) -> None:
    target = collect(stack, path="infra").targets[0]
    assert (target.component, target.platform, target.version) == ("postgresql", "rds", "16.4")
    assert ("rds_instance", "orders") in target.labels


def test_one_address_can_be_named_for_a_target(stack: Path) -> None:
    mine = Target("orders-db", "postgresql", "production")
    found = collect(stack, path="infra", target=mine, address="module.orders.aws_db_instance.this")
    assert {item.target for item in found.observations} == {"orders-db"}
    assert [(target.id, target.platform) for target in found.targets] == [("orders-db", "rds")]


def test_an_address_that_is_not_there_is_a_gap_that_lists_those_that_are(stack: Path) -> None:
    found = collect(stack, path="infra", target=Target("x", "postgresql", ""), address="aws_db_instance.gone")
    assert found.observations == ()
    (gap,) = found.gaps
    assert "aws_db_instance.gone" in gap.reason
    assert gap.target == "x"
    assert "module.plain.aws_db_instance.this" in gap.remedy


def test_a_target_that_several_resources_fit_is_a_gap(stack: Path) -> None:
    (gap,) = collect(stack, path="infra", target=Target("x", "postgresql", "")).gaps
    assert "several" in gap.reason


def test_another_engine_is_no_target(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": DATABASE.replace('"postgres"', '"mysql"') % ""})
    found = collect(tmp_path)
    assert (found.targets, found.gaps) == ((), ())


def test_an_unknown_engine_is_a_gap_and_not_a_target(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": 'variable "e" {}\n' + DATABASE.replace('"postgres"', "var.e") % ""})
    found = collect(tmp_path)
    assert found.targets == ()
    assert "engine is not known" in found.gaps[0].reason


def test_an_argument_left_out_is_the_documented_default_unless_something_else_decides(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": DATABASE % ""})
    said = content(collect(tmp_path), "storage_encrypted")
    assert isinstance(said, Default)
    assert said.raw is False
    assert "registry.terraform.io" in said.source
    write(tmp_path, {"main.tf": DATABASE % 'replicate_source_db = "other"'})
    assert isinstance(content(collect(tmp_path), "storage_encrypted"), Unresolved)


def test_null_written_out_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": DATABASE % "storage_encrypted = null\n ca_cert_identifier = null"})
    found = collect(tmp_path)
    assert isinstance(content(found, "storage_encrypted"), Default)
    assert content(found, "ca_certificate") == Absent()


def test_a_group_that_is_not_declared_here_hides_the_parameters(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": DATABASE % 'parameter_group_name = "elsewhere"'})
    found = collect(tmp_path)
    (gap,) = found.gaps
    assert "“elsewhere” is not declared here" in gap.reason
    assert {"password_encryption", "rds.force_ssl"} <= set(gap.settings)
    assert "storage_encrypted" not in gap.settings
    assert not found.answers[0].complete


def test_a_default_group_hides_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": DATABASE % 'parameter_group_name = "default.postgres16"'})
    found = collect(tmp_path)
    assert (found.gaps, found.answers[0].complete) == ((), True)


GROUP = 'resource "aws_db_parameter_group" "%s" {\n  %s\n  family = "postgres16"\n  parameter {\n    name = "log_connections"\n    value = "1"\n  }\n}\n'  # noqa: E501


@pytest.mark.parametrize(
    ("reference", "linked"),
    [
        ('"by-name"', True),
        ("aws_db_parameter_group.a.name", True),
        ("aws_db_parameter_group.a.id", True),
        ('"${aws_db_parameter_group.a.name}"', True),
        ('join("", aws_db_parameter_group.a[*].id)', True),
        ('coalesce("", aws_db_parameter_group.a.id)', True),
        ("one([aws_db_parameter_group.a.id])", True),
        ("true ? aws_db_parameter_group.a.id : null", True),
        ("local.through", True),
        ("var.unset ? aws_db_parameter_group.a.id : null", False),
        ('"${aws_db_parameter_group.a.id}-copy"', False),
        ("aws_db_parameter_group.a.family", False),
        ("upper(aws_db_parameter_group.a.id)", False),
    ],
)
def test_a_link_is_followed_only_where_the_value_is_the_groups_identity(
    tmp_path: Path, reference: str, linked: bool
) -> None:
    more = 'variable "unset" {}\nlocals {\n  through = { g = aws_db_parameter_group.a.id }["g"]\n}\n'
    group = GROUP % ("a", 'name = "by-name"')
    write(tmp_path, {"main.tf": more + group + DATABASE % f"parameter_group_name = {reference}"})
    found = collect(tmp_path)
    seen = [item.content for item in found.observations if item.setting == "log_connections"]
    assert seen == ([Known("1")] if linked else [])
    assert found.answers[0].complete is linked
    assert bool(found.gaps) is not linked


def test_a_group_that_nobody_uses_says_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": GROUP % ("a", 'name = "a"') + DATABASE % ""})
    found = collect(tmp_path)
    assert not [item for item in found.observations if item.setting == "log_connections"]
    assert found.gaps == ()


def test_an_unresolved_dynamic_block_keeps_what_is_written_and_hides_the_rest(tmp_path: Path) -> None:
    dynamic = '  dynamic "parameter" {\n    for_each = var.more\n    content {\n      name = parameter.key\n      value = parameter.value\n    }\n  }\n  family'  # noqa: E501
    group = (GROUP % ("a", 'name = "a"')).replace("  family", dynamic)
    write(tmp_path, {"main.tf": 'variable "more" {}\n' + group + DATABASE % 'parameter_group_name = "a"'})
    found = collect(tmp_path)
    assert raw(found, "log_connections") == "1"
    assert "var.more has no value" in found.gaps[0].reason
    assert "log_connections" not in found.gaps[0].settings
    assert not found.answers[0].complete


@pytest.mark.parametrize("argument", ["count = var.n", "for_each = var.n", "count = length(data.aws_x.y.ids)"])
def test_an_unknown_number_of_instances_is_checked_and_can_never_pass(tmp_path: Path, argument: str) -> None:
    write(tmp_path, {"main.tf": 'variable "n" {}\n' + DATABASE % f"{argument}\n  publicly_accessible = true"})
    found = collect(tmp_path)
    assert raw(found, "publicly_accessible") is True
    (gap,) = found.gaps
    assert "number of instances is not known" in gap.reason
    assert {"publicly_accessible", "ssl_min_protocol_version"} <= set(gap.settings)
    assert not found.answers[0].complete


def test_count_zero_is_no_target_and_two_are_two(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": DATABASE % "count = 0"})
    assert collect(tmp_path).targets == ()
    write(tmp_path, {"main.tf": DATABASE % "count = 2"})
    addresses = [target.id for target in collect(tmp_path).targets]
    assert addresses == [".:aws_db_instance.db[0]", ".:aws_db_instance.db[1]"]


def test_a_module_that_is_not_on_disk_is_a_gap_with_its_line_unless_it_is_known_to_hold_nothing(tmp_path: Path) -> None:
    calls = 'module "db" {\n  source = "example/database/aws"\n}\n'
    calls += 'module "net" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n'
    write(tmp_path, {"main.tf": calls + DATABASE % "publicly_accessible = module.db.public"})
    found = collect(tmp_path)
    assert [gap.locator for gap in found.gaps] == ["main.tf:1"]
    said = content(found, "publicly_accessible")
    assert isinstance(said, Unresolved)
    assert "terraform init" in said.remedy


def test_a_module_that_terraform_has_fetched_is_read(tmp_path: Path) -> None:
    manifest = '{"Modules": [{"Key": "", "Dir": "."}, {"Key": "db", "Dir": ".terraform/modules/db"}]}'
    files = {
        "main.tf": 'module "db" {\n  source = "example/database/aws"\n}\n',
        ".terraform/modules/modules.json": manifest,
    }
    write(tmp_path, {**files, ".terraform/modules/db/main.tf": DATABASE % "publicly_accessible = true"})
    found = collect(tmp_path)
    assert (raw(found, "publicly_accessible"), found.gaps) == (True, ())


def cluster(instances: str) -> str:
    head = 'resource "aws_rds_cluster" "c" {\n  engine = "aurora-postgresql"\n  engine_version = "15.4"\n}\n'
    return head + instances


def member(name: str, more: str) -> str:
    return f'resource "aws_rds_cluster_instance" "{name}" {{\n  cluster_identifier = aws_rds_cluster.c.id\n  engine = aws_rds_cluster.c.engine\n  {more}\n}}\n'  # noqa: E501


def test_instances_of_a_cluster_that_agree_speak_for_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"main.tf": cluster(member("a", "publicly_accessible = true") + member("b", "publicly_accessible = true"))},
    )
    found = collect(tmp_path)
    assert [(target.id, target.platform) for target in found.targets] == [(".:aws_rds_cluster.c", "aurora")]
    assert (of(found, "publicly_accessible").scope, raw(found, "publicly_accessible")) == ("server", True)


def test_instances_of_a_cluster_that_differ_have_a_scope_each(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": cluster(member("a", "publicly_accessible = true") + member("b", ""))})
    scopes = {
        item.scope: item.content for item in collect(tmp_path).observations if item.setting == "publicly_accessible"
    }
    assert scopes["node=aws_rds_cluster_instance.a"] == Known(True)
    assert isinstance(scopes["node=aws_rds_cluster_instance.b"], Default)


CACHE = (
    'resource "random_password" "t" {\n  length = 32\n}\nresource "aws_elasticache_replication_group" "c" {\n  %s\n}\n'
)


def test_a_cache_without_arguments_is_what_the_service_makes_of_it(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": CACHE % ""})
    found = collect(tmp_path)
    defaults = {item.setting: item.content.raw for item in found.observations if isinstance(item.content, Default)}
    assert (defaults["transit_encryption"], defaults["at_rest_encryption"]) == (False, False)
    assert content(found, "auth_token") == Absent()


def test_valkey_encrypts_at_rest_by_default(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": CACHE % 'engine = "valkey"'})
    said = content(collect(tmp_path), "at_rest_encryption")
    assert isinstance(said, Default)
    assert said.raw is True


def test_memcached_is_no_target(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": 'resource "aws_elasticache_cluster" "m" {\n  engine = "memcached"\n}\n'})
    assert collect(tmp_path).targets == ()


@pytest.mark.parametrize(
    ("token", "origin"),
    [
        ("random_password.t.result", "computed"),
        ("data.aws_ssm_parameter.p.value", "reference"),
        ('"hunter2hunter2"', "literal"),
    ],
)
def test_a_token_is_said_to_be_set_and_where_it_comes_from(tmp_path: Path, token: str, origin: str) -> None:
    write(tmp_path, {"main.tf": 'data "aws_ssm_parameter" "p" {\n  name = "x"\n}\n' + CACHE % f"auth_token = {token}"})
    found = collect(tmp_path)
    said = content(found, "auth_token")
    assert isinstance(said, Present)
    assert said.origin == origin
    assert (found.digests != {}) is (origin == "literal")


def test_a_token_without_a_value_is_not_said_to_be_set(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": 'variable "t" {}\n' + CACHE % "auth_token = var.t"})
    assert isinstance(content(collect(tmp_path), "auth_token"), Unresolved)


def test_a_user_group_is_named_by_the_resource_it_will_be(tmp_path: Path) -> None:
    group = 'resource "aws_elasticache_user_group" "g" {\n  engine = "REDIS"\n}\n'
    write(tmp_path, {"main.tf": group + CACHE % "user_group_ids = [aws_elasticache_user_group.g.user_group_id]"})
    assert raw(collect(tmp_path), "user_group_ids") == ["aws_elasticache_user_group.g"]


def test_a_module_that_is_handed_aliased_providers_is_read(stack: Path) -> None:
    handed = 'source     = "./db"\n  providers  = { aws.replica = aws.west }'
    (stack / "infra/main.tf").write_text(CALLS.replace('source     = "./db"', handed))
    found = collect(stack, path="infra")
    assert found.gaps == ()
    assert raw(found, "rds.force_ssl", "module.orders.aws_db_instance.this") == "1"


def test_a_value_decoded_from_a_file_is_edited_in_that_file(tmp_path: Path) -> None:
    settings = 'locals {\n  all = yamldecode(file("${path.module}/settings.yaml"))\n}\n'
    sources = settings + DATABASE % "storage_encrypted = local.all.db.encrypted"
    write(tmp_path, {"infra/main.tf": sources, "infra/settings.yaml": "db:\n  encrypted: false\n"})
    item = of(collect(tmp_path, path="infra"), "storage_encrypted")
    assert (item.content, item.provenance.locator) == (Known(False), "infra/settings.yaml")
