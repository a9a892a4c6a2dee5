"""``--var`` and ``--var-file``: values given by hand beat the ones that were guessed, as they do for Terraform."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.cli import run

MAIN = """\
variable "encrypted" { type = bool }
resource "aws_db_instance" "x" {
  engine            = "postgres"
  engine_version    = "16.3"
  storage_encrypted = var.encrypted
}
"""


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra/main.tf").write_text(MAIN)
    (tmp_path / "infra/production.tfvars").write_text("encrypted = true\n")
    (tmp_path / "custom.tfvars").write_text("encrypted = false\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("options", "verdict", "place"),
    [
        ([], "pass", "infra/production.tfvars:1"),
        (["--var-file", "custom.tfvars"], "fail", "custom.tfvars:1"),
        (["--var-file", "infra/production.tfvars"], "pass", "infra/production.tfvars:1"),
        (["--var-file", "production.tfvars"], "pass", "infra/production.tfvars:1"),
        (["--var", "encrypted=true"], "pass", "var encrypted"),
        (["--var-file", "production.tfvars", "--var", "encrypted=false"], "fail", "var encrypted"),
    ],
)
def test_the_last_word_wins_and_is_the_place_to_edit(
    stack: Path, capsys: pytest.CaptureFixture[str], options: list[str], verdict: str, place: str
) -> None:
    run(["check", ".", "--only", "postgresql-storage-encrypted", "--format", "json", *options])
    result = json.loads(capsys.readouterr().out)
    assert [(item["verdict"], item["judgements"][0]["locator"]) for item in result["findings"]] == [(verdict, place)]
    assert stack.is_dir()


def test_a_variable_without_a_value_is_unknown_and_says_what_to_give(
    stack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (stack / "infra/production.tfvars").unlink()
    code = run(["check", ".", "--only", "postgresql-storage-encrypted", "--format", "json"])
    finding = json.loads(capsys.readouterr().out)["findings"][0]
    assert (code, finding["verdict"]) == (3, "unknown")
    assert "encrypted" in finding["remedy"]


def test_a_var_file_that_is_not_there_is_never_passed_over(stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["check", ".", "--only", "postgresql-storage-encrypted", "--var-file", "absent.tfvars"])
    captured = capsys.readouterr()
    assert code in {2, 3}
    assert "absent.tfvars" in captured.out + captured.err
    assert stack.is_dir()


@pytest.mark.parametrize("name", ["custom.tfvars", "../custom.tfvars"])
def test_a_file_may_lie_beside_the_directory_that_is_scanned(
    stack: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    options = ["--only", "postgresql-storage-encrypted", "--format", "json", "--var-file", name]
    assert run(["check", "infra", *options]) == 1
    [finding] = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["verdict"], finding["fix_at"]) == ("fail", "../custom.tfvars:1")
    assert (stack / "custom.tfvars").exists()
