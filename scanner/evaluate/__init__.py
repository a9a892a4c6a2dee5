"""Rules against rows: findings. Pure: no source is asked, no file is opened, no clock is read.

Every rule meets every target of its component, and every scope in which the target has the setting must conform. What
is not assessed or does not apply is a finding too, so that the denominator is complete.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from scanner.catalogue import Catalogue
from scanner.evaluate.across import compare_environments
from scanner.evaluate.conditions import Demand, demand
from scanner.evaluate.expectation import Judge, MissingParameter, filled
from scanner.evaluate.verdict import judge_row
from scanner.expectations import describe
from scanner.layers import applies
from scanner.model import (
    SERVER,
    Baseline,
    CellState,
    Coverage,
    Finding,
    Judgement,
    Plane,
    Row,
    Rule,
    Setting,
    Target,
    Verdict,
)

EDITED_AT = (Plane.DECLARED, Plane.PROVISIONED, Plane.PERSISTED, Plane.RUNNING, Plane.SERVED)
"""Where a person would fix it, the nearest to the source first."""


def evaluate(
    baselines: Iterable[Baseline], targets: Mapping[str, Target], rows: Sequence[Row], catalogue: Catalogue
) -> tuple[Finding, ...]:
    """The findings of every rule on every target of its component, in rule order."""
    by_id = {row.id: row for row in rows}
    by_setting: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        by_setting[row.target, row.setting].append(row)
    found: list[Finding] = []
    for rule in (rule for baseline in baselines for rule in baseline.rules):
        if rule.compare is not None:
            found += compare_environments(rule, targets, [row for row in rows if row.setting == rule.setting])
            continue
        for target in targets.values():
            if target.component == rule.component:
                found += _target(rule, target, by_setting[target.id, rule.setting], by_id, catalogue)
    return tuple(found)


def _target(
    rule: Rule, target: Target, rows: Sequence[Row], by_id: Mapping[str, Row], catalogue: Catalogue
) -> list[Finding]:
    setting = catalogue.settings[rule.component, rule.setting]
    asked = demand(rule, target, by_id, catalogue)
    if not applies(setting, target):
        asked = Demand(None, asked.severity, skip="this platform or version does not have the setting")
    if asked.expectation is None or asked.unknown:
        verdict = Verdict.UNKNOWN if asked.unknown else Verdict.NOT_APPLICABLE
        reason = asked.unknown or asked.skip
        remedy = "state platform and version of the target, or give a source that shows them" if asked.unknown else ""
        return [_bare(rule, target, asked, verdict, reason, remedy)]
    if not rows:
        return [_bare(rule, target, asked, Verdict.NOT_ASSESSED, "no source of this target shows the setting")]
    return [_row(rule, target, setting, asked, row) for row in rows]


def _bare(rule: Rule, target: Target, asked: Demand, verdict: Verdict, reason: str, remedy: str = "") -> Finding:
    expected = describe(asked.expectation) if asked.expectation else "nothing"
    return Finding(rule.id, target.id, SERVER, verdict, asked.severity, expected, reason, remedy=remedy)


def _row(rule: Rule, target: Target, setting: Setting, asked: Demand, row: Row) -> Finding:
    assert asked.expectation is not None  # noqa: S101 - the caller looked
    try:
        verdict, judgements = judge_row(row, setting, asked.expectation, Judge(setting, dict(target.parameters)))
    except MissingParameter as missing:
        reason = f"the parameter {missing.name} was not given"
        remedy = f"add `parameters: {{{missing.name}: …}}` to scanner.yaml"
        return _bare(rule, target, asked, Verdict.NOT_ASSESSED, reason, remedy)
    decisive = [item for item in judgements if item.verdict is verdict]
    first = min(decisive, key=lambda item: EDITED_AT.index(item.plane), default=None)
    return Finding(
        rule.id,
        target.id,
        row.scope,
        verdict,
        asked.severity,
        describe(filled(asked.expectation, dict(target.parameters))),
        _reason(verdict, decisive, row),
        (row.id,),
        judgements=tuple(judgements),
        fix_at=first.locator if first and verdict is Verdict.FAIL else "",
        remedy=_remedy(rule, verdict, decisive, row),
    )


def _reason(verdict: Verdict, decisive: Sequence[Judgement], row: Row) -> str:
    if verdict is Verdict.NOT_ASSESSED:
        possible = [cell.note for cell in row.cells if cell.state is CellState.NOT_ASKED]
        return possible[0] if possible else "no plane can show it here"
    told = [f"{item.plane}: {item.text}" + (f" ({item.reason})" if item.reason else "") for item in decisive]
    return "; ".join(told)


def _remedy(rule: Rule, verdict: Verdict, decisive: Sequence[Judgement], row: Row) -> str:
    """How to close it: the rule's fix for the source that is wrong, or what would end the silence."""
    if verdict is Verdict.UNKNOWN:
        return "; ".join(dict.fromkeys(item.remedy for item in decisive if item.remedy))
    if verdict is not Verdict.FAIL or not rule.fix:
        return ""
    first = min(decisive, key=lambda item: EDITED_AT.index(item.plane))
    reading = row.cell(first.plane).effective
    provenance = reading.observation.provenance if reading else None
    words = " ".join((provenance.collector, provenance.locator, *provenance.chain)) if provenance else ""
    fixes = dict(rule.fix)
    place = next((name for name in fixes if name in words), "")
    if not place and provenance and provenance.collector == "terraform":
        place = next((name for name in fixes if name.startswith(("aws_", "google_", "azurerm_", "terraform"))), "")
    return fixes[place] if place else rule.fix[0][1]


def coverage(findings: Iterable[Finding]) -> Coverage:
    """The denominator: how many findings there are of each outcome."""
    counts: dict[str, int] = defaultdict(int)
    for finding in findings:
        key = finding.verdict.value
        if finding.verdict is Verdict.FAIL:
            key = "failed_accepted" if finding.accepted else "failed_open"
        counts[{"pass": "passed"}.get(key, key)] += 1
    return Coverage(expected=sum(counts.values()), **counts)
