"""Which exit reasons hold for a result: the words and the code that a pipeline acts on.

A gap, an unknown, nothing assessed at all: each makes the run incomplete, whatever else it found. Accepted failures and
those below ``fail_on`` do not gate, and a waiver also quiets the drift of its row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from scanner.errors import ExitCode, exit_code
from scanner.model import Drift, Finding, Row, ScanResult, Severity, Verdict

QUIET = frozenset({Drift.IN_SYNC, Drift.UNKNOWN})
"""Drift states that are not drift."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What fails a run."""

    fail_on: Severity = Severity.LOW
    require_complete: bool = False


def decide(result: ScanResult, gate: Gate) -> ScanResult:
    """The result with its exit code and every reason that applies, in words."""
    reasons = _failures(result, gate) + _incomplete(result, gate) + _drift(result)
    code = exit_code({found for found, _ in reasons})
    return replace(result, exit_code=int(code), exit_reasons=tuple(text for _, text in reasons))


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def gating(findings: tuple[Finding, ...], gate: Gate) -> list[Finding]:
    """The open failures at or above the gate's severity."""
    return [
        item
        for item in findings
        if item.verdict is Verdict.FAIL and not item.accepted and item.severity.rank >= gate.fail_on.rank
    ]


def _failures(result: ScanResult, gate: Gate) -> list[tuple[ExitCode, str]]:
    failing = gating(result.findings, gate)
    if not failing:
        return []
    return [(ExitCode.FAILS, f"{_count(len(failing), 'open failure', 'open failures')} at or above {gate.fail_on}")]


def _incomplete(result: ScanResult, gate: Gate) -> list[tuple[ExitCode, str]]:
    covered = result.coverage
    unseen = sum(notice.incomplete for notice in result.notices)
    told = [
        (covered.unknown, _count(covered.unknown, "requirement is unknown", "requirements are unknown")),
        (len(result.gaps), _count(len(result.gaps), "source or call left a gap", "sources or calls left gaps")),
        (unseen, _count(unseen, "part was not read", "parts were not read")),
        (not covered.passed + covered.failed_open + covered.failed_accepted, "nothing could be assessed"),
        (
            gate.require_complete and covered.not_assessed,
            _count(covered.not_assessed, "requirement was not assessed", "requirements were not assessed"),
        ),
    ]
    return [(ExitCode.INCOMPLETE, text) for holds, text in told if holds]


def incomplete(result: ScanResult, gate: Gate) -> tuple[str, ...]:
    """Why a run did not see all that it was asked to see, in words; nothing when it did."""
    return tuple(text for _, text in _incomplete(result, gate))


def drifting(result: ScanResult) -> list[Row]:
    """The rows whose planes disagree and that no waiver quiets."""
    accepted = {row for finding in result.findings if finding.accepted for row in finding.rows}
    return [row for row in result.rows if set(row.drift) - QUIET and row.id not in accepted]


def _drift(result: ScanResult) -> list[tuple[ExitCode, str]]:
    rows = drifting(result)
    if not rows:
        return []
    return [(ExitCode.DRIFT, f"planes disagree on {_count(len(rows), 'setting', 'settings')}")]
