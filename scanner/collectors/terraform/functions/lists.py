"""Functions over lists. Members are handed on as they are, with their holes, marks and links."""

from __future__ import annotations

from collections.abc import Sequence

from scanner.collectors.terraform import equality, operations, types
from scanner.collectors.terraform.functions.registry import function
from scanner.collectors.terraform.functions.unknowns import hole_of, is_unknown
from scanner.collectors.terraform.numbers import Number
from scanner.collectors.terraform.values import (
    NULL,
    PRIMITIVES,
    SEQUENCES,
    EvaluationError,
    Hole,
    Kind,
    Value,
    boolean,
    find_hole,
    number,
    sequence,
    weakened,
)


@function(variadic="any", partial=True, structural=True)
def concat(*values: Value) -> Value:
    items: list[Value] = []
    rest: Hole | None = None
    for value in values:
        if is_unknown(value):
            rest = rest or hole_of(value).data
        elif value.kind not in {"tuple", "list"}:
            raise EvaluationError(f"a {value.kind} is no list")
        else:
            rest = rest or value.rest
            items += [item.marked(value.marks) for item in value.data]
    if not values:
        raise EvaluationError("concat needs a list")
    if all(value.kind == "list" for value in values) and types.unify(map(types.of, items)) is not None:
        return sequence(types.elements(items, types.ANY), "list", rest)
    return sequence(items, rest=rest)


@function("any", "any", result="bool", partial=True)
def contains(values: Value, wanted: Value) -> Value:
    if is_unknown(values):
        return hole_of(values, "bool")
    if values.kind not in SEQUENCES:
        raise EvaluationError(f"a {values.kind} is no list")
    unsure: Value | None = None
    for item in values.data:
        same = equality.equal(item, wanted)
        if same:
            return boolean(True)
        if same is None:
            unsure = item if find_hole(item) else wanted
    if values.rest is not None:
        return Value("unknown", Hole(values.rest.reason, values.rest.remedy, type="bool"))
    return boolean(False) if unsure is None else hole_of(unsure, "bool")


@function("list", "number", partial=True, structural=True)
def element(values: Value, position: Value) -> Value:
    if is_unknown(values) or is_unknown(position) or values.rest is not None:
        return hole_of(values if is_unknown(values) or values.rest else position)
    if not values.data or not isinstance(position.data, int):
        raise EvaluationError("no such element")
    remainder = abs(position.data) % len(values.data)
    if position.data < 0 and remainder and values.kind == "tuple":
        raise EvaluationError("no such element")
    found: Value = values.data[-remainder if position.data < 0 else remainder]
    return found


@function("list", "any", result="number", partial=True)
def index(values: Value, wanted: Value) -> Value:
    if is_unknown(values) or values.rest is not None:
        return hole_of(values, "number")
    for position, item in enumerate(values.data):
        same = equality.equal(item, wanted)
        if same is None:
            return hole_of(item if find_hole(item) else wanted, "number")
        if same:
            return number(position)
    raise EvaluationError("the value is not in the list")


@function("sequence", partial=True, structural=True)
def flatten(value: Value) -> Value:
    if is_unknown(value):
        return hole_of(value)
    items: list[Value] = []
    rest: Hole | None = value.rest
    pending = list(value.data)[::-1]
    while pending:
        item = pending.pop()
        if item.kind in SEQUENCES:
            pending.extend(list(item.data)[::-1])
            rest = rest or item.rest
        elif item.kind == "unknown" and item.data.type not in PRIMITIVES:
            items.append(item)
            rest = rest or Hole(item.data.reason, item.data.remedy)
        else:
            items.append(item)
    return sequence(items, rest=rest)


@function("sequence", structural=True)
def distinct(value: Value) -> Value:
    found: list[Value] = []
    for item in types.elements(value.data, types.ANY):
        if not any(equality.equal(item, other) for other in found):
            found.append(item)
    return sequence(found, "list")


@function("sequence")
def compact(value: Value) -> Value:
    items = types.elements(value.data, types.STRING)
    return sequence((item for item in items if item.kind != "null" and item.data != ""), "list")


def _is_empty(value: Value) -> bool:
    return value.kind == "null" or (value.kind == "string" and value.data == "")


