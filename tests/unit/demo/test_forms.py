"""The strong and weak forms fit the version that they are for."""

from __future__ import annotations

from pathlib import Path

from scanner.demo import forms
from scanner.demo.servers.binaries import Engine


def engine(version: str) -> Engine:
    return Engine("engine", version, True, Path("/nowhere"), "test")


def test_alter_system_is_closed_where_the_version_can_close_it() -> None:
    assert "allow_alter_system" not in forms.postgresql_strong(engine("16.4"))
    assert forms.postgresql_strong(engine("17.1"))["allow_alter_system"] == "off"


def test_debug_commands_are_opened_only_where_the_version_knows_the_setting() -> None:
    assert "enable-debug-command" not in forms.redis_weak(engine("6.2.14"))
    assert forms.redis_weak(engine("7.0.15"))["enable-debug-command"] == "yes"
    assert "enable-debug-command" not in forms.redis_weak(engine("unknown"))


def test_the_strong_redis_closes_the_default_user_and_keeps_the_applications_digest() -> None:
    _, users = forms.redis_strong("d" * 64)
    assert "default off" in users
    assert any(user.startswith(f"app on #{'d' * 64} ") and "-@dangerous" in user for user in users)


def test_the_weak_application_differs_from_the_strong_one_in_every_setting_that_the_baseline_judges() -> None:
    strong, weak = forms.application_strong("s" * 64), forms.application_weak()
    same = {name for name in strong if strong[name] == weak[name]}
    assert same == {"ENVIRONMENT"}
