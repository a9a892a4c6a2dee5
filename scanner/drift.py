"""What the planes of one row say of one another, whatever any rule says.

Only values that two planes really showed are compared, by meaning. Without evidence of which side moved the honest
word is ``differs``; a previous run turns it into ``unapplied`` (the declared side moved last) or ``changed`` (the live
side did). Where a file and the process differ, the file's word takes effect later (``pending``), or, when the value
could have been changed at once and lives in memory only, is lost at the next restart (``runtime_only``).
"""

from __future__ import annotations

from scanner.model import (
    SERVER,
    Absent,
    Cell,
    CellState,
    Default,
    Drift,
    Known,
    Plane,
    Present,
    Raw,
    Reading,
    Row,
    Setting,
    TakesEffect,
    Unresolved,
)
from scanner.values import Malformed, read

MEMORY_ONLY = frozenset({"command line", "memory"})
"""Layer names of values that no file holds."""

BESIDE = ("container=", "node=")
"""Scopes that stand beside one another instead of overriding a server-wide value; planes are compared in each."""

SESSIONS = ("role=", "database=")
PARTS = (*SESSIONS, "revision=", "task=", "version=")
"""Scopes of a part of what the whole serves: sessions of a role, tasks of another revision."""

LIVE = (Plane.RUNNING, Plane.PERSISTED, Plane.PROVISIONED, Plane.SERVED)
"""Planes that can stand for the live side, the best first."""


def compare(row: Row, setting: Setting, server: Row | None = None, previous: Row | None = None) -> Row:
    """The row with its drift states in order of weight, a sentence on the headline, and what moved.

    A row of which no source was asked comes back as it is: most rows of a check of sources only are such.
    """
    if not any(cell.readings or cell.gaps or cell.state is CellState.SILENT for cell in row.cells):
        return row
    readings = {cell.plane: cell.effective for cell in row.cells if cell.effective is not None}
    states: dict[Drift, str] = {}
    if row.scope != SERVER and not row.scope.startswith(BESIDE):
        _overridden(states, readings, setting, row, server)
    else:
        _after_restart(states, readings, setting)
        _declared(states, readings, setting)
        _provisioned(states, readings, setting)
        _served(states, readings, setting)
    moved = _moved(states, row, setting, previous)
    if any(cell.state is CellState.SILENT or cell.gaps for cell in row.cells):
        states[Drift.UNKNOWN] = "a plane that was asked did not answer"
    elif sum(bool(cell.readings) for cell in row.cells) > 1 and any(_undecided(cell) for cell in row.cells):
        states[Drift.UNKNOWN] = "a value cannot be known, so nothing can be compared with it"
    if not states and len(readings) > 1:
        states[Drift.IN_SYNC] = "every plane that answered agrees"
    ordered = tuple(state for state in Drift if state in states)
    note = states[ordered[0]] if ordered else ""
    return Row(row.target, row.setting, row.scope, row.cells, ordered, note, moved)


def whole(scope: str) -> str:
    """The scope that a part belongs to: ``revision=41,container=web`` is a part of ``container=web``."""
    rest = scope.partition(",")[2]
    return rest if rest.startswith(BESIDE) else SERVER


def same(left: Reading, right: Reading, setting: Setting) -> bool:
    """Whether two readings mean the same."""
    return meaning(left, setting) == meaning(right, setting)


def meaning(reading: Reading, setting: Setting) -> object:
    """What a reading means for comparison; secrets compare by presence only."""
    content = reading.observation.content
    if isinstance(content, Known | Default):
        try:
            return read(setting, content.raw).meaning
        except Malformed:
            return repr(content.raw)
    return "set" if isinstance(content, Present) else content.kind


def _undecided(cell: Cell) -> bool:
    """Whether a plane answered with what cannot be known: an expression, or places of equal rank that disagree."""
    first = cell.readings[0] if cell.readings else None
    return first is not None and (cell.effective is None or isinstance(first.observation.content, Unresolved))


def _says(reading: Reading | None) -> bool:
    return reading is not None and isinstance(reading.observation.content, Known | Default | Present)


def _pair(left: Reading, right: Reading) -> str:
    return f"{left.observation.plane} {left.text or 'empty'}, {right.observation.plane} {right.text or 'empty'}"


def _overridden(
    states: dict[Drift, str], readings: dict[Plane, Reading], setting: Setting, row: Row, server: Row | None
) -> None:
    if not row.scope.startswith(PARTS):
        return
    for plane, reading in readings.items():
        base = server.cell(plane).effective if server else None
        if base is None or not same(base, reading, setting):
            rest = "the server says" if row.scope.startswith(SESSIONS) else "the rest has"
            told = f"{row.scope} gets {reading.text}, {rest} {base.text if base else 'nothing'}"
            states.setdefault(Drift.OVERRIDDEN, told)


def _after_restart(states: dict[Drift, str], readings: dict[Plane, Reading], setting: Setting) -> None:
    running, persisted = readings.get(Plane.RUNNING), readings.get(Plane.PERSISTED)
    if not running or not persisted or not (_says(running) or _says(persisted)) or same(running, persisted, setting):
        return
    if isinstance(running.observation.content, Unresolved) or isinstance(persisted.observation.content, Unresolved):
        waits, content = running.observation.takes_effect, running.observation.content
        if isinstance(content, Unresolved) and waits is not TakesEffect.NOW:
            # What runs is not known, but that the file is newer is.
            states[Drift.PENDING] = f"{content.reason}: takes effect at the next {waits}"
        else:
            states[Drift.UNKNOWN] = "a value that cannot be known differs from nothing"
        return
    if isinstance(persisted.observation.content, Absent) and not _says(persisted):
        states[Drift.RUNTIME_ONLY] = f"running {running.text}, and no file sets it"
        return
    effect = persisted.observation.takes_effect
    effect = setting.takes_effect if effect is TakesEffect.NOW else effect
    if running.observation.layer.name in MEMORY_ONLY or effect is TakesEffect.NOW:
        states[Drift.RUNTIME_ONLY] = f"{_pair(persisted, running)}: gone at the next restart"
    else:
        states[Drift.PENDING] = f"{_pair(persisted, running)}: takes effect at the next {effect}"


