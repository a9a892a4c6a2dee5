"""What a run holds beside its rules that is evidence for a control objective, each kind in one sentence.

The control map says which kinds speak for which objective. A kind that this run has nothing of says so in the same
place, because an empty record is what an assessor has to know.
"""

from __future__ import annotations

from collections.abc import Callable

from scanner.model import Baseline, Plane, Verdict
from scanner.records import COMPONENTS
from scanner.wording.index import Index, assessed
from scanner.wording.plain import counted, listed, plain
from scanner.wording.words import day, moment


def sentence(kind: str, index: Index) -> str:
    """What this run holds of one kind of evidence."""
    return _KINDS[kind](index)


def _archive(index: Index) -> str:
    head = index.result.archive_head
    if head:
        return f"Kept after the runs up to chain head {plain(head[:16])}…, which the archive's verification checks."
    return "This run names no archive, so nothing here shows that earlier runs and baselines are kept."


def _baselines(index: Index) -> str:
    found = [_baseline(item) for item in index.result.baselines if item.component not in COMPONENTS]
    return f"{'; '.join(found)}." if found else "No baseline was used."


def _baseline(item: Baseline) -> str:
    approved = f"approved by {plain(item.approved_by)}" if item.approved_by else "no approval recorded"
    on = f" on {day(item.approved_on)}" if item.approved_by and item.approved_on else ""
    return f"{plain(item.id)} {plain(item.version)}, SHA-256 {item.digest[:12] or 'not recorded'}…, {approved}{on}"


def _changes(index: Index) -> str:
    if not index.result.previous_run:
        return "No earlier run was given, so this run shows no change over time."
    moved = [row for row in index.result.rows if row.moved]
    earlier = plain(index.result.previous_run)
    return f"{counted(len(moved), 'setting')} moved since run {earlier}, as far as evidence says what moved."


def _coverage(index: Index) -> str:
    held = index.result.coverage
    parts = _components(index)
    kept = len(index.result.targets) - len(parts)
    records = f" and {counted(kept, 'record')} that people keep" if kept else ""
    return (
        f"{assessed(held):,} of {counted(held.expected, 'requirement')} assessed on "
        f"{counted(len(parts), 'component')}{records}; {held.failed_open:,} differ and are open, "
        f"{held.failed_accepted:,} differ and are accepted, {held.unknown:,} could not be checked."
    )


def _drift(index: Index) -> str:
    compared = [row for row in index.result.rows if sum(bool(cell.readings) for cell in row.cells) > 1]
    return f"{len(index.disagreeing):,} of {counted(len(compared), 'setting')} seen on two planes or more disagree."


def _inventory(index: Index) -> str:
    live = {item.target for item in index.result.answers if item.plane is not Plane.DECLARED}
    declared = {item.target for item in index.result.answers if item.plane is Plane.DECLARED}
    known = _components(index)
    versions = sum(bool(target.version) for target in index.result.targets if target.id in known)
    return (
        f"{counted(len(known), 'component')}: {len(known & declared):,} declared, {len(known & live):,} seen live, "
        f"{versions:,} with a version."
    )


def _runs(index: Index) -> str:
    result = index.result
    return f"Run {plain(result.run_id)} by scanner {plain(result.tool_version)}, ended {moment(result.finished)}."


def _sources(index: Index) -> str:
    known = _components(index)
    rows = [row for row in index.result.rows if row.target in known]
    held = sum(any(cell.plane is Plane.DECLARED and cell.readings for cell in row.cells) for row in rows)
    return f"{held:,} of {counted(len(rows), 'setting')} stand in a declared source."


def _components(index: Index) -> set[str]:
    """The targets that are parts of the system; what people record of it is none."""
    return {target.id for target in index.result.targets if target.component not in COMPONENTS}


def _waivers(index: Index) -> str:
    accepted = [item for item in index.result.findings if item.accepted]
    open_ = [item for item in index.result.findings if item.verdict is Verdict.FAIL and not item.accepted]
    names = listed(sorted({plain(item.waiver) for item in accepted}), limit=6)
    told = f" ({names})" if names else ""
    return f"{len(accepted):,} accepted by a waiver{told}, {len(open_):,} open without one."


_KINDS: dict[str, Callable[[Index], str]] = {
    "archive": _archive,
    "baselines": _baselines,
    "changes": _changes,
    "coverage": _coverage,
    "drift": _drift,
    "inventory": _inventory,
    "runs": _runs,
    "sources": _sources,
    "waivers": _waivers,
}
