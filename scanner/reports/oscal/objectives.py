"""Findings: what a run says of assessment objectives, and no more than that.

A difference, accepted or not, or an unknown makes an objective ``not-satisfied``. ``satisfied`` is said only of a part
of a control, where every rule that bears on it measures it (and not a part of it), every one was assessed and passes,
no source of the run was silent and the result is no part of one; the remarks name the targets and the time. In all
other cases the observations stand alone, because neither of the two states would be true. There is one combined
finding on CM-6 b over all rules, and one for each other objective, so that both ways of reporting that FedRAMP asks for
can be taken from one file.
"""

from __future__ import annotations

from scanner.model import ScanResult, Strength
from scanner.reports.oscal.evidence import FAILS, observation
from scanner.reports.oscal.parts import (
    NIST,
    Object,
    control,
    ended,
    filled,
    objective,
    of_run,
    printed,
    prop,
)
from scanner.reports.oscal.risks import risk
from scanner.wording.index import tally
from scanner.wording.markdown import code
from scanner.wording.plain import counted, listed
from scanner.wording.requirement import Requirement
from scanner.wording.sentences import cuts, outcomes
from scanner.wording.words import Outcome

COMBINED = "cm-6_obj.b"
"""Settings are implemented: what every rule about a setting is evidence for."""
_CARRIES = (Strength.MEASURED, Strength.PARTIAL)


def by_objective(found: list[Requirement]) -> dict[str, list[tuple[Requirement, Strength]]]:
    """The requirements that bear on each objective, and how far they carry."""
    held: dict[str, dict[str, tuple[Requirement, Strength]]] = {}
    for item in found:
        for reference in item.controls:
            name = objective(reference.id) if reference.framework == NIST else ""
            if name and reference.strength in _CARRIES:
                held.setdefault(name, {}).setdefault(item.finding.fingerprint, (item, reference.strength))
    return {name: list(held[name].values()) for name in sorted(held)}


def findings(result: ScanResult, found: list[Requirement]) -> list[Object]:
    """The findings of a run: the combined one first."""
    held = by_objective(found)
    measured = {item.finding.fingerprint for item, strength in held.pop(COMBINED, []) if strength is Strength.MEASURED}
    whole = [(item, Strength.MEASURED if item.finding.fingerprint in measured else Strength.PARTIAL) for item in found]
    groups = {COMBINED: whole, **held} if found else held
    said = [_finding(result, name, items) for name, items in groups.items()]
    return [item for item in said if item]


def state(result: ScanResult, name: str, items: list[tuple[Requirement, Strength]]) -> tuple[str, str] | None:
    """The state of an objective and its reason; None where neither state would be true."""
    ends = {item.outcome for item, _ in items}
    if ends & set(FAILS):
        return "not-satisfied", "fail"
    if Outcome.UNKNOWN in ends:
        return "not-satisfied", "other"
    measured = not name.endswith("_obj") and all(strength is Strength.MEASURED for _, strength in items)
    whole = not result.only and not cuts(result)
    seen = whole and not result.gaps and not any(notice.incomplete for notice in result.notices)
    if measured and seen and Outcome.PASSED in ends and ends <= {Outcome.PASSED, Outcome.NOT_APPLICABLE}:
        return "satisfied", "pass"
    return None


def _finding(result: ScanResult, name: str, items: list[tuple[Requirement, Strength]]) -> Object:
    decided = state(result, name, items)
    if decided is None:
        return {}
    combined = name == COMBINED
    found = [item for item, _ in items]
    targets = list(dict.fromkeys(code(item.finding.target) for item in found))
    return filled(
        uuid=of_run(result, "finding", name),
        title=f"{printed(name)}{' (combined over all rules of this run)' if combined else ''}",
        description=f"{counts(found)}.",
        props=[
            *prop("roll-up", "combined" if combined else "control"),
            *prop("control-id", control(name)),
            *(
                entry
                for value in sorted({strength.value for _, strength in items})
                for entry in prop("evidence", value)
            ),
        ],
        target=filled(
            type="objective-id",
            target_id=name,
            title=printed(name),
            status={"state": decided[0], "reason": decided[1], "remarks": _remarks(result, targets)},
        ),
        related_observations=[{"observation-uuid": observation(result, item)} for item in found],
        related_risks=[{"risk-uuid": risk(item)} for item in found if item.outcome in FAILS],
    )


def _remarks(result: ScanResult, targets: list[str]) -> str:
    return (
        f"Evidence for {listed(targets, limit=50)} at {ended(result)} only, by the rules of this run. "
        "It says nothing of other components, of other times, or of the control as a whole."
    )


def counts(found: list[Requirement]) -> str:
    """The six counts in words."""
    return f"{counted(len(found), 'requirement')}: {outcomes(tally(item.finding for item in found))}"
