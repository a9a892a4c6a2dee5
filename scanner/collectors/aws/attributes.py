"""An answer of AWS in the words of the Terraform resource that makes the same thing, and what its bindings say of it.

So one table of bindings speaks for what is declared and for what is provisioned, and the two sides can be compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scanner import bindings
from scanner.bindings import Binding, Condition, SettingSource
from scanner.collectors.aws.pages import Item, at
from scanner.collectors.aws.shapes import Resource
from scanner.model import Absent, Content, Default, Known, Present, Setting, Unresolved

_EDGE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
DEEPEST = 20


@dataclass(frozen=True)
class Thing:
    """One thing that AWS holds, with the entry of the bindings that speaks of it."""

    resource: Resource
    item: Item
    binding: Binding | None
    attributes: Mapping[str, Any]
    pending: Mapping[str, Any] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        return str(self.item.get(self.resource.arn) or "")

    @property
    def name(self) -> str:
        return str(self.item.get(self.resource.key) or "")


def thing(resource: Resource, item: Item, component: str = "") -> Thing:
    """A record of an answer. It has no binding where none of the component speaks of its engine."""
    attributes = translated(item, resource.names)
    waiting = at(item, resource.pending) if resource.pending else None
    names = {**resource.names, **resource.pending_names}
    pending = translated(waiting, names) if isinstance(waiting, Mapping) else {}
    entries = bindings.shipped().of(resource.like)
    suited = (entry for entry in entries if entry.component in {component, ""} and holds(entry.when, attributes))
    return Thing(resource, item, next(suited, None), attributes, pending)


def snake(name: str) -> str:
    """``StorageEncrypted`` as ``storage_encrypted``, ``IAMDatabaseAuthenticationEnabled`` likewise."""
    return _EDGE.sub("_", name).lower()


def translated(item: Item, names: Mapping[str, list[str]]) -> dict[str, Any]:
    """The fields of a record by the names of arguments."""
    found: dict[str, Any] = {snake(key): _deep(value, 0) for key, value in item.items()}
    for argument, fields in names.items():
        told = next((value for path in fields if (value := at(item, path)) is not None), None)
        if told is None:
            found.pop(argument, None)
        else:
            found[argument] = _deep(told, 0)
    return found


def _deep(value: Any, depth: int) -> Any:
    if isinstance(value, Mapping) and depth < DEEPEST:
        return {snake(str(key)): _deep(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple) and depth < DEEPEST:
        return [_deep(item, depth + 1) for item in value]
    return value


def text(value: Any) -> str:
    """A value as Terraform would write it in a text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def holds(conditions: list[Condition], attributes: Mapping[str, Any]) -> bool | None:
    """Whether all conditions hold; None when an argument that decides is not told."""
    doubt = False
    for condition in conditions:
        value = at(attributes, condition.path)
        if value is None or value == "":
            if condition.absent == "no":
                return False
            doubt = doubt or condition.absent == "unknown"
        elif not re.fullmatch(condition.matches, text(value), re.IGNORECASE):
            return False
    return None if doubt else True


def content(source: SettingSource, found: Thing, setting: Setting) -> Content | None:
    """What a thing says of a setting by its binding; None when the answer does not tell."""
    if source.constant is not None:
        return Default(source.constant, source.source)
    if setting.secret:
        return _presence(found, setting)
    value = at(found.attributes, source.path) if source.path else None
    if value is None or value in ("", []):
        return Absent() if source.path in found.resource.unset or value is not None else None
    if source.map or source.otherwise is not None:
        return _mapped(source, value)
    if isinstance(value, bool | int | float):
        return Known(value)
    return Known([text(item) for item in value] if isinstance(value, list) else text(value))


def _presence(found: Thing, setting: Setting) -> Content | None:
    told = found.item.get(found.resource.presence.get(setting.name, ""))
    if told is None:
        return None
    return Present("server") if told is True else Absent()


def _mapped(source: SettingSource, value: Any) -> Content:
    table = {key.lower(): item for key, item in source.map.items()}
    meaning = table.get(text(value).lower(), source.otherwise)
    if meaning is None:
        return Unresolved(f"“{text(value)[:80]}” is no documented value", "look at it in the console")
    return Known(meaning)


def waiting(source: SettingSource, found: Thing, setting: Setting) -> str:
    """What the platform says will take the place of a value; empty when nothing waits."""
    value = at(found.pending, setting.name if setting.secret else source.path) if source.path else None
    if value is None or value in ("", [], {}):
        return ""
    told = "another value" if setting.secret else ", ".join(_words(value))
    return f"the platform says that {told} waits to take its place"


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (f"{key} {', '.join(_words(item))}" for key, item in value.items() if item)
    elif isinstance(value, list):
        yield from (text(item)[:100] for item in value)
    else:
        yield text(value)[:100]
