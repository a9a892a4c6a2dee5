"""Evaluation: from what is written to what it is worth, one node at a time.

Every node ends in a value; a function that only the deployment can answer ends in an unknown of its own, and what
stands beside it stays known. Loops are written out, conditions have three answers, and nothing here raises for a bad
template except ``TooMuchError``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from scanner.collectors.cloudformation.functions import PURE, bounded, scalar
from scanner.collectors.cloudformation.scope import Scope
from scanner.collectors.cloudformation.values import (
    RefusedError,
    Unknown,
    Value,
    combine,
    either,
    hole,
    unknown,
)
from scanner.document import Path_
from scanner.readers.secrecy import looks_secret

LOOP = "Fn::ForEach::"
TRANSFORM = "Fn::Transform"
_VARIABLE = re.compile(r"\$\{([^${}]*)\}")
_LOOP_VARIABLE = re.compile(r"[$&]\{([A-Za-z0-9]+)\}")
_STORED = re.compile(r"\{\{resolve:(ssm-secure|ssm|secretsmanager):")
RUN_TIME = "give a source that asks the running system"
INVALID = "correct the template"
PROCESSED = "scan the template as it is processed: aws cloudformation get-template --template-stage Processed"


def evaluate(node: Any, path: Path_, scope: Scope) -> Value:
    """What a node is worth."""
    scope.stack.budget.spend()
    place = scope.stack.at(path)
    if isinstance(node, str):
        return stored(Value(_filled(node, scope), place))
    if isinstance(node, bool | int | float):
        return Value(node, place)
    if isinstance(node, list):
        return _list(node, path, scope)
    if isinstance(node, dict):
        function = _function(node)
        return _call(function, node[function], (*path, function), scope) if function else members(node, path, scope)
    return unknown("null is written, which no template may hold", "write a value, or !Ref AWS::NoValue", place)


def _function(node: Mapping[str, Any]) -> str:
    """The function that a mapping of one key is; empty for plain data."""
    if len(node) != 1:
        return ""
    name = next(iter(node))
    known = name in {"Ref", "Condition"} or name.startswith("Fn::")
    return name if known and not name.startswith(LOOP) and name != TRANSFORM else ""


def stored(value: Value) -> Value:
    """A text that names a secret of a store stands for what the store holds."""
    found = _STORED.search(value.data) if isinstance(value.data, str) else None
    if found is None:
        return value
    kind = "Secrets Manager" if found[1] == "secretsmanager" else "the Parameter Store"
    hidden = Unknown(f"it is read from {kind} when the stack is deployed", RUN_TIME, True, (), True)
    return replace(value, data=hidden)


def _filled(text: str, scope: Scope) -> str:
    """A text with the loop variables put in."""
    if not scope.loops or "{" not in text:
        return text

    def one(match: re.Match[str]) -> str:
        found = scope.loops.get(match[1])
        if found is None or not found.is_scalar:
            return match[0]
        word = scalar(found.data)
        return re.sub(r"[^A-Za-z0-9]", "", word) if match[0][0] == "&" else word

    return _LOOP_VARIABLE.sub(one, text)


def _list(node: list[Any], path: Path_, scope: Scope) -> Value:
    items = (evaluate(item, (*path, index), scope) for index, item in enumerate(node))
    return Value(tuple(item for item in items if not item.removed), scope.stack.at(path))


def members(node: Mapping[str, Any], path: Path_, scope: Scope) -> Value:
    """A mapping: its members, loops written out. A macro among them may add others and rewrite those beside it."""
    found: dict[str, Value] = {}
    rewritten = TRANSFORM in node
    rest: Unknown | None = None
    for entry in entries(node, path, scope):
        if isinstance(entry, Unknown):
            rest = rest or entry
            continue
        key, inner, where, within = entry
        value = evaluate(inner, where, within)
        if rewritten:
            value = unknown(f"a macro may rewrite it ({scope.stack.at((*path, TRANSFORM))})", PROCESSED, value.place)
        if not value.removed:
            plain_kind = isinstance(value.data, bool | int | float | dict)
            found[key] = value.as_secret(looks_secret(key) and not plain_kind)
    return Value(found, scope.stack.at(path), rest=rest)


Entry = tuple[str, Any, Path_, Scope]


def entries(node: Mapping[str, Any], path: Path_, scope: Scope) -> Iterator[Entry | Unknown]:
    """The members of a mapping with the loops among them written out, and why there may be more."""
    for key, inner in node.items():
        if key == TRANSFORM:
            place = scope.stack.at((*path, key))
            yield Unknown(f"a macro adds to it ({place})", PROCESSED)
        elif key.startswith(LOOP):
            yield from _loop(inner, (*path, key), scope)
        else:
            yield _filled(str(key), scope), inner, (*path, key), scope


def _loop(node: Any, path: Path_, scope: Scope) -> Iterator[Entry | Unknown]:
    scope.stack.budget.spend()
    well_formed = isinstance(node, list) and len(node) == 3 and isinstance(node[0], str) and isinstance(node[2], dict)
    if not well_formed:
        yield Unknown(f"the loop at {scope.stack.at(path)} is not well-formed", INVALID)
        return
    collection = evaluate(node[1], (*path, 1), scope)
    if collection.list is None or collection.rest:
        found = hole(collection)
        reason = found.reason if found else "it is no list"
        yield Unknown(f"what the loop at {scope.stack.at(path)} runs over is not known: {reason}", _remedy(found))
        return
    for item in collection.list:
        if not item.is_scalar:
            found = hole(item) or Unknown("it is no text")
            reason = f"a member of the loop at {scope.stack.at(path)} is not known: {found.reason}"
            yield Unknown(reason, _remedy(found))
            continue
        yield from entries(node[2], (*path, 2), scope.looping(node[0], item))


def _remedy(found: Unknown | None) -> str:
    return found.remedy if found and found.remedy else INVALID


# ---------------------------------------------------------------- functions


def _call(name: str, argument: Any, path: Path_, scope: Scope) -> Value:
    special = SPECIAL.get(name)
    if special is not None:
        return special(argument, path, scope)
    place = scope.stack.at(path)
    if name in PURE:
        found = combine([evaluate(argument, path, scope)], PURE[name], place)
        return _selected(name, argument, path, scope, found)
    reason, remedy = RUN_TIME_ONLY.get(name, (f"{name} is no function that this version reads", RUN_TIME))
    return unknown(reason, remedy, place)


def _selected(name: str, argument: Any, path: Path_, scope: Scope, found: Value) -> Value:
    """A chosen member keeps what it is, where the list is written out: its place, its links, its neighbours' doubt."""
    if name != "Fn::Select" or not isinstance(argument, list) or len(argument) != 2:
        return found
    position, items = evaluate(argument[0], (*path, 0), scope), evaluate(argument[1], (*path, 1), scope)
    if items.list is None or items.rest or not position.is_scalar or not str(position.data).isdigit():
        return found
    index = int(str(position.data))
    return items.list[index] if index < len(items.list) else found


