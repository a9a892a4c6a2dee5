"""What Terraform ignores after the creation: the value is told, and that nobody will bring it back is told with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.carriers import write
from tests.support.infrastructure import collect, of

DATABASE = """
resource "aws_db_instance" "db" {
  engine               = "postgres"
  engine_version       = "16.4"
  storage_encrypted    = true
  parameter_group_name = aws_db_parameter_group.g.name
  lifecycle {
    ignore_changes = %s
  }
}
resource "aws_db_parameter_group" "g" {
  family = "postgres16"
  parameter {
    name  = "log_statement"
    value = "ddl"
  }
  lifecycle {
    ignore_changes = %s
  }
}
"""


@pytest.mark.parametrize("ignored", ["[storage_encrypted]", '["storage_encrypted"]', "all", '"all"'])
def test_an_ignored_argument_is_told_with_the_place(tmp_path: Path, ignored: str) -> None:
    write(tmp_path, {"main.tf": DATABASE % (ignored, "[]")})
    note = of(collect(tmp_path), "storage_encrypted").note
    assert note == "Terraform will not correct this after creation (ignore_changes, main.tf:8)"


@pytest.mark.parametrize("ignored", ["[]", "[tags]", "[engine_version]", "[storage_type]"])
def test_what_is_not_ignored_has_no_remark(tmp_path: Path, ignored: str) -> None:
    write(tmp_path, {"main.tf": DATABASE % (ignored, "[]")})
    assert of(collect(tmp_path), "storage_encrypted").note == ""


@pytest.mark.parametrize("ignored", ["[parameter]", "[parameter[0].value]", "all"])
def test_ignored_parameters_of_a_group_are_told(tmp_path: Path, ignored: str) -> None:
    write(tmp_path, {"main.tf": DATABASE % ("[]", ignored)})
    assert "main.tf:18" in of(collect(tmp_path), "log_statement").note


def test_ignored_variables_of_an_application_are_told(tmp_path: Path) -> None:
    lambda_function = """
resource "aws_lambda_function" "app" {
  function_name = "app"
  environment {
    variables = { SESSION_COOKIE_SECURE = "true" }
  }
  lifecycle {
    ignore_changes = [environment]
  }
}
"""
    write(tmp_path, {"main.tf": lambda_function})
    chain = of(collect(tmp_path), "SESSION_COOKIE_SECURE").provenance.chain
    assert chain[-1] == "Terraform will not correct this after creation (ignore_changes, main.tf:8)"
