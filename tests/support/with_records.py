"""A result in which the records that people keep were judged beside the parts of the system."""

from __future__ import annotations

from dataclasses import replace

from scanner.evaluate import coverage
from scanner.model import (
    Cell,
    CellState,
    Finding,
    Known,
    Observation,
    Plane,
    Provenance,
    Reading,
    Row,
    ScanResult,
    Severity,
    Target,
    Verdict,
)
from tests.support import results

RECORD = "baseline:postgresql-secure"


def judged() -> ScanResult:
    """Everything, and an approval that nobody gave."""
    found = results.everything()
    seen = Observation(
        RECORD, "approved_by", Plane.DECLARED, Known("nobody"), Provenance("records", "scanner.yaml:9"), "server"
    )
    row = Row(RECORD, "approved_by", "server", (Cell(Plane.DECLARED, CellState.ANSWERED, (Reading(seen, "nobody"),)),))
    finding = Finding(
        "baseline-is-approved",
        RECORD,
        "server",
        Verdict.FAIL,
        Severity.HIGH,
        "a name",
        "nobody",
        rows=(row.id,),
    )
    findings = (*found.findings, finding)
    return replace(
        found,
        targets=(*found.targets, Target(RECORD, "baseline", "production")),
        rows=(*found.rows, row),
        findings=findings,
        coverage=coverage(findings),
    )
