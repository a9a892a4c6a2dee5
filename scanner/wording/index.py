"""Finding things in a result, and the orders in which every report tells them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from scanner.model import (
    SERVER,
    Baseline,
    Coverage,
    Drift,
    Finding,
    Gap,
    Row,
    Rule,
    ScanResult,
    Severity,
    Target,
    Verdict,
    Waiver,
)
from scanner.records import overdue
from scanner.wording.words import Outcome, outcome

QUIET = (Drift.IN_SYNC, Drift.UNKNOWN)
"""Headlines that are no disagreement; what did not answer is told as a gap."""


@dataclass(frozen=True, slots=True)
class Blindness:
    """Findings that the same remedies would open."""

    remedies: tuple[str, ...]
    reasons: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Index:
    """A result with the look-ups that reports need."""

    result: ScanResult

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """Every rule by id."""
        return {rule.id: rule for baseline in self.result.baselines for rule in baseline.rules}

    @cached_property
    def baselines(self) -> dict[str, Baseline]:
        """The baseline of every rule id."""
        return {rule.id: baseline for baseline in self.result.baselines for rule in baseline.rules}

    @cached_property
    def rows(self) -> dict[str, Row]:
        """Every row by id."""
        return {row.id: row for row in self.result.rows}

    @cached_property
    def targets(self) -> dict[str, Target]:
        """Every target by id; a target that is only named by a finding, a row or a gap is there too."""
        found = {target.id: target for target in self.result.targets}
        named = [item.target for group in (self.result.findings, self.result.rows, self.result.gaps) for item in group]
        for name in named:
            if name:
                found.setdefault(name, Target(name, "", ""))
        return found

    @cached_property
    def waivers(self) -> dict[str, Waiver]:
        """Every waiver by id."""
        return {waiver.id: waiver for waiver in self.result.waivers}

    @cached_property
    def findings_by_target(self) -> dict[str, list[Finding]]:
        """Every target with its findings, the most urgent first."""
        found: dict[str, list[Finding]] = {name: [] for name in self.targets}
        for finding in urgent_first(self.result.findings):
            found[finding.target].append(finding)
        return found

    def of(self, *wanted: Outcome) -> list[Finding]:
        """The findings with one of these outcomes, the most urgent first."""
        return urgent_first(item for item in self.result.findings if outcome(item) in wanted)

    def rows_of(self, finding: Finding) -> list[Row]:
        """The rows that a finding names, as far as the result holds them."""
        return [self.rows[name] for name in finding.rows if name in self.rows]

    def title(self, rule: str) -> str:
        """The title of a rule, or its id when the result does not hold the rule."""
        return self.rules[rule].title if rule in self.rules else rule

    @cached_property
    def disagreeing(self) -> list[Row]:
        """Rows whose planes disagree, in the order of their headlines."""
        order = list(Drift)
        found = [row for row in self.result.rows if row.headline and row.headline not in QUIET]
        return sorted(found, key=lambda row: (order.index(row.headline or Drift.IN_SYNC), row.id))

    @cached_property
    def fails_by_row(self) -> dict[str, list[Finding]]:
        """The failing findings of every row."""
        found: dict[str, list[Finding]] = {}
        for finding in self.result.findings:
            if finding.verdict is Verdict.FAIL:
                for name in finding.rows:
                    found.setdefault(name, []).append(finding)
        return found

    @cached_property
    def overdue(self) -> list[Finding]:
        """The open failures that were past their due time when the run started."""
        return [item for item in self.of(Outcome.OPEN) if overdue(item, self.result.started)]

    @cached_property
    def blind(self) -> list[Blindness]:
        """The unknown findings, each once, grouped by what would open them; the widest group first."""
        groups: dict[tuple[str, ...], list[Finding]] = {}
        for finding in self.of(Outcome.UNKNOWN):
            groups.setdefault(self.remedies(finding), []).append(finding)
        found = [Blindness(key, self._reasons(items), tuple(items)) for key, items in groups.items()]
        return sorted(found, key=lambda group: (not group.remedies, -len(group.findings), group.remedies))

    def remedies(self, finding: Finding) -> tuple[str, ...]:
        """What would make an unknown finding known."""
        found = [item.remedy for item in finding.judgements if item.verdict is Verdict.UNKNOWN and item.remedy]
        if not found:
            found = [gap.remedy for gap in self.gaps_of(finding) if gap.remedy]
        return tuple(dict.fromkeys(found or [text for text in (finding.remedy,) if text]))

    def gaps_of(self, finding: Finding) -> list[Gap]:
        """The gaps in the rows of a finding."""
        return [gap for row in self.rows_of(finding) for cell in row.cells for gap in cell.gaps]

    def _reasons(self, findings: list[Finding]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for finding in findings:
            why = [item.reason for item in finding.judgements if item.verdict is Verdict.UNKNOWN and item.reason]
            found.update(dict.fromkeys(why or [finding.reason]))
        return tuple(text for text in found if text)


def urgent_first(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by outcome, then severity, then name."""
    outcomes, severities = list(Outcome), list(Severity)
    return sorted(
        findings,
        key=lambda item: (
            outcomes.index(outcome(item)),
            -severities.index(item.severity),
            item.rule,
            item.target,
            item.scope,
        ),
    )


def together(findings: Iterable[Finding]) -> list[tuple[list[str], list[str]]]:
    """Findings as rules and targets: each rule is named once, beside the others that wait on the same targets."""
    targets: dict[str, dict[str, None]] = {}
    for finding in findings:
        scope = "" if finding.scope == SERVER else f", {finding.scope}"
        targets.setdefault(finding.rule, {})[f"{finding.target}{scope}"] = None
    found: dict[tuple[str, ...], list[str]] = {}
    for rule, names in targets.items():
        found.setdefault(tuple(sorted(names)), []).append(rule)
    return [(rules, list(names)) for names, rules in found.items()]


def tally(findings: Iterable[Finding]) -> Coverage:
    """How many findings there are of each outcome."""
    counts = dict.fromkeys(Outcome, 0)
    for finding in findings:
        counts[outcome(finding)] += 1
    return Coverage(expected=sum(counts.values()), **{key.value: number for key, number in counts.items()})


def count_of(coverage: Coverage, wanted: Outcome) -> int:
    """One of the six counts."""
    number: int = getattr(coverage, wanted.value)
    return number


def assessed(coverage: Coverage) -> int:
    """How many requirements got a yes or a no."""
    return coverage.passed + coverage.failed_open + coverage.failed_accepted
