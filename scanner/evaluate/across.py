"""Rules between environments: a secret must not be the same in two of them (or a setting must be)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scanner.model import SERVER, Finding, Known, Present, Reading, Row, Rule, Severity, Target, Verdict


def compare_environments(rule: Rule, targets: Mapping[str, Target], rows: Sequence[Row]) -> list[Finding]:
    """A finding for every target of the rule's component, with the peers that decided it."""
    members = [target for target in targets.values() if target.component == rule.component]
    readings = {row.target: _reading(row) for row in rows if row.setting == rule.setting and row.scope == SERVER}
    for row in rows:
        if row.setting == rule.setting and readings.get(row.target) is None:
            readings[row.target] = _reading(row)
    return [_finding(rule, target, targets, readings) for target in members]


def _reading(row: Row) -> Reading | None:
    """The reading to compare: a shadowed secret that stands elsewhere too is as much a shared secret as the one in
    effect, since its text is out in both places."""
    found = [item for cell in row.cells for item in cell.readings]
    shared = [
        item for item in found if isinstance(item.observation.content, Present) and item.observation.content.equal_to
    ]
    effective = [cell.effective for cell in row.cells if cell.effective is not None]
    told = (item for item in (*shared, *effective) if isinstance(item.observation.content, Present | Known))
    return next(told, None)


def _finding(
    rule: Rule, target: Target, targets: Mapping[str, Target], readings: Mapping[str, Reading | None]
) -> Finding:
    reading = readings.get(target.id)
    others = {
        name: item
        for name, item in readings.items()
        if item is not None and name in targets and targets[name].environment != target.environment
    }
    verdict, reason, peers = Verdict.NOT_ASSESSED, "no other environment of this run shows it", tuple[str, ...]()
    if reading is None:
        reason = "this target does not show it"
    elif others:
        verdict, reason, peers = _compare(rule, reading, others)
    locator = reading.observation.provenance.locator if reading else ""
    severity: Severity = rule.severity
    wanted = "another value than in other environments" if _distinct(rule) else "the same value in every environment"
    row_id = f"{target.id}|{rule.setting}|{SERVER}"
    fix_at = locator if verdict is Verdict.FAIL else ""
    remedy = rule.fix[0][1] if rule.fix and verdict is Verdict.FAIL else ""
    return Finding(
        rule.id, target.id, SERVER, verdict, severity, wanted, reason, (row_id,), peers, fix_at=fix_at, remedy=remedy
    )


def _distinct(rule: Rule) -> bool:
    return rule.compare is not None and rule.compare.expect == "distinct"


def _compare(rule: Rule, reading: Reading, others: Mapping[str, Reading]) -> tuple[Verdict, str, tuple[str, ...]]:
    content = reading.observation.content
    if isinstance(content, Present):
        if not content.comparable:
            return Verdict.NOT_ASSESSED, "its text is not at hand, so it cannot be compared", ()
        comparable = {name for name, item in others.items() if _comparable(item)}
        equal = tuple(sorted(name for name in content.equal_to if name in others))
    else:
        comparable = set(others)
        equal = tuple(sorted(name for name, item in others.items() if item.text == reading.text))
    unequal = tuple(sorted(comparable - set(equal)))
    offenders = equal if _distinct(rule) else unequal
    if offenders:
        word = "the same value in" if _distinct(rule) else "another value in"
        return Verdict.FAIL, f"{word} {', '.join(offenders)}", offenders
    if not comparable:
        return Verdict.NOT_ASSESSED, "no other environment's text is at hand to compare with", ()
    return Verdict.PASS, f"compared with {len(comparable)} other", tuple(sorted(comparable))


def _comparable(reading: Reading) -> bool:
    content = reading.observation.content
    return isinstance(content, Known) or (isinstance(content, Present) and content.comparable)
