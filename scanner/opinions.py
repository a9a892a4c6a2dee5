"""Where somebody else's judgement of a setting disagrees with our reading: told beside our verdict, not in its place.

A reading on a layer below zero is an opinion (AWS Config). It is shown in its cell as shadowed by our own reading; here
it is compared with that by meaning.
"""

from __future__ import annotations

from scanner.catalogue import Catalogue
from scanner.drift import same
from scanner.model import Cell, Default, Known, Notice, Reading, Row, ScanResult, Setting


def differing(result: ScanResult, catalogue: Catalogue) -> tuple[Notice, ...]:
    """A remark for each opinion that differs from the reading in effect, with what our rules make of it."""
    components = {target.id: target.component for target in result.targets}
    found = []
    for row in result.rows:
        setting = catalogue.setting(components[row.target], row.setting)
        for cell in row.cells if setting else ():
            others = (item for item in _others(cell) if setting and _differs(cell, item, setting))
            found += [_remark(row, cell, item, result) for item in others]
    return tuple(found)


def _others(cell: Cell) -> list[Reading]:
    return [item for item in cell.readings if item.observation.layer.rank < 0]


def _differs(cell: Cell, opinion: Reading, setting: Setting) -> bool:
    ours = cell.effective
    if ours is None or ours.observation.layer.rank < 0:
        return False
    known = all(isinstance(item.observation.content, Known | Default) for item in (ours, opinion))
    return known and not same(ours, opinion, setting)


def _remark(row: Row, cell: Cell, opinion: Reading, result: ScanResult) -> Notice:
    ours, seen = cell.effective, opinion.observation
    assert ours is not None  # noqa: S101 - what differs has something to differ from
    verdicts = ", ".join(f"{item.rule} {item.verdict}" for item in result.findings if row.id in item.rows)
    text = (
        f"{seen.layer.name} says {row.setting} {opinion.text} ({seen.note}), "
        f"{ours.observation.provenance.collector} reads {ours.text}" + (f"; {verdicts}" if verdicts else "")
    )
    return Notice("disagreement", text, row.target)
