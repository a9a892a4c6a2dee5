"""``--state``: one state for the one root and environment that is scanned."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.cli import run
from tests.support import plans
from tests.support.infrastructure import DATABASE

RULE = "postgresql-storage-encrypted"


def save(path: Path, *, encrypted: bool) -> None:
    attributes = {**plans.DATABASE_AFTER, "storage_encrypted": encrypted}
    resource = {"mode": "managed", "type": "aws_db_instance", "name": "db", "instances": [{"attributes": attributes}]}
    path.write_text(json.dumps({"version": 4, "resources": [resource]}))


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra/main.tf").write_text(DATABASE % "storage_encrypted = true")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def judged(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[tuple[str, str]]]:
    code = run(["check", "infra", "--only", RULE, "--format", "json", *options])
    found = json.loads(capsys.readouterr().out)["findings"]
    return code, [(item["verdict"], item["fix_at"]) for item in found]


def test_a_state_beside_the_directory_is_judged_as_what_the_platform_holds(
    stack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(stack / "s.tfstate", encrypted=False)
    assert judged(capsys) == (0, [("pass", "")])
    assert judged(capsys, "--state", "s.tfstate") == (1, [("fail", "main.tf:4")])
    save(stack / "s.tfstate", encrypted=True)
    assert judged(capsys, "--state", "s.tfstate") == (0, [("pass", "")])


def test_drift_between_the_sources_and_the_state_is_told(stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(stack / "s.tfstate", encrypted=False)
    run(["drift", "infra", "--state", "s.tfstate", "--format", "json"])
    rows = json.loads(capsys.readouterr().out)["rows"]
    row = next(item for item in rows if item["setting"] == "storage_encrypted")
    assert row["drift"][0] == "differs"


def test_a_state_and_a_plan_are_given_together(stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(stack / "s.tfstate", encrypted=True)
    plans.save(stack, plans.plan(plans.database()))
    assert judged(capsys, "--state", "s.tfstate", "--plan", "plan.json") == (0, [("pass", "")])


def test_a_state_that_is_not_there_is_the_users_to_correct(stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "infra", "--state", "none.tfstate"]) == 2
    assert "--state none.tfstate" in capsys.readouterr().err
    assert stack.is_dir()


def test_a_state_is_of_one_environment(stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(stack / "s.tfstate", encrypted=True)
    for name in ("production", "development"):
        (stack / f"infra/{name}.tfvars").write_text("")
    assert run(["check", "infra", "--state", "s.tfstate"]) == 2
    assert "a state is of one root in one environment" in capsys.readouterr().err
    assert judged(capsys, "--state", "s.tfstate", "--environment", "production") == (0, [("pass", "")])
