"""A baseline from what a target has now, as a proposal that somebody reads, corrects and approves.

Every setting with a known value becomes a rule that asks for exactly this value. A secret is never written, and what no
rule could ask for (a value that is not known, a list of records, what follows from other settings) is named as left
out, so that nobody takes the proposal for the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scanner.baselines.operands import expectation
from scanner.baselines.place import Place
from scanner.catalogue import Catalogue
from scanner.document import Tree
from scanner.errors import UserError
from scanner.model import SERVER, CellState, Default, Known, Plane, Reading, Row, Setting, Target, Unresolved
from scanner.readers.secrecy import holds_secret

NEAREST = (Plane.RUNNING, Plane.PROVISIONED, Plane.PERSISTED, Plane.DECLARED, Plane.SERVED)
"""The planes in the order in which their word is taken: what is in effect comes first."""

NO_ANSWER = "a plane that was asked gave no clear answer"


@dataclass(frozen=True)
class Captured:
    """A proposal, and the settings that it leaves out with the reason of each."""

    baseline: Mapping[str, object]
    left_out: tuple[tuple[str, str], ...]


def capture(name: str, target: Target, rows: Iterable[Row], catalogue: Catalogue, seen: str) -> Captured:
    """The proposal for a target; ``seen`` says when and by which run. UserError when no setting has a known value
    though nothing kept silent."""
    rules, left_out = [], []
    for row in rows:
        setting = catalogue.setting(target.component, row.setting)
        if row.target != target.id or setting is None:
            continue
        reading, silent = _nearest(row)
        why_not = _left_out(row, setting, reading) or (NO_ANSWER if silent else "")
        if why_not or reading is None:
            left_out.append((row.setting if row.scope == SERVER else f"{row.setting} of {row.scope}", why_not))
        else:
            rules.append(_rule(setting, reading, target, seen))
    if not rules and all(why != NO_ANSWER for _, why in left_out):
        raise UserError("no setting of this target has a known value", key=target.id, hint="ask it with drift")
    head = {
        "id": name,
        "version": "0.1.0",
        "title": f"{target.id} as it was found, to be approved",
        "component": target.component,
        "owner": "",
        "approved_by": "",
        "approved_on": "",
        "review": "annually",
        "source": f"captured from {target.id}, {seen}",
        "source_kind": "custom",
    }
    return Captured({**head, "rules": rules}, tuple(left_out))


def _nearest(row: Row) -> tuple[Reading | None, bool]:
    """What is in effect, and whether a plane that stands nearer to it was asked and kept silent.

    What a source declares says nothing of a server that did not answer.
    """
    cells = {cell.plane: cell for cell in row.cells}
    silent = False
    for plane in NEAREST:
        cell = cells.get(plane)
        if cell is not None and cell.effective is not None:
            return cell.effective, silent
        silent = silent or (cell is not None and (cell.state is CellState.SILENT or bool(cell.readings)))
    return None, silent


def _left_out(row: Row, setting: Setting, reading: Reading | None) -> str:
    """Why a row cannot become a rule, or nothing."""
    if setting.secret:
        return "a secret"
    if row.scope != SERVER:
        return "a value of its own scope"
    if setting.derived:
        return "follows from other settings"
    if setting.type == "records":
        return "a list of records"
    content = reading.observation.content if reading else None
    if isinstance(content, Unresolved) or (reading is None and _nearest(row)[1]):
        return NO_ANSWER
    if reading is None or not isinstance(content, Known | Default) or not reading.meaningful:
        return "no known value"
    if holds_secret(f"{content.raw}"):
        return "a secret"
    try:
        expectation({"equals": _value(setting, reading)}, setting, Place(Tree({}, "")))
    except UserError:
        return "a value that no rule can ask for"
    return ""


def _value(setting: Setting, reading: Reading) -> object:
    """The value as a rule writes it: a list where the source had one, the setting's own words otherwise."""
    content = reading.observation.content
    if isinstance(content, Known | Default) and isinstance(content.raw, list | tuple):
        return [str(item) for item in content.raw]
    return reading.text


def _rule(setting: Setting, reading: Reading, target: Target, seen: str) -> dict[str, object]:
    content = reading.observation.content
    origin = f"the documented default, {content.source}" if isinstance(content, Default) else ""
    origin = origin or f"read at {reading.observation.provenance.locator}"
    words = re.sub(r"[^a-z0-9]+", "-", setting.name.lower()).strip("-")
    return {
        "id": f"{target.component}-{words}-as-captured",
        "title": f"{setting.name} is what it was when it was captured",
        "setting": setting.name,
        "expect": {"equals": _value(setting, reading)},
        "severity": "medium",
        "why": f"Captured from {target.id}, {seen} ({origin}). Say why it is right before the baseline is approved.",
        "fix": {"procedure": f"Set {setting.name} back to the approved value."},
        "controls": {"nist-800-53r5": ["cm-6_obj.b"]},
    }
