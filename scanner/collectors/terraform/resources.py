"""Resource and data source instances: their arguments, their nested blocks, and what a reference to them is worth.

An argument that is configured is worth what it says; everything else about a resource is known only after the apply.
The identity of a resource (its name, id, ARN …) carries a link to it, known or not, through whatever expression.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from scanner.collectors.terraform import access, syntax, texts_in
from scanner.collectors.terraform.evaluate import evaluate, settle
from scanner.collectors.terraform.scope import Scope
from scanner.collectors.terraform.source import Declaration
from scanner.collectors.terraform.values import (
    MAPPINGS,
    SECRET,
    SEQUENCES,
    EvaluationError,
    Hole,
    Trail,
    Value,
    mapping,
    sequence,
    unknown,
)
from scanner.readers.secrecy import looks_secret

IDENTITY = frozenset(
    {"id", "arn", "name", "self_link", "identifier", "cluster_identifier", "replication_group_id", "cluster_id",
     "user_group_id", "user_id", "resource_id", "acl_name", "key", "url", "fqdn"}
)  # fmt: skip
META = frozenset({"count", "for_each", "provider", "depends_on", "lifecycle", "connection", "provisioner"})


@dataclass
class Instance:
    """One instance of a resource or data source."""

    declaration: Declaration
    address: str
    scope: Scope
    uncertain: str = ""
    """Why it is not certain that it exists, and how often; empty when it is certain."""
    remedy: str = "give a plan, or what it depends on"
    """What would make that certain."""
    _memo: dict[str, Value | None] = field(default_factory=dict)

    @property
    def type(self) -> str:
        return self.declaration.labels[0]

    @property
    def place(self) -> str:
        return f"{self.declaration.file}:{self.declaration.line}"

    def configured(self, name: str) -> Value | None:
        """What the source says of an argument or of the nested blocks of that name; None when it says nothing."""
        if name not in self._memo:
            self._memo[name] = unknown(f"{self.address}.{name} refers to itself", "break the cycle")
            self._memo[name] = self._configured(name)
        return self._memo[name]

    def supply(self, name: str, value: Value) -> None:
        """Let a value be asked for as if it were written as an argument."""
        self._memo[name] = value

    def _configured(self, name: str) -> Value | None:
        body = self.declaration.body
        argument = body.arguments.get(name)
        if argument is not None and name not in META:
            value = settle(argument.value, self.scope.in_file(argument.file))
            place = f"{argument.file}:{argument.line}"
            secret = looks_secret(name) and value.kind not in {"bool", "number", "null"}
            value = value.marked(SECRET) if secret else value
            return value.at("", place) if value.trail and value.trail.place != place else value
        return nested(body, name, self.scope)

    @property
    def names(self) -> tuple[str, ...]:
        """The arguments that something is said of."""
        return tuple(self.declaration.body.arguments)

    def computed(self, name: str) -> Hole | None:
        """Why an argument that is not written has a value that only the apply will tell, where that is known."""
        return None

    # ------------------------------------------------------------ as a value

    def member(self, name: str) -> Value:
        """What a reference to one of its attributes is worth."""
        found = self.configured(name)
        if found is None or found.kind == "null":
            kind = "data source" if self.declaration.kind == "data" else "resource"
            reason = f"{self.address}.{name} is known only when the {kind} is there"
            hole = Hole(reason, computed=True, type="string" if name in IDENTITY else "")
            marks = SECRET if looks_secret(name) or _makes_secrets(self.type) else 0
            return Value("unknown", hole, Trail(self.place, self.address), marks, (self.address,))
        if name not in self.declaration.body.arguments:
            found = _opened(found, Hole(f"{self.address}.{name} has members known only after the apply", computed=True))
        if name in IDENTITY:
            found = replace(found, links=(self.address,))
        return found.at(f"{self.address}.{name}", found.trail.place) if found.trail else found

    def index(self, key: Value) -> Value:
        if key.kind == "string":
            return self.member(key.data)
        raise EvaluationError(f"{self.address} is one instance")

    def splat(self) -> Value | None:
        return None


def _opened(value: Value, hole: Hole) -> Value:
    """Nested blocks as a reference sees them: what they leave out may still get a value."""
    if value.kind in SEQUENCES:
        return replace(value, data=tuple(_opened(item, hole) for item in value.data))
    if value.kind in MAPPINGS:
        return replace(value, data={key: _opened(item, hole) for key, item in value.data.items()}, rest=hole)
    return value


def _makes_secrets(kind: str) -> bool:
    return kind == "random_password"


def nested(body: syntax.Body, kind: str, scope: Scope) -> Value | None:
    """The nested blocks of one kind as a list of objects, ``dynamic`` ones included; None when there are none."""
    items: list[Value] = []
    rest: Hole | None = None
    seen = False
    for block in body.blocks:
        if block.kind == kind:
            seen = True
            items.append(block_value(block.body, scope.in_file(block.file), block.line))
        elif block.kind == "dynamic" and block.labels == (kind,):
            seen = True
            found, hole = _dynamic(block, scope.in_file(block.file))
            items += found
            rest = rest or hole
    return sequence(items, rest=rest) if seen else None


def _dynamic(block: syntax.Block, scope: Scope) -> tuple[list[Value], Hole | None]:
    collection = block.body.expression("for_each")
    contents = block.body.of("content")
    if collection is None or not contents:
        return [], Hole(f"the dynamic {block.labels[0]} cannot be read")
    iterator_node = block.body.expression("iterator")
    iterator = iterator_node.name if isinstance(iterator_node, syntax.Name) else block.labels[0]
    try:
        value = evaluate(collection, scope)
        pairs, rest = access.pairs(value) if value.kind != "null" else ([], None)
    except EvaluationError as error:
        return [], Hole(f"the for_each of the dynamic {block.labels[0]} fails: {error}")
    items = []
    for key, item in pairs:
        inner = scope.with_names({iterator: mapping({"key": key, "value": item})})
        items.append(block_value(contents[0].body, inner, contents[0].line))
    return items, rest


def block_value(body: syntax.Body, scope: Scope, line: int) -> Value:
    """A nested block as an object: its arguments, and its own blocks as lists."""
    found: dict[str, Value] = {}
    for name, argument in body.arguments.items():
        value = settle(argument.value, scope.in_file(argument.file))
        secret = looks_secret(name) and value.kind not in {"bool", "number", "null"}
        found[name] = value.marked(SECRET) if secret else value
    kinds = dict.fromkeys(block.labels[0] if block.kind == "dynamic" else block.kind for block in body.blocks)
    for kind in kinds:
        inner = nested(body, kind, scope)
        if inner is not None:
            found[kind] = inner
    return replace(mapping(found), trail=Trail(scope.place(line)))


def follow(value: Value | None, path: tuple[str, ...]) -> Iterator[Value]:
    """Everything at a path inside a value: lists of blocks are entered, and so is what a text holds in JSON or YAML.

    Nulls and what is not there are left out; ``*`` stands for every member of a map.
    """
    if value is None or value.kind == "null":
        return
    if value.kind in SEQUENCES and path:
        for item in value.data:
            yield from follow(item, path)
        if value.rest is not None:
            yield Value("unknown", value.rest)
    elif not path:
        yield value
    elif value.kind in MAPPINGS:
        yield from _follow_member(value, path)
    elif (inner := texts_in.structure(value)) is not None:
        yield from (found if found.trail else replace(found, trail=value.trail) for found in follow(inner, path))
    elif value.kind in {"unknown", "lazy"}:
        hole = value.data if value.kind == "unknown" else Hole("not known")
        yield replace(value, kind="unknown", data=Hole(hole.reason, hole.remedy, hole.computed))


def at(instance: Instance, path: str) -> Value | None:
    """The value at a dotted path of a resource; None where nothing is written there."""
    first, *rest = path.split(".")
    return next(follow(instance.configured(first), tuple(rest)), None)


def _follow_member(value: Value, path: tuple[str, ...]) -> Iterator[Value]:
    found: Any = value.data.get(path[0])
    if path[0] == "*":
        for item in value.data.values():
            yield from follow(item.marked(value.marks), path[1:])
        if value.rest is not None:
            yield Value("unknown", value.rest)
    elif found is not None:
        yield from follow(found.marked(value.marks), path[1:])
    elif value.rest is not None:
        yield Value("unknown", value.rest)
