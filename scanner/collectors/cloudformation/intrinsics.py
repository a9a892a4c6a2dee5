"""Evaluation: from what is written to what it is worth, one node at a time.

Every node ends in a value; a function that only the deployment can answer ends in an unknown of its own, and what
stands beside it stays known. Loops are written out, and nothing here raises for a bad template except
``TooMuchError``. The functions that look at more than the value of their argument stand in ``calls``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from scanner.collectors.cloudformation.functions import PURE, scalar
from scanner.collectors.cloudformation.scope import Scope
from scanner.collectors.cloudformation.values import combine, unknown
from scanner.document import Path_
from scanner.infrastructure.values import Unknown, Value, hole
from scanner.readers.secrecy import looks_secret

LOOP = "Fn::ForEach::"
TRANSFORM = "Fn::Transform"
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
        return stored(Value(filled(node, scope), place))
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


def filled(text: str, scope: Scope) -> str:
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
            yield filled(str(key), scope), inner, (*path, key), scope


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

Function = Callable[[Any, Path_, Scope], Value]
FUNCTIONS: dict[str, Function] = {}
"""Functions that look at more than the value of their argument, by name."""


def function(name: str) -> Callable[[Function], Function]:
    """Make a function the one of that name: it gets its argument as written, the path of it, and the scope."""

    def register(made: Function) -> Function:
        FUNCTIONS[name] = made
        return made

    return register


def _call(name: str, argument: Any, path: Path_, scope: Scope) -> Value:
    if name in FUNCTIONS:
        return FUNCTIONS[name](argument, path, scope)
    place = scope.stack.at(path)
    if name in PURE:
        return combine([evaluate(argument, path, scope)], PURE[name], place)
    reason, remedy = RUN_TIME_ONLY.get(name, (f"{name} is no function that this version reads", RUN_TIME))
    return unknown(reason, remedy, place)


RUN_TIME_ONLY: Mapping[str, tuple[str, str]] = {
    "Fn::ImportValue": ("another stack exports it", "give it by parameters:, or " + RUN_TIME),
    "Fn::GetAZs": ("the region's zones are known when it is deployed", RUN_TIME),
    "Fn::Cidr": ("address blocks are worked out when it is deployed", RUN_TIME),
    "Fn::GetStackOutput": ("another stack gives it", RUN_TIME),
}
"""Functions of which only the deployment has the answer: why, and what would tell."""
