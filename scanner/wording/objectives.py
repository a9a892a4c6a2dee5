"""The view by objective: what this run shows of each, by rules and by what every run holds, and what it does not.

Only controls that a run is evidence for as a whole (configuration management, above all) are told this way; the others
stand in the view by control with the rules that cite them.
"""

from __future__ import annotations

from dataclasses import dataclass

from scanner import controls as control_map
from scanner.controls import NIST, Control, Evidence, Objective, label
from scanner.model import Coverage, Finding
from scanner.wording import evidence
from scanner.wording.index import Index, tally
from scanner.wording.plain import listed


@dataclass(frozen=True, slots=True)
class Told:
    """One objective, or a control that has none."""

    id: str
    label: str
    strength: str
    shown_by: list[Evidence]
    """Kinds of what every run holds."""
    why: str
    """How far that carries."""
    counts: Coverage | None
    """Ends of the requirements whose rules cite it; None when no rule does."""


@dataclass(frozen=True, slots=True)
class Held:
    """A control with its objectives."""

    id: str
    label: str
    title: str
    says: str
    objectives: list[Told]
    unrated: str
    """The objectives for which a run holds nothing, as people print them."""


def kinds(index: Index, held: list[Held]) -> list[tuple[str, str]]:
    """Each kind of evidence that an objective names, with what this run holds of it."""
    named = {kind for control in held for told in control.objectives for kind in told.shown_by}
    return [(kind, evidence.sentence(kind, index)) for kind in sorted(named)]


def objectives(index: Index) -> list[Held]:
    """The controls that runs are evidence for as a whole, in the order of the map."""
    known = control_map.shipped().frameworks[NIST].controls
    cited: dict[str, list[Finding]] = {}
    for finding in index.result.findings:
        rule = index.rules.get(finding.rule)
        for reference in rule.controls if rule else ():
            if reference.framework == NIST:
                cited.setdefault(reference.id, []).append(finding)
    return [
        Held(item.id, label(item.id), item.title, item.says, _told(item, cited), _unrated(item, cited))
        for item in known
        if item.shown_by or any(objective.shown_by for objective in item.objectives)
    ]


def _told(control: Control, cited: dict[str, list[Finding]]) -> list[Told]:
    parts: list[Objective | Control] = [*control.objectives] or [control]
    return [
        Told(
            item.id,
            label(item.id),
            item.strength or "not rated",
            item.shown_by,
            item.why,
            tally(cited[item.id]) if item.id in cited else None,
        )
        for item in parts
        if item.strength or item.id in cited
    ]


def _unrated(control: Control, cited: dict[str, list[Finding]]) -> str:
    return listed([label(item.id) for item in control.objectives if not item.strength and item.id not in cited])
