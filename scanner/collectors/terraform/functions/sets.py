"""Functions over sets, and products of lists."""

from __future__ import annotations

from itertools import product

from scanner.collectors.terraform import types
from scanner.collectors.terraform.functions.registry import Unsupported, function
from scanner.collectors.terraform.functions.unknowns import hole_of, is_unknown
from scanner.collectors.terraform.values import EvaluationError, Value, find_hole, sequence

MAX_PRODUCT = 20_000


def _unified(values: tuple[Value, ...]) -> list[Value]:
    kind = types.unify(types.of(value) for value in values)
    if kind is None:
        raise EvaluationError("the sets have no common type")
    return [types.convert(value, kind) for value in values]


@function("set", variadic="set", partial=True, structural=True)
def setunion(*values: Value) -> Value:
    for value in values:
        if is_unknown(value) or value.rest is not None:
            return hole_of(value)
    return types.make_set([item for value in _unified(values) for item in value.data])


@function("set", variadic="set", structural=True)
def setintersection(*values: Value) -> Value:
    first, *others = _unified(values)
    keys = [{types.sort_key(item) for item in other.data} for other in others]
    return types.make_set([item for item in first.data if all(types.sort_key(item) in found for found in keys)])


@function("set", "set", structural=True)
def setsubtract(left: Value, right: Value) -> Value:
    one, other = _unified((left, right))
    unwanted = {types.sort_key(item) for item in other.data}
    return types.make_set([item for item in one.data if types.sort_key(item) not in unwanted])


@function(variadic="sequence", partial=True, structural=True)
def setproduct(*values: Value) -> Value:
    size = 1
    for value in values:
        if is_unknown(value) or value.rest is not None or (value.kind == "set" and find_hole(value)):
            return hole_of(value)
        size *= len(value.data)
    if len(values) < 2:
        raise EvaluationError("setproduct needs two sets")
    if size > MAX_PRODUCT:
        raise Unsupported(f"more than {MAX_PRODUCT:,} members")
    sets = any(value.kind == "set" for value in values)
    columns = [types.elements(value.data, types.ANY) for value in values]
    rows = [sequence(row) for row in product(*columns)]
    return types.make_set(rows) if sets else sequence(rows, "list")
