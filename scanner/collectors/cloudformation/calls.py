"""Intrinsic functions that look at more than the value of their argument: names, conditions and mappings.

Conditions have three answers. What an unknown condition chooses between stays known where both sides agree.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from scanner.collectors.cloudformation.functions import PURE, bounded, scalar
from scanner.collectors.cloudformation.intrinsics import INVALID, evaluate, filled, function, members, stored
from scanner.collectors.cloudformation.scope import Scope
from scanner.collectors.cloudformation.values import RefusedError, combine, either, unknown
from scanner.document import Path_
from scanner.infrastructure.values import Unknown, Value, hole

_VARIABLE = re.compile(r"\$\{([^${}]*)\}")


@function("Fn::Select")
def _select(argument: Any, path: Path_, scope: Scope) -> Value:
    """A member of a list that is written out keeps its place and links, whatever is not known beside it."""
    place = scope.stack.at(path)
    if not isinstance(argument, list) or len(argument) != 2:
        return unknown("Fn::Select needs a position and a list", INVALID, place)
    position, items = (evaluate(item, (*path, index), scope) for index, item in enumerate(argument))
    word = str(position.data) if position.is_scalar else ""
    if items.list is not None and not items.rest and word.isdecimal() and len(word) < 10:
        return items.list[int(word)] if int(word) < len(items.list) else unknown(OUTSIDE, INVALID, place)
    return combine([position, items], lambda *both: PURE["Fn::Select"](list(both)), place)


OUTSIDE = "it cannot be worked out: the position is outside the list"


@function("Ref")
def _ref(argument: Any, path: Path_, scope: Scope) -> Value:
    place = scope.stack.at(path)
    if not isinstance(argument, str):
        return unknown("Ref needs a name", INVALID, place)
    name = filled(argument, scope)
    return scope.loops[name] if name in scope.loops else scope.stack.reference(name, place)


@function("Fn::GetAtt")
def _get_att(argument: Any, path: Path_, scope: Scope) -> Value:
    place = scope.stack.at(path)
    parts = argument if isinstance(argument, list) else str(argument).split(".", 1)
    if len(parts) < 2 or not isinstance(parts[0], str):
        return unknown("Fn::GetAtt needs a resource and an attribute", INVALID, place)
    words = [evaluate(item, path, scope) for item in parts[1:]]
    attribute = ".".join(str(item.data) for item in words if item.is_scalar)
    return scope.stack.attribute(filled(parts[0], scope), attribute, place)


@function("Fn::Sub")
def _sub(argument: Any, path: Path_, scope: Scope) -> Value:
    place = scope.stack.at(path)
    template, given = argument, {}
    if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], dict):
        template = argument[0]
        given = members(argument[1], (*path, 1), scope).map or {}
    if not isinstance(template, str):
        return unknown("Fn::Sub needs a text", INVALID, place)
    kept = stored(Value(template, place))
    if kept.unknown:
        return kept
    parts: list[Value | str] = []
    end = 0
    for match in _VARIABLE.finditer(template):
        parts.append(template[end : match.start()])
        end = match.end()
        name = match[1].strip()
        parts.append("${" + name[1:] + "}" if name.startswith("!") else _named(name, given, place, scope))
    parts.append(template[end:])
    values = [item for item in parts if isinstance(item, Value)]
    if len(values) == 1 and not "".join(item for item in parts if isinstance(item, str)):
        return values[0]

    def put_together(*found: Any) -> str:
        words = iter(found)
        return bounded("".join(item if isinstance(item, str) else scalar(next(words)) for item in parts))

    return stored(combine(values, put_together, place)) if values else stored(Value("".join(map(str, parts)), place))


def _named(name: str, given: Mapping[str, Value], place: str, scope: Scope) -> Value:
    if name in given:
        return given[name]
    if name in scope.loops:
        return scope.loops[name]
    resource, dot, attribute = name.partition(".")
    return scope.stack.attribute(resource, attribute, place) if dot else scope.stack.reference(name, place)


@function("Fn::If")
def _if(argument: Any, path: Path_, scope: Scope) -> Value:
    place = scope.stack.at(path)
    if not isinstance(argument, list) or len(argument) != 3:
        return unknown("Fn::If needs a condition and two values", INVALID, place)
    name = argument[0]
    holds = scope.stack.condition(name, place) if isinstance(name, str) else truth(name, (*path, 0), scope)
    if isinstance(holds.data, bool):
        side = 1 if holds.data else 2
        return evaluate(argument[side], (*path, side), scope)
    why = hole(holds) or Unknown("its condition is not known", INVALID)
    one, other = (evaluate(argument[side], (*path, side), scope) for side in (1, 2))
    label = f"the condition {name}" if isinstance(name, str) else "its condition"
    return either(one, other, Unknown(f"{label} is not known: {why.reason}", why.remedy), place)


@function("Fn::FindInMap")
def _find_in_map(argument: Any, path: Path_, scope: Scope) -> Value:
    place = scope.stack.at(path)
    if not isinstance(argument, list) or len(argument) not in {3, 4}:
        return unknown("Fn::FindInMap needs a map and two keys", INVALID, place)
    keys = [evaluate(item, (*path, index), scope) for index, item in enumerate(argument[:3])]
    last = argument[3] if len(argument) == 4 else None
    instead = (last, "DefaultValue") if isinstance(last, dict) and "DefaultValue" in last else None
    if not all(item.is_scalar for item in keys):
        found = combine(keys, lambda *words: _known_data(_look(words, scope)[0]), place)
        return replace(found, data=_open(keys)) if instead else found
    try:
        data, where = _look([item.data for item in keys], scope)
    except RefusedError as error:
        if instead:
            return evaluate(instead[0][instead[1]], (*path, 3, instead[1]), scope)
        return unknown(str(error), INVALID, place)
    steps = [step for item in keys for step in item.chain]
    found = evaluate(data, where, scope)
    secret = any(item.secret for item in keys)
    label = "Mappings" if secret else f"Mappings.{'.'.join(str(item.data) for item in keys)}"
    return replace(found, chain=(*steps, label), secret=found.secret or secret)


def _look(words: Sequence[Any], scope: Scope) -> tuple[Any, Path_]:
    """What stands in a mapping below two keys, and where. RefusedError when nothing does."""
    name, *keys = (scalar(word) for word in words)
    found = scope.stack.mapping(name)
    if found is None:
        raise RefusedError("there is no such mapping")
    data: Any = found[0]
    where: Path_ = found[1]
    for key in keys:
        if not isinstance(data, Mapping) or key not in data:
            raise RefusedError("the mapping has no such key")
        data, where = data[key], (*where, key)
    return data, where


def _open(values: list[Value]) -> Unknown:
    found = next(item for item in map(hole, values) if item)
    return replace(found, alternatives=())


def _known_data(data: Any) -> Any:
    if not isinstance(data, str | int | float | bool | list):
        raise RefusedError("the mapping holds no value there")
    return data


def truth(node: Any, path: Path_, scope: Scope) -> Value:
    """Whether a condition holds: true, false or not known."""
    value = evaluate(node, path, scope)
    if value.data in ("true", "false") and isinstance(value.data, str):
        return replace(value, data=value.data == "true")
    if isinstance(value.data, bool) or value.unknown:
        return value
    return unknown("no condition stands where one is expected", INVALID, scope.stack.at(path))


@function("Fn::And")
def _and(argument: Any, path: Path_, scope: Scope) -> Value:
    return _several(argument, path, scope, decides=False)


@function("Fn::Or")
def _or(argument: Any, path: Path_, scope: Scope) -> Value:
    return _several(argument, path, scope, decides=True)


def _several(argument: Any, path: Path_, scope: Scope, *, decides: bool) -> Value:
    """Conditions of which one decides the whole when it is true (or), or when it is false (and)."""
    place = scope.stack.at(path)
    if not isinstance(argument, list) or not argument:
        return unknown("a list of conditions is expected", INVALID, place)
    found = [truth(item, (*path, index), scope) for index, item in enumerate(argument)]
    if any(item.data is decides for item in found):
        return Value(decides, place)
    doubt = next((item for item in found if item.unknown), None)
    return replace(doubt, data=_open([doubt])) if doubt else Value(not decides, place)


@function("Fn::Not")
def _not(argument: Any, path: Path_, scope: Scope) -> Value:
    inner = argument[0] if isinstance(argument, list) and len(argument) == 1 else argument
    found = truth(inner, (*path, 0), scope)
    if isinstance(found.data, bool):
        return replace(found, data=not found.data)
    return found


@function("Condition")
def _condition(argument: Any, path: Path_, scope: Scope) -> Value:
    place = scope.stack.at(path)
    if not isinstance(argument, str):
        return unknown("Condition needs a name", INVALID, place)
    return scope.stack.condition(filled(argument, scope), place)
