"""The control map: the ids, titles and objectives of the frameworks that rules are evidence for.

It is data of our own (``baselines/controls``): ids and titles as the frameworks print them, and one line of our own
words on what each asks. An id of an older revision is accepted and moved to where the requirement is now, and the
reference says both names. For objectives the map also says how far a configuration scan carries (``measured``,
``partial``, ``record``, ``none``) and why, so that no rule can claim more than the map allows without its own reason.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

from scanner import document, kept, resources
from scanner.errors import UserError
from scanner.model import Strength

Evidence = Literal["archive", "baselines", "changes", "coverage", "drift", "inventory", "runs", "sources", "waivers"]
"""What a run holds beside the rules that cite an objective, and that is evidence for it too."""

FORBID = {"extra": "forbid", "coerce_numbers_to_str": True, "use_attribute_docstrings": True}


@dataclass(frozen=True)
class Objective:
    """One thing that an assessor determines for a control."""

    __pydantic_config__ = FORBID
    id: str
    """As OSCAL writes it, such as ``cm-6_obj.c-1``."""
    strength: Strength | None = None
    why: str = ""
    """What a scan shows of it, or why it shows nothing."""
    shown_by: list[Evidence] = field(default_factory=list)
    """Parts of a run that are evidence for it, whatever the rules are."""
    cci: list[str] = field(default_factory=list)
    """Control Correlation Identifiers (DISA) of what a scan shows of it, such as ``CCI-000366``."""


@dataclass(frozen=True)
class Control:
    """A control, enhancement or criterion."""

    __pydantic_config__ = FORBID
    id: str
    title: str
    says: str = ""
    """What it asks, in one line of our own words."""
    objectives: list[Objective] = field(default_factory=list)
    strength: Strength | None = None
    why: str = ""
    revision_4_title: str = ""
    moved_to: str = ""
    """Where the requirement of a withdrawn control is now."""
    moved_part: str = ""
    """The part of that control, such as ``b``."""
    shown_by: list[Evidence] = field(default_factory=list)
    """As for an objective, where the framework gives the control none."""
    cci: list[str] = field(default_factory=list)
    """As for an objective, for rules that cite the control as a whole."""
    fed_by: list[str] = field(default_factory=list)
    """Controls of NIST SP 800-53 whose evidence is evidence for this one (indicators of FedRAMP)."""


@dataclass(frozen=True)
class Framework:
    """A file of the map."""

    __pydantic_config__ = FORBID
    framework: str
    title: str
    edition: str
    source: str
    """Where ids and titles come from."""
    controls: list[Control]


@dataclass(frozen=True)
class Cited:
    """What a reference in a rule resolves to."""

    id: str
    label: str
    title: str
    strength: Strength | None
    why: str
    note: str = ""
    """Both names, when an older revision's id was moved."""
    cci: tuple[str, ...] = ()


_CCI = re.compile(r"CCI-\d{6}", re.ASCII)
_CONTROL = re.compile(r"([a-z]{2})-(\d+)(?:\.(\d+))?", re.ASCII)
NIST = "nist-800-53r5"


def label(identifier: str) -> str:
    """An id as people print it: ``sc-8.1`` is SC-8(1), ``cm-6_obj.c-1`` is CM-06c.[01]."""
    control, _, rest = identifier.partition("_obj")
    match = _CONTROL.fullmatch(control)
    if not match:
        return identifier
    family, number, enhancement = match[1].upper(), int(match[2]), match[3]
    if "_obj" not in identifier:
        return f"{family}-{number}" + (f"({int(enhancement)})" if enhancement else "")
    head = f"{family}-{number:02}" + (f"({int(enhancement):02})" if enhancement else "")
    part, _, count = rest.removeprefix(".").partition("-")
    letters = [
        f"{int(piece):02}" if piece.isascii() and piece.isdigit() else piece for piece in part.split(".") if piece
    ]
    if letters:
        letters[0] = f"({letters[0]})" if enhancement else f"{letters[0]}."
    return head + "".join(letters) + (f"[{int(count):02}]" if count.isascii() and count.isdigit() else "")


def _padded(piece: str) -> str:
    return f"{int(piece):02}" if piece.isascii() and piece.isdigit() else piece


def _normal(text: str) -> str:
    """An id or label in one spelling: lower case, no blanks, enhancement after a dot, no leading zeros."""
    word = re.sub(r"\s+", "", text.lower()).rstrip(".")
    if "_" in word:
        return word
    word = re.sub(r"(?<=[-(\[])0+(?=\d)", "", word)
    return re.sub(r"^([a-z]{2}-\d+)\((\d+)\)", r"\1.\2", word)


