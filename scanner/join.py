"""Observations to rows: every setting of every target in every scope, with all five planes side by side.

A cell says why it is empty: the plane cannot show the setting here, no source was asked for it, or a source was asked
and stayed silent. Silence keeps the remedy that would end it. Where a source spoke for a plane but not for a setting
that it can show, and did not claim to have been read whole, that is silence too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scanner.catalogue import Catalogue
from scanner.drift import BESIDE, compare, whole
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

PLANES = tuple(Plane)

VARIABLE = {"env", "connection"}
"""Kinds of alias that make a setting an environment variable, or a part of one."""


class _Sources:
    """Which collectors were asked about a target on a plane, and which of them left gaps."""

    def __init__(self, answers: Iterable[Answer], gaps: Iterable[Gap]) -> None:
        self.asked: dict[tuple[str, Plane], set[str]] = defaultdict(set)
        self.scopes: dict[str, set[str]] = defaultdict(set)
        """Containers that a source spoke of: each has every row, also where the source does not know the value."""
        self.gaps: dict[tuple[str, Plane], list[Gap]] = defaultdict(list)
        self._of_target: dict[str, tuple[frozenset[str], ...]] = {}
        for answer in answers:
            self.asked[answer.target, answer.plane].add(answer.collector)
            if answer.scope.startswith(BESIDE):
                self.scopes[answer.target].add(answer.scope)
        for gap in gaps:
            self.asked[gap.target, gap.plane].add(gap.collector)
            self.gaps[gap.target, gap.plane].append(gap)

    def of(self, target: str) -> tuple[frozenset[str], ...]:
        """The collectors that were asked about a target, plane by plane."""
        if target not in self._of_target:
            self._of_target[target] = tuple(frozenset(self.asked.get((target, plane), ())) for plane in PLANES)
        return self._of_target[target]


@dataclass(frozen=True, slots=True)
class _Outlook:
    """Which kinds of source can show a setting on a plane of a platform and version, and the cell if none was asked.

    Most rows of a large scan consist of such cells: they are the same for every target of a kind, and made once.
    """

    kinds: frozenset[str]
    unasked: Cell


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
    sources = _Sources(answers, gaps)
    table = _Table(group(observations), sources, catalogue, previous or {})
    asked_for = set(wanted)
    rows: list[Row] = []
    for target in targets.values():
        own = table.own_scopes(target)
        for setting in catalogue.of(target.component):
            found = table.scopes.get((target.id, setting.name), set())
            if found or (target.component, setting.name) in asked_for:
                rows += table.rows(setting, target, (found or own) | sources.scopes[target.id])
    return tuple(rows)


class _Table:
    """Everything that was seen, by the place where it belongs."""

    def __init__(
        self,
        places: Mapping[Place, list[Observation]],
        sources: _Sources,
        catalogue: Catalogue,
        earlier: Mapping[str, Row],
    ) -> None:
        self.places, self.sources, self.catalogue, self.earlier = places, sources, catalogue, earlier
        self.scopes: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._of_target: dict[str, set[str]] = defaultdict(set)
        self._outlooks: dict[tuple[str, str, str, str], tuple[_Outlook, ...]] = {}
        for target, setting, _, scope in places:
            self.scopes[target, setting].add(scope)
            self._of_target[target].add(scope)

    def own_scopes(self, target: Target) -> set[str]:
        """The containers or nodes of a target that has no server-wide value at all."""
        found = self._of_target.get(target.id, set())
        beside = {scope for scope in found if scope.startswith(BESIDE)}
        return beside if beside and SERVER not in found else {SERVER}

    def rows(self, setting: Setting, target: Target, scopes: set[str]) -> list[Row]:
        """The rows of one setting, the server's own first."""
        names = set(scopes)
        if not any(scope.startswith(BESIDE) for scope in names):
            names.add(SERVER)
        ordered = sorted(names, key=lambda scope: (scope != SERVER, scope))
        built = {scope: self._row(setting, target, scope) for scope in ordered}
        return [compare(row, setting, built.get(whole(row.scope)), self.earlier.get(row.id)) for row in built.values()]

    def _row(self, setting: Setting, target: Target, scope: str) -> Row:
        seen = scope in self.scopes.get((target.id, setting.name), ())
        stands_alone = scope == SERVER or scope.startswith(BESIDE)
        cells = []
        for plane, outlook, spoken in zip(
            PLANES, self._outlook(setting, target), self.sources.of(target.id), strict=True
        ):
            asked = outlook.kinds & spoken
            if seen and (observations := self.places.get((target.id, setting.name, plane, scope))):
                gaps = self._beside(setting, target, plane, observations)
                cells.append(Cell(plane, CellState.ANSWERED, resolve(observations, setting, target), gaps))
            elif not asked:
                cells.append(outlook.unasked)
            elif not stands_alone:
                cells.append(Cell(plane, CellState.NOT_ASKED, note="no value of its own in this scope"))
            else:
                cells.append(Cell(plane, CellState.SILENT, gaps=self._silence(setting, target, plane, asked)))
        return Row(target.id, setting.name, scope, tuple(cells))

    def _outlook(self, setting: Setting, target: Target) -> tuple[_Outlook, ...]:
        """What can be seen of a setting of this kind of target, plane by plane."""
        key = (target.component, setting.name, target.platform, target.version)
        if key not in self._outlooks:
            self._outlooks[key] = tuple(self._of_plane(setting, target, plane) for plane in PLANES)
        return self._outlooks[key]

    def _of_plane(self, setting: Setting, target: Target, plane: Plane) -> _Outlook:
        def nothing(reason: str) -> _Outlook:
            return _Outlook(frozenset(), Cell(plane, CellState.CANNOT_SHOW, note=reason))

        if not applies(setting, target):
            return nothing("this platform or version does not have the setting")
        if not self._decidable(setting, target, plane):
            return nothing("what it follows from cannot be shown on this plane")
        kinds = frozenset(kind for kind, planes in setting.shown_by if plane in planes)
        if not kinds:
            return nothing("no source shows this setting on this plane")
        note = f"could be shown by: {', '.join(sorted(kinds))}"
        return _Outlook(kinds, Cell(plane, CellState.NOT_ASKED, note=note))

    def _decidable(self, setting: Setting, target: Target, plane: Plane) -> bool:
        """Whether a derived setting has an input that this platform has; a probe on ``served`` needs none."""
        if setting.derived is None or plane is Plane.SERVED:
            return True
        inputs = [self.catalogue.setting(target.component, name) for name in setting.derived.inputs]
        return any(item is not None and applies(item, target) for item in inputs)

    def _beside(
        self, setting: Setting, target: Target, plane: Plane, observations: list[Observation]
    ) -> tuple[Gap, ...]:
        """Gaps that may hide a stronger value than the ones seen: named for this setting, or of a mute source."""
        spoke = {item.provenance.collector for item in observations}
        return tuple(
            gap
            for gap in self.sources.gaps[target.id, plane]
            if setting.name in gap.settings
            or (
                not gap.settings
                and (gap.mute or gap.collector not in spoke)
                and self._may_set(setting, gap.collector, target, plane)
            )
        )

    def _may_set(self, setting: Setting, collector: str, target: Target, plane: Plane) -> bool:
        """Whether a source could have shown the setting: any carrier of variables can hold any variable, and what
        an input may hide is hidden from what follows from it."""
        if can_show(setting, collector, plane):
            return True
        inputs = setting.derived.inputs if setting.derived else ()
        found = [self.catalogue.setting(target.component, name) for name in inputs]
        if any(item is not None and self._may_set(item, collector, target, plane) for item in found):
            return True
        variables = [item for item in self.catalogue.of(target.component) if VARIABLE & dict(item.aliases).keys()]
        return setting in variables and any(can_show(item, collector, plane) for item in variables)

    def _silence(self, setting: Setting, target: Target, plane: Plane, asked: frozenset[str]) -> tuple[Gap, ...]:
        gaps = [
            gap
            for gap in self.sources.gaps[target.id, plane]
            if gap.collector in asked and (not gap.settings or setting.name in gap.settings)
        ]
        if gaps:
            return tuple(gaps)
        name = ", ".join(sorted(asked))
        reason = f"{name} answered but said nothing of {setting.name}"
        if setting.derived:
            reason = f"{setting.name} follows from {', '.join(setting.derived.inputs)}, and none of them was seen"
        return (Gap(target.id, plane, name, reason, "see the gaps of this target", (setting.name,)),)
