"""Selections: which controls a published baseline asks for at each of its levels, and what it fixes beyond the text.

They are data (``baselines/selections``). A control may be required at a level, be in no level of the selection (then a
scan's evidence for it is supporting), or not be recorded here at all: the three are kept apart, since a list that we
hold in part says nothing of what it leaves out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from scanner import document, resources
from scanner.controls import NIST, ControlMap
from scanner.errors import UserError

FORBID = {"extra": "forbid", "coerce_numbers_to_str": True, "use_attribute_docstrings": True}


@dataclass(frozen=True)
class Fixed:
    """A value or duty that the selection adds to a control, in our own words."""

    __pydantic_config__ = FORBID
    control: str
    says: str
    objective: str = ""
    levels: list[str] = field(default_factory=list)
    """The levels that it holds for; all when left out."""


@dataclass(frozen=True)
class Selection:
    """A file of ``baselines/selections``."""

    __pydantic_config__ = FORBID
    selection: str
    title: str
    framework: str
    edition: str
    source: str
    in_force: str
    levels: dict[str, list[str]]
    """Level to the ids that it asks for."""
    in_no_level: list[str] = field(default_factory=list)
    fixes: list[Fixed] = field(default_factory=list)

    def standing(self, control: str, level: str = "") -> str:
        """``required``, ``supporting`` or ``not recorded``; without a level, the levels that require it."""
        asking = [name for name, ids in self.levels.items() if control in ids]
        if level:
            known = control in self.in_no_level or bool(asking)
            return "required" if level in asking else "supporting" if known else "not recorded"
        return ", ".join(asking) or ("supporting" if control in self.in_no_level else "not recorded")

    def fixed(self, control: str, level: str = "") -> list[Fixed]:
        """What the selection fixes for a control at a level, or at any."""
        held = [item for item in self.fixes if item.control == control]
        return [item for item in held if not level or not item.levels or level in item.levels]


def choose(name: str) -> tuple[Selection, str]:
    """A selection and its level from ``fedramp-2024:moderate`` or ``fedramp-2024``. UserError when there is none."""
    known = shipped()
    wanted, _, level = name.partition(":")
    if wanted not in known:
        raise UserError("there is no such selection of controls", key=name, allowed=", ".join(known))
    if level and level not in known[wanted].levels:
        raise UserError(f"{wanted} has no such level", key=name, allowed=", ".join(known[wanted].levels))
    return known[wanted], level


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Selection]:
    """The selections that come with the scanner, by name."""
    found = {}
    for path in resources.files("baselines/selections", ".yaml"):
        content, _ = document.read(path, Selection, f"baselines/selections/{path.name}")
        found[content.selection] = content
    return found


def check(selection: Selection, known: ControlMap) -> None:
    """UserError when a selection names what the map does not hold or a level that it does not have."""
    named = [name for ids in selection.levels.values() for name in ids] + selection.in_no_level
    named += [item.objective or item.control for item in selection.fixes]
    for name in named:
        if known.resolve(selection.framework or NIST, name) is None:
            raise UserError("is no control of the map", place=selection.selection, key=name)
    for item in selection.fixes:
        for level in item.levels:
            if level not in selection.levels:
                raise UserError("has no such level", place=selection.selection, key=level)
