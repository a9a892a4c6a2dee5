"""A baseline proposed from what a target has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scanner import baselines, catalogue, controls, document, project
from scanner.baselines.capture import NO_ANSWER, Captured, capture
from scanner.errors import UserError
from scanner.model import Cell, CellState, Gap, Plane, ScanResult, Verdict
from scanner.scan import Request, scan

WORDS = catalogue.shipped()
PROJECT = """\
project: shop
targets:
  - {id: api, component: fastapi, environment: production, sources: [{dotenv: {path: .env}}]}
  - id: orders
    component: postgresql
    platform: self-managed
    version: "16.3"
    environment: production
    sources: [{postgresql_files: {configuration: postgresql.conf, hba: pg_hba.conf}}]
"""
SECRET = "corr3ct-horse-battery-staple"


def scanned(directory: Path, *rules: Path) -> ScanResult:
    (directory / "scanner.yaml").write_text(PROJECT)
    (directory / ".env").write_text(
        f"SECRET_KEY={SECRET}\nDEBUG=off\nSESSION_COOKIE_SECURE=yes\nCORS_ORIGINS=https://a.example,https://b.example\n"
        f"DATABASE_URL=postgresql://app:{SECRET}@db/shop\n"
    )
    (directory / "postgresql.conf").write_text(
        "ssl = on\nlog_file_mode = 0600\nauthentication_timeout = 1min\nlog_line_prefix = '%m [%p] '\n"
        f"archive_command = 'PGPASSWORD={SECRET} copy %p'\nlisten_addresses = 'localhost, db.internal'\n"
    )
    (directory / "pg_hba.conf").write_text("hostssl all app 10.0.0.0/8 scram-sha-256\n")
    loaded = baselines.load(list(rules) or baselines.shipped_paths(), WORDS, controls.shipped())
    return scan(Request(project.load(directory / "scanner.yaml", WORDS), loaded), WORDS)


def captured(directory: Path, target: str) -> Captured:
    result = scanned(directory)
    (found,) = [item for item in result.targets if item.id == target]
    return capture(f"{target}-captured", found, result.rows, WORDS, "run 1")


@pytest.mark.parametrize("target", ["api", "orders"])
def test_what_was_captured_is_sound_and_what_it_was_captured_from_conforms(tmp_path: Path, target: str) -> None:
    path = tmp_path / "captured.yaml"
    path.write_text(document.dump_yaml(dict(captured(tmp_path, target).baseline)))
    assert [str(item) for item in baselines.lint(path, WORDS, controls.shipped())] == []
    verdicts = {item.verdict for item in scanned(tmp_path, path).findings}
    assert Verdict.PASS in verdicts
    assert verdicts <= {Verdict.PASS, Verdict.NOT_APPLICABLE}


@pytest.mark.parametrize("target", ["api", "orders"])
def test_a_secret_is_never_captured(tmp_path: Path, target: str) -> None:
    found = captured(tmp_path, target)
    assert SECRET not in repr(found)
    asked = {rule["setting"] for rule in found.baseline["rules"]}  # type: ignore[attr-defined]
    assert not {name for name in asked if WORDS.settings[found.baseline["component"], name].secret}  # type: ignore[index]


def test_owner_and_approval_are_left_to_people_and_what_is_left_out_is_named(tmp_path: Path) -> None:
    found = captured(tmp_path, "orders")
    assert (found.baseline["owner"], found.baseline["approved_by"], found.baseline["approved_on"]) == ("", "", "")
    left_out = dict(found.left_out)
    assert left_out["hba_rules"] == "a list of records"
    assert left_out["plaintext_accepted"] == "follows from other settings"
    assert left_out["server_version"] == "no known value"


def test_a_target_of_which_nothing_is_known_is_refused(tmp_path: Path) -> None:
    result = scanned(tmp_path)
    with pytest.raises(UserError, match="no setting of this target has a known value"):
        capture("x", result.targets[0], (), WORDS, "run 1")


def test_what_a_source_declares_is_not_taken_for_what_a_silent_server_has(tmp_path: Path) -> None:
    result = scanned(tmp_path)
    (target,) = [item for item in result.targets if item.id == "orders"]
    gap = Gap("orders", Plane.RUNNING, "postgresql", "connection refused", "start it")

    def silent(cell: Cell) -> Cell:
        return replace(cell, state=CellState.SILENT, gaps=(gap,)) if cell.plane is Plane.RUNNING else cell

    rows = [
        replace(row, cells=tuple(silent(cell) for cell in row.cells))
        if row.setting in ("ssl", "server_version")
        else row
        for row in result.rows
    ]
    found = capture("x", target, rows, WORDS, "run 1")
    left_out = dict(found.left_out)
    assert (left_out["ssl"], left_out["server_version"]) == (NO_ANSWER, NO_ANSWER)
    asked = {rule["setting"] for rule in found.baseline["rules"]}  # type: ignore[attr-defined]
    assert "authentication_timeout" in asked
    assert "ssl" not in asked
