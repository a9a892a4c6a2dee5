"""A quarter of kept runs with everything that a period report has to tell: changes, a gap, a waiver, two baselines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from scanner.archive import Material, Seal, Selection, keep
from scanner.evaluate import coverage
from scanner.exits import Gate, decide
from scanner.history.metrics import moment
from scanner.model import ScanResult, Verdict, Waiver
from scanner.reports import Options
from tests.support import histories

GOOD, BAD = "TLSv1.3", "TLSv1.2"
FAIL = Verdict.FAIL
WAIVER = Waiver(
    "W-7",
    "postgresql-tls-1.3",
    "orders-db",
    "the old client is replaced in November",
    "B. Boss",
    "2026-10-20",
    accepted_value=BAD,
    requested_by="A. Asker",
    approved_on="2026-10-06",
)


def runs() -> list[ScanResult]:
    """Runs of October 2026, of which the days 12 to 14 have none."""
    made = [histories.run(day, GOOD, GOOD) for day in range(4)]
    made += [histories.run(4, BAD, GOOD, FAIL, due=histories.at(7), actor="role/deploy", source="CloudTrail event 1")]
    made += [replace(histories.run(day, BAD, GOOD, FAIL, waiver="W-7"), waivers=(WAIVER,)) for day in range(5, 12)]
    made += [histories.run(day, None, GOOD, Verdict.UNKNOWN) for day in (15, 16)]
    made += [replace(histories.run(day, GOOD, GOOD, version="1.1.0"), waivers=(WAIVER,)) for day in range(17, 25)]
    made += [
        histories.run(day, "TLSv1.1", GOOD, FAIL, version="1.1.0", due=histories.at(28), first_seen=histories.at(25))
        for day in range(25, 30)
    ]
    return [_counted(result) for result in made]


def _counted(result: ScanResult) -> ScanResult:
    return decide(replace(result, coverage=coverage(result.findings)), Gate())


def kept(directory: Path, results: list[ScanResult] | None = None) -> Path:
    """A project in which these runs are kept."""
    (directory / "scanner.yaml").write_text("project: shop\npolicy: {scan_interval: 26 hours}\n", encoding="utf-8")
    for result in runs() if results is None else results:
        material = Material(Selection(live=True), None, Options())
        place = directory / ".scanner" / "archive"
        keep(place, result, material, Seal(), moment(result.started) + timedelta(minutes=2))
    return directory
