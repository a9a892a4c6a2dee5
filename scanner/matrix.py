"""The control matrix: for each control and objective, how far the scanner carries, and by which rules.

It joins the map (what a scan can show at all), the rules (which of them cite an objective, and how strongly) and, where
one is given, a result (how they ended). A control without a rule stands in it too, since an empty line is the honest
answer to "what do you have for this?".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from scanner.controls import NIST, Control, ControlMap, label
from scanner.errors import UserError
from scanner.model import Baseline, Coverage, ScanResult, Strength
from scanner.selections import Selection
from scanner.wording.index import tally


@dataclass(frozen=True)
class Citation:
    """A rule that is evidence for an objective or control, how far, and why."""

    rule: str
    strength: Strength
    why: str


@dataclass(frozen=True)
class Objective:
    """One thing that an assessor determines, what a scan shows of it, and what cites it."""

    id: str
    label: str
    strength: str
    """How far a scan carries; ``not rated`` where the map says nothing."""
    why: str
    shown_by: tuple[str, ...] = ()
    cited_by: tuple[Citation, ...] = ()
    cci: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One control, enhancement, criterion or indicator."""

    framework: str
    id: str
    label: str
    title: str
    says: str
    strength: str
    why: str
    standing: str = ""
    """Levels of the chosen selection that require it, ``supporting`` or ``not recorded``."""
    fixes: tuple[str, ...] = ()
    """What the selection adds, in our own words."""
    rules: tuple[str, ...] = ()
    """Every rule that cites it or one of its objectives."""
    objectives: tuple[Objective, ...] = ()
    cited_by: tuple[Citation, ...] = ()
    """Rules that cite the control itself rather than an objective."""
    shown_by: tuple[str, ...] = ()
    fed_by: tuple[str, ...] = ()
    counts: Coverage | None = field(default=None)
    """How the requirements of its rules ended, where a result was given."""
    cci: tuple[str, ...] = ()
    """Control Correlation Identifiers, for rules that cite it as a whole."""


def matrix(
    baselines: Iterable[Baseline],
    known: ControlMap,
    selection: Selection | None = None,
    level: str = "",
    result: ScanResult | None = None,
) -> list[Line]:
    """Every control in force, in the order of the map."""
    cited = _citations(baselines, known)
    return [
        _line(framework, control, known, cited, selection, level, result)
        for framework, content in known.frameworks.items()
        for control in content.controls
        if not control.moved_to
    ]


def _citations(baselines: Iterable[Baseline], known: ControlMap) -> dict[tuple[str, str], list[Citation]]:
    found: dict[tuple[str, str], list[Citation]] = {}
    for baseline in baselines:
        for rule in baseline.rules:
            for reference in rule.controls:
                at = known.resolve(reference.framework, reference.id)
                name = at.id if at else reference.id
                citation = Citation(rule.id, reference.strength, reference.why)
                found.setdefault((reference.framework, name), []).append(citation)
    return found


def _line(
    framework: str,
    control: Control,
    known: ControlMap,
    cited: dict[tuple[str, str], list[Citation]],
    selection: Selection | None,
    level: str,
    result: ScanResult | None,
) -> Line:
    rules = _rules(framework, control, known, cited)
    chosen = selection if selection and selection.framework == framework else None
    return Line(
        framework,
        control.id,
        label(control.id),
        control.title,
        control.says,
        control.strength or _best(control),
        control.why,
        standing=chosen.standing(control.id, level) if chosen else "",
        fixes=tuple(item.says for item in chosen.fixed(control.id, level)) if chosen else (),
        rules=rules,
        objectives=tuple(
            Objective(
                item.id,
                label(item.id),
                item.strength or "not rated",
                item.why,
                tuple(item.shown_by),
                tuple(cited.get((framework, item.id), ())),
                tuple(item.cci),
            )
            for item in control.objectives
        ),
        cited_by=tuple(cited.get((framework, control.id), ())),
        shown_by=tuple(control.shown_by),
        fed_by=tuple(control.fed_by),
        counts=tally(item for item in result.findings if item.rule in set(rules)) if result else None,
        cci=tuple(control.cci),
    )


def _rules(
    framework: str, control: Control, known: ControlMap, cited: dict[tuple[str, str], list[Citation]]
) -> tuple[str, ...]:
    names = [control.id, *(item.id for item in control.objectives)]
    found = {item.rule for name in names for item in cited.get((framework, name), ())}
    for fed in control.fed_by:
        feeding = known.control(NIST, fed)
        if feeding is not None and not feeding.moved_to:
            found.update(_rules(NIST, feeding, known, cited))
    return tuple(sorted(found))


def _best(control: Control) -> str:
    """How far the map carries for a control that it rates by objectives only."""
    rated = [item.strength for item in control.objectives if item.strength]
    return next((strength for strength in Strength if strength in rated), "not rated")


def choose(lines: Sequence[Line], wanted: Sequence[str], known: ControlMap) -> list[Line]:
    """The lines of these ids, in any usual spelling; all when none is given. UserError for an unknown id."""
    if not wanted:
        return list(lines)
    found = {(line.framework, line.id): line for line in lines}
    chosen: dict[tuple[str, str], Line] = {}
    for name in wanted:
        framework, control = named(name, known)
        chosen[framework, control] = found[framework, control]
    return list(chosen.values())


def named(identifier: str, known: ControlMap) -> tuple[str, str]:
    """Framework and control of an id; one of an objective stands for its control. UserError when nothing knows it."""
    at = known.find(identifier)
    if at is None:
        hint = next(filter(None, (known.nearest(name, identifier) for name in known.frameworks)), "")
        raise UserError("no framework has this id", key=identifier, hint=hint or "`scanner controls` lists all")
    framework, cited = at
    control = known.control(framework, cited.id)
    return framework, control.id if control else cited.id
