"""Applications: environment variables of containers and functions, one by one."""

from __future__ import annotations

from pathlib import Path

from scanner.model import Known, Present, Target, Unresolved
from tests.support.carriers import write
from tests.support.infrastructure import collect, content, of, raw

TASK = """
variable "image" {}
locals {
  common = { LOG_LEVEL = "WARNING", ENVIRONMENT = "production" }
}
resource "aws_ecs_task_definition" "api" {
  family                = "api"
  container_definitions = %s
}
"""
ENCODED = """jsonencode([{
    name        = "api"
    image       = "${var.image}:1"
    environment = concat([for k, v in local.common : { name = k, value = v }], [
      { name = "DEBUG", value = false },
      { name = "SECRET_KEY", value = "correct horse battery staple" },
      { name = "CORS_ORIGINS", value = var.image },
    ])
    secrets = [{ name = "DATABASE_URL", valueFrom = "arn:aws:ssm:x" }]
  }])"""


def test_a_variable_is_known_though_its_neighbours_are_not(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": TASK % ENCODED})
    found = collect(tmp_path)
    assert (raw(found, "LOG_LEVEL"), raw(found, "DEBUG")) == ("WARNING", "false")
    assert isinstance(content(found, "CORS_ORIGINS"), Unresolved)
    assert of(found, "LOG_LEVEL").provenance.locator == "main.tf:4"
    assert found.answers[0].complete


def test_secrets_are_present_and_never_said(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": TASK % ENCODED})
    found = collect(tmp_path)
    assert content(found, "DATABASE_URL") == Present("reference")
    assert isinstance(content(found, "SECRET_KEY"), Present)
    assert "battery staple" not in repr(found)


def test_the_environment_is_told_by_the_carrier_itself(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": TASK % ENCODED})
    (target,) = collect(tmp_path).targets
    assert (target.environment, target.component, target.platform) == ("production", "fastapi", "container")


def test_json_in_a_heredoc_with_an_unknown_part_is_still_json(tmp_path: Path) -> None:
    text = '<<EOT\n[{"name": "api", "image": "${var.image}", "cpu": ${var.image}, "environment": [{"name": "DEBUG", "value": "${false}"}]}]\nEOT\n'  # noqa: E501
    write(tmp_path, {"main.tf": TASK % text})
    assert raw(collect(tmp_path), "DEBUG") == "false"


def test_json_in_a_template_file_is_read(tmp_path: Path) -> None:
    template = '[{"name": "api", "environment": [%{ for k, v in vars ~}{"name": "${k}", "value": "${v}"},%{ endfor ~} {"name": "x", "value": "${image}"}]}]'  # noqa: E501
    call = 'templatefile("task.json.tftpl", { vars = local.common, image = var.image })'
    write(tmp_path, {"main.tf": TASK % call, "task.json.tftpl": template})
    assert raw(collect(tmp_path), "LOG_LEVEL") == "WARNING"


def test_several_containers_have_a_scope_each_and_side_cars_none(tmp_path: Path) -> None:
    names = [("api", "DEBUG"), ("worker", "DEBUG"), ("agent", "DD_AGENT")]
    parts = ", ".join(
        f'{{ name = "{name}", environment = [{{ name = "{variable}", value = "1" }}] }}' for name, variable in names
    )
    write(tmp_path, {"main.tf": TASK % f"jsonencode([{parts}])"})
    found = collect(tmp_path)
    scopes = {item.scope for item in found.observations if item.setting == "DEBUG"}
    assert scopes == {"container=api", "container=worker"}
    assert {answer.scope for answer in found.answers} == scopes


def test_a_carrier_without_a_catalogued_name_is_no_application(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": TASK % 'jsonencode([{ name = "x", environment = [{ name = "PATH", value = "/" }] }])'})
    found = collect(tmp_path)
    assert (found.targets, found.gaps) == ((), ())


def test_containers_that_cannot_be_known_are_a_gap(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": TASK % "var.image"})
    (gap,) = collect(tmp_path).gaps
    assert "aws_ecs_task_definition.api" in gap.reason
    assert "var.image has no value" in gap.reason


def test_a_list_that_may_go_on_leaves_what_was_not_seen_unknown(tmp_path: Path) -> None:
    more = 'jsonencode([{ name = "x", environment = concat([{ name = "DEBUG", value = "1" }], var.image) }])'
    write(tmp_path, {"main.tf": TASK % more})
    found = collect(tmp_path)
    assert raw(found, "DEBUG") == "1"
    assert not found.answers[0].complete
    assert "LOG_LEVEL" in found.gaps[0].settings
    assert "DEBUG" not in found.gaps[0].settings


def test_files_of_variables_elsewhere_leave_the_answer_open(tmp_path: Path) -> None:
    text = 'jsonencode([{ name = "x", environment = [{ name = "DEBUG", value = "1" }], environmentFiles = [{ value = "arn", type = "s3" }] }])'  # noqa: E501
    write(tmp_path, {"main.tf": TASK % text})
    found = collect(tmp_path)
    assert not found.answers[0].complete
    assert "environmentFiles" in found.gaps[0].reason


def test_a_function_carries_a_map(tmp_path: Path) -> None:
    text = 'resource "aws_lambda_function" "f" {\n  function_name = "f"\n  environment {\n    variables = merge({ DEBUG = "1" }, { LOG_LEVEL = "INFO" })\n  }\n}\n'  # noqa: E501
    write(tmp_path, {"main.tf": text})
    found = collect(tmp_path)
    assert (raw(found, "DEBUG"), raw(found, "LOG_LEVEL")) == ("1", "INFO")
    assert found.targets[0].platform == "lambda"


def test_a_secret_follows_the_reference_that_carries_it(tmp_path: Path) -> None:
    text = """
variable "db_password" { default = "tr0ub4dor" }
resource "aws_lambda_function" "f" {
  environment {
    variables = { DEBUG = "1", LOG_LEVEL = var.db_password, ALLOWED_HOSTS = "x-${var.db_password}" }
  }
}
"""
    write(tmp_path, {"main.tf": text})
    found = collect(tmp_path)
    assert isinstance(content(found, "LOG_LEVEL"), Unresolved)
    assert "tr0ub4dor" not in repr(found)


def test_blocks_of_environment_variables_are_read(tmp_path: Path) -> None:
    text = """
resource "google_cloud_run_v2_service" "s" {
  name = "s"
  template {
    containers {
      env {
        name  = "DEBUG"
        value = "true"
      }
      env {
        name = "SECRET_KEY"
        value_source {
          secret_key_ref {
            secret = "x"
          }
        }
      }
    }
  }
}
"""
    write(tmp_path, {"main.tf": text})
    found = collect(tmp_path)
    assert raw(found, "DEBUG") == "true"
    assert content(found, "SECRET_KEY") == Present("reference")


def test_a_named_target_is_an_application_whatever_it_carries(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": TASK % 'jsonencode([{ name = "x", environment = [{ name = "OTHER", value = "/" }] }])'})
    found = collect(tmp_path, target=Target("app", "fastapi", "production"))
    assert [(answer.target, answer.complete) for answer in found.answers] == [("app", True)]


def test_numbers_and_booleans_become_the_text_that_the_process_gets(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": TASK % ENCODED})
    assert content(collect(tmp_path), "DEBUG") == Known("false")
