"""Whether something authorised a change: a record of people, the source that declares it, or a newer baseline.

Nothing else does. A live value that differs from what its source declares, with no record, is unauthorised as far as
the evidence goes; where no source declares the setting, nothing can be told and the class is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from scanner.history.approvals import ChangeRecord
from scanner.history.nouns import Change, Class
from scanner.history.seen import declared, effective, same
from scanner.model import Finding, Plane, Row, ScanResult, Verdict


class Judge:
    """The evidence of one run, and of the baselines of the run before."""

    def __init__(self, result: ScanResult, expected: Mapping[str, str], records: Sequence[ChangeRecord]) -> None:
        self.rows: dict[tuple[str, str, str], Row] = {(row.target, row.setting, row.scope): row for row in result.rows}
        self.records = records
        self.earlier = expected
        """Fingerprint to what was expected in the run before."""
        self.by_row: dict[str, list[Finding]] = {}
        for finding in result.findings:
            for name in finding.rows:
                self.by_row.setdefault(name, []).append(finding)
        self.versions = ", ".join(f"{item.id} {item.version}" for item in result.baselines)

    def decide(self, change: Change) -> Change:
        """The change with its class, reason and record."""
        record = next((item for item in self.records if item.covers(change.key, change.new)), None)
        if record is not None:
            change = _reviewed(change, record)
            if record.approved_by:
                return replace(
                    change,
                    kind=Class.AUTHORISED,
                    why=f"{record.id}, approved by {record.approved_by}",
                    reference=record.id,
                )
        row = self.rows.get(change.key)
        if row is None:
            return replace(change, why="the row is gone")
        if change.planes == (Plane.DECLARED,):
            return _of_source(change)
        return self._of_live(change, row)

    def _of_live(self, change: Change, row: Row) -> Change:
        source = declared(row)
        live = [reading for plane, reading in effective(row) if plane in change.planes and plane is not Plane.DECLARED]
        if source is not None and live and all(same(source, reading) for reading in live):
            return replace(change, kind=Class.AUTHORISED, why=f"declared at {source.observation.provenance.locator}")
        newer = self._newer_baseline(row)
        if newer:
            return replace(change, kind=Class.AUTHORISED, why=newer)
        if source is not None:
            at = source.observation.provenance.locator
            return replace(change, kind=Class.UNAUTHORISED, why=f"{at} declares another value, and no record names it")
        return replace(change, why="no source declares the setting, and no record names the change")

    def _newer_baseline(self, row: Row) -> str:
        """A rule that asks for something else than in the run before, and that the new value meets."""
        for finding in self.by_row.get(row.id, ()):
            before = self.earlier.get(finding.fingerprint)
            if before is not None and before != finding.expected and finding.verdict is Verdict.PASS:
                return f"{finding.rule} asks for it since {self.versions}"
        return ""

    def settled(self, change: Change) -> str:
        """Why an open change is settled in this run, or nothing while it is open."""
        record = next((item for item in self.records if item.covers(change.key, change.new)), None)
        if record is not None and record.approved_by:
            return f"{record.id}, approved by {record.approved_by}"
        row = self.rows.get(change.key)
        source = declared(row) if row else None
        live = [reading for plane, reading in effective(row) if plane in change.planes] if row else []
        if source is None or not live or Plane.DECLARED in change.planes:
            return ""
        agrees = all(same(source, reading) for reading in live)
        return f"agrees with {source.observation.provenance.locator}" if agrees else ""


def _reviewed(change: Change, record: ChangeRecord) -> Change:
    if not record.reviewed_by:
        return change
    return replace(change, reviewer=record.reviewed_by, reviewed_on=record.reviewed_on, reference=record.id)


def _of_source(change: Change) -> Change:
    """A change of the source itself is authorised only where version control names its commit."""
    if change.actor_source:
        return replace(change, kind=Class.AUTHORISED, why=f"{change.where}, {change.actor_source}")
    return replace(change, why=f"{change.where} changed; no commit or record is known")


def expectations(findings: Iterable[Finding]) -> dict[str, str]:
    """Fingerprint to what was expected."""
    return {finding.fingerprint: finding.expected for finding in findings}
