"""Values to contents: what may leave the collector, and where it came from.

A secret leaves as presence, a value that is marked as secret does not leave at all (booleans excepted: they tell
whether something is on), and what is not known leaves as an unresolved expression with its remedy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from scanner.bindings import Absence, SettingSource
from scanner.catalogue import Catalogue
from scanner.infrastructure.dialect import Dialect
from scanner.infrastructure.resource import Bound
from scanner.infrastructure.values import Unknown, Value, hole, is_secret, plain, walk
from scanner.model import Absent, Content, Default, Known, Present, Setting, Unresolved
from scanner.readers import secrecy
from scanner.values import version_within

LIVE = "write it out, or ask a live source"


@dataclass(frozen=True)
class Found:
    """A content with its place and chain, and the text of a secret for the digest only."""

    content: Content
    place: str = ""
    chain: tuple[str, ...] = ()
    secret: str | None = None
    note: str = ""

    def __repr__(self) -> str:
        return f"Found({self.content!r})"


def unresolved(found: Unknown, dialect: Dialect, *, secret: bool = False) -> Unresolved:
    """What is not known, as a content."""
    shown = () if secret or None in found.alternatives else found.alternatives
    return Unresolved(secrecy.redact(found.reason), found.remedy or dialect.remedy, shown)


def _found(content: Content, value: Value) -> Found:
    return Found(content, value.place, value.chain)


def of_value(value: Value, setting: Setting, catalogue: Catalogue, dialect: Dialect, *, as_text: bool = False) -> Found:
    """What a value that is there says of a setting."""
    if setting.secret:
        return _secret(value, catalogue, dialect)
    if value.list is not None:
        return _members(value, dialect)
    if setting.type in {"set", "list"} and (value.links or value.touches) and value.unknown:
        return _members(Value((value,), value.place, value.chain), dialect)
    unseen = hole(value)
    if unseen is not None:
        return _found(unresolved(unseen, dialect, secret=is_secret(value)), value)
    if is_secret(value) and not isinstance(value.data, bool):
        return _found(dialect.hidden, value)
    return _found(Known(value.text if as_text and value.is_scalar else plain(value)), value)


def _members(value: Value, dialect: Dialect) -> Found:
    """A list: a member that is not known is named by the resource that it stands for."""
    if value.rest is not None:
        return _found(unresolved(value.rest, dialect), value)
    items = value.list or ()
    members: list[Any] = []
    for item in items:
        if item.unknown and item.links:
            members.append(item.links[0])
        elif (unseen := hole(item)) is not None or is_secret(item):
            return _found(unresolved(unseen or Unknown("a member is secret"), dialect), value)
        elif not item.removed:
            members.append(plain(item))
    return _found(Known(members), value if value.place or not items else items[0])


def _secret(value: Value, catalogue: Catalogue, dialect: Dialect) -> Found:
    if value.is_scalar:
        if not value.text.strip():
            return _found(Absent(), value)
        present = secrecy.present(value.text, catalogue.weak_secrets)
        return Found(present, value.place, value.chain, value.text)
    unseen = hole(value)
    if unseen is None:
        return _found(Present("literal"), value)
    if not unseen.computed:
        return _found(unresolved(unseen, dialect, secret=True), value)
    return _found(Present("reference" if unseen.stored else "computed"), value)


@dataclass(frozen=True)
class Source:
    """One entry of a binding, asked of one resource."""

    name: str
    """The setting that the entry is for."""
    entry: SettingSource
    bound: Bound
    dialect: Dialect

    def says(self, setting: Setting, catalogue: Catalogue, version: str) -> Found | None:
        """What the resource says of the setting; None when it says nothing and no documentation does."""
        found = self._says(setting, catalogue, version)
        entry = self.entry
        remark = self.bound.resource.remark((entry.path, *entry.also, *entry.any_set)) if found else ""
        return replace(found, note=remark) if found and remark else found

    def _says(self, setting: Setting, catalogue: Catalogue, version: str) -> Found | None:
        entry = self.entry
        if entry.constant is not None:
            return Found(Default(entry.constant, entry.source))
        if entry.any_set:
            return any_set(entry.any_set, self.bound, self.dialect)
        if entry.any_true:
            return _any_true(entry.any_true, self.bound)
        said = (self.bound.at(path) for path in (entry.path, *entry.also))
        value = next((found for found in said if found is not None), None)
        if value is None:
            return self._absent(version)
        if entry.map or entry.pattern:
            return translated(entry, value, self.dialect)
        return of_value(value, setting, catalogue, self.dialect)

    def _absent(self, version: str) -> Found | None:
        bound, entry = self.bound, self.entry
        for path in entry.inherits_from:
            if bound.at(path) is not None:
                reason = f"it is not written, and {bound.resource.spelled(path)} decides what holds then"
                return Found(Unresolved(reason, LIVE), bound.place)
        if self.name in bound.left_open:
            return Found(Unresolved(bound.left_open[self.name], LIVE), bound.place)
        content = documented(entry.absent, version)
        later = bound.resource.later(entry.path.partition(".")[0]) if content is None else None
        if later is not None:
            content = unresolved(later, self.dialect)
        return _found(content, bound.resource.missing(entry.path)) if content else None


def any_set(paths: Iterable[str], bound: Bound, dialect: Dialect) -> Found:
    """Whether one of these arguments is set."""
    doubt: Found | None = None
    for path in paths:
        value = bound.at(path)
        if value is None or (value.data in ("", ()) and value.rest is None):
            continue
        if value.unknown is None or value.unknown.computed:
            return Found(Known(True), value.place or bound.place, value.chain)
        doubt = _found(unresolved(value.unknown, dialect), value)
    return doubt or Found(Known(False), bound.place)


def _any_true(path: str, bound: Bound) -> Found | None:
    """Whether one member of a map says yes; None when there is no map. A member that says nothing may mean anything."""
    before, _, after = path.partition(".*.")
    whole = bound.at(before)
    if whole is None:
        return None
    members = (whole.map or {}).values()
    said = [next(walk(item, after.split("."), bound.resource.member), None) for item in members]
    truths = [{"true": True, "false": False}.get(item.text) if item is not None else None for item in said]
    for item, truth in zip(said, truths, strict=True):
        if item is not None and truth is True:
            return _found(Known(True), item if item.place else whole)
    if said and whole.rest is None and all(truth is False for truth in truths):
        return _found(Known(False), whole)
    return _found(Unresolved(f"not every member of {before} says {after}", "write it out"), whole)


def documented(absences: Iterable[Absence], version: str) -> Content | None:
    """The documented value for this version; unresolved where it depends on a version that is not known."""
    for absence in absences:
        holds = version_within(version, absence.versions) if absence.versions else True
        if holds is None:
            return Unresolved("the default depends on the version, which is not known", "state the version")
        if holds:
            return Default(absence.value, absence.source)
    return None


def translated(entry: SettingSource, value: Value, dialect: Dialect) -> Found:
    """A text in the words of a binding: by its map or its pattern."""
    table: Mapping[str, Any] = {key.lower(): item for key, item in entry.map.items()}
    unseen = hole(value)
    if unseen is not None:
        if entry.otherwise is not None and unseen.computed and value.links:
            return _found(Known(entry.otherwise), value)
        hidden = unresolved(unseen, dialect, secret=is_secret(value))
        options = tuple(table.get(str(item).lower(), entry.otherwise) for item in hidden.alternatives)
        return _found(Unresolved(hidden.reason, hidden.remedy, () if None in options else options), value)
    if not value.is_scalar:
        return _found(Unresolved("no text stands where one is expected", "correct it"), value)
    if is_secret(value) and not isinstance(value.data, bool):
        return _found(dialect.hidden, value)
    if entry.pattern:
        match = re.search(entry.pattern, value.text, re.IGNORECASE)
        if match is None:
            return _found(Unresolved(f"“{value.text[:80]}” is not written as expected", "correct it"), value)
        return _found(Known(match[1].replace("_", ".")), value)
    result = table.get(value.text.lower(), entry.otherwise)
    if result is None:
        return _found(Unresolved(f"“{value.text[:80]}” is no documented value", "correct it"), value)
    return _found(Known(result), value)


def absent() -> Found:
    """Nothing is written."""
    return Found(Absent())
