"""What one run saw of each setting, small enough to be kept until the next run is compared with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from scanner.model import CellState, Known, Plane, Raw, Reading, Row, ScanResult, Unresolved
from scanner.records import SCHEDULE

Key = tuple[str, str, str]
"""Target, setting and scope."""

SHOWN = 200
"""Characters of a value that a change log shows."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The effective value of one plane."""

    text: str
    identity: str
    """Equal for values that mean the same."""
    where: str
    actor: str
    actor_source: str
    run: str
    finished: str
    members: tuple[str, ...] = ()
    """The records of a value that is a list of them, a line each."""


def seen(result: ScanResult) -> Iterator[tuple[Key, Plane, Seen]]:
    """Every value that a run really saw. Planes that did not answer, or that cannot be known, say nothing.

    How long ago the run before was is of this run alone: it differs every time and is no change that anybody made.
    """
    passing = {target.id for target in result.targets if target.component == SCHEDULE}
    for row in result.rows:
        if row.target in passing:
            continue
        for plane, reading in effective(row):
            told = reading.observation.provenance
            value = Seen(
                _text(reading),
                _identity(reading),
                told.locator,
                told.changed_by,
                told.changed_by_source,
                result.run_id,
                result.finished or result.started,
                _members(reading),
            )
            yield (row.target, row.setting, row.scope), plane, value


def effective(row: Row) -> Iterator[tuple[Plane, Reading]]:
    """The readings of a row that are values: in effect, and known."""
    for cell in row.cells:
        reading = cell.effective
        if cell.state is not CellState.ANSWERED or reading is None or cell.gaps:
            continue
        if not isinstance(reading.observation.content, Unresolved):
            yield cell.plane, reading


def declared(row: Row) -> Reading | None:
    """What the source asks for, where that is known."""
    return next((reading for plane, reading in effective(row) if plane is Plane.DECLARED), None)


def same(left: Reading, right: Reading) -> bool:
    """Whether two readings of one setting mean the same."""
    return _identity(left) == _identity(right)


def _text(reading: Reading) -> str:
    kind = reading.observation.content.kind
    if kind == "present":
        return "set"
    text = (reading.text or ("not set" if kind == "absent" else ""))[:SHOWN]
    return f"{text} ({_identity(reading)[:8]})" if _members(reading) else text


def _members(reading: Reading) -> tuple[str, ...]:
    """Two lists of as many records read alike, so each record is kept in words and the list is told by a digest."""
    content = reading.observation.content
    raw = content.raw if isinstance(content, Known) else None
    if not isinstance(raw, list | tuple) or not all(isinstance(item, dict) for item in raw):
        return ()
    return tuple(_told(item) for item in raw if isinstance(item, dict))


def _told(record: dict[str, Raw]) -> str:
    fields = (f"{name}={value}" for name, value in record.items() if name != "place" and value not in ("", [], None))
    return " ".join(fields)[:SHOWN]


def _anywhere(raw: Raw) -> Raw:
    """The records of a list without where each stands: a line that moved down says the same."""
    if not isinstance(raw, list | tuple):
        return raw
    return [
        {name: value for name, value in item.items() if name != "place"} if isinstance(item, dict) else item
        for item in raw
    ]


def _identity(reading: Reading) -> str:
    content = reading.observation.content
    if isinstance(content, Known) and isinstance(content.raw, list | tuple | dict):
        raw = json.dumps(_anywhere(content.raw), sort_keys=True, default=str, ensure_ascii=True)
        return hashlib.sha256(raw.encode()).hexdigest()
    return "set" if content.kind == "present" else "absent" if content.kind == "absent" else f"={reading.text}"
