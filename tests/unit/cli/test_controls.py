"""``scanner controls`` and ``report --control`` as a person calls them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from scanner import resources
from scanner.cli import run
from scanner.errors import ExitCode

SAVED = str(resources.directory("reports") / "samples" / "everything.json")


def test_the_matrix_names_every_control_with_its_strength(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["controls"]) == ExitCode.CONFORMS
    said = capsys.readouterr().out
    assert said.startswith("NIST SP 800-53 revision 5\n")
    assert "  CM-2(3)      partial     - rules  Retention of Previous Configurations\n" in said
    assert "  CC7.1 " in said


def test_one_control_is_told_objective_by_objective(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["controls", "CM-06", "--selection", "fedramp-2024:low"]) == ExitCode.CONFORMS
    said = capsys.readouterr().out
    assert "CM-06c.[02]   cm-6_obj.c-2   record   CCI-000369\n" in said
    assert "fixed there: DoD STIGs or CIS" in said
    assert "more (-f csv names all)" in said


def test_the_csv_has_one_line_for_each_objective_and_the_counts_of_a_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["controls", "cm-6", "-f", "csv", "--result", SAVED]) == ExitCode.CONFORMS
    lines = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [item["objective"] for item in lines][:2] == ["CM-06a.", "CM-06b."]
    assert int(lines[1]["failed_open"]) > 0


def test_the_json_reads_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["controls", "cm-6_obj.b", "-f", "json"]) == ExitCode.CONFORMS
    found = json.loads(capsys.readouterr().out)
    assert [item["label"] for item in found] == ["CM-6"]


def test_an_unknown_control_framework_or_selection_is_the_users_error(capsys: pytest.CaptureFixture[str]) -> None:
    for given in (["CM-66"], ["--framework", "iso"], ["--selection", "fedramp"], ["--result", "/nowhere.json"]):
        assert run(["controls", *given]) == ExitCode.USER_ERROR
    assert "did you mean cm-6?" in capsys.readouterr().err


def test_a_report_on_one_control_leaves_the_rest_out_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    run(["report", SAVED, "--control", "SC-8(1)", "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    assert "only evidence for SC-8(1) is shown" in found["notices"][0]["text"]
    assert 0 < len(found["findings"]) < 16


def test_the_html_of_one_control_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["report", SAVED, "--control", "cm-6", "-o", str(tmp_path / "cm-6.html")])
    text = (tmp_path / "cm-6.html").read_text(encoding="utf-8")
    assert "only evidence for cm-6 is shown" in text
    assert 'data-objective="cm-6_obj.c-2"' in text


def test_rules_that_cite_a_control_as_a_whole_are_not_lost_in_the_csv(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["controls", "ac-4", "-f", "json"]) == ExitCode.CONFORMS
    (line,) = json.loads(capsys.readouterr().out)
    assert run(["controls", "ac-4", "-f", "csv"]) == ExitCode.CONFORMS
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {name for row in rows for name in row["rules"].split()} == set(line["rules"])
    assert {row["cci"] for row in rows} == {"CCI-001368"}
