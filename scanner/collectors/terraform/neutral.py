"""Values of Terraform as the bindings' consumer knows them: plain data with its place, its way and its links.

What is shared is converted once, so a value that repeats itself costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.collectors.terraform.values import (
    MAPPINGS,
    PRIMITIVES,
    SEQUENCES,
    WEAK,
    Hole,
    Value,
    find_hole,
    to_python,
)
from scanner.infrastructure import values as plain


def said(value: Value, known: dict[int, plain.Value] | None = None) -> plain.Value:
    """A value with all that is inside it."""
    known = {} if known is None else known
    if id(value) not in known:
        known[id(value)] = _said(value, known)
    return known[id(value)]


def _said(value: Value, known: dict[int, plain.Value]) -> plain.Value:
    data = _data(value, known)
    alternatives = value.data.alternatives if value.kind == "unknown" else ()
    return plain.Value(
        data,
        value.trail.first() if value.trail else "",
        value.trail.steps() if value.trail else (),
        bool(value.marks) or any(item.marks for item in alternatives),
        tuple(link for link in value.links if not link.startswith(WEAK)),
        unknown(value.rest) if value.rest is not None else None,
        tuple(link.removeprefix(WEAK) for link in value.links if link.startswith(WEAK)),
    )


def _data(value: Value, known: dict[int, plain.Value]) -> plain.Data:
    if value.kind == "null":
        return plain.NOTHING
    if value.kind in SEQUENCES:
        return tuple(plain.Value(None) if item.kind == "null" else said(item, known) for item in value.data)
    if value.kind in MAPPINGS:
        items: Mapping[str, Value] = value.data
        return {key: said(item, known) for key, item in items.items()}
    if value.kind in PRIMITIVES:
        scalar: plain.Scalar = to_python(value)
        return scalar
    return unknown(find_hole(value) or Hole("not known"), stored=any("data." in link for link in value.links))


def unknown(hole: Hole, *, stored: bool = False) -> plain.Unknown:
    """A hole. Its alternatives are kept where each is a text, a number, a boolean or null."""
    simple = all(item.kind in PRIMITIVES or item.kind == "null" for item in hole.alternatives)
    options: tuple[Any, ...] = tuple(to_python(item) for item in hole.alternatives) if simple else ()
    return plain.Unknown(hole.reason, hole.remedy, hole.computed, options, stored, hole.type != "string")
