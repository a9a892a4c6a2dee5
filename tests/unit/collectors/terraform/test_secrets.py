"""No secret leaves the collector, whatever it looks like and wherever it stands."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.carriers import write
from tests.support.infrastructure import collect

STACK = """
variable "token" {
  sensitive = true
}
variable "settings" {
  type = object({ password = string, level = string })
}
variable "database_password" {}
locals {
  joined = "prefix-${var.token}"
  level  = upper(var.settings.level)
}
resource "aws_elasticache_replication_group" "c" {
  auth_token           = var.token
  parameter_group_name = var.token
  engine_version       = var.token
  transit_encryption_enabled = var.token == "x"
}
resource "google_redis_instance" "r" {
  transit_encryption_mode = var.token
  redis_configs = { maxmemory-policy = var.token }
}
resource "aws_db_instance" "d" {
  engine         = "postgres"
  engine_version = var.database_password
  identifier     = var.token
  password       = var.database_password
  ca_cert_identifier = local.joined
}
resource "aws_ecs_task_definition" "t" {
  container_definitions = jsonencode([{
    name = "api"
    environment = [
      { name = "DEBUG", value = local.joined },
      { name = "LOG_LEVEL", value = aws_db_instance.d.password },
      { name = "SECRET_KEY", value = var.token },
      { name = "ENVIRONMENT", value = sha256(var.database_password) },
      { name = "CORS_ORIGINS", value = jsonencode([var.database_password]) },
      { name = "DATABASE_URL", value = "postgresql://app:${var.database_password}@db/app" },
    ]
  }])
}
resource "aws_ecs_task_definition" "s" {
  container_definitions = sensitive(jsonencode([{
    name        = "x"
    environment = [{ name = "DEBUG", value = local.hidden }]
  }]))
}
locals {
  hidden = jsondecode(jsonencode({ a = var.token })).a
}
resource "aws_lambda_function" "f" {
  environment {
    variables = { DEBUG = base64encode(var.token), LOG_LEVEL = var.settings.password, SECRET_KEY = try(var.token, "") }
  }
}
"""
LETTERS = st.characters(whitelist_categories=("L", "N", "P", "S"), blacklist_characters='"\\${}%')


@settings(deadline=None, max_examples=25)
@given(st.text(LETTERS, min_size=8, max_size=40))
def test_no_part_of_the_answer_holds_the_text_of_a_secret(secret: str) -> None:
    secret = f"Zq{secret}qZ"
    with tempfile.TemporaryDirectory() as name:
        values = f'token = "{secret}"\ndatabase_password = "{secret}"\n'
        values += f'settings = {{ password = "{secret}", level = "info" }}\n'
        write(Path(name), {"main.tf": STACK, "terraform.tfvars": values})
        found = collect(Path(name))
    said = repr((found.targets, found.observations, found.gaps, found.answers, found.inputs))
    assert secret not in said
    assert secret.upper() not in said
    assert any(item.setting == "SECRET_KEY" for item in found.observations)
