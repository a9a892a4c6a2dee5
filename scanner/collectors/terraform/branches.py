"""Conditionals: the type that both branches share, and what is known when the condition is not."""

from __future__ import annotations

import re
from dataclasses import replace

from scanner.collectors.terraform import syntax, types
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
_WHERE = re.compile(r"(?:^|[_-])(?:env|environment|stage|workspace|prod|production)(?:[_-]|$)")
"""Names of what tells one environment from another."""


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


def is_switch(node: syntax.Conditional) -> bool:
    """Whether a person would edit what chooses: both branches are fixed words, and it is not asked where this runs."""
    return _fixed(node.then) and _fixed(node.otherwise) and not _asks_where(node.test)


def _fixed(node: syntax.Expression) -> bool:
    """Whether an expression is a word that stands there as it is."""
    if isinstance(node, syntax.Template):
        return all(isinstance(part, str) for part in node.parts)
    return isinstance(node, syntax.Literal)


def _asks_where(node: syntax.Expression) -> bool:
    """Whether a condition asks for the environment: that one stays as it is, a person edits what it chooses."""
    if isinstance(node, syntax.Attribute):
        return bool(_WHERE.search(node.name))
    if isinstance(node, syntax.Call):
        return any(map(_asks_where, node.arguments))
    if isinstance(node, syntax.Binary):
        return _asks_where(node.left) or _asks_where(node.right)
    if isinstance(node, syntax.Template):
        return any(_asks_where(part) for part in node.parts if not isinstance(part, str | syntax.Choice | syntax.Loop))
    return isinstance(node, syntax.Unary) and _asks_where(node.operand)
