"""CSV: everything has its line, and no cell is a formula, whatever it holds."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import ScanResult
from scanner.reports import Options
from scanner.reports.csv import COLUMNS, render
from scanner.wording.words import outcome
from tests.support import attacks, results


def lines(result: ScanResult) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render(result, Options())), strict=True))


def test_every_requirement_has_one_line_with_its_outcome() -> None:
    result = results.everything()
    found = [line for line in lines(result) if line["outcome"] != "no rule"]
    assert sorted((line["fingerprint"], line["outcome"]) for line in found) == sorted(
        (item.fingerprint, outcome(item).value) for item in result.findings
    )


def test_settings_that_no_rule_speaks_of_have_a_line_too() -> None:
    found = {line["setting"]: line for line in lines(results.everything()) if line["outcome"] == "no rule"}
    assert set(found) == {"work_mem", "maxmemory", "rename-command", "tls-replication"}
    assert found["work_mem"]["declared"] == "8 MiB"
    assert found["work_mem"]["running"] == "64 MiB"
    assert found["work_mem"]["drift"] == "changed"


def test_an_accepted_difference_names_its_waiver_and_an_expired_one_says_why_not() -> None:
    found = {line["rule"]: line for line in lines(results.everything())}
    assert found["postgresql-log-connections"]["waiver"] == "W-2026-014"
    assert found["postgresql-log-connections"]["waiver_expires"] == "2026-12-21"
    assert "expired" in found["postgresql-password-hash"]["waiver_note"]


def test_an_unknown_carries_its_reason_and_its_remedy() -> None:
    found = {line["rule"]: line for line in lines(results.everything())}
    assert "permission denied" in found["postgresql-no-trust"]["reason"]
    assert found["postgresql-no-trust"]["remedy"].startswith("GRANT EXECUTE")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "|", "%", " ="])
def test_no_cell_begins_a_formula(start: str) -> None:
    result = results.everything()
    attack = f'{start}HYPERLINK("http://x","y")'
    rows = tuple(replace(row, setting=attack) for row in result.rows)
    findings = tuple(replace(item, rule=attack, target=attack, expected=attack, rows=()) for item in result.findings)
    for line in lines(replace(result, rows=rows, findings=findings, project=attack, run_id=attack)):
        for value in line.values():
            assert not value.lstrip(" ").startswith(("=", "+", "-", "@", "|", "%"))
        assert line["run"] == f"'{attack}"


@settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=30))
def test_any_text_at_all_stays_in_its_cell(text: str) -> None:
    result = attacks.hostile(text)
    found = lines(result)
    assert len(found) == len(results.everything().findings) + 4
    for line in found:
        assert set(line) == set(COLUMNS)
        assert all(value.isprintable() for value in line.values())
