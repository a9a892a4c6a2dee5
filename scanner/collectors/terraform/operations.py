"""Operators, member access and iteration over values, holes included.

More than Terraform may be known here, never other: a condition nobody knows still gives what both of its branches
agree on, and ``unknown && false`` is false.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from scanner.collectors.terraform import types
from scanner.collectors.terraform.numbers import Number, rounded
from scanner.collectors.terraform.numbers import parse as parse_number
from scanner.collectors.terraform.values import (
    MAPPINGS,
    PRIMITIVES,
    SECRET,
    SEQUENCES,
    EvaluationError,
    Hole,
    Value,
    boolean,
    carry,
    find_hole,
    mapping,
    number,
    sequence,
    string,
    unknown,
    weakened,
    weight,
)
from scanner.readers.secrecy import looks_secret

MAX_WEIGHT = 300_000
MAX_ALTERNATIVES = 8

__all__ = ["attribute", "binary", "either", "equal", "index", "pairs", "parse_number", "truth", "unary", "unified"]


def truth(value: Value) -> bool | None:
    """A condition; None when it is not known. EvaluationError when it is no boolean."""
    if value.kind in {"unknown", "lazy"}:
        return None
    if value.kind == "null":
        raise EvaluationError("the condition is null")
    return bool(types.convert(value, types.BOOL).data)


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
        return replace(_choices(hole, alternatives), marks=target.marks, links=target.links)
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


def unary(operator: str, value: Value, place: str) -> Value:
    """``-value`` or ``!value``."""
    if value.kind in {"unknown", "lazy"}:
        return _unknown_result([value], "bool" if operator == "!" else "number", place)
    if operator == "!":
        return carry(boolean(not truth(value)), [value], place)
    return carry(number(-as_number(value)), [value], place)


def _unknown_result(sources: Sequence[Value], kind: str, place: str) -> Value:
    hole = next((found for found in map(find_hole, sources) if found is not None), Hole("not known"))
    result = Value("unknown", Hole(hole.reason, hole.remedy, hole.computed, type=kind))
    return carry(result, sources, place)


def binary(operator: str, left: Value, right: Value, place: str) -> Value:
    """``left operator right``."""
    if operator in {"==", "!="}:
        same = equal(left, right)
        if same is None:
            return _unknown_result([left, right], "bool", place)
        return carry(boolean(same is (operator == "==")), [left, right], place)
    if operator in {"&&", "||"}:
        return _logical(operator, left, right, place)
    kind = "bool" if operator in {"<", ">", "<=", ">="} else "number"
    holes = [value for value in (left, right) if value.kind in {"unknown", "lazy"}]
    for value in (left, right):
        if value not in holes:
            as_number(value)
    if holes:
        return _unknown_result([left, right], kind, place)
    if operator in {"/", "%"} and as_number(right) == 0:
        return carry(unknown("a division by zero", "correct it", type="number"), [left, right], place)
    result = _arithmetic(operator, as_number(left), as_number(right))
    return carry(boolean(result) if isinstance(result, bool) else number(rounded(result)), [left, right], place)


def _logical(operator: str, left: Value, right: Value, place: str) -> Value:
    found = [truth(left), truth(right)]
    decisive = operator == "||"
    if decisive in found:
        return carry(boolean(decisive), [left, right], place)
    if None in found:
        return _unknown_result([left, right], "bool", place)
    return carry(boolean(not decisive), [left, right], place)


def _arithmetic(operator: str, left: Number, right: Number) -> Number | bool:
    if operator == "%":
        quotient = abs(Fraction(left)) // abs(Fraction(right))
        remainder = abs(Fraction(left)) - quotient * abs(Fraction(right))
        return -remainder if left < 0 else remainder
    table: dict[str, Callable[[], Number | bool]] = {
        "+": lambda: left + right,
        "-": lambda: left - right,
        "*": lambda: left * right,
        "/": lambda: Fraction(left) / Fraction(right),
        "<": lambda: left < right,
        ">": lambda: left > right,
        "<=": lambda: left <= right,
        ">=": lambda: left >= right,
    }
    return table[operator]()


def equal(left: Value, right: Value) -> bool | None:
    """Whether two values are equal, types included; None when it depends on something unknown."""
    if max(weight(left, MAX_WEIGHT), weight(right, MAX_WEIGHT)) > MAX_WEIGHT:
        return None
    return _equal(left, right)


def _equal(left: Value, right: Value) -> bool | None:
    if "unknown" in {left.kind, right.kind} or "lazy" in {left.kind, right.kind}:
        return None
    if left.kind != right.kind:
        return False
    if left.kind in SEQUENCES:
        return _equal_sequences(left, right)
    if left.kind in MAPPINGS:
        if left.rest or right.rest:
            return None
        if left.data.keys() != right.data.keys():
            return False
        return _all(_equal(left.data[key], right.data[key]) for key in left.data)
    return bool(left.data == right.data)


def _equal_sequences(left: Value, right: Value) -> bool | None:
    if left.rest or right.rest or (left.kind == "set" and (find_hole(left) or find_hole(right))):
        return None
    if len(left.data) != len(right.data):
        return False
    return _all(_equal(one, other) for one, other in zip(left.data, right.data, strict=True))


def _all(answers: Iterable[bool | None]) -> bool | None:
    found = list(answers)
    if False in found:
        return False
    return None if None in found else True


def unified(value: Value, other: Value) -> Value:
    """The chosen branch of a conditional in the type that both branches share."""
    if weight(value, MAX_WEIGHT) > MAX_WEIGHT or weight(other, MAX_WEIGHT) > MAX_WEIGHT:
        return value
    kinds = (types.of(value), types.of(other))
    if kinds[1].kind == "any" or kinds[0] == kinds[1]:
        return value
    common = types.unify(kinds)
    try:
        return types.convert(value, common) if common is not None else value
    except EvaluationError:
        return value


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
        return carry(_choices(hole, [found for found in alternatives if found is not None]), [then, otherwise])
    return carry(Value("unknown", Hole(hole.reason, hole.remedy, hole.computed)), [then, otherwise])


def _alternatives(value: Value) -> list[Value | None]:
    if value.kind == "unknown":
        return list(value.data.alternatives) or [None]
    return [None if find_hole(value) else value]


def _choices(hole: Hole, alternatives: list[Value]) -> Value:
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