def _ref(argument: Any, path: Path_, scope: Scope) -> Value:
    place = scope.stack.at(path)
    if not isinstance(argument, str):
        return unknown("Ref needs a name", INVALID, place)
    name = _filled(argument, scope)
    return scope.loops[name] if name in scope.loops else scope.stack.reference(name, place)


def _get_att(argument: Any, path: Path_, scope: Scope) -> Value:
    place = scope.stack.at(path)
    parts = argument if isinstance(argument, list) else str(argument).split(".", 1)
    if len(parts) < 2 or not isinstance(parts[0], str):
        return unknown("Fn::GetAtt needs a resource and an attribute", INVALID, place)
    words = [evaluate(item, path, scope) for item in parts[1:]]
    attribute = ".".join(str(item.data) for item in words if item.is_scalar)
    return scope.stack.attribute(_filled(parts[0], scope), attribute, place)


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


def _several(decides: bool) -> Callable[[Any, Path_, Scope], Value]:
    """``Fn::Or`` (one that is true decides) and ``Fn::And`` (one that is false does)."""

    def function(argument: Any, path: Path_, scope: Scope) -> Value:
        place = scope.stack.at(path)
        if not isinstance(argument, list) or not argument:
            return unknown("a list of conditions is expected", INVALID, place)
        found = [truth(item, (*path, index), scope) for index, item in enumerate(argument)]
        if any(item.data is decides for item in found):
            return Value(decides, place)
        doubt = next((item for item in found if item.unknown), None)
        return replace(doubt, data=_open([doubt])) if doubt else Value(not decides, place)

    return function


def _not(argument: Any, path: Path_, scope: Scope) -> Value:
    inner = argument[0] if isinstance(argument, list) and len(argument) == 1 else argument
    found = truth(inner, (*path, 0), scope)
    if isinstance(found.data, bool):
        return replace(found, data=not found.data)
    return found


def _condition(argument: Any, path: Path_, scope: Scope) -> Value:
    place = scope.stack.at(path)
    if not isinstance(argument, str):
        return unknown("Condition needs a name", INVALID, place)
    return scope.stack.condition(_filled(argument, scope), place)


def _json_text(argument: Any, path: Path_, scope: Scope) -> Value:
    return combine([evaluate(argument, path, scope)], PURE["Fn::ToJsonString"], scope.stack.at(path))


SPECIAL: Mapping[str, Callable[[Any, Path_, Scope], Value]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::And": _several(decides=False),
    "Fn::Or": _several(decides=True),
    "Fn::Not": _not,
    "Condition": _condition,
    "Fn::ToJsonString": _json_text,
}
"""Functions that look at more than the value of their argument."""

RUN_TIME_ONLY: Mapping[str, tuple[str, str]] = {
    "Fn::ImportValue": ("another stack exports it", "give it by parameters:, or " + RUN_TIME),
    "Fn::GetAZs": ("the region's zones are known when it is deployed", RUN_TIME),
    "Fn::Cidr": ("address blocks are worked out when it is deployed", RUN_TIME),
    "Fn::GetStackOutput": ("another stack gives it", RUN_TIME),
}
"""Functions of which only the deployment has the answer: why, and what would tell."""
