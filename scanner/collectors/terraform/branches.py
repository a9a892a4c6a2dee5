"""Conditionals: the type that both branches share, and what is known when the condition is not."""

from __future__ import annotations

from dataclasses import replace

from scanner.collectors.terraform import types
from scanner.collectors.terraform.equality import MAX_WEIGHT, equal
from scanner.collectors.terraform.values import (
    MAPPINGS,
    PRIMITIVES,
    EvaluationError,
    Hole,
    Value,
    carry,
    find_hole,
    mapping,
    sequence,
    weakened,
    weight,
)

MAX_ALTERNATIVES = 8


def unified(value: Value, other: Value) -> Value:
    """The chosen branch of a conditional in the type that both branches share."""
    if weight(value, MAX_WEIGHT) > MAX_WEIGHT or weight(other, MAX_WEIGHT) > MAX_WEIGHT:
        return value
    kinds = (types.of(value), types.of(other))
    if kinds[1].kind == "any" or kinds[0] == kinds[1]:
        return value
    if {kind.kind for kind in kinds} in ({"set", "list"}, {"set", "tuple"}):
        same = value.kind == "set" and kinds[1].kind == "list" and kinds[0].element == kinds[1].element
        if "tuple" in {kind.kind for kind in kinds}:
            return _members_as(value, kinds)
        return types.convert(value, kinds[1]) if same else value
    common = types.unify(kinds)
    if common is None:
        if all(map(types.is_exact, kinds)):
            raise EvaluationError("the branches of a conditional have no common type")
        return value
    try:
        return types.convert(value, common)
    except EvaluationError:
        return value


def _members_as(value: Value, kinds: tuple[types.Type, types.Type]) -> Value:
    """A set beside a tuple, or the other way round: only the members are sure to get the common type."""
    common = types.unify(
        part for kind in kinds for part in (kind.elements or ((kind.element,) if kind.element else ()))
    )
    if common is None or not types.is_exact(common):
        return value
    return replace(value, data=tuple(types.convert(item, common) for item in value.data))


def either(condition: Value, then: Value, otherwise: Value) -> Value:
    """What a conditional is worth when its condition is not known."""
    hole = find_hole(condition) or Hole("the condition is not known")
    result = _either(hole, unified(then, otherwise), unified(otherwise, then))
    return carry(result, [condition]) if result.kind != "unknown" else carry(result, [condition, then, otherwise])


def _either(hole: Hole, then: Value, otherwise: Value) -> Value:
    if equal(then, otherwise):
        return then.linked(weakened(otherwise.links))
    if then.kind == otherwise.kind and then.rest is None and otherwise.rest is None:
        if then.kind in MAPPINGS and then.data.keys() == otherwise.data.keys():
            return mapping({key: _either(hole, then.data[key], otherwise.data[key]) for key in then.data}, then.kind)
        if then.kind in {"tuple", "list"} and len(then.data) == len(otherwise.data):
            both = zip(then.data, otherwise.data, strict=True)
            return sequence((_either(hole, one, other) for one, other in both), then.kind)
    alternatives = [*_alternatives(then), *_alternatives(otherwise)]
    if all(found is not None for found in alternatives) and len(alternatives) <= MAX_ALTERNATIVES:
        return carry(choices(hole, [found for found in alternatives if found is not None]), [then, otherwise])
    return carry(Value("unknown", Hole(hole.reason, hole.remedy, hole.computed)), [then, otherwise])


def _alternatives(value: Value) -> list[Value | None]:
    if value.kind == "unknown":
        return list(value.data.alternatives) or [None]
    return [None if find_hole(value) else value]


def choices(hole: Hole, alternatives: list[Value]) -> Value:
    """One of several known values."""
    distinct: list[Value] = []
    for item in alternatives:
        if not any(equal(item, found) for found in distinct):
            distinct.append(item)
    if len(distinct) == 1:
        return distinct[0]
    kinds = {item.kind for item in distinct}
    kind = kinds.pop() if len(kinds) == 1 else ""
    primitive = kind if kind in PRIMITIVES else ""
    return Value("unknown", Hole(hole.reason, hole.remedy, alternatives=tuple(distinct), type=primitive))
