"""Values to contents: what may leave the collector, and where it came from.

A secret leaves as presence; a value that is marked as secret does not leave at all, except for a boolean, which tells
whether something is on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scanner.bindings import Absence, SettingSource
from scanner.catalogue import Catalogue
from scanner.collectors.cloudformation.bound import Bound
from scanner.collectors.cloudformation.values import Unknown, Value, hole, is_secret, plain, text
from scanner.model import Absent, Content, Default, Known, Present, Setting, Unresolved
from scanner.readers import secrecy
from scanner.values import version_within

HIDDEN = Unresolved("the template marks this value as secret, so it is not shown", "ask a live source")
REMEDY = "give the parameters, or ask a live source"


@dataclass(frozen=True)
class Found:
    """A content with its place and chain, and the text of a secret for the digest only."""

    content: Content
    place: str = ""
    chain: tuple[str, ...] = ()
    secret: str | None = None

    def __repr__(self) -> str:
        return f"Found({self.content!r})"


def unresolved(found: Unknown, *, secret: bool = False) -> Unresolved:
    """What is not known, as a content."""
    return Unresolved(secrecy.redact(found.reason), found.remedy or REMEDY, () if secret else found.alternatives)


def of_value(value: Value, setting: Setting, catalogue: Catalogue) -> Found:
    """What a value that is there says of a setting."""
    if setting.secret:
        return _secret(value, catalogue)
    if value.list is not None:
        return _members(value)
    if setting.type in {"set", "list"} and value.links and value.unknown:
        return _members(Value((value,), value.place, value.chain))
    found = hole(value)
    if found is not None:
        return _found(unresolved(found, secret=is_secret(value)), value)
    if is_secret(value) and not isinstance(value.data, bool):
        return _found(HIDDEN, value)
    return _found(Known(plain(value)), value)


def _found(content: Content, value: Value) -> Found:
    return Found(content, value.place, value.chain)


def _members(value: Value) -> Found:
    """A list: a member that is not known is named by the resource that it stands for."""
    if value.rest is not None:
        return _found(unresolved(value.rest), value)
    members: list[Any] = []
    for item in value.list or ():
        if item.unknown and item.links:
            members.append(item.links[0])
        elif hole(item) is not None or is_secret(item):
            return _found(unresolved(hole(item) or Unknown("a member is secret")), item)
        else:
            members.append(plain(item))
    return _found(Known(members), value)


def _secret(value: Value, catalogue: Catalogue) -> Found:
    if value.is_scalar:
        words = text(value.data)  # type: ignore[arg-type]
        if not words.strip():
            return _found(Absent(), value)
        return Found(secrecy.present(words, catalogue.weak_secrets), value.place, value.chain, words)
    found = hole(value)
    if found is None:
        return _found(Present("literal"), value)
    if not found.computed:
        return _found(unresolved(found, secret=True), value)
    return _found(Present("reference" if found.stored else "computed"), value)


def of_source(
    name: str, source: SettingSource, bound: Bound, setting: Setting, catalogue: Catalogue, version: str
) -> Found | None:
    """What a resource says of a setting by its binding; None when it says nothing and no documentation does."""
    if source.constant is not None:
        return Found(Default(source.constant, source.source))
    if source.any_set:
        return any_set(source.any_set, bound)
    value = bound.at(source.path)
    if value is None:
        return _absent(name, source, bound, version)
    if source.map or source.pattern:
        return translated(source, value)
    return of_value(value, setting, catalogue)


def any_set(paths: list[str], bound: Bound) -> Found:
    """Whether one of these properties is set."""
    doubt: Found | None = None
    for path in paths:
        value = bound.at(path)
        if value is None or (value.data in ("", ()) and value.rest is None):
            continue
        if value.unknown is None or value.unknown.computed:
            return Found(Known(True), value.place or bound.place, value.chain)
        doubt = _found(unresolved(value.unknown), value)
    return doubt or Found(Known(False), bound.place)


def _absent(name: str, source: SettingSource, bound: Bound, version: str) -> Found | None:
    for path in source.inherits_from:
        if bound.at(path) is not None:
            reason = f"it is not written, and {bound.spelled(path)} decides what holds then"
            return Found(Unresolved(reason, "write it out, or ask a live source"), bound.place)
    if name in bound.entry.left_open:
        return Found(Unresolved(bound.entry.left_open[name], "write it out, or ask a live source"), bound.place)
    content = documented(source.absent, version)
    return Found(content, bound.place) if content else None


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
    table: Mapping[str, Any] = {key.lower(): item for key, item in source.map.items()}
    found = hole(value)
    if found is not None:
        if source.otherwise is not None and found.computed and value.links:
            return _found(Known(source.otherwise), value)
        hidden = unresolved(found, secret=is_secret(value))
        options = tuple(table.get(str(item).lower(), source.otherwise) for item in hidden.alternatives)
        return _found(Unresolved(hidden.reason, hidden.remedy, () if None in options else options), value)
    if not value.is_scalar:
        return _found(Unresolved("no text stands where one is expected", "correct it"), value)
    if is_secret(value) and not isinstance(value.data, bool):
        return _found(HIDDEN, value)
    words = text(value.data)  # type: ignore[arg-type]
    if source.pattern:
        match = re.search(source.pattern, words, re.IGNORECASE)
        if match is None:
            return _found(Unresolved(f"“{words[:80]}” is not written as expected", "correct it"), value)
        return _found(Known(match[1].replace("_", ".")), value)
    result = table.get(words.lower(), source.otherwise)
    if result is None:
        return _found(Unresolved(f"“{words[:80]}” is no documented value", "correct it"), value)
    return _found(Known(result), value)
