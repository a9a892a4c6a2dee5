"""``scanner changes`` and ``scanner inventory`` over runs that were really kept."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scanner.archive import Material, Seal, Selection, keep
from scanner.cli import run
from scanner.errors import ExitCode
from scanner.history.metrics import moment
from scanner.model import Plane, Verdict
from scanner.reports import Options, render
from tests.support import histories

GOOD, BAD = "TLSv1.3", "TLSv1.2"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose archive holds a change that its source does not declare, and one that came back."""
    (tmp_path / "scanner.yaml").write_text("project: shop\n", encoding="utf-8")
    runs = [
        histories.run(0, GOOD, GOOD),
        histories.run(1, BAD, GOOD, Verdict.FAIL, actor="role/deploy", source="CloudTrail event 1"),
        histories.run(2, GOOD, GOOD),
        histories.run(40, "TLSv1.1", GOOD, Verdict.FAIL),
    ]
    for result in runs:
        material = Material(Selection(live=True), None, Options())
        kept = moment(result.started) + timedelta(minutes=2)
        keep(tmp_path / ".scanner" / "archive", result, material, Seal(), kept)
    return tmp_path


def test_an_open_unauthorised_change_fails_the_command(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["changes", str(project)]) == ExitCode.FAILS
    said = capsys.readouterr().out
    assert "orders-db: ssl_min_protocol_version  TLSv1.3 → TLSv1.2\n" in said
    assert "changed by: role/deploy (CloudTrail event 1)" in said
    assert said.endswith("3 changes over 4 runs: 1 authorised, 2 unauthorised, 0 unknown; 1 open\n")


def test_only_the_period_is_told_but_what_was_before_it_is_compared(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["changes", str(project), "--period", "2026-11", "-f", "csv"]) == ExitCode.FAILS
    (line,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (line["old"], line["new"], line["kind"], line["closed_at"]) == (GOOD, "TLSv1.1", "unauthorised", "")
    assert run(["changes", str(project), "--period", "2026-10"]) == ExitCode.CONFORMS


def test_a_period_without_a_run_is_never_green(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["changes", str(project), "--period", "2026-12"]) == ExitCode.INCOMPLETE
    assert "no run was kept in this period, so nothing is known of it" in capsys.readouterr().out


def test_a_record_of_people_authorises_and_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = "{id: CHG-9, target: orders-db, setting: ssl_min_protocol_version, value: TLSv1.1, approved_by: B}"
    (project / "changes.yaml").write_text(f"changes:\n  - {record}\n", encoding="utf-8")
    assert run(["changes", str(project), "-f", "json"]) == ExitCode.CONFORMS
    found = json.loads(capsys.readouterr().out)
    assert [item["reference"] for item in found] == ["", "", "CHG-9"]


def test_a_period_that_is_none_is_the_users_error(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["changes", str(project), "--period", "last week"]) == ExitCode.USER_ERROR
    assert "2026-Q4" in capsys.readouterr().err


def test_the_inventory_says_since_when_a_component_is_known(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inventory", str(project)]) == ExitCode.CONFORMS
    said = capsys.readouterr().out
    assert "orders-db: postgresql, production; declared and found\n" in said
    assert "  first seen 1 October 2026, last seen 10 November 2026\n" in said
    assert "0 found but not declared, 0 declared but not found\n" in said


def test_the_inventory_of_one_run_needs_no_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inventory", str(tmp_path)]) == ExitCode.USER_ERROR
    assert "no run is kept here" in capsys.readouterr().err
    saved = tmp_path / "result.json"
    saved.write_text(render("json", histories.run(0, GOOD)), encoding="utf-8")
    assert run(["inventory", "--result", str(saved), "-f", "csv"]) == ExitCode.DRIFT
    (line,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (line["standing"], line["first_seen"]) == ("found, not declared", histories.at(0))
    assert run(["inventory", "--result", str(saved), "-f", "cyclonedx"]) == ExitCode.DRIFT
    assert json.loads(capsys.readouterr().out)["specVersion"] == "1.6"


def test_a_component_that_gave_no_answer_makes_the_inventory_incomplete(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = histories.run(0, None, GOOD, Verdict.UNKNOWN)
    gaps = result.rows[0].cell(Plane.RUNNING).gaps
    declared = tuple(item for item in result.answers if item.plane is Plane.DECLARED)
    saved = tmp_path / "result.json"
    saved.write_text(render("json", replace(result, gaps=gaps, answers=declared)), encoding="utf-8")
    assert run(["inventory", "--result", str(saved)]) == ExitCode.INCOMPLETE
    assert "asked, no answer" in capsys.readouterr().out
    assert run(["inventory", "--result", str(saved), "--period", "2026"]) == ExitCode.USER_ERROR


@pytest.mark.parametrize("harm", ["a changed result", "a removed run"])
def test_a_run_that_cannot_be_read_may_hide_something_and_is_never_green(
    project: Path, harm: str, capsys: pytest.CaptureFixture[str]
) -> None:
    harmed = project / ".scanner" / "archive" / "runs" / "run-40"
    if harm == "a removed run":
        shutil.rmtree(harmed)
    else:
        (harmed / "results.json").chmod(0o644)
        (harmed / "results.json").write_text("{}", encoding="utf-8")
    assert run(["changes", str(project)]) == ExitCode.INCOMPLETE
    assert "; 1 run cannot be read and may hide a change" in capsys.readouterr().out
    assert run(["changes", str(project), "-f", "json"]) == ExitCode.INCOMPLETE
    assert "; 1 run cannot be read and may hide a change" in capsys.readouterr().err
    assert run(["inventory", str(project)]) == ExitCode.INCOMPLETE
    assert "1 run cannot be read" in capsys.readouterr().err
