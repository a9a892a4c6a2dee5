"""What could not be checked, once for each thing that would open it; what was not assessed; gaps and remarks."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.model import Finding, Gap
from scanner.reports.console.pen import OUTCOME_STYLES, Pen
from scanner.wording.index import Blindness, Index
from scanner.wording.plain import counted, lines, listed, plain
from scanner.wording.words import PLANES, Outcome

_FEW = 6
"""Requirements that are named one by one though nobody asked for the whole list."""


def unknowns(index: Index, pen: Pen, verbose: bool) -> list[str]:
    """Unknown findings by remedy."""
    if not index.blind:
        return []
    total = sum(len(group.findings) for group in index.blind)
    out = pen.rule(f"Could not check: {counted(total, 'requirement')}")
    for group in index.blind:
        out += ["", *_group(pen, group, verbose)]
    return out


def _group(pen: Pen, group: Blindness, verbose: bool) -> list[str]:
    waiting = counted(len(group.findings), "requirement")
    head = f"? UNKNOWN  {waiting} on {_targets(group.findings, verbose)}"
    out = pen.wrap(head, 0, 4, OUTCOME_STYLES[Outcome.UNKNOWN])
    for position, remedy in enumerate(group.remedies):
        out += pen.verbatim("and do  " if position else "do      ", lines(remedy), 4, "cyan")
    if not group.remedies:
        out += pen.wrap("nothing is known that would open it", 4, 2)
    out += pen.wrap("because " + listed([plain(reason) for reason in group.reasons], 3, "; "), 4, 8)
    return out + pen.wrap("rules   " + _rules(group.findings, verbose), 4, 8, "dim")


def _rules(findings: Iterable[Finding], verbose: bool) -> str:
    return listed(list(dict.fromkeys(plain(item.rule) for item in findings)), limit=0 if verbose else 12)


def _targets(findings: Iterable[Finding], verbose: bool) -> str:
    return listed(list(dict.fromkeys(plain(item.target) for item in findings)), limit=0 if verbose else 4)


def not_assessed(index: Index, pen: Pen, verbose: bool) -> list[str]:
    """Requirements that nothing could assess, by reason."""
    by_reason: dict[str, list[Finding]] = {}
    for finding in index.of(Outcome.NOT_ASSESSED):
        by_reason.setdefault(plain(finding.reason) or "no reason is recorded", []).append(finding)
    if not by_reason:
        return []
    out = pen.rule(f"Not assessed: {counted(sum(map(len, by_reason.values())), 'requirement')}")
    for reason, found in sorted(by_reason.items(), key=lambda item: -len(item[1])):
        where = f"{_rules(found, verbose)} on {_targets(found, verbose)}"
        if len(found) > _FEW and not verbose:
            where = f"{counted(len(found), 'requirement')} on {_targets(found, verbose)}"
        out += pen.wrap(f"– {reason}: {where}", 0, 2)
    return out


def gaps(index: Index, pen: Pen) -> list[str]:
    """Sources that did not answer; the same silence towards several targets is told once."""
    if not index.result.gaps:
        return []
    said = {remedy for group in index.blind for remedy in group.remedies}
    same: dict[tuple[object, ...], list[Gap]] = {}
    for gap in index.result.gaps:
        same.setdefault((gap.plane, gap.collector, gap.locator, gap.reason, gap.remedy, gap.settings), []).append(gap)
    out = pen.rule(f"Sources that did not answer: {counted(len(index.result.gaps), 'gap')}")
    for group in same.values():
        out += _gap(pen, group[0], listed([plain(gap.target) or "this run" for gap in group]), group[0].remedy in said)
    return out


def _gap(pen: Pen, gap: Gap, targets: str, said: bool) -> list[str]:
    locator = f" ({plain(gap.locator)})" if gap.locator else ""
    hidden = listed([plain(name) for name in gap.settings], limit=8)
    hides = f" (hides {hidden})" if hidden else ""
    head = f"? {targets}, {PLANES[gap.plane][0]}, {plain(gap.collector)}{locator}: {plain(gap.reason)}{hides}"
    out = pen.wrap(head, 0, 4)
    if not gap.remedy:
        return out
    return out + (pen.wrap("do what is said above", 4) if said else pen.verbatim("do ", lines(gap.remedy), 4, "cyan"))


def notices(index: Index, pen: Pen, verbose: bool = False) -> list[str]:
    """Remarks on the run, those first that make it incomplete; how often services were called only if asked for."""
    told = [item for item in index.result.notices if verbose or item.kind != "calls"]
    if not told:
        return []
    out = pen.rule("Remarks")
    for notice in sorted(told, key=lambda item: not item.incomplete):
        place = f"{plain(notice.place)}: " if notice.place else ""
        mark = "? " if notice.incomplete else "· "
        out += pen.wrap(f"{mark}{place}{plain(notice.kind)}: {plain(notice.text)}", 0, 2)
    return out
