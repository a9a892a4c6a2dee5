"""Calls of modules that are not on disk: what is declared to well-known ones is told, all else stays unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.bindings import module_name, shipped
from scanner.model import Known, Observation, Present, Target, Unresolved
from tests.support.carriers import write
from tests.support.infrastructure import collect, content, of, raw

RDS = 'module "db" {\n  source = "terraform-aws-modules/rds/aws"\n  engine = "postgres"\n  %s\n}\n'
FORCED = 'parameters = [{ name = "rds.force_ssl", value = "1" }]'
GROUP = """
resource "aws_db_parameter_group" "own" {
  name   = "own"
  family = "postgres16"
  parameter {
    name  = "rds.force_ssl"
    value = "0"
  }
}
"""


def seen(root: Path, setting: str) -> list[Observation]:
    return [item for item in collect(root).observations if item.setting == setting]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("terraform-aws-modules/rds/aws", "terraform-aws-modules/rds/aws"),
        ("registry.terraform.io/terraform-aws-modules/rds/aws", "terraform-aws-modules/rds/aws"),
        ("github.com/cloudposse/terraform-aws-rds", "cloudposse/terraform-aws-rds"),
        ("git::https://github.com/cloudposse/terraform-aws-rds.git?ref=1.1.0", "cloudposse/terraform-aws-rds"),
        ("git@github.com:cloudposse/terraform-aws-rds.git", "cloudposse/terraform-aws-rds"),
        ("git::ssh://git@github.com/cloudposse/terraform-aws-rds.git", "cloudposse/terraform-aws-rds"),
        ("app.terraform.io/acme/rds/aws", "app.terraform.io/acme/rds/aws"),
    ],
)
def test_a_module_has_one_name_in_every_spelling(source: str, name: str) -> None:
    assert module_name(source) == name


@pytest.mark.parametrize(
    "source", ["terraform-aws-modules/rds/aws//modules/db_instance", "acme/rds/aws", "app.terraform.io/acme/rds/aws"]
)
def test_a_part_of_a_module_and_a_module_of_another_owner_are_not_it(source: str) -> None:
    assert shipped().of_module(source) == ()


def test_what_is_declared_to_a_module_is_known_and_says_that_its_source_was_not_read(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": 'variable "on" { default = true }\n' + RDS % f"storage_encrypted = var.on\n  {FORCED}"})
    found = collect(tmp_path)
    assert [(target.id, target.platform) for target in found.targets] == [(".:module.db", "rds")]
    item = of(found, "storage_encrypted")
    assert item.content == Known(True)
    assert item.provenance.locator == "main.tf:1"
    assert item.provenance.chain[-1] == "declared to module.db; the module's source was not read"
    assert raw(found, "rds.force_ssl") == "1"
    assert not any(answer.complete for answer in found.answers)


def test_what_is_not_declared_to_it_is_unknown_with_the_remedy(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": RDS % FORCED})
    found = collect(tmp_path)
    said = content(found, "storage_encrypted")
    assert isinstance(said, Unresolved)
    assert "terraform init" in said.remedy
    assert "modules:" in said.remedy
    (gap,) = found.gaps
    assert {"password_encryption", "log_connections"} <= set(gap.settings)
    assert "rds.force_ssl" not in gap.settings


@pytest.mark.parametrize(
    "argument", ['engine = "mysql"', "create_db_instance = false", 'engine = "sqlserver-se"'], ids=lambda text: text
)
def test_another_engine_and_a_database_that_is_not_made_are_no_target_and_no_gap(tmp_path: Path, argument: str) -> None:
    text = RDS % argument if "create" in argument else (RDS % "").replace('engine = "postgres"', argument)
    write(tmp_path, {"main.tf": text})
    found = collect(tmp_path)
    assert (found.targets, found.gaps) == ((), ())


@pytest.mark.parametrize("engine", ["var.unset", ""])
def test_an_engine_that_is_not_known_is_a_gap(tmp_path: Path, engine: str) -> None:
    line = f"engine = {engine}" if engine else ""
    write(tmp_path, {"main.tf": 'variable "unset" {}\n' + (RDS % "").replace('engine = "postgres"', line)})
    found = collect(tmp_path)
    assert found.targets == ()
    (gap,) = found.gaps
    assert "whether module.db is postgresql is not known" in gap.reason


@pytest.mark.parametrize("create", ["false", "var.unset"])
def test_parameters_do_not_count_unless_the_module_makes_a_group_of_them(tmp_path: Path, create: str) -> None:
    write(tmp_path, {"main.tf": 'variable "unset" {}\n' + RDS % f"create_db_parameter_group = {create}\n  {FORCED}"})
    assert seen(tmp_path, "rds.force_ssl") == []


def test_a_group_of_ones_own_that_is_handed_to_the_module_counts(tmp_path: Path) -> None:
    more = f"create_db_parameter_group = false\n  parameter_group_name = aws_db_parameter_group.own.name\n  {FORCED}"
    write(tmp_path, {"main.tf": GROUP + RDS % more})
    assert raw(collect(tmp_path), "rds.force_ssl") == "0"


POSSE = (
    'module "c" {\n  source = "cloudposse/elasticache-redis/aws"\n  auth_token = random_password.t.result\n  %s\n}\n'
)


@pytest.mark.parametrize(
    ("encrypted", "counts"),
    [("transit_encryption_enabled = true", True), ("transit_encryption_enabled = false", False), ("", False)],
)
def test_a_token_counts_only_where_the_module_hands_it_on(tmp_path: Path, encrypted: str, counts: bool) -> None:
    write(tmp_path, {"main.tf": 'resource "random_password" "t" {\n  length = 32\n}\n' + POSSE % encrypted})
    assert isinstance(content(collect(tmp_path), "auth_token"), Present if counts else Unresolved)


def test_the_text_of_a_token_that_is_declared_to_a_module_is_shown_nowhere(tmp_path: Path) -> None:
    token = "swordfish-swordfish-swordfish"
    text = (POSSE % "transit_encryption_enabled = true").replace("random_password.t.result", f'"{token}"')
    write(tmp_path, {"main.tf": text})
    found = collect(tmp_path)
    assert isinstance(content(found, "auth_token"), Present)
    assert token not in repr(found)


def test_users_of_a_group_that_is_handed_to_a_module_are_read(tmp_path: Path) -> None:
    group = 'resource "aws_elasticache_user_group" "g" {\n  engine = "redis"\n  user_ids = ["default"]\n}\n'
    call = 'module "c" {\n  source = "terraform-aws-modules/elasticache/aws"\n  engine = "redis"\n  %s\n}\n'
    write(tmp_path, {"main.tf": group + call % "user_group_ids = [aws_elasticache_user_group.g.user_group_id]"})
    assert raw(collect(tmp_path), "users_without_password") == ["default"]


def test_a_module_call_with_an_unknown_count_stays_uncertain(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": 'variable "unset" {}\n' + RDS % "count = var.unset\n  storage_encrypted = true"})
    found = collect(tmp_path)
    assert any("storage_encrypted" in gap.settings for gap in found.gaps)


def test_a_module_that_nobody_knows_is_a_gap(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": 'module "x" {\n  source = "acme/database/aws"\n}\n'})
    (gap,) = collect(tmp_path).gaps
    assert "module.x is not on disk" in gap.reason


CALL = 'module "x" {\n  source = "%s"\n}\n'
INNER = 'resource "aws_db_instance" "db" {\n  engine = "postgres"\n  storage_encrypted = true\n}\n'


@pytest.mark.parametrize(
    ("source", "modules", "read"),
    [
        ("acme/database/aws", {"acme/database/aws": "vendored"}, True),
        ("acme/database/aws", {"acme": "elsewhere", "acme/database/aws": "vendored"}, True),
        ("git::https://example.com/m.git//vendored?ref=v1", {"git::https://example.com/m.git": "."}, True),
        ("acme/database/aws", {"acme/data": "vendored"}, False),
        ("acme/database/aws", {"acme/database/aws": "../outside"}, False),
        ("acme/database/aws", {"acme/database/aws": "missing"}, False),
    ],
)
def test_the_user_says_where_a_module_is(tmp_path: Path, source: str, modules: dict[str, str], read: bool) -> None:
    root = tmp_path / "scanned"
    write(root, {"main.tf": CALL % source, "vendored/main.tf": INNER})
    write(tmp_path, {"outside/main.tf": INNER})
    found = collect(root, modules=modules)
    assert [target.id for target in found.targets] == ([".:module.x.aws_db_instance.db"] if read else [])
    assert bool(found.gaps) is not read


def test_a_named_target_can_be_a_module_call(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": RDS % "storage_encrypted = true"})
    found = collect(tmp_path, target=Target("orders", "postgresql", ""), address="module.db")
    assert content(found, "storage_encrypted", "orders") == Known(True)
