"""Functions over maps. Members are handed on as they are, with their holes, marks and links."""

from __future__ import annotations

from scanner.collectors.terraform import access, types
from scanner.collectors.terraform.functions.registry import function
from scanner.collectors.terraform.functions.unknowns import hole_of, is_unknown
from scanner.collectors.terraform.values import (
    MAPPINGS,
    SEQUENCES,
    EvaluationError,
    Hole,
    Value,
    find_hole,
    mapping,
    sequence,
    string,
)


@function(variadic="any?", partial=True, structural=True)
def merge(*values: Value) -> Value:
    found: dict[str, Value] = {}
    rest: Hole | None = None
    maps = bool(values)
    for value in values:
        if value.kind == "null":
            continue
        if is_unknown(value):
            found, rest = {}, hole_of(value).data
            continue
        if value.kind not in MAPPINGS:
            raise EvaluationError(f"a {value.kind} cannot be merged")
        if value.rest is not None:
            found, rest = {}, value.rest
        maps = maps and value.kind == "map"
        found.update({key: item.marked(value.marks) for key, item in value.data.items()})
    return mapping(found, "map" if maps else "object", rest)


@function("any", "string", "any?", optional=1, partial=True, structural=True)
def lookup(collection: Value, key: Value, default: Value | None = None) -> Value:
    if is_unknown(collection) or is_unknown(key):
        return hole_of(collection if is_unknown(collection) else key)
    if collection.kind not in MAPPINGS:
        raise EvaluationError("lookup needs a map")
    found: Value | None = collection.data.get(key.data)
    if found is not None:
        return found
    if collection.rest is not None:
        return Value("unknown", collection.rest)
    if default is None:
        raise EvaluationError("there is no such key")
    kind = types.of(collection).element or types.ANY
    return types.convert(default, kind) if collection.kind == "map" and types.is_exact(kind) else default


@function("map", partial=True)
def keys(value: Value) -> Value:
    if is_unknown(value) or value.rest is not None:
        return hole_of(value)
    return sequence(map(string, value.data), "list" if value.kind == "map" else "tuple")


@function("map", partial=True, structural=True)
def values(value: Value) -> Value:
    if is_unknown(value):
        return hole_of(value)
    return sequence(value.data.values(), "list" if value.kind == "map" else "tuple", value.rest)


@function("sequence", "list", partial=True, structural=True)
def zipmap(names: Value, items: Value) -> Value:
    if is_unknown(names) or is_unknown(items) or find_hole(names) or items.rest is not None:
        return hole_of(names if is_unknown(names) or find_hole(names) else items)
    if len(names.data) != len(items.data):
        raise EvaluationError("the lists have different lengths")
    pairs = {access.key_text(key): item for key, item in zip(names.data, items.data, strict=True)}
    return mapping(pairs, "map" if items.kind == "list" else "object")


@function("map")
def transpose(value: Value) -> Value:
    found: dict[str, list[str]] = {}
    if any(items.kind not in SEQUENCES for items in value.data.values()):
        raise EvaluationError("transpose needs lists of texts")
    for key, items in value.data.items():
        for item in types.convert(items, types.Type("list", types.STRING)).data:
            found.setdefault(item.data, []).append(key)
    return mapping({key: sequence(map(string, sorted(names)), "list") for key, names in found.items()}, "map")
