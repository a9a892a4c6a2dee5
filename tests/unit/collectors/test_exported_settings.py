"""An application's own export: what it really uses, with its secrets left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanner.collectors.exported_settings import ExportedSettings
from scanner.model import Known, Plane, Present
from tests.support.carriers import ask, contents, raws


def export(root: Path, settings: object) -> Path:
    (root / "export.json").write_text(json.dumps(settings))
    return root


def test_effective_values_are_running_values(tmp_path: Path) -> None:
    settings = {"settings": {"DEBUG": False, "CORS_ORIGINS": ["https://a"], "log_level": "INFO", "X": None}}
    found = ask(ExportedSettings("export.json"), export(tmp_path, settings))
    assert raws(found) == {"DEBUG": False, "CORS_ORIGINS": ["https://a"], "LOG_LEVEL": "INFO"}
    assert {item.plane for item in found.observations} == {Plane.RUNNING}
    assert found.answers[0].complete


def test_settings_without_an_envelope_and_nested_models_are_read(tmp_path: Path) -> None:
    found = ask(ExportedSettings("export.json"), export(tmp_path, {"cookie": {"secure": True, "samesite": "lax"}}))
    assert raws(found) == {"SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_SAMESITE": "lax"}


def test_a_masked_secret_is_present_and_one_in_clear_is_measured_and_dropped(tmp_path: Path) -> None:
    settings = {"SECRET_KEY": "**********", "JWT_SECRET": "changeme", "DATABASE_URL": "**********"}
    found = ask(ExportedSettings("export.json"), export(tmp_path, settings))
    assert contents(found)["SECRET_KEY"] == Present("server", reason="the export masks it")
    clear = contents(found)["JWT_SECRET"]
    assert isinstance(clear, Present)
    assert clear.strength == "weak"
    assert "changeme" not in repr(found)
    assert "database_sslmode" not in contents(found), "a masked connection string shows none of its parts"


@pytest.mark.parametrize("text", ["", "[]", "5", '{"settings": 1}', "{", "[" * 100_000, "\x00"])
def test_what_is_no_export_is_a_gap_with_a_remedy(text: str, tmp_path: Path) -> None:
    (tmp_path / "export.json").write_text(text)
    found = ask(ExportedSettings("export.json"), tmp_path)
    assert found.observations == ()
    assert found.gaps[0].plane is Plane.RUNNING
    assert found.gaps[0].remedy


def test_deep_nesting_ends(tmp_path: Path) -> None:
    deep: object = "x"
    for _ in range(50):
        deep = {"log": deep}
    found = ask(ExportedSettings("export.json"), export(tmp_path, {"settings": {"a": deep, "DEBUG": True}}))
    assert contents(found)["DEBUG"] == Known(True)
