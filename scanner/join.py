"""Observations to rows: every setting of every target in every scope, with all five planes side by side.

A cell says why it is empty: the plane cannot show the setting here, no source was asked for it, or a source was asked
and stayed silent. Silence keeps the remedy that would end it. Where a source spoke for a plane but not for a setting
that it can show, and did not claim to have been read whole, that is silence too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from scanner.catalogue import Catalogue
from scanner.drift import compare
from scanner.layers import Place, applies, can_show, group, resolve
from scanner.model import (
    SERVER,
    Answer,
    Cell,
    CellState,
    Gap,
    Observation,
    Plane,
    Row,
    Setting,
    Target,
)

REPLACES_SERVER = ("container=", "node=", "task=")
"""Scopes that stand beside one another instead of overriding a server-wide value."""


class _Sources:
    """Which collectors were asked about a target on a plane, and which of them left gaps."""

    def __init__(self, answers: Iterable[Answer], gaps: Iterable[Gap]) -> None:
        self.asked: dict[tuple[str, Plane], set[str]] = defaultdict(set)
        self.gaps: dict[tuple[str, Plane], list[Gap]] = defaultdict(list)
        for answer in answers:
            self.asked[answer.target, answer.plane].add(answer.collector)
        for gap in gaps:
            self.asked[gap.target, gap.plane].add(gap.collector)
            self.gaps[gap.target, gap.plane].append(gap)


def join(
    observations: Sequence[Observation],
    answers: Iterable[Answer],
    gaps: Sequence[Gap],
    targets: Mapping[str, Target],
    catalogue: Catalogue,
    wanted: Iterable[tuple[str, str]],
    previous: Mapping[str, Row] | None = None,
) -> tuple[Row, ...]:
    """Rows for everything observed and for every wanted (component, setting), in catalogue order within a target."""
    places = group(observations)
    sources = _Sources(answers, gaps)
    scopes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for target_id, setting_name, _, scope in places:
        scopes[target_id, setting_name].add(scope)
    asked_for = set(wanted)
    earlier = previous or {}
    rows: list[Row] = []
    for target in targets.values():
        own = _own_scopes(target.id, scopes)
        for setting in catalogue.of(target.component):
            found = scopes.get((target.id, setting.name), set())
            if found or (target.component, setting.name) in asked_for:
                rows += _rows(setting, target, found or own, places, sources, earlier)
    return tuple(rows)


def _own_scopes(target: str, scopes: Mapping[tuple[str, str], set[str]]) -> set[str]:
    """The containers or nodes of a target that has no server-wide value at all."""
    found = {scope for (owner, _), names in scopes.items() if owner == target for scope in names}
    beside = {scope for scope in found if scope.startswith(REPLACES_SERVER)}
    return beside if beside and SERVER not in found else {SERVER}


def _rows(
    setting: Setting,
    target: Target,
    scopes: set[str],
    places: Mapping[Place, list[Observation]],
    sources: _Sources,
    earlier: Mapping[str, Row],
) -> list[Row]:
    names = set(scopes)
    if not any(scope.startswith(REPLACES_SERVER) for scope in names):
        names.add(SERVER)
    built = {
        scope: _row(setting, target, scope, places, sources) for scope in sorted(names, key=lambda s: (s != SERVER, s))
    }
    server = built.get(SERVER)
    return [compare(row, setting, server, earlier.get(row.id)) for row in built.values()]


def _row(
    setting: Setting, target: Target, scope: str, places: Mapping[Place, list[Observation]], sources: _Sources
) -> Row:
    cells = tuple(
        _cell(setting, target, scope, plane, places.get((target.id, setting.name, plane, scope), []), sources)
        for plane in Plane
    )
    return Row(target.id, setting.name, scope, cells)


def _cell(
    setting: Setting, target: Target, scope: str, plane: Plane, observations: list[Observation], sources: _Sources
) -> Cell:
    if observations:
        gaps = _beside(setting, target, plane, observations, sources)
        return Cell(plane, CellState.ANSWERED, resolve(observations, setting, target), gaps)
    if not applies(setting, target):
        return Cell(plane, CellState.CANNOT_SHOW, note="this platform or version does not have the setting")
    possible = {kind for kind, planes in setting.shown_by if plane in planes}
    if not possible:
        return Cell(plane, CellState.CANNOT_SHOW, note="no source shows this setting on this plane")
    asked = possible & sources.asked[target.id, plane]
    if not asked:
        return Cell(plane, CellState.NOT_ASKED, note=f"could be shown by: {', '.join(sorted(possible))}")
    if scope != SERVER and not scope.startswith(REPLACES_SERVER):
        return Cell(plane, CellState.NOT_ASKED, note="no value of its own in this scope")
    return Cell(plane, CellState.SILENT, gaps=_silence(setting, target, plane, asked, sources))


def _beside(
    setting: Setting, target: Target, plane: Plane, observations: list[Observation], sources: _Sources
) -> tuple[Gap, ...]:
    """Gaps that may hide a stronger value than the ones seen: named for this setting, or of a source that is mute."""
    spoke = {item.provenance.collector for item in observations}
    return tuple(
        gap
        for gap in sources.gaps[target.id, plane]
        if setting.name in gap.settings
        or (not gap.settings and gap.collector not in spoke and can_show(setting, gap.collector, plane))
    )


def _silence(setting: Setting, target: Target, plane: Plane, asked: set[str], sources: _Sources) -> tuple[Gap, ...]:
    gaps = [
        gap
        for gap in sources.gaps[target.id, plane]
        if gap.collector in asked and (not gap.settings or setting.name in gap.settings)
    ]
    if gaps:
        return tuple(gaps)
    name = ", ".join(sorted(asked))
    reason = f"{name} answered but said nothing of {setting.name}"
    if setting.derived:
        reason = f"{setting.name} follows from {', '.join(setting.derived.inputs)}, and none of them was seen"
    return (Gap(target.id, plane, name, reason, "see the gaps of this target", (setting.name,)),)


def showable(setting: Setting, collectors: Iterable[str]) -> bool:
    """Whether any of these kinds of source can show the setting on any plane."""
    return any(can_show(setting, kind, plane) for kind in collectors for plane in Plane)
