"""The components of a run (CM-8): what each is, who declares it, whether it was found, since when it is known.

Only the kinds that the scanner can scan are seen, and only where a source was asked: a component that no source named
does not stand here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from scanner.model import SERVER, Cell, CellState, Known, Plane, ScanResult

VERSION = "server_version"
PARTS = {"extensions": "extension", "loaded_modules": "module"}
"""Settings that list what was installed in a component, and what one of them is called."""
SHARED = frozenset({"port", "database"})
"""Labels that many components have in common."""
INVISIBLE = frozenset({"baseline", "schedule"})
"""Components that are records, not parts of the system."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something installed in a component: an extension of PostgreSQL, a module of Redis."""

    kind: str
    name: str
    version: str = ""
    scope: str = ""
    """Whose it is, where it is not the whole component's."""


@dataclass(frozen=True, slots=True)
class Component:
    """One component with what this run, or a row of runs, knows of it."""

    id: str
    component: str
    environment: str
    platform: str = ""
    version: str = ""
    """As found, or as declared where nothing found it."""
    declared_version: str = ""
    declared_at: tuple[str, ...] = ()
    """Places in the sources that declare it."""
    found_by: tuple[str, ...] = ()
    """Collector and view that saw it live or in the platform."""
    labels: tuple[tuple[str, str], ...] = ()
    baselines: tuple[str, ...] = ()
    waivers: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    """Other components of this run that share an identifier: one thing that stands twice."""
    parts: tuple[Part, ...] = ()
    silent: bool = False
    """It was asked and said nothing."""
    asked: bool = True
    """A live system or the platform was asked for it; where not, nothing is said of whether it is there."""
    first_seen: str = ""
    last_seen: str = ""

    @property
    def standing(self) -> str:
        """How declared and found lie side by side."""
        if self.found_by:
            return "declared and found" if self.declared_at else "found, not declared"
        there = "declared" if self.declared_at else "listed"
        return f"{there}, not found" if self.asked else f"{there}, not looked for"


def components(result: ScanResult) -> tuple[Component, ...]:
    """The components of one run, in the order of its targets."""
    declared: dict[str, dict[str, None]] = defaultdict(dict)
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for answer in result.answers:
        at = answer.provenance.locator
        if answer.plane is Plane.DECLARED:
            declared[answer.target][at] = None
        else:
            found[answer.target][f"{answer.collector}: {at}" if at else answer.collector] = None
    versions = _versions(result)
    accepted: dict[str, dict[str, None]] = defaultdict(dict)
    for item in result.findings:
        if item.accepted:
            accepted[item.target][item.waiver] = None
    judged, parts = _baselines(result), _parts(result)
    gaps = {gap.target for gap in result.gaps}
    asked = {row.target for row in result.rows if any(_asked(cell) for cell in row.cells)} | {
        gap.target for gap in result.gaps if gap.plane is not Plane.DECLARED
    }
    return tuple(
        Component(
            target.id,
            target.component,
            target.environment,
            target.platform,
            versions.get((target.id, True)) or target.version or versions.get((target.id, False), ""),
            versions.get((target.id, False), ""),
            tuple(declared[target.id]),
            tuple(found[target.id]),
            target.labels,
            judged.get(target.component, ()),
            tuple(accepted[target.id]),
            _twins(target.id, target.labels, result),
            tuple(parts[target.id]),
            target.id in gaps and not found[target.id],
            target.id in asked,
            result.started,
            result.started,
        )
        for target in result.targets
        if target.component not in INVISIBLE
    )


def merged(known: Mapping[str, Component], now: tuple[Component, ...], result: ScanResult) -> dict[str, Component]:
    """What was known with what a further run says: first seen stays, last seen moves."""
    found = dict(known)
    for item in now:
        before = found.get(item.id)
        found[item.id] = replace(item, first_seen=before.first_seen if before else result.started)
    return found


def _asked(cell: Cell) -> bool:
    return cell.plane is not Plane.DECLARED and cell.state in (CellState.ANSWERED, CellState.SILENT)


def _versions(result: ScanResult) -> dict[tuple[str, bool], str]:
    """Target and whether it was seen live → version."""
    found: dict[tuple[str, bool], str] = {}
    for row in result.rows:
        if row.setting != VERSION:
            continue
        for cell in row.cells:
            reading = cell.effective
            if reading is not None and isinstance(reading.observation.content, Known):
                found[row.target, cell.plane is not Plane.DECLARED] = reading.text
    return found


def _parts(result: ScanResult) -> dict[str, dict[Part, None]]:
    """What live planes say is installed in each target."""
    found: dict[str, dict[Part, None]] = defaultdict(dict)
    for row in result.rows:
        kind = PARTS.get(row.setting)
        for cell in row.cells if kind else ():
            reading = cell.effective
            if cell.plane is Plane.DECLARED or reading is None or not isinstance(reading.observation.content, Known):
                continue
            raw = reading.observation.content.raw
            for entry in raw if isinstance(raw, list | tuple) else ():
                part = _part(str(kind), entry, "" if row.scope == SERVER else row.scope)
                if part.name:
                    found[row.target][part] = None
    return found


def _part(kind: str, entry: object, scope: str) -> Part:
    if isinstance(entry, Mapping):
        return Part(kind, str(entry.get("name", "")), str(entry.get("version", "") or ""), scope)
    return Part(kind, str(entry), scope=scope)


def _baselines(result: ScanResult) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for baseline in result.baselines:
        for rule in baseline.rules:
            found[rule.component][f"{baseline.id} {baseline.version}"] = None
    return {name: tuple(ids) for name, ids in found.items()}


def _twins(name: str, labels: tuple[tuple[str, str], ...], result: ScanResult) -> tuple[str, ...]:
    mine = {(key, value) for key, value in labels if value and key not in SHARED}
    return tuple(other.id for other in result.targets if other.id != name and mine & set(other.labels))
