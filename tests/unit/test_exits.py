"""How a run ends, and that nothing incomplete ends in 0."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanner.errors import ExitCode, exit_code
from scanner.exits import Gate, decide
from scanner.model import Coverage, Drift, Finding, Gap, Notice, Plane, Row, ScanResult, Severity, Verdict

EMPTY = ScanResult("1", "0", "run", "check", "p", "", "", (), (), (), (), (), Coverage())
PASSED = Finding("r", "t", "server", Verdict.PASS, Severity.HIGH, "on", "")
GREEN = replace(EMPTY, findings=(PASSED,), coverage=Coverage(expected=1, passed=1))


def failed(severity: Severity, **more: str) -> ScanResult:
    finding = Finding("r", "t", "server", Verdict.FAIL, severity, "on", "", rows=("t|s|server",), **more)  # type: ignore[arg-type]
    return replace(GREEN, findings=(finding,), coverage=Coverage(expected=1, failed_open=1))


def code(result: ScanResult, gate: Gate | None = None) -> int:
    return decide(result, gate or Gate()).exit_code


def test_what_conforms_ends_in_zero() -> None:
    assert code(GREEN) == ExitCode.CONFORMS
    assert decide(GREEN, Gate()).exit_reasons == ()


def test_nothing_assessed_is_incomplete() -> None:
    assert code(EMPTY) == ExitCode.INCOMPLETE


def test_a_gap_an_unknown_or_an_unread_part_is_incomplete() -> None:
    gap = Gap("t", Plane.RUNNING, "postgresql", "denied", "GRANT")
    assert code(replace(GREEN, gaps=(gap,))) == ExitCode.INCOMPLETE
    assert code(replace(GREEN, coverage=Coverage(expected=2, passed=1, unknown=1))) == ExitCode.INCOMPLETE
    assert code(replace(GREEN, notices=(Notice("unread", "", incomplete=True),))) == ExitCode.INCOMPLETE
    assert code(replace(GREEN, notices=(Notice("unused waiver", ""),))) == ExitCode.CONFORMS


def test_what_was_not_assessed_gates_only_when_asked() -> None:
    some = replace(GREEN, coverage=Coverage(expected=2, passed=1, not_assessed=1))
    assert code(some) == ExitCode.CONFORMS
    assert code(some, Gate(require_complete=True)) == ExitCode.INCOMPLETE


def test_failures_gate_from_the_severity_on() -> None:
    assert code(failed(Severity.MEDIUM)) == ExitCode.FAILS
    assert code(failed(Severity.MEDIUM), Gate(Severity.HIGH)) == ExitCode.CONFORMS
    assert code(failed(Severity.HIGH), Gate(Severity.HIGH)) == ExitCode.FAILS


def test_an_accepted_failure_does_not_gate_and_quiets_its_drift() -> None:
    row = Row("t", "s", "server", (), (Drift.CHANGED,))
    assert code(replace(failed(Severity.HIGH, waiver="W-1"), rows=(row,))) == ExitCode.CONFORMS
    assert code(replace(GREEN, rows=(row,))) == ExitCode.DRIFT


def test_rows_in_sync_are_no_drift() -> None:
    rows = tuple(Row("t", str(state), "server", (), (state,)) for state in (Drift.IN_SYNC, Drift.UNKNOWN))
    assert code(replace(GREEN, rows=rows)) == ExitCode.CONFORMS


def test_every_reason_is_told_and_the_worst_wins() -> None:
    row = Row("t", "s", "server", (), (Drift.PENDING,))
    bad = replace(failed(Severity.HIGH), rows=(row,), gaps=(Gap("t", Plane.RUNNING, "c", "r", "m"),))
    decided = decide(bad, Gate())
    assert decided.exit_code == ExitCode.FAILS
    assert len(decided.exit_reasons) == 3


@pytest.mark.parametrize(
    ("reasons", "winner"),
    [
        ({ExitCode.BUG, ExitCode.FAILS}, ExitCode.BUG),
        ({ExitCode.USER_ERROR, ExitCode.FAILS, ExitCode.INCOMPLETE}, ExitCode.USER_ERROR),
        ({ExitCode.INCOMPLETE, ExitCode.DRIFT}, ExitCode.INCOMPLETE),
        (set[ExitCode](), ExitCode.CONFORMS),
    ],
)
def test_precedence(reasons: set[ExitCode], winner: ExitCode) -> None:
    assert exit_code(reasons) is winner