@function(variadic="any?", partial=True, structural=True)
def coalesce(*values: Value) -> Value:
    common = types.unify(types.of(value) for value in values)
    if common is None:
        raise EvaluationError("the arguments have no common type")
    for position, value in enumerate(values):
        if _is_empty(value):
            continue
        if is_unknown(value):
            found = hole_of(value, value.data.type if value.kind == "unknown" else "")
            only = found.data.computed or all(map(_is_empty, values[position + 1 :]))
            return found.linked(value.links if only else weakened(value.links))
        return types.convert(value, common)
    raise EvaluationError("no argument has a value")


@function(variadic="any", partial=True, structural=True)
def coalescelist(*values: Value) -> Value:
    for value in values:
        if is_unknown(value):
            return hole_of(value)
        if value.kind not in SEQUENCES:
            raise EvaluationError(f"a {value.kind} is no list")
        if value.data:
            return value
        if value.rest is not None:
            return Value("unknown", value.rest)
    raise EvaluationError("no argument has members")


@function("list", "number", "number", partial=True, structural=True)
def slice_(value: Value, start: Value, end: Value) -> Value:
    for found in (value, start, end):
        if is_unknown(found) or found.rest is not None:
            return hole_of(found)
    if not 0 <= start.data <= end.data <= len(value.data):
        raise EvaluationError("the positions are outside the list")
    return sequence(value.data[start.data : end.data], value.kind)


@function("sequence", partial=True)
def sort(value: Value) -> Value:
    if is_unknown(value) or value.rest is not None:
        return hole_of(value)
    hole = find_hole(value)
    if hole is not None:
        return sequence([Value("unknown", hole)] * len(value.data), "list")
    items = types.elements(value.data, types.STRING)
    if any(item.kind == "null" for item in items):
        raise EvaluationError("null cannot be sorted")
    return sequence(sorted(items, key=lambda item: item.data.encode()), "list")


@function("sequence", partial=True, structural=True)
def reverse(value: Value) -> Value:
    if is_unknown(value) or (value.kind == "set" and find_hole(value)) or value.rest is not None:
        return hole_of(value)
    kind: Kind = "list" if value.kind == "set" else value.kind
    return sequence(reversed(value.data), kind)


@function("sequence", "number", structural=True)
def chunklist(value: Value, size: Number) -> Value:
    if not isinstance(size, int) or size < 0:
        raise EvaluationError("the size is no whole number")
    items = types.elements(value.data, types.ANY)
    step = size or max(len(items), 1)
    chunks = [items[start : start + step] for start in range(0, len(items), step)]
    return sequence((sequence(chunk, "list") for chunk in chunks), "list")


@function("sequence", "sequence", "sequence", structural=True)
def matchkeys(items: Value, names: Value, wanted: Value) -> Value:
    if len(items.data) != len(names.data):
        raise EvaluationError("the lists have different lengths")
    pairs = zip(items.data, names.data, strict=True)
    return sequence((item for item, name in pairs if _among(name, wanted.data)), "list")


def _among(value: Value, others: Sequence[Value]) -> bool:
    return any(equality.equal(types.convert(value, types.STRING), types.convert(item, types.STRING)) for item in others)


def _decide(value: Value, decisive: bool) -> Value:
    if is_unknown(value):
        return hole_of(value, "bool")
    truths = [operations.truth(item) if item.kind != "null" else False for item in value.data]
    if decisive in truths:
        return boolean(decisive)
    if None in truths or value.rest is not None:
        return hole_of(value, "bool")
    return boolean(not decisive)


@function("sequence", result="bool", partial=True)
def alltrue(value: Value) -> Value:
    return _decide(value, False)


@function("sequence", result="bool", partial=True)
def anytrue(value: Value) -> Value:
    return _decide(value, True)


@function("any", partial=True, structural=True)
def one(value: Value) -> Value:
    if is_unknown(value) or value.rest is not None:
        return hole_of(value).linked(value.links)
    if value.kind not in SEQUENCES:
        raise EvaluationError("one needs a list")
    if len(value.data) > 1:
        raise EvaluationError("the list has several members")
    return value.data[0] if value.data else NULL
