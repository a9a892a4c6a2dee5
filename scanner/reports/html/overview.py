"""The first page: what this is a report of, the counts by component, and what was seen of each."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.model import Coverage, Plane, ScanResult, Target
from scanner.wording.index import Index, tally
from scanner.wording.plain import counted, listed, plain
from scanner.wording.sentences import environments
from scanner.wording.words import component, moment


@dataclass(frozen=True, slots=True)
class Component:
    """A target with its counts."""

    target: Target
    about: str
    counts: Coverage
    drifting: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What was asked of a target on one plane."""

    plane: Plane
    symbol: str
    word: str


def title(result: ScanResult) -> str:
    """The title of the document: project, environments, date and time."""
    project = f"{plain(result.project)}, " if result.project else ""
    return f"Configuration baseline report: {project}{heading(result)}"


def heading(result: ScanResult) -> str:
    """What stands under the heading: environments, date and time."""
    return f"{environments(result) or 'no target'}, {moment(result.started)}"


def about(target: Target) -> str:
    """Component, version, platform and environment of a target."""
    kind = " ".join(part for part in (component(target.component), target.version) if part)
    platform = f"on {target.platform}" if target.platform else ""
    assumed = " (assumed: nothing told which environment it is)" if target.environment_from == "assumed" else ""
    environment = f"{target.environment}{assumed}" if target.environment else ""
    return ", ".join(plain(part) for part in (f"{kind} {platform}".strip(), environment) if part)


def components(index: Index) -> list[Component]:
    """Every target with its counts."""
    drifting = [row.target for row in index.disagreeing]
    return [
        Component(index.targets[name], about(index.targets[name]), tally(found), drifting.count(name))
        for name, found in index.findings_by_target.items()
    ]


@dataclass(frozen=True, slots=True)
class Sight:
    """Which planes of which target answered."""

    sentence: str
    answered: int
    asked: int
    rows: list[tuple[Target, list[Seen]]]


def coverage(index: Index) -> Sight:
    """The targets by plane, and in one sentence how many answered."""
    answered = {(item.target, item.plane): item.complete for item in index.result.answers}
    for row in index.result.rows:
        for cell in row.cells:
            if cell.readings:
                answered.setdefault((row.target, cell.plane), False)
    gaps = {(gap.target, gap.plane) for gap in index.result.gaps}
    rows = [(target, [_seen(name, plane, answered, gaps) for plane in Plane]) for name, target in index.targets.items()]
    spoke = sum(1 for name in index.targets if any((name, plane) in answered for plane in Plane))
    asked = len(index.targets)
    quiet = [plain(name) for name in index.targets if not any((name, plane) in answered for plane in Plane)]
    sentence = f"{spoke:,} of {counted(asked, 'target')} answered on at least one plane."
    if quiet:
        sentence += f" Nothing was heard of {listed(quiet, limit=6)}."
    return Sight(sentence, spoke, asked, rows)


def _seen(target: str, plane: Plane, answered: dict[tuple[str, Plane], bool], gaps: set[tuple[str, Plane]]) -> Seen:
    key = (target, plane)
    if key in answered:
        return Seen(plane, "?", "answered in part") if key in gaps else Seen(plane, "✓", "answered")
    return Seen(plane, "?", "no answer") if key in gaps else Seen(plane, "–", "not asked")
