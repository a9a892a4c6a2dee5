"""Members of values: attributes, positions, iteration. A member of something unknown is a hole of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from scanner.collectors.terraform import types
from scanner.collectors.terraform.branches import choices
from scanner.collectors.terraform.numbers import Number
from scanner.collectors.terraform.values import (
    MAPPINGS,
    PRIMITIVES,
    SECRET,
    SEQUENCES,
    EvaluationError,
    Hole,
    Value,
    carry,
    find_hole,
    mapping,
    number,
    sequence,
    string,
    unknown,
)
from scanner.readers.secrecy import looks_secret


def as_number(value: Value) -> Number:
    """A number. EvaluationError when it is none."""
    if value.kind not in {"number", "string"}:
        raise EvaluationError(f"a {value.kind} is no number")
    result: Number = types.convert(value, types.NUMBER).data
    return result


def key_text(value: Value) -> str:
    """A value as the key of an object."""
    if value.kind not in PRIMITIVES:
        raise EvaluationError(f"a {value.kind} cannot be a key")
    return types.as_text(value)


def member_hole(hole: Hole) -> Hole:
    """The hole that a member of something unknown is."""
    return Hole(hole.reason, hole.remedy, hole.computed)


def attribute(target: Value, name: str) -> Value:
    """``target.name``."""
    if target.kind == "unknown":
        return _inside(target, lambda found: attribute(found, name))
    if target.kind == "lazy":
        found: Value = target.data.member(name)
        return found.marked(target.marks)
    if target.kind in MAPPINGS:
        return _member(target, name)
    raise EvaluationError(f"a {target.kind} has no attribute {name}")


def _member(target: Value, name: str) -> Value:
    found: Value | None = target.data.get(name)
    secret = SECRET if looks_secret(name) else 0
    if found is not None:
        return found.marked(target.marks | (secret if found.kind not in {"bool", "number", "null"} else 0))
    if target.rest is not None:
        return Value("unknown", member_hole(target.rest), marks=target.marks | secret)
    raise EvaluationError("there is no such member")


def _inside(target: Value, step: Callable[[Value], Value]) -> Value:
    """A member of something that is not known, kept to what its alternatives allow."""
    hole: Hole = target.data
    alternatives: list[Value] = []
    for item in hole.alternatives:
        try:
            alternatives.append(step(item))
        except EvaluationError:
            alternatives = []
            break
    if alternatives and not any(find_hole(item) for item in alternatives):
        return replace(choices(hole, alternatives), marks=target.marks, links=target.links)
    return replace(target, data=member_hole(hole))


def index(target: Value, key: Value) -> Value:
    """``target[key]``."""
    if target.kind == "lazy":
        found: Value = target.data.index(key)
        return found.marked(target.marks)
    if target.kind == "unknown":
        return _inside(target, lambda found: index(found, key))
    if target.kind == "null" or target.kind in PRIMITIVES:
        raise EvaluationError(f"a {target.kind} has no members")
    if key.kind == "unknown":
        return carry(Value("unknown", member_hole(key.data)), [target, key])
    if target.kind in MAPPINGS:
        return _member(target, key_text(key))
    if target.kind == "set":
        raise EvaluationError("a set has no positions")
    position = as_number(key)
    if target.rest is not None:
        return Value("unknown", member_hole(target.rest), marks=target.marks)
    if not isinstance(position, int) or not 0 <= position < len(target.data):
        raise EvaluationError("the position is outside the list")
    item: Value = target.data[position]
    return item.marked(target.marks)


def pairs(collection: Value) -> tuple[list[tuple[Value, Value]], Hole | None]:
    """Keys and values to iterate over, and the hole when there may be more."""
    marks = collection.marks
    if collection.kind == "unknown":
        return [], member_hole(collection.data)
    if collection.kind == "lazy":
        return [], Hole(f"the members of {collection.data.address} are known after the apply", computed=True)
    if collection.kind in MAPPINGS:
        found = [(string(key), item.marked(marks)) for key, item in collection.data.items()]
    elif collection.kind == "set":
        found = [(item, item.marked(marks)) for item in collection.data]
        if types.may_shrink(collection):
            return found, collection.rest or Hole("how many members are equal is not known")
    elif collection.kind in SEQUENCES:
        keys = [number(position) for position in range(len(collection.data))]
        found = list(zip(keys, (item.marked(marks) for item in collection.data), strict=True))
        if collection.rest is not None:
            found = [(unknown("the position is not known", type="number"), item) for _, item in found]
    else:
        raise EvaluationError(f"a {collection.kind} cannot be iterated over")
    return found, collection.rest


def object_of(results: Sequence[tuple[Value | None, Value]], group: bool, rest: Hole | None) -> Value:
    """The result of ``{for …}``."""
    found: dict[str, Value] = {}
    groups: dict[str, list[Value]] = {}
    for key, value in results:
        if key is None or key.kind == "unknown":
            rest = rest or (member_hole(key.data) if key else Hole("no key"))
            continue
        name = key_text(key)
        if name in groups and not group:
            raise EvaluationError("a key comes twice")
        groups.setdefault(name, []).append(value)
        found[name] = value
    if group:
        found = {name: sequence(items, rest=rest) for name, items in groups.items()}
    return mapping(found, rest=rest)
