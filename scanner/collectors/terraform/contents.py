"""Values to contents: what may leave the collector, and where it came from.

A secret leaves as presence, a marked value does not leave at all (booleans excepted: they tell whether something is
on), a hole leaves as an unresolved expression with its remedy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from scanner.bindings import Absence, SettingSource
from scanner.catalogue import Catalogue
from scanner.collectors.terraform import lifecycle, types
from scanner.collectors.terraform.resources import Instance, follow
from scanner.collectors.terraform.values import (
    MAPPINGS,
    PRIMITIVES,
    SEQUENCES,
    WEAK,
    Hole,
    Trail,
    Value,
    deep_marks,
    find_hole,
    sequence,
    to_python,
)
from scanner.model import Absent, Content, Default, Known, Present, Setting, Unresolved
from scanner.readers import secrecy
from scanner.values import version_within

HIDDEN = Unresolved("the source marks this value as sensitive, so it is not shown", "ask a live source")


@dataclass(frozen=True)
class Found:
    """A content with the way its value came, and the text of a secret for the digest only."""

    content: Content
    trail: Trail | None = None
    secret: str | None = None
    note: str = ""

    def __repr__(self) -> str:
        return f"Found({self.content!r})"


def unresolved(hole: Hole, *, secret: bool = False) -> Unresolved:
    """A hole as a content."""
    known = [item for item in hole.alternatives if item.kind in PRIMITIVES and not item.marks]
    complete = len(known) == len(hole.alternatives) and not secret
    alternatives = tuple(to_python(item) for item in known) if complete else ()
    remedy = hole.remedy or "give a plan, or ask a live source"
    return Unresolved(secrecy.redact(hole.reason), remedy, alternatives)


def of_value(value: Value, setting: Setting, catalogue: Catalogue, *, as_text: bool = False) -> Found:
    """What a value that is there says of a setting."""
    if setting.secret:
        return _secret(value, catalogue)
    if value.kind in SEQUENCES:
        return _members(value)
    if setting.type in {"set", "list"} and value.links and value.kind == "unknown":
        return _members(replace(sequence([value]), trail=value.trail))
    hole = find_hole(value)
    if hole is not None:
        return Found(unresolved(hole, secret=bool(deep_marks(value))), value.trail)
    if deep_marks(value) and value.kind != "bool":
        return Found(HIDDEN, value.trail)
    if as_text and value.kind in PRIMITIVES:
        return Found(Known(types.as_text(value)), value.trail)
    return Found(Known(to_python(value)), value.trail)


def _members(value: Value) -> Found:
    """A list: a member that is not known is named by the resource that it stands for."""
    if value.rest is not None:
        return Found(unresolved(value.rest), value.trail)
    members: list[Any] = []
    for item in value.data:
        links = [link for link in item.links if not link.startswith(WEAK)]
        if item.kind == "unknown" and links:
            members.append(links[0])
        elif find_hole(item) is not None or deep_marks(item):
            return Found(unresolved(find_hole(item) or Hole("a member is sensitive")), value.trail)
        else:
            members.append(to_python(item))
    return Found(Known(members), value.trail or (value.data[0].trail if value.data else None))


def _secret(value: Value, catalogue: Catalogue) -> Found:
    if value.kind == "string" and not value.data.strip():
        return Found(Absent(), value.trail)
    if value.kind == "string":
        return Found(secrecy.present(value.data, catalogue.weak_secrets), value.trail, value.data)
    hole = find_hole(value)
    if hole is None:
        return Found(Present("literal"), value.trail)
    if not hole.computed:
        return Found(unresolved(hole, secret=True), value.trail)
    data = any("data." in link for link in value.links)
    return Found(Present("reference" if data else "computed"), value.trail)


def of_source(
    source: SettingSource, instance: Instance, setting: Setting, catalogue: Catalogue, version: str
) -> Found | None:
    """What a resource says of a setting by its binding; None when it says nothing and no documentation does."""
    found = _of_source(source, instance, setting, catalogue, version)
    remark = lifecycle.note(instance, (source.path, *source.also, *source.any_set))
    return replace(found, note=remark) if found and remark else found


def _of_source(
    source: SettingSource, instance: Instance, setting: Setting, catalogue: Catalogue, version: str
) -> Found | None:
    if source.constant is not None:
        return Found(Default(source.constant, source.source))
    if source.any_set:
        return any_set(source.any_set, instance)
    if source.any_true:
        return any_true(source.any_true, instance)
    value = next((found for path in (source.path, *source.also) if (found := at(instance, path)) is not None), None)
    if value is None:
        return _absent(source, instance, version)
    if source.map or source.pattern:
        return translated(source, value)
    return of_value(value, setting, catalogue)


def at(instance: Instance, path: str) -> Value | None:
    """The value at a dotted path of a resource; None where nothing is written there."""
    first, *rest = path.split(".")
    found = list(follow(instance.configured(first), tuple(rest)))
    return found[0] if found else None


def any_set(paths: list[str], instance: Instance) -> Found:
    """Whether one of these arguments is set."""
    trail = Trail(instance.place)
    doubt: Found | None = None
    for path in paths:
        value = at(instance, path)
        if value is None or (value.kind in SEQUENCES and not value.data and value.rest is None) or value.data == "":
            continue
        hole = find_hole(value) if value.kind == "unknown" else None
        if hole is None or hole.computed:
            return Found(Known(True), value.trail or trail)
        doubt = Found(unresolved(hole), value.trail)
    return doubt or Found(Known(False), trail)


def any_true(path: str, instance: Instance) -> Found | None:
    """Whether one member of a map says yes; None when there is no map. A member that says nothing may mean anything."""
    before, _, after = path.partition(".*.")
    whole = at(instance, before)
    if whole is None:
        return None
    said = (
        [list(follow(item, tuple(after.split(".")))) for item in whole.data.values()] if whole.kind in MAPPINGS else []
    )
    for values in said:
        if values and _truth(values[0]) is True:
            return Found(Known(True), values[0].trail or whole.trail)
    if said and whole.rest is None and all(values and _truth(values[0]) is False for values in said):
        return Found(Known(False), whole.trail)
    return Found(Unresolved(f"not every member of {before} says {after}", "write it out"), whole.trail)


def _truth(value: Value) -> bool | None:
    return {"true": True, "false": False}.get(types.as_text(value)) if value.kind in PRIMITIVES else None


def _absent(source: SettingSource, instance: Instance, version: str) -> Found | None:
    for path in source.inherits_from:
        if at(instance, path) is not None:
            reason = f"it is not written, and {path} decides what holds then"
            return Found(Unresolved(reason, "write it out, or ask a live source"), Trail(instance.place))
    place = beside(instance, source.path)
    default = documented(source.absent, version)
    if isinstance(default, Unresolved | Default):
        return Found(default, place)
    later = instance.computed(source.path.partition(".")[0])
    return Found(unresolved(later), place) if later else None


def beside(instance: Instance, path: str) -> Trail:
    """Where an argument that is left out would stand: at the null in its place, or in the innermost block around it."""
    first, *rest = path.split(".")
    value, place = instance.configured(first), Trail(instance.place)
    for step in rest:
        if value is not None and value.kind in SEQUENCES and len(value.data) == 1:
            value = value.data[0]
        if value is None or value.kind not in MAPPINGS:
            return place
        place = value.trail or place
        value = value.data.get(step)
    return value.trail or place if value is not None and value.kind == "null" else place


def documented(absences: list[Absence], version: str) -> Content | None:
    """The documented value for this version; unresolved where it depends on a version that is not known."""
    for absence in absences:
        holds = version_within(version, absence.versions) if absence.versions else True
        if holds is None:
            return Unresolved("the default depends on the version, which is not known", "state the version")
        if holds:
            return Default(absence.value, absence.source)
    return None


def translated(source: SettingSource, value: Value) -> Found:
    """A text in the words of a binding: by its map or its pattern."""
    hole = find_hole(value)
    table: Mapping[str, Any] = {key.lower(): item for key, item in source.map.items()}
    if hole is not None:
        strong = [link for link in value.links if not link.startswith(WEAK)]
        if source.otherwise is not None and hole.computed and strong:
            return Found(Known(source.otherwise), value.trail)
        found = unresolved(hole)
        alternatives = tuple(table.get(str(item).lower(), source.otherwise) for item in found.alternatives)
        known = alternatives if None not in alternatives else ()
        return Found(Unresolved(found.reason, found.remedy, known), value.trail)
    if value.kind not in PRIMITIVES:
        return Found(Unresolved(f"a {value.kind} stands where a text is expected", "correct it"), value.trail)
    if deep_marks(value) and value.kind != "bool":
        return Found(HIDDEN, value.trail)
    text = types.as_text(value)
    if source.pattern:
        match = re.search(source.pattern, text, re.IGNORECASE)
        if match is None:
            return Found(Unresolved(f"“{text[:80]}” is not written as expected", "correct it"), value.trail)
        return Found(Known(match[1].replace("_", ".")), value.trail)
    translated = table.get(text.lower(), source.otherwise)
    if translated is None:
        return Found(Unresolved(f"“{text[:80]}” is no documented value", "correct it"), value.trail)
    return Found(Known(translated), value.trail)


def absent() -> Found:
    """Nothing is written."""
    return Found(Absent())
