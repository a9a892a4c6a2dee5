"""``doctor --iam-policy`` and ``doctor --grants``: what an administrator is given to run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from scanner.cli import main
from scanner.collectors.postgresql import grants as postgresql
from scanner.collectors.redis import grants as redis
from scanner.errors import UserError

PROJECT = """
project: shop
targets:
  - {id: db, component: postgresql, environment: production, sources: [{rds: {instance: o, region: eu-west-1}}]}
"""


def test_the_policy_is_json_and_what_it_opens_stands_beside_it(tmp_path: Path) -> None:
    (tmp_path / "scanner.yaml").write_text(PROJECT)
    done = CliRunner().invoke(main, ["doctor", str(tmp_path), "--iam-policy"], standalone_mode=False)
    assert done.return_value == 0
    assert json.loads(done.stdout)["Version"] == "2012-10-17"
    assert "RdsParameters opens" in done.stderr and "postgresql-rds-force-ssl" in done.stderr


def test_a_project_without_aws_is_told_what_would_ask_it(tmp_path: Path) -> None:
    (tmp_path / "scanner.yaml").write_text(
        PROJECT.replace("{rds: {instance: o, region: eu-west-1}}", "{dotenv: {path: .env}}")
    )
    done = CliRunner().invoke(main, ["doctor", str(tmp_path), "--iam-policy"], standalone_mode=False)
    assert isinstance(done.exception, UserError) and "elasticache" in str(done.exception)


@pytest.mark.parametrize(("platform", "shown"), [("rds", True), ("aurora", True), ("cloud-sql", False)])
def test_postgresql_on_a_managed_platform_gets_no_script_of_a_superuser(platform: str, shown: bool) -> None:
    told = "\n".join(postgresql("17", platform=platform))
    assert "pg_authid" not in told and "SECURITY DEFINER" not in told and "GRANT pg_monitor" in told
    assert ("rds_tools" in told) is shown


def test_a_server_of_ones_own_gets_the_whole_script() -> None:
    assert postgresql("17", platform="self-managed") == postgresql("17")
    assert "SECURITY DEFINER" in "\n".join(postgresql("17"))


def test_redis_on_a_managed_platform_is_given_a_user_by_that_platform() -> None:
    told = "\n".join(redis("7.1", platform="elasticache"))
    assert "aws elasticache create-user" in told and "config|get" not in told and "ACL SETUSER" not in told
    assert "aws memorydb create-user --user-name" in "\n".join(redis("7.1", platform="memorydb"))
    assert "ACL SETUSER" not in "\n".join(redis("7.1", platform="memorystore"))
    assert redis("7.1", platform="self-managed") == redis("7.1")


def test_doctor_points_at_the_policy_where_sources_ask_aws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    (tmp_path / "scanner.yaml").write_text(PROJECT)
    done = CliRunner().invoke(main, ["doctor", str(tmp_path)], standalone_mode=False)
    assert "1 sources ask AWS: scanner doctor --iam-policy" in done.stdout
    assert "no credentials were found for AWS" in done.stdout
