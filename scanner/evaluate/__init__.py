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
from scanner.evaluate.remedies import EDITED_AT, remedy
from scanner.evaluate.verdict import NOT_SET, judge_row
from scanner.expectations import describe
from scanner.layers import applies
from scanner.model import (
    SERVER,
    Baseline,
    CellState,
    Coverage,
    Finding,
    Judgement,
    Row,
    Rule,
    Setting,
    Target,
    Verdict,
)

ASKED = (CellState.ANSWERED, CellState.SILENT)
"""States of a cell whose plane was asked."""


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
    if asked.unknown and not any(cell.state in ASKED for row in rows for cell in row.cells):
        return [_bare(rule, target, asked, Verdict.NOT_ASSESSED, "no source that was asked shows the setting")]
    if asked.expectation is None or asked.unknown:
        verdict = Verdict.UNKNOWN if asked.unknown else Verdict.NOT_APPLICABLE
        reason = asked.unknown or asked.skip
        return [_bare(rule, target, asked, verdict, reason, asked.remedy)]
    if not rows:
        return [_bare(rule, target, asked, Verdict.NOT_ASSESSED, "no source of this target shows the setting")]
    return [_row(rule, target, setting, asked, row) for row in rows]


def _bare(rule: Rule, target: Target, asked: Demand, verdict: Verdict, reason: str, way_out: str = "") -> Finding:
    expected = describe(asked.expectation) if asked.expectation else "nothing"
    return Finding(rule.id, target.id, SERVER, verdict, asked.severity, expected, reason, remedy=way_out)


def _row(rule: Rule, target: Target, setting: Setting, asked: Demand, row: Row) -> Finding:
    assert asked.expectation is not None  # noqa: S101 - the caller looked
    try:
        verdict, judgements = judge_row(row, setting, asked.expectation, Judge(setting, dict(target.parameters)))
    except MissingParameter as missing:
        reason = f"the parameter {missing.name} was not given"
        way_out = f"add `parameters: {{{missing.name}: …}}` to scanner.yaml"
        return _bare(rule, target, asked, Verdict.NOT_ASSESSED, reason, way_out)
    decisive = [item for item in judgements if item.verdict is verdict]
    first = min(decisive, key=lambda item: EDITED_AT.index(item.plane), default=None)
    return Finding(
        rule.id,
        target.id,
        row.scope,
        verdict,
        asked.severity,
        describe(filled(asked.expectation, setting, dict(target.parameters))),
        _reason(verdict, decisive, row),
        (row.id,),
        judgements=tuple(judgements),
        fix_at=first.locator if first and verdict is Verdict.FAIL else "",
        remedy=remedy(rule, verdict, decisive, row, setting.derived is not None),
    )


def _reason(verdict: Verdict, decisive: Sequence[Judgement], row: Row) -> str:
    """What was seen that decided, each text once with the planes that say it."""
    if verdict is Verdict.NOT_ASSESSED:
        blind = [item.reason for item in decisive if item.reason and item.reason != NOT_SET]
        if blind:
            return blind[0]
        possible = [cell.note for cell in row.cells if cell.state is CellState.NOT_ASKED]
        return f"no source that was asked shows it; {possible[0]}" if possible else "no plane can show it here"
    told: dict[str, list[str]] = defaultdict(list)
    for item in decisive:
        told[f"{item.text or 'empty'}" + (f" ({item.reason})" if item.reason else "")].append(item.plane)
    return "; ".join(f"{', '.join(planes)}: {text}" for text, planes in told.items())


def coverage(findings: Iterable[Finding]) -> Coverage:
    """The denominator: how many findings there are of each outcome."""
    counts: dict[str, int] = defaultdict(int)
    for finding in findings:
        key = finding.verdict.value
        if finding.verdict is Verdict.FAIL:
            key = "failed_accepted" if finding.accepted else "failed_open"
        counts[{"pass": "passed"}.get(key, key)] += 1
    return Coverage(expected=sum(counts.values()), **counts)