def _live(readings: dict[Plane, Reading], setting: Setting) -> Reading | None:
    """The best reading of the live side that is known; a probe's word that proves nothing does not stand for it."""
    there = [readings[plane] for plane in LIVE if plane in readings]
    found = next((item for item in there if not isinstance(item.observation.content, Unresolved)), None)
    found = found or next(iter(there), None)
    one_sided = found is not None and found.observation.plane is Plane.SERVED and bool(setting.probe_proves)
    return None if found and one_sided and not _equal(setting, setting.probe_proves, _raw(found)) else found


def _declared(states: dict[Drift, str], readings: dict[Plane, Reading], setting: Setting) -> None:
    declared, live = readings.get(Plane.DECLARED), _live(readings, setting)
    if declared is None or live is None:
        return
    if _says(declared) and _says(live):
        if isinstance(declared.observation.content, Default) and isinstance(live.observation.content, Default):
            return
        if not same(declared, live, setting):
            undeclared = isinstance(declared.observation.content, Default)
            states[Drift.UNDECLARED if undeclared else Drift.DIFFERS] = _pair(declared, live)
    elif _says(live) and isinstance(declared.observation.content, Absent):
        if not _is_default(live, setting):
            states[Drift.UNDECLARED] = f"{live.observation.plane} {live.text or 'empty'}, and no source declares it"
    elif _says(declared) and isinstance(live.observation.content, Absent):
        states[Drift.MISSING] = f"declared {declared.text}, and not there"


def _is_default(reading: Reading, setting: Setting) -> bool:
    content = reading.observation.content
    if isinstance(content, Default):
        return True
    candidates: list[Raw] = [default.value for default in setting.defaults]
    return isinstance(content, Known) and any(_equal(setting, raw, content.raw) for raw in candidates)


def _equal(setting: Setting, left: Raw, right: Raw) -> bool:
    try:
        return read(setting, left).meaning == read(setting, right).meaning
    except Malformed:
        return False


def _raw(reading: Reading) -> Raw:
    content = reading.observation.content
    return content.raw if isinstance(content, Known | Default) else None


def _provisioned(states: dict[Drift, str], readings: dict[Plane, Reading], setting: Setting) -> None:
    provisioned, running = readings.get(Plane.PROVISIONED), readings.get(Plane.RUNNING)
    if provisioned and running and _says(provisioned) and _says(running) and not same(provisioned, running, setting):
        effect = provisioned.observation.takes_effect
        state = Drift.DIFFERS if effect is TakesEffect.NOW else Drift.PENDING
        states[state] = _pair(provisioned, running)
    if provisioned:
        _waiting(states, provisioned, running, setting)
        _against_platform(states, readings.get(Plane.DECLARED), provisioned, setting)


def _waiting(states: dict[Drift, str], provisioned: Reading, running: Reading | None, setting: Setting) -> None:
    """What the platform itself says still waits, unless the server runs it already."""
    seen = provisioned.observation
    own = seen.takes_effect is not TakesEffect.NOW
    arrived = own and running is not None and _says(running) and _says(provisioned)
    if seen.pending and not (arrived and running is not None and same(provisioned, running, setting)):
        states.setdefault(Drift.PENDING, f"provisioned {provisioned.text or 'empty'}, and {seen.pending}")


def _against_platform(
    states: dict[Drift, str], declared: Reading | None, provisioned: Reading, setting: Setting
) -> None:
    """The source against the platform, also where the server still runs what is declared."""
    if declared is None or not (isinstance(declared.observation.content, Known) and _says(provisioned)):
        return
    if not same(declared, provisioned, setting):
        states.setdefault(Drift.DIFFERS, _pair(declared, provisioned))


def _served(states: dict[Drift, str], readings: dict[Plane, Reading], setting: Setting) -> None:
    served, running = readings.get(Plane.SERVED), readings.get(Plane.RUNNING)
    if served and setting.probe_proves and not _equal(setting, setting.probe_proves, _raw(served)):
        return
    if served and running and _says(served) and _says(running) and not same(served, running, setting):
        states.setdefault(Drift.DIFFERS, _pair(running, served))


def _moved(states: dict[Drift, str], row: Row, setting: Setting, previous: Row | None) -> str:
    """Turn ``differs`` into what a previous run proves, and name what moved."""
    if previous is None:
        return ""
    changed = [
        plane
        for plane in Plane
        if (now := row.cell(plane).effective) and (before := previous.cell(plane).effective)
        and _says(now) and _says(before) and not same(now, before, setting)
    ]  # fmt: skip
    if not changed:
        return ""
    source, live = Plane.DECLARED in changed, any(plane in changed for plane in LIVE)
    if Drift.DIFFERS in states and source != live:
        told = states.pop(Drift.DIFFERS)
        states[Drift.UNAPPLIED if source else Drift.CHANGED] = told
    names = {Plane.DECLARED: "the source", Plane.PROVISIONED: "the platform"}
    return " and ".join(dict.fromkeys(names.get(plane, "the live system") for plane in changed))
