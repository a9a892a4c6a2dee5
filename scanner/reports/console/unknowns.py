"""What could not be checked, once for each thing that would open it; what was not assessed; gaps and remarks."""

from __future__ import annotations

from scanner.model import Finding, Gap
from scanner.reports.console.pen import Pen
from scanner.wording.index import Blindness, Index
from scanner.wording.plain import counted, lines, listed, plain
from scanner.wording.words import PLANES, Outcome


def unknowns(index: Index, pen: Pen) -> list[str]:
    """Unknown findings by remedy."""
    if not index.blind:
        return []
    total = sum(len(group.findings) for group in index.blind)
    out = pen.rule(f"Could not check: {counted(total, 'requirement')}")
    for group in index.blind:
        out += ["", *_group(pen, group)]
    return out


def _group(pen: Pen, group: Blindness) -> list[str]:
    opened = counted(len(group.findings), "requirement")
    targets = list(dict.fromkeys(plain(item.target) for item in group.findings))
    what = "nothing is known that would open" if not group.remedies else "one step opens"
    if len(group.remedies) > 1:
        what = f"{len(group.remedies)} steps together open"
    out = [f"{pen.label(Outcome.UNKNOWN)}  {what} {opened} on {listed(targets, limit=8)}"]
    for remedy in group.remedies:
        out += pen.verbatim("do      ", lines(remedy), 4, "cyan")
    shown = [plain(reason) for reason in group.reasons]
    out += pen.wrap("because " + listed(shown, limit=4), 4, 8)
    return out + pen.wrap("rules   " + listed(_rules(list(group.findings))), 4, 8, "dim")


def _rules(findings: list[Finding]) -> list[str]:
    return list(dict.fromkeys(plain(item.rule) for item in findings))


def not_assessed(index: Index, pen: Pen) -> list[str]:
    """Requirements that nothing could assess, by reason."""
    by_reason: dict[str, list[Finding]] = {}
    for finding in index.of(Outcome.NOT_ASSESSED):
        by_reason.setdefault(plain(finding.reason) or "no reason is recorded", []).append(finding)
    if not by_reason:
        return []
    out = pen.rule(f"Not assessed: {counted(sum(map(len, by_reason.values())), 'requirement')}")
    for reason, findings in by_reason.items():
        targets = listed(list(dict.fromkeys(plain(item.target) for item in findings)), limit=8)
        out += pen.wrap(f"– {reason}: {listed(_rules(findings), limit=12)} on {targets}", 0, 2)
    return out


def gaps(index: Index, pen: Pen) -> list[str]:
    """Sources that did not answer."""
    if not index.result.gaps:
        return []
    said = {remedy for group in index.blind for remedy in group.remedies}
    out = pen.rule(f"Sources that did not answer: {counted(len(index.result.gaps), 'gap')}")
    for gap in index.result.gaps:
        out += _gap(pen, gap, gap.remedy in said)
    return out


def _gap(pen: Pen, gap: Gap, said: bool) -> list[str]:
    locator = f" ({plain(gap.locator)})" if gap.locator else ""
    target = plain(gap.target) or "this run"
    head = f"? {target}, {PLANES[gap.plane][0]}, {plain(gap.collector)}{locator}: {plain(gap.reason)}"
    hidden = listed([plain(name) for name in gap.settings], limit=8) or "all that this source can show there"
    out = pen.wrap(head, 0, 4) + pen.wrap(f"hides {hidden}", 4, 2, "dim")
    if not gap.remedy:
        return out
    return out + (pen.wrap("do what is said above", 4) if said else pen.verbatim("do ", lines(gap.remedy), 4, "cyan"))


def notices(index: Index, pen: Pen) -> list[str]:
    """Remarks on the run, those first that make it incomplete."""
    if not index.result.notices:
        return []
    out = pen.rule("Remarks")
    for notice in sorted(index.result.notices, key=lambda item: not item.incomplete):
        place = f"{plain(notice.place)}: " if notice.place else ""
        mark = "? " if notice.incomplete else "· "
        out += pen.wrap(f"{mark}{place}{plain(notice.kind)}: {plain(notice.text)}", 0, 2)
    return out
