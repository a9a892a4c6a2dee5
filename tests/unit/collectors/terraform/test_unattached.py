"""Groups that nothing uses are said and never judged; one that is used, or for another engine, is not remarked on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.carriers import write
from tests.support.infrastructure import collect

GROUP = 'resource "aws_db_parameter_group" "g" {\n  name   = "g"\n  family = %s\n}\n'
DATABASE = 'resource "aws_db_instance" "db" {\n  engine = "postgres"\n  parameter_group_name = %s\n}\n'


def remarks(root: Path, text: str) -> list[str]:
    write(root, {"main.tf": text})
    return [f"{item.place} {item.text}" for item in collect(root).notices]


def test_a_group_that_nothing_uses_is_said_with_its_place(tmp_path: Path) -> None:
    (said,) = remarks(tmp_path, GROUP % '"postgres16"')
    assert said.startswith("main.tf:1 aws_db_parameter_group.g: no database or cache of this source uses it")


@pytest.mark.parametrize("family", ['"mysql8.0"', '"aurora-mysql8.0"', '"sqlserver-se-15.0"'])
def test_a_group_for_another_engine_is_not_remarked_on(tmp_path: Path, family: str) -> None:
    assert remarks(tmp_path, GROUP % family) == []


@pytest.mark.parametrize(
    "reference",
    [
        "aws_db_parameter_group.g.name",
        '"g"',
        "var.own ? aws_db_parameter_group.g.id : null",
        'join("", [aws_db_parameter_group.g.name])',
    ],
)
def test_a_group_in_use_is_not_remarked_on_even_if_the_use_is_not_certain(tmp_path: Path, reference: str) -> None:
    assert remarks(tmp_path, 'variable "own" {}\n' + GROUP % '"postgres16"' + DATABASE % reference) == []


def test_a_group_that_only_an_unread_module_gets_makes_the_run_incomplete(tmp_path: Path) -> None:
    module = 'module "m" {\n  source = "acme/db/aws"\n  groups = [{ name = aws_db_parameter_group.g.name }]\n}\n'
    write(tmp_path, {"main.tf": GROUP % '"postgres16"' + module})
    (notice,) = collect(tmp_path).notices
    assert notice.incomplete
    assert "module.m" in notice.text


def test_a_part_of_a_server_that_is_declared_elsewhere_makes_the_run_incomplete(tmp_path: Path) -> None:
    configuration = """
resource "azurerm_postgresql_flexible_server_configuration" "tls" {
  name      = "require_secure_transport"
  server_id = data.azurerm_postgresql_flexible_server.elsewhere.id
  value     = "off"
}
data "azurerm_postgresql_flexible_server" "elsewhere" {
  name = "elsewhere"
}
"""
    write(tmp_path, {"main.tf": configuration})
    (notice,) = collect(tmp_path).notices
    assert notice.incomplete
    assert notice.place == "main.tf:2"
    assert "configuration.tls is a part of something that is not declared here" in notice.text
