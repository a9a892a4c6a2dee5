"""The tables that an audit samples from: every requirement with its end, and the view by control."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scanner.controls import label
from scanner.model import Coverage, Finding, Row, Strength, Target, Verdict
from scanner.reports.html.findings import LIMIT
from scanner.wording.index import Index, tally
from scanner.wording.plain import listed, plain
from scanner.wording.spoken import said
from scanner.wording.words import OUTCOMES, PLANES, Outcome, Words, outcome


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement in the full list."""

    finding: Finding
    title: str
    setting: str
    outcome: Outcome
    words: Words
    seen: list[tuple[str, str]]
    """Values with the planes that hold them."""
    why: str
    """Why there is no yes or no."""


def population(index: Index) -> list[tuple[Target, list[Line]]]:
    """Every requirement by target, in the order of rule names so that two reports can be laid side by side."""
    return [
        (index.targets[name], [_line(index, item) for item in sorted(found, key=lambda item: (item.rule, item.scope))])
        for name, found in index.findings_by_target.items()
        if found
    ]


def _line(index: Index, finding: Finding) -> Line:
    rule, ended = index.rules.get(finding.rule), outcome(finding)
    setting = rule.setting if rule else listed([row.setting for row in index.rows_of(finding)])
    return Line(
        finding, index.title(finding.rule), setting, ended, OUTCOMES[ended], _seen(index, finding), _why(finding, ended)
    )


def _why(finding: Finding, ended: Outcome) -> str:
    if ended in (Outcome.PASSED, Outcome.OPEN, Outcome.ACCEPTED):
        return ""
    unsure = [item.reason for item in finding.judgements if item.verdict is Verdict.UNKNOWN and item.reason]
    return "; ".join(dict.fromkeys(unsure)) or finding.reason


def _seen(index: Index, finding: Finding) -> list[tuple[str, str]]:
    found: dict[str, dict[str, None]] = {}
    for item in finding.judgements:
        if item.text:
            found.setdefault(plain(item.text, LIMIT), {})[PLANES[item.plane][0]] = None
    if not found:
        found = _by_row(index.rows_of(finding))
    return [(text, listed(list(names))) for text, names in found.items()]


def _by_row(rows: list[Row]) -> dict[str, dict[str, None]]:
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        for cell in row.cells:
            if cell.effective:
                found.setdefault(said(cell.effective, LIMIT).value, {})[PLANES[cell.plane][0]] = None
    return found


def reasons(index: Index, wanted: Outcome) -> list[tuple[str, list[Finding]]]:
    """Findings with one outcome by their reason."""
    found: dict[str, list[Finding]] = {}
    for finding in index.of(wanted):
        found.setdefault(finding.reason or "no reason is recorded", []).append(finding)
    return list(found.items())


@dataclass(frozen=True, slots=True)
class Control:
    """What this run holds for one control, objective or criterion."""

    framework: str
    id: str
    label: str
    """The id as people print it."""
    title: str
    counts: Coverage
    evidence: list[tuple[Strength, list[tuple[str, str]]]]
    """How far rules carry, and for each reason of it the rules."""


def controls(index: Index, titles: tuple[tuple[str, str, str], ...]) -> list[tuple[str, list[Control]]]:
    """The controls that the rules of this run refer to, by framework."""
    names = {(framework, name): title for framework, name, title in titles}
    by_rule: dict[str, list[Finding]] = {}
    for finding in index.result.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    held: dict[tuple[str, str], dict[Strength, dict[str, str]]] = {}
    for name in by_rule:
        for reference in index.rules[name].controls if name in index.rules else ():
            strengths = held.setdefault((reference.framework, reference.id), {})
            strengths.setdefault(reference.strength, {})[name] = reference.why
    frameworks: dict[str, list[Control]] = {}
    for (framework, name), strengths in sorted(held.items(), key=lambda item: (item[0][0], natural(item[0][1]))):
        found = [item for rules in strengths.values() for rule in rules for item in by_rule[rule]]
        title = names.get((framework, name)) or names.get((framework, name.partition("_obj")[0]), "")
        control = Control(framework, name, printed_id(name), title, tally(found), _evidence(strengths))
        frameworks.setdefault(framework, []).append(control)
    return list(frameworks.items())


def natural(name: str) -> list[tuple[int, str]]:
    """A key that sorts ``ac-3`` before ``ac-10``."""
    return [(int(part), "") if part.isascii() and part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def printed_id(name: str) -> str:
    """A control id as people print it; what is none (a saved result may hold anything) is left as it stands."""
    try:
        return label(name)
    except ValueError:
        return name


def _evidence(strengths: dict[Strength, dict[str, str]]) -> list[tuple[Strength, list[tuple[str, str]]]]:
    return [(strength, _by_reason(strengths[strength])) for strength in Strength if strength in strengths]


def _by_reason(rules: dict[str, str]) -> list[tuple[str, str]]:
    found: dict[str, list[str]] = {}
    for rule, why in sorted(rules.items()):
        found.setdefault(why, []).append(plain(rule))
    return [(why.rstrip("."), listed(names)) for why, names in found.items()]
