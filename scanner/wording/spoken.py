"""What a row holds on each plane, in words: the value, the raw text, where it stands, how it came there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from scanner.model import (
    Cell,
    CellState,
    Drift,
    Finding,
    Plane,
    Reading,
    ReadingState,
    Row,
    TakesEffect,
    Unresolved,
    Verdict,
)
from scanner.wording import contents
from scanner.wording.plain import VALUE_LIMIT, plain
from scanner.wording.words import CELL_STATES, WAITS, Outcome, outcome_of


@dataclass(frozen=True, slots=True)
class Said:
    """One reading in words."""

    value: str
    raw: str = ""
    """The text of the source, where it differs from the value."""
    records: tuple[str, ...] = ()
    """Of a list of records, each in one line in place of the raw text."""
    details: tuple[str, ...] = ()
    where: str = ""
    chain: str = ""
    layer: str = ""
    changed: str = ""
    state: ReadingState = ReadingState.EFFECTIVE


@dataclass(frozen=True, slots=True)
class PlaneSaid:
    """One plane of a row in words: its readings, or why there is none."""

    plane: Plane
    state: CellState
    mark: Outcome | None
    """What the rule says of this plane, when a rule was asked."""
    readings: tuple[Said, ...]
    silence: str
    """Why the plane has no value, or what else is to be said of it."""
    note: str
    remedies: tuple[str, ...]
    reason: str

    @property
    def height(self) -> int:
        """How many lines of a table the readings take: records stand in a line of their own."""
        return sum(2 if said.records else 1 for said in self.readings)

    @property
    def value(self) -> str:
        """The values of the plane on one line, or why there is none."""
        shown = [said.value for said in self.readings if said.state is not ReadingState.SHADOWED]
        return " / ".join(shown) if shown else self.silence


def said(reading: Reading, limit: int = VALUE_LIMIT, pending: bool = False) -> Said:
    """One reading in words; ``pending`` when it matters that the value is not yet in effect."""
    observation = reading.observation
    provenance = observation.provenance
    value, raw, details = contents.spoken(reading, limit)
    records = contents.records(observation.content, limit)
    notes = [plain(note) for note in (reading.note, observation.note) if note]
    if not reading.meaningful and not notes:
        notes.append("has no meaning for this setting")
    if pending and observation.takes_effect is not TakesEffect.NOW:
        notes.append(WAITS[observation.takes_effect])
    return Said(
        value=value,
        raw="" if records else raw,
        records=records,
        details=(*details, *dict.fromkeys(notes)),
        where=plain(provenance.locator) or plain(provenance.collector),
        chain=plain(" → ".join(provenance.chain)),
        layer=plain(observation.layer.name),
        changed=_changed(provenance.changed_by, provenance.changed_by_source),
        state=reading.state,
    )


def _changed(who: str, source: str) -> str:
    return plain(f"{who} ({source})" if source else who) if who else ""


def planes(row: Row, finding: Finding | None = None, limit: int = VALUE_LIMIT) -> list[PlaneSaid]:
    """Every plane of a row in words, in the order in which a change travels."""
    cells = {cell.plane: cell for cell in row.cells}
    pending = Drift.PENDING in row.drift
    return [_plane(cells.get(plane) or Cell(plane, CellState.NOT_ASKED), finding, limit, pending) for plane in Plane]


def _plane(cell: Cell, finding: Finding | None, limit: int, pending: bool) -> PlaneSaid:
    verdict, reason, remedies = _judged(cell, finding)
    remedies += [gap.remedy for gap in cell.gaps]
    remedies += [
        reading.observation.content.remedy
        for reading in cell.readings
        if isinstance(reading.observation.content, Unresolved)
    ]
    return PlaneSaid(
        plane=cell.plane,
        state=cell.state,
        mark=outcome_of(verdict) if verdict else None,
        readings=_readings(cell, limit, pending),
        silence=_silence(cell),
        note=plain(cell.note),
        remedies=tuple(dict.fromkeys(plain(remedy) for remedy in remedies if remedy)),
        reason=plain(reason),
    )


def _readings(cell: Cell, limit: int, pending: bool) -> tuple[Said, ...]:
    """The readings in words; which layer one stands on is of interest only beside another."""
    found = tuple(said(reading, limit, pending) for reading in cell.readings)
    return found if len(found) > 1 else tuple(replace(item, layer="") for item in found)


def _silence(cell: Cell) -> str:
    reasons = dict.fromkeys(plain(gap.reason) for gap in cell.gaps)
    parts = [CELL_STATES[cell.state], *reasons, *([plain(cell.note)] if cell.note else [])]
    if cell.state is CellState.ANSWERED:
        parts = parts[1:]
    return ": ".join(parts[:2]) + "".join(f"; {part}" for part in parts[2:])


_WORST = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_ASSESSED, Verdict.NOT_APPLICABLE, Verdict.PASS)


def _judged(cell: Cell, finding: Finding | None) -> tuple[Verdict | None, str, list[str]]:
    """What a finding says of this cell; of several rows, the judgement whose text the cell holds."""
    found = [item for item in finding.judgements if item.plane is cell.plane] if finding else []
    if finding and len(finding.rows) > 1:
        texts = {reading.text for reading in cell.readings}
        found = [item for item in found if item.text in texts]
    if not found:
        return None, "", []
    worst = min(found, key=lambda item: _WORST.index(item.verdict))
    return worst.verdict, worst.reason, [item.remedy for item in found]


def observed(finding: Finding, rows: Iterable[Row] = (), limit: int = VALUE_LIMIT) -> str:
    """What was seen, as one short text: of a fail the values that fail, else every value."""
    judgements = [item for item in finding.judgements if item.verdict is finding.verdict] or list(finding.judgements)
    texts = [plain(item.text, limit) for item in judgements if item.text]
    if not texts:
        texts = [
            said(reading, limit).value
            for row in rows
            for cell in row.cells
            for reading in cell.readings
            if reading.state is not ReadingState.SHADOWED
        ]
    return " / ".join(dict.fromkeys(texts))


def news(finding: Finding, rows: Iterable[Row]) -> str:
    """The reason of a finding, unless its planes, notes and drift have said all of it already."""
    rows = list(rows)
    notes = [row.drift_note for row in rows]
    for row in rows:
        for cell in row.cells:
            for reading in cell.readings:
                notes += [reading.note, reading.observation.note, *said(reading).details]
    seen = {str(item.plane): item.text for item in finding.judgements if item.text}
    parts = finding.reason.split("; ")
    return "" if all(_told(part, seen, notes) for part in parts) else plain(finding.reason)


def _told(part: str, seen: dict[str, str], notes: list[str]) -> bool:
    """A part of a reason (``declared, running: md5 (why)``) that names shown values, with a why that a note has."""
    if any(part in note for note in notes):
        return True
    names, _, rest = part.partition(": ")
    texts = {seen.get(name, "") for name in names.split(", ")}
    text = min(texts)
    if len(texts) > 1 or not text or not rest.startswith(text):
        return False
    why = rest.removeprefix(text).strip(" ()")
    return any(why in note for note in ["", *notes])
