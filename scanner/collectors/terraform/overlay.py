"""Texts and single values laid over one another, as the values of a chart are: the later wins, maps are merged.

A text that is not known could say anything, so it hides all that was said before it and nothing that is said after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from scanner.bindings import Overlaid
from scanner.collectors.terraform import texts_in, types
from scanner.collectors.terraform.resources import Instance, at
from scanner.collectors.terraform.values import (
    MAPPINGS,
    PRIMITIVES,
    SEQUENCES,
    Hole,
    Trail,
    Value,
    find_hole,
    mapping,
)

_STEP = re.compile(r"(?<!\\)\.")
_ELEMENT = re.compile(r"\[\d+\]$")


def merged(instance: Instance, entry: Overlaid) -> Value:
    """The whole of what the texts and single values of a resource say."""
    whole = mapping({})
    for text in _texts(at(instance, entry.texts)):
        whole = _over(whole, text)
    for path in entry.single:
        for item in _items(at(instance, path)):
            whole = _over(whole, _single(item))
    return replace(whole, trail=Trail(instance.place))


def _texts(value: Value | None) -> Iterable[Value]:
    for item in _items(value):
        if item.kind == "string" and not item.data.strip():
            continue
        found = item if item.kind in MAPPINGS else texts_in.structure(item)
        if found is None or found.kind not in MAPPINGS:
            hole = find_hole(item) or Hole("it is neither YAML nor JSON", "correct it")
            yield _anything(Hole(f"a text of values is not known: {hole.reason}", hole.remedy))
        else:
            yield _placed(found, found.trail or item.trail)


def _items(value: Value | None) -> Iterable[Value]:
    if value is None or value.kind == "null":
        return
    if value.kind in SEQUENCES:
        yield from value.data
    elif value.kind != "unknown":
        yield value
    hole = value.data if value.kind == "unknown" else value.rest
    if hole is not None:
        yield Value("unknown", hole)


def _anything(hole: Hole) -> Value:
    return replace(mapping({}), rest=hole)


def _placed(value: Value, trail: Trail | None) -> Value:
    """A decoded text: every member stands where the text does."""
    if value.kind in MAPPINGS:
        value = replace(value, data={key: _placed(item, trail) for key, item in value.data.items()})
    elif value.kind in SEQUENCES:
        value = replace(value, data=tuple(_placed(item, trail) for item in value.data))
    return value if value.trail else replace(value, trail=trail)


def _single(item: Value) -> Value:
    """One name and value as the nested maps that it stands for."""
    name, value = (item.data.get(key) if item.kind in MAPPINGS else None for key in ("name", "value"))
    if name is None or name.kind != "string" or value is None:
        return _anything(find_hole(item) or Hole("the name of a single value is not known"))
    steps = [step.replace("\\.", ".") for step in _STEP.split(name.data)]
    found = _typed(value.marked(item.marks))
    for step in reversed(steps):
        bare = _ELEMENT.sub("", step)
        if bare != step:
            found = Value("unknown", Hole(f"{name.data} is an element of a list"), value.trail)
        found = mapping({bare: found})
    return found


def _typed(value: Value) -> Value:
    """A single value as the text that it is; types come later, from the setting."""
    return replace(value, kind="string", data=types.as_text(value)) if value.kind in PRIMITIVES else value


def _over(below: Value, above: Value) -> Value:
    if above.rest is not None:
        return above
    members = dict(below.data)
    for key, item in above.data.items():
        if item.kind == "null":
            members.pop(key, None)
        elif item.kind in MAPPINGS and key in members and members[key].kind in MAPPINGS:
            members[key] = _over(members[key], item)
        elif item.kind in MAPPINGS and key not in members and below.rest is not None:
            members[key] = _over(_anything(below.rest), item)
        else:
            members[key] = item
    return replace(mapping(members), rest=below.rest, trail=above.trail)