def _cited(part: Control | Objective, title: str) -> Cited:
    return Cited(part.id, label(part.id), title, part.strength, part.why, cci=tuple(part.cci))


@dataclass(frozen=True)
class ControlMap:
    """All frameworks by name."""

    frameworks: Mapping[str, Framework]

    @cached_property
    def _known(self) -> dict[tuple[str, str], tuple[Control, Objective | None]]:
        found: dict[tuple[str, str], tuple[Control, Objective | None]] = {}
        for name, framework in self.frameworks.items():
            for control in framework.controls:
                found[name, _normal(control.id)] = (control, None)
                for objective in control.objectives:
                    found[name, _normal(objective.id)] = (control, objective)
                    found.setdefault((name, _normal(label(objective.id))), (control, objective))
        return found

    def control(self, framework: str, identifier: str) -> Control | None:
        """The control that an id or one of its objectives belongs to."""
        found = self._known.get((framework, _normal(identifier)))
        return found[0] if found else None

    def resolve(self, framework: str, identifier: str) -> Cited | None:
        """What an id, in any usual spelling, stands for now; None when there is none."""
        found = self._known.get((framework, _normal(identifier)))
        if found is None:
            return None
        control, objective = found
        if control.moved_to:
            return self._moved(framework, control)
        return _cited(objective or control, control.title)

    def _moved(self, framework: str, old: Control) -> Cited | None:
        now = self._known.get((framework, _normal(old.moved_to)))
        if now is None:
            return None
        control = now[0]
        where = f"{label(control.id)} {old.moved_part}".strip()
        note = f"{label(old.id)} (rev 4; now {where})"
        return Cited(control.id, where, control.title, control.strength, control.why, note)

    def find(self, identifier: str) -> tuple[str, Cited] | None:
        """The framework that knows an id, in any usual spelling, and what it stands for."""
        for framework in self.frameworks:
            cited = self.resolve(framework, identifier)
            if cited is not None:
                return framework, cited
        return None

    def nearest(self, framework: str, identifier: str) -> str:
        """A hint that names the most similar id, or nothing."""
        names = [name for owner, name in self._known if owner == framework]
        close = difflib.get_close_matches(_normal(identifier), names, 1, 0.6)
        return f"did you mean {close[0]}?" if close else ""


@lru_cache(maxsize=1)
def shipped() -> ControlMap:
    """The control map that comes with the scanner."""
    return kept.shipped("controls", kept.nouns(__name__), _shipped)


def _shipped() -> ControlMap:
    found: dict[str, Framework] = {}
    for path in resources.files("baselines/controls", ".yaml"):
        place = f"baselines/controls/{path.name}"
        content, tree = document.read(path, Framework, place)
        _check(content, tree)
        found[content.framework] = content
    _check_feeds(found)
    return ControlMap({NIST: found.pop(NIST), **found})


def _check_feeds(found: Mapping[str, Framework]) -> None:
    """What feeds an indicator stands in the map."""
    known = {control.id for control in found[NIST].controls} if NIST in found else set()
    for framework in found.values():
        for control in framework.controls:
            for name in control.fed_by:
                if name not in known:
                    raise UserError("is fed by a control that is not in the map", place=control.id, key=name)


def _check(content: Framework, tree: document.Tree) -> None:
    """Ids are unique and moves lead to a control that is there and not itself moved."""
    standing = {control.id for control in content.controls if not control.moved_to}
    seen: set[str] = set()
    for index, control in enumerate(content.controls):
        place = f"{tree.place}:{tree.line(('controls', index))}"
        for name in (control.id, *(objective.id for objective in control.objectives)):
            if name in seen:
                raise UserError("this id stands twice", place=place, key=name)
            seen.add(name)
        if control.moved_to and control.moved_to not in standing:
            raise UserError(f"moves to {control.moved_to}, which is not in force here", place=place, key=control.id)
        numbers = [*control.cci, *(number for item in control.objectives for number in item.cci)]
        for number in numbers:
            if not _CCI.fullmatch(number):
                raise UserError(f"{number} is no CCI", place=place, key=control.id, allowed="such as CCI-000366")
        wrong = [item.id for item in control.objectives if item.id.partition("_obj")[0] != control.id]
        if wrong:
            raise UserError(f"objective {wrong[0]} belongs to another control", place=place, key=control.id)
