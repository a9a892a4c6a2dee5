"""What the demonstration says of a change comes from the result and from nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.demo import story
from scanner.demo.drifts import Change
from scanner.errors import UserError
from scanner.model import (
    Cell,
    CellState,
    Coverage,
    Drift,
    Finding,
    Known,
    Observation,
    Plane,
    Provenance,
    Reading,
    Row,
    ScanResult,
    Severity,
    Verdict,
)


def change(setting: str, scope: str = "") -> Change:
    return Change("somebody", "did something", lambda stage: None, "db", setting, scope)


def row(setting: str, drift: tuple[Drift, ...], scope: str = "server", **values: str) -> Row:
    cells = []
    for name, text in values.items():
        plane = Plane(name)
        seen = Observation("db", setting, plane, Known(text), Provenance("test", f"{name}.conf:1"))
        cells.append(Cell(plane, CellState.ANSWERED, (Reading(seen, text),)))
    return Row("db", setting, scope, tuple(cells), drift)


def result(*rows: Row, findings: tuple[Finding, ...] = ()) -> ScanResult:
    return ScanResult("1", "0", "run", "drift", "p", "", "", (), (), rows, findings, (), Coverage())


def test_a_drifting_row_is_told_with_its_state_and_its_planes() -> None:
    found = result(row("ssl", (Drift.PENDING,), persisted="off", running="on"))
    assert story._seen(change("ssl"), found) == "pending       db ssl: persisted off, running on"


def test_the_scope_that_was_changed_is_chosen_among_the_rows() -> None:
    found = result(
        row("ssl", (Drift.DIFFERS,), running="on"),
        row("ssl", (Drift.OVERRIDDEN,), "role=app,database=x", running="off"),
    )
    assert story._seen(change("ssl", "role=app"), found).startswith("overridden    db ssl (role=app,database=x): ")


def test_a_row_without_drift_is_told_by_its_failure_and_the_place_to_edit() -> None:
    failure = Finding(
        "rule", "db", "server", Verdict.FAIL, Severity.HIGH, "on", "off", rows=("db|ssl|server",), fix_at="main.tf:7"
    )
    found = result(row("ssl", (Drift.IN_SYNC,), declared="off"), findings=(failure,))
    assert story._seen(change("ssl"), found) == "fail          db ssl: declared off, at main.tf:7"


def test_a_change_that_no_row_shows_is_not_passed_over() -> None:
    assert story._seen(change("ssl"), result()) == "db ssl: no row of this scan shows it"


def test_connection_strings_stand_in_the_environment_only_while_it_is_scanned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEDGER_DSN", "before")
    with story._variables({"LEDGER_DSN": "during", "QUEUE_URL": "during"}):
        assert (os.environ["LEDGER_DSN"], os.environ["QUEUE_URL"]) == ("during", "during")
    assert os.environ["LEDGER_DSN"] == "before"
    assert "QUEUE_URL" not in os.environ


def test_an_output_that_cannot_be_written_is_the_users_to_correct(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="--output"):
        story._writable(tmp_path / "file" / "below")
