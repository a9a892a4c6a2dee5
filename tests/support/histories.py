"""Rows of small runs, one setting each, for what only a history can show."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from scanner.model import (
    Answer,
    Baseline,
    Cell,
    CellState,
    ControlReference,
    Coverage,
    Finding,
    Gap,
    Known,
    Observation,
    Plane,
    Provenance,
    Reading,
    Row,
    Rule,
    ScanResult,
    Severity,
    Strength,
    Target,
    Unresolved,
    Verdict,
)

BEGIN = datetime(2026, 10, 1, 6, tzinfo=UTC)
SOURCE, VIEW = "infra/db.tf:14", "pg_settings"


def reading(plane: Plane, text: str, actor: str = "", source: str = "") -> Reading:
    where = SOURCE if plane is Plane.DECLARED else VIEW
    content = Unresolved("a variable is not given") if text == "?" else Known(text)
    told = Provenance("test", where, changed_by=actor, changed_by_source=source)
    return Reading(Observation("orders-db", "ssl_min_protocol_version", plane, content, told), text)


def cell(plane: Plane, text: str | None, actor: str = "", source: str = "") -> Cell:
    """A plane that holds a value; ``None`` is a plane that was asked and kept silent."""
    if text is None:
        gap = Gap("orders-db", plane, "postgresql", "permission denied", "GRANT pg_read_all_settings TO scanner")
        return Cell(plane, CellState.SILENT, gaps=(gap,))
    return Cell(plane, CellState.ANSWERED, (reading(plane, text, actor, source),))


def rule(expected: str = "TLSv1.3") -> Rule:
    return Rule(
        "postgresql-tls-1.3",
        f"The lowest TLS version is {expected}",
        "postgresql",
        "ssl_min_protocol_version",
        Severity.HIGH,
        "old versions are weak",
        (),
        "postgresql-secure",
        controls=(
            ControlReference("nist-800-53r5", "cm-6_obj.b", Strength.MEASURED, "read and compared"),
            ControlReference("nist-800-53r5", "sc-8.1", Strength.PARTIAL, "one connection"),
        ),
    )


def run(
    day: float,
    running: str | None,
    declared: str | None = "",
    verdict: Verdict = Verdict.PASS,
    *,
    expected: str = "at least TLSv1.3",
    version: str = "1.0.0",
    actor: str = "",
    source: str = "",
    waiver: str = "",
    due: str = "",
    first_seen: str = "",
) -> ScanResult:
    """A run that many days after the first, which saw one setting; an empty ``declared`` was not asked."""
    start = BEGIN + timedelta(days=day)
    cells = [cell(Plane.RUNNING, running, actor, source)]
    answers = [Answer("orders-db", Plane.RUNNING, "postgresql", True, Provenance("postgresql", VIEW))]
    if declared != "":
        cells.insert(0, cell(Plane.DECLARED, declared))
        answers.append(Answer("orders-db", Plane.DECLARED, "terraform", True, Provenance("terraform", SOURCE)))
    row = Row("orders-db", "ssl_min_protocol_version", "server", tuple(cells))
    finding = Finding(
        "postgresql-tls-1.3",
        "orders-db",
        "server",
        verdict,
        Severity.HIGH,
        expected,
        "",
        rows=(row.id,),
        waiver=waiver,
        due=due,
        first_seen=first_seen,
    )
    return ScanResult(
        "1",
        "0.1.0",
        f"run-{day:g}",
        "drift",
        "shop",
        start.isoformat(),
        (start + timedelta(minutes=1)).isoformat(),
        (Baseline("postgresql-secure", version, "", "postgresql", (rule(),), digest=_digest(version)),),
        (Target("orders-db", "postgresql", "production"),),
        (row,),
        (finding,),
        (),
        Coverage(expected=1),
        answers=tuple(answers),
    )


def _digest(version: str) -> str:
    return hashlib.sha256(version.encode()).hexdigest()


def at(day: float) -> str:
    """ISO 8601 start of the run of a day."""
    return (BEGIN + timedelta(days=day)).isoformat()
