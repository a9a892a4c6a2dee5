"""``count`` and ``for_each``: how many instances there are, and the value that stands for all of them.

Where the number is not known there is one abstract instance. Its own arguments can still be checked, but nothing that
reads it through ``[0]`` or ``[*]`` may claim to know a value, because it may not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from scanner.collectors.terraform import access
from scanner.collectors.terraform.evaluate import evaluate
from scanner.collectors.terraform.scope import Scope
from scanner.collectors.terraform.source import Declaration
from scanner.collectors.terraform.values import (
    MAPPINGS,
    EvaluationError,
    Hole,
    Value,
    deep_links,
    mapping,
    number,
    sequence,
    string,
    unknown,
)

MAX_INSTANCES = 1_000

Maker = Callable[[str, Scope, str], Any]
"""Makes an instance from its address suffix, its scope and why its existence is uncertain (or an empty text)."""


@dataclass
class Expansion:
    """The instances of one declaration, and the value a reference to it has."""

    value: Value
    instances: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Abstract:
    """All instances of something of which the number is not known."""

    address: str
    instance: Any
    reason: str

    def member(self, name: str) -> Value:
        """A member of an instance: linked, never known."""
        found: Value = self.instance.member(name)
        return Value("unknown", Hole(self.reason), marks=found.marks, links=found.links)

    def index(self, key: Value) -> Value:
        return Value("lazy", self)

    def splat(self) -> Value | None:
        return Value("lazy", self)


def expand(declaration: Declaration, scope: Scope, make: Maker) -> Expansion:
    """The instances of a declaration by its ``count`` or ``for_each``."""
    arguments = declaration.body.arguments
    name = next((name for name in ("count", "for_each") if name in arguments), "")
    if not name:
        single = make("", scope, "")
        return Expansion(Value("lazy", single), [single])
    argument = arguments[name]
    inner = scope.in_file(argument.file)
    try:
        value = evaluate(argument.value, inner)
        return _count(value, inner, make) if name == "count" else _for_each(value, inner, make)
    except EvaluationError as error:
        return _abstract(unknown(f"its {name} fails: {error}"), inner, make)


def _abstract(value: Value, scope: Scope, make: Maker) -> Expansion:
    hole: Hole = value.data if value.kind == "unknown" else Hole("not known")
    reason = f"the number of instances is not known: {hole.reason}"
    names = {
        "each": mapping({"key": unknown(reason, hole.remedy, type="string"), "value": unknown(reason, hole.remedy)}),
        "count": mapping({"index": unknown(reason, hole.remedy, type="number")}),
    }
    instance = make("", scope.with_names(names), f"{reason}; {hole.remedy}" if hole.remedy else reason)
    links = deep_links([value])
    abstract = Abstract(instance.address, instance, reason)
    return Expansion(replace(Value("lazy", abstract), links=links), [instance])


def _count(value: Value, scope: Scope, make: Maker) -> Expansion:
    if value.kind in {"unknown", "lazy"}:
        if value.kind == "unknown" and value.data.alternatives and not _any_instance(value):
            return Expansion(sequence([]))
        return _abstract(value, scope, make)
    total = access.as_number(value)
    if not isinstance(total, int) or total < 0:
        raise EvaluationError("the count is no whole number")
    if total > MAX_INSTANCES:
        return _abstract(unknown(f"more than {MAX_INSTANCES:,} instances"), scope, make)
    instances = []
    for position in range(total):
        names = {"count": mapping({"index": number(position)})}
        instances.append(make(f"[{position}]", scope.with_names(names), ""))
    return Expansion(sequence(Value("lazy", instance) for instance in instances), instances)


def _any_instance(value: Value) -> bool:
    return any(access.as_number(item) != 0 for item in value.data.alternatives)


def _for_each(value: Value, scope: Scope, make: Maker) -> Expansion:
    if value.kind in {"unknown", "lazy"}:
        return _abstract(value, scope, make)
    if value.kind not in MAPPINGS | {"set"}:
        raise EvaluationError(f"a {value.kind} cannot be iterated over by for_each")
    pairs, rest = access.pairs(value)
    known = [(key, item) for key, item in pairs if key.kind == "string"]
    hole = rest or next((key.data for key, _ in pairs if key.kind == "unknown"), None)
    if len(known) > MAX_INSTANCES or (len(known) < len(pairs) and hole is None):
        return _abstract(unknown("the keys of for_each are no texts, or too many"), scope, make)
    found = {}
    for key, item in known:
        each = mapping({"key": string(key.data, key.trail), "value": item})
        suffix = '["' + key.data.replace("\\", "\\\\").replace('"', '\\"') + '"]'
        found[key.data] = make(suffix, scope.with_names({"each": each}), "")
    result = Expansion(
        mapping({key: Value("lazy", item) for key, item in found.items()}, rest=hole), list(found.values())
    )
    if hole is not None:
        result.instances += _abstract(Value("unknown", hole), scope, make).instances
    return result
