"""A result cut down to what is evidence for some controls.

The denominator shrinks with it, so the result says how much was left out: a report on one control must never be taken
for a report on the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scanner.controls import NIST, Control, ControlMap
from scanner.evaluate import coverage
from scanner.matrix import named
from scanner.model import Notice, Rule, ScanResult


def to_controls(result: ScanResult, wanted: Sequence[str], known: ControlMap) -> ScanResult:
    """The findings, rows and rules that are evidence for these controls. UserError for an id that nothing knows."""
    ids = {name: _ids(name, known) for name in wanted}
    asked = {item for found in ids.values() for item in found}
    kept = {rule.id for baseline in result.baselines for rule in baseline.rules if _cites(rule, asked, known)}
    findings = tuple(item for item in result.findings if item.rule in kept)
    rows = {name for item in findings for name in item.rows}
    shown = {item.target for item in findings} | {gap.target for gap in result.gaps}
    targets = tuple(item for item in result.targets if item.id in shown)
    said = (
        f"only evidence for {', '.join(wanted)} is shown: {len(findings)} of {len(result.findings)} requirements, "
        f"{len(targets)} of {len(result.targets)} targets"
    )
    return replace(
        result,
        baselines=tuple(
            replace(baseline, rules=tuple(rule for rule in baseline.rules if rule.id in kept))
            for baseline in result.baselines
        ),
        targets=targets,
        findings=findings,
        rows=tuple(row for row in result.rows if row.id in rows),
        coverage=coverage(findings),
        notices=(Notice("filtered", said), *result.notices),
    )


def _ids(name: str, known: ControlMap) -> set[tuple[str, str]]:
    """An objective stands for itself, a control for itself and its objectives, an indicator for what feeds it."""
    framework, control_id = named(name, known)
    at = known.find(name)
    if at is not None and at[1].id != control_id:
        return {(framework, at[1].id)}
    control = known.control(framework, control_id)
    return _whole(framework, control, known) if control else {(framework, control_id)}


def _whole(framework: str, control: Control, known: ControlMap) -> set[tuple[str, str]]:
    found = {(framework, control.id), *((framework, item.id) for item in control.objectives)}
    for name in control.fed_by:
        feeding = known.control(NIST, name)
        if feeding is not None:
            found |= _whole(NIST, feeding, known)
    return found


def _cites(rule: Rule, asked: set[tuple[str, str]], known: ControlMap) -> bool:
    for reference in rule.controls:
        cited = known.resolve(reference.framework, reference.id)
        if (reference.framework, cited.id if cited else reference.id) in asked:
            return True
    return False
