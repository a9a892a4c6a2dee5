"""``--plan``: one plan for the one root and environment that is scanned."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.cli import run
from tests.support import plans
from tests.support.infrastructure import DATABASE

RULE = "postgresql-storage-encrypted"


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra/main.tf").write_text('variable "x" {}\n' + DATABASE % "storage_encrypted = var.x")
    plans.save(tmp_path, plans.plan(plans.database()))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def verdicts(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[str]]:
    code = run(["check", "infra", "--only", RULE, "--format", "json", *options])
    return code, [item["verdict"] for item in json.loads(capsys.readouterr().out)["findings"]]


def test_a_plan_beside_the_directory_tells_what_the_sources_do_not(
    stack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verdicts(capsys) == (3, ["unknown"])
    assert verdicts(capsys, "--plan", "plan.json") == (0, ["pass"])
    plans.save(stack, plans.plan(plans.database(storage_encrypted=False)))
    assert verdicts(capsys, "--plan", "plan.json") == (1, ["fail"])


def test_a_plan_of_something_else_is_never_green(stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (stack / "infra/main.tf").write_text(DATABASE % "storage_encrypted = true")
    plans.save(stack, plans.plan(plans.change("aws_s3_bucket.b", {})))
    assert verdicts(capsys) == (0, ["pass"])
    assert verdicts(capsys, "--plan", "plan.json") == (3, ["unknown"])


def test_a_plan_that_is_not_there_is_the_users_to_correct(stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "infra", "--plan", "none.json"]) == 2
    assert "--plan none.json" in capsys.readouterr().err
    assert stack.is_dir()


def test_a_plan_is_of_one_environment(stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("production", "development"):
        (stack / f"infra/{name}.tfvars").write_text("x = true\n")
    assert run(["check", "infra", "--plan", "plan.json"]) == 2
    said = capsys.readouterr().err
    assert "production.tfvars" in said
    assert "development.tfvars" in said
    assert "--environment" in said
    assert verdicts(capsys, "--plan", "plan.json", "--environment", "production") == (0, ["pass"])


def test_a_plan_needs_terraform_sources(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".env").write_text("DEBUG=false\n")
    name = plans.save(tmp_path, plans.plan(plans.database()))
    assert run(["check", str(tmp_path), "--plan", str(tmp_path / name)]) == 2
    assert "no Terraform source" in capsys.readouterr().err


def test_a_project_file_names_its_plan_or_gets_it(stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "project: p\nenvironments:\n  production: {terraform: {path: .%s}}\n"
    (stack / "infra/scanner.yaml").write_text(text % "")
    assert verdicts(capsys, "--plan", "plan.json") == (0, ["pass"])
    (stack / "plan.json").rename(stack / "infra/plan.json")
    (stack / "infra/scanner.yaml").write_text(text % ", plan: plan.json")
    assert verdicts(capsys) == (0, ["pass"])
